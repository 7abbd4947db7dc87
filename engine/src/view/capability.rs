//! One capability, attestation or waiver at one instant.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::capability::EvidenceView;
use crate::delta::Standing;
use crate::fact::FactValue;
use crate::key::{Name, ObjectKey};
use crate::object::{Attestation, Claim, Life, Owner, Strength, Waiver};
use crate::verdict::{CapabilityState, EvidenceClass, NotCounted, NotEffective, Reason};

/// One capability at one instant.
#[derive(Debug)]
pub struct CapabilityView {
    /// Its identity.
    pub key: ObjectKey,
    /// Its life.
    pub life: Life,
    /// Its type.
    pub kind: Name,
    /// What is claimed of it.
    pub claim: Claim,
    /// The owner.
    pub owner: Owner,
    /// How its source stands.
    pub standing: Standing,
    /// What is believed of it.
    pub state: CapabilityState,
    /// Why, when it is not Proven or Declared.
    pub reason: Option<Reason>,
    /// The class of its existence.
    pub class: EvidenceClass,
    /// The facts in force and what supplied them.
    pub facts: BTreeMap<Name, (FactValue, EvidenceClass)>,
    /// Facts about which two suppliers disagree.
    pub disagreeing: Vec<Name>,
    /// Evidence items.
    pub evidence: Vec<EvidenceView>,
    /// The earliest instant at which something of it ends.
    pub valid_until: Option<Timestamp>,
    /// Objects of the namespace that it needs, or is better off with.
    pub depends_on: Vec<(Name, Strength)>,
    /// Gates among them that are not there.
    pub missing_dependencies: Vec<Name>,
}

/// One attestation at one instant.
#[derive(Debug)]
pub struct AttestationView {
    /// Its identity.
    pub key: ObjectKey,
    /// Its life.
    pub life: Life,
    /// What it says.
    pub spec: Arc<Attestation>,
    /// How its source stands.
    pub standing: Standing,
    /// Whether it counts, or why not.
    pub counted: Result<(), NotCounted>,
    /// The instant it ends, exclusive.
    pub valid_until: Timestamp,
}

/// One waiver at one instant.
#[derive(Debug)]
pub struct WaiverView {
    /// Its identity.
    pub key: ObjectKey,
    /// Its life.
    pub life: Life,
    /// What it says.
    pub spec: Arc<Waiver>,
    /// How its source stands.
    pub standing: Standing,
    /// Whether it is effective, or why not.
    pub effective: Result<(), NotEffective>,
    /// Whether every criterion it names would be met without it.
    pub would_pass_now: bool,
    /// The instant it ends, exclusive.
    pub until: Timestamp,
}

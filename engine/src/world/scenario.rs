//! What if: several changes at once, every model of the namespace, before and after.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::World;
use super::branch::{Circumstances, lost};
use super::record::{CapabilityNow, Derived, Record};
use super::state::{AssessmentState, Scored};
use crate::key::{Name, ObjectKey};
use crate::object::{Claim, Life, Subject};
use crate::verdict::{CapabilityState, EvidenceClass, Verdict};

/// One thing that might happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A capability is lost, by the object's name.
    Lose(Name),
    /// A capability is had: the object of this name or, without one, a new one of this type.
    Add(Name),
    /// An attestation is over.
    Expire(Name),
    /// A waiver is over.
    EndWaiver(Name),
    /// It is another time: everything that ends until then has ended.
    At(Timestamp),
}

/// An assessment before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The assessment.
    pub assessment: ObjectKey,
    /// The model's name.
    pub model: Name,
    /// The proven stage before.
    pub stage: Option<u32>,
    /// The proven stage after.
    pub stage_after: Option<u32>,
    /// The potential stage before.
    pub potential: Option<u32>,
    /// The potential stage after.
    pub potential_after: Option<u32>,
    /// Criteria that would no longer count.
    pub lost: Vec<Name>,
    /// Criteria that would count.
    pub gained: Vec<Name>,
}

impl World {
    /// What several changes at once would do to every assessment of a namespace.
    ///
    /// # Errors
    ///
    /// Names of changes that refer to nothing in the namespace.
    pub fn what_if(
        &self,
        namespace: &str,
        changes: &[Change],
    ) -> Result<Vec<Outcome>, Vec<String>> {
        let (Some(found), Some(now)) = (self.namespaces.get(namespace), self.now) else {
            return Err(vec![format!("there is nothing in namespace `{namespace}`")]);
        };
        let mut circumstances = Circumstances::default();
        let unknown: Vec<String> = changes
            .iter()
            .filter_map(|change| self.enter(namespace, change, &mut circumstances).err())
            .collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let states = found
            .assessments
            .values()
            .filter_map(|id| self.assessments.get(*id));
        Ok(states
            .filter_map(|state| self.outcome(state, &circumstances, now))
            .collect())
    }

    fn outcome(
        &self,
        state: &AssessmentState,
        circumstances: &Circumstances,
        now: Timestamp,
    ) -> Option<Outcome> {
        let scored = state.scored.as_ref()?;
        let awarded = scored.award.as_ref().map(|award| award.stage);
        let (stage, potential) = super::assess::stages(&scored.program, &scored.lane, awarded);
        let after = self.branch(state, scored, circumstances, now)?;
        let (lost, gained) = flips(scored, &after.lane);
        Some(Outcome {
            assessment: state.key.clone(),
            model: state.spec.model.clone(),
            stage,
            stage_after: after.stage,
            potential,
            potential_after: after.potential,
            lost,
            gained,
        })
    }

    fn enter(
        &self,
        namespace: &str,
        change: &Change,
        circumstances: &mut Circumstances,
    ) -> Result<(), String> {
        let Some(found) = self.namespaces.get(namespace) else {
            return Ok(());
        };
        let compact = |id: usize| u32::try_from(id).unwrap_or(u32::MAX);
        let capability = |name: &Name| {
            let id = *found.capabilities.get(name)?;
            Some((compact(id), self.capabilities.get(id)?))
        };
        match change {
            Change::Lose(name) => {
                let (id, known) =
                    capability(name).ok_or_else(|| format!("there is no capability `{name}`"))?;
                circumstances.changed.insert(id, lost(&known.now));
            }
            Change::Add(name) => match capability(name) {
                Some((id, known)) => {
                    circumstances.changed.insert(id, had(&known.now));
                }
                None => circumstances.added.extend(self.imagined(namespace, name)),
            },
            Change::Expire(name) => {
                let id = self
                    .attestation_named(namespace, name)
                    .ok_or_else(|| format!("there is no attestation `{name}`"))?;
                circumstances.ended_attestations.insert(id);
                if let Some(Subject::Capability(subject)) =
                    self.attestations.get(id).map(|known| &known.spec.subject)
                {
                    circumstances
                        .aged
                        .extend(capability(subject).map(|(id, _)| id));
                }
            }
            Change::EndWaiver(name) => {
                let id = self
                    .waiver_named(namespace, name)
                    .ok_or_else(|| format!("there is no waiver `{name}`"))?;
                circumstances.ended_waivers.insert(id);
            }
            Change::At(at) => {
                circumstances.at = Some(*at);
                circumstances
                    .aged
                    .extend(found.capabilities.values().map(|id| compact(*id)));
            }
        }
        Ok(())
    }

    fn attestation_named(&self, namespace: &str, name: &str) -> Option<usize> {
        self.objects
            .get(&ObjectKey::new(
                crate::key::Kind::Attestation,
                namespace,
                name,
            ))
            .copied()
    }

    fn waiver_named(&self, namespace: &str, name: &str) -> Option<usize> {
        self.objects
            .get(&ObjectKey::new(crate::key::Kind::Waiver, namespace, name))
            .copied()
    }

    /// A declared capability of a type that some model asks for.
    fn imagined(&self, namespace: &str, kind: &Name) -> Option<Arc<CapabilityNow>> {
        let record = Record {
            key: ObjectKey::new(crate::key::Kind::Capability, namespace, kind),
            life: Life {
                uid: "".into(),
                generation: 0,
            },
            kind: self.names.find(kind)?,
            owner: Arc::default(),
            labels: None,
            claim: Claim::Present,
            facts: Box::default(),
            rest: None,
        };
        let derived = Derived {
            state: CapabilityState::Declared,
            reason: None,
            ..Derived::undecided()
        };
        Some(Arc::new(CapabilityNow::new(Arc::new(record), derived)))
    }
}

/// What is believed of a capability once it is had, on whatever class it has now.
fn had(now: &CapabilityNow) -> Derived {
    let probed = now.derived.class == EvidenceClass::Probed;
    let state = if probed {
        CapabilityState::Proven
    } else {
        CapabilityState::Declared
    };
    Derived {
        state,
        reason: None,
        readable: true,
        ..now.derived.clone()
    }
}

/// Criteria that no longer count, and criteria that do now.
fn flips(scored: &Scored, after: &crate::score::lane::Lane) -> (Vec<Name>, Vec<Name>) {
    let counts = |verdict| matches!(verdict, Verdict::Met | Verdict::Held | Verdict::Waived);
    let mut lost = Vec::new();
    let mut gained = Vec::new();
    for (index, (statement, criterion)) in (0u32..).zip(
        scored
            .program
            .criteria
            .iter()
            .zip(&scored.program.model.criteria),
    ) {
        let (before, now) = (
            counts(scored.lane.verdict(index)),
            counts(after.verdict(index)),
        );
        if !statement.counts || before == now {
            continue;
        }
        if before { &mut lost } else { &mut gained }.push(criterion.name.clone());
    }
    (lost, gained)
}

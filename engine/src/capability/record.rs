//! A capability as the world keeps it: compact, and shared with the snapshots.

use std::sync::Arc;

use jiff::Timestamp;

use super::evidence::EvidenceView;
use crate::fact::FactValue;
use crate::interner::Symbol;
use crate::key::{Name, ObjectKey};
use crate::object::{Claim, EvidenceItem, Labels, Life, Owner, Strength, Units};
use crate::predicate::{Lookup, Slot, Value, Values};
use crate::verdict::{CapabilityState, EvidenceClass, Reason};

/// A fact that a capability declares, in two words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    Boolean(Slot, bool),
    Integer(Slot, i64),
    Text(Slot, Arc<Name>),
}

impl Fact {
    pub(crate) fn slot(&self) -> Slot {
        match self {
            Fact::Boolean(slot, _) | Fact::Integer(slot, _) | Fact::Text(slot, _) => *slot,
        }
    }

    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Fact::Boolean(_, holds) => Value::Boolean(*holds),
            Fact::Integer(_, number) => Value::Integer(*number),
            Fact::Text(_, text) => Value::Text(text),
        }
    }
}

/// What a capability's object says, compact.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) key: ObjectKey,
    pub(crate) life: Life,
    pub(crate) kind: Symbol,
    pub(crate) owner: Arc<Owner>,
    pub(crate) labels: Option<Box<Labels>>,
    pub(crate) claim: Claim,
    pub(crate) facts: Box<[Fact]>,
    /// What most have nothing of, behind one word.
    pub(crate) rest: Option<Box<Rest>>,
}

/// What only some capabilities say.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Rest {
    pub(crate) units: Option<Units>,
    pub(crate) depends_on: Box<[(Name, Strength)]>,
    pub(crate) evidence: Box<[EvidenceItem]>,
}

impl Rest {
    /// Nothing, where there is nothing of it.
    pub(crate) fn some(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

/// What follows from it and its evidence at one instant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Derived {
    pub(crate) state: CapabilityState,
    pub(crate) reason: Option<Reason>,
    pub(crate) class: EvidenceClass,
    /// Whether an outside organisation's attestation counts for it.
    pub(crate) external: bool,
    /// False while its source is unavailable: then nothing that it says is known.
    pub(crate) readable: bool,
    pub(crate) detail: Option<Box<Detail>>,
}

/// What only capabilities with evidence or dependencies have.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Detail {
    pub(crate) evidence: Box<[EvidenceView]>,
    /// Facts that something better than the declaration supplies.
    pub(crate) facts: Box<[SuppliedFact]>,
    /// Facts whose supplier is Unknown, and why.
    pub(crate) unknown: Box<[UnknownFact]>,
    /// Facts that two suppliers state differently.
    pub(crate) disagreeing: Box<[Slot]>,
    /// Facts that were last known otherwise than they are in force now.
    pub(crate) last: Box<[LastFact]>,
    /// Objects it depends on that are not there.
    pub(crate) missing: Box<[Name]>,
    /// The earliest end of anything it rests on.
    pub(crate) valid_until: Option<Timestamp>,
    /// The next instant at which time alone changes something here.
    pub(crate) due: Option<Timestamp>,
    /// Whether an observation is past `maxAge`, though within its grace.
    pub(crate) ageing: bool,
}

/// A fact that evidence supplies.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SuppliedFact {
    pub(crate) slot: Slot,
    pub(crate) value: FactValue,
    pub(crate) class: EvidenceClass,
}

/// A fact as it was last known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LastFact {
    pub(crate) slot: Slot,
    pub(crate) value: FactValue,
}

/// A fact that nobody can tell now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct UnknownFact {
    pub(crate) slot: Slot,
    pub(crate) reason: Reason,
}

/// A capability now: what it says and what follows.
#[derive(Debug)]
pub(crate) struct CapabilityNow {
    pub(crate) record: Arc<Record>,
    pub(crate) derived: Derived,
}

impl CapabilityNow {
    pub(crate) fn new(record: Arc<Record>, derived: Derived) -> Self {
        Self { record, derived }
    }

    fn detail(&self) -> Option<&Detail> {
        self.derived.detail.as_deref()
    }

    /// The class of what supplied a fact, if it has one.
    pub(crate) fn fact_class(&self, slot: Slot) -> Option<EvidenceClass> {
        let better = self
            .detail()
            .and_then(|detail| detail.facts.iter().find(|fact| fact.slot == slot));
        match better {
            Some(fact) => Some(fact.class),
            None => self.declared(slot).map(|_| EvidenceClass::Declared),
        }
    }

    /// Why the supplier of a fact is Unknown, if it is.
    pub(crate) fn fact_unknown(&self, slot: Slot) -> Option<Reason> {
        let detail = self.detail()?;
        detail
            .unknown
            .iter()
            .find(|fact| fact.slot == slot)
            .map(|fact| fact.reason)
    }

    /// Whether it is claimed, and does not hold now.
    pub(crate) fn is_shaken(&self) -> bool {
        self.record.claim == Claim::Present && !self.derived.state.is_there()
    }

    fn declared(&self, slot: Slot) -> Option<Value<'_>> {
        self.record.declared(slot)
    }

    /// The value in force of a fact whose supplier can tell.
    fn in_force(&self, slot: Slot) -> Option<Value<'_>> {
        let detail = self.detail();
        let supplied = detail.and_then(|detail| detail.facts.iter().find(|fact| fact.slot == slot));
        match supplied {
            Some(fact) => Some(Value::from(&fact.value)),
            None => self.declared(slot),
        }
    }
}

impl Values for CapabilityNow {
    fn fact(&self, slot: Slot) -> Lookup<'_> {
        if self.fact_unknown(slot).is_some() {
            return Lookup::Unknown;
        }
        self.in_force(slot).map_or(Lookup::Absent, Lookup::Known)
    }

    fn units(&self) -> Option<(u64, u64)> {
        self.record.total_and_covered()
    }
}

/// A capability's facts as last known, ended suppliers included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LastKnown<'a>(pub(crate) &'a CapabilityNow);

impl Values for LastKnown<'_> {
    fn fact(&self, slot: Slot) -> Lookup<'_> {
        let last = self.0.detail().map_or(&[][..], |detail| &detail.last);
        let value = match last.iter().find(|fact| fact.slot == slot) {
            Some(fact) => Some(Value::from(&fact.value)),
            None => self.0.in_force(slot),
        };
        value.map_or(Lookup::Absent, Lookup::Known)
    }

    fn units(&self) -> Option<(u64, u64)> {
        self.0.record.total_and_covered()
    }
}

impl Derived {
    /// What is believed of a capability before it was first derived.
    pub(crate) fn undecided() -> Self {
        Self {
            state: CapabilityState::Unknown,
            reason: Some(Reason::ClaimUnknown),
            class: EvidenceClass::Declared,
            external: false,
            readable: true,
            detail: None,
        }
    }
}

impl Record {
    pub(crate) fn units(&self) -> Option<&Units> {
        self.rest.as_ref()?.units.as_ref()
    }

    /// The total and the covered units, when units are stated.
    fn total_and_covered(&self) -> Option<(u64, u64)> {
        match self.units()? {
            Units::Totals { total, covered } => Some((*total, *covered)),
            Units::Items(items) => {
                let total = items.iter().map(|unit| unit.weight).sum();
                let covered = items
                    .iter()
                    .filter(|unit| unit.covered)
                    .map(|unit| unit.weight)
                    .sum();
                Some((total, covered))
            }
        }
    }

    /// What it needs, or is better off with.
    pub(crate) fn depends_on(&self) -> &[(Name, Strength)] {
        self.rest.as_ref().map_or(&[], |rest| &rest.depends_on)
    }

    /// Why it is to be believed.
    pub(crate) fn evidence(&self) -> &[EvidenceItem] {
        self.rest.as_ref().map_or(&[], |rest| &rest.evidence)
    }

    /// The value that it declares of a fact.
    pub(crate) fn declared(&self, slot: Slot) -> Option<Value<'_>> {
        let fact = self.facts.iter().find(|fact| fact.slot() == slot);
        fact.map(Fact::value)
    }

    /// Whether two objects say the same, their generations aside.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.claim == other.claim
            && self.facts == other.facts
            && self.rest == other.rest
            && self.labels == other.labels
            && self.owner == other.owner
            && self.life.uid == other.life.uid
    }
}

//! Who supplies the facts of a capability: probe over newest effective attestation over declaration.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::derive::{Grounds, Judged};
use super::observation::Attested;
use super::record::{LastFact, Record};
use crate::delta::Observation;
use crate::fact::FactValue;
use crate::key::Name;
use crate::object::EvidenceKind;
use crate::predicate::{Slot, Value};
use crate::verdict::{EvidenceClass, Reason, Truth};

/// Facts that something better than the declaration supplies.
#[derive(Default)]
pub(super) struct Supplied {
    pub(super) facts: BTreeMap<Slot, (FactValue, EvidenceClass)>,
    /// Facts whose supplier is Unknown, and why.
    pub(super) unknown: BTreeMap<Slot, Reason>,
    /// Facts that two suppliers state differently.
    pub(super) disagreeing: BTreeSet<Slot>,
}

impl Supplied {
    /// What is supplied now.
    pub(super) fn now(record: &Record, grounds: &Grounds<'_>, evidence: &[Judged<'_>]) -> Self {
        let mut supplied = Self::default();
        for (name, value) in stated(&grounds.attested) {
            supplied.supply(record, grounds, name, value, EvidenceClass::Attested);
        }
        for (item, judged) in record.evidence().iter().zip(evidence) {
            let EvidenceKind::Probe { facts, .. } = &item.kind else {
                continue;
            };
            if judged.view.verdict == Truth::Unknown {
                let reason = judged.view.reason.unwrap_or(Reason::NotYetProbed);
                let slots = facts.iter().filter_map(|name| (grounds.slot)(name));
                supplied.unknown.extend(slots.map(|slot| (slot, reason)));
                continue;
            }
            for (name, value) in seen(judged) {
                supplied.supply(record, grounds, name, value, EvidenceClass::Probed);
            }
        }
        supplied
    }

    /// The facts as last known, ended suppliers included, as far as they differ from those in force.
    // See D-120.
    pub(super) fn last(
        &self,
        record: &Record,
        grounds: &Grounds<'_>,
        evidence: &[Judged<'_>],
    ) -> Box<[LastFact]> {
        if grounds.ended.is_empty() && self.unknown.is_empty() {
            return Box::default();
        }
        let mut attested: Vec<&Attested<'_>> =
            grounds.attested.iter().chain(&grounds.ended).collect();
        attested.sort_by_key(|one| (one.attestation.issued, Reverse(one.name)));
        let attested = attested
            .into_iter()
            .flat_map(|attested| &attested.attestation.facts);
        let mut last: BTreeMap<Slot, &FactValue> = BTreeMap::new();
        for (name, value) in attested.chain(evidence.iter().flat_map(seen)) {
            if let Some(slot) = (grounds.slot)(name) {
                last.insert(slot, value);
            }
        }
        let in_force = |slot: &Slot| match self.facts.get(slot) {
            Some((value, _)) => Some(Value::from(value)),
            None => record.declared(*slot),
        };
        last.into_iter()
            .filter(|(slot, value)| in_force(slot) != Some(Value::from(*value)))
            .map(|(slot, value)| LastFact {
                slot,
                value: value.clone(),
            })
            .collect()
    }

    fn supply(
        &mut self,
        record: &Record,
        grounds: &Grounds<'_>,
        name: &Name,
        value: &FactValue,
        class: EvidenceClass,
    ) {
        let Some(slot) = (grounds.slot)(name) else {
            return;
        };
        let supplied_before = self.facts.get(&slot).map(|fact| Value::from(&fact.0));
        let earlier = supplied_before.or_else(|| record.declared(slot));
        if earlier.is_some_and(|earlier| earlier != Value::from(value)) {
            self.disagreeing.insert(slot);
        }
        self.facts.insert(slot, (value.clone(), class));
    }
}

/// The facts that attestations state, oldest first.
fn stated<'a>(newest_first: &'a [Attested<'_>]) -> impl Iterator<Item = (&'a Name, &'a FactValue)> {
    let oldest_first = newest_first.iter().rev();
    oldest_first.flat_map(|attested| &attested.attestation.facts)
}

/// The facts that a probe last saw, however long ago.
fn seen<'a>(judged: &'a Judged<'_>) -> impl Iterator<Item = (&'a Name, &'a FactValue)> {
    let observed = judged.observed;
    let found: Option<&Observation> = observed.and_then(|observed| observed.conclusive.as_ref());
    found.into_iter().flat_map(|found| &found.facts)
}

//! What is believed of a capability, and of each of its facts.

use std::collections::BTreeSet;

use gradus_engine::delta::{Observation, Standing};
use gradus_engine::key::Name;
use gradus_engine::model::Strength;
use gradus_engine::object::{Attestation, Capability, Claim, EvidenceItem, EvidenceKind, Subject};
use gradus_engine::verdict::{CapabilityState, EvidenceClass, Truth};

use super::case::Case;
use super::predicate::Facts;
use super::time;
use crate::scene::Placed;

/// The state, by the first row of `docs/reference/scoring.md` §1 that fits; everything on a cycle is Unknown.
pub(super) fn state(case: &Case<'_>, name: &str) -> CapabilityState {
    let (placed, capability) = case.capability(name).expect("a declared capability");
    if matches!(placed.standing, Standing::Unavailable { .. }) || on_a_cycle(case, name) {
        return CapabilityState::Unknown;
    }
    if capability.claim == Claim::Absent {
        return CapabilityState::Absent;
    }
    let items: Vec<Truth> = capability
        .evidence
        .iter()
        .map(|item| item_verdict(case, name, placed, item))
        .collect();
    if items.contains(&Truth::False) {
        return CapabilityState::Refuted;
    }
    if items.contains(&Truth::Unknown) || capability.claim == Claim::Unknown {
        return CapabilityState::Unknown;
    }
    let dependencies: Vec<Option<CapabilityState>> = gates(capability)
        .map(|other| case.capability(other).map(|_| state(case, other)))
        .collect();
    let lost = |state: &Option<CapabilityState>| {
        matches!(
            state,
            None | Some(
                CapabilityState::Refuted | CapabilityState::Absent | CapabilityState::Degraded
            )
        )
    };
    if dependencies.iter().any(lost) {
        CapabilityState::Degraded
    } else if dependencies.contains(&Some(CapabilityState::Unknown)) {
        CapabilityState::Unknown
    } else if items.is_empty() {
        CapabilityState::Declared
    } else {
        CapabilityState::Proven
    }
}

/// Whether it is there.
pub(super) fn exists(case: &Case<'_>, name: &str) -> Truth {
    if taken_at_its_claim(case, name) {
        return Truth::True;
    }
    match state(case, name) {
        CapabilityState::Proven | CapabilityState::Declared => Truth::True,
        CapabilityState::Unknown => Truth::Unknown,
        CapabilityState::Refuted | CapabilityState::Degraded | CapabilityState::Absent => {
            Truth::False
        }
    }
}

/// Whether it is claimed Present though Refuted, Unknown or Degraded.
pub(super) fn claimed_and_down(case: &Case<'_>, name: &str) -> bool {
    let (_, stated) = case.capability(name).expect("a declared capability");
    stated.claim == Claim::Present
        && matches!(
            state(case, name),
            CapabilityState::Refuted | CapabilityState::Unknown | CapabilityState::Degraded
        )
}

/// Whether this case takes its claim for the truth.
pub(super) fn taken_at_its_claim(case: &Case<'_>, name: &str) -> bool {
    case.at_claim && claimed_and_down(case, name)
}

fn gates(capability: &Capability) -> impl Iterator<Item = &str> {
    capability
        .depends_on
        .iter()
        .filter(|(_, strength)| *strength == Strength::Gate)
        .map(|(name, _)| &**name)
}

fn on_a_cycle(case: &Case<'_>, name: &str) -> bool {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(from) = waiting.pop() {
        let Some((_, capability)) = case.capability(from) else {
            continue;
        };
        for other in gates(capability) {
            if other == name {
                return true;
            }
            if reached.insert(other) {
                waiting.push(other);
            }
        }
    }
    false
}

/// The last conclusive observation, of whatever age.
fn looked<'a>(case: &Case<'a>, placed: &Placed, item: &EvidenceItem) -> Option<&'a Observation> {
    let look = case
        .scene
        .looks
        .get(&(placed.life.uid.clone(), item.name.clone()))?;
    let found = look.found.as_ref()?;
    (look.item_digest == item.digest).then_some(found)
}

/// The last conclusive observation, while it lasts.
fn observed<'a>(case: &Case<'a>, placed: &Placed, item: &EvidenceItem) -> Option<&'a Observation> {
    let found = looked(case, placed, item)?;
    (case.now < found.at + item.max_age + item.grace).then_some(found)
}

fn item_verdict(case: &Case<'_>, name: &str, placed: &Placed, item: &EvidenceItem) -> Truth {
    match &item.kind {
        EvidenceKind::Probe { .. } => {
            observed(case, placed, item).map_or(Truth::Unknown, |found| found.verdict)
        }
        EvidenceKind::Attestation { minimum, external } => {
            let fitting = counted(case, name)
                .filter(|(_, attestation)| !external || attestation.external.is_some());
            if fitting.count() >= *minimum as usize {
                Truth::True
            } else {
                Truth::Unknown
            }
        }
    }
}

/// The counted attestations that name it.
fn counted<'a>(case: &Case<'a>, name: &'a str) -> impl Iterator<Item = (&'a str, &'a Attestation)> {
    let now = case.now;
    case.scene
        .attestations(case.namespace)
        .filter(move |(_, attestation)| {
            time::attested(attestation, now) && names(attestation, name)
        })
}

fn names(attestation: &Attestation, name: &str) -> bool {
    matches!(&attestation.subject, Subject::Capability(subject) if **subject == *name)
}

/// Whether an outside organisation vouches for it.
pub(super) fn vouched_from_outside(case: &Case<'_>, name: &str) -> bool {
    counted(case, name).any(|(_, attestation)| attestation.external.is_some())
}

/// The class of its existence.
pub(super) fn class(case: &Case<'_>, name: &str) -> EvidenceClass {
    let (placed, capability) = case.capability(name).expect("a declared capability");
    let probed = capability.evidence.iter().any(|item| {
        matches!(item.kind, EvidenceKind::Probe { .. })
            && item_verdict(case, name, placed, item) == Truth::True
    });
    if probed {
        EvidenceClass::Probed
    } else if counted(case, name).next().is_some() {
        EvidenceClass::Attested
    } else {
        EvidenceClass::Declared
    }
}

/// The facts in force: a probe's over the newest attestation's over the declaration.
pub(super) fn facts(case: &Case<'_>, name: &str) -> Facts {
    if taken_at_its_claim(case, name) {
        return last_known(case, name);
    }
    let (placed, capability) = case.capability(name).expect("a declared capability");
    let mut facts = declared(capability);
    overlay(&mut facts, counted(case, name).collect());
    for (item, supplied) in probes(capability) {
        let observation = observed(case, placed, item);
        for fact in supplied {
            match observation.map(|found| found.facts.get(fact)) {
                None => drop(facts.insert(fact.to_string(), None)),
                Some(Some(value)) => {
                    let value = (value.clone(), EvidenceClass::Probed);
                    facts.insert(fact.to_string(), Some(value));
                }
                Some(None) => {}
            }
        }
    }
    facts
}

/// The facts as last known: declared, overlaid by what last supplied them, ended or not.
pub(super) fn last_known(case: &Case<'_>, name: &str) -> Facts {
    let (placed, capability) = case.capability(name).expect("a declared capability");
    let mut facts = declared(capability);
    let all = case.scene.attestations(case.namespace);
    let begun = all.filter(|(_, attestation)| {
        names(attestation, name) && time::begun(attestation.issued, case.now)
    });
    overlay(&mut facts, begun.collect());
    for (item, supplied) in probes(capability) {
        let Some(found) = looked(case, placed, item) else {
            continue;
        };
        for fact in supplied {
            if let Some(value) = found.facts.get(fact) {
                let value = (value.clone(), EvidenceClass::Probed);
                facts.insert(fact.to_string(), Some(value));
            }
        }
    }
    facts
}

fn declared(capability: &Capability) -> Facts {
    let facts = capability.facts.iter();
    facts
        .map(|(fact, value)| {
            let value = (value.clone(), EvidenceClass::Declared);
            (fact.to_string(), Some(value))
        })
        .collect()
}

fn overlay(facts: &mut Facts, mut attestations: Vec<(&str, &Attestation)>) {
    attestations.sort_by_key(|(name, attestation)| (attestation.issued, *name));
    let supplied = attestations
        .iter()
        .flat_map(|(_, attestation)| &attestation.facts);
    for (fact, value) in supplied {
        let value = (value.clone(), EvidenceClass::Attested);
        facts.insert(fact.to_string(), Some(value));
    }
}

fn probes(capability: &Capability) -> impl Iterator<Item = (&EvidenceItem, &[Name])> {
    let items = capability.evidence.iter();
    items.filter_map(|item| match &item.kind {
        EvidenceKind::Probe { facts, .. } => Some((item, facts.as_slice())),
        EvidenceKind::Attestation { .. } => None,
    })
}

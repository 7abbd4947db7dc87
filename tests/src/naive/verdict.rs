//! Verdicts: satisfied, met, held, waived.

use std::collections::{BTreeMap, BTreeSet};

use gradus_engine::key::Name;
use gradus_engine::model::{Criterion, CriterionKind, Negates, Strength};
use gradus_engine::object::{Claim, TreatAs};
use gradus_engine::verdict::{CapabilityState, Truth, Verdict};

use super::requirement::{self, Case};
use super::{all, any, capability, not, time};

/// The verdict of every criterion.
pub(super) fn verdicts(case: &Case<'_>) -> BTreeMap<String, Verdict> {
    case.model
        .criteria
        .iter()
        .map(|criterion| (criterion.name.to_string(), verdict(case, criterion)))
        .collect()
}

fn verdict(case: &Case<'_>, criterion: &Criterion) -> Verdict {
    let holds = if criterion.kind == CriterionKind::Negative {
        describes(case, criterion)
    } else {
        Some(met(case, criterion))
    };
    let Some(holds) = holds
        .filter(|_| applies(case, criterion) && !waived(case, criterion, TreatAs::NotApplicable))
    else {
        return Verdict::NotApplicable;
    };
    match holds {
        Truth::True if holds_only_as_a_lesser_state(case, criterion) => Verdict::Held,
        Truth::True => Verdict::Met,
        _ if waived(case, criterion, TreatAs::Met) => Verdict::Waived,
        Truth::Unknown => Verdict::Unknown,
        Truth::False => Verdict::Unmet,
    }
}

fn criterion<'a>(case: &Case<'a>, name: &str) -> &'a Criterion {
    case.model
        .criteria
        .iter()
        .find(|known| *known.name == *name)
        .expect("a criterion of the model")
}

/// Not named as not applicable, and every asked attribute matches.
fn applies(case: &Case<'_>, criterion: &Criterion) -> bool {
    let excused = !case.bare
        && case
            .assessment
            .not_applicable
            .iter()
            .any(|(name, _)| *name == criterion.name);
    let matches = criterion.applies_to.iter().all(|(attribute, wanted)| {
        let stated = case.assessment.attributes.get(attribute);
        stated.is_some_and(|stated| stated.iter().any(|value| wanted.contains(value)))
    });
    matches && !excused
}

fn waived(case: &Case<'_>, criterion: &Criterion, treat_as: TreatAs) -> bool {
    !case.bare
        && criterion.waivable
        && case.scene.waivers(case.namespace).any(|waiver| {
            *waiver.assessment == *case.name
                && waiver.treat_as == treat_as
                && waiver.criteria.contains(&criterion.name)
                && time::waived(waiver, case.now)
        })
}

fn satisfied(case: &Case<'_>, this: &Criterion) -> Truth {
    let gates = this
        .depends_on
        .iter()
        .filter(|dependency| dependency.strength == Strength::Gate);
    let opened = gates
        .map(|gate| criterion(case, &gate.criterion))
        .filter(|first| applies(case, first))
        .map(|first| met(case, first));
    all([requirement::holds(case, this)].into_iter().chain(opened))
}

/// By itself or a successor; or held.
fn met(case: &Case<'_>, this: &Criterion) -> Truth {
    if held(case, this) {
        Truth::True
    } else {
        stands(case, this)
    }
}

fn stands(case: &Case<'_>, this: &Criterion) -> Truth {
    any([this]
        .into_iter()
        .chain(successors(case, this))
        .map(|criterion| satisfied(case, criterion)))
}

fn successors<'a>(case: &Case<'a>, this: &Criterion) -> Vec<&'a Criterion> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&Name> = this.superseded_by.iter().collect();
    while let Some(name) = waiting.pop() {
        if found.insert(name.to_string()) {
            waiting.extend(&criterion(case, name).superseded_by);
        }
    }
    found
        .iter()
        .map(|name| criterion(case, name))
        .filter(|successor| applies(case, successor))
        .collect()
}

fn holds_only_as_a_lesser_state(case: &Case<'_>, criterion: &Criterion) -> bool {
    criterion.kind != CriterionKind::Negative && held(case, criterion)
}

fn held(case: &Case<'_>, this: &Criterion) -> bool {
    if this.kind != CriterionKind::Interim || stands(case, this) == Truth::True {
        return false;
    }
    let better: Vec<Name> = successors(case, this)
        .iter()
        .flat_map(|successor| requirement::asked_for(&successor.requires))
        .collect();
    let own = requirement::asked_for(&this.requires);
    let down = |state| {
        matches!(
            state,
            CapabilityState::Refuted | CapabilityState::Unknown | CapabilityState::Degraded
        )
    };
    let claimed_and_down = case.selected().any(|(name, stated)| {
        better.contains(&stated.kind)
            && stated.claim == Claim::Present
            && down(capability::state(case, name))
    });
    let denied = case
        .selected()
        .any(|(_, stated)| own.contains(&stated.kind) && stated.claim == Claim::Absent);
    claimed_and_down && !denied
}

/// Whether a negative criterion describes the site; none when everything it denies does not apply.
fn describes(case: &Case<'_>, this: &Criterion) -> Option<Truth> {
    let (names, some) = match this
        .negates
        .as_ref()
        .expect("a negative criterion denies something")
    {
        Negates::AnyOf(names) => (names, true),
        Negates::AllOf(names) => (names, false),
    };
    let denied: Vec<Truth> = names
        .iter()
        .map(|name| criterion(case, name))
        .filter(|denied| applies(case, denied))
        .map(|denied| met(case, denied))
        .collect();
    (!denied.is_empty()).then(|| not(if some { any(denied) } else { all(denied) }))
}

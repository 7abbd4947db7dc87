//! The stage walk, overall and by domain.

use std::collections::BTreeMap;

use gradus_engine::model::{Aggregate, Criterion, CriterionKind, EmptyStage, Stage};
use gradus_engine::object::Subject;
use gradus_engine::verdict::Verdict;

use super::requirement::Case;
use super::time;

type Verdicts = BTreeMap<String, Verdict>;

/// The applicable scored positive criteria, of one domain or of all.
pub(super) fn counting<'a>(
    case: &Case<'a>,
    verdicts: &Verdicts,
    domain: Option<&str>,
) -> Vec<&'a Criterion> {
    case.model
        .criteria
        .iter()
        .filter(|criterion| criterion.scored && criterion.kind != CriterionKind::Negative)
        .filter(|criterion| verdicts[&*criterion.name] != Verdict::NotApplicable)
        .filter(|criterion| domain.is_none() || criterion.domain.as_deref() == domain)
        .collect()
}

fn counts(verdict: Verdict, unknown_counts: bool) -> bool {
    match verdict {
        Verdict::Met | Verdict::Held | Verdict::Waived => true,
        Verdict::Unknown => unknown_counts,
        Verdict::Unmet | Verdict::NotApplicable => false,
    }
}

struct Weights {
    of: u64,
    met: u64,
}

fn weights(
    case: &Case<'_>,
    verdicts: &Verdicts,
    domain: Option<&str>,
    stage: &Stage,
    unknown_counts: bool,
) -> Weights {
    let mut weights = Weights { of: 0, met: 0 };
    for criterion in counting(case, verdicts, domain) {
        if criterion.stage == Some(stage.rank) {
            weights.of += u64::from(criterion.weight);
            if counts(verdicts[&*criterion.name], unknown_counts) {
                weights.met += u64::from(criterion.weight);
            }
        }
    }
    weights
}

fn passes(case: &Case<'_>, weights: &Weights, stage: &Stage) -> bool {
    let walk = &case.model.scoring.walk;
    let enough = if weights.of == 0 {
        walk.empty_stage != EmptyStage::Fail
    } else {
        u64::from(walk.numerator) * weights.of <= u64::from(walk.denominator) * weights.met
    };
    enough && (stage.gate.is_none() || awarded(case, stage.rank))
}

/// "The highest rank s such that every stage above the first and up to s passes, else the first".
pub(super) fn stage(
    case: &Case<'_>,
    verdicts: &Verdicts,
    domain: Option<&str>,
    unknown_counts: bool,
) -> Option<u32> {
    let mut result = case.model.stages.first()?.rank;
    for stage in case.model.stages.iter().skip(1) {
        let weights = weights(case, verdicts, domain, stage, unknown_counts);
        if !passes(case, &weights, stage) {
            break;
        }
        let may_be_the_result =
            weights.of > 0 || case.model.scoring.walk.empty_stage == EmptyStage::Pass;
        if may_be_the_result {
            result = stage.rank;
        }
    }
    Some(result)
}

/// Weight missing for the lowest stage that does not pass.
pub(super) fn missing(case: &Case<'_>, verdicts: &Verdicts) -> u64 {
    let walk = &case.model.scoring.walk;
    for stage in case.model.stages.iter().skip(1) {
        let weights = weights(case, verdicts, None, stage, false);
        if !passes(case, &weights, stage) {
            let required =
                (u64::from(walk.numerator) * weights.of).div_ceil(u64::from(walk.denominator));
            return required.saturating_sub(weights.met);
        }
    }
    0
}

/// Whether anything in or below a domain counts.
pub(super) fn listed(case: &Case<'_>, verdicts: &Verdicts, domain: &str) -> bool {
    !counting(case, verdicts, Some(domain)).is_empty()
        || children(case, domain)
            .iter()
            .any(|child| listed(case, verdicts, child))
}

pub(super) fn children<'a>(case: &Case<'a>, domain: &str) -> Vec<&'a str> {
    let below = case
        .model
        .domains
        .iter()
        .filter(|child| child.parent.as_deref() == Some(domain));
    below.map(|child| &*child.name).collect()
}

/// A domain without children is walked; one with children is the lowest of them, or nothing.
pub(super) fn domain_stage(
    case: &Case<'_>,
    verdicts: &Verdicts,
    domain: &str,
    unknown_counts: bool,
) -> Option<u32> {
    let children = children(case, domain);
    if !listed(case, verdicts, domain) {
        None
    } else if children.is_empty() {
        stage(case, verdicts, Some(domain), unknown_counts)
    } else if case.model.scoring.inner == Aggregate::Min {
        children
            .iter()
            .filter_map(|child| domain_stage(case, verdicts, child, unknown_counts))
            .min()
    } else {
        None
    }
}

fn awarded(case: &Case<'_>, rank: u32) -> bool {
    awards(case).any(|stage| stage >= rank)
}

/// Whether any counted award is for this assessment and model.
pub(super) fn any_award(case: &Case<'_>) -> bool {
    awards(case).next().is_some()
}

fn awards<'a>(case: &'a Case<'_>) -> impl Iterator<Item = u32> + 'a {
    case.scene
        .attestations(case.namespace)
        .filter_map(|(_, attestation)| {
            let Subject::Award {
                assessment,
                model,
                stage,
            } = &attestation.subject
            else {
                return None;
            };
            let gate = case
                .model
                .stages
                .iter()
                .find(|known| known.rank == *stage)
                .and_then(|stage| stage.gate);
            let valid = **assessment == *case.name
                && *model == case.model.name
                && attestation.external.is_some()
                && time::attested(attestation, case.now)
                && time::lasts(attestation, gate.and_then(|gate| gate.valid_for), case.now);
            valid.then_some(*stage)
        })
}

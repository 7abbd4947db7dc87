//! The stage walk, overall and by domain.

use gradus_engine::model::{Aggregate, EmptyStage, Stage};
use gradus_engine::object::Subject;
use gradus_engine::verdict::Verdict;

use super::case::Case;
use super::reading::Reading;

struct Weights {
    of: u64,
    met: u64,
}

impl Reading<'_, '_> {
    /// "The highest rank s such that every stage above the first and up to s passes, else the first".
    pub(super) fn walked_stage(&self, domain: Option<&str>) -> Option<u32> {
        let model = self.case().model;
        let mut result = model.stages.first()?.rank;
        for stage in model.stages.iter().skip(1) {
            let weights = self.weights(domain, stage);
            if !self.passes(&weights, stage) {
                break;
            }
            if weights.of > 0 || model.scoring.walk.empty_stage == EmptyStage::Pass {
                result = stage.rank;
            }
        }
        Some(result)
    }

    /// Whether every stage above the first and up to this one passes.
    pub(in crate::oracle) fn reaches(&self, rank: u32) -> bool {
        let above_the_first = self.case().model.stages.iter().skip(1);
        above_the_first
            .take_while(|stage| stage.rank <= rank)
            .all(|stage| self.passes(&self.weights(None, stage), stage))
    }

    /// Weight missing for the lowest stage that does not pass.
    pub(super) fn missing(&self) -> u64 {
        let walk = &self.case().model.scoring.walk;
        for stage in self.case().model.stages.iter().skip(1) {
            let weights = self.weights(None, stage);
            if !self.passes(&weights, stage) {
                let required =
                    (u64::from(walk.numerator) * weights.of).div_ceil(u64::from(walk.denominator));
                return required.saturating_sub(weights.met);
            }
        }
        0
    }

    /// A domain without children is walked; one with children is the lowest of them, or nothing.
    pub(super) fn domain_stage(&self, domain: &str) -> Option<u32> {
        let children = self.children(domain);
        if !self.listed(domain) {
            None
        } else if children.is_empty() {
            self.walked_stage(Some(domain))
        } else if self.case().model.scoring.inner == Aggregate::Min {
            children
                .iter()
                .filter_map(|child| self.domain_stage(child))
                .min()
        } else {
            None
        }
    }

    fn weights(&self, domain: Option<&str>, stage: &Stage) -> Weights {
        let mut weights = Weights { of: 0, met: 0 };
        for criterion in self.counting(domain) {
            if criterion.stage == Some(stage.rank) {
                weights.of += u64::from(criterion.weight);
                if self.counts(self.verdicts[&*criterion.name]) {
                    weights.met += u64::from(criterion.weight);
                }
            }
        }
        weights
    }

    fn counts(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Met | Verdict::Held | Verdict::Waived => true,
            Verdict::Unknown => self.unknown_counts,
            Verdict::Unmet | Verdict::NotApplicable => false,
        }
    }

    fn passes(&self, weights: &Weights, stage: &Stage) -> bool {
        let walk = &self.case().model.scoring.walk;
        let enough = if weights.of == 0 {
            walk.empty_stage != EmptyStage::Fail
        } else {
            u64::from(walk.numerator) * weights.of <= u64::from(walk.denominator) * weights.met
        };
        enough && (stage.gate.is_none() || self.gate_is_open(stage.rank))
    }

    fn gate_is_open(&self, rank: u32) -> bool {
        self.awarded || awards(self.case()).any(|stage| stage >= rank)
    }
}

/// The stages of the counted awards for this assessment and model.
pub(super) fn awards<'a>(case: &'a Case<'_>) -> impl Iterator<Item = u32> + 'a {
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
            let valid = **assessment == *case.name
                && *model == case.model.name
                && attestation.external.is_some()
                && super::in_force(case.scene, attestation, case.now);
            valid.then_some(*stage)
        })
}

//! What the fold reads of a settled assessment: where it stands, what is lost, and why.

use jiff::Timestamp;

use super::causes::closed_gate;
use super::entry::{AssessmentState, LostPoints, Scored};
use super::own_scope::scope_digest;
use super::state::World;
use crate::arena::{CriterionId, row};
use crate::fold::{DomainStage, FoldInput, Loss, Overall};
use crate::key::ObjectKey;
use crate::ledger::{Because, Grounds};
use crate::score::decider::decider;
use crate::score::walk::{Reading, gate_open};
use crate::verdict::{Cause, Reason, Truth, Verdict};

impl World {
    /// What the fold reads of a settled assessment; none when it is not there or cannot be scored.
    ///
    /// Ask after every settle, for every assessment among its changes: a cause is found while it
    /// still shows, and kept until the loss is committed.
    pub fn fold_input(&mut self, assessment: &ObjectKey) -> Option<FoldInput> {
        let id = self.assessment(assessment)?;
        let now = self.now?;
        self.find_causes(id, now);
        self.find_lost_points(id, now);
        let state = &self.assessments[id];
        let scored = state.scored.as_ref()?;
        let assessed = state.is_assessed();
        let position = scored.position();
        let model = &scored.program.model;
        let mut input = FoldInput {
            model: model.name.clone(),
            model_digest: model.digest.clone(),
            overall: Overall::of(model),
            stage: None,
            next_stage: None,
            missing: 0,
            domains: Vec::new(),
            assessed,
            suspended: state.spec.suspension(self.paused(state)).is_some(),
            regression: state.spec.regression.clone(),
            losses: Vec::new(),
            grounds: Grounds::default(),
        };
        // Where nothing is left to score, it is the scope that was lost.
        if scored.referenced {
            input.grounds = grounds(state, scored);
            input.losses = self.losses(state, scored, &input.grounds, now);
        }
        if assessed {
            let domains = position.domains();
            input.stage = position.stage(Reading::Proven);
            let next = position.next(&domains, input.stage);
            (input.next_stage, input.missing) = (next.rank, next.missing);
            let named = domains.iter().filter_map(|domain| {
                Some(DomainStage {
                    name: row(&model.domains, domain.id).name.clone(),
                    stage: domain.stage?,
                    missing: domain.missing,
                })
            });
            input.domains = named.collect();
        }
        Some(input)
    }

    /// Everything that does not count now, with the cause that was seen, or the one that shows.
    fn losses(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        grounds: &Grounds,
        now: Timestamp,
    ) -> Vec<Loss> {
        let program = &scored.program;
        let remembered = &state.ledger.grounds;
        let rescoped = remembered.scope.is_some() && remembered.scope != grounds.scope;
        let mut losses: Vec<Loss> = program
            .statements()
            .filter(|(id, _, statement)| statement.counts && scored.lane.verdict(*id).is_open())
            .map(|(index, criterion, _)| {
                let flip = state.flips.iter().find(|flip| flip.id() == Some(index));
                Loss {
                    stage: criterion.stage,
                    domain: criterion.domain.clone(),
                    criterion: Some(criterion.name.clone()),
                    weight: u64::from(criterion.weight),
                    since: flip.map(|flip| flip.at),
                    because: match flip {
                        Some(flip) => self.cause_of(state, scored, flip, now),
                        // It was lost while nobody looked.
                        None if remembered.waives(&criterion.name) => {
                            self.ended_waiver(state, scored, index)
                        }
                        None if rescoped => Because::of(Cause::ScopeChanged),
                        None => self.reason_now(state, scored, index, now),
                    },
                    unreadable: is_unreadable(scored, index),
                }
            })
            .collect();
        losses.extend(self.closed_gates(state, scored, now));
        losses.extend(state.lost_points.iter().map(LostPoints::loss));
        losses.sort_by(|left, right| {
            let rank = |loss: &Loss| (loss.stage, loss.since.is_none(), loss.since);
            rank(left)
                .cmp(&rank(right))
                .then_with(|| left.criterion.cmp(&right.criterion))
        });
        losses
    }

    fn closed_gates(&self, state: &AssessmentState, scored: &Scored, now: Timestamp) -> Vec<Loss> {
        let awarded = scored.awarded();
        let flip = state.flips.iter().find(|flip| flip.criterion.is_none());
        let stages = scored.program.model.stages.iter();
        stages
            .filter(|stage| !gate_open(stage, awarded))
            .map(|stage| Loss {
                stage: Some(stage.rank),
                domain: None,
                criterion: None,
                weight: 0,
                since: flip.map(|flip| flip.at),
                because: match flip {
                    Some(flip) => self.cause_of(state, scored, flip, now),
                    None => closed_gate(self.last_award(state)),
                },
                unreadable: false,
            })
            .collect()
    }
}

/// What the score rests on that can go without a trace.
fn grounds(state: &AssessmentState, scored: &Scored) -> Grounds {
    let criteria = scored.program.statements();
    let mut waived: Vec<String> = criteria
        .filter(|(id, ..)| scored.lane.verdict(*id) == Verdict::Waived)
        .map(|(_, criterion, _)| criterion.name.to_string())
        .collect();
    waived.sort_unstable();
    waived.truncate(Grounds::WAIVED);
    Grounds {
        scope: Some(scope_digest(&state.spec)),
        waived,
    }
}

/// Whether a criterion fails now only because what it asks of cannot be read.
fn is_unreadable(scored: &Scored, criterion: CriterionId) -> bool {
    let decides = decider(&scored.program, &scored.lane, criterion);
    let decides = scored.lane.own(decides);
    decides.truth == Truth::Unknown && decides.reason == Reason::SourceUnavailable
}

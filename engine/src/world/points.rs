//! Points that fell though no verdict changed: an answer is worth less than before.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::Timestamp;

use super::entry::{AssessmentState, LostPoints, Scored};
use super::own_scope::scope_digest;
use super::state::World;
use crate::arena::{AssessmentId, DomainId, row};
use crate::fold::{Loss, Overall};
use crate::interner::Symbol;
use crate::key::Name;
use crate::ledger::Because;
use crate::program::Points;
use crate::score::lane::Lane;
use crate::score::requirement::evaluate;
use crate::score::walk::Reading;
use crate::verdict::Cause;

impl World {
    /// Finds the change that a level of points fell by, while it still shows.
    pub(super) fn find_lost_points(&mut self, id: AssessmentId, now: Timestamp) {
        let state = &self.assessments[id];
        let Some(scored) = &state.scored else {
            return;
        };
        let found: Vec<LostPoints> = graded_ladders(state, scored)
            .filter_map(|domain| {
                let because = self.lost_points(state, scored, domain, now)?;
                let domain = name_of(scored, domain);
                Some(LostPoints {
                    domain,
                    at: now,
                    because,
                })
            })
            .collect();
        let known = &mut self.assessments[id].lost_points;
        known.retain(|known| found.iter().all(|found| found.domain != known.domain));
        known.extend(found);
    }

    fn lost_points(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        domain: Option<DomainId>,
        now: Timestamp,
    ) -> Option<Because> {
        let stands = stage(scored, &scored.lane, domain)?;
        let mark = match domain {
            None => state.ledger.high_water.as_ref()?.stage,
            Some(id) => {
                let name = &row(&scored.program.model.domains, id).name;
                *state.ledger.domain_high_water.get(&**name)?
            }
        };
        if stands >= mark {
            return None;
        }
        let types: BTreeSet<Symbol> = scored.program.asked.iter().copied().collect();
        let higher = |lane: &Lane| stage(scored, lane, domain) > Some(stands);
        let changed = self.change_that_broke(state, scored, &types, &higher, now);
        changed.or_else(|| {
            let is_known = state
                .lost_points
                .iter()
                .any(|known| known.domain == name_of(scored, domain));
            let same_scope = state.ledger.grounds.scope == Some(scope_digest(&state.spec));
            let edition = state.ledger.edition.as_ref();
            let same_model = edition
                .is_some_and(|edition| *edition.model_digest == *scored.program.model.digest);
            (!is_known && same_scope && same_model)
                .then(|| self.lowest_answer(state, scored, domain))?
        })
    }

    /// The capability whose answer is furthest below the best one: what shows of a loss that happened while nobody
    /// looked.
    // See D-129.
    fn lowest_answer(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        domain: Option<DomainId>,
    ) -> Option<Because> {
        let selection = self.selection(state, None);
        let asked = scored.program.statements().filter(|(_, _, statement)| {
            statement.counts && domain.is_none_or(|domain| statement.domain == Some(domain))
        });
        let below = asked.filter_map(|(_, _, statement)| {
            let highest = Points::from_integer(statement.points?.highest);
            let found = evaluate(&scored.program, statement, &selection);
            let name = found.capability?.record.key.name.clone();
            let below = highest - found.points?;
            (below > Points::from_integer(0)).then_some((below, Reverse(name)))
        });
        let (_, Reverse(name)) = below.max()?;
        Some(Because {
            capability: Some(name),
            ..Because::of(Cause::CapabilityLost)
        })
    }
}

/// The ladders of an assessment that are made of points.
fn graded_ladders(
    state: &AssessmentState,
    scored: &Scored,
) -> impl Iterator<Item = Option<DomainId>> {
    let model = &scored.program.model;
    let (whole, domains) = match Overall::of(model) {
        _ if !state.is_assessed() => (false, false),
        Overall::None => (false, true),
        Overall::Whole => (!scored.program.walks_overall(), false),
        Overall::LowestDomain => (false, false),
    };
    let domains = crate::arena::entries::<DomainId, _>(&model.domains)
        .filter(move |_| domains)
        .map(|(id, _)| Some(id));
    whole.then_some(None).into_iter().chain(domains)
}

fn name_of(scored: &Scored, domain: Option<DomainId>) -> Option<Name> {
    domain.map(|id| row(&scored.program.model.domains, id).name.clone())
}

fn stage(scored: &Scored, lane: &Lane, domain: Option<DomainId>) -> Option<u32> {
    let position = scored.position_of(lane);
    match domain {
        None => position.stage(Reading::Proven),
        Some(id) => {
            let domains = position.domains();
            let found = domains.iter().find(|found| found.id == id);
            found.and_then(|found| found.stage)
        }
    }
}

impl LostPoints {
    /// As the fold reads it.
    pub(super) fn loss(&self) -> Loss {
        Loss {
            stage: None,
            domain: self.domain.clone(),
            criterion: None,
            weight: 0,
            since: Some(self.at),
            because: self.because.clone(),
            unreadable: false,
        }
    }
}

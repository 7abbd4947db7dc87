//! Points that fell though no verdict changed: an answer is worth less than before.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::entry::{AssessmentState, LostPoints, Scored};
use super::state::World;
use crate::arena::{AssessmentId, DomainId, row};
use crate::fold::{Loss, Overall};
use crate::interner::Symbol;
use crate::ledger::Because;
use crate::score::lane::Lane;
use crate::score::walk::Reading;

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
                let domain = domain.map(|id| row(&scored.program.model.domains, id).name.clone());
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
        self.change_that_broke(state, scored, &types, &higher, now)
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

//! Which criterion's own requirement decides a verdict.

use super::lane::Lane;
use crate::arena::CriterionId;
use crate::program::Program;

/// The criterion whose own requirement decides that this one is not met, or that it cannot be told:
/// itself, a successor that leaves it open, or a gate of either.
pub(crate) fn decider(program: &Program, lane: &Lane, criterion: CriterionId) -> CriterionId {
    let truth = lane.met(criterion).truth;
    let applies = |id: &&CriterionId| !lane.overlay(**id).excluded;
    let mut decider = criterion;
    for _ in 0..program.criteria.len() {
        let successors = program.criteria[decider].successors.iter().filter(applies);
        let mut standing = std::iter::once(&decider).chain(successors);
        let decides = |id: &&CriterionId| lane.satisfied(program, **id) == truth;
        decider = standing.find(decides).copied().unwrap_or(decider);
        if lane.own(decider).truth == truth {
            return decider;
        }
        let mut gates = program.criteria[decider].gates.iter().filter(applies);
        match gates.find(|gate| lane.met(**gate).truth == truth) {
            Some(gate) => decider = *gate,
            None => return decider,
        }
    }
    decider
}

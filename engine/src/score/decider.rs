//! Which criterion's own requirement decides a verdict.

use super::lane::Lane;
use crate::program::Program;

/// The criterion whose own requirement decides that this one is not met, or that it cannot be told:
/// itself, a successor that leaves it open, or a gate of either.
pub(crate) fn decider(program: &Program, lane: &Lane, criterion: u32) -> u32 {
    let truth = lane.met(criterion).truth;
    let applies = |index: &u32| !lane.overlay(*index).excluded;
    let mut decider = criterion;
    for _ in 0..program.criteria.len() {
        let Some(statement) = program.statement(decider) else {
            return decider;
        };
        let successors = statement.successors.iter().copied().filter(applies);
        let decides = |index: &u32| lane.satisfied(program, *index) == truth;
        let mut standing = std::iter::once(decider).chain(successors);
        decider = standing.find(decides).unwrap_or(decider);
        if lane.own(decider).truth == truth {
            return decider;
        }
        let gates = program
            .statement(decider)
            .into_iter()
            .flat_map(|statement| statement.gates.iter().copied())
            .filter(applies);
        match gates
            .into_iter()
            .find(|gate| lane.met(*gate).truth == truth)
        {
            Some(gate) => decider = gate,
            None => return decider,
        }
    }
    decider
}

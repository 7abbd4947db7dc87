//! An assessment as time goes on: what turns is derived again, and only what reads it is asked again.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::turn::Turn;
use crate::arena::CapabilityId;
use crate::capability::CapabilityNow;
use crate::interner::Symbol;
use crate::score::lane::Lane;
use crate::score::position::Position;
use crate::score::walk::Reading;
use crate::view::EndKind;
use crate::world::{AssessmentState, Moment, Overrides, Scored, World};

/// An assessment at a later instant.
pub(super) struct Replay<'w> {
    world: &'w World,
    state: &'w AssessmentState,
    scored: &'w Scored,
    /// The capabilities that have turned by then.
    overrides: Overrides,
    lane: Lane,
    /// Whether it is assessed whatever its awards: something that it asks for is there, or it has a mark.
    stands: bool,
}

impl<'w> Replay<'w> {
    /// As it stands now.
    pub(super) fn begin(world: &'w World, state: &'w AssessmentState, scored: &'w Scored) -> Self {
        let selection = world.selection(state, None);
        let mut asked = scored.program.asked.iter();
        let declared = asked.any(|kind| selection.of_kind(*kind).next().is_some());
        Self {
            world,
            state,
            scored,
            overrides: Overrides::default(),
            lane: scored.lane.clone(),
            stands: declared || state.ledger.has_mark(),
        }
    }

    /// Goes on to an instant at which these turn, and says the stage from then on.
    pub(super) fn turn(&mut self, at: Timestamp, turning: &[Turn]) -> Option<u32> {
        let moment = Moment::of(at);
        let about = turning.iter().filter_map(|turn| turn.capability.as_ref());
        let kinds = self.derive_again(&about.map(|(id, _)| *id).collect(), moment);
        let (world, program) = (self.world, &self.scored.program);
        let selection = world.selection(self.state, Some(&self.overrides));
        if turning.iter().any(|turn| turn.kind == EndKind::Waiver) {
            let overlay = world.overlay_at(self.state, program, at, &|_| false);
            self.lane = Lane::build(program, &selection, &overlay);
        } else {
            self.lane.touch(program, &selection, &kinds);
        }
        let award = world.award(self.state, program, moment);
        let position = Position {
            program,
            lane: &self.lane,
            awarded: award.as_ref().map(|award| award.stage),
        };
        let assessed = self.stands || award.is_some();
        position.stage(Reading::Proven).filter(|_| assessed)
    }

    /// Derives capabilities and all that need them at an instant; the types of those that differ.
    fn derive_again(
        &mut self,
        turning: &BTreeSet<CapabilityId>,
        moment: Moment<'_>,
    ) -> Vec<Symbol> {
        let (world, overrides) = (self.world, &mut self.overrides);
        let mut kinds = BTreeSet::new();
        for group in world.in_order(turning) {
            let circular = world.circular(&group);
            for id in group {
                let before = overrides.replaced.get(&id);
                let before = before.unwrap_or(&world.capabilities[id].now).clone();
                let derived = world.derived(id, moment, circular, &|other| {
                    overrides.replaced.get(&other).cloned()
                });
                if derived != before.derived {
                    kinds.insert(before.record.kind);
                    let now = CapabilityNow::new(before.record.clone(), derived);
                    overrides.replaced.insert(id, Arc::new(now));
                }
            }
        }
        kinds.into_iter().collect()
    }
}

//! When a stage falls if nobody acts: known beginnings and ends, replayed in order.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::replay::Replay;
use super::turn::{Turn, turns};
use crate::score::walk::Reading;
use crate::view::{End, EndKind, Forecast};
use crate::world::{AssessmentState, Scored, World};

/// What time alone does to an assessment.
#[derive(Debug, Default)]
pub(crate) struct Outlook {
    /// Everything that it rests on, or will, and that ends on a known date, soonest first.
    pub(crate) ends: Vec<End>,
    /// The first instant at which its stage is below today's.
    pub(crate) forecast: Option<Forecast>,
    /// The stage from each instant on at which something begins or ends; none where it cannot be told.
    stages: Vec<(Timestamp, Option<u32>)>,
}

impl Outlook {
    /// The last stage that is forecast before an instant; none when nothing changes until then.
    pub(crate) fn stage_before(&self, instant: Timestamp) -> Option<u32> {
        let before = self.stages.iter().rev();
        before
            .skip_while(|(at, _)| *at >= instant)
            .find_map(|(_, stage)| *stage)
    }
}

/// Replays everything that begins or ends after `now`, each of it once.
// See D-124.
pub(crate) fn outlook(
    world: &World,
    state: &AssessmentState,
    scored: &Scored,
    now: Timestamp,
) -> Outlook {
    let turns = turns(world, state, scored, now);
    let today = scored.position().stage(Reading::Proven);
    let mut replay = Replay::begin(world, state, scored);
    let (mut outlook, mut before) = (Outlook::default(), today);
    for together in turns.chunk_by(|left, right| left.at == right.at) {
        let Some(at) = together.first().map(|turn| turn.at) else {
            continue;
        };
        let stage = replay.turn(at, together);
        let falls_to = stage.filter(|stage| before.is_some_and(|before| *stage < before));
        outlook.end(together, falls_to);
        if let Some(stage) = stage.filter(|stage| today.is_some_and(|today| *stage < today)) {
            outlook.forecast.get_or_insert_with(|| Forecast {
                stage,
                at,
                because: said(together),
            });
        }
        outlook.stages.push((at, stage));
        before = stage.or(before);
    }
    outlook
}

impl Outlook {
    /// Takes in what ends together; the first of it tells the fall.
    fn end(&mut self, together: &[Turn], mut falls_to: Option<u32>) {
        let ends = together.iter().filter(|turn| !turn.begins);
        self.ends.extend(ends.map(|turn| End {
            at: turn.at,
            kind: turn.kind,
            name: turn.name.clone(),
            capability: turn.capability.as_ref().map(|(_, name)| name.clone()),
            falls_to: falls_to.take(),
        }));
    }
}

fn said(together: &[Turn]) -> String {
    let said = |turn: &Turn| {
        let what = match turn.kind {
            EndKind::Attestation => "attestation",
            EndKind::Waiver => "waiver",
            EndKind::Award => "award",
            EndKind::Grace => "grace of evidence",
        };
        let verb = if turn.begins { "begins" } else { "ends" };
        match &turn.capability {
            Some((_, capability)) => format!("{what} {} of {capability} {verb}", turn.name),
            None => format!("{what} {} {verb}", turn.name),
        }
    };
    let all: BTreeSet<String> = together.iter().map(said).collect();
    all.into_iter().collect::<Vec<_>>().join(", ")
}

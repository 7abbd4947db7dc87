//! When a stage falls if nobody acts: known ends, replayed in order.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::branch::{Circumstances, branch};
use crate::arena::CapabilityId;
use crate::key::Name;
use crate::object::EvidenceKind;
use crate::score::walk::Reading;
use crate::time::Phase;
use crate::verdict::Truth;
use crate::view::{End, EndKind, Forecast};
use crate::world::{AssessmentState, Scored, World, award_of};

/// At most this many instants are replayed for one assessment.
const INSTANTS: usize = 64;

/// Something that ends, with the capability that it supports.
struct KnownEnd {
    at: Timestamp,
    kind: EndKind,
    name: Name,
    capability: Option<(CapabilityId, Name)>,
}

/// Everything that an assessment rests on and that ends on a known date, soonest first, with
/// the stage after it where that is lower than before.
pub(crate) fn ends(
    world: &World,
    state: &AssessmentState,
    scored: &Scored,
    now: Timestamp,
) -> Vec<End> {
    let mut known = capability_ends(world, state, scored, now);
    known.extend(own_ends(world, state, scored, now));
    known.sort_by(|left, right| {
        (left.at, left.kind, &left.name).cmp(&(right.at, right.kind, &right.name))
    });
    let stages = replay(world, state, scored, &known, now);
    let mut falls = BTreeSet::new();
    known
        .into_iter()
        .map(|end| End {
            at: end.at,
            kind: end.kind,
            name: end.name,
            capability: end.capability.map(|(_, name)| name),
            falls_to: stages
                .get(&end.at)
                .copied()
                .filter(|_| falls.insert(end.at)),
        })
        .collect()
}

/// Stages after each instant at which the stage falls.
fn replay(
    world: &World,
    state: &AssessmentState,
    scored: &Scored,
    known: &[KnownEnd],
    now: Timestamp,
) -> BTreeMap<Timestamp, u32> {
    let mut stages = BTreeMap::new();
    let Some(mut stage) = scored.position().stage(Reading::Proven) else {
        return stages;
    };
    let mut aged = BTreeSet::new();
    let instants: BTreeSet<Timestamp> = known.iter().map(|end| end.at).collect();
    for at in instants.into_iter().take(INSTANTS) {
        let now_ending = known.iter().filter(|end| end.at == at);
        aged.extend(
            now_ending
                .filter_map(|end| end.capability.as_ref())
                .map(|(id, _)| *id),
        );
        let circumstances = Circumstances {
            at: Some(at),
            aged: aged.clone(),
            ..Circumstances::default()
        };
        let after = branch(world, state, scored, &circumstances, now)
            .stages
            .proven;
        if let Some(after) = after {
            if after < stage {
                stages.insert(at, after);
            }
            stage = after;
        }
    }
    stages
}

fn capability_ends(
    world: &World,
    state: &AssessmentState,
    scored: &Scored,
    now: Timestamp,
) -> Vec<KnownEnd> {
    let selection = world.selection(state, None);
    let mut ends = Vec::new();
    for kind in &scored.program.asked {
        for (id, capability) in selection.of_kind(*kind) {
            let Some(id) = id.filter(|_| capability.derived.detail.is_some()) else {
                continue;
            };
            let key = &capability.record.key;
            let name = &key.name;
            for (_, known) in world.attestations_for(key) {
                if known.validity.effective_at(now) == Phase::Effective {
                    ends.push(KnownEnd {
                        at: known.validity.end,
                        kind: EndKind::Attestation,
                        name: known.key.name.clone(),
                        capability: Some((id, name.clone())),
                    });
                }
            }
            ends.extend(grace_ends(world, id, name, now));
        }
    }
    ends
}

/// The grace of what has failed since its last conclusive observation; never the age of a
/// healthy probe.
// See D-023.
fn grace_ends(world: &World, id: CapabilityId, name: &Name, now: Timestamp) -> Vec<KnownEnd> {
    let known = &world.capabilities[id];
    let detail = known.now.derived.detail.as_deref();
    let items = known
        .now
        .record
        .evidence()
        .iter()
        .zip(detail.into_iter().flat_map(|detail| &detail.evidence));
    items
        .filter(|(item, view)| {
            let failing = known
                .observed
                .as_ref()
                .and_then(|items| items.get(&item.name));
            matches!(item.kind, EvidenceKind::Probe { .. })
                && view.verdict == Truth::True
                && failing.is_some_and(|observed| observed.attempt.is_some())
        })
        .filter_map(|(item, view)| {
            Some(KnownEnd {
                at: view.expires_at.filter(|at| *at > now)?,
                kind: EndKind::Grace,
                name: item.name.clone(),
                capability: Some((id, name.clone())),
            })
        })
        .collect()
}

/// Waivers and awards.
fn own_ends(
    world: &World,
    state: &AssessmentState,
    scored: &Scored,
    now: Timestamp,
) -> Vec<KnownEnd> {
    let waivers = world.waivers_for(&state.key).map(|(_, known)| known);
    let waivers = waivers
        .filter(|known| known.in_force(now))
        .map(|known| KnownEnd {
            at: known.validity.end,
            kind: EndKind::Waiver,
            name: known.key.name.clone(),
            capability: None,
        });
    let awards = world.awards_for(&state.key).filter_map(|(_, known)| {
        let (validity, award) = award_of(known, state, &scored.program)?;
        (validity.effective_at(now) == Phase::Effective).then_some(award)
    });
    let awards = awards.map(|award| KnownEnd {
        at: award.valid_until,
        kind: EndKind::Award,
        name: award.attestation,
        capability: None,
    });
    waivers.chain(awards).collect()
}

/// The first fall among the ends.
pub(crate) fn first_fall(ends: &[End]) -> Option<Forecast> {
    let end = ends.iter().find(|end| end.falls_to.is_some())?;
    let together: Vec<&End> = ends.iter().filter(|other| other.at == end.at).collect();
    let because: Vec<String> = together.iter().map(|end| said(end)).collect();
    Some(Forecast {
        stage: end.falls_to?,
        at: end.at,
        because: because.join(", "),
    })
}

fn said(end: &End) -> String {
    let what = match end.kind {
        EndKind::Attestation => "attestation",
        EndKind::Waiver => "waiver",
        EndKind::Award => "award",
        EndKind::Grace => "grace of evidence",
    };
    match &end.capability {
        Some(capability) => format!("{what} {} of {capability} ends", end.name),
        None => format!("{what} {} ends", end.name),
    }
}

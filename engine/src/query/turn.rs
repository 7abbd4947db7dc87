//! What begins or ends on a known date, of everything that a score can depend on.

use jiff::Timestamp;

use super::reach::reached;
use crate::arena::CapabilityId;
use crate::capability::EvidenceView;
use crate::key::Name;
use crate::object::{EvidenceItem, EvidenceKind};
use crate::time::{Phase, Validity};
use crate::verdict::Truth;
use crate::view::EndKind;
use crate::world::{AssessmentState, Scored, World, award_of};

/// Something that begins or ends on a known date.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    pub(super) at: Timestamp,
    /// Whether it begins; it ends otherwise.
    pub(super) begins: bool,
    pub(super) kind: EndKind,
    pub(super) name: Name,
    /// The capability that it is about.
    pub(super) capability: Option<(CapabilityId, Name)>,
}

/// Everything after `now`, soonest first: of the capabilities that the model asks for and all that they
/// need, be they outside the selector, and of the assessment itself.
pub(super) fn turns(
    world: &World,
    state: &AssessmentState,
    scored: &Scored,
    now: Timestamp,
) -> Vec<Turn> {
    let mut turns = Vec::new();
    let selection = world.selection(state, None);
    for id in reached(world, &scored.program, &selection) {
        let key = &world.capabilities[id].now.record.key;
        for (_, known) in world.attestations_for(key) {
            let about = Some((id, key.name.clone()));
            let (kind, name) = (EndKind::Attestation, &known.key.name);
            turns.extend(of(known.validity, kind, name, about.as_ref(), now));
        }
        turns.extend(grace(world, id, now));
    }
    let approved = world
        .waivers_for(&state.key)
        .filter(|(_, known)| known.spec.approved_by.is_some());
    for (_, known) in approved {
        turns.extend(of(
            known.validity,
            EndKind::Waiver,
            &known.key.name,
            None,
            now,
        ));
    }
    for (_, known) in world.awards_for(&state.key) {
        if let Some((validity, award)) = award_of(known, state, &scored.program) {
            turns.extend(of(validity, EndKind::Award, &award.attestation, None, now));
        }
    }
    turns.sort();
    turns
}

/// The beginning and the end of something that is or will be in force.
fn of<'a>(
    validity: Validity,
    kind: EndKind,
    name: &'a Name,
    about: Option<&'a (CapabilityId, Name)>,
    now: Timestamp,
) -> impl Iterator<Item = Turn> + use<'a> {
    let comes = validity.start < validity.end;
    let [begins, ends] = match validity.effective_at(now) {
        Phase::NotYet if comes => [Some(validity.start), Some(validity.end)],
        Phase::Effective => [None, Some(validity.end)],
        Phase::NotYet | Phase::Expired => [None, None],
    };
    let turns = [(true, begins), (false, ends)].into_iter();
    turns.filter_map(move |(begins, at)| {
        Some(Turn {
            at: at?,
            begins,
            kind,
            name: name.clone(),
            capability: about.cloned(),
        })
    })
}

/// The grace of what has failed since its last conclusive observation, or is older than it may be;
/// never the age of a healthy probe.
// See D-023.
fn grace(world: &World, id: CapabilityId, now: Timestamp) -> Vec<Turn> {
    let known = &world.capabilities[id];
    let record = &known.now.record;
    let detail = known.now.derived.detail.as_deref();
    let views = detail.into_iter().flat_map(|detail| &detail.evidence);
    let fails = |item: &EvidenceItem| {
        let items = known.observed.as_ref();
        let observed = items.and_then(|items| items.get(&item.name));
        observed.is_some_and(|observed| observed.attempt.is_some())
    };
    let is_old = |item: &EvidenceItem, view: &EvidenceView| {
        let fresh_until = view.observed_at.map(|at| at.checked_add(item.max_age));
        fresh_until.is_some_and(|end| end.is_ok_and(|end| end <= now))
    };
    let items = record.evidence().iter().zip(views);
    items
        .filter(|(item, view)| {
            matches!(item.kind, EvidenceKind::Probe { .. })
                && view.verdict == Truth::True
                && (fails(item) || is_old(item, view))
        })
        .filter_map(|(item, view)| {
            Some(Turn {
                at: view.expires_at.filter(|at| *at > now)?,
                begins: false,
                kind: EndKind::Grace,
                name: item.name.clone(),
                capability: Some((id, record.key.name.clone())),
            })
        })
        .collect()
}

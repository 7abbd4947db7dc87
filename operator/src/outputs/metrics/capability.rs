//! What the families about capabilities and their evidence say.
//!
//! A hundred thousand capabilities lie all over the memory, and to wait for each of them in turn would cost
//! more than to write what they say. So some are looked at together, one step after the other: while one is
//! waited for, the others are under way.

use std::io;

use gradus_engine::verdict::{CapabilityState, Reason, Truth};
use gradus_engine::view::{EvidenceView, Snapshot};

use super::cache::LabelCache;
use super::catalogue::{self as family, EVIDENCE_STATES, Family, place_of};
use super::labels::{CapabilityLabels, EvidenceLabels, ImpactLabels};
use super::text::Exposition;

/// Capabilities that are looked at together.
pub(super) const TOGETHER: usize = 32;

/// Bytes that come from memory at once.
const LINE: usize = 64;

/// What losing each capability would cost each assessment, in the order of the assessments: which
/// assessments read a capability is known to them, not to it.
// See D-098.
pub(super) fn write_impacts(
    snapshot: &Snapshot,
    labels: &LabelCache,
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let mut samples = page.samples(&family::CAPABILITY_IMPACT_CRITERIA);
    let views = snapshot.assessments.values().map(AsRef::as_ref);
    together(
        views,
        |view| labels.impacts(view),
        |text, _| {
            let impacts = ImpactLabels::of(text);
            for (capability, numbers) in impacts.each() {
                samples.put_each(&[impacts.name, capability], numbers)?;
            }
            Ok(())
        },
    )
}

/// What is believed of each capability.
pub(super) fn write_states(
    snapshot: &Snapshot,
    labels: &LabelCache,
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let mut samples = page.samples(&family::CAPABILITY_STATE);
    let capabilities = snapshot.capabilities.compact();
    let mut texts = labels.capabilities();
    together(
        capabilities,
        |one| texts.of(one),
        |text, capability| {
            let chosen = place_of(CapabilityState::ALL, &capability.state());
            samples.put_one_of(&[CapabilityLabels::of(text).identity], chosen)
        },
    )
}

/// When each evidence item was last seen.
pub(super) fn write_observed(
    snapshot: &Snapshot,
    labels: &LabelCache,
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let observed = &family::EVIDENCE_OBSERVED_TIMESTAMP_SECONDS;
    write_instants((snapshot, labels), page, observed, |item| item.observed_at)
}

/// When each evidence item stops counting.
pub(super) fn write_expiry(
    snapshot: &Snapshot,
    labels: &LabelCache,
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let expiry = &family::EVIDENCE_EXPIRY_TIMESTAMP_SECONDS;
    write_instants((snapshot, labels), page, expiry, |item| item.expires_at)
}

fn write_instants(
    (snapshot, labels): (&Snapshot, &LabelCache),
    page: &mut Exposition<'_>,
    family: &Family,
    instant: impl Fn(EvidenceLabels<'_>) -> &str,
) -> io::Result<()> {
    let mut samples = page.samples(family);
    let capabilities = snapshot.capabilities.compact();
    let mut texts = labels.capabilities();
    together(
        capabilities,
        |one| texts.of(one),
        |text, _| {
            let labels = CapabilityLabels::of(text);
            for item in labels.evidence() {
                let at = instant(item);
                if !at.is_empty() {
                    samples.put(&[labels.identity, item.item], at)?;
                }
            }
            Ok(())
        },
    )
}

/// What each evidence item says.
pub(super) fn write_evidence(
    snapshot: &Snapshot,
    labels: &LabelCache,
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let mut samples = page.samples(&family::EVIDENCE_STATE);
    let capabilities = snapshot.capabilities.compact();
    let mut texts = labels.capabilities();
    together(
        capabilities,
        |one| texts.of(one),
        |text, capability| {
            let labels = CapabilityLabels::of(text);
            for (item, label) in capability.evidence().iter().zip(labels.evidence()) {
                let place = place_of(EVIDENCE_STATES, &state_of(item));
                samples.put_one_of(&[labels.identity, label.name()], place)?;
            }
            Ok(())
        },
    )
}

/// Looks at the text of each, of some of them together, and then does something with it.
fn together<'s, T: Copy>(
    all: impl Iterator<Item = T>,
    mut text_of: impl FnMut(T) -> Option<&'s str>,
    mut each: impl FnMut(&'s str, T) -> io::Result<()>,
) -> io::Result<()> {
    let mut all = all.filter_map(|one| Some((text_of(one)?, one)));
    let mut some = Vec::with_capacity(TOGETHER);
    loop {
        some.clear();
        some.extend(all.by_ref().take(TOGETHER));
        if some.is_empty() {
            return Ok(());
        }
        fetch(some.iter().map(|(text, _)| *text));
        for (text, one) in &some {
            each(text, *one)?;
        }
    }
}

/// Reads a little of everywhere in texts, so that nothing is waited for when they are taken apart.
fn fetch<'s>(texts: impl Iterator<Item = &'s str>) {
    let little = texts.flat_map(|text| {
        text.as_bytes()
            .iter()
            .step_by(LINE)
            .chain(text.as_bytes().last())
    });
    std::hint::black_box(little.fold(0, |seen, byte| seen ^ byte));
}

fn state_of(item: &EvidenceView) -> &'static str {
    match (item.verdict, item.reason) {
        (Truth::True, _) => "good",
        (Truth::False, _) => "bad",
        (Truth::Unknown, Some(Reason::Stale)) => "stale",
        (Truth::Unknown, Some(Reason::ProbeError | Reason::EvaluatorLimit)) => "error",
        (Truth::Unknown, Some(Reason::Denied)) => "denied",
        (Truth::Unknown, _) => "missing",
    }
}

//! What the families about capabilities and their evidence say.
//!
//! A hundred thousand capabilities lie all over the memory, and to wait for each of them in turn would cost
//! more than to write what they say. So some are looked at together, one step after the other: while one is
//! waited for, the others are under way.

use std::io;

use gradus_engine::verdict::{CapabilityState, Reason, Truth};
use gradus_engine::view::{EvidenceView, Snapshot};
use gradus_engine::world::CompactCapability;

use super::catalogue::{self as family, EVIDENCE_STATES, Family, place_of};
use super::labels::{self, CapabilityLabels, EvidenceLabels};
use super::state::Row;
use super::text::Exposition;

/// Capabilities that are looked at together.
pub(super) const TOGETHER: usize = 32;

/// What losing each capability would cost each assessment, in the order of the assessments: which
/// assessments read a capability is known to them, not to it.
pub(super) fn write_impacts(assessments: &[Row<'_>], page: &mut Exposition<'_>) -> io::Result<()> {
    let mut samples = page.samples(&family::CAPABILITY_IMPACT_CRITERIA);
    for (view, a) in assessments {
        let (name, domains) = (a.name(), labels::reported(view).count());
        let capabilities = a.domains_and_impacts().skip(domains);
        for (impact, capability) in view.impacts.iter().zip(capabilities) {
            samples.put_each(&[name, capability], [impact.primary, impact.secondary])?;
        }
    }
    Ok(())
}

/// What is believed of each capability.
pub(super) fn write_states(snapshot: &Snapshot, page: &mut Exposition<'_>) -> io::Result<()> {
    let mut samples = page.samples(&family::CAPABILITY_STATE);
    let look =
        |capability: CompactCapability<'_>| place_of(CapabilityState::ALL, &capability.state());
    together(snapshot, look, |labels, chosen| {
        samples.put_one_of(&[labels.identity], *chosen)
    })
}

/// When each evidence item was last seen.
pub(super) fn write_observed(snapshot: &Snapshot, page: &mut Exposition<'_>) -> io::Result<()> {
    let observed = &family::EVIDENCE_OBSERVED_TIMESTAMP_SECONDS;
    write_instants(snapshot, page, observed, |item| item.observed_at)
}

/// When each evidence item stops counting.
pub(super) fn write_expiry(snapshot: &Snapshot, page: &mut Exposition<'_>) -> io::Result<()> {
    let expiry = &family::EVIDENCE_EXPIRY_TIMESTAMP_SECONDS;
    write_instants(snapshot, page, expiry, |item| item.expires_at)
}

fn write_instants(
    snapshot: &Snapshot,
    page: &mut Exposition<'_>,
    family: &Family,
    instant: impl Fn(EvidenceLabels<'_>) -> &str,
) -> io::Result<()> {
    let mut samples = page.samples(family);
    together(
        snapshot,
        |_| (),
        |labels, ()| {
            for item in labels.evidence() {
                let at = instant(item);
                if !at.is_empty() {
                    samples.put(&[labels.identity, item.name, item.kind], at)?;
                }
            }
            Ok(())
        },
    )
}

/// What each evidence item says.
pub(super) fn write_evidence(snapshot: &Snapshot, page: &mut Exposition<'_>) -> io::Result<()> {
    let mut samples = page.samples(&family::EVIDENCE_STATE);
    together(snapshot, CompactCapability::evidence, |labels, items| {
        for (item, label) in items.iter().zip(labels.evidence()) {
            let place = place_of(EVIDENCE_STATES, &state_of(item));
            samples.put_one_of(&[labels.identity, label.name], place)?;
        }
        Ok(())
    })
}

/// Looks at every capability, some of them together, and then does something with each.
fn together<'s, T>(
    snapshot: &'s Snapshot,
    look: impl Fn(CompactCapability<'s>) -> T,
    mut each: impl FnMut(CapabilityLabels<'s>, &T) -> io::Result<()>,
) -> io::Result<()> {
    let mut capabilities = snapshot.capabilities.compact();
    let mut held = Vec::with_capacity(TOGETHER);
    let mut texts = Vec::with_capacity(TOGETHER);
    let mut looked = Vec::with_capacity(TOGETHER);
    loop {
        held.clear();
        texts.clear();
        looked.clear();
        held.extend(capabilities.by_ref().take(TOGETHER));
        if held.is_empty() {
            return Ok(());
        }
        texts.extend(held.iter().map(|capability| labels::text_of(*capability)));
        looked.extend(held.iter().map(|capability| look(*capability)));
        fetch(&texts);
        for (text, looked) in texts.iter().zip(&looked) {
            each(CapabilityLabels::of(text), looked)?;
        }
    }
}

/// Reads both ends of texts, so that nothing is waited for when they are taken apart.
fn fetch(texts: &[&str]) {
    let ends = texts.iter().map(|text| {
        let bytes = text.as_bytes();
        bytes
            .first()
            .zip(bytes.last())
            .map_or(0, |(first, last)| first ^ last)
    });
    std::hint::black_box(ends.fold(0, |seen, end| seen ^ end));
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

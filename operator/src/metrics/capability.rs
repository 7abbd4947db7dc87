//! What the families about capabilities and their evidence say.

use std::io;

use gradus_engine::verdict::{CapabilityState, Reason, Truth};
use gradus_engine::view::{AssessmentView, EvidenceView, Snapshot};

use super::catalogue::{self as family, EVIDENCE_KINDS, EVIDENCE_STATES, Family};
use super::labels::{self, AssessmentLabels, CapabilityLabels};
use super::text::Exposition;

/// What losing each capability would cost each assessment, in the order of the assessments: which
/// assessments read a capability is known to them, not to it.
pub(super) fn write_impacts(
    assessments: &[&AssessmentView],
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let mut samples = page.samples(&family::CAPABILITY_IMPACT_CRITERIA);
    for view in assessments {
        let a = AssessmentLabels::of(view);
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
    for capability in snapshot.capabilities.compact() {
        let labels = CapabilityLabels::of(capability);
        let state = capability.state();
        let known = CapabilityState::ALL.iter();
        let chosen = known.take_while(|other| **other != state).count();
        samples.put_one_of(&[labels.identity], chosen)?;
    }
    Ok(())
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
    instant: impl Fn(&EvidenceView) -> Option<jiff::Timestamp>,
) -> io::Result<()> {
    let mut samples = page.samples(family);
    for_each_item(snapshot, |labels, label, item| {
        let Some(at) = instant(item) else {
            return Ok(());
        };
        let kind = place_of(EVIDENCE_KINDS, |kind| kind.eq_ignore_ascii_case(item.kind));
        samples.put_listed(&[labels.identity, label], kind, at.as_second())
    })
}

/// What each evidence item says.
pub(super) fn write_evidence(snapshot: &Snapshot, page: &mut Exposition<'_>) -> io::Result<()> {
    let mut samples = page.samples(&family::EVIDENCE_STATE);
    for_each_item(snapshot, |labels, label, item| {
        let state = place_of(EVIDENCE_STATES, |state| state == state_of(item));
        samples.put_one_of(&[labels.identity, label], state)
    })
}

fn for_each_item(
    snapshot: &Snapshot,
    mut each: impl FnMut(&CapabilityLabels<'_>, &str, &EvidenceView) -> io::Result<()>,
) -> io::Result<()> {
    let compact = snapshot.capabilities.compact();
    for capability in compact.filter(|capability| !capability.evidence().is_empty()) {
        let labels = CapabilityLabels::of(capability);
        for (item, label) in capability.evidence().iter().zip(labels.evidence()) {
            each(&labels, label, item)?;
        }
    }
    Ok(())
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

fn place_of(list: &[&str], is_it: impl Fn(&str) -> bool) -> usize {
    list.iter().take_while(|word| !is_it(word)).count()
}

//! The closed lists in words for a reader, and the glyphs that stand for them.

use gradus_engine::object::Owner;
use gradus_engine::verdict::{CapabilityState, EvidenceClass, Reason, Truth, Verdict};
use gradus_engine::view::EndKind;

/// `1 answer`, `2 answers`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The verdict as a reader says it.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "Met",
        Verdict::Held => "Held",
        Verdict::Unmet => "Not met",
        Verdict::Unknown => "Unknown",
        Verdict::NotApplicable => "Not applicable",
        Verdict::Waived => "Waived",
    }
}

/// The glyph of a verdict, by its symbol's name.
pub(super) fn glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Held => "held",
        Verdict::Unmet => "unmet",
        Verdict::Unknown => "unknown",
        Verdict::NotApplicable => "none",
        Verdict::Waived => "waived",
    }
}

/// Every verdict with its glyph, for the legend.
pub(super) fn legend() -> Vec<(&'static str, &'static str)> {
    Verdict::ALL
        .iter()
        .map(|&each| (glyph(each), verdict(each)))
        .collect()
}

/// Why, in a few words.
pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NotDeclared => "nothing of this type is declared",
        Reason::DeclaredAbsent => "declared absent",
        Reason::Refuted => "refuted by evidence",
        Reason::Degraded => "something it depends on is lost",
        Reason::PredicateFalse => "there, but not as asked for",
        Reason::ClaimUnknown => "nobody has said yet",
        Reason::EvidenceTooWeak => "believed on weaker evidence than asked for",
        Reason::NotAttested => "an attestation is asked for and none counts",
        Reason::NotYetProbed => "not probed yet",
        Reason::Stale => "last seen too long ago",
        Reason::SourceUnavailable => "its source cannot be read",
        Reason::Denied => "the probe may not read it",
        Reason::ProbeError => "the probe failed",
        Reason::EvaluatorLimit => "the probe went over its limits",
        Reason::DependencyCycle => "it depends on itself",
    }
}

/// What a fact is worth.
pub(super) fn class(class: EvidenceClass) -> &'static str {
    match class {
        EvidenceClass::Declared => "declared",
        EvidenceClass::Attested => "attested",
        EvidenceClass::Probed => "probed",
    }
}

/// The glyph of what is believed of a capability.
pub(super) fn state_glyph(state: CapabilityState) -> &'static str {
    match state {
        CapabilityState::Proven | CapabilityState::Declared => "met",
        CapabilityState::Refuted | CapabilityState::Absent => "unmet",
        CapabilityState::Degraded => "held",
        CapabilityState::Unknown => "unknown",
    }
}

/// The glyph of an evidence item's answer.
pub(super) fn truth_glyph(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "met",
        Truth::False => "unmet",
        Truth::Unknown => "unknown",
    }
}

/// An evidence item's answer.
pub(super) fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "holds",
        Truth::False => "does not hold",
        Truth::Unknown => "unknown",
    }
}

/// What ends.
pub(super) fn end(kind: EndKind) -> &'static str {
    match kind {
        EndKind::Attestation => "Attestation",
        EndKind::Waiver => "Waiver",
        EndKind::Award => "Award",
        EndKind::Grace => "Grace of unknown evidence",
    }
}

/// Who answers for it: `network team (network@example.org)`.
pub(super) fn owner(owner: &Owner) -> Option<String> {
    match (&owner.team, &owner.contact) {
        (Some(team), Some(contact)) => Some(format!("{team} ({contact})")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_string()),
        (None, None) => None,
    }
}

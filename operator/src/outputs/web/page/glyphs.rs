//! The glyphs that stand for the closed lists.

use gradus_crds::wording::lists;
use gradus_engine::verdict::{CapabilityState, Truth, Verdict};

/// The glyph of a verdict, by its symbol's name.
pub(super) fn of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Held => "held",
        Verdict::Unmet => "unmet",
        Verdict::Unknown => "unknown",
        Verdict::NotApplicable => "none",
        Verdict::Waived => "waived",
    }
}

/// The glyph of what does not count.
pub(super) fn of_nothing() -> &'static str {
    of_verdict(Verdict::NotApplicable)
}

/// Every verdict with its glyph, for the legend.
pub(super) fn legend() -> Vec<(&'static str, &'static str)> {
    Verdict::ALL
        .iter()
        .map(|&each| (of_verdict(each), lists::verdict(each)))
        .collect()
}

/// The glyph of what is believed of a capability.
pub(super) fn of_state(state: CapabilityState) -> &'static str {
    match state {
        CapabilityState::Proven | CapabilityState::Declared => "met",
        CapabilityState::Refuted | CapabilityState::Absent => "unmet",
        CapabilityState::Degraded => "held",
        CapabilityState::Unknown => "unknown",
    }
}

/// The glyph of an evidence item's answer.
pub(super) fn of_truth(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "met",
        Truth::False => "unmet",
        Truth::Unknown => "unknown",
    }
}

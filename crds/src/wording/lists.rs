//! The closed lists in words for a reader.

use gradus_engine::verdict::{EvidenceClass, Reason, Truth, Verdict};

/// The verdict as a reader says it.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "Met",
        Verdict::Held => "Held",
        Verdict::Unmet => "Not met",
        Verdict::Unknown => "Unknown",
        Verdict::NotApplicable => "Not applicable",
        Verdict::Waived => "Waived",
    }
}

/// Why, in a few words.
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NotDeclared => "nothing of this type is declared",
        Reason::DeclaredAbsent => "declared absent",
        Reason::Refuted => "refuted by evidence",
        Reason::Degraded => "something it depends on is lost",
        Reason::PredicateFalse => "there, but not as asked for",
        Reason::ClaimUnknown => "nobody has said yet",
        Reason::AnswerOutOfRange => "the answer is outside its range",
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
pub fn class(class: EvidenceClass) -> &'static str {
    match class {
        EvidenceClass::Declared => "declared",
        EvidenceClass::Attested => "attested",
        EvidenceClass::Probed => "probed",
    }
}

/// An evidence item's answer.
pub fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "holds",
        Truth::False => "does not hold",
        Truth::Unknown => "unknown",
    }
}

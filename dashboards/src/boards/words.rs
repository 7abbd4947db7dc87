//! The design's words as people read them, each with its colour.

use super::field::{Link, Mapping, NEUTRAL, nothing, texts};

/// A word of a label or a value, as people read it, and its colour.
pub type Word = (&'static str, &'static str, &'static str);

/// Verdicts of criteria, best first.
pub const VERDICTS: [Word; 6] = [
    ("met", "met", "green"),
    ("held", "held", "semi-dark-green"),
    ("waived", "waived", "purple"),
    ("not_applicable", "not applicable", "light-blue"),
    ("unknown", "unknown", "yellow"),
    ("unmet", "unmet", "red"),
];

/// What criteria rest on, strongest first.
pub const CLASSES: [Word; 6] = [
    ("probed", "probed", "dark-green"),
    ("attested", "attested", "green"),
    ("declared", "declared", "light-green"),
    ("held", "held", "light-blue"),
    ("waived", "waived", "purple"),
    ("unknown", "unknown", "yellow"),
];

/// What is believed of a capability, best first.
pub const STATES: [Word; 6] = [
    ("proven", "proven", "green"),
    ("declared", "declared", "light-green"),
    ("unknown", "unknown", "yellow"),
    ("degraded", "degraded", "orange"),
    ("refuted", "refuted", "red"),
    ("absent", "absent", "dark-red"),
];

/// Why a stage fell.
pub const CAUSES: [Word; 9] = [
    ("capability_lost", "capability lost", "red"),
    ("dependency_lost", "dependency lost", "red"),
    ("evidence_lost", "evidence lost", "orange"),
    ("attestation_expired", "attestation expired", "orange"),
    ("attestation_withdrawn", "attestation withdrawn", "orange"),
    ("waiver_ended", "waiver ended", "purple"),
    ("award_ended", "award ended", "purple"),
    ("model_changed", "model changed", "blue"),
    ("scope_changed", "scope changed", "blue"),
];

/// The value in place of a stage when there is none to show: a gap would look like silence.
pub const NOT_ASSESSED: &str = "-1";

/// A stage, or that there is none.
pub(super) fn stages() -> Vec<Mapping> {
    vec![
        texts(&[(NOT_ASSESSED, "not assessed", NEUTRAL)]),
        nothing("nothing recorded"),
    ]
}

/// Stages from light to dark. How high is good enough depends on the model and the target, so no stage is red.
pub(super) const LADDER: [(i64, &str); 5] = [
    (0, "super-light-blue"),
    (1, "light-blue"),
    (3, "blue"),
    (5, "semi-dark-blue"),
    (7, "dark-blue"),
];

/// Whether a fall stands.
pub(super) fn regressed() -> Vec<Mapping> {
    vec![texts(&[("0", "no", "green"), ("1", "regressed", "red")])]
}

/// To the dashboard of one assessment, from a series that has its labels.
pub(super) const TO_ASSESSMENT_OF_SERIES: Link = Link::new(
    "Show this assessment",
    "/d/gradus-assessment?var-datasource=${datasource}&var-namespace=${__field.labels.namespace}\
     &var-model=${__field.labels.model}&var-assessment=${__field.labels.assessment}",
);

/// To the dashboard of one assessment, from a row that has its columns.
pub(super) const TO_ASSESSMENT_OF_ROW: Link = Link::new(
    "Show this assessment",
    "/d/gradus-assessment?var-datasource=${datasource}&var-namespace=${__data.fields.Namespace}\
     &var-model=${__data.fields.Model}&var-assessment=${__data.fields.Assessment}",
);

//! The one list of every metric that Gradus exports.

use std::fmt;

/// One metric family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// The name, without the suffixes that a histogram adds.
    pub name: &'static str,
    /// The type.
    pub kind: Type,
    /// One sentence, without what escaping would touch.
    pub help: &'static str,
    /// The labels, in the order in which they are written.
    pub labels: &'static [&'static str],
    /// Which switch turns it on.
    pub tier: Tier,
}

/// The type of a family. `stateset` and `info` break scrapers and are not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A value that goes up and down.
    Gauge,
    /// A value that only rises while the object or the process lives.
    Counter,
    /// Observations in buckets.
    Histogram,
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Type::Gauge => "gauge",
            Type::Counter => "counter",
            Type::Histogram => "histogram",
        })
    }
}

/// A tier: a switch for whole families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// About assessments, models and waivers.
    Core,
    /// About Gradus itself; always on.
    Operator,
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Tier::Core => "core",
            Tier::Operator => "operator",
        })
    }
}

const fn core(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Family {
    Family {
        name,
        kind: Type::Gauge,
        help,
        labels,
        tier: Tier::Core,
    }
}

const fn operator(
    name: &'static str,
    kind: Type,
    labels: &'static [&'static str],
    help: &'static str,
) -> Family {
    Family {
        name,
        kind,
        help,
        labels,
        tier: Tier::Operator,
    }
}

/// What names an assessment in every one of its series.
const ASSESSMENT: &[&str] = &["namespace", "assessment", "model"];
/// The same, for one domain.
const DOMAIN: &[&str] = &["namespace", "assessment", "model", "domain"];

macro_rules! families {
    ($($name:ident = $family:expr;)+) => {
        $(
            #[doc = concat!("The family `", stringify!($name), "`.")]
            pub const $name: Family = $family;
        )+

        /// Every family, by tier and name.
        pub const ALL: &[Family] = &[$($name),+];
    };
}

families! {
    ASSESSMENT_ASSESSED = core("gradus_assessment_assessed", ASSESSMENT,
        "1 when the assessment is scored now; 0 when nothing of its model is declared, or it cannot be scored.");
    ASSESSMENT_AWARDED_STAGE = core("gradus_assessment_awarded_stage", ASSESSMENT,
        "The stage granted by an outside body; absent without a valid award.");
    ASSESSMENT_CRITERIA = core("gradus_assessment_criteria", &["namespace", "assessment", "model", "verdict"],
        "Scored positive criteria by verdict.");
    ASSESSMENT_DOMAIN_HIGH_WATER_STAGE = core("gradus_assessment_domain_high_water_stage", DOMAIN,
        "The highest stage ever committed of a reported domain.");
    ASSESSMENT_DOMAIN_SCORE = core("gradus_assessment_domain_score", DOMAIN,
        "Points of a reported domain as they are shown; graded models only.");
    ASSESSMENT_DOMAIN_STAGE = core("gradus_assessment_domain_stage", DOMAIN,
        "The stage of a reported domain.");
    ASSESSMENT_EVIDENCE_CRITERIA = core("gradus_assessment_evidence_criteria", &["namespace", "assessment", "model", "class"],
        "Applicable criteria by what they rest on.");
    ASSESSMENT_FALL_STAGE = core("gradus_assessment_fall_stage", ASSESSMENT,
        "The stage after the first fall that is forecast if nobody acts; absent if none is.");
    ASSESSMENT_FALL_TIMESTAMP_SECONDS = core("gradus_assessment_fall_timestamp_seconds", ASSESSMENT,
        "When the stage falls if nobody acts; absent if no fall is forecast.");
    ASSESSMENT_HIGH_WATER_STAGE = core("gradus_assessment_high_water_stage", ASSESSMENT,
        "The highest stage ever committed under one model.");
    ASSESSMENT_INFO = core("gradus_assessment_info",
        &["namespace", "assessment", "model", "model_version", "team", "scope", "organisation", "engagement", "mode"],
        "Always 1: what may change about an assessment without its being another.");
    ASSESSMENT_MISSING_CRITERIA = core("gradus_assessment_missing_criteria", ASSESSMENT,
        "Weight of the criteria that are missing for the next stage.");
    ASSESSMENT_PAUSE_END_TIMESTAMP_SECONDS = core("gradus_assessment_pause_end_timestamp_seconds", ASSESSMENT,
        "When the pause was promised to end; only while paused with an end.");
    ASSESSMENT_POTENTIAL_SCORE = core("gradus_assessment_potential_score", ASSESSMENT,
        "Points if everything unknown were answered best; graded models only.");
    ASSESSMENT_POTENTIAL_STAGE = core("gradus_assessment_potential_stage", ASSESSMENT,
        "The stage if everything unknown were met.");
    ASSESSMENT_REGRESSED = core("gradus_assessment_regressed", ASSESSMENT,
        "1 while a committed fall stands; 0 while paused or descriptive.");
    ASSESSMENT_REGRESSION_INFO = core("gradus_assessment_regression_info",
        &["namespace", "assessment", "model", "cause", "capability", "evidence"],
        "1 while regressed: the cause of the worst fall that stands.");
    ASSESSMENT_REGRESSIONS_TOTAL = Family {
        kind: Type::Counter,
        ..core("gradus_assessment_regressions_total", ASSESSMENT, "Falls committed since the assessment was first seen.")
    };
    ASSESSMENT_SCORE = core("gradus_assessment_score", ASSESSMENT,
        "Points as they are shown; graded models only.");
    ASSESSMENT_STAGE = core("gradus_assessment_stage", ASSESSMENT,
        "The proven stage: what is unknown counts as not met.");
    ASSESSMENT_STAGE_CHANGED_TIMESTAMP_SECONDS = core("gradus_assessment_stage_changed_timestamp_seconds", ASSESSMENT,
        "When the committed stage last moved.");
    ASSESSMENT_TARGET_AT_RISK = core("gradus_assessment_target_at_risk", ASSESSMENT,
        "1 when the target will not be held or reached by its date as things stand; only if a target is declared.");
    ASSESSMENT_TARGET_STAGE = core("gradus_assessment_target_stage", ASSESSMENT,
        "The stage aimed at; only if declared.");
    ASSESSMENT_TARGET_TIMESTAMP_SECONDS = core("gradus_assessment_target_timestamp_seconds", ASSESSMENT,
        "The end of the day by which the target is to be reached; only if declared.");
    ASSESSMENT_UNWAIVED_STAGE = core("gradus_assessment_unwaived_stage", ASSESSMENT,
        "The stage with neither waivers nor the assessment's own exclusions.");
    MODEL_STAGE_INFO = core("gradus_model_stage_info", &["model", "stage", "title"],
        "Always 1: the titles of a model's stages.");
    WAIVER_EXPIRY_TIMESTAMP_SECONDS = core("gradus_waiver_expiry_timestamp_seconds", &["namespace", "waiver", "assessment"],
        "When an effective waiver ends.");

    BUILD_INFO = operator("gradus_build_info", Type::Gauge, &["version"],
        "Always 1: the version that runs.");
    CLOCK_SKEW_SECONDS = operator("gradus_clock_skew_seconds", Type::Gauge, &[],
        "How far the API server's clock is ahead of this one; 0 while the two agree within half a minute.");
    ENGINE_DELTAS_TOTAL = operator("gradus_engine_deltas_total", Type::Counter, &["source", "operation"],
        "Changes taken in.");
    ENGINE_PENDING_DELTAS = operator("gradus_engine_pending_deltas", Type::Gauge, &[],
        "Changes and objects that wait to be settled.");
    ENGINE_SETTLE_DURATION_SECONDS = operator("gradus_engine_settle_duration_seconds", Type::Histogram, &[],
        "How long settling took.");
    ENGINE_SETTLED_TIMESTAMP_SECONDS = operator("gradus_engine_settled_timestamp_seconds", Type::Gauge, &[],
        "The instant of the published snapshot.");
    LEADER = operator("gradus_leader", Type::Gauge, &[],
        "1 on the replica that writes; a folder's only process leads.");
    OBJECTS = operator("gradus_objects", Type::Gauge, &["kind", "state"],
        "Objects by kind; invalid ones cannot be used, or only in their last good state.");
    OUTPUT_QUEUE_DEPTH = operator("gradus_output_queue_depth", Type::Gauge, &["output"],
        "Writes that wait.");
    OUTPUT_WRITES_TOTAL = operator("gradus_output_writes_total", Type::Counter, &["output", "outcome"],
        "Writes by how they ended.");
    SOURCE_LAST_EVENT_TIMESTAMP_SECONDS = operator("gradus_source_last_event_timestamp_seconds", Type::Gauge, &["source"],
        "When a source last said anything.");
    SOURCE_RESTARTS_TOTAL = operator("gradus_source_restarts_total", Type::Counter, &["source"],
        "How often a source had to begin anew.");
    SOURCE_SYNCED = operator("gradus_source_synced", Type::Gauge, &["source"],
        "1 when a source has been read completely.");
}

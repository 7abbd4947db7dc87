//! The one list of every metric that Gradus exports.

use std::fmt;

use gradus_engine::verdict::{CapabilityState, Cause, Verdict};

use crate::kinds;

/// One metric family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// The name, without the suffixes that a histogram adds.
    pub name: &'static str,
    /// The type.
    pub kind: Type,
    /// The HELP text: one line, without characters that need escaping.
    pub help: &'static str,
    /// The labels, in the order in which they are written.
    pub labels: &'static [&'static str],
    /// Labels with a closed list of values, with that list.
    pub values: &'static [(&'static str, &'static [&'static str])],
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

impl Family {
    /// The closed list of a label's values; empty when what stands there is a name.
    pub fn values_of(&self, label: &str) -> &'static [&'static str] {
        let mut lists = self.values.iter();
        lists
            .find(|(name, _)| *name == label)
            .map_or(&[], |(_, values)| values)
    }
}

/// The index of a value in a closed list; the length of the list if it is not in it.
pub(super) fn place_of<T: PartialEq>(list: &[T], value: &T) -> usize {
    list.iter().take_while(|other| *other != value).count()
}

/// A tier: a switch for whole families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// About assessments, models and waivers.
    Core,
    /// About capabilities and their evidence.
    Capability,
    /// About every evidence item and every object.
    Detail,
    /// About Gradus itself; always on.
    Operator,
}

impl Tier {
    /// The tiers that the ceiling can drop, the last one first.
    pub const SWITCHES: [Tier; 3] = [Tier::Core, Tier::Capability, Tier::Detail];

    /// The tier as flags and labels write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tier::Core => "core",
            Tier::Capability => "capability",
            Tier::Detail => "detail",
            Tier::Operator => "operator",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A gauge of a tier, none of whose labels has a closed list of values.
const fn gauge(
    tier: Tier,
    name: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> Family {
    Family {
        name,
        kind: Type::Gauge,
        help,
        labels,
        values: &[],
        tier,
    }
}

const fn core(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Family {
    gauge(Tier::Core, name, labels, help)
}

const fn capability(
    name: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> Family {
    gauge(Tier::Capability, name, labels, help)
}

const fn detail(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Family {
    gauge(Tier::Detail, name, labels, help)
}

const fn operator(
    name: &'static str,
    kind: Type,
    labels: &'static [&'static str],
    help: &'static str,
) -> Family {
    Family {
        kind,
        ..gauge(Tier::Operator, name, labels, help)
    }
}

/// The same family, with closed lists of values.
const fn with(
    values: &'static [(&'static str, &'static [&'static str])],
    family: Family,
) -> Family {
    Family { values, ..family }
}

/// The labels that identify an assessment.
const ASSESSMENT: &[&str] = &["namespace", "assessment", "model"];
/// The labels that identify a domain of an assessment.
const DOMAIN: &[&str] = &["namespace", "assessment", "model", "domain"];

/// Classes of evidence of applicable criteria.
pub const CLASSES: &[&str] = &[
    "probed", "attested", "declared", "held", "waived", "unknown",
];
/// States of engagement.
pub const ENGAGEMENTS: &[&str] = &["active", "not_engaged", "withdrawn", "paused"];
/// Modes of an assessment.
pub const MODES: &[&str] = &["prescriptive", "descriptive"];
/// How a capability affects a criterion: directly, or through its dependants.
pub const ORDERS: &[&str] = &["primary", "secondary"];
/// Kinds of evidence.
pub const EVIDENCE_KINDS: &[&str] = &["objects", "promql", "http", "report", "attestation"];
/// States of an evidence item.
pub const EVIDENCE_STATES: &[&str] = &["good", "bad", "stale", "error", "denied", "missing"];
/// The kinds of objects.
pub const KINDS: &[&str] = &kinds::LABELS;
/// What is counted: objects by kind, and documents whose kind cannot be read.
pub const COUNTED: &[&str] = &counted();

const fn counted() -> [&'static str; kinds::LABELS.len() + 1] {
    let mut counted = ["document"; kinds::LABELS.len() + 1];
    let mut index = 0;
    while index < kinds::LABELS.len() {
        counted[index + 1] = kinds::LABELS[index];
        index += 1;
    }
    counted
}

/// Whether an object is valid.
pub const VALIDITY: &[&str] = &["valid", "invalid"];
/// The status of a condition.
pub const STATUSES: &[&str] = &["true", "false", "unknown"];
/// What a change does.
pub const OPERATIONS: &[&str] = &["upsert", "remove", "source", "evidence", "ledger"];
/// What is written: the state of a folder; statuses and Events in a cluster.
pub const OUTPUTS: &[&str] = &["state", "status", "event"];
/// Outcomes of a write.
pub const OUTCOMES: &[&str] = &[
    "written",
    "unchanged",
    "conflict",
    "contested",
    "refused",
    "error",
    "dropped",
];
/// Why a source was restarted.
pub const RESTARTS: &[&str] = &[
    "denied",
    "absent",
    "expired",
    "throttled",
    "refused",
    "failed",
    "silent",
    "outdated",
    "broken",
];
/// The tiers that the ceiling can drop.
pub const TIERS: &[&str] = &[
    Tier::Core.as_str(),
    Tier::Capability.as_str(),
    Tier::Detail.as_str(),
];

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
        "1 if the assessment is scored; 0 if no capability of its model is declared, or it cannot be scored.");
    ASSESSMENT_AWARDED_STAGE = core("gradus_assessment_awarded_stage", ASSESSMENT,
        "The stage awarded by an external organisation; absent without a valid award.");
    ASSESSMENT_CRITERIA = with(&[("verdict", Verdict::LABELS)], core("gradus_assessment_criteria",
        &["namespace", "assessment", "model", "verdict"],
        "Criteria that count towards the stage, by verdict."));
    ASSESSMENT_DOMAIN_HIGH_WATER_STAGE = core("gradus_assessment_domain_high_water_stage", DOMAIN,
        "The high-water mark of a reported domain.");
    ASSESSMENT_DOMAIN_SCORE = core("gradus_assessment_domain_score", DOMAIN,
        "Points of a reported domain, as displayed; graded models only.");
    ASSESSMENT_DOMAIN_STAGE = core("gradus_assessment_domain_stage", DOMAIN,
        "The stage of a reported domain.");
    ASSESSMENT_EVIDENCE_CRITERIA = with(&[("class", CLASSES)], core("gradus_assessment_evidence_criteria",
        &["namespace", "assessment", "model", "class"],
        "Applicable criteria, by the class of their evidence."));
    ASSESSMENT_FALL_STAGE = core("gradus_assessment_fall_stage", ASSESSMENT,
        "The stage after the next forecast fall, if nothing changes; absent if none is forecast.");
    ASSESSMENT_FALL_TIMESTAMP_SECONDS = core("gradus_assessment_fall_timestamp_seconds", ASSESSMENT,
        "When the stage falls if nothing changes, in unix seconds; absent if no fall is forecast.");
    ASSESSMENT_HIGH_WATER_STAGE = core("gradus_assessment_high_water_stage", ASSESSMENT,
        "The high-water mark: the highest stage committed under this model.");
    ASSESSMENT_INFO = with(&[("engagement", ENGAGEMENTS), ("mode", MODES)], core("gradus_assessment_info",
        &["namespace", "assessment", "model", "model_version", "team", "scope", "organisation", "engagement", "mode"],
        "Always 1. Labels carry the attributes of an assessment that may change: team, scope, organisation, engagement, mode."));
    ASSESSMENT_MISSING_CRITERIA = core("gradus_assessment_missing_criteria", ASSESSMENT,
        "Weight of the criteria missing for the next stage.");
    ASSESSMENT_PAUSE_END_TIMESTAMP_SECONDS = core("gradus_assessment_pause_end_timestamp_seconds", ASSESSMENT,
        "Planned end of the pause, in unix seconds; only while paused with an end.");
    ASSESSMENT_POTENTIAL_SCORE = core("gradus_assessment_potential_score", ASSESSMENT,
        "Points if every unknown answer were the best one; graded models only.");
    ASSESSMENT_POTENTIAL_STAGE = core("gradus_assessment_potential_stage", ASSESSMENT,
        "The stage if every unknown criterion were met.");
    ASSESSMENT_REGRESSED = core("gradus_assessment_regressed", ASSESSMENT,
        "1 while the stage is below its high-water mark; 0 while paused or descriptive.");
    ASSESSMENT_REGRESSION_INFO = with(&[("cause", Cause::LABELS)], core("gradus_assessment_regression_info",
        &["namespace", "assessment", "model", "cause", "capability", "evidence"],
        "1 while regressed. Labels carry the cause of the worst open fall."));
    ASSESSMENT_REGRESSIONS_TOTAL = Family {
        kind: Type::Counter,
        ..core("gradus_assessment_regressions_total", ASSESSMENT, "Falls committed since the assessment was first scored.")
    };
    ASSESSMENT_SCORE = core("gradus_assessment_score", ASSESSMENT,
        "Points, as displayed; graded models only.");
    ASSESSMENT_STAGE = core("gradus_assessment_stage", ASSESSMENT,
        "The stage. Unknown criteria count as not met.");
    ASSESSMENT_STAGE_CHANGED_TIMESTAMP_SECONDS = core("gradus_assessment_stage_changed_timestamp_seconds", ASSESSMENT,
        "When the committed stage last changed, in unix seconds.");
    ASSESSMENT_STAGE_WITHOUT_WAIVERS = core("gradus_assessment_stage_without_waivers", ASSESSMENT,
        "The stage without waivers and without the assessment's own notApplicable.");
    ASSESSMENT_TARGET_AT_RISK = core("gradus_assessment_target_at_risk", ASSESSMENT,
        "1 if the target will be missed unless something changes; only if a target is declared.");
    ASSESSMENT_TARGET_STAGE = core("gradus_assessment_target_stage", ASSESSMENT,
        "The target stage; only if declared.");
    ASSESSMENT_TARGET_TIMESTAMP_SECONDS = core("gradus_assessment_target_timestamp_seconds", ASSESSMENT,
        "The end of the day by which the target is due, in unix seconds; only if declared.");
    MODEL_STAGE_INFO = core("gradus_model_stage_info", &["model", "stage", "title"],
        "Always 1. Labels carry the titles of the stages of a model.");
    WAIVER_EXPIRY_TIMESTAMP_SECONDS = core("gradus_waiver_expiry_timestamp_seconds", &["namespace", "waiver", "assessment"],
        "When an effective waiver ends, in unix seconds.");

    CAPABILITY_IMPACT_CRITERIA = with(&[("order", ORDERS)], capability("gradus_capability_impact_criteria",
        &["namespace", "assessment", "capability", "order"],
        "Criteria of an assessment that would be lost with a capability, directly (primary) or through its dependants (secondary)."));
    CAPABILITY_STATE = with(&[("state", CapabilityState::LABELS)], capability("gradus_capability_state",
        &["namespace", "capability", "state"],
        "1 for the current state of a capability, 0 for the other states."));
    EVIDENCE_EXPIRY_TIMESTAMP_SECONDS = with(&[("kind", EVIDENCE_KINDS)], capability("gradus_evidence_expiry_timestamp_seconds",
        &["namespace", "capability", "evidence", "kind"],
        "When an evidence item expires unless it is renewed, in unix seconds."));
    EVIDENCE_OBSERVED_TIMESTAMP_SECONDS = with(&[("kind", EVIDENCE_KINDS)], capability("gradus_evidence_observed_timestamp_seconds",
        &["namespace", "capability", "evidence", "kind"],
        "When an evidence item was last observed, good or bad, in unix seconds; absent before the first observation."));

    EVIDENCE_STATE = with(&[("state", EVIDENCE_STATES)], detail("gradus_evidence_state",
        &["namespace", "capability", "evidence", "state"],
        "1 for the current state of an evidence item, 0 for the other states."));
    RESOURCE_CONDITION = with(&[("kind", KINDS), ("type", &["ready"]), ("status", STATUSES)], detail("gradus_resource_condition",
        &["kind", "namespace", "name", "type", "status"],
        "1 for the current status of the condition Ready of an object, 0 for the other statuses."));

    BUILD_INFO = operator("gradus_build_info", Type::Gauge, &["version"],
        "Always 1. The label carries the running version.");
    CLOCK_SKEW_SECONDS = operator("gradus_clock_skew_seconds", Type::Gauge, &[],
        "How far the clock of the API server is ahead of this machine's, or this machine's has jumped; 0 while the time is certain.");
    ENGINE_DELTAS_TOTAL = with(&[("operation", OPERATIONS)], operator("gradus_engine_deltas_total", Type::Counter,
        &["source", "operation"],
        "Changes received by the scoring engine."));
    ENGINE_PENDING_DELTAS = operator("gradus_engine_pending_deltas", Type::Gauge, &[],
        "Changes and objects waiting to be scored.");
    ENGINE_SETTLE_DURATION_SECONDS = operator("gradus_engine_settle_duration_seconds", Type::Histogram, &[],
        "Duration of one settle.");
    ENGINE_SETTLED_TIMESTAMP_SECONDS = operator("gradus_engine_settled_timestamp_seconds", Type::Gauge, &[],
        "The time of the published snapshot, in unix seconds.");
    LEADER = operator("gradus_leader", Type::Gauge, &[],
        "1 on the replica that writes; always 1 for a folder.");
    METRICS_TRUNCATED = with(&[("tier", TIERS)], operator("gradus_metrics_truncated", Type::Gauge,
        &["tier"],
        "1 while a tier is left out because the series would exceed --metrics-ceiling."));
    OBJECTS = with(&[("kind", COUNTED), ("state", VALIDITY)], operator("gradus_objects", Type::Gauge,
        &["kind", "state"],
        "Objects by kind and validity. Of an invalid object only the last valid version is used, if there is one."));
    OUTPUT_QUEUE_DEPTH = with(&[("output", OUTPUTS)], operator("gradus_output_queue_depth", Type::Gauge,
        &["output"],
        "Writes waiting in the queue."));
    OUTPUT_WRITES_TOTAL = with(&[("output", OUTPUTS), ("outcome", OUTCOMES)], operator("gradus_output_writes_total", Type::Counter,
        &["output", "outcome"],
        "Writes by outcome."));
    SOURCE_LAST_EVENT_TIMESTAMP_SECONDS = operator("gradus_source_last_event_timestamp_seconds", Type::Gauge, &["source"],
        "When the API server, or the folder, last answered for a source, in unix seconds.");
    SOURCE_RESTARTS_TOTAL = with(&[("reason", RESTARTS)], operator("gradus_source_restarts_total", Type::Counter,
        &["source", "reason"],
        "How often a source was restarted, by reason."));
    SOURCE_SYNCED = operator("gradus_source_synced", Type::Gauge, &["source"],
        "1 while a source has been read completely, its last request succeeded and it is not silent.");
}

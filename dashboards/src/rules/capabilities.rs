//! Alerts about capabilities, their evidence, and waivers.

use super::alert::{Alert, DAYS, Group};
use super::duration::Duration;
use super::recording::SUSPENDED;
use super::text::{SAME_ASSESSMENT, SAME_CAPABILITY, namespace};

const DASHBOARD: &str = concat!("/d/gradus-assessment?var-namespace=", namespace!());
const PAGE: &str = concat!("/capabilities/", namespace!(), "/{{ $labels.capability }}");

pub(super) fn alerts() -> Vec<Alert> {
    vec![
        capability_lost(),
        capability_unknown(),
        evidence_expiring(),
        waiver_expiring(),
    ]
}

/// What most of them share.
fn alert(
    name: &'static str,
    expression: String,
    summary: &'static str,
    description: &str,
) -> Alert {
    Alert {
        name,
        group: Group::Capabilities,
        expression,
        severity: "warning",
        hold: Duration::of("15m"),
        keep: Some(Duration::of("10m")),
        days: None,
        summary,
        description: description.to_owned(),
        dashboard: DASHBOARD,
        page: PAGE,
    }
}

/// Which of the two states it is may change without its being another alert. Nothing is lost with a
/// capability that only suspended assessments ask for.
fn capability_lost() -> Alert {
    alert(
        "GradusCapabilityLost",
        format!(
            "max without (state) (capability:gradus_capability_state:max{{state=~\"refuted|degraded\"}}) == 1\n\
             and {SAME_CAPABILITY}\n  \
               (\n    \
                 capability:gradus_capability_impact_criteria:max{{order=\"primary\"}} > 0\n    \
                 unless {SAME_ASSESSMENT}\n      \
                   {SUSPENDED} == 1\n  \
               )\n\
             unless {SAME_CAPABILITY}\n  \
               assessment:gradus_assessment_regression_info:max == 1\n"
        ),
        "A capability that criteria rest on is lost.",
        concat!(
            "Capability ",
            namespace!(),
            "/{{ $labels.capability }} is refuted by its evidence, or something that it needs is lost. Criteria need it, \
             and no fall names it so far."
        ),
    )
}

fn capability_unknown() -> Alert {
    Alert {
        hold: Duration::of("1h"),
        ..alert(
            "GradusCapabilityUnknown",
            "capability:gradus_capability_state:max{state=\"unknown\"} == 1\n".to_owned(),
            "Nobody knows whether a capability is there.",
            concat!(
                "Whether capability ",
                namespace!(),
                "/{{ $labels.capability }} is there is unknown: nobody has found out, its evidence has ended, or its \
                 source cannot be read. Unknown never counts as met."
            ),
        )
    }
}

/// A probe repeats itself and always ends soon; only what people attest must be renewed by people.
fn evidence_expiring() -> Alert {
    Alert {
        severity: "info",
        keep: None,
        days: Some(14),
        ..alert(
            "GradusEvidenceExpiring",
            format!(
                "(\n  \
                   evidence:gradus_evidence_expiry_timestamp_seconds:min{{kind=\"attestation\"}} - time()\n  \
                   < {DAYS} * 86400\n\
                 ) > 0\n"
            ),
            "What somebody attested ends soon.",
            concat!(
                "Evidence {{ $labels.evidence }} of capability ",
                namespace!(),
                "/{{ $labels.capability }} ends in {{ $value | humanizeDuration }}. Afterwards the capability is unknown \
                 unless somebody attests it again."
            ),
        )
    }
}

fn waiver_expiring() -> Alert {
    Alert {
        severity: "info",
        keep: None,
        days: Some(14),
        dashboard: concat!(
            "/d/gradus-assessment?var-namespace=",
            namespace!(),
            "&var-assessment={{ $labels.assessment }}"
        ),
        page: concat!("/assessments/", namespace!(), "/{{ $labels.assessment }}"),
        ..alert(
            "GradusWaiverExpiring",
            format!(
                "(\n  \
                   waiver:gradus_waiver_expiry_timestamp_seconds:min - time() < {DAYS} * 86400\n\
                 ) > 0\n\
                 unless {SAME_ASSESSMENT}\n  \
                   {SUSPENDED} == 1\n"
            ),
            "A waiver ends soon.",
            concat!(
                "Waiver ",
                namespace!(),
                "/{{ $labels.waiver }} of assessment {{ $labels.assessment }} ends in {{ $value | humanizeDuration }}. \
                 Afterwards the criteria that it excuses count again."
            ),
        )
    }
}

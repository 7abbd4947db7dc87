//! Alerts about capabilities, their evidence, and waivers.

use crate::recorded::SUSPENDED;
use crate::rules::alert::{Alert, DAYS, Group};
use crate::rules::duration::Duration;
use crate::rules::text::{SAME_ASSESSMENT, SAME_CAPABILITY, namespace};

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

/// An alert with the settings that most of these share.
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

/// A change between `refuted` and `degraded` does not raise a new alert. Capabilities that only suspended assessments
/// need are excluded. See D-080.
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
        "A capability that criteria need is lost.",
        concat!(
            "Capability ",
            namespace!(),
            "/{{ $labels.capability }} is refuted by its evidence, or a capability that it depends on is lost. Criteria \
             need it. No fall names it as its cause so far."
        ),
    )
}

fn capability_unknown() -> Alert {
    Alert {
        hold: Duration::of("1h"),
        ..alert(
            "GradusCapabilityUnknown",
            "capability:gradus_capability_state:max{state=\"unknown\"} == 1\n".to_owned(),
            "The state of a capability is unknown.",
            concat!(
                "The state of capability ",
                namespace!(),
                "/{{ $labels.capability }} is unknown: nobody has checked it, its evidence has expired, or its source \
                 cannot be read. Unknown never counts as met."
            ),
        )
    }
}

/// Attestations only: probes renew their evidence themselves, and it always expires soon. See D-079.
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
            "An attestation expires soon.",
            concat!(
                "Evidence {{ $labels.evidence }} of capability ",
                namespace!(),
                "/{{ $labels.capability }} ends in {{ $value | humanizeDuration }}. The capability is unknown afterwards \
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
                 The criteria that it excuses then count by their own verdict again."
            ),
        )
    }
}

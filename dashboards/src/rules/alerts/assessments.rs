//! Alerts about assessments. A suspended assessment raises only `GradusPauseOverdue`.

use crate::recorded::SUSPENDED;
use crate::rules::alert::{Alert, DAYS, Group};
use crate::rules::duration::Duration;
use crate::rules::text::{Detail, namespace, with_details};

const DASHBOARD: &str = concat!(
    "/d/gradus-assessment?var-namespace=",
    namespace!(),
    "&var-model={{ $labels.model }}&var-assessment={{ $labels.assessment }}"
);
const PAGE: &str = concat!("/assessments/", namespace!(), "/{{ $labels.assessment }}");

pub(super) fn alerts() -> Vec<Alert> {
    vec![
        stage_regressed(),
        stage_below_target(),
        target_at_risk(),
        stage_fall_forecast(),
        assessment_not_scored(),
        pause_overdue(),
    ]
}

/// An alert with the settings that most of these share.
fn alert(name: &'static str, summary: &'static str, sentence: &str, details: &[Detail]) -> Alert {
    Alert {
        name,
        group: Group::Assessments,
        expression: String::new(),
        severity: "warning",
        hold: Duration::of("15m"),
        keep: Some(Duration::of("10m")),
        days: None,
        summary,
        description: with_details(sentence, details),
        dashboard: DASHBOARD,
        page: PAGE,
    }
}

/// Excludes suspended assessments. The result keeps the labels and the value of the expression.
fn unless_suspended(expression: &str) -> String {
    format!("{expression}\nunless\n  {SUSPENDED} == 1\n")
}

const STAGE: Detail = Detail {
    series: "assessment:gradus_assessment_stage:max",
    text: " Its stage is {{ .Value }}.",
};
const MARK: Detail = Detail {
    series: "assessment:gradus_assessment_high_water_stage:max",
    text: " Its high-water mark is stage {{ .Value }}.",
};
const TARGET: Detail = Detail {
    series: "assessment:gradus_assessment_target_stage:max",
    text: " The target is stage {{ .Value }}.",
};
const TARGET_DATE: Detail = Detail {
    series: "assessment:gradus_assessment_target_timestamp_seconds:max",
    text: " It is due by {{ .Value | humanizeTimestamp }}.",
};
const FALL_STAGE: Detail = Detail {
    series: "assessment:gradus_assessment_fall_stage:min",
    text: " It will fall to stage {{ .Value }}.",
};
const CAUSE: Detail = Detail {
    series: "assessment:gradus_assessment_regression_info:max",
    text: " Cause: {{ reReplaceAll `_` ` ` .Labels.cause }}\
           {{ with .Labels.capability }}, capability {{ . }}{{ end }}\
           {{ with .Labels.evidence }}, evidence {{ . }}{{ end }}.",
};

fn stage_regressed() -> Alert {
    Alert {
        expression: "assessment:gradus_assessment_regressed:max == 1\n".to_owned(),
        // Why so short: the engine commits a fall only after `grace` and `holdFor`.
        hold: Duration::of("1m"),
        ..alert(
            "GradusStageRegressed",
            "A maturity stage has fallen below its high-water mark.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} has fallen under model {{ $labels.model }}: its stage, or the stage of one of \
                 its domains, is below the highest stage that it has reached."
            ),
            &[STAGE, MARK, CAUSE],
        )
    }
}

fn stage_below_target() -> Alert {
    Alert {
        expression: unless_suspended(
            "assessment:gradus_assessment_stage:max < assessment:gradus_assessment_target_stage:max\n\
             unless\n  \
               assessment:gradus_assessment_target_timestamp_seconds:max > time()",
        ),
        severity: "critical",
        ..alert(
            "GradusStageBelowTarget",
            "A maturity stage is below its target, and the target is due.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} is at stage {{ $value }} under model {{ $labels.model }}. This is below its \
                 target, and the target is due today."
            ),
            &[TARGET, CAUSE],
        )
    }
}

fn target_at_risk() -> Alert {
    Alert {
        expression: unless_suspended("assessment:gradus_assessment_target_at_risk:max == 1"),
        hold: Duration::of("1h"),
        ..alert(
            "GradusTargetAtRisk",
            "A target stage will be missed if nothing changes.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} will miss its target under model {{ $labels.model }}: a fall is forecast \
                 before the date of the target, or the remaining work takes longer than the time that is left."
            ),
            &[TARGET, TARGET_DATE],
        )
    }
}

fn stage_fall_forecast() -> Alert {
    Alert {
        expression: unless_suspended(&format!(
            "assessment:gradus_assessment_fall_timestamp_seconds:min - time() < {DAYS} * 86400"
        )),
        days: Some(14),
        ..alert(
            "GradusStageFallForecast",
            "A maturity stage will fall soon if nobody acts.",
            concat!(
                "The stage of assessment ",
                namespace!(),
                "/{{ $labels.assessment }} under model {{ $labels.model }} falls in {{ $value | humanizeDuration }}: \
                 an attestation, a waiver, an award or a grace ends then."
            ),
            &[FALL_STAGE],
        )
    }
}

fn assessment_not_scored() -> Alert {
    Alert {
        expression: unless_suspended(
            "assessment:gradus_assessment_assessed:max == 0\n\
             and\n  \
               assessment:gradus_assessment_high_water_stage:max >= 0",
        ),
        severity: "critical",
        hold: Duration::of("5m"),
        ..alert(
            "GradusAssessmentNotScored",
            "An assessment that had a stage cannot be scored.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} was scored under model {{ $labels.model }} before and cannot be scored now. \
                 It shows its last committed stage, and a fall would not be seen."
            ),
            &[],
        )
    }
}

fn pause_overdue() -> Alert {
    Alert {
        expression: "time() - assessment:gradus_assessment_pause_end_timestamp_seconds:max > 0\n"
            .to_owned(),
        hold: Duration::of("1h"),
        ..alert(
            "GradusPauseOverdue",
            "An assessment is still paused after the planned end of its pause.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} under model {{ $labels.model }} should have resumed \
                 {{ $value | humanizeDuration }} ago. While it is paused, its falls are neither committed nor raised."
            ),
            &[],
        )
    }
}

//! Alerts about assessments. One that is suspended raises nothing but that its pause is overdue.

use super::alert::{Alert, DAYS, Group};
use super::duration::Duration;
use super::recording::SUSPENDED;
use super::text::{Known, namespace, with_known};

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

/// What most of them share.
fn alert(name: &'static str, summary: &'static str, sentence: &str, known: &[Known]) -> Alert {
    Alert {
        name,
        group: Group::Assessments,
        expression: String::new(),
        severity: "warning",
        hold: Duration::of("15m"),
        keep: Some(Duration::of("10m")),
        days: None,
        summary,
        description: with_known(sentence, known),
        dashboard: DASHBOARD,
        page: PAGE,
    }
}

/// Leaves out what is suspended. What is left has the labels and the value of the first operand.
fn unless_suspended(expression: &str) -> String {
    format!("{expression}\nunless\n  {SUSPENDED} == 1\n")
}

const STAGE: Known = Known {
    series: "assessment:gradus_assessment_stage:max",
    text: " It stands at stage {{ .Value }}.",
};
const MARK: Known = Known {
    series: "assessment:gradus_assessment_high_water_stage:max",
    text: " Its mark is stage {{ .Value }}.",
};
const TARGET: Known = Known {
    series: "assessment:gradus_assessment_target_stage:max",
    text: " The target is stage {{ .Value }}.",
};
const TARGET_DATE: Known = Known {
    series: "assessment:gradus_assessment_target_timestamp_seconds:max",
    text: " It is due by {{ .Value | humanizeTimestamp }}.",
};
const FALL_STAGE: Known = Known {
    series: "assessment:gradus_assessment_fall_stage:min",
    text: " It falls to stage {{ .Value }}.",
};
const CAUSE: Known = Known {
    series: "assessment:gradus_assessment_regression_info:max",
    text: " Cause: {{ reReplaceAll `_` ` ` .Labels.cause }}\
           {{ with .Labels.capability }}, capability {{ . }}{{ end }}\
           {{ with .Labels.evidence }}, evidence {{ . }}{{ end }}.",
};

fn stage_regressed() -> Alert {
    Alert {
        expression: "assessment:gradus_assessment_regressed:max == 1\n".to_owned(),
        // The engine has waited for every grace already.
        hold: Duration::of("1m"),
        ..alert(
            "GradusStageRegressed",
            "A maturity stage has fallen below its high-water mark.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} has fallen under model {{ $labels.model }}: its stage, or that of one of \
                 its domains, is below the highest that it has reached."
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
            "A maturity stage is below the target that it must hold.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} stands at stage {{ $value }} under model {{ $labels.model }}, which is below \
                 its target, and the target binds today."
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
            "A target stage will not be held or reached in time as things stand.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} will miss its target under model {{ $labels.model }}: a fall is forecast \
                 before the target's date, or the known way there takes longer than is left."
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
            "A maturity stage falls soon if nobody acts.",
            concat!(
                "The stage of assessment ",
                namespace!(),
                "/{{ $labels.assessment }} under model {{ $labels.model }} falls in {{ $value | humanizeDuration }}: \
                 what it rests on ends then."
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
                 What it shows is the last committed stage, and a fall would not be seen."
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
            "An assessment is still paused after the promised end of its pause.",
            concat!(
                "Assessment ",
                namespace!(),
                "/{{ $labels.assessment }} under model {{ $labels.model }} was to resume {{ $value | humanizeDuration }} \
                 ago. While it is paused, no fall of it is committed or raised."
            ),
            &[],
        )
    }
}

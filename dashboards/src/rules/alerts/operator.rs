//! Alerts about Gradus itself: it does not see changes, has no leader or several, or cannot write its results.

use crate::recorded::REPLICA_LABELS;
use crate::rules::alert::{Alert, Group, JOB};
use crate::rules::duration::Duration;

pub(super) fn alerts() -> Vec<Alert> {
    vec![
        absent(),
        no_leader(),
        many_leaders(),
        clock_uncertain(),
        not_settling(),
        source_not_synced(),
        writes_failing(),
        objects_invalid(),
        metrics_truncated(),
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
        group: Group::Operator,
        expression,
        severity: "warning",
        hold: Duration::of("15m"),
        keep: None,
        days: None,
        summary,
        description: description.to_owned(),
        dashboard: "/d/gradus-operator?var-job={{ $labels.job }}",
        page: "/",
    }
}

fn absent() -> Alert {
    Alert {
        severity: "critical",
        hold: Duration::of("10m"),
        // Why without a job: an absent series has no labels.
        dashboard: "/d/gradus-operator",
        ..alert(
            "GradusAbsent",
            format!("absent(gradus_build_info{JOB}) == 1\n"),
            "No replica of Gradus is scraped.",
            "Prometheus scrapes no replica of Gradus: none runs, none can be reached, or none is discovered any more. Stages \
             are unknown, and falls are not seen.",
        )
    }
}

fn no_leader() -> Alert {
    Alert {
        severity: "critical",
        hold: Duration::of("5m"),
        ..alert(
            "GradusNoLeader",
            format!("sum without ({REPLICA_LABELS}) (gradus_leader) < 1\n"),
            "No replica of Gradus leads.",
            "No replica of Gradus in job {{ $labels.job }} leads: nothing is committed, so new falls are hidden. The stages \
             shown are those of the followers.",
        )
    }
}

fn many_leaders() -> Alert {
    Alert {
        severity: "critical",
        hold: Duration::of("2m"),
        ..alert(
            "GradusManyLeaders",
            format!("sum without ({REPLICA_LABELS}) (gradus_leader) > 1\n"),
            "More than one replica of Gradus leads.",
            "{{ $value }} replicas of Gradus in job {{ $labels.job }} lead at once: they hold different leases, or two \
             installations share one scrape job.",
        )
    }
}

/// While it is not certain what time it is, nothing is committed. See D-185.
fn clock_uncertain() -> Alert {
    Alert {
        severity: "critical",
        hold: Duration::of("5m"),
        ..alert(
            "GradusClockUncertain",
            format!("max without ({REPLICA_LABELS}) (abs(gradus_clock_skew_seconds)) > 0\n"),
            "Gradus commits nothing: a clock is wrong.",
            "The clock of a replica in job {{ $labels.job }} and that of the API server are {{ $value }} seconds apart, or one \
             of them jumped. Until they agree, high-water marks, falls and history do not change.",
        )
    }
}

/// The engine settles at least once a minute, even if nothing changes. See D-078.
fn not_settling() -> Alert {
    Alert {
        severity: "critical",
        hold: Duration::of("5m"),
        ..alert(
            "GradusNotSettling",
            format!(
                "max without ({REPLICA_LABELS}) (\n  \
                   increase(gradus_engine_settle_duration_seconds_count[10m])\n  \
                   and on (cluster, job, instance) gradus_leader == 1\n\
                 ) == 0\n"
            ),
            "Gradus no longer updates stages.",
            "The leader in job {{ $labels.job }} has not scored anything for ten minutes: stages are not updated, and falls \
             are not seen.",
        )
    }
}

fn source_not_synced() -> Alert {
    alert(
        "GradusSourceNotSynced",
        format!("min without ({REPLICA_LABELS}) (gradus_source_synced) == 0\n"),
        "Gradus cannot read a source.",
        "At least one replica in job {{ $labels.job }} has not read source {{ $labels.source }} completely, or hears \
         nothing from it. Everything that depends on this source is unknown or stale.",
    )
}

fn writes_failing() -> Alert {
    alert(
        "GradusWritesFailing",
        format!(
            "sum without ({REPLICA_LABELS}, outcome) (\n  \
               rate(gradus_output_writes_total{{outcome=~\"refused|error\"}}[10m])\n\
             ) > 0\n"
        ),
        "Gradus cannot write its results.",
        "Writes of output {{ $labels.output }} of job {{ $labels.job }} are refused or fail. What is not written is not \
         committed: high-water marks, falls and history do not change.",
    )
}

fn objects_invalid() -> Alert {
    Alert {
        severity: "info",
        hold: Duration::of("30m"),
        ..alert(
            "GradusObjectsInvalid",
            format!(
                "max without ({REPLICA_LABELS}, state) (gradus_objects{{state=\"invalid\"}}) > 0\n"
            ),
            "Some objects are invalid.",
            "{{ $value }} objects of kind {{ $labels.kind }} in job {{ $labels.job }} are invalid. They are not used, or only \
             in their last valid version.",
        )
    }
}

fn metrics_truncated() -> Alert {
    Alert {
        hold: Duration::of("5m"),
        ..alert(
            "GradusMetricsTruncated",
            format!("max without ({REPLICA_LABELS}) (gradus_metrics_truncated) == 1\n"),
            "Gradus leaves out a tier of metrics.",
            "Tier {{ $labels.tier }} of job {{ $labels.job }} would exceed the ceiling and is left out of /metrics. Alerts \
             that read it cannot fire.",
        )
    }
}

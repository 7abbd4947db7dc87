//! Alerts about Gradus itself: it is blind, torn, or cannot do what it should.

use super::alert::{Alert, Group, JOB};
use super::duration::Duration;
use crate::recorded::REPLICA_LABELS;

pub(super) fn alerts() -> Vec<Alert> {
    vec![
        absent(),
        no_leader(),
        many_leaders(),
        not_settling(),
        source_not_synced(),
        writes_failing(),
        objects_invalid(),
        metrics_truncated(),
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
        ..alert(
            "GradusAbsent",
            format!("absent(gradus_build_info{JOB}) == 1\n"),
            "No Gradus is scraped.",
            "Prometheus scrapes no replica of Gradus{{ with $labels.job }} in job {{ . }}{{ end }}: it is gone, cannot be \
             reached, or is no longer discovered. Stages are unknown, and falls are not seen.",
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
            "No replica of Gradus in job {{ $labels.job }} leads: nothing is committed, so new falls are hidden, and \
             what is shown is the view of followers.",
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
             installs share one scrape job.",
        )
    }
}

/// The engine settles at least once a minute, also when nothing happens.
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
            "Gradus no longer works out what follows.",
            "The engine of the leader in job {{ $labels.job }} has not settled for ten minutes: stages stand still, and \
             falls are not seen.",
        )
    }
}

fn source_not_synced() -> Alert {
    alert(
        "GradusSourceNotSynced",
        format!("min without ({REPLICA_LABELS}) (gradus_source_synced) == 0\n"),
        "Gradus cannot read a source.",
        "Source {{ $labels.source }} of job {{ $labels.job }} has not been read completely, or is silent, on at least \
         one replica. What rests on it is unknown or stale.",
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
        "Gradus cannot write what it found out.",
        "Writes of output {{ $labels.output }} of job {{ $labels.job }} are refused or fail. What is not written is not \
         committed: marks, falls and history stand still.",
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
            "Some objects cannot be used as they are written.",
            "{{ $value }} of kind {{ $labels.kind }} in job {{ $labels.job }} cannot be used, or only in their last good \
             state.",
        )
    }
}

fn metrics_truncated() -> Alert {
    Alert {
        hold: Duration::of("5m"),
        ..alert(
            "GradusMetricsTruncated",
            format!("max without ({REPLICA_LABELS}) (gradus_metrics_truncated) == 1\n"),
            "Gradus left a tier of metrics out.",
            "Tier {{ $labels.tier }} of job {{ $labels.job }} would pass the ceiling and is left out of /metrics whole: \
             what alerts on it is blind.",
        )
    }
}

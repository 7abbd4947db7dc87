//! Every metric that an expression may use, with the labels that its series can have.

use std::collections::BTreeSet;

use gradus_dashboards::recorded::{self, REPLICA_LABELS};
use gradus_operator::outputs::metrics::catalogue::{self, Family, Type};

/// The labels that a series can have.
pub(crate) type Labels = BTreeSet<String>;

/// Closed lists of values, by label.
pub(crate) type Values = &'static [(&'static str, &'static [&'static str])];

/// A metric, as seen by an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Metric {
    /// The labels of its series, including those that a scrape adds.
    pub(crate) labels: Labels,
    /// The labels with a closed list of values.
    pub(crate) values: Values,
    /// Whether it is a counter, of which only the rate is useful.
    pub(crate) counter: bool,
}

/// The metric of a name. None if it is neither exported nor recorded.
pub(crate) fn metric(name: &str) -> Option<Metric> {
    recorded_metric(name)
        .or_else(|| exported(name))
        .or_else(|| of_the_scrape(name))
}

/// The labels that distinguish replicas.
pub(crate) fn replica_labels() -> Labels {
    REPLICA_LABELS.split(", ").map(str::to_owned).collect()
}

fn recorded_metric(name: &str) -> Option<Metric> {
    if name == recorded::SUSPENDED {
        let identity = catalogue::ASSESSMENT_STAGE.labels;
        return Some(kept(identity, &[], false));
    }
    let recorded = recorded::ALL.iter().find(|one| one.name() == name)?;
    let family = family(recorded.metric)?;
    Some(kept(family.labels, family.values, is_counter(family)))
}

/// A recorded series does not have the labels that distinguish replicas.
fn kept(labels: &[&str], values: Values, counter: bool) -> Metric {
    Metric {
        values,
        labels: with(labels, ["cluster", "job", "exported_namespace"]),
        counter,
    }
}

fn exported(name: &str) -> Option<Metric> {
    if let Some(family) = family(name) {
        return (family.kind != Type::Histogram)
            .then(|| scraped(family.labels, family.values, is_counter(family)));
    }
    let (base, suffix) = name.rsplit_once('_')?;
    let family = family(base).filter(|family| family.kind == Type::Histogram)?;
    match suffix {
        "bucket" => Some(scraped(
            &[family.labels, &["le"]].concat(),
            family.values,
            true,
        )),
        "sum" | "count" => Some(scraped(family.labels, family.values, true)),
        _ => None,
    }
}

/// Metrics that Prometheus adds for every target, and that every process exports.
fn of_the_scrape(name: &str) -> Option<Metric> {
    const GAUGES: [&str; 12] = [
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_threads",
        "process_start_time_seconds",
        "ALERTS",
    ];
    let counter = name == "process_cpu_seconds_total";
    (counter || GAUGES.contains(&name)).then(|| scraped(&[], &[], counter))
}

fn scraped(labels: &[&str], values: Values, counter: bool) -> Metric {
    let mut labels = with(
        labels,
        ["cluster", "job", "namespace", "exported_namespace"],
    );
    labels.extend(replica_labels());
    Metric {
        labels,
        values,
        counter,
    }
}

fn with<const MORE: usize>(labels: &[&str], more: [&str; MORE]) -> Labels {
    labels
        .iter()
        .copied()
        .chain(more)
        .map(str::to_owned)
        .collect()
}

fn family(name: &str) -> Option<&'static Family> {
    catalogue::ALL.iter().find(|family| family.name == name)
}

fn is_counter(family: &Family) -> bool {
    family.kind == Type::Counter
}

//! Gradus / Operator: how Gradus itself does.

use super::dashboard::Dashboard;
use super::field::{Field, Mapping, texts};
use super::grid::{lay_out, row};
use super::panel::Panel;
use super::panels::{Lines, Shows, stat, table, time_series};
use super::target::{Answer, Target, one_per};
use super::transformation::organize;
use super::variable::{ANY, PRESENT, Variable, choice, datasource};

/// The replicas that were chosen.
const CHOSEN: &str = r#"cluster=~"$cluster", job=~"$job", instance=~"$instance""#;

/// The dashboard.
pub(super) fn operator() -> Dashboard {
    let mut board = Dashboard::new(
        "gradus-operator",
        "Gradus / Operator",
        "Does Gradus itself see everything, keep up, and get its writes through?",
        "now-6h",
        "1m",
    );
    board.templating.list = variables();
    board.panels = lay_out([
        row(5, [(6, leaders()), (6, replicas()), (12, versions())]),
        row(8, [(12, settle_duration()), (12, pending())]),
        row(8, [(12, deltas()), (12, writes())]),
        row(8, [(12, silence()), (12, restarts())]),
        row(8, [(12, memory()), (12, processor())]),
        row(8, [(12, samples()), (12, scrape_duration())]),
        row(8, [(12, unsynced()), (12, invalid())]),
    ]);
    board
}

fn variables() -> Vec<Variable> {
    const BUILD: &str = "gradus_build_info";
    let (cluster, job) = (r#"cluster=~"$cluster""#, r#"job=~"$job""#);
    vec![
        datasource(),
        choice("cluster", "Cluster", BUILD, ANY),
        choice("job", "Job", &format!("{BUILD}{{{cluster}}}"), PRESENT),
        choice(
            "instance",
            "Instance",
            &format!("{BUILD}{{{cluster}, {job}}}"),
            PRESENT,
        ),
    ]
}

/// A series per replica, and per value of these labels.
const REPLICA: Answer = one_per(&["cluster", "job", "instance"]);

/// How much a counter rises a second, per value of these labels.
fn rate(labels: &str, counter: &str) -> String {
    format!("sum by ({labels}) (rate({counter}{{{CHOSEN}}}[$__rate_interval]))")
}

fn of_each_replica(metric: &str) -> String {
    format!("max by (cluster, job, instance) ({metric}{{{CHOSEN}}})")
}

fn leading() -> Vec<Mapping> {
    vec![texts(&[("0", "nobody leads", "red"), ("1", "1", "green")])]
}

fn leaders() -> Panel {
    stat(
        "Leaders",
        "Does exactly one replica write? With none, nothing is written. Two can at worst repeat what is there already, \
         and more than one for long means a torn lease. Choose all instances to see it.",
        Shows::Auto,
        Field::new("none", "Gradus is not scraped")
            .mapped(leading())
            .colored(&[(0, "red"), (1, "green"), (2, "red")]),
        vec![Target::now(
            format!("sum by (cluster, job) (gradus_leader{{{CHOSEN}}})"),
            "{{cluster}} {{job}}",
            one_per(&["cluster", "job"]),
        )],
    )
}

fn replicas() -> Panel {
    stat(
        "Replicas",
        "How many replicas answer?",
        Shows::Auto,
        Field::new("none", "Gradus is not scraped"),
        vec![Target::now(
            format!("count by (cluster, job) (gradus_build_info{{{CHOSEN}}})"),
            "{{cluster}} {{job}}",
            one_per(&["cluster", "job"]),
        )],
    )
}

fn versions() -> Panel {
    stat(
        "Versions",
        "Which version does each replica run? More than one, for long, is a rollout that stands still.",
        Shows::Name,
        Field::new("none", "Gradus is not scraped"),
        vec![Target::now(
            format!("max by (cluster, job, instance, version) (gradus_build_info{{{CHOSEN}}})"),
            "{{instance}}: {{version}}",
            REPLICA,
        )],
    )
}

fn settle_duration() -> Panel {
    let quantile = |share: &str| {
        format!(
            "histogram_quantile({share}, {})",
            rate(
                "cluster, job, instance, le",
                "gradus_engine_settle_duration_seconds_bucket"
            ),
        )
    };
    let when = REPLICA.only("something was settled");
    time_series(
        "Settling takes",
        "How long does it take from a change to its scores? The median, nine of ten, and 99 of 100.",
        Lines::Separate,
        Field::new("s", "nothing was settled in this time")
            .from_zero()
            .color_per_series(),
        vec![
            Target::history(quantile("0.5"), "{{instance}} p50", when),
            Target::history(quantile("0.9"), "{{instance}} p90", when),
            Target::history(quantile("0.99"), "{{instance}} p99", when),
        ],
    )
}

fn pending() -> Panel {
    time_series(
        "Waiting",
        "Does anything pile up? Changes that wait to be scored, and writes that wait to be sent.",
        Lines::Separate,
        Field::new("short", "Gradus is not scraped")
            .from_zero()
            .color_per_series(),
        vec![
            Target::history(
                of_each_replica("gradus_engine_pending_deltas"),
                "{{instance}} changes",
                REPLICA,
            ),
            Target::history(
                format!(
                    "max by (cluster, job, instance, output) (gradus_output_queue_depth{{{CHOSEN}}})"
                ),
                "{{instance}} {{output}}",
                one_per(&["cluster", "job", "instance", "output"]),
            ),
        ],
    )
}

fn deltas() -> Panel {
    time_series(
        "Changes taken in",
        "How much changes, and where does it come from?",
        Lines::Separate,
        Field::new("cps", "nothing has changed yet")
            .from_zero()
            .color_per_series(),
        vec![Target::history(
            rate("source, operation", "gradus_engine_deltas_total"),
            "{{source}} {{operation}}",
            one_per(&["source", "operation"]),
        )],
    )
}

fn writes() -> Panel {
    time_series(
        "Writes by outcome",
        "Does what is written arrive? Refused and error are what an alert watches; a conflict is read and composed again.",
        Lines::Separate,
        Field::new("wps", "nothing has been written yet")
            .from_zero()
            .color_per_series(),
        vec![Target::history(
            rate("output, outcome", "gradus_output_writes_total"),
            "{{output}} {{outcome}}",
            one_per(&["output", "outcome"]),
        )],
    )
}

fn silence() -> Panel {
    time_series(
        "Seconds since a source spoke",
        "Is any source silent? A quiet source still says that it lives; one that does not is stale.",
        Lines::Separate,
        Field::new("s", "no source is known")
            .from_zero()
            .color_per_series(),
        vec![Target::history(
            format!(
                "time() - max by (cluster, job, instance, source) (gradus_source_last_event_timestamp_seconds{{{CHOSEN}}})"
            ),
            "{{instance}} {{source}}",
            one_per(&["cluster", "job", "instance", "source"]),
        )],
    )
}

fn restarts() -> Panel {
    time_series(
        "Sources that began anew",
        "Which source keeps breaking off?",
        Lines::Separate,
        Field::new("cps", "no source has begun anew")
            .from_zero()
            .color_per_series(),
        vec![Target::history(
            rate("source", "gradus_source_restarts_total"),
            "{{source}}",
            one_per(&["source"]).only("a source has begun anew"),
        )],
    )
}

fn memory() -> Panel {
    time_series(
        "Memory",
        "How much memory is resident?",
        Lines::Separate,
        Field::new("bytes", "Gradus is not scraped")
            .from_zero()
            .color_per_series(),
        vec![Target::history(
            of_each_replica("process_resident_memory_bytes"),
            "{{instance}}",
            REPLICA,
        )],
    )
}

fn processor() -> Panel {
    time_series(
        "Processor",
        "How many processors are busy?",
        Lines::Separate,
        Field::new("short", "Gradus is not scraped")
            .from_zero()
            .color_per_series(),
        vec![Target::history(
            rate("cluster, job, instance", "process_cpu_seconds_total"),
            "{{instance}}",
            REPLICA,
        )],
    )
}

/// Prometheus' own series are there for every target; ours are those that say which version runs.
fn of_our_targets(metric: &str) -> String {
    format!(
        "max by (cluster, job, instance) ({metric}{{{CHOSEN}}})\n\
         and on (cluster, job, instance)\n  \
           {}",
        of_each_replica("gradus_build_info"),
    )
}

fn samples() -> Panel {
    time_series(
        "Samples a scrape",
        "How many series does a scrape bring? It grows with assessments, and with capabilities where their tier is on.",
        Lines::Separate,
        Field::new("short", "Gradus is not scraped")
            .from_zero()
            .color_per_series(),
        vec![Target::history(
            of_our_targets("scrape_samples_scraped"),
            "{{instance}}",
            REPLICA,
        )],
    )
}

fn scrape_duration() -> Panel {
    time_series(
        "A scrape takes",
        "How long does a scrape take?",
        Lines::Separate,
        Field::new("s", "Gradus is not scraped")
            .from_zero()
            .color_per_series(),
        vec![Target::history(
            of_our_targets("scrape_duration_seconds"),
            "{{instance}}",
            REPLICA,
        )],
    )
}

fn unsynced() -> Panel {
    let columns = [
        ("cluster", "Cluster"),
        ("job", "Job"),
        ("instance", "Instance"),
        ("source", "Source"),
    ];
    table(
        "Sources that were never read",
        "What could not be read as a whole since the start? What rests on it is not scored.",
        Field::new("none", "every source was read"),
        vec![Target::columns(
            format!(
                "max by (cluster, job, instance, source) (gradus_source_synced{{{CHOSEN}}}) == 0"
            ),
            one_per(&["cluster", "job", "instance", "source"]).only("a source cannot be read"),
        )],
    )
    .transformed(vec![organize(&columns, &["Time", "Value"])])
}

fn invalid() -> Panel {
    let columns = [
        ("cluster", "Cluster"),
        ("job", "Job"),
        ("instance", "Instance"),
        ("kind", "Kind"),
        ("Value", "Objects"),
    ];
    table(
        "Objects that cannot be used",
        "What is written so that it cannot be used, or counts only as it was before? The status of each says why.",
        Field::new("none", "every object can be used"),
        vec![Target::columns(
            format!(
                "max by (cluster, job, instance, kind) (gradus_objects{{{CHOSEN}, state=\"invalid\"}}) > 0"
            ),
            one_per(&["cluster", "job", "instance", "kind"]).only("an object cannot be used"),
        )],
    )
    .transformed(vec![organize(&columns, &["Time"])])
}

//! The reference page of the metrics, generated from the catalogue and from what a scrape of the example says.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::catalogue::{ALL, Family, Tier};

/// How much a scrape of some objects says.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// How many assessments there are.
    pub assessments: usize,
    /// How many capabilities.
    pub capabilities: usize,
    /// Series and bytes of each tier.
    pub tiers: Vec<(Tier, usize, usize)>,
}

/// The page as Markdown.
pub fn reference(measured: &Measured) -> String {
    let mut page = String::from(INTRODUCTION);
    for (tier, about) in [
        (Tier::Core, CORE),
        (Tier::Capability, CAPABILITY),
        (Tier::Detail, DETAIL),
        (Tier::Operator, OPERATOR),
    ] {
        let _ = write!(
            page,
            "\n## Tier `{tier}`\n\n{about}\n\n| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n"
        );
        for family in ALL.iter().filter(|family| family.tier == tier) {
            append_family(&mut page, family);
        }
    }
    page.push_str(PROCESS);
    append_values(&mut page);
    append_size(&mut page, measured);
    page
}

fn append_family(page: &mut String, family: &Family) {
    let labels = code(family.labels);
    let labels = if labels.is_empty() { "–" } else { &labels };
    let _ = writeln!(
        page,
        "| `{}` | {} | {labels} | {} |",
        family.name, family.kind, family.help
    );
}

/// Labels with a closed list of values, each list once.
fn append_values(page: &mut String) {
    page.push_str(VALUES);
    let mut lists: BTreeMap<(&str, &[&str]), Vec<&str>> = BTreeMap::new();
    for family in ALL {
        for (label, values) in family.values {
            lists.entry((label, values)).or_default().push(family.name);
        }
    }
    for ((label, values), families) in lists {
        let _ = writeln!(
            page,
            "| `{label}` | {} | {} |",
            code(&families),
            code(values)
        );
    }
}

fn append_size(page: &mut String, measured: &Measured) {
    let Measured {
        assessments,
        capabilities,
        tiers,
    } = measured;
    let _ = write!(
        page,
        "\n## How much it is\n\nThe example's hospital group has {assessments} assessments, whose models report some \
         of their domains, and\n{capabilities} capabilities. Compressed, a scrape takes about a tenth on the way.\n\n\
         | Tier | Series | Bytes | Series an assessment | Bytes an assessment |\n|---|---|---|---|---|\n"
    );
    for (tier, series, bytes) in tiers {
        let each = |number: &usize| number.div_ceil((*assessments).max(1));
        let _ = writeln!(
            page,
            "| `{tier}` | {series} | {bytes} | {} | {} |",
            each(series),
            each(bytes)
        );
    }
}

fn code(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

const INTRODUCTION: &str = "<!-- Generated from the catalogue in the code; run the tests with GRADUS_BLESS=1 to update. -->
# Metrics

`/metrics` answers in the Prometheus text format 0.0.4, or in OpenMetrics 1.0.0 where that is asked for, compressed
with gzip where that is accepted. The series are made at the scrape from the published snapshot: delete an object, and
its series are gone at the next scrape. Values are whole numbers or decimals and never `NaN`; a date that does not exist
has no series; instants are seconds since 1970 and end in `_timestamp_seconds`. Closed label values are in snake case.
There are no series per criterion: gaps are in the status, on the page and in the command line.

**Every replica exports.** Prometheus keeps the view of the one whose `gradus_leader` is 1. A replica exports series about
objects only once it has read everything, so that a start shows no fall (with `--namespaces`, none about assessments of a
namespace of which it may not read everything); and a follower whose watches have been silent
for longer than `--silent-after` exports its own metrics only, so that an old stage never stands against the leader's.

**The namespace of an object is the label `namespace`.** Scrape with `honorLabels: true`, or Prometheus renames it.

**Tiers are switches**: `--metrics-tiers core,capability,detail`; core and the operator's own are always there. A ceiling,
`--metrics-ceiling`, drops whole tiers when a scrape would hold more series about objects, detail first, and says so in
`gradus_metrics_truncated` and once in the log. What counts is how many series there can be at most.
";

const CORE: &str =
    "What is known of assessments, models and waivers. Compare `gradus_assessment_stage` with
`gradus_assessment_target_stage`, and alert on `gradus_assessment_regressed == 1`.";

const CAPABILITY: &str =
    "What is believed of capabilities, what depends on them, and how long their evidence lasts.";

const DETAIL: &str = "Every evidence item and every object. Off until it is asked for.";

const OPERATOR: &str = "How Gradus itself does. Always on.";

const PROCESS: &str = "
On Linux the standard `process_*` metrics are there too: CPU, memory, file descriptors, threads, start time.
";

const VALUES: &str = "
## Values of labels

Every other label holds a name or a text that people chose, or the name of a source.

| Label | Of | Values |
|---|---|---|
";

//! The reference page of the metrics, generated from the catalogue.

use std::fmt::Write;

use super::catalogue::{ALL, Tier};

/// The page as Markdown.
pub fn reference() -> String {
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
            let labels: Vec<String> = family
                .labels
                .iter()
                .map(|label| format!("`{label}`"))
                .collect();
            let labels = if labels.is_empty() {
                "–".to_owned()
            } else {
                labels.join(", ")
            };
            let _ = writeln!(
                page,
                "| `{}` | {} | {labels} | {} |",
                family.name, family.kind, family.help
            );
        }
    }
    page.push_str(CLOSE);
    page
}

const INTRODUCTION: &str = "<!-- Generated from the catalogue in the code; run the tests with GRADUS_BLESS=1 to update. -->
# Metrics

`/metrics` answers in the Prometheus text format 0.0.4. The series are made at the scrape from the
published snapshot and kept nowhere: delete an object, and its series are gone at the next scrape.
Values are whole numbers or decimals and never `NaN`; a date that does not exist has no series;
instants are seconds since 1970 and end in `_timestamp_seconds`. Label values are in snake case.
There are no series per criterion: gaps are in the status, on the page and in the command line.
";

const CORE: &str =
    "What is known of assessments, models and waivers. Compare `gradus_assessment_stage` with
`gradus_assessment_target_stage`, and alert on `gradus_assessment_regressed == 1`.";

const CAPABILITY: &str =
    "What is believed of capabilities, what depends on them, and how long their evidence lasts.";

const DETAIL: &str = "Every evidence item and every object.";

const OPERATOR: &str = "How Gradus itself does. Always on.";

const CLOSE: &str = "
On Linux the standard `process_*` metrics are there too: CPU, memory, file descriptors, threads, start time.
";

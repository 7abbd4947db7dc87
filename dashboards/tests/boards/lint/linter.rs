//! The seventeen rules of Grafana's dashboard-linter. Unlike the original, they check every kind of panel, and selectors
//! with matchers. The two rules about `LogQL` are one here: every data source is a Prometheus.

use serde_json::Value;

use crate::json::{annotations, asking, choices, every, panels, targets, text, variables};
use crate::support::metrics::metric;
use crate::support::promql::{Mistake, read};

/// Rules that do not apply to a dashboard, and the reason.
const EXCLUDED: [(&str, &[&str], &str); 2] = [
    ("gradus-board", JOB_AND_INSTANCE, RECORDED),
    ("gradus-assessment", JOB_AND_INSTANCE, RECORDED),
];
const JOB_AND_INSTANCE: &[&str] = &[
    "template-job",
    "template-instance",
    "target-job",
    "target-instance",
];
const RECORDED: &str = "recorded series are one view of all replicas, without a label instance";

pub(super) fn check(dashboard: &Value) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    whole(dashboard, &mut mistakes);
    for panel in panels(dashboard) {
        of_panel(panel, &mut mistakes);
    }
    for target in asking(dashboard).flat_map(targets) {
        of_target(target, &mut mistakes);
    }
    let excused: Vec<&str> = EXCLUDED
        .iter()
        .filter(|(uid, _, reason)| dashboard["uid"] == *uid && !reason.is_empty())
        .flat_map(|(_, rules, _)| rules.iter().copied())
        .collect();
    mistakes.retain(|mistake| !excused.contains(&mistake.name));
    mistakes
}

/// uneditable-dashboard, template-datasource, template-job, template-instance, template-label-promql,
/// template-on-time-change-reload.
fn whole(dashboard: &Value, mistakes: &mut Vec<Mistake>) {
    let mut say = |name, about: String| mistakes.push(Mistake::new(name, about));
    if dashboard["editable"] != false {
        say(
            "uneditable-dashboard",
            "changes made in Grafana are lost at the next provisioning".to_owned(),
        );
    }
    let source = variables(dashboard).find(|variable| variable["name"] == "datasource");
    let right = source.is_some_and(|source| {
        source["type"] == "datasource"
            && source["label"] == "Data source"
            && source["query"] == "prometheus"
    });
    if !right {
        say(
            "template-datasource",
            "needs a choice of a Prometheus named datasource, \"Data source\"".to_owned(),
        );
    }
    for (name, label, rule) in [
        ("job", "Job", "template-job"),
        ("instance", "Instance", "template-instance"),
    ] {
        let found = choices(dashboard).find(|choice| choice["name"] == name);
        let right = found.is_some_and(|choice| {
            choice["label"] == label && choice["multi"] == true && choice["allValue"] == ".+"
        });
        if !right {
            say(
                rule,
                format!(
                    "needs a choice of several values named {name}, \"{label}\", with .+ for all"
                ),
            );
        }
    }
    for choice in choices(dashboard) {
        let name = text(&choice["name"]);
        if choice["refresh"] != 2 {
            say(
                "template-on-time-change-reload",
                format!("{name} is not refreshed when the time range changes"),
            );
        }
        if let Err(about) = label_values(dashboard, text(&choice["query"]["query"]), name) {
            say("template-label-promql", about);
        }
    }
}

/// Whether a variable reads the values of a label that its metric has.
fn label_values(dashboard: &Value, query: &str, name: &str) -> Result<(), String> {
    let inner = query
        .strip_prefix("label_values(")
        .and_then(|rest| rest.strip_suffix(')'));
    let (selector, label) = inner
        .and_then(|inner| inner.rsplit_once(", "))
        .ok_or(format!("{query}: not label_values(…)"))?;
    let read = read(&super::asked::replaced(dashboard, selector));
    match read.labels {
        _ if !read.mistakes.is_empty() => Err(format!("{query}: {}", read.mistakes[0])),
        Some(labels) if labels.contains(label) && label == name => Ok(()),
        _ => Err(format!("{query} of variable {name}: no such label")),
    }
}

/// panel-datasource, panel-title-description, panel-units, panel-no-targets, and that every data source is the chosen
/// Prometheus.
fn of_panel(panel: &Value, mistakes: &mut Vec<Mistake>) {
    let title = text(&panel["title"]);
    let mut say =
        |name, about: &str| mistakes.push(Mistake::new(name, format!("{title}: {about}")));
    if title.is_empty() || text(&panel["description"]).is_empty() {
        say("panel-title-description", "needs a title and a description");
    }
    if panel["type"] == "text" {
        return;
    }
    for source in every(panel, "datasource") {
        if source["type"] != "prometheus" || source["uid"] != "${datasource}" {
            say(
                "panel-datasource",
                "the data source must be the chosen one: ${datasource}",
            );
        }
    }
    let defaults = &panel["fieldConfig"]["defaults"];
    if text(&defaults["unit"]).is_empty()
        && defaults["mappings"].as_array().is_none_or(Vec::is_empty)
    {
        say("panel-units", "needs a unit, or texts for values");
    }
    if targets(panel).next().is_none() {
        say("panel-no-targets", "needs a query");
    }
}

/// target-rate-interval, target-job, target-instance; target-promql and target-counter-agg are in [`super::asked`].
fn of_target(target: &Value, mistakes: &mut Vec<Mistake>) {
    let expression = text(&target["expr"]);
    for function in ["rate(", "irate(", "increase("] {
        for (at, _) in expression.match_indices(function) {
            let inner = &expression[at..];
            let window = inner
                .find('[')
                .map(|open| &inner[open..])
                .unwrap_or_default();
            if !window.starts_with("[$__rate_interval]") {
                mistakes.push(Mistake::new("target-rate-interval", expression));
            }
        }
    }
    for selector in read(&super::asked::with_windows(expression)).selectors {
        for (label, rule) in [("job", "target-job"), ("instance", "target-instance")] {
            let chosen = format!("${label}");
            let has = selector.matchers.matchers.iter().any(|matcher| {
                matcher.name == label && matcher.value == chosen && matcher.op.to_string() == "=~"
            });
            let name = selector.name.as_deref().unwrap_or_default();
            if !has && metric(name).is_none_or(|metric| metric.labels.contains("instance")) {
                mistakes.push(Mistake::new(
                    rule,
                    format!("{name} without {label}=~\"{chosen}\""),
                ));
            }
        }
    }
}

#[test]
fn annotation_reads_the_chosen_data_source() {
    for dashboard in crate::dashboards() {
        for source in annotations(&dashboard).flat_map(|annotation| every(annotation, "datasource"))
        {
            assert_eq!(source["uid"], "${datasource}");
        }
    }
}

//! The pieces that the questions of the product's boards are made of: recorded series, chosen by the variables,
//! one per object whatever else a ruler or a store has put on them.

use super::variable::{ANY, PRESENT, Variable, choice, datasource};

/// What was chosen, of anything that belongs to assessments.
pub(super) const CHOSEN: &str =
    r#"cluster=~"$cluster", namespace=~"$namespace", model=~"$model", assessment=~"$assessment""#;

/// What was chosen, of anything that belongs to assessments and does not say under which model.
pub(super) const CHOSEN_OF_ANY_MODEL: &str =
    r#"cluster=~"$cluster", namespace=~"$namespace", assessment=~"$assessment""#;

/// What was chosen, of anything that belongs to namespaces.
pub(super) const CHOSEN_NAMESPACES: &str = r#"cluster=~"$cluster", namespace=~"$namespace""#;

/// What names an assessment in every cluster.
pub(super) const ASSESSMENT: &[&str] = &["cluster", "namespace", "assessment", "model"];

/// The same, in an expression.
pub(super) const BY_ASSESSMENT: &str = "cluster, namespace, assessment, model";

/// The variables of the product's boards. Metrics have the label `cluster` only where somebody adds it.
pub(super) fn variables() -> Vec<Variable> {
    const ASSESSED: &str = "assessment:gradus_assessment_assessed:max";
    let of = |matchers: &str| format!("{ASSESSED}{{{matchers}}}");
    let (cluster, namespace, model) = (
        r#"cluster=~"$cluster""#,
        r#"namespace=~"$namespace""#,
        r#"model=~"$model""#,
    );
    vec![
        datasource(),
        choice("cluster", "Cluster", ASSESSED, ANY),
        choice("namespace", "Namespace", &of(cluster), PRESENT),
        choice(
            "model",
            "Model",
            &of(&format!("{cluster}, {namespace}")),
            PRESENT,
        ),
        choice(
            "assessment",
            "Assessment",
            &of(&format!("{cluster}, {namespace}, {model}")),
            PRESENT,
        ),
    ]
}

/// One value per assessment.
pub(super) fn now(metric: &str) -> String {
    format!("max by ({BY_ASSESSMENT}) ({metric}{{{CHOSEN}}})")
}

/// An instant, in the milliseconds that Grafana counts in.
pub(super) fn date(metric: &str) -> String {
    format!("min by ({BY_ASSESSMENT}) ({metric}{{{CHOSEN}}}) * 1000")
}

/// The stage, and -1 for what is not assessed or cannot be scored: then the last stage says nothing.
pub(super) fn stage() -> String {
    format!(
        "({assessed} == 0) - 1\nor\n{stage}",
        assessed = now("assessment:gradus_assessment_assessed:max"),
        stage = now("assessment:gradus_assessment_stage:max"),
    )
}

/// The stage over time. The lowest within a step counts, so that no short fall is stepped over, and so does
/// that a step was not assessed as a whole.
pub(super) fn stage_history() -> String {
    let lowest = |metric: &str| {
        format!("min by ({BY_ASSESSMENT}) (min_over_time({metric}{{{CHOSEN}}}[$__interval]))")
    };
    format!(
        "({assessed} == 0) - 1\nor\n{stage}",
        assessed = lowest("assessment:gradus_assessment_assessed:max"),
        stage = lowest("assessment:gradus_assessment_stage:max"),
    )
}

/// The stage, with its title as a label: the stage becomes a label itself, and finds the title by it.
pub(super) fn titled_stage() -> String {
    let stage = now("assessment:gradus_assessment_stage:max");
    format!(
        "({assessed} == 0) - 1\n\
         or on ({BY_ASSESSMENT})\n  \
           {stage}\n  \
           * on ({BY_ASSESSMENT}) group_right ()\n  \
           (\n    \
             count_values by ({BY_ASSESSMENT}) (\"stage\", {stage})\n    \
             * on (cluster, model, stage) group_left (title)\n    \
             topk by (cluster, model, stage) (1, model:gradus_model_stage_info:max{{cluster=~\"$cluster\", model=~\"$model\"}})\n  \
           )\n\
         or on ({BY_ASSESSMENT})\n  \
           {stage}",
        assessed = now("assessment:gradus_assessment_assessed:max"),
    )
}

/// The highest rank of each model. Ranks are labels, and a histogram is what turns a label into a value: with
/// everything above the last bucket, its quantile is the last bound.
pub(super) fn top_stage() -> String {
    let stages = r#"max by (model, stage) (model:gradus_model_stage_info:max{cluster=~"$cluster", model=~"$model"})"#;
    format!(
        "histogram_quantile(1,\n  \
           max by (model, le) (label_replace({stages}, \"le\", \"$1\", \"stage\", \"(.+)\"))\n  \
           or\n  \
           label_replace(max by (model) ({stages}) + 1, \"le\", \"+Inf\", \"\", \"\")\n\
         )"
    )
}

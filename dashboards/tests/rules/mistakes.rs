//! The check finds no mistake in the committed rules, and finds every planted one under its name.

use gradus_dashboards::rules::{Settings, file};

use crate::check::check;

#[test]
fn default_rules_pass_the_check() {
    let mistakes = check(&file(&Settings::default()));
    let said: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

/// A mistake: the right text, the wrong text in its place, and the name of the mistake.
type Planted = (&'static str, &'static str, &'static str);

const PLANTED: &[Planted] = &[
    (
        "gradus_assessment_regressed and on",
        "gradus_assessment_fallen and on",
        "unknown metric",
    ),
    (
        "assessment:gradus_assessment_regressed:max == 1",
        "assessment:gradus_assessment_regressed:min == 1",
        "unknown metric",
    ),
    (
        "state=~\"refuted|degraded\"",
        "status=~\"refuted|degraded\"",
        "unknown label",
    ),
    (
        "on (cluster, job, namespace, exported_namespace, assessment)",
        "on (cluster, job, namespace, exported_namespace, site)",
        "unknown label",
    ),
    (
        "gradus_leader == 1\n      )",
        "gradus_leader == = 1\n      )",
        "syntax",
    ),
    (
        "assessment:gradus_assessment_regressed:max == 1\n",
        "assessment:gradus_assessment_regressed:max\n",
        "alert without comparison",
    ),
    (
        "    for: 10m\n    labels:\n      severity: critical\n",
        "    labels:\n      severity: critical\n",
        "absent without for",
    ),
    (
        "    for: 10m\n    labels:\n      severity: critical\n",
        "    for: 0s\n    labels:\n      severity: critical\n",
        "absent without for",
    ),
    (
        "severity: critical",
        "severity: \"{{ $value }}\"",
        "value in a label",
    ),
    (
        "severity: critical",
        "team: critical",
        "alert without severity",
    ),
    (
        "      runbook_url: https://gradus.dev/runbooks/GradusNoLeader\n",
        "",
        "missing annotation",
    ),
    (
        "runbooks/GradusNoLeader",
        "runbooks/GradusNoLeaders",
        "runbook of another alert",
    ),
    (
        "summary: No replica of Gradus leads.",
        "summary: No replica of {{ $labels.job }} leads.",
        "summary that is not a constant sentence",
    ),
    (
        "{{ $labels.capability }} ends in",
        "{{ $labels.team }} ends in",
        "label that a text names and the alert lacks",
    ),
    (
        "Prometheus scrapes no replica of Gradus:",
        "Prometheus scrapes no replica of {{ $labels.job }}:",
        "label that a text names and the alert lacks",
    ),
    (
        "with printf `assessment:gradus_assessment_stage:max%s`",
        "with printf `assessment:gradus_stage:max%s`",
        "unknown metric",
    ),
    (
        "is below the highest stage that it has reached.{{",
        "is below the highest stage that it has reached{{",
        "description incomplete without query",
    ),
    (
        "rate(gradus_output_writes_total{outcome=~\"refused|error\"}[10m])",
        "gradus_output_writes_total{outcome=~\"refused|error\"}",
        "counter without rate",
    ),
    (
        "sum without (container, endpoint, instance, node, pod, pod_template_hash, service) (gradus_leader) < 1",
        "rate(gradus_leader[5m]) < 1",
        "rate of a gauge",
    ),
    (
        "min without (container, endpoint, instance, node, pod, pod_template_hash, service) (gradus_source_synced)",
        "gradus_source_synced",
        "one series a replica",
    ),
    (
        "assessment:gradus_assessment_regressed:max == 1\n",
        "topk(1, assessment:gradus_assessment_regressed:max) == 1\n",
        "alert on a choice of series",
    ),
    (
        "- name: gradus-operator\n",
        "- name: gradus-operator\n  limit: 10\n",
        "field that 2.42 does not know",
    ),
    (
        "alert: GradusManyLeaders",
        "alert: GradusNoLeader",
        "duplicate name",
    ),
    (
        "record: assessment:gradus_assessment_stage:max\n    expr: |\n      max",
        "record: assessment:gradus_assessment_stage:max\n    expr: |\n      min",
        "recorded under another operation",
    ),
    (
        "- name: gradus-capabilities\n  rules:\n",
        "",
        "too many rules in a group",
    ),
];

#[test]
fn every_planted_mistake_is_found_under_its_name() {
    let rules = file(&Settings::default());
    let missed: Vec<String> = PLANTED
        .iter()
        .filter_map(|(right, wrong, name)| {
            if !rules.contains(right) {
                return Some(format!("not in the rules: {right}"));
            }
            let mistakes = check(&rules.replacen(right, wrong, 1));
            let caught = mistakes.iter().any(|mistake| mistake.name == *name);
            (!caught).then(|| format!("{name}: {wrong}: {mistakes:?}"))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

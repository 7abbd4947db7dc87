//! Settings: mistakes are reported with line, field and fix, and all settings are applied to the file.

use gradus_dashboards::rules::{Settings, file};

fn wrong(text: &str) -> String {
    Settings::from_yaml(text).expect_err(text).to_string()
}

#[test]
fn empty_settings_are_the_defaults() {
    for nothing in [
        "",
        "{}",
        "# nothing\n",
        "---\n",
        "alerts: {}\n",
        "alerts:\n",
        "alerts: {GradusAbsent: }\n",
        "alerts: {GradusAbsent: {labels: , annotations: }}\n",
        "alertLabels:\nalertAnnotations: ~\ninterval:\n",
    ] {
        assert_eq!(
            Settings::from_yaml(nothing),
            Ok(Settings::default()),
            "{nothing:?}"
        );
    }
}

/// Settings with a mistake, and what is said of them.
const WRONG: &[(&str, &str)] = &[
    (
        "interval: 30s\nrunbookbase: x\n",
        "line 2: runbookbase: unknown field `runbookbase`, expected one of interval, job, runbookBase",
    ),
    (
        "enabled: auto\n",
        "line 1: enabled: unknown field `enabled`",
    ),
    (
        "enabled: auto\n",
        "the chart needs it for its object, a plain file does not: leave it out",
    ),
    (
        "alerts:\n  GradusStageRegressed:\n    for: 5min\n",
        "line 3: alerts.GradusStageRegressed.for: \"5min\" is not a duration; write 30s, 5m or 1h30m",
    ),
    (
        "alerts:\n  GradusAbsent: {for: 0s}\n",
        "line 2: alerts.GradusAbsent.for: \"0s\" is zero; write at least 1s",
    ),
    (
        "alerts:\n  GradusAbsent:\n    keepFiringFor: soon\n",
        "line 3: alerts.GradusAbsent.keepFiringFor: \"soon\" is not a duration",
    ),
    (
        "alerts:\n  GradusAbsent:\n    days: 3\n",
        "line 3: alerts.GradusAbsent.days: this alert does not look ahead; leave `days` out",
    ),
    (
        "alerts:\n  GradusWaiverExpiring:\n    days: 0\n",
        "line 3: alerts.GradusWaiverExpiring.days: \"0\" is not a number of days; write a whole number from 1 to 3650",
    ),
    (
        "alerts: {GradusStageFallForecast: {days: -3}}\n",
        "alerts.GradusStageFallForecast.days: \"-3\" is not a number of days",
    ),
    (
        "alerts: {GradusStageFallForecast: {days: 14.5}}\n",
        "\"14.5\" is not a number of days",
    ),
    (
        "alerts: {GradusStageFallForecast: {days: soon}}\n",
        "\"soon\" is not a number of days",
    ),
    (
        "alertLabels: {team: }\n",
        "line 1: alertLabels.team: there is no value",
    ),
    (
        "---\ninterval: 30s\n---\ninterval: 60s\n",
        "settings are one document",
    ),
    (
        "alerts: {GradusAbsent: {enabled: false}, GradusAbsent: {enabled: true}}\n",
        "GradusAbsent is stated twice; keep one of the two",
    ),
    (
        "alerts: 5\n",
        "line 1: alerts: a value stands where fields are expected",
    ),
    (
        "interval: 1000y\n",
        "line 1: interval: \"1000y\" is too long; write at most 99y",
    ),
    (
        "alertAnnotations: {my-note: x}\n",
        "\"my-note\" is not the name of an annotation",
    ),
    (
        "alerts: {GradusAbsent: {annotations: {a.b: x}}}\n",
        "\"a.b\" is not the name of an annotation",
    ),
    (
        "alertAnnotations: {note: \"at {{}} of it\"}\n",
        "{{}} cannot be used in an annotation; write {{ $labels.namespace }}",
    ),
    (
        "alertAnnotations: {note: \"{{ $value\"}\n",
        "opens a template and does not close it",
    ),
    (
        "alerts:\n  GradusStageFell: {enabled: false}\n",
        "there is no alert GradusStageFell; there are GradusStageRegressed, ",
    ),
    (
        "alerts:\n  GradusAbsent: {sevrity: page}\n",
        "line 2: alerts.GradusAbsent.sevrity: unknown field `sevrity`, expected one of enabled, severity",
    ),
    (
        "runbookBase: wiki\n",
        "line 1: runbookBase: \"wiki\" is not an address; write one such as https://grafana.example.org",
    ),
    (
        "dashboardBase: https://grafana.example.org/\n",
        "without a slash at its end",
    ),
    (
        "alertLabels:\n  team: platform\n  namespace: mine\n",
        "line 3: alertLabels",
    ),
    (
        "alertLabels: {namespace: mine}\n",
        "label `namespace` identifies an alert and cannot be set; choose another name",
    ),
    (
        "alertLabels: {severity: page}\n",
        "`severity` is not an extra label; set `severity` of the alert",
    ),
    (
        "alertLabels: {a-b: c}\n",
        "\"a-b\" is not a label; write letters, digits and underscores, beginning with a letter",
    ),
    (
        "alertLabels: {value: \"{{ $value }}\"}\n",
        "\"{{ $value }}\" is a template; a label that changes makes a new alert, so write it as an annotation",
    ),
    (
        "job: 'a\"b'\n",
        "line 1: job: \"a\\\"b\" cannot be used as the name of a scrape job; write it without quotes and braces",
    ),
    ("- interval\n", "line 1: "),
];

#[test]
fn wrong_setting_is_reported_with_line_field_and_fix() {
    let untold: Vec<String> = WRONG
        .iter()
        .map(|(text, said)| (text, said, wrong(text)))
        .filter(|(_, said, told)| !told.contains(*said))
        .map(|(text, said, told)| format!("{text}  says {told}\n  lacks {said}\n"))
        .collect();
    assert!(untold.is_empty(), "{}", untold.concat());
}

#[test]
fn every_setting_is_applied_to_the_file() {
    let settings = Settings::from_yaml(
        "
interval: 15s
job: gradus
runbookBase: https://wiki.example.org/runbooks
dashboardBase: https://grafana.example.org
gradusUrl: https://gradus.example.org
alertLabels: {team: platform}
alertAnnotations: {note: for everybody}
alerts:
  GradusAbsent: {enabled: false}
  GradusNoLeader: {severity: page, for: 90s, keepFiringFor: 3m, labels: {team: night}, annotations: {note: for one}}
  GradusStageFallForecast: {days: 30, keepFiringFor: ''}
",
    )
    .unwrap();
    let file: serde_json::Value = serde_saphyr::from_str(&file(&settings)).unwrap();
    let groups = file["groups"].as_array().unwrap();
    assert!(groups.iter().all(|group| group["interval"] == "15s"));
    let alert = |name: &str| {
        let mut rules = groups
            .iter()
            .flat_map(|group| group["rules"].as_array().unwrap());
        rules.find(|rule| rule["alert"] == name)
    };
    assert_eq!(alert("GradusAbsent"), None);
    let leader = alert("GradusNoLeader").unwrap();
    assert_eq!(leader["for"], "90s");
    assert_eq!(leader["keep_firing_for"], "3m");
    assert_eq!(
        leader["labels"],
        serde_json::json!({"severity": "page", "team": "night"})
    );
    let annotations = &leader["annotations"];
    assert_eq!(annotations["note"], "for one");
    assert_eq!(
        annotations["runbook_url"],
        "https://wiki.example.org/runbooks/GradusNoLeader"
    );
    assert_eq!(
        annotations["dashboard_url"],
        "https://grafana.example.org/d/gradus-operator?var-job={{ $labels.job }}"
    );
    assert_eq!(annotations["gradus_url"], "https://gradus.example.org/");
    let forecast = alert("GradusStageFallForecast").unwrap();
    assert!(forecast["expr"].as_str().unwrap().contains("< 30 * 86400"));
    assert!(forecast.get("keep_firing_for").is_none());
    assert_eq!(
        forecast["labels"],
        serde_json::json!({"severity": "warning", "team": "platform"})
    );
    assert_eq!(forecast["annotations"]["note"], "for everybody");
}

//! The objects of the chart for Prometheus and Grafana, and when they are rendered.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use gradus_dashboards::rules::alert::Alert;
use gradus_dashboards::rules::{self, Settings, alerts};
use gradus_tests::chart::{folder, objects, read, rendered};
use gradus_tests::monitoring::hostile;
use gradus_tests::random::Rng;
use serde_json::{Value, json};

const MONITOR: &str = "monitoring.coreos.com/v1/ServiceMonitor";
const RULE: &str = "monitoring.coreos.com/v1/PrometheusRule";
const DASHBOARD: &str = "grafana.integreatly.org/v1beta1/GrafanaDashboard";

/// The objects on a cluster that knows these kinds besides its own.
fn objects_where(kinds: &[&str], values: &[&str]) -> Result<Vec<Value>> {
    let kinds = kinds.iter().flat_map(|kind| ["--api-versions", kind]);
    let values = values.iter().flat_map(|value| ["--set", value]);
    let arguments: Vec<&str> = kinds.chain(values).collect();
    read(&rendered(&arguments)?)
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|o| o["kind"] == kind).collect()
}

fn one<'a>(objects: &'a [Value], kind: &str) -> Result<&'a Value> {
    let found = objects.iter().find(|object| object["kind"] == kind);
    found.with_context(|| format!("no {kind}"))
}

/// The groups of the `PrometheusRule` with these values of `prometheus.rules`.
fn chart_groups(settings: &Value) -> Result<Value> {
    let mut settings = settings.clone();
    settings["enabled"] = json!(true);
    let values = json!({"prometheus": {"serviceMonitor": {"enabled": false}, "rules": settings}});
    let file = tempfile::NamedTempFile::new()?;
    fs::write(file.path(), values.to_string())?;
    let path = file.path().to_str().context("a path in UTF-8")?;
    let objects = read(&rendered(&["--values", path])?)?;
    Ok(one(&objects, "PrometheusRule")?["spec"]["groups"].clone())
}

/// The groups of the plain rule file with these settings.
fn file_groups(settings: &Value) -> Result<Value> {
    let settings = Settings::from_yaml(&serde_saphyr::to_string(settings)?)?;
    let file: Value = serde_saphyr::from_str(&rules::file(&settings))?;
    Ok(file["groups"].clone())
}

#[test]
fn the_rules_of_the_chart_are_those_of_the_plain_file() -> Result<()> {
    let nothing_set = json!({});
    let groups = chart_groups(&nothing_set)?;
    assert_eq!(groups, file_groups(&nothing_set)?);
    assert_eq!(groups.as_array().map(Vec::len), Some(4));
    Ok(())
}

#[test]
fn rules_of_the_chart_equal_the_plain_file_for_any_settings() -> Result<()> {
    for seed in 0..24 {
        let settings = random_settings(&mut Rng::new(seed));
        assert_eq!(
            chart_groups(&settings)?,
            file_groups(&settings)?,
            "seed {seed}: {settings}"
        );
    }
    Ok(())
}

fn random_settings(rng: &mut Rng) -> Value {
    let mut settings = json!({});
    let mut set = |rng: &mut Rng, name: &str, values: &[Value]| {
        if rng.chance(60) {
            settings[name] = rng.pick(values).clone();
        }
    };
    set(rng, "interval", &[json!(""), json!("30s"), json!("1m")]);
    set(
        rng,
        "job",
        &[json!(""), json!("gradus/north"), json!("a.b-c")],
    );
    set(
        rng,
        "runbookBase",
        &[json!("https://wiki.example.org/run/books")],
    );
    set(
        rng,
        "dashboardBase",
        &[json!(""), json!("https://grafana.example.org:3000")],
    );
    set(
        rng,
        "gradusUrl",
        &[json!(""), json!("http://gradus.example.org")],
    );
    set(
        rng,
        "alertLabels",
        &[json!({}), json!({"team": "platform", "pager": "yes"})],
    );
    set(
        rng,
        "alertAnnotations",
        &[
            json!({}),
            json!({"note": "{{ $value }} of ${days}", "summary": "Ours."}),
        ],
    );
    let alerts: serde_json::Map<String, Value> = alerts::all()
        .iter()
        .map(|alert| (alert.name.to_owned(), random_knobs(rng, alert)))
        .collect();
    settings["alerts"] = Value::Object(alerts);
    settings
}

fn random_knobs(rng: &mut Rng, alert: &Alert) -> Value {
    let mut knobs = json!({});
    let mut set = |rng: &mut Rng, name: &str, values: &[Value]| {
        if rng.chance(30) {
            knobs[name] = rng.pick(values).clone();
        }
    };
    set(rng, "enabled", &[json!(false), json!(true)]);
    set(rng, "severity", &[json!("page"), json!("critical")]);
    set(rng, "for", &[json!("2s"), json!("1h30m"), json!("3d")]);
    set(rng, "keepFiringFor", &[json!(""), json!("2s"), json!("1w")]);
    set(
        rng,
        "labels",
        &[json!({}), json!({"team": "north", "_own": "1"})],
    );
    set(
        rng,
        "annotations",
        &[
            json!({}),
            json!({"note": "own", "description": "{{ $labels.job }}"}),
        ],
    );
    if alert.days.is_some() {
        set(rng, "days", &[json!(1), json!(90), json!(3650)]);
    }
    knobs
}

#[test]
fn values_list_every_alert_with_its_defaults() -> Result<()> {
    let values: Value = serde_saphyr::from_str(&fs::read_to_string(folder().join("values.yaml"))?)?;
    let written = values["prometheus"]["rules"]["alerts"]
        .as_object()
        .context("alerts")?;
    let names: BTreeSet<&str> = written.keys().map(String::as_str).collect();
    let alerts = alerts::all();
    assert_eq!(names, alerts.iter().map(|alert| alert.name).collect());
    for alert in &alerts {
        let knobs = &written[alert.name];
        let keep = alert.keep.as_ref().map(ToString::to_string);
        assert_eq!(knobs["severity"], alert.severity, "{}", alert.name);
        assert_eq!(knobs["for"], alert.hold.to_string(), "{}", alert.name);
        assert_eq!(
            knobs["keepFiringFor"],
            keep.unwrap_or_default(),
            "{}",
            alert.name
        );
        assert_eq!(
            knobs["days"].as_u64(),
            alert.days.map(u64::from),
            "{}",
            alert.name
        );
    }
    Ok(())
}

#[test]
fn wrong_settings_are_refused_by_name() {
    let rules = "at '/prometheus/rules";
    let wrong = [
        (
            "runbookbase=x",
            format!("{rules}': additional properties 'runbookbase' not allowed"),
        ),
        (
            "runbookBase=https://a.b/",
            format!("{rules}/runbookBase': 'https://a.b/' does not match"),
        ),
        ("interval=0s", format!("{rules}/interval'")),
        (
            "alerts.GradusGone.for=1m",
            format!("{rules}/alerts': additional properties 'GradusGone' not allowed"),
        ),
        (
            "alerts.GradusAbsent.for=0s",
            format!("{rules}/alerts/GradusAbsent/for'"),
        ),
        (
            "alerts.GradusAbsent.for=",
            format!("{rules}/alerts/GradusAbsent/for'"),
        ),
        (
            "alerts.GradusAbsent.for=5min",
            format!("{rules}/alerts/GradusAbsent/for'"),
        ),
        (
            "alerts.GradusAbsent.days=3",
            format!("{rules}/alerts/GradusAbsent': additional properties 'days' not allowed"),
        ),
        (
            "alerts.GradusStageFallForecast.days=0",
            format!("{rules}/alerts/GradusStageFallForecast/days': minimum"),
        ),
        (
            "alerts.GradusStageFallForecast=null",
            format!("{rules}/alerts': missing property 'GradusStageFallForecast'"),
        ),
        (
            "alertLabels.namespace=x",
            "invalid propertyName 'namespace'".to_owned(),
        ),
        (
            "alertLabels.severity=x",
            "invalid propertyName 'severity'".to_owned(),
        ),
        (
            "alertLabels.team=\\{\\{x",
            format!("{rules}/alertLabels/team'"),
        ),
        (
            "enabled=maybe",
            format!("{rules}/enabled': value must be one of 'auto', true, false"),
        ),
    ];
    for (value, said) in wrong {
        let refused = objects(&[&format!("prometheus.rules.{value}")]).expect_err(value);
        assert!(refused.to_string().contains(&said), "{value}: {refused}");
    }
}

#[test]
fn kinds_unknown_to_the_cluster_are_installed_only_on_request() -> Result<()> {
    let kinds = [
        (MONITOR, "ServiceMonitor", "prometheus.serviceMonitor"),
        (RULE, "PrometheusRule", "prometheus.rules"),
        (DASHBOARD, "GrafanaDashboard", "grafana.grafanaDashboards"),
    ];
    for (api, kind, value) in kinds {
        let count = |known: bool, switch: &str| -> Result<usize> {
            let known: &[&str] = if known { &[api] } else { &[] };
            let found = objects_where(known, &[&format!("{value}.enabled={switch}")])?;
            Ok(of_kind(&found, kind).len())
        };
        let all = count(false, "true")?;
        assert!(all > 0, "{kind}");
        assert_eq!(count(true, "auto")?, all, "{kind}");
        assert_eq!(count(false, "auto")?, 0, "{kind}");
        assert_eq!(count(true, "false")?, 0, "{kind}");
    }
    Ok(())
}

#[test]
fn the_service_monitor_finds_the_port_of_the_service_and_keeps_the_tenants_namespace() -> Result<()>
{
    let objects = objects_where(&[MONITOR], &[])?;
    let monitor = &one(&objects, "ServiceMonitor")?["spec"];
    let service = one(&objects, "Service")?;
    let wanted = monitor["selector"]["matchLabels"]
        .as_object()
        .context("a selector")?;
    for (label, value) in wanted {
        assert_eq!(&service["metadata"]["labels"][label], value);
    }
    assert_eq!(
        monitor["namespaceSelector"]["matchNames"],
        json!(["gradus-system"])
    );
    assert_eq!(monitor["jobLabel"], "app.kubernetes.io/instance");
    let endpoints = monitor["endpoints"].as_array().context("endpoints")?;
    let port = &service["spec"]["ports"][0]["name"];
    assert_eq!(
        endpoints,
        &[json!({"port": port, "path": "/metrics", "honorLabels": true})]
    );
    assert!(monitor.get("sampleLimit").is_none());
    Ok(())
}

#[test]
fn absence_of_the_service_monitors_job_raises_the_alert() -> Result<()> {
    let absent = |values: &[&str]| -> Result<String> {
        let objects = objects_where(&[RULE], values)?;
        let groups = one(&objects, "PrometheusRule")?["spec"]["groups"].clone();
        let rules = groups.as_array().into_iter().flatten();
        let mut rules = rules.flat_map(|group| group["rules"].as_array().into_iter().flatten());
        let rule = rules.find(|rule| rule["alert"] == "GradusAbsent");
        let expression = rule.and_then(|rule| rule["expr"].as_str());
        Ok(expression.context("GradusAbsent")?.trim().to_owned())
    };
    assert_eq!(absent(&[])?, "absent(gradus_build_info) == 1");
    assert_eq!(
        absent(&["prometheus.serviceMonitor.enabled=true"])?,
        r#"absent(gradus_build_info{job="gradus"}) == 1"#
    );
    assert_eq!(
        absent(&[
            "prometheus.serviceMonitor.enabled=true",
            "prometheus.rules.job=mine"
        ])?,
        r#"absent(gradus_build_info{job="mine"}) == 1"#
    );
    Ok(())
}

#[test]
fn prometheus_from_adds_peers_to_the_network_policy() -> Result<()> {
    let peer = "prometheus.from[0].podSelector.matchLabels.name=prometheus";
    let objects = objects(&[peer])?;
    let from = &one(&objects, "NetworkPolicy")?["spec"]["ingress"][0]["from"];
    assert_eq!(
        from,
        &json!([{"podSelector": {}}, {"podSelector": {"matchLabels": {"name": "prometheus"}}}])
    );
    Ok(())
}

#[test]
fn every_dashboard_is_in_a_config_map_as_it_was_generated() -> Result<()> {
    let mut expected = BTreeSet::new();
    for entry in fs::read_dir(folder().join("files/dashboards"))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .context("a name")?;
        expected.insert((name.to_owned(), fs::read_to_string(&path)?));
    }
    assert!(!expected.is_empty());
    let objects = objects(&["grafana.dashboards.enabled=true"])?;
    let mut found = BTreeSet::new();
    for map in of_kind(&objects, "ConfigMap") {
        assert_eq!(map["metadata"]["labels"]["grafana_dashboard"], "1");
        for (name, text) in map["data"].as_object().context("data")? {
            found.insert((name.clone(), text.as_str().unwrap_or_default().to_owned()));
        }
    }
    assert_eq!(found, expected);
    Ok(())
}

#[test]
fn a_grafana_dashboard_reads_the_config_map_beside_it() -> Result<()> {
    let values = [
        "grafana.dashboards.namespace=boards",
        "grafana.grafanaDashboards.folder=Maturity",
    ];
    let objects = objects_where(&[DASHBOARD], &values)?;
    let dashboards = of_kind(&objects, "GrafanaDashboard");
    let maps = of_kind(&objects, "ConfigMap");
    assert_eq!(dashboards.len(), maps.len());
    for (dashboard, map) in dashboards.into_iter().zip(maps) {
        let (spec, metadata) = (&dashboard["spec"], &map["metadata"]);
        assert_eq!(spec["configMapRef"]["name"], metadata["name"]);
        assert!(
            map["data"]
                .get(spec["configMapRef"]["key"].as_str().context("a key")?)
                .is_some()
        );
        assert_eq!(dashboard["metadata"]["namespace"], "boards");
        assert_eq!(metadata["namespace"], "boards");
        assert_eq!(spec["allowCrossNamespaceImport"], true);
        assert_eq!(
            spec["instanceSelector"],
            json!({"matchLabels": {"dashboards": "grafana"}})
        );
        assert_eq!(spec["folder"], "Maturity");
        // A sidecar would load it a second time.
        assert!(metadata["labels"].get("grafana_dashboard").is_none());
    }
    Ok(())
}

/// What the plain file accepts, promtool has read.
#[test]
fn chart_refuses_the_settings_that_the_plain_file_refuses() {
    let mut settings = Vec::new();
    // Helm does not read other control characters as they are.
    let is_read = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    for text in hostile::TEXTS
        .iter()
        .filter(|text| text.chars().all(is_read))
    {
        settings.push(json!({"alertAnnotations": {"note": text}}));
    }
    for name in hostile::NAMES {
        settings.push(json!({"alerts": {"GradusAbsent": {"annotations": {*name: "x"}}}}));
    }
    for duration in hostile::DURATIONS {
        settings.push(json!({"interval": duration}));
    }
    let mut differ = Vec::new();
    for settings in settings {
        let (of_chart, of_file) = (chart_groups(&settings), file_groups(&settings));
        let same = match (&of_chart, &of_file) {
            (Ok(of_chart), Ok(of_file)) => of_chart == of_file,
            (of_chart, of_file) => of_chart.is_err() && of_file.is_err(),
        };
        if !same {
            differ.push(format!(
                "{settings}: chart {of_chart:?}, file {of_file:?}\n"
            ));
        }
    }
    assert!(differ.is_empty(), "{}", differ.concat());
}

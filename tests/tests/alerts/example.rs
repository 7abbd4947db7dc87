//! The documented configuration of Alertmanager: whom it tells of what, and what it says once.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use gradus_dashboards::rules::alert::Group;
use gradus_dashboards::rules::alerts;
use gradus_tests::monitoring::{Alertmanager, check_configuration, receivers};
use gradus_tests::running::binary::root;
use serde_json::{Value, json};

/// What must reach whoever is on call at once.
const ON_CALL: [&str; 5] = [
    "GradusAbsent",
    "GradusNoLeader",
    "GradusManyLeaders",
    "GradusClockUncertain",
    "GradusNotSettling",
];

fn example() -> PathBuf {
    root().join("docs/how-to/alertmanager.example.yaml")
}

/// An alert about an assessment, as it leaves Prometheus.
fn alert(name: &str, cluster: &str, assessment: &str) -> Value {
    json!({"alertname": name, "cluster": cluster, "namespace": "north", "assessment": assessment})
}

/// Which of some alerts nobody is told of.
fn suppressed(alerts: &[Value]) -> Result<Vec<Value>> {
    let alertmanager = Alertmanager::start(&fs::read_to_string(example())?)?;
    alertmanager.post(alerts)?;
    let suppressed = alertmanager.suppressed()?;
    let of_these = alerts.iter().filter(|alert| suppressed.contains(alert));
    Ok(of_these.cloned().collect())
}

#[test]
fn the_example_is_valid_and_takes_every_alert_where_it_belongs() -> Result<()> {
    check_configuration(&example())?;
    for alert in alerts::all() {
        let reached = receivers(&example(), &[&format!("alertname={}", alert.name)])?;
        let belongs = if ON_CALL.contains(&alert.name) {
            "on-call"
        } else {
            "maturity"
        };
        ensure!(reached == [belongs], "{}: {reached:?}", alert.name);
    }
    let others = receivers(&example(), &["alertname=Watchdog"])?;
    assert_eq!(others, ["everything-else"]);
    Ok(())
}

#[test]
fn worst_alert_inhibits_the_others_of_its_assessment_only() -> Result<()> {
    let worst = alert("GradusStageBelowTarget", "east", "infram");
    let fallen = alert("GradusStageRegressed", "east", "infram");
    let at_risk = alert("GradusTargetAtRisk", "east", "infram");
    let forecast = alert("GradusStageFallForecast", "east", "infram");
    let other_forecast = alert("GradusStageFallForecast", "east", "emram");
    let other_fallen = alert("GradusStageRegressed", "west", "infram");
    let all = [
        worst,
        fallen,
        at_risk,
        forecast,
        other_forecast,
        other_fallen,
    ];
    assert_eq!(suppressed(&all)?, all[1..4]);
    Ok(())
}

#[test]
fn alert_about_a_blind_operator_inhibits_the_others_of_its_cluster() -> Result<()> {
    let products = alerts::all()
        .into_iter()
        .filter(|alert| alert.group != Group::Operator);
    let names: Vec<&str> = products.map(|alert| alert.name).collect();
    let of = |cluster: &str| {
        names
            .iter()
            .map(|name| alert(name, cluster, "infram"))
            .collect()
    };
    let (east, west): (Vec<Value>, Vec<Value>) = (of("east"), of("west"));
    for blind in ["GradusAbsent", "GradusNoLeader", "GradusNotSettling"] {
        let blind = json!({"alertname": blind, "cluster": "east"});
        let hidden = suppressed(&[&[blind.clone()][..], &east[..]].concat())?;
        assert_eq!(hidden, east, "{blind}");
        let told = suppressed(&[&[blind.clone()][..], &west[..1]].concat())?;
        assert_eq!(told, Vec::<Value>::new(), "{blind}");
    }
    Ok(())
}

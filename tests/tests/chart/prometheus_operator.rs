//! The chart on a cluster that knows prometheus-operator's kinds: their schemas and its webhook take what it brings.

use anyhow::{Context, Result};
use gradus_tests::chart::{read, rendered};
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::deployed::NAMESPACE;
use gradus_tests::monitoring::Admission;
use serde_json::{Value, json};

use crate::{cluster, install, make_monitoring_known};

fn stored(cluster: &ControlPlane, kind: &str) -> Result<Value> {
    let get = [
        "get",
        kind,
        "gradus",
        "--namespace",
        NAMESPACE,
        "-o",
        "json",
    ];
    Ok(serde_json::from_str(&cluster.kubectl(&get)?)?)
}

#[test]
fn cluster_with_the_kinds_gets_complete_objects_and_notes() -> Result<()> {
    let cluster = cluster()?;
    make_monitoring_known(&cluster)?;
    let said = install(&cluster, "charts/gradus", &[])?;
    for line in [
        "ServiceMonitor     installed\n",
        "PrometheusRule     installed\n",
        "ConfigMaps         not installed: grafana.dashboards.enabled is false\n",
        "GrafanaDashboards  not installed: the cluster does not know the kind",
        "The ServiceMonitor has no additional labels.",
        "Add the pods of your Prometheus to prometheus.from",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let known = [
        "--api-versions=monitoring.coreos.com/v1/ServiceMonitor",
        "--api-versions=monitoring.coreos.com/v1/PrometheusRule",
    ];
    let objects = read(&rendered(&known)?)?;
    for kind in ["ServiceMonitor", "PrometheusRule"] {
        let rendered = objects.iter().find(|object| object["kind"] == kind);
        let rendered = rendered.with_context(|| format!("no {kind}"))?;
        // A field that the schema does not know would be gone.
        assert_eq!(stored(&cluster, kind)?["spec"], rendered["spec"], "{kind}");
    }
    let said = install(
        &cluster,
        "charts/gradus",
        &[
            "prometheus.rules.enabled=false",
            "prometheus.from[0].podSelector.matchLabels.name=prometheus",
        ],
    )?;
    assert!(
        said.contains("PrometheusRule     not installed: prometheus.rules.enabled is false\n"),
        "{said}"
    );
    assert!(!said.contains("in prometheus.from"), "{said}");
    assert!(stored(&cluster, "PrometheusRule").is_err());
    Ok(())
}

#[test]
fn the_webhook_of_prometheus_operator_admits_the_rules_and_no_broken_ones() -> Result<()> {
    let admission = Admission::start()?;
    let objects = read(&rendered(&["--set", "prometheus.rules.enabled=true"])?)?;
    let rule = objects
        .iter()
        .find(|object| object["kind"] == "PrometheusRule");
    let mut rule = rule.context("no PrometheusRule")?.clone();
    admission.admit(&rule)?;
    rule["spec"]["groups"][0]["rules"][0]["expr"] = json!("max without (");
    assert!(admission.admit(&rule).is_err());
    Ok(())
}

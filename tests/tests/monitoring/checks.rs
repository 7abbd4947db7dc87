//! Wrong rules, metrics and configurations are refused, with the reason.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use gradus_tests::monitoring::{Admission, Release, check_configuration, definitions, receivers};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A rule whose alert has an expression.
fn rules(expression: &str) -> Value {
    json!({"groups": [{"name": "one", "rules": [{"alert": "Down", "expr": expression, "for": "1m"}]}]})
}

/// A folder with a file in it.
fn file(name: &str, text: &str) -> Result<(TempDir, PathBuf)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(name);
    fs::write(&path, text)?;
    Ok((folder, path))
}

fn refused(outcome: Result<String>, because: &str) -> Result<()> {
    match outcome {
        Ok(said) => anyhow::bail!("accepted:\n{said}"),
        Err(error) if error.to_string().contains(because) => Ok(()),
        Err(error) => Err(error),
    }
}

#[test]
fn every_release_checks_rules_and_tests_of_rules() -> Result<()> {
    let (folder, good) = file("good.json", &rules("up == 0").to_string())?;
    let (_bad, bad) = file("bad.json", &rules("up ==").to_string())?;
    let test = |labels: Value| {
        let alerts = json!([{"exp_labels": labels}]);
        let test = json!({
            "rule_files": [&good],
            "tests": [{
                "interval": "1m",
                "input_series": [{"series": "up{job=\"gradus\"}", "values": "0x5"}],
                "alert_rule_test": [{"eval_time": "3m", "alertname": "Down", "exp_alerts": alerts}],
            }],
        });
        let path = folder.path().join("test.json");
        fs::write(&path, test.to_string())?;
        anyhow::Ok(path)
    };
    for release in Release::all()? {
        release.check_rules(&[&good])?;
        refused(release.check_rules(&[&bad]), "parse error")?;
        release.test_rules(&[&test(json!({"job": "gradus"}))?])?;
        refused(
            release.test_rules(&[&test(json!({"job": "other"}))?]),
            "FAILED",
        )?;
    }
    Ok(())
}

#[test]
fn every_release_checks_metrics() -> Result<()> {
    let (_good, good) = file(
        "good",
        "# HELP gradus_leader Who leads.\n# TYPE gradus_leader gauge\ngradus_leader 1\n",
    )?;
    let (_bad, bad) = file("bad", "# TYPE gradus_leader gauge\ngradus_leader 1\n")?;
    for release in Release::all()? {
        release.check_metrics(&good)?;
        refused(release.check_metrics(&bad), "no help text")?;
    }
    Ok(())
}

#[test]
fn prometheus_operator_webhook_admits_what_prometheus_loads() -> Result<()> {
    let admission = Admission::start()?;
    let rule = |spec: Value| {
        json!({
            "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule",
            "metadata": {"name": "gradus", "namespace": "default"}, "spec": spec,
        })
    };
    admission.admit(&rule(rules("up == 0")))?;
    let refused = admission.admit(&rule(rules("up ==")));
    let refused = refused.expect_err("it cannot be parsed").to_string();
    assert!(refused.contains("Rules are not valid"), "{refused}");
    for kind in ["prometheusrules", "servicemonitors"] {
        let definition = definitions()?.join(format!("monitoring.coreos.com_{kind}.yaml"));
        ensure!(definition.exists(), "{} is missing", definition.display());
    }
    Ok(())
}

#[test]
fn a_configuration_of_alertmanager_is_checked_and_its_routes_are_followed() -> Result<()> {
    let configuration = json!({
        "route": {
            "receiver": "everybody",
            "routes": [{"receiver": "gradus", "matchers": ["alertname=~\"Gradus.*\""]}],
        },
        "receivers": [{"name": "everybody"}, {"name": "gradus"}],
    });
    let (_folder, path) = file("alertmanager.json", &configuration.to_string())?;
    check_configuration(&path)?;
    assert_eq!(receivers(&path, &["alertname=GradusAbsent"])?, ["gradus"]);
    assert_eq!(receivers(&path, &["alertname=Watchdog"])?, ["everybody"]);
    refused(check_configuration(Path::new("/dev/null")), "FAILED")
}

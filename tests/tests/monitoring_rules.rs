//! The rules in Prometheus' own hands: promtool reads them and plays a story for every alert, in the newest
//! release and in the oldest that the rules are written for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use gradus_dashboards::rules::{Settings, alerts, file};
use gradus_tests::monitoring::{Release, hostile};
use gradus_tests::running::binary::{copy, root};
use serde_json::Value;

fn rules() -> PathBuf {
    root().join("dashboards/rules")
}

/// The stories by the names of their alerts.
fn stories() -> Result<Vec<(String, PathBuf)>> {
    let mut stories = Vec::new();
    for entry in fs::read_dir(rules().join("tests"))? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        stories.push((name.context("a name")?.to_owned(), path));
    }
    stories.sort();
    Ok(stories)
}

fn alerts() -> BTreeSet<String> {
    let alerts = alerts::all().into_iter();
    alerts.map(|alert| alert.name.to_owned()).collect()
}

#[test]
fn every_release_of_prometheus_reads_the_rules() -> Result<()> {
    for release in Release::all()? {
        release.check_rules(&[&rules().join("gradus.yaml")])?;
    }
    Ok(())
}

#[test]
fn every_alert_fires_and_stays_silent_as_its_test_file_asks() -> Result<()> {
    let stories = stories()?;
    let files: Vec<&Path> = stories.iter().map(|(_, path)| path.as_path()).collect();
    for release in Release::all()? {
        release.test_rules(&files)?;
    }
    Ok(())
}

#[test]
fn every_alert_has_a_test_file_in_which_it_fires_and_does_not_fire() -> Result<()> {
    let stories = stories()?;
    let told: BTreeSet<String> = stories.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(told, alerts());
    for (name, path) in stories {
        let story: Value = serde_saphyr::from_str(&fs::read_to_string(&path)?)?;
        let tests = story["tests"].as_array().context("tests")?;
        let checks: Vec<&Value> = tests
            .iter()
            .flat_map(|test| test["alert_rule_test"].as_array().into_iter().flatten())
            .collect();
        for check in &checks {
            assert_eq!(check["alertname"], name.as_str(), "{name}");
        }
        let fires = |check: &&&Value| check["exp_alerts"].is_array();
        ensure!(checks.iter().any(|check| fires(&check)), "{name} fires");
        let quiet = tests.iter().any(|test| {
            let checks = test["alert_rule_test"].as_array().into_iter().flatten();
            let mut checks = checks.peekable();
            checks.peek().is_some() && checks.all(|check| !fires(&&check))
        });
        ensure!(quiet, "{name} has a story in which it never fires");
    }
    Ok(())
}

#[test]
fn a_word_that_is_another_than_in_the_story_is_noticed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    copy(&rules(), folder.path())?;
    let file = folder.path().join("gradus.yaml");
    let text = fs::read_to_string(&file)?;
    let changed = text.replace("Cause: {{", "Reason: {{");
    assert_ne!(changed, text);
    fs::write(&file, changed)?;
    let story = folder.path().join("tests/GradusStageRegressed.yaml");
    for release in Release::all()? {
        let said = release.test_rules(&[&story]).expect_err("another word");
        assert!(
            said.to_string().contains("Cause: attestation expired"),
            "{said}"
        );
    }
    Ok(())
}

/// Settings with one hostile value each.
fn hostile_settings() -> Vec<String> {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let mut settings = Vec::new();
    for value in hostile::TEXTS {
        let value = quoted(value);
        settings.push(format!("alertAnnotations: {{note: {value}}}\n"));
        settings.push(format!("alertLabels: {{team: {value}}}\n"));
        settings.push(format!(
            "alerts: {{GradusAbsent: {{severity: {value}, annotations: {{summary: {value}}}}}}}\n"
        ));
        settings.push(format!("job: {value}\n"));
        for address in ["runbookBase", "dashboardBase", "gradusUrl"] {
            settings.push(format!(
                "{address}: {}\n",
                quoted(&format!("https://a/{value}"))
            ));
        }
    }
    for name in hostile::NAMES {
        settings.push(format!("alertAnnotations: {{{}: x}}\n", quoted(name)));
        settings.push(format!("alertLabels: {{{}: x}}\n", quoted(name)));
    }
    for duration in hostile::DURATIONS {
        let duration = quoted(duration);
        settings.push(format!("interval: {duration}\n"));
        settings.push(format!(
            "alerts: {{GradusAbsent: {{for: {duration}, keepFiringFor: {duration}}}}}\n"
        ));
    }
    let off = alerts()
        .into_iter()
        .map(|alert| format!("{alert}: {{enabled: false}}"));
    settings.push(format!(
        "alerts: {{{}}}\n",
        off.collect::<Vec<_>>().join(", ")
    ));
    settings
}

#[test]
fn every_release_of_prometheus_reads_the_rules_of_hostile_settings_or_they_are_refused()
-> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    let mut refused = 0;
    for (index, text) in hostile_settings().iter().enumerate() {
        let Ok(settings) = Settings::from_yaml(text) else {
            refused += 1;
            continue;
        };
        let path = folder.path().join(format!("{index}.yaml"));
        fs::write(&path, format!("# {text:?}\n{}", file(&settings)))?;
        files.push(path);
    }
    ensure!(
        files.len() > 100 && refused > 100,
        "{} read, {refused} refused",
        files.len()
    );
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    for release in Release::all()? {
        for some in files.chunks(50) {
            release.check_rules(some)?;
        }
    }
    Ok(())
}

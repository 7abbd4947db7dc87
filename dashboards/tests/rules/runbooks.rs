//! Every alert has a runbook.

use std::collections::BTreeSet;
use std::fs;

use gradus_dashboards::rules::alerts;

use crate::root;

const HEADINGS: [&str; 4] = ["## Meaning", "## Impact", "## Diagnosis", "## Mitigation"];

#[test]
fn every_alert_has_a_runbook_and_every_runbook_an_alert() {
    let alerts: BTreeSet<String> = alerts::all()
        .iter()
        .map(|alert| alert.name.to_owned())
        .collect();
    let pages: BTreeSet<String> = fs::read_dir(root().join("docs/runbooks"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|name| name != "README")
        .collect();
    assert_eq!(pages, alerts);
}

#[test]
fn every_runbook_has_meaning_impact_diagnosis_and_mitigation() {
    for alert in alerts::all() {
        let page = root().join(format!("docs/runbooks/{}.md", alert.name));
        let text = fs::read_to_string(&page).unwrap();
        let headings: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        assert_eq!(headings, HEADINGS, "{}", alert.name);
        let title = text.lines().next().unwrap_or_default();
        assert_eq!(title, format!("# {}", alert.name));
        for heading in HEADINGS {
            let (_, rest) = text.split_once(heading).unwrap();
            let said = rest.split("\n## ").next().unwrap_or_default();
            assert!(
                said.trim().len() > 60,
                "{} says little under {heading}",
                alert.name
            );
        }
    }
}

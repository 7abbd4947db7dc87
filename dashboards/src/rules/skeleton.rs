//! All rules, with placeholders for the settings.

use std::collections::BTreeMap;

use super::alert::{Alert, DAYS, Group, JOB};
use super::alerts;
use super::format::{Rule, RuleFile, RuleGroup};
use super::recording;
use super::settings::{AlertSettings, Settings};

const RUNBOOK_BASE: &str = "${runbookBase}";
const DASHBOARD_BASE: &str = "${dashboardBase}";
const GRADUS_URL: &str = "${gradusUrl}";

/// Every group with every rule. Fields that are only settings, such as `for`, are missing.
pub(super) fn skeleton() -> RuleFile {
    let alerts = alerts::all();
    let group = |group: Group| {
        let mut rules = recording::rules(group, &alerts);
        rules.extend(alerts.iter().filter(|alert| alert.group == group).map(rule));
        RuleGroup {
            name: group.name().to_owned(),
            interval: None,
            rules,
        }
    };
    RuleFile {
        groups: Group::ALL.map(group).into(),
    }
}

fn rule(alert: &Alert) -> Rule {
    let annotations = [
        ("summary", alert.summary.to_owned()),
        ("description", alert.description.clone()),
        ("runbook_url", format!("{RUNBOOK_BASE}/{}", alert.name)),
        (
            "dashboard_url",
            format!("{DASHBOARD_BASE}{}", alert.dashboard),
        ),
        ("gradus_url", format!("{GRADUS_URL}{}", alert.page)),
    ];
    Rule::Alert {
        alert: alert.name.to_owned(),
        expr: alert.expression.clone(),
        hold: None,
        keep_firing_for: None,
        labels: BTreeMap::new(),
        annotations: annotations
            .map(|(name, text)| (name.to_owned(), text))
            .into(),
    }
}

impl RuleFile {
    /// Applies settings. The template of the chart does the same with the same file.
    pub(super) fn adapted(self, settings: &Settings) -> Self {
        let groups = self.groups.into_iter().filter_map(|group| {
            let rules: Vec<Rule> = group
                .rules
                .into_iter()
                .filter_map(|rule| adapted(rule, settings))
                .collect();
            (!rules.is_empty()).then(|| RuleGroup {
                name: group.name,
                interval: settings.interval.as_ref().map(ToString::to_string),
                rules,
            })
        });
        Self {
            groups: groups.collect(),
        }
    }
}

/// None when the alert is turned off.
fn adapted(rule: Rule, settings: &Settings) -> Option<Rule> {
    let Rule::Alert {
        alert,
        expr,
        annotations,
        ..
    } = rule
    else {
        return Some(rule);
    };
    let of_alert = settings.of(&alert)?;
    if !of_alert.enabled {
        return None;
    }
    Some(Rule::Alert {
        expr: expression(&expr, of_alert, settings),
        hold: Some(of_alert.hold.to_string()),
        keep_firing_for: of_alert.keep_firing_for.as_ref().map(ToString::to_string),
        labels: labels(of_alert, settings),
        annotations: all_annotations(annotations, of_alert, settings),
        alert,
    })
}

fn expression(text: &str, of_alert: &AlertSettings, settings: &Settings) -> String {
    let job = match settings.job.as_deref() {
        Some(job) => format!("{{job=\"{job}\"}}"),
        None => String::new(),
    };
    let days = of_alert.days.unwrap_or_default().to_string();
    text.replace(DAYS, &days).replace(JOB, &job)
}

fn labels(of_alert: &AlertSettings, settings: &Settings) -> BTreeMap<String, String> {
    let mut labels = settings.alert_labels.texts();
    labels.extend(of_alert.labels.texts());
    labels.insert("severity".to_owned(), of_alert.severity.to_string());
    labels
}

/// Annotations of the user override the built-in ones. Without an address of Gradus there is no link to it.
fn all_annotations(
    mut annotations: BTreeMap<String, String>,
    of_alert: &AlertSettings,
    settings: &Settings,
) -> BTreeMap<String, String> {
    if settings.gradus_url.is_none() {
        annotations.remove("gradus_url");
    }
    let base = |base: &Option<super::settings::Address>| {
        base.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    let places = [
        (RUNBOOK_BASE, settings.runbook_base.to_string()),
        (DASHBOARD_BASE, base(&settings.dashboard_base)),
        (GRADUS_URL, base(&settings.gradus_url)),
    ];
    for text in annotations.values_mut() {
        for (place, base) in &places {
            *text = text.replace(place, base);
        }
    }
    annotations.extend(settings.alert_annotations.clone());
    annotations.extend(of_alert.annotations.clone());
    annotations
}

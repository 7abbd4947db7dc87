//! Everything that the dashboards ask, with the variables replaced: what a real Prometheus is asked in tests.

use super::target::{Answer, Target};
use super::variable::{Choice, Variable};
use super::{Dashboard, all};

/// What Grafana puts in place of its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    /// The step of a history.
    pub interval: String,
    /// A window that holds a few scrapes.
    pub rate_interval: String,
}

impl Default for Substitution {
    /// For a scrape every 15 seconds: four of them make the window of a rate.
    fn default() -> Self {
        Self {
            interval: "2m".to_owned(),
            rate_interval: "1m".to_owned(),
        }
    }
}

/// A question of a dashboard, as a Prometheus is asked it when nothing is narrowed down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The dashboard's uid.
    pub board: &'static str,
    /// The panel's title, or the variable or annotation.
    pub panel: String,
    /// What is asked.
    pub expression: String,
    /// The labels by which the answer's series differ: no two have the same values of them.
    pub one_series_per: &'static [&'static str],
    /// When there is data; always, when nothing is said.
    pub only: Option<&'static str>,
}

impl Query {
    /// Whether there is data in any circumstances.
    pub fn expects_data(&self) -> bool {
        self.only.is_none()
    }
}

/// Every question of every dashboard: of its panels, its annotations and its variables.
pub fn queries(substitution: &Substitution) -> Vec<Query> {
    let asked = all()
        .into_iter()
        .flat_map(|dashboard| asked(&dashboard, substitution));
    asked.collect()
}

fn asked(dashboard: &Dashboard, substitution: &Substitution) -> Vec<Query> {
    let choices: Vec<&Choice> = dashboard
        .templating
        .list
        .iter()
        .filter_map(|variable| match variable {
            Variable::Query(choice) => Some(choice),
            Variable::Datasource(_) => None,
        })
        .collect();
    let query = |panel: String, expression: &str, answer: Answer| Query {
        board: dashboard.uid,
        panel,
        expression: replaced(expression, &choices, substitution),
        one_series_per: answer.one_per,
        only: answer.only,
    };
    let of = |panel: &str, target: &Target| query(panel.to_owned(), &target.expr, target.answer);
    let panels = dashboard.panels.iter().flat_map(|panel| {
        let targets = panel.targets().iter();
        targets.map(move |target| of(panel.title, target))
    });
    let annotations = dashboard.annotations.list.iter().map(|annotation| {
        let name = format!("annotation {}", annotation.name);
        of(&name, &annotation.target)
    });
    let variables = choices.iter().map(|choice| {
        let expression = format!("count by ({}) ({})", choice.name, choice.selector);
        let answer = Answer {
            one_per: &[],
            only: None,
        };
        query(format!("variable {}", choice.name), &expression, answer)
    });
    panels.chain(annotations).chain(variables).collect()
}

fn replaced(expression: &str, choices: &[&Choice], substitution: &Substitution) -> String {
    let mut text = expression
        .replace("$__rate_interval", &substitution.rate_interval)
        .replace("$__interval", &substitution.interval);
    for choice in choices {
        text = text.replace(&format!("${}", choice.name), choice.all_value);
    }
    text
}

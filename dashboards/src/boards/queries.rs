//! Everything that the dashboards ask, with the variables replaced: what a real Prometheus is asked in tests.

use super::Board;
use super::dashboard::{Answer, Choice, Variable};

/// What Grafana puts in place of its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    /// The step of a graph.
    pub interval: String,
    /// A window that holds at least four scrapes.
    pub rate_interval: String,
}

impl Default for Substitution {
    /// For a scrape every 15 seconds.
    fn default() -> Self {
        Self {
            interval: "2m".to_owned(),
            rate_interval: "1m".to_owned(),
        }
    }
}

/// A query of a dashboard, as Prometheus gets it while nothing is chosen at its top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The dashboard's uid.
    pub board: String,
    /// The panel's title, or the variable or annotation.
    pub panel: String,
    /// The expression.
    pub expression: String,
    /// The labels that tell the answer's series apart: no two have the same values of them.
    pub one_series_per: Vec<String>,
    /// When there is data; always, when nothing is said.
    pub when: Option<String>,
}

impl Query {
    /// Whether there is data under all conditions.
    pub fn always_has_data(&self) -> bool {
        self.when.is_none()
    }

    /// Whether the answer has one series for each value of a label.
    pub fn is_by(&self, label: &str) -> bool {
        self.one_series_per.iter().any(|name| name == label)
    }
}

/// Every query of the dashboards: of their panels, annotations and variables.
pub fn queries(boards: &[Board], substitution: &Substitution) -> Vec<Query> {
    let queries = boards
        .iter()
        .flat_map(|board| of_board(board, substitution));
    queries.collect()
}

fn of_board(board: &Board, substitution: &Substitution) -> Vec<Query> {
    let dashboard = &board.dashboard;
    let choices: Vec<&Choice> = dashboard
        .templating
        .list
        .iter()
        .filter_map(|variable| match variable {
            Variable::Query(choice) => Some(choice),
            Variable::Datasource => None,
        })
        .collect();
    let query = |panel: String, expression: &str, answer: Option<&Answer>| {
        let answer = answer.cloned().unwrap_or_default();
        Query {
            board: dashboard.uid.clone(),
            panel,
            expression: replaced(expression, &choices, substitution),
            one_series_per: answer.one_per,
            when: answer.when,
        }
    };
    let mut queries = Vec::new();
    for panel in &dashboard.panels {
        for (index, target) in panel.targets.iter().enumerate() {
            let answer = board.answer(&panel.title, index);
            queries.push(query(panel.title.clone(), &target.expr, answer));
        }
    }
    for annotation in &dashboard.annotations.list {
        let name = format!("annotation {}", annotation.name);
        let answer = board.answer(&annotation.name, 0);
        queries.push(query(name, &annotation.target.expr, answer));
    }
    for choice in &choices {
        let name = format!("variable {}", choice.name);
        queries.push(query(name, &values_of(choice), None));
    }
    queries
}

/// The query whose series have the values that a choice offers.
fn values_of(choice: &Choice) -> String {
    let label = format!(", {})", choice.name);
    let selector = choice
        .definition
        .strip_prefix("label_values(")
        .and_then(|rest| rest.strip_suffix(&label))
        .unwrap_or(&choice.definition);
    format!("count by ({}) ({selector})", choice.name)
}

fn replaced(expression: &str, choices: &[&Choice], substitution: &Substitution) -> String {
    let mut text = expression
        .replace("$__rate_interval", &substitution.rate_interval)
        .replace("$__interval", &substitution.interval);
    for choice in choices {
        text = text.replace(&format!("${}", choice.name), &choice.all_value);
    }
    text
}

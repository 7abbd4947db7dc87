//! Everything that can be wrong with a dashboard, each by a name.

mod answers;
mod asked;
mod colors;
mod columns;
mod form;
mod layout;
mod linter;

use serde_json::Value;

use crate::dashboards;
use crate::support::promql::Mistake;

/// What is wrong with a dashboard.
pub(crate) fn lint(dashboard: &Value) -> Vec<Mistake> {
    let checks: [fn(&Value) -> Vec<Mistake>; 7] = [
        form::check,
        linter::check,
        asked::check,
        answers::check,
        columns::check,
        colors::check,
        layout::check,
    ];
    checks.iter().flat_map(|check| check(dashboard)).collect()
}

#[test]
fn no_dashboard_has_a_mistake() {
    for dashboard in dashboards() {
        let mistakes: Vec<String> = lint(&dashboard).iter().map(ToString::to_string).collect();
        assert!(
            mistakes.is_empty(),
            "{}:\n{}",
            dashboard["title"],
            mistakes.join("\n")
        );
    }
}

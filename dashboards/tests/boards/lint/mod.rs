//! The checks of a dashboard. Each mistake has a name.

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

/// All mistakes in a dashboard.
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
fn committed_dashboards_pass_all_checks() {
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

//! Planted mistakes. Each must be found under its name.

mod answered;
mod asked;
mod drawn;
mod form;
mod placed;

use serde_json::{Value, json};

use crate::dashboards;
use crate::json::text;
use crate::lint::lint;

/// A mistake: what it is, on which dashboard, how it is planted, and the name under which it is found.
#[derive(Clone, Copy)]
struct Planted {
    what: &'static str,
    board: &'static str,
    plant: fn(&mut Value),
    found_as: &'static str,
}

const fn planted(
    what: &'static str,
    board: &'static str,
    plant: fn(&mut Value),
    found_as: &'static str,
) -> Planted {
    Planted {
        what,
        board,
        plant,
        found_as,
    }
}

const BOARD: &str = "gradus-board";
const ASSESSMENT: &str = "gradus-assessment";
const OPERATOR: &str = "gradus-operator";

fn panel<'a>(dashboard: &'a mut Value, title: &str) -> &'a mut Value {
    let panels = dashboard["panels"].as_array_mut().unwrap();
    panels
        .iter_mut()
        .find(|panel| panel["title"] == title)
        .expect("the panel is there")
}

fn variable<'a>(dashboard: &'a mut Value, name: &str) -> &'a mut Value {
    let variables = dashboard["templating"]["list"].as_array_mut().unwrap();
    variables
        .iter_mut()
        .find(|one| one["name"] == name)
        .expect("the variable is there")
}

/// Changes the expression of a panel's first query.
fn rewrite(dashboard: &mut Value, title: &str, from: &str, to: &str) {
    let expression = &mut panel(dashboard, title)["targets"][0]["expr"];
    let text = text(expression).to_owned();
    assert!(text.contains(from), "{text} has no {from}");
    *expression = json!(text.replace(from, to));
}

#[test]
fn every_planted_mistake_is_found_under_its_name() {
    let all = [
        asked::PLANTED,
        answered::PLANTED,
        form::PLANTED,
        drawn::PLANTED,
        placed::PLANTED,
    ];
    for planted in all.concat() {
        let mut dashboard = dashboards()
            .into_iter()
            .find(|dashboard| dashboard["uid"] == planted.board)
            .expect("the dashboard is there");
        let by_name = |dashboard: &Value| {
            let mistakes = lint(dashboard).into_iter();
            mistakes
                .filter(|mistake| mistake.name == planted.found_as)
                .count()
        };
        let before = by_name(&dashboard);
        (planted.plant)(&mut dashboard);
        assert!(
            by_name(&dashboard) > before,
            "{} is not found as {:?}, but as: {:?}",
            planted.what,
            planted.found_as,
            lint(&dashboard),
        );
    }
}

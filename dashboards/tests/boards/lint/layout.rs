//! Uids, links, and the places and titles of panels.

use std::collections::BTreeSet;

use gradus_dashboards::boards::UIDS;
use serde_json::Value;

use crate::json::{items, panels, text};
use crate::support::promql::Mistake;

pub(super) fn check(dashboard: &Value) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut say = |name, about: String| mistakes.push(Mistake::new(name, about));
    if !UIDS.contains(&text(&dashboard["uid"])) {
        say(
            "unknown uid",
            format!("nothing links to {}", dashboard["uid"]),
        );
    }
    let linked = items(&dashboard["links"]).any(|link| {
        link["asDropdown"] == true
            && link["includeVars"] == true
            && link["keepTime"] == true
            && link["tags"] == dashboard["tags"]
    });
    if !linked || !items(&dashboard["tags"]).any(|tag| tag == "gradus") {
        say(
            "unlinked",
            "needs the tag gradus, and the menu of all dashboards with it".to_owned(),
        );
    }
    let all: Vec<&Value> = panels(dashboard).collect();
    if all
        .iter()
        .map(|panel| panel["id"].to_string())
        .collect::<BTreeSet<_>>()
        .len()
        != all.len()
    {
        say("duplicate panel", "two panels have one id".to_owned());
    }
    if all
        .iter()
        .map(|panel| text(&panel["title"]))
        .collect::<BTreeSet<_>>()
        .len()
        != all.len()
    {
        say("duplicate title", "two panels have one title".to_owned());
    }
    for (index, panel) in all.iter().enumerate() {
        let place = place(panel);
        if place.right > 24 || place.right == place.left || place.bottom == place.top {
            say("off the grid", text(&panel["title"]).to_owned());
        }
        for other in &all[index + 1..] {
            if place.overlaps(&self::place(other)) {
                say(
                    "overlapping panels",
                    format!("{} and {}", panel["title"], other["title"]),
                );
            }
        }
    }
    mistakes
}

struct Place {
    left: u64,
    right: u64,
    top: u64,
    bottom: u64,
}

impl Place {
    fn overlaps(&self, other: &Place) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

fn place(panel: &Value) -> Place {
    let number = |name: &str| panel["gridPos"][name].as_u64().unwrap_or_default();
    let (left, top) = (number("x"), number("y"));
    Place {
        left,
        right: left + number("w"),
        top,
        bottom: top + number("h"),
    }
}

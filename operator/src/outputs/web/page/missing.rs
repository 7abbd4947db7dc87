//! What is not there, and what was probably meant.

use askama::Template;
use gradus_engine::key::{Kind, ObjectKey};

use super::{Frame, Link};

/// How many suggestions are made.
const SUGGESTIONS: usize = 5;

/// What is longer is no name, and nothing is like it.
const LONGEST_NAME: usize = 253;

/// How alike a suggestion must be.
const ALIKE: f64 = 0.75;

#[derive(Template)]
#[template(path = "missing.html")]
struct Page<'a> {
    frame: &'a Frame,
    wanted: &'a str,
    suggestions: Vec<Link>,
}

/// Renders the page that says what is not there.
pub(in crate::outputs::web) fn missing(frame: &Frame, wanted: &str) -> askama::Result<String> {
    Page {
        frame,
        wanted,
        suggestions: suggestions(frame, wanted),
    }
    .render()
}

fn suggestions(frame: &Frame, wanted: &str) -> Vec<Link> {
    let wanted = wanted.rsplit(['/', ' ']).next().unwrap_or(wanted);
    if wanted.len() > LONGEST_NAME {
        return Vec::new();
    }
    let models = frame
        .snapshot
        .models
        .keys()
        .map(|name| ObjectKey::new(Kind::MaturityModel, "", name));
    let objects = frame
        .snapshot
        .assessments
        .keys()
        .chain(frame.snapshot.capabilities.keys())
        .cloned();
    let mut alike: Vec<(f64, ObjectKey)> = models
        .chain(objects)
        .map(|key| (strsim::jaro_winkler(wanted, &key.name), key))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|(left, left_key), (right, right_key)| {
        right.total_cmp(left).then_with(|| left_key.cmp(right_key))
    });
    alike
        .iter()
        .take(SUGGESTIONS)
        .map(|(_, key)| Link::to(key))
        .collect()
}

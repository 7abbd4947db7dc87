//! An explanation as lines, and what an explanation is about.

use serde::Serialize;

use crate::view::AssessmentView;
use crate::world::{AssessmentState, Scored, World};

/// A scored assessment, and the view that is explained.
#[derive(Clone, Copy)]
pub(super) struct Explained<'a> {
    pub(super) world: &'a World,
    pub(super) state: &'a AssessmentState,
    pub(super) scored: &'a Scored,
    pub(super) view: &'a AssessmentView,
}

impl<'a> Explained<'a> {
    /// None when the assessment of the view is gone, or cannot be scored.
    pub(super) fn of(world: &'a World, view: &'a AssessmentView) -> Option<Self> {
        let state = &world.assessments[world.assessment(&view.key)?];
        Some(Self {
            world,
            state,
            scored: state.scored.as_ref()?,
            view,
        })
    }
}

/// An explained result: a line and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The line.
    #[serde(flatten)]
    pub line: Line,
    /// What it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Explanation>,
}

/// One line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is about: `stage 4`, `criterion active-active-ha`, `facts.mode == 'x'`.
    pub subject: String,
    /// What is said of it: a verdict, a truth, a state, a stage.
    pub verdict: String,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Explanation {
    pub(super) fn new(subject: impl Into<String>, verdict: impl Into<String>) -> Self {
        Self {
            line: Line {
                subject: subject.into(),
                verdict: verdict.into(),
                detail: None,
            },
            because: Vec::new(),
        }
    }

    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.line.detail = Some(detail.into());
        self
    }

    pub(super) fn because(mut self, because: Vec<Explanation>) -> Self {
        self.because = because;
        self
    }
}

/// `NotDeclared` as `not declared`.
pub(super) fn words(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

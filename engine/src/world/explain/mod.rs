//! Why: a tree from the stage to criteria, predicates, facts and evidence, with ages and owners.

mod criterion;
mod evidence;

use std::sync::Arc;

use serde::Serialize;

use super::World;
use super::state::{AssessmentState, Scored};
use crate::key::ObjectKey;
use crate::verdict::Verdict;
use crate::view::{CriterionView, StageView};

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
    fn new(subject: impl Into<String>, verdict: impl Into<String>) -> Self {
        Self {
            line: Line {
                subject: subject.into(),
                verdict: verdict.into(),
                detail: None,
            },
            because: Vec::new(),
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.line.detail = Some(detail.into());
        self
    }

    fn because(mut self, because: Vec<Explanation>) -> Self {
        self.because = because;
        self
    }
}

impl World {
    /// Why an assessment stands where it stands: the whole tree.
    pub fn explain(&self, assessment: &ObjectKey) -> Option<Explanation> {
        let (state, scored, view) = self.scored_view(assessment)?;
        let stage = view
            .stage
            .map_or_else(|| "NotAssessed".to_owned(), |stage| stage.to_string());
        let stages = view
            .stages
            .iter()
            .rev()
            .map(|stage| self.explain_stage(state, scored, stage, &view.criteria));
        Some(
            Explanation::new(
                format!("assessment {}", state.key.name),
                format!("stage {stage}"),
            )
            .detail(format!(
                "model {}, potential {}, without waivers {}",
                state.spec.model,
                shown(view.potential_stage),
                shown(view.stage_without_waivers)
            ))
            .because(
                stages
                    .chain(self.unstaged(state, scored, &view.criteria))
                    .collect(),
            ),
        )
    }

    /// Why one criterion has its verdict.
    pub fn explain_criterion(
        &self,
        assessment: &ObjectKey,
        criterion: &str,
    ) -> Option<Explanation> {
        let (state, scored, view) = self.scored_view(assessment)?;
        let index = scored.program.criterion(criterion)?;
        self.explain_row(state, scored, view.criteria.get(index)?, 2)
    }

    /// What a capability rests on, and which criteria of the assessment read it.
    pub fn explain_capability(
        &self,
        assessment: &ObjectKey,
        capability: &str,
    ) -> Option<Explanation> {
        let (state, scored, view) = self.scored_view(assessment)?;
        let key = ObjectKey::new(
            crate::key::Kind::Capability,
            &state.key.namespace,
            capability,
        );
        let (_, known) = self.capability(&key)?;
        let mut explained = self.explain_state(&known.now);
        let readers = scored.program.askers.get(&known.now.record.kind);
        for index in readers.into_iter().flatten() {
            if let Some(row) = view.criteria.get(*index as usize) {
                explained
                    .because
                    .extend(self.explain_row(state, scored, row, 0));
            }
        }
        Some(explained)
    }

    /// Why a stage is not reached: every stage on the way that does not pass, how much is missing
    /// there, and the criteria that could supply it.
    pub fn why_not(&self, assessment: &ObjectKey, stage: u32) -> Option<Vec<Explanation>> {
        let (state, scored, view) = self.scored_view(assessment)?;
        let failing = view
            .stages
            .iter()
            .filter(|level| level.rank <= stage && !level.passes);
        Some(
            failing
                .map(|level| self.blockers(state, scored, level, &view.criteria))
                .collect(),
        )
    }

    fn scored_view(
        &self,
        assessment: &ObjectKey,
    ) -> Option<(&AssessmentState, &Scored, Arc<crate::view::AssessmentView>)> {
        let state = self.assessments.get(self.assessment(assessment)?)?;
        let view = self.rendered.assessments.get(assessment)?.clone();
        Some((state, state.scored.as_ref()?, view))
    }

    fn blockers(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        level: &StageView,
        rows: &[CriterionView],
    ) -> Explanation {
        let missing = level.required.saturating_sub(level.met);
        let open = rows_of(scored, level.rank, rows);
        let open = open.filter(|row| matches!(row.verdict, Verdict::Unmet | Verdict::Unknown));
        let mut because: Vec<Explanation> = open
            .filter_map(|row| self.explain_row(state, scored, row, 1))
            .collect();
        if level.gate == Some(false) {
            because.push(closed_gate(level.rank));
        }
        let of = because.len();
        Explanation::new(format!("stage {}", level.rank), "does not pass")
            .detail(format!("{missing} more needed, out of these {of}"))
            .because(because)
    }

    fn explain_stage(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        level: &StageView,
        rows: &[CriterionView],
    ) -> Explanation {
        let verdict = match (level.reached, level.passes) {
            (true, _) => "reached",
            (false, true) => "passes, but a stage below does not",
            (false, false) => "does not pass",
        };
        let mut because: Vec<Explanation> = rows_of(scored, level.rank, rows)
            .filter_map(|row| self.explain_row(state, scored, row, 1))
            .collect();
        if level.gate == Some(false) {
            because.push(closed_gate(level.rank));
        }
        let waived = if level.waived > 0 {
            format!(", {} of them waived", level.waived)
        } else {
            String::new()
        };
        let detail = if level.of == 0 {
            "no applicable criteria".to_owned()
        } else {
            format!(
                "{} of {} met{waived}, {} needed",
                level.met, level.of, level.required
            )
        };
        Explanation::new(format!("stage {}", level.title), verdict)
            .detail(detail)
            .because(because)
    }

    fn unstaged(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        rows: &[CriterionView],
    ) -> Vec<Explanation> {
        let criteria = &scored.program.model.criteria;
        let unstaged = rows.iter().filter(|row| {
            criteria
                .get(row.index)
                .is_some_and(|stated| stated.stage.is_none())
        });
        unstaged
            .filter_map(|row| self.explain_row(state, scored, row, 1))
            .collect()
    }
}

fn rows_of<'a>(
    scored: &'a Scored,
    rank: u32,
    rows: &'a [CriterionView],
) -> impl Iterator<Item = &'a CriterionView> {
    let criteria = &scored.program.model.criteria;
    rows.iter().filter(move |row| {
        criteria
            .get(row.index)
            .is_some_and(|stated| stated.stage == Some(rank))
    })
}

fn closed_gate(rank: u32) -> Explanation {
    Explanation::new(format!("gate of stage {rank}"), "closed")
        .detail("needs a valid outside award for this stage or a higher one")
}

fn shown(stage: Option<u32>) -> String {
    stage.map_or_else(|| "none".to_owned(), |stage| stage.to_string())
}

/// `NotDeclared` as `not declared`.
fn words(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

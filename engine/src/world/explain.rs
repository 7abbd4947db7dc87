//! Why: a tree from the stage to criteria, predicates, facts and evidence, with ages and owners.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::World;
use super::record::CapabilityNow;
use super::scope::Selection;
use super::state::{AssessmentState, Scored};
use crate::key::ObjectKey;
use crate::model::{CoverageThreshold, Quantifier};
use crate::predicate::Values;
use crate::program::{Clause, Demand, Formula, Statement, Test};
use crate::score::requirement::{clause, evaluate, weighed};
use crate::time::Phase;
use crate::verdict::{Truth, Verdict};
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

    /// `depth` 0: the verdict only; 1: what it asks for; 2: capabilities and their evidence too.
    fn explain_row(
        &self,
        state: &AssessmentState,
        scored: &Scored,
        row: &CriterionView,
        depth: u8,
    ) -> Option<Explanation> {
        let program = &scored.program;
        let index = u32::try_from(row.index).ok()?;
        let statement = program.statement(index)?;
        let stated = program.model.criteria.get(row.index)?;
        let mut explained = Explanation::new(format!("criterion {}", row.name), row.verdict)
            .detail(row_detail(row));
        explained.line.detail = explained.line.detail.filter(|detail| !detail.is_empty());
        if depth == 0 || statement.negates.is_some() {
            return Some(explained);
        }
        let selection = self.selection(state, None)?;
        explained.because.push(self.explain_formula(
            scored,
            statement,
            &statement.formula,
            &selection,
            depth,
        ));
        for gate in &statement.gates {
            let gate_name = program
                .model
                .criteria
                .get(*gate as usize)
                .map(|gate| &gate.name)?;
            let met = scored.lane.met(*gate);
            explained
                .because
                .push(Explanation::new(format!("gate {gate_name}"), met.truth));
        }
        for successor in &stated.superseded_by {
            let index = program
                .criterion(successor)
                .and_then(|index| u32::try_from(index).ok())?;
            let truth = scored.lane.satisfied(program, index);
            explained.because.push(Explanation::new(
                format!("superseded by {successor}"),
                truth,
            ));
        }
        Some(explained)
    }

    fn explain_formula(
        &self,
        scored: &Scored,
        statement: &Statement,
        formula: &Formula,
        selection: &Selection<'_>,
        depth: u8,
    ) -> Explanation {
        let model = &scored.program.model;
        let (words, items): (String, &[Formula]) = match formula {
            Formula::Leaf(leaf) => {
                return self.explain_leaf(scored, leaf, statement.demand, selection, depth);
            }
            Formula::AllOf(items) => ("all of".to_owned(), items),
            Formula::AnyOf(items) => ("any of".to_owned(), items),
            Formula::AtLeast(count, items) => (format!("at least {count} of"), items),
        };
        let whole = std::ptr::eq(formula, &raw const statement.formula);
        let truth = if whole {
            evaluate(&scored.program, statement, selection).truth
        } else {
            let leaves = items.iter().filter_map(|item| match item {
                Formula::Leaf(leaf) => Some(clause(leaf, model, statement.demand, selection).truth),
                _ => None,
            });
            leaves.fold(Truth::False, Truth::or)
        };
        let because = items
            .iter()
            .map(|item| self.explain_formula(scored, statement, item, selection, depth))
            .collect();
        Explanation::new(words, truth).because(because)
    }

    fn explain_leaf(
        &self,
        scored: &Scored,
        leaf: &Clause,
        demand: Demand,
        selection: &Selection<'_>,
        depth: u8,
    ) -> Explanation {
        let model = &scored.program.model;
        let found = clause(leaf, model, demand, selection);
        let kind = self.names.name(leaf.kind);
        let quantifier = if leaf.quantifier == Quantifier::All && !matches!(leaf.test, Test::Absent)
        {
            "every capability"
        } else {
            "capability"
        };
        let subject = match &leaf.test {
            Test::Absent => format!("{quantifier} of type {kind} claimed absent"),
            Test::Exists => format!("{quantifier} of type {kind}"),
            Test::Where(_) => format!("{quantifier} of type {kind} where"),
            Test::Coverage(coverage) => format!(
                "{quantifier} of type {kind} covers {}",
                share(coverage.threshold)
            ),
            Test::Choice { .. } | Test::Grade { .. } => format!("answer of {kind}"),
        };
        let mut because = Vec::new();
        for (_, capability) in selection.of_kind(leaf.kind) {
            let one = weighed(leaf, model, demand, capability);
            let name = &capability.record.key.name;
            let mut explained = Explanation::new(format!("capability {name}"), one.truth);
            if one.truth != Truth::True {
                explained = explained.detail(words(one.reason.as_str()));
            } else if let Some(points) = one.points {
                explained = explained.detail(format!(
                    "{points} points, {} evidence",
                    one.class.as_label()
                ));
            } else {
                explained = explained.detail(format!("{} evidence", one.class.as_label()));
            }
            explained.because.extend(test_lines(leaf, capability));
            if depth > 1 {
                explained.because.push(self.explain_state(capability));
            }
            because.push(explained);
        }
        let explained = Explanation::new(subject, found.truth).because(because);
        if found.truth == Truth::True {
            explained
        } else {
            explained.detail(words(found.reason.as_str()))
        }
    }

    /// What a capability rests on.
    fn explain_state(&self, capability: &CapabilityNow) -> Explanation {
        let record = &capability.record;
        let owner = record
            .owner
            .team
            .as_ref()
            .map_or_else(|| "nobody".to_owned(), ToString::to_string);
        let mut because = Vec::new();
        let now = self.now.unwrap_or(Timestamp::UNIX_EPOCH);
        let evidence = capability
            .derived
            .detail
            .iter()
            .flat_map(|detail| &detail.evidence);
        for item in evidence {
            let age = item
                .observed_at
                .map(|at| format!("observed {}", ago(at, now)));
            let end = item
                .expires_at
                .map(|at| format!("ends {}", at.strftime("%Y-%m-%d")));
            let reason = item.reason.map(|reason| words(reason.as_str()));
            let detail: Vec<String> = reason.into_iter().chain(age).chain(end).collect();
            let line = Explanation::new(
                format!("evidence {} ({})", item.name, item.kind),
                item.verdict,
            );
            because.push(line.detail(detail.join(", ")));
        }
        because.extend(self.explain_attestations(record, now));
        for name in super::derive::gates(record) {
            let key = ObjectKey::new(crate::key::Kind::Capability, &record.key.namespace, name);
            let state = self
                .capability(&key)
                .map_or("not declared".to_owned(), |(_, known)| {
                    known.now.derived.state.to_string()
                });
            because.push(Explanation::new(format!("needs {name}"), state));
        }
        Explanation::new(
            format!("state of {}", record.key.name),
            capability.derived.state,
        )
        .detail(format!("claimed {:?}, owned by {owner}", record.claim))
        .because(because)
    }

    fn explain_attestations(
        &self,
        record: &super::record::Record,
        now: Timestamp,
    ) -> Vec<Explanation> {
        let lists = self
            .namespaces
            .get(&record.key.namespace)
            .map(|found| &found.attestations);
        let ids = lists
            .and_then(|lists| lists.get(&record.key.name))
            .into_iter()
            .flatten();
        let mut known: Vec<_> = ids.filter_map(|id| self.attestations.get(*id)).collect();
        known.sort_by(|left, right| left.key.cmp(&right.key));
        known
            .into_iter()
            .map(|known| {
                let phase = match known.validity.effective_at(now) {
                    Phase::NotYet => "not yet",
                    Phase::Effective => "counts",
                    Phase::Expired => "expired",
                };
                Explanation::new(format!("attestation {}", known.key.name), phase).detail(format!(
                    "by {}, issued {}, valid until {}, unverified",
                    known.spec.attested_by, known.spec.issued, known.spec.valid_until
                ))
            })
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

fn row_detail(row: &CriterionView) -> String {
    let class = row
        .class
        .map(|class| format!("{} evidence", class.as_label()));
    let met_by = row.met_by.as_ref().map(|by| format!("stood for by {by}"));
    let reason = row.reason.map(|reason| words(reason.as_str()));
    let capability = row
        .capability
        .as_ref()
        .map(|name| format!("capability {name}"));
    let owner = row.owner.as_ref().map(|team| format!("owned by {team}"));
    let points = row.points.as_ref().map(|points| format!("{points} points"));
    let parts = [
        reason,
        class,
        points,
        met_by,
        capability,
        owner,
        row.note.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn test_lines(leaf: &Clause, capability: &Arc<CapabilityNow>) -> Vec<Explanation> {
    match &leaf.test {
        Test::Where(predicate) => predicate
            .explain(&**capability)
            .into_iter()
            .map(|atom| {
                let seen: Vec<String> = atom.seen.iter().map(ToString::to_string).collect();
                Explanation::new(atom.text, atom.truth).detail(seen.join(", "))
            })
            .collect(),
        Test::Coverage(_) => match capability.units() {
            Some((total, covered)) => {
                vec![Explanation::new(
                    "units",
                    format!("{covered} of {total} covered"),
                )]
            }
            None => vec![Explanation::new("units", "not stated")],
        },
        Test::Exists | Test::Absent | Test::Choice { .. } | Test::Grade { .. } => Vec::new(),
    }
}

fn share(threshold: CoverageThreshold) -> String {
    match threshold {
        CoverageThreshold::Percent(percent) => format!("at least {percent} % of units"),
        CoverageThreshold::Count(count) => format!("at least {count} units"),
    }
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

fn ago(at: Timestamp, now: Timestamp) -> String {
    let days = now.duration_since(at).as_hours() / 24;
    match days {
        i64::MIN..=0 => "today".to_owned(),
        1 => "a day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

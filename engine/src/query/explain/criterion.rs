//! Why a criterion has its verdict: requirement, gates, successors.

use std::sync::Arc;

use super::evidence::explain_state;
use super::line::{Explained, Explanation, words};
use crate::capability::CapabilityNow;
use crate::interner::Symbol;
use crate::model::{CoverageThreshold, Quantifier};
use crate::predicate::{Lookup, Slot, Values, quoted};
use crate::program::{Clause, Formula, Statement, Test};
use crate::question::Question;
use crate::score::evaluation::Evaluation;
use crate::score::requirement::{clause, evaluate, weighed};
use crate::verdict::{Truth, Verdict};
use crate::view::CriterionView;
use crate::world::Selection;

/// How much of a criterion is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// The verdict only.
    Verdict,
    /// What it asks for, too.
    Requirement,
    /// The capabilities and their evidence, too.
    Evidence,
}

/// A requirement, held against the capabilities of its assessment.
#[derive(Clone, Copy)]
struct Requirement<'a> {
    explained: Explained<'a>,
    statement: &'a Statement,
    selection: &'a Selection<'a>,
    depth: Depth,
}

pub(super) fn explain_row(
    explained: Explained<'_>,
    row: &CriterionView,
    depth: Depth,
) -> Option<Explanation> {
    let Explained {
        world,
        state,
        scored,
        ..
    } = explained;
    let program = &scored.program;
    let criterion = program.criterion(&row.name)?;
    let (statement, stated) = (&program.criteria[criterion], program.stated(criterion));
    let mut explanation =
        Explanation::new(format!("criterion {}", row.name), row.verdict).detail(row_detail(row));
    explanation.line.detail = explanation.line.detail.filter(|detail| !detail.is_empty());
    if statement.negates.is_some() {
        return Some(explanation.detail(match row.verdict {
            Verdict::Met => "negative: it describes this site",
            Verdict::Unmet => "negative: it does not describe this site",
            Verdict::Held | Verdict::Unknown | Verdict::NotApplicable | Verdict::Waived => {
                "negative: whether it describes this site cannot be told"
            }
        }));
    }
    if depth == Depth::Verdict {
        return Some(explanation);
    }
    let selection = world.selection(state, None);
    let requirement = Requirement {
        explained,
        statement,
        selection: &selection,
        depth,
    };
    let asked = explain_formula(requirement, &statement.formula);
    explanation.because.push(asked);
    for gate in &statement.gates {
        let gate_name = &program.stated(*gate).name;
        let met = scored.lane.met(*gate);
        let gate = Explanation::new(format!("gate {gate_name}"), met.truth);
        explanation.because.push(gate);
    }
    for successor in &stated.superseded_by {
        let truth = scored
            .lane
            .satisfied(program, program.criterion(successor)?);
        let successor = Explanation::new(format!("superseded by {successor}"), truth);
        explanation.because.push(successor);
    }
    Some(explanation)
}

fn explain_formula(requirement: Requirement<'_>, formula: &Formula) -> Explanation {
    let Requirement {
        statement,
        selection,
        ..
    } = requirement;
    let program = &requirement.explained.scored.program;
    let (words, items): (String, &[Formula]) = match formula {
        Formula::Leaf(leaf) => return explain_leaf(requirement, leaf),
        Formula::AllOf(items) => ("all of".to_owned(), items),
        Formula::AnyOf(items) => ("any of".to_owned(), items),
        Formula::AtLeast(count, items) => (format!("at least {count} of"), items),
    };
    let whole = std::ptr::eq(formula, &raw const statement.formula);
    let truth = if whole {
        evaluate(program, statement, selection).truth
    } else {
        let leaves = items.iter().filter_map(|item| match item {
            Formula::Leaf(leaf) => {
                Some(clause(leaf, &program.model, statement.demand, selection).truth)
            }
            Formula::AllOf(_) | Formula::AnyOf(_) | Formula::AtLeast(..) => None,
        });
        leaves.fold(Truth::False, Truth::or)
    };
    let because = items
        .iter()
        .map(|item| explain_formula(requirement, item))
        .collect();
    Explanation::new(words, truth).because(because)
}

fn explain_leaf(requirement: Requirement<'_>, leaf: &Clause) -> Explanation {
    let Requirement {
        explained,
        statement,
        selection,
        depth,
    } = requirement;
    let (world, model) = (explained.world, &explained.scored.program.model);
    let found = clause(leaf, model, statement.demand, selection);
    let mut because = Vec::new();
    for (_, capability) in selection.of_kind(leaf.kind) {
        let one = weighed(leaf, model, statement.demand, capability);
        let name = &capability.record.key.name;
        let mut explanation =
            Explanation::new(format!("capability {name}"), one.truth).detail(found_detail(&one));
        explanation
            .because
            .extend(test_lines(explained, leaf, capability));
        if depth == Depth::Evidence {
            explanation.because.push(explain_state(world, capability));
        }
        because.push(explanation);
    }
    let kind = world.names.name(leaf.kind);
    let explanation = Explanation::new(subject(leaf, &kind), found.truth).because(because);
    if found.truth == Truth::True {
        explanation
    } else {
        explanation.detail(words(found.reason.as_str()))
    }
}

/// What a leaf asks for.
fn subject(leaf: &Clause, kind: &str) -> String {
    let quantifier = match (leaf.quantifier, &leaf.test) {
        (Quantifier::Any, _) | (Quantifier::All, Test::Absent) => "capability",
        (Quantifier::All, _) => "every capability",
    };
    match &leaf.test {
        Test::Absent => format!("{quantifier} of type {kind} claimed absent"),
        Test::Exists => format!("{quantifier} of type {kind}"),
        Test::Where(_) => format!("{quantifier} of type {kind} where"),
        Test::Coverage(coverage) => format!(
            "{quantifier} of type {kind} covers {}",
            share(coverage.threshold)
        ),
        Test::Choice { .. } | Test::Grade { .. } => format!("answer of {kind}"),
    }
}

/// What one capability came to under a leaf.
fn found_detail(found: &Evaluation<'_>) -> String {
    if found.truth != Truth::True {
        return words(found.reason.as_str());
    }
    let class = found.class.as_label();
    match found.points {
        Some(points) => format!("{points} points, {class} evidence"),
        None => format!("{class} evidence"),
    }
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

fn test_lines(
    explained: Explained<'_>,
    leaf: &Clause,
    capability: &Arc<CapabilityNow>,
) -> Vec<Explanation> {
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
        Test::Choice { .. } | Test::Grade { .. } => {
            let question = leaf.test.question(&explained.scored.program.model);
            let answered = |(slot, question)| answer_line(explained, slot, question, capability);
            question.and_then(answered).into_iter().collect()
        }
        Test::Exists | Test::Absent => Vec::new(),
    }
}

/// An answer that the question does not take, and those that it takes.
fn answer_line(
    explained: Explained<'_>,
    slot: Slot,
    question: Question<'_>,
    capability: &Arc<CapabilityNow>,
) -> Option<Explanation> {
    let Lookup::Known(stated) = capability.fact(slot) else {
        return None;
    };
    let fact = explained.world.names.name(Symbol(slot.0));
    let stated = (question.points(stated).is_none()).then(|| quoted(&stated.into()))?;
    let line = Explanation::new(format!("facts.{fact} is {stated}"), Truth::Unknown);
    Some(line.detail(format!("outside its range: {question}")))
}

fn share(threshold: CoverageThreshold) -> String {
    match threshold {
        CoverageThreshold::Percent(percent) => format!("at least {percent} % of units"),
        CoverageThreshold::Count(count) => format!("at least {count} units"),
    }
}

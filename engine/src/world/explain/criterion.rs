//! Why a criterion has its verdict: requirement, gates, successors.

use std::sync::Arc;

use super::{Explanation, words};
use crate::model::{CoverageThreshold, Quantifier};
use crate::predicate::Values;
use crate::program::{Clause, Demand, Formula, Statement, Test};
use crate::score::requirement::{clause, evaluate, weighed};
use crate::verdict::{Truth, Verdict};
use crate::view::CriterionView;
use crate::world::World;
use crate::world::record::CapabilityNow;
use crate::world::scope::Selection;
use crate::world::state::{AssessmentState, Scored};

impl World {
    /// `depth` 0: the verdict only; 1: what it asks for; 2: capabilities and their evidence too.
    pub(super) fn explain_row(
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
        if statement.negates.is_some() {
            return Some(explained.detail(match row.verdict {
                Verdict::Met => "negative: it describes this site",
                Verdict::Unmet => "negative: it does not describe this site",
                _ => "negative: whether it describes this site cannot be told",
            }));
        }
        if depth == 0 {
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

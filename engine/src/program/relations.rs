//! Relations between compiled criteria: which ask for a type, which read it, and in which order.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::graph::{Edges, reversed, transitive};
use super::statement::{Clause, Denial, Statement};
use crate::arena::{CriterionId, Table};
use crate::interner::Symbol;
use crate::model::CriterionKind;

/// Every leaf under the type that it asks for, in the order of the program.
pub(super) fn questions(
    criteria: &Table<CriterionId, Statement>,
) -> FxHashMap<Symbol, Box<[Arc<Clause>]>> {
    let mut questions: FxHashMap<Symbol, Vec<Arc<Clause>>> = FxHashMap::default();
    for statement in criteria.iter() {
        statement.formula.clauses(&mut |clause| {
            questions
                .entry(clause.kind)
                .or_default()
                .push(clause.clone());
        });
    }
    questions
        .into_iter()
        .map(|(kind, leaves)| (kind, leaves.into()))
        .collect()
}

/// Names to every interim criterion the types that its successors read.
pub(super) fn name_successor_types(criteria: &mut Table<CriterionId, Statement>) {
    let reads: Table<CriterionId, BTreeSet<Symbol>> = criteria.iter().map(types_read).collect();
    let interim = |statement: &&mut Statement| statement.kind == CriterionKind::Interim;
    for statement in criteria.iter_mut().filter(interim) {
        let successors = statement.successors.iter();
        let types: BTreeSet<Symbol> = successors
            .flat_map(|successor| reads[*successor].iter().copied())
            .collect();
        statement.successor_reads = types.into_iter().collect();
    }
}

fn types_read(statement: &Statement) -> BTreeSet<Symbol> {
    let mut kinds = BTreeSet::new();
    statement.formula.clauses(&mut |clause| {
        kinds.insert(clause.kind);
    });
    kinds
}

/// For each criterion, the criteria whose own state its verdict reads.
pub(super) fn verdict_reads(criteria: &Table<CriterionId, Statement>) -> Edges<CriterionId> {
    criteria
        .iter()
        .map(|statement| {
            let successors = statement.successors.iter();
            let mut reads: BTreeSet<CriterionId> = successors.clone().copied().collect();
            reads.extend(statement.gates.iter());
            reads.extend(successors.flat_map(|successor| criteria[*successor].gates.iter()));
            reads.extend(statement.negates.iter().flat_map(Denial::criteria));
            reads.into_iter().collect()
        })
        .collect()
}

/// Where each criterion stands in an order of all.
pub(super) fn positions(order: &[CriterionId]) -> Table<CriterionId, usize> {
    let mut position: Table<CriterionId, usize> = order.iter().map(|_| 0).collect();
    for (place, criterion) in order.iter().enumerate() {
        position[*criterion] = place;
    }
    position
}

pub(super) fn affected(
    reads: &Edges<CriterionId>,
    position: &Table<CriterionId, usize>,
) -> Table<CriterionId, Box<[CriterionId]>> {
    transitive(&reversed(reads))
        .entries()
        .map(|(criterion, readers)| {
            let mut list = readers.clone();
            list.push(criterion);
            list.sort_by_key(|criterion| position[*criterion]);
            list.dedup();
            list.into_boxed_slice()
        })
        .collect()
}

pub(super) fn asked(criteria: &Table<CriterionId, Statement>) -> Box<[Symbol]> {
    let kinds: BTreeSet<Symbol> = criteria.iter().flat_map(types_read).collect();
    kinds.into_iter().collect()
}

pub(super) fn readers(
    criteria: &Table<CriterionId, Statement>,
    beside: impl Fn(&Statement) -> &[Symbol],
) -> FxHashMap<Symbol, Box<[CriterionId]>> {
    let mut readers: FxHashMap<Symbol, BTreeSet<CriterionId>> = FxHashMap::default();
    for (id, statement) in criteria.entries() {
        statement.formula.clauses(&mut |clause| {
            readers.entry(clause.kind).or_default().insert(id);
        });
        for kind in beside(statement) {
            readers.entry(*kind).or_default().insert(id);
        }
    }
    readers
        .into_iter()
        .map(|(kind, list)| (kind, list.into_iter().collect()))
        .collect()
}

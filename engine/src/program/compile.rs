//! From names to indices. The model has passed [`super::lint`], so every reference resolves.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::graph::{Edges, ordered, reversed, transitive};
use super::relations::{affected, asked, positions, questions, readers, verdict_reads};
use super::statement::{Clause, Demand, Denial, Formula, PointRange, Statement, Test};
use super::{Program, relations};
use crate::arena::{CriterionId, DomainId, Id, LeafId, StageId, Table, entries, row};
use crate::diagnostic::Diagnostic;
use crate::interner::{Interner, Symbol};
use crate::key::Name;
use crate::model::{
    self, Criterion, CriterionKind, Item, Leaf, Model, Negates, Requires, Strength,
};
use crate::predicate::{self, Predicate, Slot};

/// Names of a model by index.
struct Indices<'a> {
    criteria: FxHashMap<&'a str, CriterionId>,
    domains: FxHashMap<&'a str, DomainId>,
    stages: FxHashMap<u32, StageId>,
    scales: FxHashMap<&'a str, usize>,
}

impl<'a> Indices<'a> {
    fn of(model: &'a Model) -> Self {
        let criteria = entries(&model.criteria);
        let domains = entries(&model.domains);
        let stages = entries(&model.stages);
        let scales = model.scales.iter().map(|scale| &*scale.name);
        Self {
            criteria: criteria.map(|(id, one)| (&*one.name, id)).collect(),
            domains: domains.map(|(id, one)| (&*one.name, id)).collect(),
            stages: stages.map(|(id, one)| (one.rank, id)).collect(),
            scales: scales.zip(0..).collect(),
        }
    }

    fn criteria<'n>(&self, names: impl IntoIterator<Item = &'n Name>) -> Vec<CriterionId> {
        names
            .into_iter()
            .filter_map(|name| self.criteria.get(&**name).copied())
            .collect()
    }
}

pub(super) fn compile(model: Arc<Model>, names: &mut Interner) -> Result<Program, Vec<Diagnostic>> {
    let indices = Indices::of(&model);
    let successors = transitive(&superseding(&model, &indices));
    let mut criteria = Vec::with_capacity(model.criteria.len());
    let mut findings = Vec::new();
    for (id, criterion) in entries(&model.criteria) {
        match formula(criterion, &indices, names) {
            Ok(formula) => criteria.push(statement(
                criterion,
                &model,
                &indices,
                formula,
                successors[id].clone().into(),
            )),
            Err(reasons) => findings.extend(reasons.into_iter().map(|reason| Diagnostic {
                path: format!("spec.criteria[{}].{}", id.place(), reason.path),
                ..reason
            })),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut criteria: Table<CriterionId, Statement> = criteria.into_iter().collect();
    let leaves = number_leaves(&mut criteria);
    let questions = questions(&criteria);
    relations::name_successor_types(&mut criteria);
    let reads = verdict_reads(&criteria);
    let order = ordered(&reads).map_err(|behind| vec![circular(&model, &behind)])?;
    let affects = affected(&reads, &positions(&order));
    let children = children(&model, &indices);
    let roots = entries(&model.domains)
        .filter(|(_, domain)| domain.parent.is_none())
        .map(|(id, _)| id)
        .collect();
    let asked = asked(&criteria);
    let askers = readers(&criteria, |_| &[]);
    let readers = readers(&criteria, |statement| &statement.successor_reads);
    let dependants = dependants(&model, &indices);
    Ok(Program {
        criteria,
        leaves,
        questions,
        asked,
        askers,
        dependants,
        readers,
        order: order.into(),
        affects,
        children,
        roots,
        model,
    })
}

/// Gives every leaf its criterion and its place, before anything shares it; returns how many there are.
fn number_leaves(criteria: &mut Table<CriterionId, Statement>) -> usize {
    let mut leaves = 0;
    for (place, statement) in criteria.iter_mut().enumerate() {
        let criterion = CriterionId::of(place);
        statement.formula.number(criterion, &mut leaves);
    }
    leaves
}

fn superseding(model: &Model, indices: &Indices<'_>) -> Edges<CriterionId> {
    model
        .criteria
        .iter()
        .map(|criterion| indices.criteria(&criterion.superseded_by))
        .collect()
}

fn statement(
    criterion: &Criterion,
    model: &Model,
    indices: &Indices<'_>,
    formula: Formula,
    successors: Box<[CriterionId]>,
) -> Statement {
    let gates = criterion
        .depends_on
        .iter()
        .filter(|edge| edge.strength == Strength::Gate);
    let mut clauses = Vec::new();
    formula.clauses(&mut |clause| clauses.push(clause));
    let asks: BTreeSet<Symbol> = clauses
        .iter()
        .filter(|clause| !matches!(clause.test, Test::Absent))
        .map(|clause| clause.kind)
        .collect();
    let points = match &formula {
        Formula::Leaf(clause) => point_range(clause, model),
        Formula::AllOf(_) | Formula::AnyOf(_) | Formula::AtLeast(..) => None,
    };
    Statement {
        stage: criterion
            .stage
            .and_then(|rank| indices.stages.get(&rank).copied()),
        domain: criterion
            .domain
            .as_ref()
            .and_then(|name| indices.domains.get(&**name).copied()),
        kind: criterion.kind,
        counts: criterion.scored && criterion.kind != CriterionKind::Negative,
        weight: criterion.weight,
        waivable: criterion.waivable,
        successors,
        gates: indices.criteria(gates.map(|edge| &edge.criterion)).into(),
        negates: criterion.negates.as_ref().map(|negates| match negates {
            Negates::AnyOf(names) => Denial::AnyOf(indices.criteria(names).into()),
            Negates::AllOf(names) => Denial::AllOf(indices.criteria(names).into()),
        }),
        asks: asks.into_iter().collect(),
        successor_reads: Box::default(),
        points,
        demand: Demand {
            at_least: criterion.at_least,
            external: criterion.external,
        },
        formula,
    }
}

/// What a question is worth at least and at most; none of other tests.
pub(crate) fn point_range(clause: &Clause, model: &Model) -> Option<PointRange> {
    match &clause.test {
        Test::Choice { scale, .. } => {
            let scale = model.scales.get(*scale)?;
            let points = || {
                let answers = scale.answers.iter().map(|answer| answer.2);
                answers.chain(scale.ranges.iter().map(|range| range.1))
            };
            Some(PointRange {
                lowest: points().min()?,
                highest: points().max()?,
            })
        }
        Test::Grade { min, max, .. } => Some(PointRange {
            lowest: *min,
            highest: *max,
        }),
        _ => None,
    }
}

fn formula(
    criterion: &Criterion,
    indices: &Indices<'_>,
    names: &mut Interner,
) -> Result<Formula, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let compiled = match &criterion.requires {
        Requires::Leaf(leaf) => {
            clause(leaf, "requires", indices, names, &mut findings).map(leaf_of)
        }
        Requires::AllOf(list) => {
            items(list, "allOf", indices, names, &mut findings).map(Formula::AllOf)
        }
        Requires::AnyOf(list) => {
            items(list, "anyOf", indices, names, &mut findings).map(Formula::AnyOf)
        }
        Requires::AtLeast { count, of } => items(of, "atLeast.of", indices, names, &mut findings)
            .map(|of| Formula::AtLeast(*count, of)),
    };
    compiled.ok_or(findings)
}

fn items(
    list: &[Item],
    field: &str,
    indices: &Indices<'_>,
    names: &mut Interner,
    findings: &mut Vec<Diagnostic>,
) -> Option<Box<[Formula]>> {
    let compiled: Vec<Option<Formula>> = list
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let path = format!("requires.{field}[{index}]");
            match item {
                Item::Leaf(leaf) => clause(leaf, &path, indices, names, findings).map(leaf_of),
                Item::AnyOf(leaves) => {
                    let leaves: Vec<Option<Formula>> = leaves
                        .iter()
                        .enumerate()
                        .map(|(leaf_index, leaf)| {
                            let path = format!("{path}.anyOf[{leaf_index}]");
                            clause(leaf, &path, indices, names, findings).map(leaf_of)
                        })
                        .collect();
                    leaves
                        .into_iter()
                        .collect::<Option<Vec<_>>>()
                        .map(|all| Formula::AnyOf(all.into()))
                }
            }
        })
        .collect();
    compiled
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .map(Into::into)
}

fn leaf_of(clause: Clause) -> Formula {
    Formula::Leaf(Arc::new(clause))
}

fn clause(
    leaf: &Leaf,
    path: &str,
    indices: &Indices<'_>,
    names: &mut Interner,
    findings: &mut Vec<Diagnostic>,
) -> Option<Clause> {
    match leaf {
        Leaf::Absent(kind) => Some(Clause {
            criterion: CriterionId::of(0),
            place: LeafId::of(0),
            kind: names.intern(kind),
            quantifier: model::Quantifier::All,
            combine: model::Combine::Min,
            test: Test::Absent,
        }),
        Leaf::Capability {
            capability,
            quantifier,
            combine,
            test,
        } => Some(Clause {
            criterion: CriterionId::of(0),
            place: LeafId::of(0),
            kind: names.intern(capability),
            quantifier: *quantifier,
            combine: *combine,
            test: compile_test(test, path, indices, names, findings)?,
        }),
    }
}

fn compile_test(
    test: &model::Test,
    path: &str,
    indices: &Indices<'_>,
    names: &mut Interner,
    findings: &mut Vec<Diagnostic>,
) -> Option<Test> {
    let mut slot = |fact: &str| Slot(names.intern(fact).0);
    Some(match test {
        model::Test::Exists => Test::Exists,
        model::Test::Where(text) => match predicate::parse(text) {
            Ok(expression) => Test::Where(Predicate::compile(&expression, &mut slot)),
            Err(errors) => {
                findings.extend(
                    errors
                        .into_iter()
                        .map(|error| error.into_diagnostic(format!("{path}.where"))),
                );
                return None;
            }
        },
        model::Test::Coverage(coverage) => Test::Coverage(coverage.clone()),
        model::Test::Choice { fact, scale } => Test::Choice {
            slot: slot(fact),
            scale: *indices.scales.get(&**scale)?,
        },
        model::Test::Grade { fact, min, max } => Test::Grade {
            slot: slot(fact),
            min: *min,
            max: *max,
        },
    })
}

fn circular(model: &Model, behind: &[CriterionId]) -> Diagnostic {
    let named: Vec<&str> = behind
        .iter()
        .map(|criterion| &*row(&model.criteria, *criterion).name)
        .take(8)
        .collect();
    Diagnostic::error(
        "CriterionCycle",
        "spec.criteria",
        format!(
            "gates, successors and negations run in a circle through {}",
            named.join(", ")
        ),
    )
    .with_help("make one of the dependencies `strength: Advise`, or drop it")
}

fn children(model: &Model, indices: &Indices<'_>) -> Table<DomainId, Box<[DomainId]>> {
    let mut children: Edges<DomainId> = model.domains.iter().map(|_| Vec::new()).collect();
    for (id, domain) in entries(&model.domains) {
        let parent = domain.parent.as_deref();
        if let Some(parent) = parent.and_then(|name| indices.domains.get(name)) {
            children[*parent].push(id);
        }
    }
    boxed(&children)
}

fn dependants(model: &Model, indices: &Indices<'_>) -> Table<CriterionId, Box<[CriterionId]>> {
    let needs: Edges<CriterionId> = model
        .criteria
        .iter()
        .map(|criterion| indices.criteria(criterion.depends_on.iter().map(|edge| &edge.criterion)))
        .collect();
    boxed(&transitive(&reversed(&needs)))
}

fn boxed<I: Id>(edges: &Edges<I>) -> Table<I, Box<[I]>> {
    edges.iter().map(|targets| targets.clone().into()).collect()
}

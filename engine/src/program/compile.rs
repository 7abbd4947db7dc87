//! From names to indices. The model has passed [`super::lint`], so every reference resolves.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::graph::{ordered, reversed, transitive};
use super::{Clause, Demand, Denial, Formula, PointRange, Program, Statement, Test};
use crate::diagnostic::Diagnostic;
use crate::interner::{Interner, Symbol};
use crate::key::Name;
use crate::model::{
    self, Criterion, CriterionKind, Item, Leaf, Model, Negates, Requires, Strength,
};
use crate::predicate::{self, Predicate, Slot};

/// Names of a model by index.
struct Indices<'a> {
    criteria: FxHashMap<&'a str, u32>,
    domains: FxHashMap<&'a str, u16>,
    stages: FxHashMap<u32, u16>,
    scales: FxHashMap<&'a str, usize>,
}

impl<'a> Indices<'a> {
    fn of(model: &'a Model) -> Self {
        Self {
            criteria: model
                .criteria
                .iter()
                .map(|criterion| &*criterion.name)
                .zip(0..)
                .collect(),
            domains: model
                .domains
                .iter()
                .map(|domain| &*domain.name)
                .zip(0..)
                .collect(),
            stages: model
                .stages
                .iter()
                .map(|stage| stage.rank)
                .zip(0..)
                .collect(),
            scales: model
                .scales
                .iter()
                .map(|scale| &*scale.name)
                .zip(0..)
                .collect(),
        }
    }

    fn criteria<'n>(&self, names: impl IntoIterator<Item = &'n Name>) -> Vec<u32> {
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
    for (index, criterion) in model.criteria.iter().enumerate() {
        match formula(criterion, &indices, names) {
            Ok(formula) => criteria.push(statement(
                criterion,
                &model,
                &indices,
                formula,
                successors.get(index).cloned().unwrap_or_default().into(),
            )),
            Err(reasons) => findings.extend(reasons.into_iter().map(|reason| Diagnostic {
                path: format!("spec.criteria[{index}].{}", reason.path),
                ..reason
            })),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut leaves = 0;
    for (index, statement) in (0u32..).zip(&mut criteria) {
        statement.formula.number(index, &mut leaves);
    }
    let questions = questions(&criteria);
    name_successor_types(&mut criteria);
    let reads = verdict_reads(&criteria);
    let order = ordered(&reads).map_err(|behind| vec![circular(&model, &behind)])?;
    let position = positions(&order);
    let affects = affected(&reads, &position);
    let children = children(&model, &indices);
    let roots = (0u32..)
        .zip(&model.domains)
        .filter(|(_, domain)| domain.parent.is_none())
        .map(|(index, _)| index)
        .collect();
    let asked = asked(&criteria);
    let askers = readers(&criteria, |_| &[]);
    let readers = readers(&criteria, |statement| &statement.successor_asks);
    let dependants = dependants(&model, &indices);
    Ok(Program {
        criteria,
        leaves: leaves as usize,
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

fn superseding(model: &Model, indices: &Indices<'_>) -> Vec<Vec<u32>> {
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
    successors: Box<[u32]>,
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
    let points = clauses.iter().find_map(|clause| point_range(clause, model));
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
        successor_asks: Box::default(),
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
            criterion: 0,
            place: 0,
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
            criterion: 0,
            place: 0,
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

/// Every leaf under the type that it asks for, in the order of the program.
fn questions(criteria: &[Statement]) -> FxHashMap<Symbol, Box<[Arc<Clause>]>> {
    let mut questions: FxHashMap<Symbol, Vec<Arc<Clause>>> = FxHashMap::default();
    for statement in criteria {
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

fn name_successor_types(criteria: &mut [Statement]) {
    let asks: Vec<Box<[Symbol]>> = criteria
        .iter()
        .map(|statement| statement.asks.clone())
        .collect();
    for statement in criteria {
        let types: BTreeSet<Symbol> = statement
            .successors
            .iter()
            .filter_map(|successor| asks.get(*successor as usize))
            .flat_map(|types| types.iter().copied())
            .collect();
        statement.successor_asks = types.into_iter().collect();
    }
}

/// For each criterion, the criteria whose own state its verdict reads.
fn verdict_reads(criteria: &[Statement]) -> Vec<Vec<u32>> {
    let successor_gates = |statement: &Statement| -> Vec<u32> {
        let own = statement.successors.iter();
        own.filter_map(|successor| criteria.get(*successor as usize))
            .flat_map(|successor| successor.gates.iter().copied())
            .collect()
    };
    criteria
        .iter()
        .map(|statement| {
            let mut reads: BTreeSet<u32> = statement.successors.iter().copied().collect();
            reads.extend(statement.gates.iter());
            reads.extend(successor_gates(statement));
            reads.extend(statement.negates.iter().flat_map(super::Denial::criteria));
            reads.into_iter().collect()
        })
        .collect()
}

fn positions(order: &[u32]) -> Vec<u32> {
    let mut position = vec![0; order.len()];
    for (place, criterion) in (0u32..).zip(order) {
        if let Some(slot) = position.get_mut(*criterion as usize) {
            *slot = place;
        }
    }
    position
}

fn affected(reads: &[Vec<u32>], position: &[u32]) -> Box<[Box<[u32]>]> {
    let readers = transitive(&reversed(reads));
    let place = |criterion: &u32| {
        position
            .get(*criterion as usize)
            .copied()
            .unwrap_or_default()
    };
    (0u32..)
        .zip(readers)
        .map(|(criterion, mut list)| {
            list.push(criterion);
            list.sort_by_key(place);
            list.dedup();
            list.into_boxed_slice()
        })
        .collect()
}

fn circular(model: &Model, behind: &[u32]) -> Diagnostic {
    let named: Vec<&str> = behind
        .iter()
        .filter_map(|index| model.criteria.get(*index as usize))
        .map(|criterion| &*criterion.name)
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

fn children(model: &Model, indices: &Indices<'_>) -> Box<[Box<[u32]>]> {
    let mut children = vec![Vec::new(); model.domains.len()];
    for (index, domain) in (0u32..).zip(&model.domains) {
        let parent = domain
            .parent
            .as_ref()
            .and_then(|name| indices.domains.get(&**name));
        if let Some(list) = parent.and_then(|parent| children.get_mut(usize::from(*parent))) {
            list.push(index);
        }
    }
    children.into_iter().map(Vec::into_boxed_slice).collect()
}

fn dependants(model: &Model, indices: &Indices<'_>) -> Box<[Box<[u32]>]> {
    let needs: Vec<Vec<u32>> = model
        .criteria
        .iter()
        .map(|criterion| indices.criteria(criterion.depends_on.iter().map(|edge| &edge.criterion)))
        .collect();
    transitive(&reversed(&needs))
        .into_iter()
        .map(Vec::into_boxed_slice)
        .collect()
}

fn asked(criteria: &[Statement]) -> Box<[Symbol]> {
    let mut kinds = BTreeSet::new();
    for statement in criteria {
        statement.formula.clauses(&mut |clause| {
            kinds.insert(clause.kind);
        });
    }
    kinds.into_iter().collect()
}

fn readers(
    criteria: &[Statement],
    beside: impl Fn(&Statement) -> &[Symbol],
) -> FxHashMap<Symbol, Box<[u32]>> {
    let mut readers: FxHashMap<Symbol, BTreeSet<u32>> = FxHashMap::default();
    for (index, statement) in (0u32..).zip(criteria) {
        statement.formula.clauses(&mut |clause| {
            readers.entry(clause.kind).or_default().insert(index);
        });
        for kind in beside(statement) {
            readers.entry(*kind).or_default().insert(index);
        }
    }
    readers
        .into_iter()
        .map(|(kind, list)| (kind, list.into_iter().collect()))
        .collect()
}

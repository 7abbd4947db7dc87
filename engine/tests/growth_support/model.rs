//! Models of any number of criteria: eight stages above the first, five domains, three leaves a criterion.

use std::collections::BTreeMap;

use gradus_engine::model::{
    Aggregate, Combine, Criterion, CriterionKind, Domain, EmptyStage, Item, Leaf, Model, Over,
    Quantifier, Requires, Scoring, Source, Stage, Test, UnknownPoints, Walk,
};
use gradus_engine::verdict::EvidenceClass;

use super::scramble;

const STAGES: usize = 8;
const DOMAINS: usize = 5;

/// What leaves ask for beyond being there: two comparisons on average.
pub(crate) const WHERES: [&str; 8] = [
    "facts.level >= 2",
    "facts.monitored && facts.encrypted",
    "facts.coverage >= 40 && facts.vendor != 'none'",
    "facts.mode in ['active', 'active/active']",
    "facts.version.startsWith('1.') && facts.replicas > 0 && facts.tested",
    "facts.latency < 200",
    "facts.level >= 1 && facts.coverage >= 20 && facts.mode != 'none' && facts.monitored",
    "facts.replicas >= 1 && facts.latency <= 250",
];

/// One leaf: a type, and a predicate of [`WHERES`], or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clause {
    /// The type's number.
    pub(crate) kind: usize,
    /// What is asked beyond being there.
    pub(crate) asks: Option<&'static str>,
}

/// What a criterion asks for.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// One leaf.
    One(Clause),
    /// Every leaf.
    All(Vec<Clause>),
    /// Some leaf.
    Any(Vec<Clause>),
    /// Two of the leaves.
    TwoOf(Vec<Clause>),
    /// The first, the last, and one of those between.
    Nested(Clause, Vec<Clause>, Clause),
}

/// The shape of a criterion.
pub(crate) fn shape(model: usize, criterion: usize, kinds: usize) -> Shape {
    let clause = |leaf: usize| {
        let number = scramble(model * 10_000 + criterion, leaf);
        let asks = WHERES.get(number / kinds % (WHERES.len() + 1)).copied();
        Clause {
            kind: number % kinds,
            asks,
        }
    };
    let clauses = |count| (0..count).map(clause).collect();
    match criterion % 5 {
        0 => Shape::One(clause(0)),
        1 => Shape::All(clauses(3)),
        2 => Shape::Any(clauses(3)),
        3 => Shape::TwoOf(clauses(4)),
        _ => Shape::Nested(clause(0), vec![clause(1), clause(2)], clause(3)),
    }
}

/// A model of some criteria over some types.
pub(crate) fn model(number: usize, criteria: usize, kinds: usize) -> Model {
    Model {
        name: format!("model-{number}").into(),
        title: format!("Model {number}"),
        version: "1".to_owned(),
        digest: format!("{number:064x}").into(),
        source: Source::default(),
        stages: (0..=STAGES).map(stage).collect(),
        domains: (0..DOMAINS).map(domain).collect(),
        scales: Vec::new(),
        criteria: (0..criteria)
            .map(|index| criterion(number, index, criteria, kinds))
            .collect(),
        scoring: Scoring {
            walk: Walk {
                numerator: 9,
                denominator: 10,
                empty_stage: EmptyStage::Skip,
            },
            leaf: Aggregate::Walk,
            inner: Aggregate::None,
            over: Over::Criteria,
            by: Aggregate::Walk,
            unknown: UnknownPoints::Lowest,
            digits: 1,
            levels: Vec::new(),
        },
    }
}

fn stage(rank: usize) -> Stage {
    Stage {
        rank: u32::try_from(rank).expect("few stages"),
        name: None,
        summary: None,
        gate: None,
        unlocks: Vec::new(),
    }
}

fn domain(number: usize) -> Domain {
    Domain {
        name: format!("domain-{number}").into(),
        title: format!("Domain {number}"),
        parent: None,
        weight: 1,
        report: false,
    }
}

fn criterion(model: usize, index: usize, of: usize, kinds: usize) -> Criterion {
    Criterion {
        name: format!("criterion-{index:03}").into(),
        stage: Some(u32::try_from(1 + index * STAGES / of).expect("few stages")),
        domain: Some(format!("domain-{}", index % DOMAINS).into()),
        also_in: Vec::new(),
        facets: BTreeMap::new(),
        title: format!("Criterion {index}"),
        guidance: None,
        outcomes: Vec::new(),
        kind: CriterionKind::Standard,
        superseded_by: Vec::new(),
        negates: None,
        depends_on: Vec::new(),
        weight: 1,
        scored: true,
        effort_days: None,
        importance: None,
        at_least: EvidenceClass::Declared,
        external: false,
        waivable: true,
        applies_to: BTreeMap::new(),
        requires: requires(shape(model, index, kinds)),
    }
}

fn requires(shape: Shape) -> Requires {
    let items = |clauses: Vec<Clause>| {
        clauses
            .into_iter()
            .map(|clause| Item::Leaf(leaf(clause)))
            .collect()
    };
    match shape {
        Shape::One(clause) => Requires::Leaf(leaf(clause)),
        Shape::All(clauses) => Requires::AllOf(items(clauses)),
        Shape::Any(clauses) => Requires::AnyOf(items(clauses)),
        Shape::TwoOf(clauses) => Requires::AtLeast {
            count: 2,
            of: items(clauses),
        },
        Shape::Nested(first, between, last) => Requires::AllOf(vec![
            Item::Leaf(leaf(first)),
            Item::AnyOf(between.into_iter().map(leaf).collect()),
            Item::Leaf(leaf(last)),
        ]),
    }
}

fn leaf(clause: Clause) -> Leaf {
    Leaf::Capability {
        capability: format!("Type{:02}", clause.kind).into(),
        quantifier: Quantifier::Any,
        combine: Combine::Min,
        test: clause
            .asks
            .map_or(Test::Exists, |asks| Test::Where(asks.to_owned())),
    }
}

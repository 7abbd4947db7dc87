//! Models that pass the engine's own checks.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::key::Name;
use gradus_engine::model::{
    Aggregate, Criterion, CriterionDependency, CriterionKind, Domain, EmptyStage, Model, Negates,
    Over, Requires, Scale, Scoring, Source, Stage, StageGate, Strength, UnknownPoints, Walk,
};
use gradus_engine::program::Program;
use gradus_engine::verdict::EvidenceClass;
use jiff::Span;

use super::requirement::{claimable, is_question, question, requires};
use super::{Rng, numbered};

/// How a model turns criteria into a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Walked,
    LowestDomain,
    Points,
}

/// A model of a name. Gates that would run in a circle through successors are advice instead.
///
/// # Panics
///
/// When the engine refuses it all the same: then the generator is wrong, or the engine is.
pub fn model(rng: &mut Rng, name: &str) -> Model {
    let flavour = *rng.pick(&[
        Flavour::Walked,
        Flavour::Walked,
        Flavour::LowestDomain,
        Flavour::Points,
    ]);
    let stages = stages(rng);
    let domains = domains(rng, flavour);
    let criteria = criteria(rng, flavour, &stages, &domains);
    let mut model = Model {
        name: name.into(),
        title: name.to_owned(),
        version: "1".to_owned(),
        digest: format!("digest-{}", rng.next_number()).into(),
        source: Source::default(),
        stages,
        domains,
        scales: vec![scale()],
        criteria,
        scoring: scoring(rng, flavour),
    };
    if let Err(findings) = Program::compile(Arc::new(model.clone())) {
        assert!(
            findings
                .iter()
                .all(|finding| finding.code == "CriterionCycle"),
            "{findings:?}"
        );
        let edges = model
            .criteria
            .iter_mut()
            .flat_map(|criterion| &mut criterion.depends_on);
        edges.for_each(|edge| edge.strength = Strength::Advise);
    }
    model
}

fn stages(rng: &mut Rng) -> Vec<Stage> {
    let first = rng.below(2);
    let last = first + 2 + rng.below(4);
    (first..=last)
        .map(|rank| Stage {
            rank,
            name: None,
            summary: None,
            gate: (rank == last && rng.chance(25)).then(|| StageGate {
                valid_for: rng.chance(50).then(|| Span::new().days(rng.below(60))),
            }),
            unlocks: Vec::new(),
        })
        .collect()
}

fn domains(rng: &mut Rng, flavour: Flavour) -> Vec<Domain> {
    let count = if flavour == Flavour::LowestDomain {
        1 + rng.below(3)
    } else {
        rng.below(4)
    };
    let domain = |rng: &mut Rng, number, parent| Domain {
        name: numbered("domain", number),
        title: String::new(),
        parent,
        weight: 1 + rng.below(3),
        report: false,
    };
    let mut domains: Vec<Domain> = (0..count).map(|number| domain(rng, number, None)).collect();
    if count > 0 && rng.chance(40) {
        domains.push(domain(rng, count, Some(numbered("domain", 0))));
        domains.push(domain(rng, count + 1, Some(numbered("domain", 0))));
    }
    domains
}

fn scale() -> Scale {
    Scale {
        name: "agree".into(),
        answers: [("act", 0), ("standby", 40), ("active", 75)]
            .map(|(answer, points)| (answer.into(), None, points))
            .into(),
        ranges: vec![(0, 10), (2, 50), (3, 80)],
    }
}

fn scoring(rng: &mut Rng, flavour: Flavour) -> Scoring {
    let walk = Walk {
        numerator: 1 + rng.below(10),
        denominator: 10,
        empty_stage: *rng.pick(&[
            EmptyStage::Skip,
            EmptyStage::Skip,
            EmptyStage::Pass,
            EmptyStage::Fail,
        ]),
    };
    let aggregates = [Aggregate::Mean, Aggregate::Min, Aggregate::Sum];
    let (leaf, inner, over, by) = match flavour {
        Flavour::Walked if rng.chance(15) => (
            Aggregate::Walk,
            Aggregate::None,
            Over::Criteria,
            Aggregate::None,
        ),
        Flavour::Walked => (
            Aggregate::Walk,
            *rng.pick(&[Aggregate::None, Aggregate::Min]),
            Over::Criteria,
            Aggregate::Walk,
        ),
        Flavour::LowestDomain => (
            Aggregate::Walk,
            Aggregate::Min,
            Over::Domains,
            Aggregate::Min,
        ),
        Flavour::Points => (
            *rng.pick(&aggregates),
            *rng.pick(&aggregates),
            *rng.pick(&[Over::Criteria, Over::Domains]),
            *rng.pick(&aggregates),
        ),
    };
    Scoring {
        walk,
        leaf,
        inner,
        over,
        by,
        unknown: *rng.pick(&[
            UnknownPoints::Lowest,
            UnknownPoints::Lowest,
            UnknownPoints::Exclude,
            UnknownPoints::Propagate,
        ]),
        digits: rng.below(3),
        levels: if flavour == Flavour::Points && rng.chance(70) {
            levels(rng)
        } else {
            Vec::new()
        },
    }
}

fn levels(rng: &mut Rng) -> Vec<(u32, i64, i64)> {
    let mut from = 0;
    (0..2 + rng.below(3))
        .map(|rank| {
            let level = (rank, from, 3);
            from += 1 + i64::from(rng.below(20));
            level
        })
        .collect()
}

fn criteria(
    rng: &mut Rng,
    flavour: Flavour,
    stages: &[Stage],
    domains: &[Domain],
) -> Vec<Criterion> {
    let count = 1 + rng.below(10);
    let leaves: Vec<&Domain> = domains
        .iter()
        .filter(|domain| {
            !domains
                .iter()
                .any(|child| child.parent.as_ref() == Some(&domain.name))
        })
        .collect();
    let mut criteria: Vec<Criterion> = Vec::new();
    for number in 0..count {
        let domain = (!leaves.is_empty()).then(|| rng.pick(&leaves).name.clone());
        let criterion = positive(rng, flavour, (number, count), stages, domain);
        criteria.push(criterion);
    }
    for number in 1..count {
        gate(rng, &mut criteria, number);
    }
    for criterion in &mut criteria {
        if criterion.superseded_by.is_empty() && !claimable(&criterion.requires) {
            criterion.kind = CriterionKind::Standard;
        }
    }
    for number in count..count + rng.below(3) {
        let negative = negative(rng, number, &criteria[..count as usize]);
        criteria.push(negative);
    }
    criteria
}

/// Successors have higher numbers, so they never run in a circle.
fn positive(
    rng: &mut Rng,
    flavour: Flavour,
    (number, count): (u32, u32),
    stages: &[Stage],
    domain: Option<Name>,
) -> Criterion {
    let scored = rng.chance(92);
    let asks_question = flavour == Flavour::Points && rng.chance(60);
    let mut successors: Vec<Name> = Vec::new();
    if !asks_question && number + 1 < count && rng.chance(35) {
        let later = count - number - 1;
        successors.push(numbered("criterion", number + 1 + rng.below(later)));
    }
    let walks = flavour != Flavour::Points;
    let upper: Vec<u32> = stages.iter().skip(1).map(|stage| stage.rank).collect();
    Criterion {
        name: numbered("criterion", number),
        stage: (scored && walks).then(|| *rng.pick(&upper)),
        domain,
        also_in: Vec::new(),
        facets: BTreeMap::new(),
        title: String::new(),
        guidance: None,
        outcomes: Vec::new(),
        kind: if rng.chance(30) && !asks_question {
            CriterionKind::Interim
        } else {
            CriterionKind::Standard
        },
        superseded_by: successors,
        negates: None,
        depends_on: Vec::new(),
        weight: 1 + rng.below(3) * rng.below(2),
        scored,
        effort_days: rng.chance(50).then(|| rng.below(30)),
        importance: None,
        at_least: *rng.pick(&[
            EvidenceClass::Declared,
            EvidenceClass::Declared,
            EvidenceClass::Declared,
            EvidenceClass::Attested,
            EvidenceClass::Probed,
        ]),
        external: rng.chance(5),
        waivable: rng.chance(70),
        applies_to: applies_to(rng),
        requires: if asks_question {
            Requires::Leaf(question(rng))
        } else {
            requires(rng)
        },
    }
}

fn applies_to(rng: &mut Rng) -> BTreeMap<Name, Vec<Name>> {
    let mut wanted = BTreeMap::new();
    if rng.chance(12) {
        wanted.insert(
            "setting".into(),
            rng.some(&["acute", "community"], 50)
                .into_iter()
                .map(Into::into)
                .collect(),
        );
        wanted.retain(|_, values: &mut Vec<Name>| !values.is_empty());
    }
    wanted
}

/// Gates point to lower numbers, never to a later stage, a question or something superseded by it.
fn gate(rng: &mut Rng, criteria: &mut [Criterion], number: u32) {
    let (before, from) = criteria.split_at_mut(number as usize);
    let this = &mut from[0];
    let first = rng.pick(before);
    let asks_question = matches!(&this.requires, Requires::Leaf(leaf) if is_question(leaf));
    if rng.chance(30)
        && !asks_question
        && first.stage <= this.stage
        && !leads_to(before, first, &this.name)
    {
        let strength = if rng.chance(80) {
            Strength::Gate
        } else {
            Strength::Advise
        };
        this.depends_on.push(CriterionDependency {
            criterion: first.name.clone(),
            strength,
        });
    }
}

fn leads_to(criteria: &[Criterion], from: &Criterion, name: &Name) -> bool {
    from.superseded_by.iter().any(|successor| {
        successor == name
            || criteria
                .iter()
                .any(|known| known.name == *successor && leads_to(criteria, known, name))
    })
}

fn negative(rng: &mut Rng, number: u32, criteria: &[Criterion]) -> Criterion {
    let names: Vec<Name> = criteria
        .iter()
        .map(|criterion| criterion.name.clone())
        .collect();
    let mut denied = rng.some(&names, 25);
    if denied.is_empty() {
        denied.push(rng.pick(&names).clone());
    }
    Criterion {
        name: numbered("criterion", number),
        stage: None,
        domain: None,
        kind: CriterionKind::Negative,
        superseded_by: Vec::new(),
        depends_on: Vec::new(),
        negates: Some(if rng.chance(50) {
            Negates::AnyOf(denied)
        } else {
            Negates::AllOf(denied)
        }),
        scored: false,
        waivable: false,
        ..criteria[0].clone()
    }
}

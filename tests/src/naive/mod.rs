//! An independent judge: `scoring.md` word by word, as plain recursive functions over maps of text,
//! with no thought of speed. It shares nothing with the engine but the words of its inputs.

mod capability;
mod graded;
mod predicate;
mod requirement;
mod time;
mod verdict;
mod walk;

use std::collections::BTreeMap;

use gradus_engine::key::{Name, ObjectKey};
use gradus_engine::model::{Aggregate, CriterionKind, Model, Over};
use gradus_engine::verdict::{EvidenceClass, Truth, Verdict};
use jiff::Timestamp;
use num_rational::BigRational;

use crate::scene::Scene;
pub use predicate::{Facts, holds as predicate_holds};
use requirement::Case;

/// Kleene's "all of them".
fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
    let mut answer = Truth::True;
    for truth in truths {
        match truth {
            Truth::False => return Truth::False,
            Truth::Unknown => answer = Truth::Unknown,
            Truth::True => {}
        }
    }
    answer
}

/// Kleene's "some of them".
fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
    not(all(truths.into_iter().map(not)))
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::False => Truth::True,
        Truth::Unknown => Truth::Unknown,
        Truth::True => Truth::False,
    }
}

/// How a stage, or points, come out when Unknown counts as not met, when it counts as met, and
/// with neither waivers nor the assessment's own notApplicable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Three<T> {
    /// Unknown counts as not met.
    pub proven: T,
    /// Unknown counts as met.
    pub potential: T,
    /// Neither waivers nor notApplicable.
    pub without_waivers: T,
}

/// What the judge says of one assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Whether there is anything to say; the rest says nothing otherwise.
    pub assessed: bool,
    /// Verdicts by criterion.
    pub verdicts: BTreeMap<String, Verdict>,
    /// The class of what is scored and met by itself.
    pub classes: BTreeMap<String, EvidenceClass>,
    /// The stage; none in models without an overall stage.
    pub stage: Three<Option<u32>>,
    /// Stages of the listed domains.
    pub domain_stages: BTreeMap<String, Option<u32>>,
    /// Exact points.
    pub score: Three<Option<BigRational>>,
    /// The points as shown.
    pub shown: Option<String>,
    /// Counts of verdicts over scored positive criteria.
    pub tally: BTreeMap<Verdict, u64>,
    /// Weight missing for the lowest stage that does not pass, where stages are walked.
    pub missing: Option<u64>,
}

/// Judges one assessment. None when its model is not there or it is a roll-up.
pub fn judge(scene: &Scene, key: &ObjectKey, now: Timestamp) -> Option<Judgement> {
    let (_, placed, assessment) = scene.assessments().find(|(known, _, _)| *known == key)?;
    let model = scene
        .model(&assessment.model)
        .filter(|_| !assessment.rolls_up)?;
    let case = Case {
        scene,
        model,
        assessment,
        name: &key.name,
        namespace: &key.namespace,
        now,
        bare: false,
    };
    let bare = Case {
        bare: true,
        ..case.clone()
    };
    let marked = scene
        .ledgers
        .get(&placed.life.uid)
        .is_some_and(|ledger| ledger.high_water.is_some() || !ledger.domain_high_water.is_empty());
    let verdicts = verdict::verdicts(&case);
    let bare_verdicts = verdict::verdicts(&bare);
    let stage =
        |verdicts, bare: &Case<'_>, unknown_counts| stage_of(bare, verdicts, unknown_counts);
    let points =
        |verdicts, case: &Case<'_>, unknown_counts| graded::overall(case, verdicts, unknown_counts);
    let score = Three {
        proven: points(&verdicts, &case, false),
        potential: points(&verdicts, &case, true),
        without_waivers: points(&bare_verdicts, &bare, false),
    };
    Some(Judgement {
        assessed: marked || refers(&case),
        classes: classes(&case, &verdicts),
        stage: Three {
            proven: stage(&verdicts, &case, false),
            potential: stage(&verdicts, &case, true),
            without_waivers: stage(&bare_verdicts, &bare, false),
        },
        domain_stages: domain_stages(&case, &verdicts),
        shown: score
            .proven
            .as_ref()
            .map(|score| graded::shown(score, &model.scoring)),
        score,
        tally: tally(model, &verdicts),
        missing: (model.scoring.by == Aggregate::Walk).then(|| walk::missing(&case, &verdicts)),
        verdicts,
    })
}

/// "No criterion of this model refers to any selected Capability or counted Attestation".
fn refers(case: &Case<'_>) -> bool {
    let kinds: Vec<Name> = case
        .model
        .criteria
        .iter()
        .flat_map(|criterion| requirement::kinds(&criterion.requires))
        .collect();
    case.selected()
        .any(|(_, capability)| kinds.contains(&capability.kind))
        || walk::any_award(case)
}

fn stage_of(
    case: &Case<'_>,
    verdicts: &BTreeMap<String, Verdict>,
    unknown_counts: bool,
) -> Option<u32> {
    let scoring = &case.model.scoring;
    match (scoring.over, scoring.by) {
        (_, Aggregate::None) => None,
        (_, Aggregate::Walk) => walk::stage(case, verdicts, None, unknown_counts),
        (Over::Domains, Aggregate::Min) if scoring.leaf == Aggregate::Walk => {
            let roots = case
                .model
                .domains
                .iter()
                .filter(|domain| domain.parent.is_none());
            roots
                .filter_map(|domain| {
                    walk::domain_stage(case, verdicts, &domain.name, unknown_counts)
                })
                .min()
        }
        _ => graded::level(
            graded::overall(case, verdicts, unknown_counts).as_ref(),
            scoring,
        ),
    }
}

fn domain_stages(
    case: &Case<'_>,
    verdicts: &BTreeMap<String, Verdict>,
) -> BTreeMap<String, Option<u32>> {
    let listed = case
        .model
        .domains
        .iter()
        .filter(|domain| walk::listed(case, verdicts, &domain.name));
    listed
        .map(|domain| {
            let stage = if case.model.scoring.leaf == Aggregate::Walk {
                walk::domain_stage(case, verdicts, &domain.name, false)
            } else {
                graded::domain_level(case, verdicts, &domain.name)
            };
            (domain.name.to_string(), stage)
        })
        .collect()
}

fn classes(
    case: &Case<'_>,
    verdicts: &BTreeMap<String, Verdict>,
) -> BTreeMap<String, EvidenceClass> {
    let met = case
        .model
        .criteria
        .iter()
        .filter(|criterion| verdicts.get(&*criterion.name) == Some(&Verdict::Met));
    met.filter(|criterion| criterion.scored && criterion.kind != CriterionKind::Negative)
        .filter_map(|criterion| {
            Some((
                criterion.name.to_string(),
                requirement::class(case, criterion)?,
            ))
        })
        .collect()
}

fn tally(model: &Model, verdicts: &BTreeMap<String, Verdict>) -> BTreeMap<Verdict, u64> {
    let mut tally = BTreeMap::new();
    for criterion in &model.criteria {
        if criterion.scored && criterion.kind != CriterionKind::Negative {
            *tally.entry(verdicts[&*criterion.name]).or_default() += 1;
        }
    }
    tally
}

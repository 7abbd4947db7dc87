//! Scores: `docs/reference/scoring.md` §1 to §5, §7 and §8 word by word, as plain recursive functions over maps of
//! text, with no thought of speed.

mod capability;
mod case;
mod graded;
mod leaf;
mod predicate;
mod question;
mod reading;
mod requirement;
pub(super) mod time;
mod truth;
mod verdict;
mod walk;

use std::collections::BTreeMap;

use gradus_engine::key::{Name, ObjectKey};
use gradus_engine::model::{Aggregate, CriterionKind};
use gradus_engine::object::{Attestation, Subject, Waiver};
use gradus_engine::verdict::{EvidenceClass, Verdict};
use jiff::Timestamp;
use num_rational::BigRational;

use crate::scene::Scene;
pub(super) use case::Case;
pub use predicate::{Facts, holds as predicate_holds};
pub(super) use reading::Reading;
pub(super) use verdict::Site;

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

/// What the oracle says of one assessment.
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

/// Scores one assessment. None when its model is not there or it is a roll-up.
pub fn judge(scene: &Scene, key: &ObjectKey, now: Timestamp) -> Option<Judgement> {
    let case = Case::of(scene, key, now)?;
    let site = Site::of(case.clone());
    let bare_site = Site::of(Case { bare: true, ..case });
    let (verdicts, bare_verdicts) = (site.verdicts(), bare_site.verdicts());
    let proven = Reading {
        site: &site,
        verdicts: &verdicts,
        unknown_counts: false,
        awarded: false,
    };
    let potential = Reading {
        unknown_counts: true,
        ..proven
    };
    let bare = Reading {
        site: &bare_site,
        verdicts: &bare_verdicts,
        ..proven
    };
    let three = [proven, potential, bare];
    let [stage, potential_stage, bare_stage] = three.map(|reading| reading.overall_stage());
    let [points, potential_points, bare_points] = three.map(|reading| reading.overall_points());
    let scoring = &site.case.model.scoring;
    let told = !proven.undetermined();
    Some(Judgement {
        assessed: told && (marked(&site.case, key) || refers(&site.case)),
        classes: classes(&proven),
        stage: Three {
            proven: stage,
            potential: potential_stage,
            without_waivers: bare_stage,
        },
        domain_stages: domain_stages(&proven),
        shown: points.as_ref().map(|points| graded::shown(points, scoring)),
        score: Three {
            proven: points,
            potential: potential_points,
            without_waivers: bare_points,
        },
        tally: tally(&proven),
        missing: (scoring.by == Aggregate::Walk).then(|| proven.missing()),
        verdicts,
    })
}

/// The proven stage alone; none where there is none, or nothing can be told.
pub(super) fn stage(scene: &Scene, key: &ObjectKey, now: Timestamp) -> Option<u32> {
    let judgement = judge(scene, key, now)?;
    judgement.stage.proven.filter(|_| judgement.assessed)
}

/// Whether anything that the site has is asked for by its model.
pub(super) fn refers_to_anything(scene: &Scene, key: &ObjectKey, now: Timestamp) -> bool {
    Case::of(scene, key, now).is_some_and(|case| refers(&case))
}

/// Whether an attestation counts at an instant; of an award, by the gate of the stage that it grants.
pub(super) fn in_force(scene: &Scene, attestation: &Attestation, now: Timestamp) -> bool {
    let valid_for = match &attestation.subject {
        Subject::Capability(_) => None,
        Subject::Award { model, stage, .. } => scene
            .model(model)
            .and_then(|model| model.stages.iter().find(|known| known.rank == *stage))
            .and_then(|stage| stage.gate?.valid_for),
    };
    time::attested(attestation, now) && time::lasts(attestation, valid_for, now)
}

/// Whether a waiver is effective at an instant.
pub(super) fn waiver_in_force(waiver: &Waiver, now: Timestamp) -> bool {
    time::waived(waiver, now)
}

fn marked(case: &Case<'_>, key: &ObjectKey) -> bool {
    let placed = case.scene.objects.get(key);
    let ledger = placed.and_then(|placed| case.scene.ledgers.get(&placed.life.uid));
    ledger.is_some_and(|ledger| ledger.high_water.is_some() || !ledger.domain_high_water.is_empty())
}

/// "No criterion of this model refers to any selected Capability or counted Attestation".
fn refers(case: &Case<'_>) -> bool {
    let criteria = case.model.criteria.iter();
    let kinds: Vec<Name> = criteria
        .flat_map(|criterion| requirement::kinds(&criterion.requires))
        .collect();
    let mut selected = case.selected();
    selected.any(|(_, capability)| kinds.contains(&capability.kind))
        || walk::awards(case).next().is_some()
}

fn domain_stages(reading: &Reading<'_, '_>) -> BTreeMap<String, Option<u32>> {
    let domains = reading.case().model.domains.iter();
    domains
        .filter(|domain| reading.listed(&domain.name))
        .map(|domain| {
            let stage = reading.stage_of_domain(&domain.name);
            (domain.name.to_string(), stage)
        })
        .collect()
}

fn classes(reading: &Reading<'_, '_>) -> BTreeMap<String, EvidenceClass> {
    let criteria = reading.case().model.criteria.iter();
    criteria
        .filter(|criterion| reading.verdicts.get(&*criterion.name) == Some(&Verdict::Met))
        .filter(|criterion| criterion.scored && criterion.kind != CriterionKind::Negative)
        .filter_map(|criterion| {
            let class = requirement::class(reading.case(), criterion)?;
            Some((criterion.name.to_string(), class))
        })
        .collect()
}

fn tally(reading: &Reading<'_, '_>) -> BTreeMap<Verdict, u64> {
    let mut tally = BTreeMap::new();
    for criterion in &reading.case().model.criteria {
        if criterion.scored && criterion.kind != CriterionKind::Negative {
            *tally.entry(reading.verdicts[&*criterion.name]).or_default() += 1;
        }
    }
    tally
}

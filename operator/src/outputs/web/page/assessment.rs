//! One assessment: the ladder, what moved it, what is missing, what ends.

use askama::Template;
use gradus_crds::wording::calendar::{day, last_day};
use gradus_crds::wording::{self, ending, lists, sentence, target};
use gradus_engine::key::{Name, ObjectKey};
use gradus_engine::model::Model;
use gradus_engine::verdict::Verdict;
use gradus_engine::view::{AssessmentView, DomainView, Gap, NextStep};

use super::super::link;
use super::chip::{Chip, chips, trouble};
use super::criteria::{self, Group};
use super::glyphs;
use super::heatmap::{Heatmap, heatmap};
use super::history::{History, history};
use super::ladder::{Ladder, ladder};
use super::runway::{Runway, runway};
use super::shape::{Segment, bar};
use super::{Frame, Link};

/// How many gaps the page names before it points to the list.
const GAPS: usize = 8;

#[derive(Template)]
#[template(path = "assessment.html")]
struct Page<'a> {
    frame: &'a Frame,
    namespace: String,
    name: String,
    heading: String,
    model: Link,
    owner: Option<String>,
    tone: &'static str,
    stage: Option<String>,
    top: Option<u32>,
    score: Option<String>,
    sentence: String,
    first: Option<String>,
    risk: Option<String>,
    chips: Vec<Chip>,
    stale: Vec<String>,
    facts: Vec<(&'static str, String)>,
    ladder: Option<Ladder>,
    threshold: Option<String>,
    confidence: Vec<Segment>,
    confidence_parts: Vec<(&'static str, &'static str, u64)>,
    missing: Option<Missing>,
    steps: Vec<Step>,
    runway: Runway,
    heatmap: Option<Heatmap>,
    legend: Vec<(&'static str, &'static str)>,
    domains: Vec<DomainRow>,
    groups: Vec<Group>,
    history: Option<History>,
    disclaimer: Option<String>,
}

/// What is missing for the next stage.
struct Missing {
    stage: u32,
    weight: u64,
    gaps: Vec<GapRow>,
    others: usize,
}

struct GapRow {
    glyph: &'static str,
    word: &'static str,
    title: String,
    href: String,
    reason: &'static str,
    owner: Option<String>,
}

struct Step {
    title: String,
    href: String,
    gain: Option<String>,
    effort: Option<String>,
    unlocks: Vec<String>,
    blocked_by: Vec<String>,
}

struct DomainRow {
    title: String,
    nested: bool,
    standing: Option<String>,
    bar: Vec<Segment>,
    counts: String,
    missing: u64,
}

/// Renders the page of an assessment; none when there is no such assessment.
pub(in crate::outputs::web) fn assessment(
    frame: &Frame,
    key: &ObjectKey,
) -> Option<askama::Result<String>> {
    let view = frame.snapshot.assessments.get(key)?;
    Some(page(frame, view).render())
}

fn page<'a>(frame: &'a Frame, view: &AssessmentView) -> Page<'a> {
    let model = view.program.as_ref().map(|program| program.model.as_ref());
    let spec = &view.spec;
    Page {
        frame,
        namespace: view.key.namespace.to_string(),
        name: view.key.name.to_string(),
        heading: spec.scope.as_ref().unwrap_or(&view.key.name).to_string(),
        model: Link::new(
            model.map_or_else(|| spec.model.to_string(), |model| model.title.clone()),
            link::model(&spec.model),
        ),
        owner: wording::owner(&spec.owner),
        tone: trouble(view).class(),
        stage: view.shown_stage().map(|stage| stage.to_string()),
        top: view.stages.last().map(|stage| stage.rank),
        score: view.score.as_ref().map(|score| score.shown.clone()),
        sentence: sentence(view),
        first: first(view),
        risk: risk(view),
        chips: chips(view),
        stale: view.stale_sources.iter().map(ToString::to_string).collect(),
        facts: facts(view),
        ladder: ladder(view),
        threshold: model
            .filter(|_| view.stages.iter().any(|stage| stage.of > 0))
            .and_then(threshold),
        confidence: bar(
            &confidence(view).map(|(class, _, part)| (class, part)),
            applicable(view),
        ),
        confidence_parts: confidence(view)
            .into_iter()
            .filter(|(_, _, part)| *part > 0)
            .collect(),
        missing: missing(view),
        steps: view
            .next_steps
            .iter()
            .map(|step| next_step(view, step))
            .collect(),
        runway: runway(view),
        heatmap: heatmap(view),
        legend: glyphs::legend(),
        domains: view.domains.iter().map(domain_row).collect(),
        groups: criteria::groups(view),
        history: history(view),
        disclaimer: model
            .map(|model| model.source.disclaimer.clone())
            .filter(|text| !text.is_empty()),
    }
}

/// The sentence says it itself until something else is told.
fn first(view: &AssessmentView) -> Option<String> {
    let told_more = view.ledger.sequence > 1;
    let first = view.ledger.first.as_ref().filter(|_| told_more)?;
    Some(format!(
        "First measured at stage {} on {}.",
        first.stage,
        day(first.at)
    ))
}

/// Why the target is at risk.
fn risk(view: &AssessmentView) -> Option<String> {
    let risk = target::at_risk(view).filter(|_| view.suspended().is_none())?;
    Some(format!("{}.", wording::capitalised(&risk)))
}

/// The other numbers of the ladder, with their names.
fn facts(view: &AssessmentView) -> Vec<(&'static str, String)> {
    let stage = |stage: Option<u32>| stage.map(|stage| format!("Stage {stage}"));
    let target = view.spec.target.as_ref().map(|target| match target.by {
        Some(by) => format!("Stage {} by {}", target.stage, by.strftime("%-d %b %Y")),
        None => format!("Stage {}", target.stage),
    });
    let award = view.awarded.as_ref().map(|award| {
        format!(
            "Stage {} by {} until {}",
            award.stage,
            award.organisation,
            last_day(award.valid_until)
        )
    });
    let mark = view
        .ledger
        .high_water
        .as_ref()
        .map(|mark| format!("Stage {} on {}", mark.stage, day(mark.at)));
    let forecast = view.forecast.as_ref().map(ending::fall);
    let answers = view
        .score
        .as_ref()
        .map(|score| format!("{} of {}", score.known, score.of));
    [
        ("Potential stage", stage(view.potential_stage)),
        ("Without waivers", stage(view.stage_without_waivers)),
        (
            "Points",
            view.score.as_ref().map(|score| score.shown.clone()),
        ),
        (
            "Points if answered best",
            view.score
                .as_ref()
                .map(|score| score.potential_shown.clone()),
        ),
        ("Answered", answers),
        ("High-water mark", mark),
        ("Target", target),
        ("Awarded", award),
        ("Falls if nobody acts", forecast),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn threshold(model: &Model) -> Option<String> {
    let walk = model.scoring.walk;
    let percent = walk
        .numerator
        .checked_mul(100)?
        .checked_div(walk.denominator)?;
    Some(format!(
        "A stage passes when {percent} % of it is met, and counts when every stage below passes too."
    ))
}

fn applicable(view: &AssessmentView) -> u64 {
    view.tally.of.saturating_sub(view.tally.not_applicable)
}

/// What the applicable criteria rest on, the surest first.
fn confidence(view: &AssessmentView) -> [(&'static str, &'static str, u64); 7] {
    let of = &view.confidence;
    [
        ("probed", "probed", of.probed),
        ("attested", "attested", of.attested),
        ("declared", "declared", of.declared),
        ("held", "held", of.held),
        ("waived", "waived", of.waived),
        ("unknown", "unknown", of.unknown),
        ("unmet", "not met", view.tally.unmet),
    ]
}

/// In graded models a stage is a level of points, and nothing of it can be missing.
fn missing(view: &AssessmentView) -> Option<Missing> {
    let stage = view.next_stage?;
    let rung = view.stages.iter().find(|rung| rung.rank == stage)?;
    if rung.of == 0 && rung.gate.is_none() {
        return None;
    }
    let of_stage: Vec<&Gap> = view
        .gaps
        .iter()
        .filter(|gap| gap.stage == Some(stage))
        .collect();
    let gaps = of_stage
        .iter()
        .take(GAPS)
        .map(|gap| gap_row(view, gap))
        .collect();
    Some(Missing {
        stage,
        weight: view.missing,
        gaps,
        others: of_stage.len().saturating_sub(GAPS),
    })
}

fn gap_row(view: &AssessmentView, gap: &Gap) -> GapRow {
    GapRow {
        glyph: glyphs::of_verdict(gap.verdict),
        word: lists::verdict(gap.verdict),
        title: criteria::title(view, &gap.criterion),
        href: link::criterion(&gap.criterion),
        reason: lists::reason(gap.reason),
        owner: gap.owner.as_ref().map(ToString::to_string),
    }
}

fn next_step(view: &AssessmentView, step: &NextStep) -> Step {
    let titles = |names: &[Name]| {
        names
            .iter()
            .map(|name| criteria::title(view, name))
            .collect()
    };
    let gain = usize::try_from(step.gain).unwrap_or(usize::MAX);
    Step {
        title: criteria::title(view, &step.criterion),
        href: link::criterion(&step.criterion),
        gain: (gain > 0).then(|| format!("+{}", wording::count(gain, "stage", "stages"))),
        effort: step
            .effort_days
            .map(|days| format!("{days} days of effort")),
        unlocks: titles(&step.unlocks),
        blocked_by: titles(&step.blocked_by),
    }
}

fn domain_row(domain: &DomainView) -> DomainRow {
    let standing = match (domain.stage, &domain.score) {
        (Some(stage), Some(score)) => Some(format!("Stage {stage} ({score})")),
        (Some(stage), None) => Some(format!("Stage {stage}")),
        (None, Some(score)) => Some(score.clone()),
        (None, None) => None,
    };
    DomainRow {
        title: domain.title.clone(),
        nested: domain.parent.is_some(),
        standing,
        bar: bar(&[(glyphs::of_verdict(Verdict::Met), domain.met)], domain.of),
        counts: format!("{} of {}", domain.met, domain.of),
        missing: domain.missing,
    }
}

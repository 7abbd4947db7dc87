//! What each family says of one assessment.

use std::io;

use gradus_engine::object::Target;
use gradus_engine::time::end_of;
use gradus_engine::view::{AssessmentView, DomainView};

use super::catalogue::{self as family, Family};
use super::labels::{self, AssessmentLabels};
use super::text::{Number, Samples, Value};
use SampleReader::{Labelled, Single};

/// What a family says of an assessment.
pub(super) enum SampleReader {
    /// One number at most.
    Single(fn(&AssessmentView) -> Option<Value<'_>>),
    /// A sample with more labels, or one per label value.
    Labelled(fn(&AssessmentView, &AssessmentLabels<'_>, &mut Samples<'_, '_>) -> io::Result<()>),
}

/// The core families about assessments, by name.
pub(super) const ASSESSMENTS: &[(Family, SampleReader)] = &[
    (
        family::ASSESSMENT_ASSESSED,
        Single(|view| Some(Value::from(view.assessed))),
    ),
    (
        family::ASSESSMENT_AWARDED_STAGE,
        Single(|view| {
            view.awarded
                .as_ref()
                .map(|award| award.stage)
                .map(Value::from)
        }),
    ),
    (family::ASSESSMENT_CRITERIA, Labelled(criteria)),
    (
        family::ASSESSMENT_DOMAIN_HIGH_WATER_STAGE,
        Labelled(|view, a, out| {
            reported(view, a, out, |domain| {
                view.ledger
                    .domain_high_water
                    .get(domain.name.as_ref())
                    .copied()
            })
        }),
    ),
    (
        family::ASSESSMENT_DOMAIN_SCORE,
        Labelled(|view, a, out| reported(view, a, out, |domain| domain.score.as_deref())),
    ),
    (
        family::ASSESSMENT_DOMAIN_STAGE,
        Labelled(|view, a, out| reported(view, a, out, |domain| domain.stage)),
    ),
    (
        family::ASSESSMENT_EVIDENCE_CRITERIA,
        Labelled(evidence_criteria),
    ),
    (
        family::ASSESSMENT_FALL_STAGE,
        Single(|view| {
            view.forecast
                .as_ref()
                .map(|fall| fall.stage)
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_FALL_TIMESTAMP_SECONDS,
        Single(|view| {
            view.forecast
                .as_ref()
                .map(|fall| fall.at.as_second())
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_HIGH_WATER_STAGE,
        Single(|view| {
            view.ledger
                .high_water
                .as_ref()
                .map(|mark| mark.stage)
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_INFO,
        Labelled(|_, a, out| out.put(&[a.identity, a.info()], 1_u8)),
    ),
    (
        family::ASSESSMENT_MISSING_CRITERIA,
        Single(|view| view.stage.map(|_| view.missing).map(Value::from)),
    ),
    (
        family::ASSESSMENT_PAUSE_END_TIMESTAMP_SECONDS,
        Single(|view| {
            let until = view.spec.engagement.until.filter(|_| view.paused);
            until.map(|day| end_of(day).as_second()).map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_POTENTIAL_SCORE,
        Single(|view| {
            view.score
                .as_ref()
                .map(|score| score.potential_shown.as_str())
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_POTENTIAL_STAGE,
        Single(|view| view.potential_stage.map(Value::from)),
    ),
    (
        family::ASSESSMENT_REGRESSED,
        Single(|view| Some(Value::from(view.regressed()))),
    ),
    (
        family::ASSESSMENT_REGRESSION_INFO,
        Labelled(regression_info),
    ),
    (
        family::ASSESSMENT_REGRESSIONS_TOTAL,
        Single(|view| Some(Value::from(view.ledger.regressions))),
    ),
    (
        family::ASSESSMENT_SCORE,
        Single(|view| {
            view.score
                .as_ref()
                .map(|score| score.shown.as_str())
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_STAGE,
        Single(|view| view.shown_stage().map(Value::from)),
    ),
    (
        family::ASSESSMENT_STAGE_CHANGED_TIMESTAMP_SECONDS,
        Single(|view| {
            view.ledger
                .stage_changed_at
                .map(jiff::Timestamp::as_second)
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_TARGET_AT_RISK,
        Single(|view| {
            view.spec
                .target
                .as_ref()
                .map(|_| view.target_at_risk())
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_TARGET_STAGE,
        Single(|view| {
            view.spec
                .target
                .as_ref()
                .map(|target| target.stage)
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_TARGET_TIMESTAMP_SECONDS,
        Single(|view| {
            view.spec
                .target
                .as_ref()
                .and_then(target_end)
                .map(Value::from)
        }),
    ),
    (
        family::ASSESSMENT_STAGE_WITHOUT_WAIVERS,
        Single(|view| view.stage_without_waivers.map(Value::from)),
    ),
];

fn target_end(target: &Target) -> Option<i64> {
    target.by.map(|day| end_of(day).as_second())
}

/// An assessment that cannot be scored has no counts: zeros would say that nothing is missing.
fn criteria(
    view: &AssessmentView,
    a: &AssessmentLabels<'_>,
    out: &mut Samples<'_, '_>,
) -> io::Result<()> {
    if view.problem.is_some() {
        return Ok(());
    }
    let tally = &view.tally;
    let by_verdict = [
        tally.met,
        tally.held,
        tally.unmet,
        tally.unknown,
        tally.not_applicable,
        tally.waived,
    ];
    out.put_each(&[a.identity], by_verdict)
}

fn evidence_criteria(
    view: &AssessmentView,
    a: &AssessmentLabels<'_>,
    out: &mut Samples<'_, '_>,
) -> io::Result<()> {
    if view.problem.is_some() {
        return Ok(());
    }
    let confidence = &view.confidence;
    let by_class = [
        confidence.probed,
        confidence.attested,
        confidence.declared,
        confidence.held,
        confidence.waived,
        confidence.unknown,
    ];
    out.put_each(&[a.identity], by_class)
}

fn reported<'v, N: Number>(
    view: &'v AssessmentView,
    a: &AssessmentLabels<'_>,
    out: &mut Samples<'_, '_>,
    value: impl Fn(&'v DomainView) -> Option<N>,
) -> io::Result<()> {
    for (domain, label) in labels::reported(view).zip(a.domains()) {
        out.put_some(&[a.identity, label], value(domain))?;
    }
    Ok(())
}

fn regression_info(
    _: &AssessmentView,
    a: &AssessmentLabels<'_>,
    out: &mut Samples<'_, '_>,
) -> io::Result<()> {
    let regression = a.regression();
    let fallen = Some(1_u8).filter(|_| !regression.is_empty());
    out.put_some(&[a.identity, regression], fallen)
}

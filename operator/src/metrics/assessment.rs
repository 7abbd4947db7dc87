//! What each family says of one assessment.

use std::io;

use gradus_engine::object::Target;
use gradus_engine::time::end_of;
use gradus_engine::view::{AssessmentView, DomainView};

use super::catalogue::{self as family, Family};
use super::labels::{self, AssessmentLabels};
use super::text::{Number, Samples};

/// Writes what a family says of an assessment: nothing, one sample, or one per label value.
type Projection =
    fn(&AssessmentView, &AssessmentLabels<'_>, &mut Samples<'_, '_>) -> io::Result<()>;

/// The core families about assessments, by name.
pub(super) const ASSESSMENTS: &[(Family, Projection)] = &[
    (family::ASSESSMENT_ASSESSED, |view, a, out| {
        out.put(&[a.identity], u8::from(view.assessed))
    }),
    (family::ASSESSMENT_AWARDED_STAGE, |view, a, out| {
        out.put_some(
            &[a.identity],
            view.awarded.as_ref().map(|award| award.stage),
        )
    }),
    (family::ASSESSMENT_CRITERIA, criteria),
    (
        family::ASSESSMENT_DOMAIN_HIGH_WATER_STAGE,
        |view, a, out| {
            reported(view, a, out, |domain| {
                view.ledger
                    .domain_high_water
                    .get(domain.name.as_ref())
                    .copied()
            })
        },
    ),
    (family::ASSESSMENT_DOMAIN_SCORE, |view, a, out| {
        reported(view, a, out, |domain| domain.score.as_deref())
    }),
    (family::ASSESSMENT_DOMAIN_STAGE, |view, a, out| {
        reported(view, a, out, |domain| domain.stage)
    }),
    (family::ASSESSMENT_EVIDENCE_CRITERIA, evidence_criteria),
    (family::ASSESSMENT_FALL_STAGE, |view, a, out| {
        out.put_some(&[a.identity], view.forecast.as_ref().map(|fall| fall.stage))
    }),
    (family::ASSESSMENT_FALL_TIMESTAMP_SECONDS, |view, a, out| {
        out.put_some(
            &[a.identity],
            view.forecast.as_ref().map(|fall| fall.at.as_second()),
        )
    }),
    (family::ASSESSMENT_HIGH_WATER_STAGE, |view, a, out| {
        out.put_some(
            &[a.identity],
            view.ledger.high_water.as_ref().map(|mark| mark.stage),
        )
    }),
    (family::ASSESSMENT_INFO, |_, a, out| {
        out.put(&[a.identity, a.info()], 1_u8)
    }),
    (family::ASSESSMENT_MISSING_CRITERIA, |view, a, out| {
        out.put_some(&[a.identity], view.stage.map(|_| view.missing))
    }),
    (
        family::ASSESSMENT_PAUSE_END_TIMESTAMP_SECONDS,
        |view, a, out| {
            let until = view.spec.engagement.until.filter(|_| view.paused);
            out.put_some(&[a.identity], until.map(|day| end_of(day).as_second()))
        },
    ),
    (family::ASSESSMENT_POTENTIAL_SCORE, |view, a, out| {
        out.put_some(
            &[a.identity],
            view.score
                .as_ref()
                .map(|score| score.potential_shown.as_str()),
        )
    }),
    (family::ASSESSMENT_POTENTIAL_STAGE, |view, a, out| {
        out.put_some(&[a.identity], view.potential_stage)
    }),
    (family::ASSESSMENT_REGRESSED, |view, a, out| {
        out.put(&[a.identity], u8::from(view.regressed()))
    }),
    (family::ASSESSMENT_REGRESSION_INFO, regression_info),
    (family::ASSESSMENT_REGRESSIONS_TOTAL, |view, a, out| {
        out.put(&[a.identity], view.ledger.regressions)
    }),
    (family::ASSESSMENT_SCORE, |view, a, out| {
        out.put_some(
            &[a.identity],
            view.score.as_ref().map(|score| score.shown.as_str()),
        )
    }),
    (family::ASSESSMENT_STAGE, |view, a, out| {
        out.put_some(&[a.identity], view.shown_stage())
    }),
    (
        family::ASSESSMENT_STAGE_CHANGED_TIMESTAMP_SECONDS,
        |view, a, out| {
            out.put_some(
                &[a.identity],
                view.ledger.stage_changed_at.map(jiff::Timestamp::as_second),
            )
        },
    ),
    (family::ASSESSMENT_TARGET_AT_RISK, |view, a, out| {
        out.put_some(
            &[a.identity],
            view.spec
                .target
                .as_ref()
                .map(|_| u8::from(view.target_at_risk)),
        )
    }),
    (family::ASSESSMENT_TARGET_STAGE, |view, a, out| {
        out.put_some(
            &[a.identity],
            view.spec.target.as_ref().map(|target| target.stage),
        )
    }),
    (
        family::ASSESSMENT_TARGET_TIMESTAMP_SECONDS,
        |view, a, out| {
            out.put_some(
                &[a.identity],
                view.spec.target.as_ref().and_then(target_end),
            )
        },
    ),
    (family::ASSESSMENT_UNWAIVED_STAGE, |view, a, out| {
        out.put_some(&[a.identity], view.stage_without_waivers)
    }),
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
    for (domain, label) in labels::reported(view).zip(a.domains_and_impacts()) {
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

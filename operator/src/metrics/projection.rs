//! What each family says of one assessment.

use std::io;

use gradus_engine::object::{EngagementState, Mode, Target};
use gradus_engine::time::end_of;
use gradus_engine::verdict::{EvidenceClass, Verdict};
use gradus_engine::view::{AssessmentView, DomainView};

use super::catalogue::{self as family, Family};
use super::text::{Identity, Samples};

/// Writes what a family says of an assessment: nothing, one sample, or one per label value.
type Projection = fn(&AssessmentView, &Identity, &mut Samples<'_>) -> io::Result<()>;

/// The families about assessments, by name.
pub(super) const ASSESSMENT_PROJECTIONS: &[(Family, Projection)] = &[
    (family::ASSESSMENT_ASSESSED, |view, a, out| {
        out.put(a, &[], u8::from(view.assessed))
    }),
    (family::ASSESSMENT_AWARDED_STAGE, |view, a, out| {
        out.put_some(a, view.awarded.as_ref().map(|award| award.stage))
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
        reported(view, a, out, |domain| domain.score.clone())
    }),
    (family::ASSESSMENT_DOMAIN_STAGE, |view, a, out| {
        reported(view, a, out, |domain| domain.stage)
    }),
    (family::ASSESSMENT_EVIDENCE_CRITERIA, evidence_criteria),
    (family::ASSESSMENT_FALL_STAGE, |view, a, out| {
        out.put_some(a, view.forecast.as_ref().map(|fall| fall.stage))
    }),
    (family::ASSESSMENT_FALL_TIMESTAMP_SECONDS, |view, a, out| {
        out.put_some(a, view.forecast.as_ref().map(|fall| fall.at.as_second()))
    }),
    (family::ASSESSMENT_HIGH_WATER_STAGE, |view, a, out| {
        out.put_some(a, view.ledger.high_water.as_ref().map(|mark| mark.stage))
    }),
    (family::ASSESSMENT_INFO, info),
    (family::ASSESSMENT_MISSING_CRITERIA, |view, a, out| {
        out.put_some(a, view.stage.map(|_| view.missing))
    }),
    (
        family::ASSESSMENT_PAUSE_END_TIMESTAMP_SECONDS,
        |view, a, out| {
            let until = view.spec.engagement.until.filter(|_| view.paused);
            out.put_some(a, until.map(|day| end_of(day).as_second()))
        },
    ),
    (family::ASSESSMENT_POTENTIAL_SCORE, |view, a, out| {
        out.put_some(a, view.score.as_ref().map(|score| &score.potential_shown))
    }),
    (family::ASSESSMENT_POTENTIAL_STAGE, |view, a, out| {
        out.put_some(a, view.potential_stage)
    }),
    (family::ASSESSMENT_REGRESSED, |view, a, out| {
        out.put(a, &[], u8::from(view.regressed()))
    }),
    (family::ASSESSMENT_REGRESSION_INFO, regression_info),
    (family::ASSESSMENT_REGRESSIONS_TOTAL, |view, a, out| {
        out.put(a, &[], view.ledger.regressions)
    }),
    (family::ASSESSMENT_SCORE, |view, a, out| {
        out.put_some(a, view.score.as_ref().map(|score| &score.shown))
    }),
    (family::ASSESSMENT_STAGE, |view, a, out| {
        out.put_some(a, view.shown_stage())
    }),
    (
        family::ASSESSMENT_STAGE_CHANGED_TIMESTAMP_SECONDS,
        |view, a, out| {
            out.put_some(
                a,
                view.ledger.stage_changed_at.map(jiff::Timestamp::as_second),
            )
        },
    ),
    (family::ASSESSMENT_TARGET_AT_RISK, |view, a, out| {
        out.put_some(
            a,
            view.spec
                .target
                .as_ref()
                .map(|_| u8::from(view.target_at_risk)),
        )
    }),
    (family::ASSESSMENT_TARGET_STAGE, |view, a, out| {
        out.put_some(a, view.spec.target.as_ref().map(|target| target.stage))
    }),
    (
        family::ASSESSMENT_TARGET_TIMESTAMP_SECONDS,
        |view, a, out| out.put_some(a, view.spec.target.as_ref().and_then(target_end)),
    ),
    (family::ASSESSMENT_UNWAIVED_STAGE, |view, a, out| {
        out.put_some(a, view.stage_without_waivers)
    }),
];

fn target_end(target: &Target) -> Option<i64> {
    target.by.map(|day| end_of(day).as_second())
}

/// An assessment that cannot be scored has no counts: zeros would say that nothing is missing.
fn criteria(view: &AssessmentView, a: &Identity, out: &mut Samples<'_>) -> io::Result<()> {
    if view.problem.is_some() {
        return Ok(());
    }
    for verdict in Verdict::ALL {
        let tally = &view.tally;
        let count = match verdict {
            Verdict::Met => tally.met,
            Verdict::Held => tally.held,
            Verdict::Unmet => tally.unmet,
            Verdict::Unknown => tally.unknown,
            Verdict::NotApplicable => tally.not_applicable,
            Verdict::Waived => tally.waived,
        };
        out.put(a, &[verdict.as_label()], count)?;
    }
    Ok(())
}

fn evidence_criteria(view: &AssessmentView, a: &Identity, out: &mut Samples<'_>) -> io::Result<()> {
    if view.problem.is_some() {
        return Ok(());
    }
    let confidence = &view.confidence;
    for (class, count) in [
        (EvidenceClass::Probed.as_label(), confidence.probed),
        (EvidenceClass::Attested.as_label(), confidence.attested),
        (EvidenceClass::Declared.as_label(), confidence.declared),
        (Verdict::Held.as_label(), confidence.held),
        (Verdict::Waived.as_label(), confidence.waived),
        (Verdict::Unknown.as_label(), confidence.unknown),
    ] {
        out.put(a, &[class], count)?;
    }
    Ok(())
}

fn reported<V: std::fmt::Display>(
    view: &AssessmentView,
    a: &Identity,
    out: &mut Samples<'_>,
    value: impl Fn(&DomainView) -> Option<V>,
) -> io::Result<()> {
    for domain in view.domains.iter().filter(|domain| domain.report) {
        if let Some(value) = value(domain) {
            out.put(a, &[&domain.name], value)?;
        }
    }
    Ok(())
}

fn info(view: &AssessmentView, a: &Identity, out: &mut Samples<'_>) -> io::Result<()> {
    let spec = &view.spec;
    let version = view
        .program
        .as_ref()
        .map_or("", |program| program.model.version.as_str());
    let engagement = match spec.engagement.state {
        _ if view.paused => "paused",
        EngagementState::Active | EngagementState::Paused => "active",
        EngagementState::NotEngaged => "not_engaged",
        EngagementState::Withdrawn => "withdrawn",
    };
    let mode = match spec.mode {
        Mode::Prescriptive => "prescriptive",
        Mode::Descriptive => "descriptive",
    };
    let text =
        |name: &Option<gradus_engine::key::Name>| name.as_deref().unwrap_or_default().to_owned();
    let (team, scope, organisation) = (
        text(&spec.owner.team),
        text(&spec.scope),
        text(&spec.organisation),
    );
    out.put(
        a,
        &[version, &team, &scope, &organisation, engagement, mode],
        1,
    )
}

/// One series, of the worst fall: several domains may have fallen for the same cause.
fn regression_info(view: &AssessmentView, a: &Identity, out: &mut Samples<'_>) -> io::Result<()> {
    let Some(fall) = view.ledger.standing.first().filter(|_| view.regressed()) else {
        return Ok(());
    };
    let capability = fall.capability.as_deref().unwrap_or_default();
    let evidence = fall.evidence.as_deref().unwrap_or_default();
    out.put(a, &[fall.cause.as_label(), capability, evidence], 1)
}

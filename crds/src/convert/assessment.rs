//! An assessment in the engine's types.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::object::{
    Assessment, Engagement, EngagementState, Mode, OnModelChange, Regression, Target,
};

use gradus_engine::predicate;

use super::scalar::{duration, names, owner};
use crate::assessment::{self, AssessmentSpec};
use crate::resource::Document;

/// An assessment: Active, Prescriptive, over every capability of its namespace where that is left out.
pub(super) fn assessment(
    document: Document<AssessmentSpec>,
) -> Result<Assessment, Vec<Diagnostic>> {
    let spec = document.spec;
    check_resume(spec.engagement.as_ref())?;
    Ok(Assessment {
        model: spec.model.name.into(),
        owner: owner(spec.owner),
        scope: spec.scope.map(Into::into),
        organisation: spec.organisation.map(Into::into),
        attributes: spec
            .attributes
            .into_iter()
            .map(|(name, values)| (name.into(), names(values)))
            .collect(),
        capabilities: spec.capabilities.map(|selector| {
            selector
                .match_labels
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect()
        }),
        rolls_up: spec.includes.is_some(),
        not_applicable: spec
            .not_applicable
            .into_iter()
            .map(|entry| (entry.criterion.into(), entry.reason))
            .collect(),
        target: spec.target.map(|target| Target {
            stage: target.stage,
            up_to: target.up_to,
            by: target.by,
        }),
        mode: spec.mode.map_or(Mode::Prescriptive, Mode::from),
        engagement: engagement(spec.engagement),
        regression: regression(spec.regression.unwrap_or_default())?,
    })
}

/// The predicate of `resumeWhen` is read again where it is evaluated; its author hears of it here.
fn check_resume(engagement: Option<&assessment::Engagement>) -> Result<(), Vec<Diagnostic>> {
    let resume = engagement.and_then(|engagement| engagement.resume_when.as_ref());
    let Some(text) = resume.and_then(|resume| resume.predicate.as_deref()) else {
        return Ok(());
    };
    let place = "spec.engagement.resumeWhen.where";
    let wrong = |errors: Vec<predicate::ParseError>| {
        errors
            .into_iter()
            .map(|error| error.into_diagnostic(place))
            .collect()
    };
    predicate::parse(text).map(drop).map_err(wrong)
}

fn engagement(engagement: Option<assessment::Engagement>) -> Engagement {
    let Some(engagement) = engagement else {
        return Engagement {
            state: EngagementState::Active,
            reason: None,
            since: None,
            until: None,
            resume_when: None,
        };
    };
    Engagement {
        state: engagement
            .state
            .map_or(EngagementState::Active, EngagementState::from),
        reason: engagement.reason,
        since: engagement.since,
        until: engagement.until,
        resume_when: engagement
            .resume_when
            .map(|resume| (resume.capability.into(), resume.predicate)),
    }
}

fn regression(regression: assessment::Regression) -> Result<Regression, Vec<Diagnostic>> {
    Ok(Regression {
        hold_for: duration(regression.hold_for.as_deref(), || {
            "spec.regression.holdFor".to_owned()
        })?,
        on_model_change: regression
            .on_model_change
            .map_or(OnModelChange::NewMark, OnModelChange::from),
        acknowledge: regression
            .acknowledge
            .map(|acknowledge| acknowledge.sequence),
    })
}

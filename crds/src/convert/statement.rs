//! Attestations and waivers in the engine's types.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::object::{Attestation, Subject, Waiver};

use super::scalar::names;
use crate::attestation::{self, AttestationSpec};
use crate::resource::Document;
use crate::waiver::WaiverSpec;

/// An attestation.
pub(super) fn attestation(
    document: Document<AttestationSpec>,
) -> Result<Attestation, Vec<Diagnostic>> {
    let Document { metadata, spec } = document;
    Ok(Attestation {
        subject: subject(spec.subject)?,
        statement: spec.statement,
        facts: spec.facts,
        attested_by: spec.attested_by.into(),
        external: spec.external.map(|external| external.organisation.into()),
        issued: spec.issued,
        valid_until: spec.valid_until,
        created: metadata.creation_timestamp,
    })
}

fn subject(subject: attestation::Subject) -> Result<Subject, Vec<Diagnostic>> {
    if let Some(capability) = subject.capability {
        return Ok(Subject::Capability(capability.into()));
    }
    match (subject.assessment, subject.model, subject.stage) {
        (Some(assessment), Some(model), Some(stage)) => Ok(Subject::Award {
            assessment: assessment.into(),
            model: model.into(),
            stage,
        }),
        _ => Err(vec![
            Diagnostic::error("Invalid", "spec.subject", "the subject is empty")
                .with_help("write capability:, or assessment:, model: and stage: of an award"),
        ]),
    }
}

/// A waiver.
pub(super) fn waiver(document: Document<WaiverSpec>) -> Waiver {
    let spec = document.spec;
    Waiver {
        assessment: spec.assessment.into(),
        criteria: names(spec.criteria),
        reason: spec.reason,
        requested_by: spec.requested_by.into(),
        approved_by: spec.approved_by.map(Into::into),
        from: spec.from,
        until: spec.until,
        treat_as: spec.treat_as.into(),
    }
}

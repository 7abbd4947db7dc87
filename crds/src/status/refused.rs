//! The status of an object that the API server has accepted and that is still invalid: some rules go beyond
//! what a schema can say.

use gradus_engine::diagnostic::{Diagnostic, Severity};
use gradus_engine::key::Kind;
use gradus_engine::ledger::Ledger;
use gradus_engine::verdict::CapabilityState;
use serde_json::Value;

use super::conditions::Previous;
use super::ledger;
use crate::assessment_status::AssessmentStatus;
use crate::attestation::AttestationStatus;
use crate::capability::CapabilityStatus;
use crate::common::{Condition, ConditionStatus};
use crate::maturity_model::MaturityModelStatus;
use crate::profile::ProfileStatus;
use crate::resource::json;
use crate::waiver::WaiverStatus;

/// The status of an invalid object: not ready, and why. An assessment keeps its ledger and its last stage.
pub fn refused_status(
    kind: Kind,
    generation: i64,
    findings: &[Diagnostic],
    ledger: &Ledger,
    previous: Previous<'_>,
) -> Value {
    let conditions = conditions(kind, generation, findings, previous);
    let observed_generation = Some(generation);
    match kind {
        Kind::MaturityModel => json(&MaturityModelStatus {
            conditions,
            observed_generation,
            ..MaturityModelStatus::default()
        }),
        Kind::Profile => json(&ProfileStatus {
            conditions,
            observed_generation,
            ..ProfileStatus::default()
        }),
        Kind::Capability => json(&CapabilityStatus {
            state: Some(CapabilityState::Unknown),
            conditions,
            observed_generation,
            ..CapabilityStatus::default()
        }),
        Kind::Attestation => json(&AttestationStatus {
            counted: Some(false),
            conditions,
            observed_generation,
            ..AttestationStatus::default()
        }),
        Kind::Waiver => json(&WaiverStatus {
            effective: Some(false),
            conditions,
            observed_generation,
            ..WaiverStatus::default()
        }),
        Kind::Assessment => {
            let mut status = AssessmentStatus {
                assessed: Some(false),
                stage: ledger.stage,
                conditions,
                observed_generation,
                ..AssessmentStatus::default()
            };
            ledger::write(&mut status, ledger);
            json(&status)
        }
    }
}

fn conditions(
    kind: Kind,
    generation: i64,
    findings: &[Diagnostic],
    previous: Previous<'_>,
) -> Vec<Condition> {
    let errors: Vec<&Diagnostic> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    let reason = errors.first().map_or("Invalid", |finding| finding.code);
    let message: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let ready = previous.condition("Ready", false, reason, message.join("; "), generation);
    let others: &[&str] = match kind {
        Kind::MaturityModel | Kind::Profile => &[],
        Kind::Capability => &["FactsDisagree"],
        Kind::Attestation => &["Counted", "ValidityCapped"],
        Kind::Waiver => &["Effective"],
        Kind::Assessment => &["Regressed", "TargetAtRisk", "Paused", "EvidenceStale"],
    };
    let unknown = |kind: &&str| {
        let status = ConditionStatus::Unknown;
        previous.condition(kind, status, "Refused", "the object is invalid", generation)
    };
    [ready]
        .into_iter()
        .chain(others.iter().map(unknown))
        .collect()
}

//! What an object's status says: one projection for a cluster and for whoever compares it with a folder.

pub(crate) mod patch;

use gradus_crds::capability::ImpactStatus;
use gradus_crds::status::{
    Previous, StatusContext, assessment_status, attestation_status, capability_status,
    model_status, waiver_status,
};
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::{CapabilityView, Impact, Snapshot};
use serde::Serialize;
use serde_json::Value;

/// The status of an object that the engine knows, with what its assessment remembers already. None
/// when a snapshot does not hold the object, or its kind is not scored.
pub fn status_of(snapshot: &Snapshot, key: &ObjectKey, previous: Previous<'_>) -> Option<Value> {
    match key.kind {
        Kind::Assessment => {
            let view = snapshot.assessments.get(key)?;
            json(&assessment_status(view, StatusContext::of(view), previous))
        }
        Kind::Capability => {
            let view = snapshot.capabilities.get(key)?;
            status_of_capability(snapshot, &view, previous)
        }
        Kind::Attestation => json(&attestation_status(
            snapshot.attestations.get(key)?,
            previous,
        )),
        Kind::Waiver => json(&waiver_status(snapshot.waivers.get(key)?, previous)),
        Kind::MaturityModel => json(&model_status(snapshot.models.get(&key.name)?, previous)),
        Kind::Profile => None,
    }
}

/// The status of a capability that was found already.
pub(crate) fn status_of_capability(
    snapshot: &Snapshot,
    view: &CapabilityView,
    previous: Previous<'_>,
) -> Option<Value> {
    json(&capability_status(
        view,
        impact(snapshot, &view.key),
        previous,
    ))
}

/// What depends on a capability, over all assessments.
fn impact(snapshot: &Snapshot, key: &ObjectKey) -> ImpactStatus {
    let impacts = snapshot.impact_of(key);
    let sum = |of: fn(&Impact) -> u32| impacts.iter().map(|(_, it)| u64::from(of(it))).sum();
    ImpactStatus {
        primary: sum(|impact| impact.primary),
        secondary: sum(|impact| impact.secondary),
    }
}

/// A status as JSON.
pub(crate) fn json(status: &impl Serialize) -> Option<Value> {
    // Our types have string keys and no failing serializers.
    serde_json::to_value(status).ok()
}

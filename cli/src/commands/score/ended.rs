//! What an assessment relied on, has ended, and is not renewed.

use gradus_crds::wording::calendar::last_day;
use gradus_engine::object::Subject;
use gradus_engine::view::{AssessmentView, AttestationView, Snapshot};

/// A sentence for everything of an assessment's namespace that has ended and that nothing renews: attestations of
/// capabilities, awards, and waivers of criteria that are not met without them.
pub(super) fn of(view: &AssessmentView, snapshot: &Snapshot) -> Vec<String> {
    let in_namespace = |namespace: &str| namespace == &*view.key.namespace;
    let attestations = || {
        let all = snapshot.attestations.values().map(AsRef::as_ref);
        all.filter(|it: &&AttestationView| in_namespace(&it.key.namespace) && is_about(it, view))
    };
    let is_renewed = |ended: &AttestationView| {
        attestations().any(|other| {
            is_same(&other.spec.subject, &ended.spec.subject) && other.valid_until > view.at
        })
    };
    let of_attestations = attestations()
        .filter(|it| it.valid_until <= view.at && !is_renewed(it))
        .map(|it| ended("attestation", &it.key.name, &last_day(it.valid_until)));
    let of_waivers = snapshot
        .waivers
        .values()
        .filter(|it| in_namespace(&it.key.namespace) && it.spec.assessment == view.key.name)
        .filter(|it| it.until <= view.at && it.spec.approved_by.is_some() && !it.would_pass_now)
        .map(|it| ended("waiver", &it.key.name, &last_day(it.until)));
    of_attestations.chain(of_waivers).collect()
}

fn ended(what: &str, name: &str, day: &str) -> String {
    format!("has relied on {what} {name}, which ended after {day} and is not renewed")
}

/// An attestation of a capability is about all assessments of its namespace, an award about one.
fn is_about(attestation: &AttestationView, view: &AssessmentView) -> bool {
    match &attestation.spec.subject {
        Subject::Capability(_) => true,
        Subject::Award { assessment, .. } => *assessment == view.key.name,
    }
}

fn is_same(one: &Subject, other: &Subject) -> bool {
    match (one, other) {
        (Subject::Capability(one), Subject::Capability(other)) => one == other,
        (Subject::Award { model: one, .. }, Subject::Award { model: other, .. }) => one == other,
        _ => false,
    }
}

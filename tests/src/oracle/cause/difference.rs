//! What is another between two commits, and the causes that it can be told by.

use std::collections::BTreeSet;

use gradus_engine::delta::Standing;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::model::Strength;
use gradus_engine::object::{Attestation, Capability, EvidenceKind, Object, Subject, TreatAs};
use gradus_engine::verdict::Cause;

use super::{At, Blame};
use crate::oracle::score::{in_force, waiver_in_force};
use crate::scene::{Placed, Scene};

/// One thing that is another.
#[derive(Debug, Clone)]
pub(super) enum Difference {
    /// An object came, went, or says something else; its source too.
    Object(ObjectKey),
    /// What a probe of a capability saw.
    Looks(ObjectKey),
    /// An attestation or a waiver, on file then and now, ended.
    Ended(ObjectKey),
    /// An attestation or a waiver, on file then and now, began.
    Began(ObjectKey),
    /// The last observation of a capability's evidence item is too old by now.
    Lapsed(ObjectKey, Name),
}

/// Everything of the namespace, and every model, that is another.
pub(super) fn differences(before: At<'_>, after: At<'_>, key: &ObjectKey) -> Vec<Difference> {
    let keys = before
        .scene
        .objects
        .keys()
        .chain(after.scene.objects.keys());
    let concern = |one: &&ObjectKey| {
        one.kind == Kind::MaturityModel
            || (one.namespace == key.namespace && (one.kind != Kind::Assessment || *one == key))
    };
    let keys: BTreeSet<&ObjectKey> = keys.filter(concern).collect();
    keys.into_iter()
        .flat_map(|key| of_object(before, after, key))
        .collect()
}

fn of_object(before: At<'_>, after: At<'_>, key: &ObjectKey) -> Vec<Difference> {
    let (Some(then), Some(now)) = (before.scene.objects.get(key), after.scene.objects.get(key))
    else {
        return vec![Difference::Object(key.clone())];
    };
    let mut found = Vec::new();
    if format!("{then:?}") != format!("{now:?}") {
        found.push(Difference::Object(key.clone()));
    }
    if looks(before.scene, then) != looks(after.scene, now) {
        found.push(Difference::Looks(key.clone()));
    }
    match (holds(before, then), holds(after, now)) {
        (true, false) => found.push(Difference::Ended(key.clone())),
        (false, true) => found.push(Difference::Began(key.clone())),
        _ => {}
    }
    if let Object::Capability(capability) = &now.object {
        let lapsed = lapsed(before, after, now, capability);
        found.extend(lapsed.map(|item| Difference::Lapsed(key.clone(), item)));
    }
    found
}

fn looks(scene: &Scene, placed: &Placed) -> Vec<String> {
    let all = scene.looks.iter();
    all.filter(|((uid, _), _)| *uid == placed.life.uid)
        .map(|((_, item), look)| format!("{item}: {:?}", look.found))
        .collect()
}

/// Whether a dated object is in force.
fn holds(at: At<'_>, placed: &Placed) -> bool {
    match &placed.object {
        Object::Attestation(attestation) => in_force(at.scene, attestation, at.now),
        Object::Waiver(waiver) => waiver_in_force(waiver, at.now),
        _ => false,
    }
}

fn lapsed<'a>(
    before: At<'a>,
    after: At<'a>,
    placed: &'a Placed,
    capability: &'a Capability,
) -> impl Iterator<Item = Name> + 'a {
    let probes = capability.evidence.iter();
    let probes = probes.filter(|item| matches!(item.kind, EvidenceKind::Probe { .. }));
    probes.filter_map(move |item| {
        let look = after
            .scene
            .looks
            .get(&(placed.life.uid.clone(), item.name.clone()))?;
        let end = look.found.as_ref()?.at + item.max_age + item.grace;
        (before.now < end && end <= after.now).then(|| item.name.clone())
    })
}

impl Difference {
    /// The causes that tell it.
    pub(super) fn blame(&self, before: At<'_>, after: At<'_>) -> Blame {
        let (key, mut causes) = match self {
            Difference::Object(key) => (key, of_change(before, after, key)),
            Difference::Looks(key) | Difference::Began(key) => (key, began(after, key)),
            Difference::Ended(key) => (key, vec![ended(after, key)]),
            Difference::Lapsed(key, _) => (key, vec![Cause::EvidenceLost]),
        };
        let mut capabilities = BTreeSet::new();
        let mut evidence = BTreeSet::from([key.name.to_string()]);
        for capability in [before, after]
            .into_iter()
            .filter_map(|at| subject(at, key))
        {
            for scene in [before.scene, after.scene] {
                evidence.extend(items(scene, &key.namespace, &capability));
                capabilities.extend(dependants(scene, &key.namespace, &capability));
            }
        }
        if capabilities.len() > 1 && self.is_of_a_capability() {
            causes.push(Cause::DependencyLost);
        }
        evidence.extend(capabilities.iter().cloned());
        // What is not declared at all any more is told by its type.
        capabilities.extend([before, after].into_iter().filter_map(|at| kind(at, key)));
        Blame {
            causes: causes.into_iter().collect(),
            capabilities,
            evidence,
        }
    }

    /// Only this is told as a dependency's loss; the end of a statement is told as what it is, however
    /// far it reaches.
    fn is_of_a_capability(&self) -> bool {
        matches!(self, Difference::Object(key) | Difference::Looks(key) if key.kind == Kind::Capability)
    }
}

/// The capability that an object is, or is about.
fn subject(at: At<'_>, key: &ObjectKey) -> Option<String> {
    match &at.scene.objects.get(key)?.object {
        Object::Capability(_) => Some(key.name.to_string()),
        Object::Attestation(Attestation {
            subject: Subject::Capability(name),
            ..
        }) => Some(name.to_string()),
        _ => None,
    }
}

/// The type of a capability.
fn kind(at: At<'_>, key: &ObjectKey) -> Option<String> {
    match &at.scene.objects.get(key)?.object {
        Object::Capability(capability) => Some(capability.kind.to_string()),
        _ => None,
    }
}

fn of_change(before: At<'_>, after: At<'_>, key: &ObjectKey) -> Vec<Cause> {
    let then = before.scene.objects.get(key);
    let now = after.scene.objects.get(key);
    match key.kind {
        Kind::MaturityModel => vec![Cause::ModelChanged],
        Kind::Assessment => vec![Cause::ScopeChanged],
        Kind::Waiver => vec![Cause::WaiverEnded, Cause::ScopeChanged],
        Kind::Attestation => of_attestation(then, now),
        Kind::Capability => of_capability(then, now),
        Kind::Profile => Vec::new(),
    }
}

fn of_attestation(then: Option<&Placed>, now: Option<&Placed>) -> Vec<Cause> {
    let mut causes = match then {
        None => Vec::new(),
        Some(then) if is_award(&then.object) => vec![Cause::AwardEnded],
        // Deleted after its end is both: no commit was between the two.
        Some(_) => vec![Cause::AttestationWithdrawn, Cause::AttestationExpired],
    };
    if now.is_some() {
        causes.push(Cause::CapabilityLost);
    }
    causes
}

fn of_capability(then: Option<&Placed>, now: Option<&Placed>) -> Vec<Cause> {
    let mut causes = vec![Cause::CapabilityLost];
    let Some(now) = now else {
        return causes;
    };
    if now.standing != Standing::Live {
        causes.push(Cause::EvidenceLost);
    }
    let Object::Capability(now) = &now.object else {
        return causes;
    };
    let then = then.and_then(|placed| match &placed.object {
        Object::Capability(then) => Some(then),
        _ => None,
    });
    if !now.evidence.is_empty() && then.is_none_or(|then| then.evidence != now.evidence) {
        causes.push(Cause::EvidenceLost);
    }
    if then.is_none_or(|then| then.depends_on != now.depends_on) {
        causes.push(Cause::DependencyLost);
    }
    if then.is_none_or(|then| then.labels != now.labels) {
        causes.push(Cause::ScopeChanged);
    }
    causes
}

/// Something newer is said now: facts that no longer suffice, a refutation, or an excuse.
fn began(after: At<'_>, key: &ObjectKey) -> Vec<Cause> {
    match after.scene.objects.get(key).map(|placed| &placed.object) {
        Some(Object::Waiver(waiver)) if waiver.treat_as == TreatAs::NotApplicable => {
            vec![Cause::ScopeChanged]
        }
        Some(Object::Waiver(_)) => Vec::new(),
        _ => vec![Cause::CapabilityLost],
    }
}

fn ended(after: At<'_>, key: &ObjectKey) -> Cause {
    match after.scene.objects.get(key).map(|placed| &placed.object) {
        Some(Object::Waiver(_)) => Cause::WaiverEnded,
        Some(object) if is_award(object) => Cause::AwardEnded,
        _ => Cause::AttestationExpired,
    }
}

fn is_award(object: &Object) -> bool {
    let Object::Attestation(attestation) = object else {
        return false;
    };
    matches!(attestation.subject, Subject::Award { .. })
}

/// The evidence items of a capability.
fn items(scene: &Scene, namespace: &str, capability: &str) -> Vec<String> {
    let mut all = scene.capabilities(namespace);
    let found = all.find(|(name, _, _)| *name == capability);
    let items = found.into_iter().flat_map(|(_, _, found)| &found.evidence);
    items.map(|item| item.name.to_string()).collect()
}

/// The capabilities that need this one, or need one that does; and it itself.
fn dependants(scene: &Scene, namespace: &str, capability: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([capability.to_owned()]);
    loop {
        let needing = scene.capabilities(namespace).filter(|(_, _, stated)| {
            let mut gates = stated.depends_on.iter();
            gates.any(|(name, strength)| *strength == Strength::Gate && found.contains(&**name))
        });
        let needing: Vec<String> = needing.map(|(name, _, _)| name.to_owned()).collect();
        let before = found.len();
        found.extend(needing);
        if found.len() == before {
            return found;
        }
    }
}

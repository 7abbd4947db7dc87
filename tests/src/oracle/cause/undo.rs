//! A difference taken back, everything else as it is now.

use gradus_engine::object::Object;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::At;
use super::difference::Difference;
use crate::scene::Scene;

impl Difference {
    /// Takes this difference back in a scene that has it.
    pub(super) fn undo(&self, scene: &mut Scene, before: At<'_>, now: Timestamp) {
        match self {
            Difference::Object(key) => {
                let now = scene.objects.remove(key);
                let then = before.scene.objects.get(key).cloned();
                let uids = now
                    .iter()
                    .chain(&then)
                    .map(|placed| placed.life.uid.clone());
                let uids: Vec<_> = uids.collect();
                scene.looks.retain(|(uid, _), _| !uids.contains(uid));
                let looks = before.scene.looks.iter();
                let looks = looks.filter(|((uid, _), _)| uids.contains(uid));
                scene
                    .looks
                    .extend(looks.map(|(item, look)| (item.clone(), look.clone())));
                if let Some(then) = then {
                    scene.objects.insert(key.clone(), then);
                }
            }
            Difference::Looks(key) => {
                let Some(uid) = scene.objects.get(key).map(|placed| placed.life.uid.clone()) else {
                    return;
                };
                scene.looks.retain(|(known, _), _| *known != uid);
                let looks = before.scene.looks.iter();
                let looks = looks.filter(|((known, _), _)| *known == uid);
                scene
                    .looks
                    .extend(looks.map(|(item, look)| (item.clone(), look.clone())));
            }
            Difference::Ended(key) => lasting(scene, key, now),
            Difference::Began(key) => drop(scene.objects.remove(key)),
            Difference::Lapsed(key, name) => {
                let placed = scene.objects.get_mut(key).map(|placed| &mut placed.object);
                if let Some(Object::Capability(capability)) = placed {
                    let mut items = capability.evidence.iter_mut();
                    if let Some(item) = items.find(|item| item.name == *name) {
                        item.max_age = SignedDuration::from_hours(200 * 366 * 24);
                    }
                }
            }
        }
    }
}

/// Lets a dated object last on.
fn lasting(scene: &mut Scene, key: &gradus_engine::key::ObjectKey, now: Timestamp) {
    let today = now.to_zoned(TimeZone::UTC).date();
    let Some(placed) = scene.objects.get_mut(key) else {
        return;
    };
    match &mut placed.object {
        Object::Attestation(attestation) => {
            attestation.created = None;
            attestation.valid_until = Date::MAX - jiff::Span::new().days(1);
            if matches!(
                attestation.subject,
                gradus_engine::object::Subject::Award { .. }
            ) {
                attestation.issued = today;
            }
        }
        Object::Waiver(waiver) => waiver.until = Date::MAX - jiff::Span::new().days(1),
        _ => {}
    }
}

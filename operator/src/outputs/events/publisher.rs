//! Publishes Events. Names are derived from what happened, so publishing twice is idempotent.
//!
//! Why no library: `kube`'s `Recorder` names an Event by the time at which it is published, and merges those of one reason
//! whatever their note says. A leader that takes over would publish each again under another name, and two falls of one
//! stage would be one Event.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use gradus_crds::API_VERSION;
use gradus_engine::fold::{event_name, event_name_of_change};
use gradus_engine::key::{Kind, Name, ObjectKey, Uid};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use kube::Client;

use super::occasion::Occasion;
use super::sender::{EventQueue, EventSender, Sent};
use crate::timing::Timing;

/// Published Events that make it worth while to forget old ones.
const FORGET_AT: usize = 1024;
/// Who says so.
const CONTROLLER: &str = "gradus.dev/operator";

/// What was published of an object: an entry of its history, or what happened for a reason at an instant.
type Identity = (Uid, Option<u64>, &'static str, Timestamp);

/// Publishes Events.
#[derive(Debug)]
pub(crate) struct EventPublisher {
    events: Arc<EventQueue>,
    /// What was published, and when that happened.
    published: HashMap<Identity, Timestamp>,
    /// How many make it worth while to forget old ones.
    forget_at: usize,
    /// Older occasions are not published: the server forgets Events after an hour, and could no longer refuse a duplicate.
    publish_for: SignedDuration,
    instance: Arc<str>,
}

impl EventPublisher {
    /// The publisher, and what sends for as long as it is there; `sent` hears how each Event ended.
    pub(crate) fn start(
        client: Client,
        instance: &str,
        timing: &Timing,
        sent: impl Fn(Sent) + Send + Sync + 'static,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let events = Arc::new(EventQueue::new(timing));
        let sender = EventSender {
            client,
            timing: *timing,
            queue: Arc::clone(&events),
            sent,
        };
        let publisher = Self::new(events, instance, timing);
        (publisher, sender.run())
    }

    fn new(events: Arc<EventQueue>, instance: &str, timing: &Timing) -> Self {
        Self {
            events,
            published: HashMap::new(),
            forget_at: FORGET_AT,
            publish_for: signed(timing.publish_events_for),
            instance: instance.into(),
        }
    }

    /// Publishes what of this happened lately and was not published by this process. False when there was no room
    /// for all of it.
    pub(crate) fn publish(
        &mut self,
        object: &ObjectKey,
        uid: &Uid,
        occasions: &[Occasion],
        now: Timestamp,
    ) -> bool {
        for occasion in occasions {
            if now.duration_since(occasion.at) > self.publish_for {
                continue;
            }
            let Occasion {
                sequence,
                reason,
                at,
                ..
            } = occasion;
            let identity = (uid.clone(), *sequence, *reason, *at);
            if self.published.contains_key(&identity) {
                continue;
            }
            let event = event(object, uid, occasion, &self.instance);
            if !self.events.push(&object.namespace, event) {
                return false;
            }
            self.published.insert(identity, *at);
        }
        self.forget(now);
        true
    }

    /// What would not be published again need not be remembered.
    fn forget(&mut self, now: Timestamp) {
        if self.published.len() >= self.forget_at {
            let publish_for = self.publish_for;
            self.published
                .retain(|_, at| now.duration_since(*at) <= publish_for);
            self.forget_at = FORGET_AT.max(self.published.len() * 2);
        }
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

fn event(object: &ObjectKey, uid: &Uid, occasion: &Occasion, instance: &str) -> Event {
    let name = match occasion.sequence {
        Some(sequence) => event_name(&object.name, uid, sequence),
        None => event_name_of_change(&object.name, uid, occasion.reason, occasion.at),
    };
    let reference = |kind: Kind, name: &Name, uid: Option<&Uid>| ObjectReference {
        api_version: Some(API_VERSION.to_owned()),
        kind: Some(kind.as_str().to_owned()),
        name: Some(name.to_string()),
        namespace: Some(object.namespace.to_string()),
        uid: uid.map(ToString::to_string),
        ..ObjectReference::default()
    };
    // A note has at most 1024 bytes.
    let length = occasion.note.floor_char_boundary(1000);
    Event {
        metadata: ObjectMeta {
            name: Some(name),
            namespace: Some(object.namespace.to_string()),
            ..ObjectMeta::default()
        },
        event_time: Some(MicroTime(occasion.at)),
        reporting_controller: Some(CONTROLLER.to_owned()),
        reporting_instance: Some(instance.chars().take(128).collect()),
        action: Some("Score".to_owned()),
        reason: Some(occasion.reason.to_owned()),
        type_: Some(
            if occasion.is_warning {
                "Warning"
            } else {
                "Normal"
            }
            .to_owned(),
        ),
        note: occasion.note.get(..length).map(str::to_owned),
        regarding: Some(reference(object.kind, &object.name, Some(uid))),
        related: occasion
            .related
            .as_ref()
            .map(|(kind, name)| reference(*kind, name, None)),
        ..Event::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occasion(sequence: Option<u64>, reason: &'static str) -> Occasion {
        Occasion {
            sequence,
            reason,
            at: Timestamp::UNIX_EPOCH,
            is_warning: reason == "StageRegressed",
            note: "Fell from stage 5 to stage 3: capability vpn was lost".to_owned(),
            related: Some((Kind::Capability, "vpn".into())),
        }
    }

    fn told(occasion: &Occasion) -> Event {
        let key = ObjectKey::new(Kind::Assessment, "north", "infram");
        event(&key, &"uid-1".into(), occasion, "gradus-0")
    }

    #[test]
    fn an_event_says_what_happened_to_what_and_why() {
        let event = told(&occasion(Some(7), "StageRegressed"));
        assert_eq!(event.type_.as_deref(), Some("Warning"));
        assert_eq!(event.reason.as_deref(), Some("StageRegressed"));
        assert_eq!(
            event.note.as_deref(),
            Some("Fell from stage 5 to stage 3: capability vpn was lost")
        );
        let regarding = event.regarding.unwrap();
        assert_eq!(regarding.kind.as_deref(), Some("Assessment"));
        assert_eq!(regarding.uid.as_deref(), Some("uid-1"));
        assert_eq!(event.related.unwrap().name.as_deref(), Some("vpn"));
        let event = told(&occasion(None, "TargetReached"));
        assert_eq!(event.type_.as_deref(), Some("Normal"));
    }

    #[test]
    fn a_long_note_is_cut_between_characters() {
        let long = Occasion {
            note: "ü".repeat(900),
            ..occasion(None, "WaiverEnded")
        };
        assert_eq!(told(&long).note.unwrap().chars().count(), 500);
    }

    fn publisher() -> (EventPublisher, Arc<EventQueue>) {
        let timing = Timing::default();
        let queue = Arc::new(EventQueue::new(&timing));
        (
            EventPublisher::new(Arc::clone(&queue), "gradus-0", &timing),
            queue,
        )
    }

    #[test]
    fn event_without_room_is_published_at_the_next_attempt_and_none_twice() {
        let (mut publisher, queue) = publisher();
        let key = ObjectKey::new(Kind::Assessment, "north", "infram");
        let many = 0..1000_u64;
        let many: Vec<_> = many
            .map(|sequence| occasion(Some(sequence), "StageAdvanced"))
            .collect();
        let mut publish = || publisher.publish(&key, &"uid-1".into(), &many, Timestamp::UNIX_EPOCH);
        assert!(!publish(), "there is room for some");
        let mut names = Vec::new();
        for _ in 0..many.len() {
            names.extend(queue.drain());
            if publish() {
                break;
            }
        }
        names.extend(queue.drain());
        assert!(publish() && queue.drain().is_empty());
        let published = names.len();
        names.sort();
        names.dedup();
        assert_eq!((published, names.len()), (many.len(), many.len()));
    }

    #[test]
    fn old_occasion_is_not_published() {
        let (mut publisher, queue) = publisher();
        let key = ObjectKey::new(Kind::Waiver, "north", "exception");
        let later = Timestamp::UNIX_EPOCH + publisher.publish_for + SignedDuration::from_secs(1);
        let ended = [occasion(None, "WaiverEnded")];
        assert!(publisher.publish(&key, &"uid-1".into(), &ended, later));
        assert!(queue.drain().is_empty());
    }

    #[test]
    fn event_name_is_stable_and_differs_between_occasions() {
        let name = |occasion: &Occasion| told(occasion).metadata.name.unwrap();
        let one = occasion(None, "TargetReached");
        assert_eq!(name(&one), name(&one.clone()));
        assert!(name(&one).starts_with("infram."));
        let later = Occasion {
            at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1),
            ..one.clone()
        };
        assert_ne!(name(&one), name(&later));
        assert_ne!(name(&one), name(&occasion(None, "TargetMissed")));
        assert_ne!(name(&one), name(&occasion(Some(7), "TargetReached")));
    }
}

//! An Event for every occasion, under a name that only it has: told twice, it is there once.

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
use kube::api::{Api, PostParams};
use kube::{Client, Error};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::AFTER;
use super::occasion::Occasion;
use crate::inputs::watch::Failure;

/// A missing Event is told again for so long: a server forgets Events after an hour.
// See D-064.
pub(crate) const TOLD_AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// How long the server may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Attempts before an Event is given up: the history has the transition in any case.
const ATTEMPTS: u32 = 8;
/// Events that wait.
const WAITING: usize = 1024;
/// Who says so.
const CONTROLLER: &str = "gradus.dev/operator";

/// What of an object was told: an entry of its history, or what happened for a reason at an instant.
type Identity = (Uid, Option<u64>, &'static str, Timestamp);

/// Tells what happens, each once.
#[derive(Debug)]
pub(crate) struct Teller {
    events: mpsc::Sender<Event>,
    /// What was told, and when that happened.
    told: HashMap<Identity, Timestamp>,
    /// How many make it worth while to forget old ones.
    forget_at: usize,
    instance: Arc<str>,
}

impl Teller {
    /// Begins to send what is told; `sent` hears how each ended.
    pub(crate) fn start(
        client: Client,
        instance: &str,
        sent: impl Fn(Result<(), Failure>) + Send + Sync + 'static,
    ) -> Self {
        let (events, waiting) = mpsc::channel(WAITING);
        tokio::spawn(send(client, waiting, sent));
        Self {
            events,
            told: HashMap::new(),
            forget_at: WAITING,
            instance: instance.into(),
        }
    }

    /// Tells what of this happened lately and was not told by this process. False when there was no room for
    /// all of it.
    pub(crate) fn tell(
        &mut self,
        object: &ObjectKey,
        uid: &Uid,
        occasions: &[Occasion],
        now: Timestamp,
    ) -> bool {
        for occasion in occasions {
            if now.duration_since(occasion.at) > TOLD_AGAIN {
                continue;
            }
            let Occasion {
                sequence,
                reason,
                at,
                ..
            } = occasion;
            let identity = (uid.clone(), *sequence, *reason, *at);
            if self.told.contains_key(&identity) {
                continue;
            }
            let event = event(object, uid, occasion, &self.instance);
            if self.events.try_send(event).is_err() {
                return false;
            }
            self.told.insert(identity, *at);
        }
        self.forget(now);
        true
    }

    /// What would not be told again need not be remembered.
    fn forget(&mut self, now: Timestamp) {
        if self.told.len() >= self.forget_at {
            self.told
                .retain(|_, at| now.duration_since(*at) <= TOLD_AGAIN);
            self.forget_at = WAITING.max(self.told.len() * 2);
        }
    }
}

async fn send(
    client: Client,
    mut waiting: mpsc::Receiver<Event>,
    sent: impl Fn(Result<(), Failure>),
) {
    while let Some(event) = waiting.recv().await {
        tokio::time::sleep(AFTER).await;
        sent(send_one(&client, &event).await);
    }
}

async fn send_one(client: &Client, event: &Event) -> Result<(), Failure> {
    let namespace = event.metadata.namespace.as_deref().unwrap_or("default");
    let api: Api<Event> = Api::namespaced(client.clone(), namespace);
    let mut failures = 0;
    loop {
        let parameters = PostParams::default();
        let failure = match timeout(ANSWER, api.create(&parameters, event)).await {
            Ok(Ok(_)) => return Ok(()),
            // An earlier process told it, or this one and the answer was lost.
            Ok(Err(Error::Api(status))) if status.is_already_exists() => return Ok(()),
            Ok(Err(error)) => Failure::of(&error),
            Err(_) => Failure::Silent,
        };
        failures += 1;
        // A namespace that is gone, or is going, takes no Events.
        if failures >= ATTEMPTS || failure == Failure::Absent {
            let name = event.metadata.name.as_deref();
            tracing::warn!(event = name, %failure, "an Event could not be written");
            return Err(failure);
        }
        tokio::time::sleep(failure.wait(failures)).await;
    }
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

    #[test]
    fn what_finds_no_room_is_told_at_the_next_look_and_nothing_twice() {
        let (events, mut waiting) = mpsc::channel(1);
        let mut teller = Teller {
            events,
            told: HashMap::new(),
            forget_at: WAITING,
            instance: "gradus-0".into(),
        };
        let key = ObjectKey::new(Kind::Assessment, "north", "infram");
        let both = [
            occasion(Some(1), "StageAdvanced"),
            occasion(Some(2), "StageRegressed"),
        ];
        let mut tell = || teller.tell(&key, &"uid-1".into(), &both, Timestamp::UNIX_EPOCH);
        assert!(!tell(), "there is room for one");
        assert_eq!(
            waiting.try_recv().unwrap().reason.as_deref(),
            Some("StageAdvanced")
        );
        assert!(tell());
        assert_eq!(
            waiting.try_recv().unwrap().reason.as_deref(),
            Some("StageRegressed")
        );
        assert!(tell());
        assert!(waiting.try_recv().is_err());
    }

    #[test]
    fn what_happened_long_ago_is_not_told() {
        let (events, mut waiting) = mpsc::channel(1);
        let mut teller = Teller {
            events,
            told: HashMap::new(),
            forget_at: WAITING,
            instance: "gradus-0".into(),
        };
        let key = ObjectKey::new(Kind::Waiver, "north", "exception");
        let later = Timestamp::UNIX_EPOCH + TOLD_AGAIN + SignedDuration::from_secs(1);
        assert!(teller.tell(
            &key,
            &"uid-1".into(),
            &[occasion(None, "WaiverEnded")],
            later
        ));
        assert!(waiting.try_recv().is_err());
    }

    #[test]
    fn the_same_has_the_same_name_and_another_another() {
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

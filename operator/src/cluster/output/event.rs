//! An Event for every committed transition, under a name that only this transition has: told twice, it
//! is there once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use gradus_crds::API_VERSION;
use gradus_engine::fold::event_name;
use gradus_engine::key::{ObjectKey, Uid};
use gradus_engine::ledger::{Entry, Ledger};
use gradus_engine::verdict::Transition;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use kube::api::{Api, PostParams};
use kube::{Client, Error};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::cluster::source::Failure;
use crate::sentence::cause;

/// A missing Event is told again for so long: a server forgets Events after an hour.
const TOLD_AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// How long the server may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Attempts before an Event is given up: the history has the transition in any case.
const ATTEMPTS: u32 = 8;
/// Events that wait.
const WAITING: usize = 1024;
/// Who says so.
const CONTROLLER: &str = "gradus.dev/operator";

/// Tells committed transitions, each once.
#[derive(Debug)]
pub(in crate::cluster) struct Teller {
    events: mpsc::Sender<Event>,
    /// What was told, and when that happened.
    told: HashMap<(Uid, u64), Timestamp>,
    /// How many make it worth while to forget old ones.
    forget_at: usize,
    instance: Arc<str>,
}

impl Teller {
    /// Begins to send what is told; `sent` hears how each ended.
    pub(in crate::cluster) fn start(
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

    /// Tells what a committed ledger tells that is recent and was not told by this process. False when there
    /// was no room for all of it.
    pub(in crate::cluster) fn tell(
        &mut self,
        assessment: &ObjectKey,
        uid: &Uid,
        ledger: &Ledger,
        now: Timestamp,
    ) -> bool {
        for entry in &ledger.history {
            if now.duration_since(entry.at) > TOLD_AGAIN {
                continue;
            }
            let identity = (uid.clone(), entry.sequence);
            if self.told.contains_key(&identity) {
                continue;
            }
            let evidence = ledger
                .standing
                .iter()
                .find(|fall| fall.sequence == entry.sequence)
                .and_then(|fall| fall.evidence.as_deref());
            let event = event(assessment, uid, entry, evidence, &self.instance);
            if self.events.try_send(event).is_err() {
                return false;
            }
            self.told.insert(identity, entry.at);
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

fn event(
    assessment: &ObjectKey,
    uid: &Uid,
    entry: &Entry,
    evidence: Option<&str>,
    instance: &str,
) -> Event {
    let namespace = Some(assessment.namespace.to_string());
    Event {
        metadata: ObjectMeta {
            name: Some(event_name(&assessment.name, uid, entry.sequence)),
            namespace: namespace.clone(),
            ..ObjectMeta::default()
        },
        event_time: Some(MicroTime(entry.at)),
        reporting_controller: Some(CONTROLLER.to_owned()),
        reporting_instance: Some(instance.chars().take(128).collect()),
        action: Some("Score".to_owned()),
        reason: Some(reason(entry.transition).to_owned()),
        type_: Some(kind(entry.transition).to_owned()),
        note: Some(note(entry, evidence)),
        regarding: Some(ObjectReference {
            api_version: Some(API_VERSION.to_owned()),
            kind: Some("Assessment".to_owned()),
            name: Some(assessment.name.to_string()),
            namespace: namespace.clone(),
            uid: Some(uid.to_string()),
            ..ObjectReference::default()
        }),
        related: entry.capability.clone().map(|capability| ObjectReference {
            api_version: Some(API_VERSION.to_owned()),
            kind: Some("Capability".to_owned()),
            name: Some(capability),
            namespace,
            ..ObjectReference::default()
        }),
        ..Event::default()
    }
}

fn reason(transition: Transition) -> &'static str {
    match transition {
        Transition::Rise => "StageAdvanced",
        Transition::Fall => "StageRegressed",
        Transition::Restoration => "StageRestored",
        Transition::NewMark => "ModelChanged",
    }
}

/// Only what somebody should look at is a warning.
fn kind(transition: Transition) -> &'static str {
    match transition {
        Transition::Fall => "Warning",
        _ => "Normal",
    }
}

fn note(entry: &Entry, evidence: Option<&str>) -> String {
    let of = entry
        .domain
        .as_ref()
        .map(|domain| format!(" of domain {domain}"))
        .unwrap_or_default();
    let from = entry
        .from
        .map(|from| format!(" from {from}"))
        .unwrap_or_default();
    let why = entry
        .cause
        .map(|why| format!(": {}", cause(why, entry.capability.as_deref(), evidence)))
        .unwrap_or_default();
    let to = entry.to;
    let mut note = match entry.transition {
        Transition::Rise => format!("Stage{of} rose{from} to {to}{why}"),
        Transition::Fall => format!("Stage{of} fell{from} to {to}{why}"),
        Transition::Restoration => format!("Stage{of} is back{from} at {to}{why}"),
        Transition::NewMark => format!("The mark{of} begins anew at stage {to}{why}"),
    };
    // A note has at most 1024 bytes.
    note.truncate(note.floor_char_boundary(1000));
    note
}

#[cfg(test)]
mod tests {
    use gradus_engine::key::Kind;
    use gradus_engine::verdict::Cause;

    use super::*;

    fn entry(transition: Transition) -> Entry {
        Entry {
            sequence: 7,
            at: Timestamp::UNIX_EPOCH,
            transition,
            domain: None,
            from: Some(5),
            to: 3,
            cause: (transition == Transition::Fall).then_some(Cause::CapabilityLost),
            capability: (transition == Transition::Fall).then(|| "vpn".to_owned()),
            digest: String::new(),
        }
    }

    fn told(transition: Transition) -> Event {
        let key = ObjectKey::new(Kind::Assessment, "north", "infram");
        event(&key, &"uid-1".into(), &entry(transition), None, "gradus-0")
    }

    #[test]
    fn a_fall_is_a_warning_that_names_what_was_lost() {
        let event = told(Transition::Fall);
        assert_eq!(event.type_.as_deref(), Some("Warning"));
        assert_eq!(event.reason.as_deref(), Some("StageRegressed"));
        assert_eq!(
            event.note.as_deref(),
            Some("Stage fell from 5 to 3: capability vpn was lost")
        );
        assert_eq!(event.related.unwrap().name.as_deref(), Some("vpn"));
    }

    #[test]
    fn everything_else_is_normal() {
        for transition in [
            Transition::Rise,
            Transition::Restoration,
            Transition::NewMark,
        ] {
            assert_eq!(told(transition).type_.as_deref(), Some("Normal"));
        }
    }

    fn ledger() -> Ledger {
        let entries = [Transition::Rise, Transition::Fall].map(entry).into_iter();
        let numbered = entries
            .zip(1..)
            .map(|(entry, sequence)| Entry { sequence, ..entry });
        Ledger {
            history: numbered.collect(),
            ..Ledger::default()
        }
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
        let mut tell = || teller.tell(&key, &"uid-1".into(), &ledger(), Timestamp::UNIX_EPOCH);
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
    fn the_same_transition_has_the_same_name_and_text() {
        assert_eq!(told(Transition::Fall), told(Transition::Fall));
        let name = told(Transition::Fall).metadata.name.unwrap();
        assert!(name.starts_with("infram."), "{name}");
    }
}

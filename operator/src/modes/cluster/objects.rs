//! Everything that is known of objects beside what the engine knows: which version was seen, which
//! status it has, who asked for a pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use gradus_crds::profile::ProfileSpec;
use gradus_engine::delta::{Delta, Standing};
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, Name, ObjectKey, Uid};
use gradus_engine::ledger::Ledger;
use gradus_engine::object::{Life, Object};
use jiff::Timestamp;

use crate::builtin_models::BuiltinModels;
use crate::inputs::watch::observed::{Refusal, ServerStatus, Spec, StatusDigest};
use crate::inputs::watch::{Epoch, ObservedObject};

/// What is known of one object.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) life: Life,
    pub(super) version: u64,
    pub(super) epoch: Epoch,
    pub(super) status: ServerStatus,
    pub(super) content: Content,
    /// What was written last in this life of the object; none before.
    written: Option<Written>,
    /// The resync that was requested and not yet acknowledged.
    pub(super) resync: Option<RequestedResync>,
}

/// A status that was written.
#[derive(Debug, Clone, Copy)]
struct Written {
    sent: StatusDigest,
    /// What the server answered that it holds since; none before the answer.
    held: Option<StatusDigest>,
}

/// A resync that somebody requested.
#[derive(Debug, Clone)]
pub(super) struct RequestedResync {
    /// The request's text: another text is another request.
    pub(super) requested: Arc<str>,
    /// When the request was seen.
    pub(super) seen: Instant,
}

/// Where an object's content is.
#[derive(Debug)]
pub(super) enum Content {
    /// In the world.
    Scored,
    /// Here: profiles are not scored.
    Profile(Arc<ProfileSpec>),
    /// Nowhere: it cannot be used.
    Refused(Arc<[Diagnostic]>),
}

/// All objects, and the built-in models for those that are not there.
#[derive(Debug, Default)]
pub(super) struct ClusterObjects {
    known: HashMap<ObjectKey, Known>,
    /// Assessments for which a resync is requested and not acknowledged, by namespace.
    requested_resyncs: BTreeMap<Name, BTreeSet<ObjectKey>>,
    models: BuiltinModels,
}

impl ClusterObjects {
    pub(super) fn get(&self, key: &ObjectKey) -> Option<&Known> {
        self.known.get(key)
    }

    /// Whether an object is in the world.
    pub(super) fn scores(&self, key: &ObjectKey) -> bool {
        let known = self.known.get(key);
        known.is_some_and(|known| matches!(known.content, Content::Scored))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &ObjectKey> {
        self.known.keys()
    }

    /// The namespaces in which a resync is requested and not acknowledged.
    pub(super) fn namespaces_with_resyncs(&self) -> impl Iterator<Item = &Name> {
        self.requested_resyncs.keys()
    }

    /// The resyncs of a namespace that were requested and are not acknowledged.
    pub(super) fn resyncs_of(
        &self,
        namespace: &Name,
    ) -> impl Iterator<Item = (&ObjectKey, &RequestedResync)> {
        let of = |key| Some((key, self.known.get(key)?.resync.as_ref()?));
        self.requested_resyncs
            .get(namespace)
            .into_iter()
            .flatten()
            .filter_map(of)
    }

    fn note_resync(&mut self, key: &ObjectKey, is_requested: bool) {
        if is_requested {
            let of = self
                .requested_resyncs
                .entry(key.namespace.clone())
                .or_default();
            of.insert(key.clone());
        } else if let Some(of) = self.requested_resyncs.get_mut(&key.namespace) {
            of.remove(key);
            if of.is_empty() {
                self.requested_resyncs.remove(&key.namespace);
            }
        }
    }

    /// What is wrong with an object, or with the ledger in its status.
    pub(super) fn wrong(&self, key: &ObjectKey) -> Vec<Diagnostic> {
        self.known.get(key).map(Known::wrong).unwrap_or_default()
    }

    /// An object was seen: what the world is to know. None when it is old news. What answers a write of
    /// ours says nothing new of the object, and nothing of whether its kind can be read.
    pub(super) fn see(
        &mut self,
        object: ObservedObject,
        epoch: Epoch,
        is_answer: bool,
        now: Timestamp,
    ) -> Option<Vec<Delta>> {
        let key = object.key;
        let is_old = |before: &Known| (before.epoch, before.version) > (epoch, object.version);
        if self.known.get(&key).is_some_and(is_old) {
            return None;
        }
        let before = self.known.remove(&key);
        let requested = object.requested_at.filter(|_| key.kind == Kind::Assessment);
        let resync = pending_resync(before.as_ref(), requested, &object.status);
        let same_life = before
            .as_ref()
            .filter(|before| before.life.uid == object.life.uid);
        let written = same_life.and_then(|before| before.written);
        let mut deltas = Vec::new();
        let content = match before {
            Some(before) if is_answer && before.life == object.life => before.content,
            before => {
                let life = before.map(|before| before.life);
                self.enter(&key, life, &object.life, object.spec, now, &mut deltas)
            }
        };
        let mut status = object.status;
        if let (Content::Scored, Some(Ok(ledger))) = (&content, &mut status.ledger) {
            // From here on the world has it.
            deltas.push(Delta::Ledger {
                assessment: object.life.uid.clone(),
                ledger: std::mem::take(ledger),
            });
        }
        self.note_resync(&key, resync.is_some());
        let known = Known {
            life: object.life,
            version: object.version,
            epoch,
            status,
            content,
            written,
            resync,
        };
        self.known.insert(key, known);
        Some(deltas)
    }

    fn enter(
        &mut self,
        key: &ObjectKey,
        before: Option<Life>,
        life: &Life,
        spec: Result<Spec, Box<Refusal>>,
        now: Timestamp,
        deltas: &mut Vec<Delta>,
    ) -> Content {
        if key.kind == Kind::MaturityModel {
            deltas.extend(self.models.take_back(&key.name));
        }
        match spec {
            Ok(Spec::Object(object)) => {
                let model = match &object {
                    Object::Assessment(assessment) => Some(assessment.model.clone()),
                    _ => None,
                };
                deltas.push(Delta::Upsert {
                    key: key.clone(),
                    life: life.clone(),
                    object,
                });
                deltas.extend(model.and_then(|model| self.give_builtin(&model)));
                Content::Scored
            }
            Ok(Spec::Profile(spec)) => Content::Profile(spec),
            Err(refusal) => {
                let Refusal { findings, stand_in } = *refusal;
                match stand_in {
                    Some(object) => {
                        deltas.push(Delta::Upsert {
                            key: key.clone(),
                            life: life.clone(),
                            object,
                        });
                        deltas.push(hidden(key, now, "its own text, which is refused".into()));
                    }
                    None => deltas.extend(before.map(|before| removal(key, before.uid))),
                }
                Content::Refused(findings.into())
            }
        }
    }

    /// A status is being sent.
    pub(super) fn sending(&mut self, key: &ObjectKey, sent: StatusDigest) {
        if let Some(known) = self.known.get_mut(key) {
            known.written = Some(Written { sent, held: None });
        }
    }

    /// The server acknowledged a status, and holds this since.
    pub(super) fn acknowledge(&mut self, key: &ObjectKey, sent: StatusDigest, held: StatusDigest) {
        if let Some(known) = self.known.get_mut(key) {
            known.written = Some(Written {
                sent,
                held: Some(held),
            });
        }
    }

    /// An object is gone: what the world is to know.
    pub(super) fn lose(&mut self, key: &ObjectKey, uid: &Uid) -> Vec<Delta> {
        if self
            .known
            .get(key)
            .is_none_or(|known| known.life.uid != *uid)
        {
            return Vec::new();
        }
        self.known.remove(key);
        self.note_resync(key, false);
        let mut deltas = vec![removal(key, uid.clone())];
        if key.kind == Kind::MaturityModel {
            deltas.extend(self.give_builtin(&key.name));
        }
        deltas
    }

    /// An object cannot be seen any more. Nothing is known of a capability then; what the other kinds
    /// said last holds on, and assessments name the source that is silent.
    pub(super) fn hide(&self, key: &ObjectKey, now: Timestamp, source: Name) -> Option<Delta> {
        let is_known = key.kind == Kind::Capability && self.known.contains_key(key);
        is_known.then(|| hidden(key, now, source))
    }

    fn give_builtin(&mut self, model: &Name) -> Option<Delta> {
        let key = ObjectKey::new(Kind::MaturityModel, "", model);
        if self.known.contains_key(&key) {
            return None;
        }
        self.models.give(model)
    }
}

impl Known {
    /// Whether the server holds a status already, or what it made of it.
    pub(super) fn holds(&self, digest: &StatusDigest) -> bool {
        let kept =
            |written: Written| written.sent == *digest && written.held == Some(self.status.digest);
        self.status.digest == *digest || self.written.is_some_and(kept)
    }

    /// Whether the server holds a status that another author wrote after the last of ours.
    pub(super) fn is_contested(&self) -> bool {
        self.written.is_some_and(|Written { sent, held }| {
            self.status.digest != sent && held.is_some_and(|held| held != self.status.digest)
        })
    }

    fn wrong(&self) -> Vec<Diagnostic> {
        let mut wrong = match &self.content {
            Content::Refused(findings) => findings.to_vec(),
            _ => Vec::new(),
        };
        if let Some(Err(reason)) = &self.status.ledger {
            let message = format!("the ledger in the status cannot be read: {reason}");
            let help = "restore the status from a backup, or delete and recreate the assessment";
            wrong.push(Diagnostic::error("UnreadableStatus", "status", message).with_help(help));
        }
        wrong
    }

    /// What a refused assessment remembers; the world does not have it.
    pub(super) fn ledger(&self) -> Arc<Ledger> {
        match &self.status.ledger {
            Some(Ok(ledger)) => Arc::clone(ledger),
            _ => Arc::default(),
        }
    }
}

/// The resync that is requested and not done.
fn pending_resync(
    before: Option<&Known>,
    requested: Option<Arc<str>>,
    status: &ServerStatus,
) -> Option<RequestedResync> {
    let done = status.last_requested_at.as_ref();
    let requested = requested.filter(|requested| done != Some(requested))?;
    let pending = before.and_then(|before| before.resync.clone());
    let same = pending.filter(|resync| resync.requested == requested);
    Some(same.unwrap_or_else(|| RequestedResync {
        requested,
        seen: Instant::now(),
    }))
}

fn removal(key: &ObjectKey, uid: Uid) -> Delta {
    Delta::Remove {
        key: key.clone(),
        uid,
    }
}

fn hidden(key: &ObjectKey, since: Timestamp, source: Name) -> Delta {
    Delta::Source {
        key: key.clone(),
        standing: Standing::Unavailable { since, source },
    }
}

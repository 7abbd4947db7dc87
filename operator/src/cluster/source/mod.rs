//! Where objects come from: one task a kind and namespace, each with its own connection, pace and
//! troubles.
//!
//! ```text
//! list, in one or in pages ─▶ shown ─▶ Report ─▶ engine
//! watch, reopened             │  which key was shown in which version: repeats and old news are
//!                             │  dropped, what a list no longer has is found by comparing keys
//!                             └─ what seems to be gone is asked for once more before it is believed
//! ```
//!
//! `kube`'s watcher is not used because it hides bookmarks: on a quiet watch they are the only sign of
//! life, and the only sign that resource versions have run back.

mod failure;
mod listing;
mod shown;
mod task;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gradus_crds::schema::plural;
use gradus_crds::{API_VERSION, GROUP, VERSION};
use gradus_engine::key::{Kind, Name, ObjectKey, Uid};
use kube::Client;
use kube::api::{Api, ApiResource};
use kube::core::DynamicResourceScope;

pub(super) use self::failure::Failure;
pub(super) use self::task::{Asked, Pace, Watching};
use super::lean::LeanObject;
use super::sighting::Sighting;

/// One watch: a kind, in one namespace or in all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Scope {
    pub(super) kind: Kind,
    pub(super) namespace: Option<Name>,
}

/// What a source tells the engine.
#[derive(Debug)]
pub(super) enum Report {
    /// An object is there, or is another now.
    Seen(Box<Sighting>, Epoch),
    /// An object is gone.
    Gone(ObjectKey, Uid),
    /// The whole source cannot be seen any more, and has not been for a while.
    Unseen,
    /// An object cannot be seen any more, since its whole kind cannot.
    Hidden(ObjectKey),
    /// Everything that there is has been told; the list was begun at this instant. Not `whole` while a
    /// kind that was put back may still be filled again.
    Complete { began: Instant, whole: bool },
    /// The source answers again after a failure.
    Heard,
    /// The source cannot be read.
    Failed(Failure),
}

/// Counts how often resource versions ran back: versions of different epochs do not compare.
pub(super) type Epoch = u32;

/// Signs of life of a source, for whoever looks.
#[derive(Debug)]
pub(super) struct Pulse {
    began: Instant,
    heard: AtomicU64,
    attempted: AtomicU64,
}

impl Scope {
    /// Every watch of an installation: each kind in each namespace, cluster-scoped kinds once.
    pub(super) fn all(namespaces: &[Name]) -> Vec<Self> {
        let of = |kind: Kind| -> Vec<Self> {
            if kind.namespaced() && !namespaces.is_empty() {
                let each = namespaces.iter().cloned().map(Some);
                each.map(|namespace| Self { kind, namespace }).collect()
            } else {
                vec![Self {
                    kind,
                    namespace: None,
                }]
            }
        };
        Kind::ALL.into_iter().flat_map(of).collect()
    }

    /// Whether objects of a namespace come from here; every namespace reads cluster-scoped kinds.
    pub(super) fn covers(&self, namespace: &str) -> bool {
        self.namespace
            .as_ref()
            .is_none_or(|own| **own == *namespace)
    }

    /// The way to its objects, read as whichever type fits the purpose.
    pub(super) fn api<K>(&self, client: &Client) -> Api<K>
    where
        K: kube::Resource<DynamicType = ApiResource, Scope = DynamicResourceScope>,
    {
        let resource = resource(self.kind);
        match &self.namespace {
            Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
            None => Api::all_with(client.clone(), &resource),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(plural(self.kind))?;
        match &self.namespace {
            Some(namespace) => write!(formatter, "/{namespace}"),
            None => Ok(()),
        }
    }
}

/// A kind as the API server addresses it.
pub(super) fn resource(kind: Kind) -> ApiResource {
    ApiResource {
        group: GROUP.to_owned(),
        version: VERSION.to_owned(),
        api_version: API_VERSION.to_owned(),
        kind: kind.as_str().to_owned(),
        plural: plural(kind).to_owned(),
    }
}

/// The API of one object's kind, where the object is.
pub(super) fn api_of(client: &Client, key: &ObjectKey) -> Api<LeanObject> {
    let resource = resource(key.kind);
    if key.kind.namespaced() {
        Api::namespaced_with(client.clone(), &key.namespace, &resource)
    } else {
        Api::all_with(client.clone(), &resource)
    }
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            heard: AtomicU64::new(0),
            attempted: AtomicU64::new(0),
        })
    }

    /// The server said something.
    pub(super) fn heard(&self) {
        self.heard.store(self.millis(), Ordering::Relaxed);
    }

    /// The task is about to ask.
    pub(super) fn attempted(&self) {
        self.attempted.store(self.millis(), Ordering::Relaxed);
    }

    /// For how long the server has said nothing.
    pub(super) fn silence(&self) -> Duration {
        self.since(&self.heard)
    }

    /// How long ago the task last asked, or heard an answer.
    pub(super) fn idle(&self) -> Duration {
        self.since(&self.attempted).min(self.silence())
    }

    fn since(&self, what: &AtomicU64) -> Duration {
        Duration::from_millis(self.millis().saturating_sub(what.load(Ordering::Relaxed)))
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

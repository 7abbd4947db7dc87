//! One-shot scoring of a cluster: everything that decides a stage is read once and scored as of an
//! instant. Nothing is folded and nothing is written; what assessments remember is what their statuses
//! say.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as StdError;
use std::sync::Arc;

use futures_util::future::join_all;
use gradus_crds::GROUP;
use gradus_crds::schema::plural;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use gradus_manifests::finding::Finding;
use jiff::Timestamp;
use kube::Error;
use kube::api::{Api, DynamicObject, ListParams};
use serde_json::Value;
use thiserror::Error as ThisError;
use tokio::time::{sleep, timeout};

use super::compose::Material;
use super::findings::Findings;
use super::objects::ClusterObjects;
use crate::clock::ManualClock;
use crate::connection::Connection;
use crate::inputs::watch::{Failure, ObservedObject, WatchScope};
use crate::kinds::KINDS;
use crate::scoring::Scorer;
use crate::timing::Timing;

/// Objects of one page: few enough that a page comes in time over a slow line.
const PAGE: u32 = 250;
/// The name of what was read among the sources of metrics, of which one-shot scoring has none.
const CLUSTER: &str = "cluster";
/// A list is started at most so often when the server fails or is busy.
const TRIES: u32 = 3;
/// What `kubectl apply` keeps for itself: the whole object once more.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What a cluster held when it was read.
#[derive(Debug)]
pub struct Reading {
    objects: Vec<ObservedObject>,
    assessments: BTreeMap<ObjectKey, Value>,
    models_denied: bool,
}

/// What was read, scored as of an instant.
#[derive(Debug)]
pub struct Scored {
    /// All of it, for those who ask more than the snapshot shows.
    pub world: World,
    /// What follows.
    pub snapshot: Snapshot,
    /// What is wrong with objects, by object.
    pub findings: Vec<Finding>,
    /// Whether the account may not read models, so that only those of the library are known.
    pub models_denied: bool,
    /// The assessments as the cluster holds them.
    pub stated: Stated,
}

/// Assessments as the cluster holds them.
#[derive(Debug)]
pub struct Stated {
    objects: ClusterObjects,
    assessments: BTreeMap<ObjectKey, Value>,
    at: Timestamp,
}

/// Why a cluster cannot be read.
#[derive(Debug, ThisError)]
pub enum ReadError {
    /// Nobody answers at the server's address.
    #[error("{server} cannot be reached: {reason}")]
    Unreachable {
        /// The server's address.
        server: String,
        /// What happened instead.
        reason: String,
    },
    /// The server does not know the account.
    #[error("{server} does not know this account (401); log in again, or name another --context")]
    Unauthenticated {
        /// The server's address.
        server: String,
    },
    /// A kind is not there.
    #[error(
        "the cluster has no {resource}.{GROUP}; install the chart, or the definitions alone: `gradus crds | kubectl \
         apply --server-side -f -`"
    )]
    Absent {
        /// The plural of the kind.
        resource: &'static str,
    },
    /// The account may not read what decides a stage.
    #[error("{}", denied(resources, namespace.as_deref()))]
    Denied {
        /// The plurals of the kinds that it may not list.
        resources: Vec<&'static str>,
        /// Where; in all namespaces when left out.
        namespace: Option<String>,
    },
    /// The server fails.
    #[error("{resource}.{GROUP} cannot be listed: {reason}")]
    Failed {
        /// The plural of the kind.
        resource: &'static str,
        /// What the server says.
        reason: String,
    },
}

/// Reads what decides the stages of a namespace, or of all.
///
/// # Errors
///
/// Something that is needed cannot be read. Models are not: the library has some.
pub async fn read(connection: &Connection, namespace: Option<&str>) -> Result<Reading, ReadError> {
    let needed = KINDS.iter().filter(|row| row.decides_stages);
    let scopes = needed.map(|row| WatchScope {
        kind: row.kind,
        namespace: namespace.map(Name::from).filter(|_| row.kind.namespaced()),
    });
    let scopes: Vec<WatchScope> = scopes.collect();
    let lists = join_all(scopes.iter().map(|scope| list(connection, scope))).await;
    let mut reading = Reading {
        objects: Vec::new(),
        assessments: BTreeMap::new(),
        models_denied: false,
    };
    let mut not_allowed = Vec::new();
    for (WatchScope { kind, .. }, list) in scopes.into_iter().zip(lists) {
        match list {
            Ok(objects) => reading.take(kind, objects),
            Err(ReadError::Denied { .. }) if kind == Kind::MaturityModel => {
                reading.models_denied = true;
            }
            Err(ReadError::Denied { resources, .. }) => not_allowed.extend(resources),
            Err(error) => return Err(error),
        }
    }
    if not_allowed.is_empty() {
        return Ok(reading);
    }
    Err(ReadError::Denied {
        resources: not_allowed,
        namespace: namespace.map(str::to_owned),
    })
}

/// Everything of a scope. A server that fails or is busy is asked again.
async fn list(
    connection: &Connection,
    scope: &WatchScope,
) -> Result<Vec<DynamicObject>, ReadError> {
    let api = scope.api(&connection.client);
    // Somebody waits for it.
    let timing = Timing::default();
    let mut failures = 0;
    loop {
        let error = match pages(&api, &timing).await {
            Ok(objects) => return Ok(objects),
            Err(error) => error,
        };
        failures += 1;
        let failure = Failure::of(&error);
        let may_pass = matches!(
            failure,
            Failure::Expired | Failure::Throttled(_) | Failure::Failed(_)
        );
        if failures == TRIES || !may_pass {
            return Err(ReadError::of(&error, connection, scope));
        }
        let wait = failure.wait(failures, &timing);
        sleep(wait.min(timing.request_timeout)).await;
    }
}

async fn pages(api: &Api<DynamicObject>, timing: &Timing) -> Result<Vec<DynamicObject>, Error> {
    let mut objects = Vec::new();
    let mut page = ListParams::default().limit(PAGE);
    loop {
        let list = timeout(timing.request_timeout, api.list(&page)).await;
        let list = list.map_err(|_| Error::Service("no answer in time".into()))??;
        objects.extend(list.items);
        match list.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => page.continue_token = Some(token),
            None => return Ok(objects),
        }
    }
}

impl Reading {
    fn take(&mut self, kind: Kind, objects: Vec<DynamicObject>) {
        for object in objects {
            let shown = (kind == Kind::Assessment).then(|| shown(&object));
            let Some(object) = ObservedObject::of(kind, object.into()) else {
                continue;
            };
            if let Some(shown) = shown {
                self.assessments.insert(object.key.clone(), shown);
            }
            self.objects.push(object);
        }
    }

    /// Scores it as of an instant.
    pub fn scored(self, at: Timestamp) -> Scored {
        let mut scorer = Scorer::new(Arc::new(ManualClock::at(at)), None);
        let mut objects = ClusterObjects::default();
        let mut findings = Findings::default();
        for object in self.objects {
            let key = object.key.clone();
            let deltas = objects.see(object, 0, false, at);
            scorer.apply(CLUSTER, deltas.into_iter().flatten());
            findings.set(&key, objects.wrong(&key));
        }
        scorer.settle();
        scorer.refresh_snapshot();
        let snapshot = Snapshot::clone(scorer.snapshot());
        Scored {
            findings: broken_models(&snapshot)
                .chain(findings.gathered().iter().cloned())
                .collect(),
            snapshot,
            models_denied: self.models_denied,
            stated: Stated {
                objects,
                assessments: self.assessments,
                at,
            },
            world: scorer.into_world(),
        }
    }
}

/// What is wrong with the models that are used. Others are somebody else's: models belong to the whole
/// cluster.
fn broken_models(snapshot: &Snapshot) -> impl Iterator<Item = Finding> {
    let used = snapshot.assessments.values().map(|view| &view.spec.model);
    let used: BTreeSet<&Name> = used.collect();
    let broken = used.into_iter().filter_map(|name| {
        let view = snapshot.models.get(name)?;
        Some((name, view.program.as_ref().err()?.clone()))
    });
    broken.flat_map(|(name, wrong)| {
        let key = ObjectKey::new(Kind::MaturityModel, "", name);
        let of_model = move |wrong| Finding::of_object(&key, wrong);
        wrong.into_iter().map(of_model)
    })
}

/// An object as it is shown to people: without what only servers and tools keep in it.
fn shown(object: &DynamicObject) -> Value {
    let mut object = object.clone();
    object.metadata.managed_fields = None;
    if let Some(annotations) = &mut object.metadata.annotations {
        annotations.remove(LAST_APPLIED);
    }
    // It came as JSON.
    serde_json::to_value(object).unwrap_or_default()
}

impl Stated {
    /// An assessment with the status that follows.
    pub fn document(&self, key: &ObjectKey, snapshot: &Snapshot) -> Option<Value> {
        let mut document = self.assessments.get(key)?.clone();
        let fields = document.as_object_mut()?;
        match self.status(key, snapshot) {
            Some(status) => fields.insert("status".to_owned(), status),
            None => fields.remove("status"),
        };
        Some(document)
    }

    fn status(&self, key: &ObjectKey, snapshot: &Snapshot) -> Option<Value> {
        let material = Material {
            snapshot,
            known: self.objects.get(key)?,
            capability: None,
            fold_input: None,
            silent: &[],
            clock_uncertain: false,
            resynced: None,
            now: self.at,
        };
        Some(material.compose(key)?.status)
    }

    /// The stage that the assessment's status in the cluster shows; none when it shows none.
    pub fn stored_stage(&self, key: &ObjectKey) -> Option<u32> {
        let stage = self.assessments.get(key)?.pointer("/status/stage")?;
        u32::try_from(stage.as_u64()?).ok()
    }
}

impl ReadError {
    fn of(error: &Error, connection: &Connection, scope: &WatchScope) -> Self {
        let (server, resource) = (connection.server.clone(), plural(scope.kind));
        let Error::Api(status) = error else {
            let reason = innermost(error);
            return Self::Unreachable { server, reason };
        };
        match status.code {
            401 => Self::Unauthenticated { server },
            403 => Self::Denied {
                resources: vec![resource],
                namespace: scope.namespace.as_deref().map(str::to_owned),
            },
            404 => Self::Absent { resource },
            code => Self::Failed {
                resource,
                reason: format!("{} ({code})", status.message),
            },
        }
    }
}

/// The cause below all that only says what was tried.
fn innermost(error: &Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause.to_string()
}

fn denied(resources: &[&str], namespace: Option<&str>) -> String {
    let place = match namespace {
        Some(namespace) => format!("in namespace {namespace}"),
        None => "in all namespaces (-n reads one)".to_owned(),
    };
    let each: Vec<String> = resources
        .iter()
        .map(|resource| format!("gradus-{resource}-view"))
        .collect();
    format!(
        "this account may not list {} of {GROUP} {place}; the cluster role view gives that where it is bound, or of \
         the chart {}",
        resources.join(", "),
        each.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_read_is_told_what_is_missing_where_and_what_gives_it() {
        let error = ReadError::Denied {
            resources: vec!["capabilities", "waivers"],
            namespace: Some("north".to_owned()),
        };
        let said = error.to_string();
        assert!(
            said.contains("list capabilities, waivers of gradus.dev in namespace north"),
            "{said}"
        );
        assert!(said.contains("gradus-waivers-view"), "{said}");
    }
}

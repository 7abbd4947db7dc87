//! One status, written: server-side apply on the status subresource, only our fields, only over the
//! version that was seen.

use std::time::Duration;

use gradus_engine::key::ObjectKey;
use kube::api::{Patch, PatchParams};
use kube::{Client, Error};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::inputs::watch::observed::{Sighting, StatusDigest};
use crate::inputs::watch::{Epoch, Failure, api_of};
use crate::leader::election::Leading;

/// The name that owns our fields.
const MANAGER: &str = "gradus";
/// How long the server may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// A status to write.
#[derive(Debug)]
pub(crate) struct Patched {
    pub(crate) key: ObjectKey,
    pub(crate) version: u64,
    pub(crate) epoch: Epoch,
    pub(crate) digest: StatusDigest,
    pub(crate) status: Value,
}

/// How a write ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The server holds it, as shown.
    Written(Box<Sighting>),
    /// The object was another by then, as shown, where it could be read.
    Conflict(Option<Box<Sighting>>),
    /// The object is gone.
    Gone,
    /// Another replica leads by now: nothing was sent.
    Deposed,
    /// It failed, or nobody knows.
    Failed(Failure),
}

/// Writes a status, when this process still leads at the moment of sending.
pub(crate) async fn write(client: Client, patched: &Patched, leading: Leading) -> Outcome {
    if !leading.holds() {
        return Outcome::Deposed;
    }
    let key = &patched.key;
    let api = api_of(&client, key);
    // See D-062.
    let parameters = PatchParams::apply(MANAGER).force();
    let body = body(patched);
    let patch = Patch::Apply(&body);
    let sent = timeout(ANSWER, api.patch_status(&key.name, &parameters, &patch));
    match sent.await {
        Ok(Ok(object)) => match Sighting::of(key.kind, object) {
            Some(sighting) => Outcome::Written(Box::new(sighting)),
            None => Outcome::Failed(Failure::Broken),
        },
        Ok(Err(Error::Api(status))) if status.is_conflict() => {
            let seen = timeout(ANSWER, api.get_opt(&key.name)).await;
            match seen {
                Ok(Ok(Some(object))) => {
                    Outcome::Conflict(Sighting::of(key.kind, object).map(Box::new))
                }
                Ok(Ok(None)) => Outcome::Gone,
                _ => Outcome::Conflict(None),
            }
        }
        Ok(Err(Error::Api(status))) if status.is_not_found() => Outcome::Gone,
        Ok(Err(error)) => {
            tracing::warn!(object = %key, %error, "a status could not be written");
            Outcome::Failed(Failure::of(&error))
        }
        Err(_) => Outcome::Failed(Failure::Silent),
    }
}

// See D-061.
fn body(patched: &Patched) -> Value {
    let key = &patched.key;
    let mut metadata = json!({
        "name": &*key.name,
        "resourceVersion": patched.version.to_string(),
    });
    if key.kind.namespaced() {
        metadata["namespace"] = (&*key.namespace).into();
    }
    json!({
        "apiVersion": gradus_crds::API_VERSION,
        "kind": key.kind.as_str(),
        "metadata": metadata,
        "status": patched.status,
    })
}

//! One status, written: server-side apply on the status subresource, only our fields, only over the
//! version that was seen.

use std::time::Duration;

use gradus_engine::key::ObjectKey;
use kube::api::{Patch, PatchParams};
use kube::{Client, Error};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::inputs::watch::observed::StatusDigest;
use crate::inputs::watch::{Epoch, Failure, ObservedObject, api_of};
use crate::leader::election::Leading;

/// The name that owns our fields.
const MANAGER: &str = "gradus";

/// A status to write.
#[derive(Debug)]
pub(crate) struct StatusPatch {
    pub(crate) key: ObjectKey,
    pub(crate) version: u64,
    pub(crate) epoch: Epoch,
    pub(crate) digest: StatusDigest,
    pub(crate) status: Value,
}

/// How a write ended.
#[derive(Debug)]
pub(crate) enum PatchResult {
    /// The server holds it, as shown.
    Written(Box<ObservedObject>),
    /// The object was another by then, as shown, where it could be read.
    Conflict(Option<Box<ObservedObject>>),
    /// The object is gone.
    Gone,
    /// Another replica leads by now: nothing was sent.
    Deposed,
    /// It failed, or nobody knows.
    Failed(Failure),
}

/// Writes a status, when this process still leads at the moment of sending.
pub(crate) async fn write(
    client: Client,
    patch: &StatusPatch,
    leading: Leading,
    request_timeout: Duration,
) -> PatchResult {
    if !leading.holds() {
        return PatchResult::Deposed;
    }
    let key = &patch.key;
    let api = api_of(&client, key);
    // See D-062.
    let parameters = PatchParams::apply(MANAGER).force();
    let body = Patch::Apply(body(patch));
    let sent = api.patch_status(&key.name, &parameters, &body);
    let sent = timeout(request_timeout, sent);
    match sent.await {
        Ok(Ok(object)) => match ObservedObject::of(key.kind, object) {
            Some(object) => PatchResult::Written(Box::new(object)),
            None => PatchResult::Failed(Failure::Broken),
        },
        Ok(Err(Error::Api(status))) if status.is_conflict() => {
            let seen = timeout(request_timeout, api.get_opt(&key.name)).await;
            match seen {
                Ok(Ok(Some(object))) => {
                    PatchResult::Conflict(ObservedObject::of(key.kind, object).map(Box::new))
                }
                Ok(Ok(None)) => PatchResult::Gone,
                _ => PatchResult::Conflict(None),
            }
        }
        Ok(Err(Error::Api(status))) if status.is_not_found() => PatchResult::Gone,
        Ok(Err(error)) => {
            tracing::warn!(object = %key, %error, "a status could not be written");
            PatchResult::Failed(Failure::of(&error))
        }
        Err(_) => PatchResult::Failed(Failure::Silent),
    }
}

// See D-061.
fn body(patch: &StatusPatch) -> Value {
    let key = &patch.key;
    let mut metadata = json!({
        "name": &*key.name,
        "resourceVersion": patch.version.to_string(),
    });
    if key.kind.namespaced() {
        metadata["namespace"] = (&*key.namespace).into();
    }
    json!({
        "apiVersion": gradus_crds::API_VERSION,
        "kind": key.kind.as_str(),
        "metadata": metadata,
        "status": patch.status,
    })
}

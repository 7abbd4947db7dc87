//! One status, written: replaced whole, and only over the version that was seen.

use std::time::Duration;

use gradus_engine::key::ObjectKey;
use http::header::CONTENT_TYPE;
use kube::{Client, Error, Resource};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::inputs::watch::observed::StatusDigest;
use crate::inputs::watch::{Epoch, Failure, ObservedObject, SlimObject, api_of, resource};
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
    let request = match request(patch) {
        Ok(request) => request,
        Err(error) => {
            tracing::error!(object = %key, %error, "a status cannot be addressed");
            return PatchResult::Failed(Failure::Broken);
        }
    };
    let sent = timeout(request_timeout, client.request::<SlimObject>(request));
    match sent.await {
        Ok(Ok(object)) => match ObservedObject::of(key.kind, object) {
            Some(object) => PatchResult::Written(Box::new(object)),
            None => PatchResult::Failed(Failure::Broken),
        },
        Ok(Err(Error::Api(status))) if status.is_conflict() => {
            let api = api_of(&client, key);
            let seen = timeout(request_timeout, api.get_opt(&key.name)).await;
            match seen {
                Ok(Ok(Some(object))) => {
                    PatchResult::Conflict(ObservedObject::of(key.kind, object).map(Box::new))
                }
                Ok(Ok(None)) => PatchResult::Gone,
                _ => PatchResult::Conflict(None),
            }
        }
        // Why the code: a server without the definition says 404 in a text of its own.
        Ok(Err(Error::Api(status))) if status.code == 404 => PatchResult::Gone,
        Ok(Err(error)) => {
            tracing::warn!(object = %key, %error, "a status could not be written");
            PatchResult::Failed(Failure::of(&error))
        }
        Err(_) => PatchResult::Failed(Failure::Silent),
    }
}

/// Replaces the whole status, whoever wrote it: what the server holds then is what was sent. Fields that the server's
/// definition does not have are refused rather than dropped.
// See D-167.
fn request(patch: &StatusPatch) -> http::Result<http::Request<Vec<u8>>> {
    let key = &patch.key;
    let namespace = key.kind.namespaced().then_some(&*key.namespace);
    let path = SlimObject::url_path(&resource(key.kind), namespace);
    let uri = format!(
        "{path}/{}/status?fieldManager={MANAGER}&fieldValidation=Strict",
        key.name
    );
    // See D-061.
    let operations = json!([
        {"op": "replace", "path": "/metadata/resourceVersion", "value": patch.version.to_string()},
        {"op": "add", "path": "/status", "value": patch.status},
    ]);
    http::Request::patch(uri)
        .header(CONTENT_TYPE, "application/json-patch+json")
        .body(operations.to_string().into_bytes())
}

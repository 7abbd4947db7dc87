//! The objects of one namespace, listed beside a watch that goes on: what one tenant asks for keeps no other waiting.

use std::time::{Duration, Instant};

use gradus_engine::key::Name;
use kube::Client;
use kube::api::ListParams;
use tokio::time::timeout;

use super::failure::Failure;
use super::listing::Listing;
use super::scope::WatchScope;
use super::slim_object::{SlimObject, number};

/// A namespace as one list shows it.
pub(super) struct NamespaceList {
    pub(super) namespace: Name,
    pub(super) began: Instant,
    /// The version as of which it is.
    pub(super) version: u64,
    pub(super) objects: Vec<SlimObject>,
}

/// Lists what a scope has in a namespace; the empty one holds what has none.
pub(super) async fn list_namespace(
    client: Client,
    scope: WatchScope,
    namespace: Name,
    page: Option<u32>,
    list_timeout: Duration,
) -> Result<NamespaceList, Failure> {
    let began = Instant::now();
    let scope = WatchScope {
        namespace: scope.kind.namespaced().then(|| namespace.clone()),
        ..scope
    };
    let mut objects = Vec::new();
    let mut page = ListParams {
        limit: page,
        ..ListParams::default()
    };
    loop {
        let opened = timeout(list_timeout, Listing::open(&client, &scope, &page)).await;
        let opened = opened.map_err(|_| Failure::Silent)?;
        let mut listing = opened.map_err(|error| Failure::logged(&error))?;
        while let Some(object) = timeout(list_timeout, listing.next())
            .await
            .map_err(|_| Failure::Silent)??
        {
            objects.push(object);
        }
        let head = listing.finish()?;
        match head.continue_.filter(|token| !token.is_empty()) {
            Some(token) => page.continue_token = Some(token),
            None => {
                return Ok(NamespaceList {
                    namespace,
                    began,
                    version: number(&head.resource_version.unwrap_or_default()),
                    objects,
                });
            }
        }
    }
}

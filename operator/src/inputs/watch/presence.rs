//! Confirms deletions: asks the server for objects that a list or watch no longer shows.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use gradus_engine::key::{Name, Uid};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ListParams};
use kube::core::PartialObjectMeta;
use kube::{Client, Error, ResourceExt};
use tokio::time::timeout;

use super::failure::Failure;
use super::scope::{WatchScope, resource};
use super::slim_object::SlimObject;
use super::versions::NamespacedName;
use crate::timing::Timing;

/// Objects of one page of a list.
pub(super) const PAGE: u32 = 500;
/// What seems to be gone is asked for one by one: a list that lost a page may lose it again. Only of more than
/// two pages a second list must do.
const ASKED_ONE_BY_ONE: usize = 2 * PAGE as usize;
/// Questions under way at once.
const AT_ONCE: usize = 8;

/// Asks the server what is there.
pub(super) struct Presence {
    client: Client,
    api: Api<SlimObject>,
    scope: WatchScope,
    timing: Timing,
}

impl Presence {
    pub(super) fn new(client: Client, scope: WatchScope, timing: &Timing) -> Self {
        Self {
            api: scope.api(&client),
            client,
            scope,
            timing: *timing,
        }
    }

    /// Those that are really gone: a list that lost a page does not delete what was on it.
    // See D-044.
    pub(super) async fn gone(
        &self,
        missing: Vec<(NamespacedName, Uid)>,
    ) -> Result<Vec<(NamespacedName, Uid)>, Failure> {
        if missing.len() > ASKED_ONE_BY_ONE {
            let there = self.there().await?;
            let missing = missing.into_iter();
            return Ok(missing.filter(|(name, _)| !there.contains(name)).collect());
        }
        let asked = missing.into_iter().map(|(name, uid)| async move {
            let there = self.is_there(&name, &uid).await?;
            Ok::<_, Failure>((!there).then_some((name, uid)))
        });
        let gone: Vec<_> = stream::iter(asked).buffered(AT_ONCE).try_collect().await?;
        Ok(gone.into_iter().flatten().collect())
    }

    /// Everything that a second list shows.
    async fn there(&self) -> Result<HashSet<NamespacedName>, Failure> {
        let mut there = HashSet::new();
        let mut page = ListParams::default().limit(PAGE);
        loop {
            let list = timeout(self.timing.list_timeout, self.api.list_metadata(&page)).await;
            let list = list
                .map_err(|_| Failure::Silent)?
                .map_err(|error| Failure::logged(&error))?;
            there.extend(list.items.iter().map(|object| {
                let namespace = object.namespace().unwrap_or_default();
                (Name::from(namespace), Name::from(object.name_any()))
            }));
            match list.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => page.continue_token = Some(token),
                None => return Ok(there),
            }
        }
    }

    async fn is_there(
        &self,
        (namespace, name): &NamespacedName,
        uid: &Uid,
    ) -> Result<bool, Failure> {
        let api: Api<SlimObject> = if self.scope.kind.namespaced() {
            Api::namespaced_with(self.client.clone(), namespace, &resource(self.scope.kind))
        } else {
            self.api.clone()
        };
        let found = timeout(self.timing.request_timeout, api.get_metadata_opt(name)).await;
        let found: Option<PartialObjectMeta<SlimObject>> = found
            .map_err(|_| Failure::Silent)?
            .map_err(|error| Failure::logged(&error))?;
        Ok(found.is_some_and(|found| found.metadata.uid.as_deref() == Some(&**uid)))
    }

    /// Whether the kind itself is being removed, with everything of it.
    pub(super) async fn kind_goes(&self) -> Result<bool, Failure> {
        let definitions: Api<CustomResourceDefinition> = Api::all(self.client.clone());
        let plural = resource(self.scope.kind).plural;
        let name = format!("{plural}.{}", gradus_crds::GROUP);
        let request_timeout = self.timing.request_timeout;
        let asked = timeout(request_timeout, definitions.get_metadata_opt(&name)).await;
        match asked.map_err(|_| Failure::Silent)? {
            Ok(Some(found)) => Ok(found.metadata.deletion_timestamp.is_some()),
            Ok(None) => Ok(true),
            // An account that may not know is told of objects only.
            Err(Error::Api(status)) if matches!(status.code, 401 | 403) => Ok(false),
            Err(error) => Err(Failure::of(&error)),
        }
    }
}

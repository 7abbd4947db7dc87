//! Which objects one source reads, and how the API server addresses them.

use std::fmt;

use gradus_crds::schema::plural;
use gradus_crds::{API_VERSION, GROUP, VERSION};
use gradus_engine::key::{Kind, Name, ObjectKey};
use kube::Client;
use kube::api::{Api, ApiResource};
use kube::core::DynamicResourceScope;

use super::slim_object::SlimObject;
use crate::kinds::KINDS;

/// One watch: a kind, in one namespace or in all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WatchScope {
    pub(crate) kind: Kind,
    pub(crate) namespace: Option<Name>,
}

impl WatchScope {
    /// Every watch of an installation: each kind in each namespace, cluster-scoped kinds once.
    pub(crate) fn all(namespaces: &[Name]) -> Vec<Self> {
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
        let watched = KINDS.iter().filter(|row| row.watched);
        watched.flat_map(|row| of(row.kind)).collect()
    }

    /// Whether objects of a namespace come from here; every namespace reads cluster-scoped kinds.
    pub(crate) fn covers(&self, namespace: &str) -> bool {
        self.namespace
            .as_ref()
            .is_none_or(|own| **own == *namespace)
    }

    /// The way to its objects, read as whichever type fits the purpose.
    pub(crate) fn api<K>(&self, client: &Client) -> Api<K>
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

impl fmt::Display for WatchScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(plural(self.kind))?;
        match &self.namespace {
            Some(namespace) => write!(formatter, "/{namespace}"),
            None => Ok(()),
        }
    }
}

/// A kind as the API server addresses it.
pub(crate) fn resource(kind: Kind) -> ApiResource {
    ApiResource {
        group: GROUP.to_owned(),
        version: VERSION.to_owned(),
        api_version: API_VERSION.to_owned(),
        kind: kind.as_str().to_owned(),
        plural: plural(kind).to_owned(),
    }
}

/// The API of one object's kind, where the object is.
pub(crate) fn api_of(client: &Client, key: &ObjectKey) -> Api<SlimObject> {
    let resource = resource(key.kind);
    if key.kind.namespaced() {
        Api::namespaced_with(client.clone(), &key.namespace, &resource)
    } else {
        Api::all_with(client.clone(), &resource)
    }
}

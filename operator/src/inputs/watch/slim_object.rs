//! An object as it comes from the API server, read without what nothing here reads: above all the record of
//! who manages which field, which is often the larger half of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use gradus_engine::key::Uid;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use kube::Resource;
use kube::api::{ApiResource, DynamicObject};
use kube::core::DynamicResourceScope;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::versions::NamespacedName;

/// An object of any of our kinds.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SlimObject {
    #[serde(deserialize_with = "slim")]
    pub(crate) metadata: ObjectMeta,
    #[serde(default)]
    pub(crate) spec: Value,
    #[serde(default)]
    pub(crate) status: Value,
}

/// What is read of metadata.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SlimMeta {
    name: Option<String>,
    namespace: Option<String>,
    uid: Option<String>,
    generation: Option<i64>,
    resource_version: Option<String>,
    creation_timestamp: Option<Time>,
    labels: Option<BTreeMap<String, String>>,
    annotations: Option<BTreeMap<String, String>>,
}

fn slim<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ObjectMeta, D::Error> {
    let read = SlimMeta::deserialize(deserializer)?;
    Ok(ObjectMeta {
        name: read.name,
        namespace: read.namespace,
        uid: read.uid,
        generation: read.generation,
        resource_version: read.resource_version,
        creation_timestamp: read.creation_timestamp,
        labels: read.labels,
        annotations: read.annotations,
        ..ObjectMeta::default()
    })
}

impl SlimObject {
    /// Which object, in which life and version. None for what is no object: without a name, a uid or a version.
    pub(super) fn identity(&self) -> Option<(NamespacedName, Uid, u64)> {
        let metadata = &self.metadata;
        let namespace = metadata.namespace.as_deref().unwrap_or_default();
        let name = (namespace.into(), metadata.name.as_deref()?.into());
        let version = metadata.resource_version.as_deref()?;
        Some((name, metadata.uid.as_deref()?.into(), number(version)))
    }
}

/// Resource versions of one kind are numbers that rise, of which Kubernetes promises the order.
pub(super) fn number(version: &str) -> u64 {
    version.parse().unwrap_or_default()
}

impl From<DynamicObject> for SlimObject {
    fn from(mut whole: DynamicObject) -> Self {
        let mut take = |field| whole.data.get_mut(field).map(Value::take);
        Self {
            spec: take("spec").unwrap_or_default(),
            status: take("status").unwrap_or_default(),
            metadata: whole.metadata,
        }
    }
}

impl Resource for SlimObject {
    type DynamicType = ApiResource;
    type Scope = DynamicResourceScope;

    fn group(resource: &ApiResource) -> Cow<'_, str> {
        DynamicObject::group(resource)
    }

    fn version(resource: &ApiResource) -> Cow<'_, str> {
        DynamicObject::version(resource)
    }

    fn kind(resource: &ApiResource) -> Cow<'_, str> {
        DynamicObject::kind(resource)
    }

    fn plural(resource: &ApiResource) -> Cow<'_, str> {
        DynamicObject::plural(resource)
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_reads_what_the_whole_object_says_but_who_manages_what() {
        let text = json!({
            "apiVersion": "gradus.dev/v1alpha1", "kind": "Capability",
            "metadata": {
                "name": "vpn", "namespace": "north", "uid": "u-1", "generation": 3, "resourceVersion": "7",
                "creationTimestamp": "2026-11-01T00:00:00Z", "labels": {"site": "a"},
                "annotations": {"note": "b"},
                "managedFields": [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {}}}],
            },
            "spec": {"claim": "Present"},
            "status": {"state": "Declared"},
        });
        let slim: SlimObject = serde_json::from_value(text.clone()).unwrap();
        let mut whole: DynamicObject = serde_json::from_value(text).unwrap();
        whole.metadata.managed_fields = None;
        let same = SlimObject::from(whole);
        assert_eq!(slim.metadata, same.metadata);
        assert_eq!((slim.spec, slim.status), (same.spec, same.status));
    }

    #[test]
    fn an_object_without_spec_or_status_is_read_too() {
        let text = json!({"metadata": {"name": "vpn"}});
        let slim: SlimObject = serde_json::from_value(text).unwrap();
        assert_eq!((slim.spec, slim.status), (Value::Null, Value::Null));
    }
}

//! What an estate of a hundred hospitals looks like to an API server, and one hospital more for races.

use anyhow::{Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use gradus_crds::schema::plural;
use gradus_engine::key::Kind;
use kube::Client;
use kube::api::{
    Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams, PostParams,
};
use serde_json::{Value, json};

/// The namespaces, and what each holds.
pub(super) const HOSPITALS: usize = 100;
pub(super) const CAPABILITIES: usize = 100;
pub(super) const ASSESSMENTS: usize = 7;
/// The namespace of races.
pub(super) const TRACK: &str = "track";
/// The one assessment there, and the capability whose loss it feels.
pub(super) const SITE: &str = "model-0";
pub(super) const LOST: &str = "capability-00";
/// The highest stage, which every assessment reaches while nothing is lost.
pub(super) const TOP: u64 = 7;
/// Criteria of a model.
pub(super) const CRITERIA: usize = 40;
/// Requests under way at once.
const AT_ONCE: usize = 16;

/// A hospital's namespace.
pub(super) fn hospital(number: usize) -> String {
    format!("hospital-{number:03}")
}

fn name(capability: usize) -> String {
    format!("capability-{capability:02}")
}

/// A model of seven stages. Each asks for other capabilities, and every one is asked for by two or three.
fn model(number: usize) -> Value {
    let criterion = |index: usize| {
        let name = name((number * 14 + index) % CAPABILITIES);
        json!({
            "name": name, "stage": 1 + index / 6, "domain": format!("domain-{}", index % 8),
            "title": format!("{name} is there and in use"),
        })
    };
    let domain = |index: usize| json!({"name": format!("domain-{index}"), "title": format!("Domain {index}")});
    json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "MaturityModel",
        "metadata": {"name": format!("model-{number}")},
        "spec": {
            "title": format!("Model {number}"), "version": "1",
            "source": {
                "url": "https://gradus.dev", "licence": "Apache-2.0", "attribution": "Gradus",
                "completeness": "40 of 40", "disclaimer": "made for benchmarks",
            },
            "scoring": {
                "walk": {"threshold": {"numerator": 1, "denominator": 1}},
                "overall": {"over": "Criteria", "by": "Walk"},
            },
            "stages": (0..=TOP).map(|rank| json!({"rank": rank})).collect::<Vec<_>>(),
            "domains": (0..8).map(domain).collect::<Vec<_>>(),
            "criteria": (0..CRITERIA).map(criterion).collect::<Vec<_>>(),
        },
    })
}

fn assessment(namespace: &str, number: usize) -> Value {
    json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "Assessment",
        "metadata": {"name": format!("model-{number}"), "namespace": namespace},
        "spec": {
            "model": {"name": format!("model-{number}")}, "owner": {"team": "platform"},
            "target": {"stage": TOP, "by": "2030-12-31"},
        },
    })
}

/// A capability as people write one.
pub(super) fn capability(namespace: &str, number: usize) -> Value {
    json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "Capability",
        "metadata": {
            "name": name(number), "namespace": namespace,
            "labels": {"gradus.dev/site": namespace, "app.kubernetes.io/managed-by": "argocd"},
        },
        "spec": {
            "owner": {"team": "networks", "contact": "networks@example.org"},
            "facts": {"zoneCount": number, "redundant": true, "vendor": "example"},
        },
    })
}

fn hospitals() -> Vec<Value> {
    let of = |number: usize| {
        let namespace = hospital(number);
        let capabilities: Vec<Value> = (0..CAPABILITIES)
            .map(|number| capability(&namespace, number))
            .collect();
        let assessments = (0..ASSESSMENTS).map(|number| assessment(&namespace, number));
        assessments.chain(capabilities).collect::<Vec<_>>()
    };
    (0..HOSPITALS).flat_map(of).collect()
}

/// Everything of the track, of our kinds.
pub(super) fn track() -> Vec<Value> {
    let capabilities = (0..CRITERIA).map(|number| capability(TRACK, number));
    std::iter::once(assessment(TRACK, 0))
        .chain(capabilities)
        .collect()
}

/// The way to objects of a kind, whichever group it is of.
pub(super) fn api(client: &Client, group: &str, kind: Kind, namespace: &str) -> Api<DynamicObject> {
    let named = GroupVersionKind::gvk(group, gradus_crds::VERSION, kind.as_str());
    let resource = ApiResource::from_gvk_with_plural(&named, plural(kind));
    match namespace {
        "" => Api::all_with(client.clone(), &resource),
        namespace => Api::namespaced_with(client.clone(), namespace, &resource),
    }
}

/// Claims the capability that is lost and found, of whichever group, in a namespace.
pub(super) async fn claim(
    client: &Client,
    group: &str,
    namespace: &str,
    claim: &str,
) -> kube::Result<()> {
    let capabilities = api(client, group, Kind::Capability, namespace);
    let patch = Patch::Merge(json!({"spec": {"claim": claim}}));
    let parameters = PatchParams::default();
    capabilities.patch(LOST, &parameters, &patch).await?;
    Ok(())
}

/// Makes objects, several at once.
pub(super) async fn create(client: &Client, objects: Vec<Value>) -> Result<()> {
    let made = objects.into_iter().map(|object| async move {
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| object["kind"] == kind.as_str());
        let kind = kind.ok_or_else(|| anyhow::anyhow!("no kind of ours: {object}"))?;
        let group = object["apiVersion"].as_str().unwrap_or_default();
        let group = group.split('/').next().unwrap_or_default();
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
        let api = api(client, group, kind, namespace);
        let object: DynamicObject = serde_json::from_value(object)?;
        api.create(&PostParams::default(), &object).await?;
        Ok::<_, anyhow::Error>(())
    });
    stream::iter(made)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// Makes the whole estate.
pub(super) async fn load(client: &Client) -> Result<()> {
    let namespaces: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(client.clone());
    for namespace in (0..HOSPITALS).map(hospital).chain([TRACK.to_owned()]) {
        let namespace = serde_json::from_value(json!({"metadata": {"name": namespace}}))?;
        namespaces
            .create(&PostParams::default(), &namespace)
            .await?;
    }
    create(client, (0..ASSESSMENTS).map(model).collect()).await?;
    let hospitals = hospitals();
    ensure!(hospitals.len() == HOSPITALS * (CAPABILITIES + ASSESSMENTS));
    create(client, hospitals).await?;
    create(client, track()).await
}

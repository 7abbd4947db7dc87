//! The peers: a bare lister, and a bare watcher that patches one status whenever something changes.
//!
//! The watcher has kinds of its own, made of the same definitions, so that the operator writes nothing there
//! and both do the same work on the same server.

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, future};
use gradus_crds::schema::{definition, plural};
use gradus_engine::key::Kind;
use gradus_tests::deployed::{NAMESPACE, RELEASE};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::Client;
use kube::api::{Api, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::runtime::WatchStreamExt;
use kube::runtime::wait::{await_condition, conditions};
use kube::runtime::watcher::{Config, watcher};
use serde_json::{Value, json};

use super::estate::{self, SITE, TRACK};

/// The group of the peer's kinds.
pub(super) const GROUP: &str = "peer.example.org";

/// Puts the peer's kinds there, and what the track has, in its kinds.
pub(super) async fn load(client: &Client) -> Result<()> {
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    for kind in [Kind::Assessment, Kind::Capability] {
        let mut of_peer = definition(kind);
        let name = format!("{}.{GROUP}", plural(kind));
        of_peer["metadata"]["name"] = name.clone().into();
        of_peer["spec"]["group"] = GROUP.into();
        // Short names are the cluster's.
        of_peer["spec"]["names"]["shortNames"] = json!([]);
        of_peer["spec"]["names"]["categories"] = json!([]);
        let of_peer = serde_json::from_value(of_peer)?;
        definitions.create(&PostParams::default(), &of_peer).await?;
        await_condition(definitions.clone(), &name, conditions::is_crd_established()).await?;
    }
    allow(client).await?;
    let mut objects = estate::track();
    for object in &mut objects {
        object["apiVersion"] = format!("{GROUP}/{}", gradus_crds::VERSION).into();
    }
    estate::create(client, objects).await
}

/// Gives the operator's own account what the watcher needs, so that both are known and allowed alike.
async fn allow(client: &Client) -> Result<()> {
    let roles: Api<ClusterRole> = Api::all(client.clone());
    let role = serde_json::from_value(json!({
        "metadata": {"name": "peer"},
        "rules": [
            {"apiGroups": [GROUP], "resources": ["capabilities"], "verbs": ["list", "watch"]},
            {"apiGroups": [GROUP], "resources": ["assessments/status"], "verbs": ["patch"]},
        ],
    }))?;
    roles.create(&PostParams::default(), &role).await?;
    let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
    let binding = serde_json::from_value(json!({
        "metadata": {"name": "peer"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "peer"},
        "subjects": [{"kind": "ServiceAccount", "name": RELEASE, "namespace": NAMESPACE}],
    }))?;
    bindings.create(&PostParams::default(), &binding).await?;
    Ok(())
}

/// Lists all that the operator lists, kind by kind at once, and keeps it.
pub(super) async fn list(client: Client) -> Result<Vec<DynamicObject>> {
    let kinds = Kind::ALL.map(|kind| {
        let api = estate::api(&client, gradus_crds::GROUP, kind, "");
        // In one answer: pages may come out of etcd, and take four times as long.
        async move { api.list(&ListParams::default()).await }
    });
    let listed = future::try_join_all(kinds).await?;
    Ok(listed.into_iter().flat_map(|list| list.items).collect())
}

/// Gives the capability that is lost and found a status, so that the server has as much to do with it as with
/// one of ours.
pub(super) async fn resemble(admin: &Client, status: &Value) -> Result<()> {
    let capabilities = estate::api(admin, GROUP, Kind::Capability, TRACK);
    write_status(&capabilities, Kind::Capability, estate::LOST, status).await
}

async fn write_status(
    objects: &Api<DynamicObject>,
    kind: Kind,
    name: &str,
    status: &Value,
) -> Result<()> {
    let body = json!({
        "apiVersion": format!("{GROUP}/{}", gradus_crds::VERSION), "kind": kind.as_str(),
        "metadata": {"name": name, "namespace": TRACK}, "status": status,
    });
    let parameters = PatchParams::apply("peer").force();
    objects
        .patch_status(name, &parameters, &Patch::Apply(&body))
        .await?;
    Ok(())
}

/// Watches the capabilities of the track, and writes one of two statuses whenever one is claimed otherwise.
pub(super) async fn operate(client: Client, present: Value, absent: Value) -> Result<()> {
    let capabilities = estate::api(&client, GROUP, Kind::Capability, TRACK);
    let assessments = estate::api(&client, GROUP, Kind::Assessment, TRACK);
    let seen = watcher(capabilities, Config::default()).default_backoff();
    let lost = seen.applied_objects().try_filter_map(|object| {
        let concerned = object.metadata.name.as_deref() == Some(estate::LOST);
        future::ready(Ok(
            concerned.then(|| object.data["spec"]["claim"] == "Absent")
        ))
    });
    let mut lost = std::pin::pin!(lost);
    while let Some(lost) = lost.next().await {
        let status = if lost? { &absent } else { &present };
        write_status(&assessments, Kind::Assessment, SITE, status).await?;
    }
    Ok(())
}

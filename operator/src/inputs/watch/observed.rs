//! An object as the API server shows it, projected: nothing is kept that nothing reads.

use std::sync::Arc;

use gradus_crds::assessment_status::AssessmentStatus;
use gradus_crds::common::Condition;
use gradus_crds::profile::ProfileSpec;
use gradus_crds::status::{Transitions, ledger_of};
use gradus_crds::{API_VERSION, Resource};
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::digest::sha256_of;
use gradus_engine::fact::Facts;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::ledger::Ledger;
use gradus_engine::object::{Capability, Claim, Life, Object, Owner};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::slim_object::SlimObject;

/// Requests a resync, by another value than before.
pub(crate) const REQUESTED_AT: &str = "reconcile.gradus.dev/requestedAt";

/// One object, once.
#[derive(Debug)]
pub(crate) struct ObservedObject {
    pub(crate) key: ObjectKey,
    pub(crate) life: Life,
    /// Its resource version.
    pub(crate) version: u64,
    /// What its author states, or why that cannot be used.
    pub(crate) spec: Result<Spec, Box<Refusal>>,
    /// The status that it has.
    pub(crate) status: ServerStatus,
    /// The resync that somebody requested.
    pub(crate) requested_at: Option<Arc<str>>,
}

/// What the author of an object states.
#[derive(Debug)]
pub(crate) enum Spec {
    /// In the engine's words.
    Object(Object),
    /// A profile, which the engine does not score.
    Profile(Arc<ProfileSpec>),
}

/// Why an object cannot be used.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) findings: Vec<Diagnostic>,
    /// What stands in its place: of a refused capability its type and its labels are known, and nothing
    /// else, so that whatever asks for it finds it Unknown and not missing.
    pub(crate) stand_in: Option<Object>,
}

/// A status as the API server holds it, as far as the next one needs it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServerStatus {
    /// A digest of the whole: an equal one need not be written.
    pub(crate) digest: StatusDigest,
    /// Since when each condition has its status.
    pub(crate) conditions: Transitions,
    /// What an assessment remembers, or why that cannot be read.
    pub(crate) ledger: Option<Result<Arc<Ledger>, Arc<str>>>,
    /// The requested resync that was done last.
    pub(crate) last_requested_at: Option<Arc<str>>,
}

/// SHA-256 over a status as JSON with sorted keys; all zeros while there is none.
pub(crate) type StatusDigest = [u8; 32];

/// The digest of a status.
pub(crate) fn digest(status: &Value) -> StatusDigest {
    // `serde_json` keeps the keys of a map sorted.
    sha256_of(status)
}

impl ObservedObject {
    /// Projects an object of a kind. None for what is no object: without a name, a uid or a version.
    pub(crate) fn of(kind: Kind, object: SlimObject) -> Option<Self> {
        let SlimObject {
            metadata,
            spec,
            status,
        } = object;
        let name = metadata.name.as_deref()?;
        let namespace = metadata.namespace.as_deref().unwrap_or_default();
        let key = ObjectKey::new(kind, namespace, name);
        let life = Life {
            uid: metadata.uid.as_deref()?.into(),
            generation: metadata.generation.unwrap_or_default(),
        };
        let version = metadata.resource_version.as_deref()?.parse().ok()?;
        let requested_at = metadata
            .annotations
            .as_ref()
            .and_then(|annotations| annotations.get(REQUESTED_AT))
            .map(|text| text.chars().take(256).collect::<String>().into());
        Some(Self {
            spec: stated(kind, &document(kind, &metadata, spec)),
            status: server_status(kind, &status),
            key,
            life,
            version,
            requested_at,
        })
    }
}

/// The document that its author stated, with what the server vouches for.
fn document(
    kind: Kind,
    metadata: &k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
    spec: Value,
) -> Value {
    let mut stated = Map::new();
    let mut state = |field: &str, value: Option<Value>| {
        if let Some(value) = value {
            stated.insert(field.to_owned(), value);
        }
    };
    state("name", metadata.name.clone().map(Value::from));
    state("namespace", metadata.namespace.clone().map(Value::from));
    state(
        "creationTimestamp",
        metadata
            .creation_timestamp
            .as_ref()
            .map(|at| at.0.to_string().into()),
    );
    state(
        "labels",
        metadata.labels.as_ref().map(|labels| {
            let labels = labels.iter();
            labels
                .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
                .collect::<Map<_, _>>()
                .into()
        }),
    );
    let mut document = Map::new();
    document.insert("apiVersion".to_owned(), API_VERSION.into());
    document.insert("kind".to_owned(), kind.as_str().into());
    document.insert("metadata".to_owned(), stated.into());
    document.insert("spec".to_owned(), spec);
    document.into()
}

fn stated(kind: Kind, document: &Value) -> Result<Spec, Box<Refusal>> {
    usable(kind, document).map_err(|findings| {
        Box::new(Refusal {
            findings,
            stand_in: (kind == Kind::Capability).then(|| stand_in(document)),
        })
    })
}

fn usable(kind: Kind, document: &Value) -> Result<Spec, Vec<Diagnostic>> {
    let resource = gradus_crds::decode(document)?;
    if let Resource::Profile(profile) = resource {
        return Ok(Spec::Profile(Arc::new(profile.spec)));
    }
    let (_, object) = resource.into_object()?;
    object.map(Spec::Object).ok_or_else(|| {
        let message = format!("{kind} is not scored");
        vec![Diagnostic::error("NotScored", "kind", message)]
    })
}

/// A capability of which only the type and the labels are known.
fn stand_in(document: &Value) -> Object {
    let metadata = &document["metadata"];
    let text = |value: &Value| value.as_str().map(Name::from);
    let labels = metadata["labels"].as_object().into_iter().flatten();
    Object::Capability(Capability {
        kind: text(&document["spec"]["type"])
            .or_else(|| text(&metadata["name"]))
            .unwrap_or_default(),
        labels: labels
            .filter_map(|(name, value)| Some((name.as_str().into(), text(value)?)))
            .collect(),
        claim: Claim::Unknown,
        owner: Owner::default(),
        facts: Facts::new(),
        units: None,
        depends_on: Vec::new(),
        evidence: Vec::new(),
    })
}

fn server_status(kind: Kind, status: &Value) -> ServerStatus {
    if !status.is_object() {
        return ServerStatus::default();
    }
    let conditions: Vec<Condition> = status
        .get("conditions")
        .and_then(|conditions| Vec::deserialize(conditions).ok())
        .unwrap_or_default();
    let text = |field: &str| status.get(field).and_then(Value::as_str).map(Arc::from);
    ServerStatus {
        digest: digest(status),
        conditions: Transitions::of(&conditions),
        ledger: (kind == Kind::Assessment).then(|| {
            AssessmentStatus::deserialize(status)
                .map(|status| Arc::new(ledger_of(&status)))
                .map_err(|error| error.to_string().into())
        }),
        last_requested_at: text("lastRequestedAt"),
    }
}

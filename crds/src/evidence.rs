//! Why a capability is believed: probes and attestations, as a capability lists them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::{Address, Expression, ExpressionMap, Kebab, LabelMap, Line, Period, mirror};

mirror! {
    /// How strong a dependency is.
    StrengthWord of model::Strength {
        /// Without it, the dependant does not count.
        Gate,
        /// Said, never scored.
        Advise,
    }
}

/// One reason to believe in a capability: exactly one of `objects`, `promql`, `http`, `report` and `attestation`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("oneOf" = [
    {"required": ["objects"]}, {"required": ["promql"]}, {"required": ["http"]},
    {"required": ["report"]}, {"required": ["attestation"]},
]))]
pub struct EvidenceItem {
    /// The name, unique in the capability.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// How often a probe looks: `5m`. Needed by probes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>")]
    pub every: Option<String>,
    /// How long a conclusive observation lasts: `1h`. Needed by probes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>")]
    pub max_age: Option<String>,
    /// How much longer it lasts before the item is Unknown. Left out: `0s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>")]
    pub grace: Option<String>,
    /// Kubernetes objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objects: Option<ObjectsProbe>,
    /// A Prometheus query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promql: Option<PromqlProbe>,
    /// An HTTP request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpProbe>,
    /// A report of another tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportProbe>,
    /// Counted attestations that name the capability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attestation: Option<AttestationItem>,
}

/// A probe of Kubernetes objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectsProbe {
    /// The objects' API version.
    #[schemars(with = "Line")]
    pub api_version: String,
    /// The objects' kind.
    #[schemars(with = "Line")]
    pub kind: String,
    /// Which of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<Selector>,
    /// How many there must be at least. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100_000))]
    pub minimum: Option<u32>,
    /// What must hold of them, in CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub met: Option<String>,
    /// Facts that it supplies, each by an expression.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "ExpressionMap")]
    pub facts: BTreeMap<String, String>,
}

/// Objects by their labels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Selector {
    /// Labels that must all be there with these values.
    #[serde(default)]
    #[schemars(with = "LabelMap")]
    pub match_labels: BTreeMap<String, String>,
}

/// A probe by a Prometheus query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromqlProbe {
    /// Where to ask: an address, or a name that the platform configures.
    #[schemars(with = "Address")]
    pub endpoint: String,
    /// The query.
    #[schemars(with = "Address", length(max = 2048))]
    pub query: String,
    /// How many samples there must be at least. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100_000))]
    pub minimum_samples: Option<u32>,
    /// What must hold of them, in CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub met: Option<String>,
    /// Facts that it supplies, each by an expression.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "ExpressionMap")]
    pub facts: BTreeMap<String, String>,
}

/// A probe by an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HttpProbe {
    /// The address.
    #[schemars(with = "Address")]
    pub url: String,
    /// The method. Left out: `Get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<HttpMethod>,
    /// A key of a secret of the same namespace, sent as a bearer token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
    /// What must hold of the answer, in CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub met: Option<String>,
    /// Facts that it supplies, each by an expression.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "ExpressionMap")]
    pub facts: BTreeMap<String, String>,
}

/// How an HTTP probe asks: only ways that change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum HttpMethod {
    /// The whole answer.
    Get,
    /// Its head only.
    Head,
}

/// A key of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretReference {
    /// The secret's name.
    #[schemars(with = "crate::words::ObjectName")]
    pub name: String,
    /// The key.
    #[schemars(with = "Line")]
    pub key: String,
}

/// A probe by a report of another tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportProbe {
    /// The kind of report: `trivy-compliance`.
    #[schemars(with = "Kebab")]
    pub preset: String,
    /// Which of its rows, in CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub filter: Option<String>,
}

/// An item that attestations fulfil.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttestationItem {
    /// How many must count. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 16))]
    pub minimum: Option<u32>,
    /// Whether only those of an outside organisation count. Left out: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<bool>,
}

//! The evidence of a capability: probes and attestations.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::{Address, Expression, ExpressionMap, Kebab, LabelMap, Line, Period, mirror};

mirror! {
    /// How strong a dependency is.
    StrengthWord of model::Strength {
        /// Without the dependency, the dependant does not count.
        Gate,
        /// Displayed, but never scored.
        Advise,
    }
}

/// One item of evidence: exactly one of `objects`, `promql`, `http`, `report` and `attestation`.
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
    /// How often a probe runs, such as `5m`. Required for probes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>")]
    pub every: Option<String>,
    /// How long a conclusive result is valid, such as `1h`. Required for probes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Period>")]
    pub max_age: Option<String>,
    /// How much longer it is used before the item is Unknown. Default: `0s`.
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
    /// Attestations that name the capability.
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
    /// Selects objects by labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<Selector>,
    /// The minimum number. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100_000))]
    pub minimum: Option<u32>,
    /// The condition that they must meet, in CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub met: Option<String>,
    /// Facts that it supplies, each as a CEL expression.
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
    /// The Prometheus server: a URL, or a name that the platform configures.
    #[schemars(with = "Address")]
    pub endpoint: String,
    /// The query.
    #[schemars(with = "Address", length(max = 2048))]
    pub query: String,
    /// The minimum number of samples. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100_000))]
    pub minimum_samples: Option<u32>,
    /// The condition that they must meet, in CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub met: Option<String>,
    /// Facts that it supplies, each as a CEL expression.
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
    /// The method. Default: `Get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<HttpMethod>,
    /// A key of a secret of the same namespace, sent as a bearer token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretReference>,
    /// The condition that the response must meet, in CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub met: Option<String>,
    /// Facts that it supplies, each as a CEL expression.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "ExpressionMap")]
    pub facts: BTreeMap<String, String>,
}

/// The method of an HTTP probe. Only methods that change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum HttpMethod {
    /// Reads the whole response.
    Get,
    /// Reads only the headers.
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
    /// Selects rows, in CEL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub filter: Option<String>,
}

/// An item that is met by attestations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttestationItem {
    /// The minimum number of valid attestations. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 16))]
    pub minimum: Option<u32>,
    /// Whether only attestations of an external organisation count. Default: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<bool>,
}

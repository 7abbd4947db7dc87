//! `Capability`: something the infrastructure can do, owned by somebody: one fact, many models.

use gradus_engine::fact::Facts;
use gradus_engine::verdict::{CapabilityState, Reason, Truth};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::common::{Condition, Conditions, Owner};
use crate::evidence::{EvidenceItem, StrengthWord};
use crate::words::{
    Count, Digest, FactMap, Kebab, Moment, ObjectName, Positive, ReasonWord, StateWord, TruthWord,
    mirror,
};

/// Something the infrastructure can do, independent of any model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CapabilitySpec {
    /// The type that criteria ask for. Left out: the object's name.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub kind: Option<String>,
    /// What is claimed. Left out: `Present`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimWord>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What is stated of it: strings, whole numbers and booleans. Names match `^[a-z][A-Za-z0-9]*$`.
    #[serde(
        default,
        deserialize_with = "crate::facts::deserialize",
        skip_serializing_if = "Facts::is_empty"
    )]
    #[schemars(with = "FactMap")]
    pub facts: Facts,
    /// How much of the estate it covers: two numbers, or item by item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Units>,
    /// Objects of the same namespace that it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["capability"]))]
    pub depends_on: Vec<CapabilityDependency>,
    /// The identity of its probes, out of the names that the platform allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<ObjectName>")]
    pub service_account_name: Option<String>,
    /// Why it is believed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub evidence: Vec<EvidenceItem>,
}

mirror! {
    /// What is claimed of a capability.
    ClaimWord of object::Claim {
        /// We have it.
        Present,
        /// We do not have it.
        Absent,
        /// We have not found out.
        Unknown,
    }
}

/// How much of the estate is covered: either `total` and `covered`, or `items`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = [
    {"required": ["total", "covered"], "not": {"anyOf": [{"required": ["items"]}]}},
    {"required": ["items"], "not": {"anyOf": [{"required": ["total"]}, {"required": ["covered"]}]}},
]))]
pub struct Units {
    /// All units.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub total: Option<u64>,
    /// The covered ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub covered: Option<u64>,
    /// Unit by unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub items: Vec<Unit>,
}

/// One unit: a ward, a building, a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// The name.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// Its weight. Left out: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Positive>")]
    pub weight: Option<u64>,
    /// Whether the capability covers it.
    pub covered: bool,
}

/// One capability needs another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CapabilityDependency {
    /// The other's object name.
    #[schemars(with = "ObjectName")]
    pub capability: String,
    /// How strong it is. Left out: `Gate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<StrengthWord>,
}

/// What Gradus says of a capability.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CapabilityStatus {
    /// What is believed of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<StateWord>")]
    pub state: Option<CapabilityState>,
    /// The facts in force, whoever supplied them.
    #[serde(
        default,
        deserialize_with = "crate::facts::deserialize",
        skip_serializing_if = "Facts::is_empty"
    )]
    #[schemars(with = "FactMap")]
    pub facts: Facts,
    /// The earliest instant at which something of it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub valid_until: Option<Timestamp>,
    /// What would be lost with it, by structure, over all assessments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<ImpactStatus>,
    /// The results of its evidence items: the only carrier of probe results.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub evidence: Vec<EvidenceStatus>,
    /// `Ready`: valid and evaluated. `FactsDisagree`: two suppliers state a fact differently.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation that this status was said of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}

/// What would be lost with a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactStatus {
    /// Criteria that need it themselves.
    #[schemars(with = "Count")]
    pub primary: u64,
    /// Criteria reached through dependencies.
    #[schemars(with = "Count")]
    pub secondary: u64,
}

/// The result of one evidence item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceStatus {
    /// The item's name.
    #[schemars(with = "Kebab")]
    pub name: String,
    /// The digest of the item that was looked for; a result of another text is dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Digest>")]
    pub item_digest: Option<String>,
    /// `True`, `False` or `Unknown`.
    #[schemars(with = "TruthWord")]
    pub verdict: Truth,
    /// Why it is Unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<ReasonWord>")]
    pub reason: Option<Reason>,
    /// The facts that it supplied.
    #[serde(
        default,
        deserialize_with = "crate::facts::deserialize",
        skip_serializing_if = "Facts::is_empty"
    )]
    #[schemars(with = "FactMap")]
    pub facts: Facts,
    /// Since when verdict, reason and facts are these.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub since: Option<Timestamp>,
    /// When it was last conclusively observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub observed_at: Option<Timestamp>,
}

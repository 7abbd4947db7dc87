//! `Capability`: something the infrastructure can do, independent of any model.

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
    /// The type that criteria require. Default: the name of the object.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub kind: Option<String>,
    /// The claim. Default: `Present`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimWord>,
    /// The owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Facts about it: strings, whole numbers and booleans. Names match `^[a-z][A-Za-z0-9]*$`.
    #[serde(
        default,
        deserialize_with = "crate::facts::deserialize",
        skip_serializing_if = "Facts::is_empty"
    )]
    #[schemars(with = "FactMap")]
    pub facts: Facts,
    /// How many units it covers: as two numbers, or unit by unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Units>,
    /// Capabilities of the same namespace that it depends on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["capability"]))]
    pub depends_on: Vec<CapabilityDependency>,
    /// The service account of its probes, one of those that the platform allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<ObjectName>")]
    pub service_account_name: Option<String>,
    /// The evidence for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub evidence: Vec<EvidenceItem>,
}

mirror! {
    /// What is claimed of a capability.
    ClaimWord of object::Claim {
        /// It exists.
        Present,
        /// It does not exist.
        Absent,
        /// It is not known whether it exists.
        Unknown,
    }
}

/// How many units are covered: either `total` and `covered`, or `items`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = [
    {"required": ["total", "covered"], "not": {"anyOf": [{"required": ["items"]}]}},
    {"required": ["items"], "not": {"anyOf": [{"required": ["total"]}, {"required": ["covered"]}]}},
]))]
pub struct Units {
    /// The number of all units.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub total: Option<u64>,
    /// The number of covered units.
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
    /// Its weight. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Positive>")]
    pub weight: Option<u64>,
    /// Whether the capability covers it.
    pub covered: bool,
}

/// A dependency on another capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CapabilityDependency {
    /// The name of the other Capability object.
    #[schemars(with = "ObjectName")]
    pub capability: String,
    /// How strong it is. Default: `Gate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<StrengthWord>,
}

/// The status of a capability, written by Gradus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CapabilityStatus {
    /// The state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<StateWord>")]
    pub state: Option<CapabilityState>,
    /// The facts in force, from all suppliers.
    #[serde(
        default,
        deserialize_with = "crate::facts::deserialize",
        skip_serializing_if = "Facts::is_empty"
    )]
    #[schemars(with = "FactMap")]
    pub facts: Facts,
    /// When its first evidence ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub valid_until: Option<Timestamp>,
    /// Criteria of all assessments that would be lost with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<ImpactStatus>,
    /// The results of its evidence items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub evidence: Vec<EvidenceStatus>,
    /// `Ready`: valid and evaluated. `FactsDisagree`: two suppliers state different values for a fact.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Conditions")]
    pub conditions: Vec<Condition>,
    /// The generation of the spec that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Count>")]
    pub observed_generation: Option<i64>,
}

/// Criteria that would be lost with a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactStatus {
    /// Criteria that require it directly.
    #[schemars(with = "Count")]
    pub primary: u64,
    /// Criteria that require one of its dependants.
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
    /// The digest of the evaluated item. The result of another version is dropped.
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
    /// Since when verdict, reason and facts are unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub since: Option<Timestamp>,
    /// The last conclusive observation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Moment>")]
    pub observed_at: Option<Timestamp>,
}

//! What a criterion requires of capabilities: one leaf, or a combination of leaves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::words::{Expression, FactName, Kebab, Whole, mirror};

/// What a criterion requires: exactly one of `capability`, `absent`, `allOf`, `anyOf` and `atLeast`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("oneOf" = one_of_composed()))]
pub struct Requires {
    /// A single leaf.
    #[serde(flatten)]
    pub leaf: Leaf,
    /// Every item must be met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 20))]
    pub all_of: Vec<Item>,
    /// At least one item must be met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 20))]
    pub any_of: Vec<Item>,
    /// At least `count` of the items must be met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<AtLeast>,
}

/// A minimum number of items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AtLeast {
    /// How many must be met.
    #[schemars(range(min = 1, max = 20))]
    pub count: u32,
    /// The items.
    #[schemars(length(min = 1, max = 20))]
    pub of: Vec<Item>,
}

/// An item of a combination: a leaf, or one `anyOf` of leaves, and nothing deeper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("oneOf" = one_of_item()))]
pub struct Item {
    /// One leaf.
    #[serde(flatten)]
    pub leaf: Leaf,
    /// At least one of these leaves must be met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<LoneLeaf>", length(min = 2, max = 8))]
    pub any_of: Vec<Leaf>,
}

/// What is required of the capabilities of one type. At most one of `where`, `coverage`, `choice` and `grade`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Leaf {
    /// A type of capability, not the name of an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub capability: Option<String>,
    /// How several capabilities of the type combine. Default: `Any`.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub quantifier: Option<QuantifierWord>,
    /// How their answers combine. Default: `Min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub combine: Option<CombineWord>,
    /// A predicate over facts and units, such as `facts.mode == "active/active"`.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Expression>")]
    pub predicate: Option<String>,
    /// A share or a number of units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
    /// An answer on a scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// A fact whose value is the points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// A type of capability that must be claimed `Absent`. An undeclared one is not enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Kebab>")]
    pub absent: Option<String>,
}

/// The schema of a leaf that stands alone: the same fields, and the rule that keeps them apart.
struct LoneLeaf;

impl JsonSchema for LoneLeaf {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LoneLeaf".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = Leaf::json_schema(generator);
        schema.insert("oneOf".into(), Value::Array(leaf_branches(&[])));
        schema
    }
}

/// Fields that say more about `capability`.
const MODIFIERS: [&str; 6] = ["match", "combine", "where", "coverage", "choice", "grade"];
/// Of these, at most one.
const TESTS: [&str; 4] = ["where", "coverage", "choice", "grade"];

/// The branches of a leaf, beside others that are named by one field each.
fn leaf_branches(others: &[&str]) -> Vec<Value> {
    let pairs: Vec<Value> = TESTS
        .iter()
        .enumerate()
        .flat_map(|(index, one)| {
            TESTS
                .iter()
                .skip(index + 1)
                .map(move |other| json!({"required": [one, other]}))
        })
        .collect();
    let modifiers: Vec<Value> = MODIFIERS
        .iter()
        .map(|field| json!({"required": [field]}))
        .collect();
    let mut branches = vec![
        json!({"required": ["capability"], "not": {"anyOf": pairs}}),
        json!({"required": ["absent"], "not": {"anyOf": modifiers}}),
    ];
    branches.extend(
        others
            .iter()
            .map(|other| json!({"required": [other], "not": {"anyOf": modifiers}})),
    );
    branches
}

fn one_of_item() -> Value {
    Value::Array(leaf_branches(&["anyOf"]))
}

fn one_of_composed() -> Value {
    Value::Array(leaf_branches(&["allOf", "anyOf", "atLeast"]))
}

mirror! {
    /// How several capabilities of one type combine.
    QuantifierWord of model::Quantifier {
        /// One of them must meet it.
        Any,
        /// All of them must meet it.
        All,
    }
}

mirror! {
    /// How several answers combine.
    CombineWord of model::Combine {
        /// The lowest.
        Min,
        /// The mean, exact.
        Mean,
        /// The highest.
        Max,
    }
}

/// How many units must be covered: a share or a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("oneOf" = [{"required": ["atLeast"]}, {"required": ["count"]}]))]
pub struct Coverage {
    /// The percentage of the units that must be covered, by weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub at_least: Option<u32>,
    /// The weight of units that must be covered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub count: Option<u64>,
    /// Names of units that do not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 64))]
    pub exclude: Vec<String>,
    /// Names of units that must be covered, even if they are excluded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Kebab>", length(max = 64))]
    pub must_use: Vec<String>,
}

/// An answer on a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// The fact that holds the answer.
    #[schemars(with = "FactName")]
    pub fact: String,
    /// The scale's name.
    #[schemars(with = "Kebab")]
    pub scale: String,
}

/// A fact whose value is the points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grade {
    /// The fact that holds it.
    #[schemars(with = "FactName")]
    pub fact: String,
    /// The lowest grade; below it the answer is Unknown.
    #[schemars(with = "Whole")]
    pub min: i64,
    /// The highest grade; above it the answer is Unknown.
    #[schemars(with = "Whole")]
    pub max: i64,
}

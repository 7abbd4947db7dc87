//! The values that capabilities state and predicates read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::key::Name;

/// One fact: text, a whole number, or yes and no. There are no floats: integers decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    Boolean(bool),
    /// A whole number within ±(2^53 − 1), so that JSON carries it exactly.
    Integer(i64),
    /// Text of at most 256 characters.
    Text(Name),
}

/// Facts by name.
pub type Facts = BTreeMap<Name, FactValue>;

//! The kinds of text and number that fields hold, each with its limits. A field names its word with
//! `#[schemars(with = "…")]`, so that a limit is written once and every schema carries it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// The pattern of kebab-case names: criteria, domains, capabilities.
pub(crate) const KEBAB: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
/// The pattern of object names: dot-separated kebab-case (RFC 1123 subdomain).
pub(crate) const SUBDOMAIN: &str =
    "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
/// The pattern of durations: hours, minutes and seconds in this order, `1h30m`.
pub(crate) const DURATION: &str = "^([0-9]{1,5}h)?([0-9]{1,6}m)?([0-9]{1,8}s)?$";
/// The pattern of calendar periods: years, months and days, `P3Y`.
pub(crate) const PERIOD: &str = "^P([0-9]{1,2}Y)?([0-9]{1,3}M)?([0-9]{1,5}D)?$";
/// The pattern of fact names.
pub(crate) const FACT_NAME: &str = "^[a-z][A-Za-z0-9]*$";
/// The pattern of texts that say something: blanks alone are an empty text. Why not `\S`: an API server and Rust read it
/// differently of blanks beyond ASCII.
pub(crate) const NOT_BLANK: &str = r"[^ \t\n\f\r]";
/// The largest whole number that JSON carries exactly: 2^53 − 1.
pub(crate) const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// A word of the schemas: a marker type that only carries a schema.
macro_rules! word {
    ($(#[$about:meta])* $name:ident $schema:tt) => {
        $(#[$about])*
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

word! {
    /// A kebab-case name of at most 63 characters.
    Kebab {"type": "string", "minLength": 1, "maxLength": 63, "pattern": KEBAB}
}
word! {
    /// The name of an object.
    ObjectName {"type": "string", "minLength": 1, "maxLength": 253, "pattern": SUBDOMAIN}
}
word! {
    /// The name of a fact. Held to its pattern, since CEL and JSON Schema alike can see this one.
    FactName {"type": "string", "minLength": 1, "maxLength": 63, "pattern": FACT_NAME}
}
word! {
    /// A short text: a title, a person, a reason.
    Line {"type": "string", "minLength": 1, "maxLength": 256, "pattern": NOT_BLANK}
}
word! {
    /// A long text: guidance, a disclaimer, a statement.
    Prose {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": NOT_BLANK}
}
word! {
    /// What a condition says, which may be nothing.
    Message {"type": "string", "maxLength": 2000}
}
word! {
    /// An address.
    Address {"type": "string", "minLength": 1, "maxLength": 1024, "pattern": NOT_BLANK}
}
word! {
    /// A `where` text or an expression.
    Expression {"type": "string", "minLength": 1, "maxLength": 512, "pattern": NOT_BLANK}
}
word! {
    /// A calendar day. An API server takes a list for any text with a format: contradictions refuse it.
    Day {"type": "string", "format": "date", "maxLength": 10, "minItems": 1, "maxItems": 0}
}
word! {
    /// An instant. It is no list either.
    Moment {"type": "string", "format": "date-time", "maxLength": 40, "minItems": 1, "maxItems": 0}
}
word! {
    /// A duration of hours, minutes and seconds.
    Period {"type": "string", "minLength": 2, "maxLength": 24, "pattern": DURATION}
}
word! {
    /// A period of the calendar.
    CalendarPeriod {"type": "string", "minLength": 3, "maxLength": 16, "pattern": PERIOD}
}
word! {
    /// A SHA-256 digest in hex.
    Digest {"type": "string", "maxLength": 64}
}
word! {
    /// A whole number that a fact can hold.
    Whole {"type": "integer", "format": "int64", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}
}
word! {
    /// A count from 0.
    Count {"type": "integer", "format": "int64", "minimum": 0, "maximum": MAX_INTEGER}
}
word! {
    /// A count from 1.
    Positive {"type": "integer", "format": "int64", "minimum": 1, "maximum": 1_000_000}
}
word! {
    /// A stage's rank.
    Rank {"type": "integer", "format": "int64", "minimum": 0, "maximum": 99}
}
word! {
    /// Facts: a map whose values are strings, whole numbers or booleans. A structural schema cannot say
    /// that by type, so contradictions refuse every list and object, and `multipleOf` every fraction.
    FactMap {
        "type": "object",
        "maxProperties": 64,
        "x-kubernetes-map-type": "atomic",
        "additionalProperties": {
            "x-kubernetes-preserve-unknown-fields": true,
            "maxLength": 256,
            "multipleOf": 1,
            "minimum": -MAX_INTEGER,
            "maximum": MAX_INTEGER,
            "minItems": 1, "maxItems": 0,
            "minProperties": 1, "maxProperties": 0
        }
    }
}
word! {
    /// Names to short texts.
    LineMap {
        "type": "object",
        "maxProperties": 16,
        "additionalProperties": {"type": "string", "maxLength": 256}
    }
}
word! {
    /// Labels that must match.
    LabelMap {
        "type": "object",
        "maxProperties": 16,
        "additionalProperties": {"type": "string", "maxLength": 63}
    }
}
word! {
    /// Attribute names to the values that match.
    AttributeMap {
        "type": "object",
        "maxProperties": 16,
        "additionalProperties": {
            "type": "array",
            "maxItems": 32,
            "items": {"type": "string", "minLength": 1, "maxLength": 63}
        }
    }
}
word! {
    /// Fact names to the expressions that supply them.
    ExpressionMap {
        "type": "object",
        "maxProperties": 16,
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 512}
    }
}

/// A closed list of the engine, as a schema.
macro_rules! closed {
    ($($(#[$about:meta])* $name:ident of $list:ty;)+) => {$(
        $(#[$about])*
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let words: Vec<&str> = <$list>::ALL.iter().map(|word| word.as_str()).collect();
                json_schema!({"type": "string", "enum": words})
            }
        }
    )+};
}

closed! {
    /// Verdicts of criteria.
    VerdictWord of gradus_engine::verdict::Verdict;
    /// Reasons of Unmet and Unknown.
    ReasonWord of gradus_engine::verdict::Reason;
    /// Causes of a fall.
    CauseWord of gradus_engine::verdict::Cause;
    /// What an entry of the history tells.
    TransitionWord of gradus_engine::verdict::Transition;
    /// States of capabilities.
    StateWord of gradus_engine::verdict::CapabilityState;
    /// The three truths.
    TruthWord of gradus_engine::verdict::Truth;
}

/// A closed list of the resources that has the same words in the engine.
macro_rules! mirror {
    ($(#[$about:meta])* $name:ident of $module:ident::$engine:ident { $($(#[$doc:meta])* $word:ident,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$doc])* $word,)+ }

        impl From<$name> for gradus_engine::$module::$engine {
            fn from(word: $name) -> Self {
                match word { $($name::$word => Self::$word,)+ }
            }
        }
    };
}

pub(crate) use mirror;

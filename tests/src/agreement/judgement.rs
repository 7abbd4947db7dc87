//! What was said of an object, brought to one form whoever said it: a set of paths with codes.
//!
//! Some of what is said has no counterpart, and is left out by these rules alone:
//!
//! 1. A row of the server without a path says nothing by itself, a union's excepted: its path stands
//!    in the text. Below a union that does not hold, the server also lists fields of the branch that
//!    came nearest as required: `Required` right below such a path is left out.
//! 2. A value of a wrong type has only that said of it.
//! 3. Rules in CEL are compared where the schema has no finding: the server skips them after some.
//! 4. Unknown fields are found by the server's decoder, which then looks no further. It knows no field
//!    of a value of a wrong type either.
//! 5. The value of a fact is refused by contradictions; whichever of them is named is `InvalidFact`. So
//!    is a list in place of a text with a format, which is then of a wrong type.
//! 6. The name of a fact is not seen by the server.
//! 7. Metadata is refused by several parts of the server, each in its own words: only the path counts.
//! 8. In a list with an item of a wrong type, or without its key, duplicates are not compared.
//! 9. A rule that compares with the object before has no native check.

use std::collections::BTreeSet;
use std::fmt;

use super::finding::{Code, Finding};

/// Everything that was said of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What the schema finds.
    pub schema: BTreeSet<Finding>,
    /// Paths of unions that do not hold.
    pub unions: BTreeSet<String>,
    /// Rules in CEL that do not hold.
    pub rules: BTreeSet<Finding>,
}

impl Judgement {
    /// Whether the object is good.
    pub fn accepts(&self) -> bool {
        self.schema.is_empty() && self.rules.is_empty()
    }

    /// Nothing more is said of a value of a wrong type.
    #[must_use]
    pub fn with_types_alone(mut self) -> Self {
        let types = self
            .schema
            .iter()
            .filter(|finding| finding.code == Code::TypeInvalid);
        let wrong: BTreeSet<String> = types.map(|finding| finding.path.clone()).collect();
        let kept =
            |finding: &Finding| finding.code == Code::TypeInvalid || !wrong.contains(&finding.path);
        self.schema.retain(kept);
        self
    }

    /// Whether another judgement says the same.
    ///
    /// # Errors
    ///
    /// The two, side by side.
    pub fn agrees(&self, other: &Self) -> Result<(), String> {
        if self.accepts() == other.accepts() && self.compared(other) == other.compared(self) {
            return Ok(());
        }
        Err(format!("{self}\n  against {other}"))
    }

    /// What counts of it beside another one.
    fn compared(&self, other: &Self) -> BTreeSet<&Finding> {
        let both = || self.schema.iter().chain(&other.schema);
        if both().any(|finding| finding.code == Code::UnknownField) {
            let decoded = self.schema.iter();
            let decoded = decoded.filter(|finding| finding.code == Code::UnknownField);
            return decoded
                .filter(|finding| {
                    !both().any(|one| one.code == Code::TypeInvalid && finding.is_below(one))
                })
                .collect();
        }
        if self.schema.is_empty() && other.schema.is_empty() {
            return self.rules.iter().collect();
        }
        let counts = |finding: &&Finding| match finding.code {
            Code::Required => {
                let above = finding.path.rsplit_once('.').map_or("", |(above, _)| above);
                !self.unions.contains(above) && !other.unions.contains(above)
            }
            Code::Duplicate => {
                let list = finding.path.rsplit_once('[').map_or("", |(list, _)| list);
                let item = format!("{list}[");
                !both().any(|one| {
                    matches!(one.code, Code::Required | Code::TypeInvalid)
                        && one.path.starts_with(&item)
                })
            }
            _ => true,
        };
        self.schema.iter().filter(counts).collect()
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = self.schema.iter().map(Finding::to_string);
        let rules = self.rules.iter().map(|finding| format!("{finding} (rule)"));
        let all: Vec<String> = schema.chain(rules).collect();
        write!(formatter, "[{}]", all.join(", "))
    }
}

//! The kinds of objects, one row per kind: lists, watches and metrics follow from it.
//!
//! The rights of the chart and the documentation are held against this table by a test. What a new kind touches:
//! `docs/design/walks.md`.

use gradus_crds::schema::plural;
use gradus_engine::key::Kind;

/// How the operator treats one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRow {
    /// The kind; its name and whether it has a namespace are its own.
    pub kind: Kind,
    /// The kind as labels of metrics write it.
    pub label: &'static str,
    /// Whether it is listed and watched in a cluster, and its status written.
    pub watched: bool,
    /// Whether a stage follows from it: an assessment is written only when all of it was read.
    pub decides_stages: bool,
    /// Whether its valid objects are counted. A snapshot holds no others, and no count is better than a wrong one.
    pub counted: bool,
}

/// Every kind, in the order of [`Kind::ALL`].
pub const KINDS: [KindRow; Kind::ALL.len()] = [
    row(Kind::MaturityModel, "maturity_model"),
    KindRow {
        decides_stages: false,
        counted: false,
        ..row(Kind::Profile, "profile")
    },
    row(Kind::Capability, "capability"),
    row(Kind::Attestation, "attestation"),
    row(Kind::Waiver, "waiver"),
    row(Kind::Assessment, "assessment"),
];

/// The kinds as labels of metrics write them, in the order of [`KINDS`].
pub const LABELS: [&str; KINDS.len()] = labels();

/// A kind that is treated like most.
const fn row(kind: Kind, label: &'static str) -> KindRow {
    KindRow {
        kind,
        label,
        watched: true,
        decides_stages: true,
        counted: true,
    }
}

const fn labels() -> [&'static str; KINDS.len()] {
    let mut labels = [""; KINDS.len()];
    let mut index = 0;
    while index < labels.len() {
        labels[index] = KINDS[index].label;
        index += 1;
    }
    labels
}

impl KindRow {
    /// The row of a kind.
    pub fn of(kind: Kind) -> Self {
        // The table is in the order of the discriminants, and a test says so.
        KINDS[kind as usize]
    }

    /// The kind as the API server writes it in paths and rights.
    pub fn plural(self) -> &'static str {
        plural(self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_of_a_kind_is_its_own() {
        assert_eq!(KINDS.map(|row| row.kind), Kind::ALL);
        for kind in Kind::ALL {
            assert_eq!(KindRow::of(kind).kind, kind);
        }
    }

    #[test]
    fn label_is_the_kind_in_snake_case() {
        for row in KINDS {
            let compact = row.label.replace('_', "");
            assert_eq!(compact, row.kind.as_str().to_lowercase());
        }
    }
}

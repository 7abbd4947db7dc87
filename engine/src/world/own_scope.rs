//! What an assessment's own text says of what is scored.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::{hex, sha256_of};
use crate::key::Name;
use crate::object::{Assessment, Labels};

/// What an assessment's own text says of which capabilities count and which criteria concern it.
fn own_scope(spec: &Assessment) -> (Option<&Labels>, &BTreeMap<Name, Vec<Name>>, BTreeSet<&Name>) {
    let not_applicable = spec.not_applicable.iter().map(|(name, _)| name);
    (
        spec.capabilities.as_ref(),
        &spec.attributes,
        not_applicable.collect(),
    )
}

/// Whether two texts of an assessment score the same things by the same model: whatever else they
/// say explains no verdict.
// See D-029.
pub(super) fn same_scope(before: &Assessment, after: &Assessment) -> bool {
    before.model == after.model && own_scope(before) == own_scope(after)
}

/// SHA-256 in hex over the scope, as the ledger remembers it.
// See D-031.
pub(super) fn scope_digest(assessment: &Assessment) -> String {
    hex(&sha256_of(&own_scope(assessment)))
}

//! The digest of what was scored.

use serde::Serialize;

use crate::digest::{hex, sha256_of};
use crate::key::Name;
use crate::verdict::{EvidenceClass, Reason, Verdict};
use crate::view::CriterionView;
use crate::world::{AssessmentState, Scored};

/// What was scored, in the order of the keys: the text that has the digest.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inputs<'a> {
    awarded: Option<(u32, &'a Name)>,
    criteria: Vec<Row<'a>>,
    model: &'a Name,
    model_digest: &'a str,
}

/// One criterion of what was scored.
#[derive(Serialize)]
struct Row<'a>(
    &'a Name,
    Verdict,
    Option<Reason>,
    Option<EvidenceClass>,
    Option<&'a Name>,
    Option<&'a String>,
    Option<&'a Name>,
);

/// Ages are left out: equal digests mean equal inputs as far as the score reads them.
pub(super) fn inputs_digest(
    state: &AssessmentState,
    scored: &Scored,
    rows: &[CriterionView],
) -> String {
    let inputs = Inputs {
        awarded: scored
            .award
            .as_ref()
            .map(|award| (award.stage, &award.attestation)),
        criteria: rows.iter().map(Row::of).collect(),
        model: &state.spec.model,
        model_digest: &scored.program.model.digest,
    };
    hex(&sha256_of(&inputs))
}

impl<'a> Row<'a> {
    fn of(row: &'a CriterionView) -> Self {
        Self(
            &row.name,
            row.verdict,
            row.reason,
            row.class,
            row.capability.as_ref(),
            row.points.as_ref(),
            row.met_by.as_ref(),
        )
    }
}

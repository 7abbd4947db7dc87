//! Gates: what a pipeline refuses.

use std::str::FromStr;

use anyhow::bail;
use gradus_engine::view::AssessmentView;
use gradus_operator::outputs::wording::calendar::last_day;
use jiff::ToSpan;

use crate::edge::Edge;
use crate::names;

/// What ends within so many days ends soon: the reach of the alerts.
const SOON_DAYS: i32 = 14;

/// What makes the command fail besides a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailOn {
    /// Some criterion is Unknown.
    Unknown,
    /// Something that counts ends soon.
    Expiring,
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "unknown" => Ok(Self::Unknown),
            "expiring" => Ok(Self::Expiring),
            "regression" => Err(
                "a regression needs a baseline to fall from, and this version reads \
                                 none; use --min-stage"
                    .to_owned(),
            ),
            _ => Err("known: unknown, expiring".to_owned()),
        }
    }
}

/// The gates that were asked for.
#[derive(Debug)]
pub(super) struct Gates {
    min_stage: Option<u32>,
    unknown: bool,
    expiring: bool,
}

impl Gates {
    pub(super) fn new(min_stage: Option<u32>, fail_on: &[FailOn]) -> anyhow::Result<Self> {
        if min_stage == Some(0) {
            bail!("every assessment is at stage 0; a gate begins at --min-stage 1");
        }
        Ok(Self {
            min_stage,
            unknown: fail_on.contains(&FailOn::Unknown),
            expiring: fail_on.contains(&FailOn::Expiring),
        })
    }

    pub(super) fn are_none(&self) -> bool {
        self.min_stage.is_none() && !self.unknown && !self.expiring
    }

    /// Says on stderr what fails. Assessments that raise nothing of their own pass every gate.
    pub(super) fn check<'a>(
        &self,
        views: impl Iterator<Item = &'a AssessmentView>,
        edge: &mut Edge<'_>,
    ) -> anyhow::Result<bool> {
        let mut failed = false;
        for view in views.filter(|_| !self.are_none()) {
            let name = names::of(&view.key);
            if let Some(suspended) = view.suspended() {
                writeln!(edge.err, "{name} is held to no gate: {suspended}")?;
                continue;
            }
            for reason in self.failures(view) {
                failed = true;
                writeln!(edge.err, "gate failed: {name} {reason}")?;
            }
        }
        Ok(failed)
    }

    fn failures(&self, view: &AssessmentView) -> Vec<String> {
        let mut failures = Vec::new();
        if let Some(wanted) = self.min_stage {
            match view.stage {
                Some(stage) if stage >= wanted => {}
                Some(stage) => {
                    failures.push(format!("is at stage {stage}, and {wanted} is asked for"));
                }
                None => failures.push(format!("has no stage, and {wanted} is asked for")),
            }
        }
        if self.unknown && view.tally.unknown > 0 {
            failures.push(format!("has {} unknown criteria", view.tally.unknown));
        }
        let soon = view
            .at
            .checked_add((SOON_DAYS * 24).hours())
            .unwrap_or(view.at);
        for end in view
            .ends
            .iter()
            .filter(|end| self.expiring && end.at < soon)
        {
            let last = last_day(end.at);
            failures.push(format!(
                "rests on {} {}, whose last day is {last}",
                end_kind(end),
                end.name
            ));
        }
        failures
    }
}

/// What ends, as a noun.
pub(super) fn end_kind(end: &gradus_engine::view::End) -> &'static str {
    use gradus_engine::view::EndKind;
    match end.kind {
        EndKind::Attestation => "attestation",
        EndKind::Waiver => "waiver",
        EndKind::Award => "award",
        EndKind::Grace => "the grace of",
    }
}

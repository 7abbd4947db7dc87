//! Gates: what makes `score` fail in a pipeline.

use std::str::FromStr;

use gradus_crds::wording::calendar::last_day;
use gradus_crds::wording::ending;
use gradus_engine::view::AssessmentView;
use jiff::ToSpan;

use crate::names;
use crate::stdio::Stdio;

/// `expiring` means within so many days, like the alerts.
const SOON_DAYS: i32 = 14;

/// What makes the command fail besides a low stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailOn {
    /// A criterion is Unknown.
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
            "regression" => {
                Err("this version has no baseline to compare with; use --min-stage".to_owned())
            }
            _ => Err("use unknown or expiring".to_owned()),
        }
    }
}

/// Parses the stage of `--min-stage`. Every assessment is at stage 0 or above.
pub(super) fn min_stage(text: &str) -> Result<u32, String> {
    let stage = text.parse().ok().filter(|stage| *stage > 0);
    stage.ok_or_else(|| "write a whole number from 1".to_owned())
}

/// The gates to check.
#[derive(Debug)]
pub(super) struct Gates {
    min_stage: Option<u32>,
    unknown: bool,
    expiring: bool,
}

impl Gates {
    pub(super) fn new(min_stage: Option<u32>, fail_on: &[FailOn]) -> Self {
        Self {
            min_stage,
            unknown: fail_on.contains(&FailOn::Unknown),
            expiring: fail_on.contains(&FailOn::Expiring),
        }
    }

    fn are_none(&self) -> bool {
        self.min_stage.is_none() && !self.unknown && !self.expiring
    }

    /// Writes to stderr what fails. Suspended assessments pass every gate.
    pub(super) fn check<'a>(
        &self,
        views: impl Iterator<Item = &'a AssessmentView>,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<bool> {
        let mut failed = false;
        for view in views.filter(|_| !self.are_none()) {
            let name = names::of(&view.key);
            if let Some(suspended) = view.suspended() {
                writeln!(stdio.err, "{name} is not checked by the gate: {suspended}")?;
                continue;
            }
            for reason in self.failures(view) {
                failed = true;
                writeln!(stdio.err, "gate failed: {name} {reason}")?;
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
                    failures.push(format!("is at stage {stage}, below {wanted}"));
                }
                None => failures.push(format!("has no stage; {wanted} is required")),
            }
        }
        if self.unknown && view.tally.unknown > 0 {
            failures.push(match view.tally.unknown {
                1 => "has 1 unknown criterion".to_owned(),
                several => format!("has {several} unknown criteria"),
            });
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
                "depends on {} {}, which ends after {last}",
                ending::noun(end.kind),
                end.name
            ));
        }
        failures
    }
}

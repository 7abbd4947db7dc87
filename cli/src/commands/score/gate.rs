//! Gates: what makes `score` fail in a pipeline.

use std::str::FromStr;

use gradus_crds::wording::calendar::last_day;
use gradus_crds::wording::ending;
use gradus_engine::view::{AssessmentView, Snapshot};
use jiff::ToSpan;

use super::ended;
use crate::exit::Exit;
use crate::names;
use crate::stdio::Stdio;

/// `expiring` means within so many days, like the alerts.
const SOON_DAYS: i32 = 14;

/// What makes the command fail besides a low stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailOn {
    /// A criterion is Unknown.
    Unknown,
    /// Something that counts ends soon, or has ended and is not renewed.
    Expiring,
    /// Something that counted has ended and is not renewed.
    Expired,
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "unknown" => Ok(Self::Unknown),
            "expiring" => Ok(Self::Expiring),
            "expired" => Ok(Self::Expired),
            "regression" => {
                Err("this version has no baseline to compare with; use --min-stage".to_owned())
            }
            _ => Err("use unknown, expiring or expired".to_owned()),
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
    expired: bool,
}

impl Gates {
    pub(super) fn new(min_stage: Option<u32>, fail_on: &[FailOn]) -> Self {
        Self {
            min_stage,
            unknown: fail_on.contains(&FailOn::Unknown),
            expiring: fail_on.contains(&FailOn::Expiring),
            expired: fail_on.contains(&FailOn::Expiring) || fail_on.contains(&FailOn::Expired),
        }
    }

    fn are_none(&self) -> bool {
        self.min_stage.is_none() && !self.unknown && !self.expired
    }

    /// Checks, and writes to stderr what fails. Suspended assessments are not checked, and a gate that checked none of
    /// them has not been evaluated.
    pub(super) fn check<'a>(
        &self,
        views: impl Iterator<Item = &'a AssessmentView>,
        snapshot: &Snapshot,
        exit: &mut Exit,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<()> {
        if self.are_none() {
            return Ok(());
        }
        let mut is_checked = false;
        for view in views {
            let name = names::of(&view.key);
            if let Some(suspended) = view.suspended() {
                writeln!(stdio.err, "{name} is not checked by the gate: {suspended}")?;
                continue;
            }
            is_checked = true;
            for reason in self.failures(view, snapshot) {
                exit.gate_failed = true;
                writeln!(stdio.err, "gate failed: {name} {reason}")?;
            }
        }
        if !is_checked {
            exit.not_evaluated = true;
            writeln!(stdio.err, "error: the gate checked no assessment")?;
        }
        Ok(())
    }

    fn failures(&self, view: &AssessmentView, snapshot: &Snapshot) -> Vec<String> {
        let mut failures = Vec::new();
        if self.min_stage.is_none() && !view.assessed {
            failures.push("is not assessed, so there is nothing to check".to_owned());
        }
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
        if self.expired {
            failures.extend(ended::of(view, snapshot));
        }
        failures
    }
}

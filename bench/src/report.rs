//! The results: a table for people, a list for machines.

use std::fmt;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::measure::{Race, spread, typical};

/// A run in which the peer is less steady than this says nothing.
const STEADY: f64 = 1.5;

/// What a ratio must be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// The peer takes at least so many times as long.
    Faster(f64),
    /// Ours takes at most so many times as long.
    AtMost(f64),
    /// Reported without a bound.
    Unbounded,
}

/// A ratio that is of no race: of sizes, or of numbers.
#[derive(Debug)]
pub(crate) struct Figure<'a> {
    pub(crate) name: &'a str,
    /// What it is held against, in words.
    pub(crate) against: &'a str,
    /// What was found, with its unit.
    pub(crate) ours: String,
    /// What it is held against.
    pub(crate) limit: String,
    pub(crate) ratio: f64,
    pub(crate) bound: Bound,
}

/// A ratio, and whether it is within its bound.
#[derive(Debug, Serialize)]
struct CheckedBound {
    name: String,
    peer: String,
    ratio: f64,
    bound: String,
    holds: bool,
    #[serde(skip)]
    ours: String,
    #[serde(skip)]
    theirs: String,
    /// None where nobody raced.
    #[serde(skip)]
    spread: Option<f64>,
    #[serde(skip)]
    bounded: bool,
}

/// Everything measured in one run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<CheckedBound>,
}

impl Report {
    /// Takes a figure in.
    pub(crate) fn figure(&mut self, figure: Figure<'_>) {
        self.rows.push(CheckedBound {
            name: figure.name.to_owned(),
            peer: figure.against.to_owned(),
            ratio: rounded(figure.ratio),
            bound: figure.bound.to_string(),
            holds: figure.bound.holds(figure.ratio),
            ours: figure.ours,
            theirs: figure.limit,
            spread: None,
            bounded: figure.bound.is_bound(),
        });
    }

    /// Takes a race in. A peer that was not steady leaves the bound open, and that is no success.
    pub(crate) fn add(&mut self, name: &str, peer: &str, race: &Race, bound: Bound) {
        let ratio = match bound {
            Bound::Faster(_) => race.peer_over_ours(),
            Bound::AtMost(_) | Bound::Unbounded => race.ours_over_peer(),
        };
        let spread = spread(&race.peer);
        self.rows.push(CheckedBound {
            name: name.to_owned(),
            peer: peer.to_owned(),
            ratio: rounded(ratio),
            bound: bound.to_string(),
            holds: bound.holds(ratio) && spread <= STEADY,
            ours: format!("{:.2?}", typical(&race.ours)),
            theirs: format!("{:.2?}", typical(&race.peer)),
            spread: Some(spread),
            bounded: bound.is_bound(),
        });
    }

    /// Whether every bound holds.
    pub(crate) fn holds(&self) -> bool {
        self.rows
            .iter()
            .filter(|row| row.bounded)
            .all(|row| row.holds)
    }

    /// The table.
    pub(crate) fn print(&self, output: &mut dyn Write) -> Result<()> {
        let width = |of: fn(&CheckedBound) -> &str| {
            self.rows
                .iter()
                .map(|row| of(row).chars().count())
                .max()
                .unwrap_or(0)
        };
        let (names, peers) = (width(|row| &row.name), width(|row| &row.peer));
        let ours = width(|row| &row.ours).max(12);
        writeln!(
            output,
            "\n{:names$}  {:peers$}  {:>ours$}  {:>12}  {:>6}  {:>9}  {:>7}",
            "", "peer", "ours", "peer", "spread", "ratio", "bound",
        )?;
        for row in &self.rows {
            let is_void = row.spread.is_some_and(|spread| spread > STEADY);
            let spread = row.spread.map(|spread| format!("{spread:.2}"));
            let verdict = match (row.bounded, row.holds, is_void) {
                (false, ..) => "",
                (_, true, _) => "holds",
                (_, false, true) => "VOID: the peer was not steady",
                (_, false, false) => "MISSED",
            };
            writeln!(
                output,
                "{:names$}  {:peers$}  {:>ours$}  {:>12}  {:>6}  {:>8.2}x  {:>7}  {verdict}",
                row.name,
                row.peer,
                row.ours,
                row.theirs,
                spread.unwrap_or_default(),
                row.ratio,
                row.bound,
            )?;
        }
        Ok(())
    }

    /// The list: those with a bound.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let bounded: Vec<&CheckedBound> = self.rows.iter().filter(|row| row.bounded).collect();
        std::fs::write(path, serde_json::to_string_pretty(&bounded)? + "\n")?;
        Ok(())
    }
}

/// To the thousandth.
fn rounded(ratio: f64) -> f64 {
    (ratio * 1000.0).round() / 1000.0
}

impl Bound {
    fn is_bound(self) -> bool {
        !matches!(self, Bound::Unbounded)
    }

    fn holds(self, ratio: f64) -> bool {
        match self {
            Bound::Faster(least) => ratio >= least,
            Bound::AtMost(most) => ratio <= most,
            Bound::Unbounded => true,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::Faster(least) => write!(formatter, ">= {least}"),
            Bound::AtMost(most) => write!(formatter, "<= {most}"),
            Bound::Unbounded => Ok(()),
        }
    }
}

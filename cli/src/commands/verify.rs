//! `gradus verify`: whether what is remembered is as it was written.

use std::path::{Path, PathBuf};

use anyhow::bail;
use gradus_engine::fold::verify;
use gradus_engine::key::ObjectKey;
use gradus_engine::ledger::Ledger;
use gradus_operator::store::{FOLDER, ledgers};
use jiff::Timestamp;

use crate::exit::Exit;
use crate::names;
use crate::output::table::Table;
use crate::output::text::{self, Line, Tone};
use crate::score_input::{CLUSTER, ClusterInput};
use crate::stdio::Stdio;

/// Characters of a digest that are shown: enough to find it in a log.
const SHOWN: usize = 16;

/// Where to look.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every entry of a history has a digest over itself and the digest before it. An entry that was altered, added or
removed afterwards shows, unless all later digests were made again: compare HEAD with the log of the operator,
which names the digest of every entry that it commits.

Examples:
  gradus verify examples/hospital-group
  gradus verify -A

Exit codes: 0 every history is whole, 1 one was altered, 3 one cannot be read.")]
pub(crate) struct Arguments {
    /// A watched folder of documents. The cluster when left out
    #[arg(value_name = "DIR", conflicts_with_all = CLUSTER)]
    folder: Option<PathBuf>,
    /// Where the state of the folder is, when it is not in the folder
    #[arg(long, value_name = "DIR", conflicts_with_all = CLUSTER)]
    state: Option<PathBuf>,
    /// The part of a cluster.
    #[command(flatten)]
    cluster: ClusterInput,
}

/// What an assessment remembers, or why that cannot be read.
type Remembered = (ObjectKey, Result<Ledger, String>);

/// Verifies every history, and prints a line for each.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let state = arguments.state.clone().or_else(|| {
        let folder = arguments.folder.as_ref()?;
        Some(folder.join(FOLDER))
    });
    let remembered = match state {
        Some(state) => of_folder(&state)?,
        None => of_cluster(&arguments.cluster, stdio)?,
    };
    let mut exit = Exit::default();
    let mut table = Table::new(["ASSESSMENT", "ENTRIES", "HEAD", "HISTORY"]);
    for (key, ledger) in &remembered {
        table.row(row(key, ledger, &mut exit));
    }
    text::write(&table.lines(stdio.on_out.width), stdio.out, stdio.on_out)?;
    Ok(exit)
}

fn of_folder(state: &Path) -> anyhow::Result<Vec<Remembered>> {
    let remembered = ledgers(state);
    if remembered.is_empty() {
        bail!(
            "nothing is remembered in {}; `gradus watch DIR` begins a history",
            state.display()
        );
    }
    Ok(remembered)
}

fn of_cluster(cluster: &ClusterInput, stdio: &mut Stdio<'_>) -> anyhow::Result<Vec<Remembered>> {
    let (scored, _) = cluster.score(Timestamp::now(), stdio)?;
    let views = scored.snapshot.assessments.values();
    let remembered: Vec<Remembered> = views
        .map(|view| (view.key.clone(), Ok((*view.ledger).clone())))
        .collect();
    if remembered.is_empty() {
        bail!(scored.no_assessment());
    }
    Ok(remembered)
}

fn row(key: &ObjectKey, ledger: &Result<Ledger, String>, exit: &mut Exit) -> [Line; 4] {
    let name = Line::of(Tone::Strong, names::of(key));
    let ledger = match ledger {
        Ok(ledger) => ledger,
        Err(reason) => {
            exit.not_evaluated = true;
            let reason = format!("cannot be read: {reason}");
            return [
                name,
                Line::plain("-"),
                Line::plain("-"),
                Line::of(Tone::Bad, reason),
            ];
        }
    };
    let head = ledger.history.last().map_or("-", |entry| &entry.digest);
    let history = match verify(ledger) {
        Ok(()) => Line::of(Tone::Good, "whole"),
        Err(broken) => {
            exit.gate_failed = true;
            Line::of(Tone::Bad, broken.to_string())
        }
    };
    [
        name,
        Line::plain(ledger.history.len().to_string()),
        Line::plain(head.get(..SHOWN).unwrap_or(head)),
        history,
    ]
}

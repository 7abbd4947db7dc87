//! Reads the documents that a command is given.

use std::path::PathBuf;

use anyhow::bail;
use gradus_engine::key::Kind;
use gradus_manifests::finding::Finding;
use gradus_operator::inputs::folder::{self, Reading, STANDARD_INPUT};

use crate::exit::Exit;
use crate::output::diagnostics;
use crate::stdio::Stdio;

/// Reads folders, files and, for `-`, the standard input.
pub(crate) fn read(from: &[PathBuf], stdio: &mut Stdio<'_>) -> anyhow::Result<Reading> {
    for path in from {
        if path.as_os_str() != STANDARD_INPUT && !path.exists() {
            bail!(
                "{} does not exist; name a folder or a file, or - for the standard input",
                path.display()
            );
        }
    }
    Ok(folder::scan(from, stdio.input))
}

/// Writes what is wrong with the documents to stderr; and what was passed over, if there is nothing to score.
pub(crate) fn report(reading: &Reading, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let mut kinds = reading.documents.keys().map(|key| key.kind);
    if !kinds.any(|kind| kind == Kind::Assessment) {
        diagnostics::write(&reading.notes, stdio.err, stdio.on_err)?;
    }
    diagnostics::write(&reading.findings, stdio.err, stdio.on_err)?;
    Ok(Exit {
        bad_input: reading.findings.iter().any(Finding::is_error),
        ..Exit::default()
    })
}

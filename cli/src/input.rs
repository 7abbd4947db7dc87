//! Documents that a command is given.

use std::path::PathBuf;

use anyhow::bail;
use gradus_manifests::finding::Finding;
use gradus_operator::inputs::folder::{self, Reading, STANDARD_INPUT};

use crate::edge::Edge;
use crate::finish::Finish;
use crate::output::diagnostics;

/// Reads folders, files and, for `-`, the standard input.
pub(crate) fn read(from: &[PathBuf], edge: &mut Edge<'_>) -> anyhow::Result<Reading> {
    for path in from {
        if path.as_os_str() != STANDARD_INPUT && !path.exists() {
            bail!(
                "there is no {}; name a folder or a file, or - for the standard input",
                path.display()
            );
        }
    }
    Ok(folder::scan(from, edge.input))
}

/// Says what is wrong with what was read, on stderr.
pub(crate) fn report(reading: &Reading, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    diagnostics::write(&reading.findings, edge.err, edge.on_err)?;
    Ok(Finish {
        bad_input: reading.findings.iter().any(Finding::is_error),
        ..Finish::default()
    })
}

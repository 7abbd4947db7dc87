//! `gradus reset`: deletes what a watched folder remembers.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::bail;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_operator::store::disk::LocalDisk;
use gradus_operator::store::lock::Lock;
use gradus_operator::store::{self, FOLDER, Selection};

use crate::exit::Exit;
use crate::names;
use crate::stdio::Stdio;

/// What to delete.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus reset examples/hospital-group
  gradus reset examples/hospital-group larkmere-general/infram --yes")]
pub(crate) struct Arguments {
    /// The folder of documents
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only this assessment; everything when left out
    #[arg(value_name = "NAMESPACE/NAME", value_parser = assessment)]
    assessment: Option<ObjectKey>,
    /// Where its state is, when it is not in the folder
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

fn assessment(text: &str) -> Result<ObjectKey, String> {
    match text.split_once('/') {
        Some((namespace, name))
            if !namespace.is_empty() && !name.is_empty() && !name.contains('/') =>
        {
            Ok(ObjectKey::new(Kind::Assessment, namespace, name))
        }
        _ => Err("write NAMESPACE/NAME; without a namespace it is default/NAME".to_owned()),
    }
}

/// Lists what would be deleted, asks, and deletes it.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let path = arguments
        .state
        .clone()
        .unwrap_or_else(|| arguments.folder.join(FOLDER));
    let selection = match &arguments.assessment {
        Some(key) => Selection::Objects(vec![key.clone()]),
        None => Selection::Everything,
    };
    if path.exists() {
        // Why: refuse before asking. The lock is free again at once, and `store::reset` takes it for the deletion.
        Lock::take(&path)?;
    }
    let remembered = store::remembered(&path);
    let chosen = chosen(arguments, &path, &remembered)?;
    if chosen.is_empty() {
        writeln!(stdio.err, "nothing is remembered in {}", path.display())?;
        return Ok(Exit::default());
    }
    list(&chosen, stdio)?;
    if !arguments.yes && !confirmed(stdio)? {
        bail!("nothing was deleted; use --yes to delete without a question");
    }
    let deleted = store::reset(&path, &selection, &LocalDisk)?;
    writeln!(
        stdio.out,
        "deleted {} from {}",
        objects(deleted.len()),
        path.display()
    )?;
    Ok(Exit::default())
}

fn chosen(
    arguments: &Arguments,
    path: &Path,
    remembered: &[ObjectKey],
) -> anyhow::Result<Vec<ObjectKey>> {
    if !arguments.folder.is_dir() && arguments.state.is_none() {
        bail!("the folder {} does not exist", arguments.folder.display());
    }
    let Some(key) = &arguments.assessment else {
        return Ok(remembered.to_vec());
    };
    if remembered.contains(key) {
        return Ok(vec![key.clone()]);
    }
    let known: Vec<String> = remembered
        .iter()
        .filter(|key| key.kind == Kind::Assessment)
        .map(names::of)
        .collect();
    let wrong = names::of(key);
    let unknown = names::unknown(
        "assessment remembered as",
        &wrong,
        known.iter().map(String::as_str),
    );
    Err(unknown.context(path.display().to_string()))
}

fn list(chosen: &[ObjectKey], stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let assessments = chosen.iter().filter(|key| key.kind == Kind::Assessment);
    writeln!(
        stdio.err,
        "This deletes the high-water marks, falls and history of:"
    )?;
    for key in assessments.clone() {
        writeln!(stdio.err, "  {}", names::of(key))?;
    }
    let others = chosen.len() - assessments.count();
    if others > 0 {
        writeln!(
            stdio.err,
            "and the identity and last valid version of {}.",
            objects(others)
        )?;
    }
    Ok(())
}

fn confirmed(stdio: &mut Stdio<'_>) -> anyhow::Result<bool> {
    write!(stdio.err, "Delete it? [y/N] ")?;
    stdio.err.flush()?;
    let mut answer = String::new();
    BufReader::new(&mut *stdio.input).read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn objects(count: usize) -> String {
    format!("{count} object{}", if count == 1 { "" } else { "s" })
}

//! `gradus reset`: forgets what a watched folder remembers.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::bail;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_operator::store::disk::LocalDisk;
use gradus_operator::store::{self, FOLDER, Selection};

use crate::edge::Edge;
use crate::finish::Finish;
use crate::names;

/// What to forget.
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
    /// Where its state lies, when it is not in the folder
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
        _ => Err("name it as NAMESPACE/NAME; without a namespace it is default/NAME".to_owned()),
    }
}

/// Says what would be forgotten, asks, and forgets it.
pub(crate) fn run(arguments: &Arguments, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    let path = arguments
        .state
        .clone()
        .unwrap_or_else(|| arguments.folder.join(FOLDER));
    let selection = match &arguments.assessment {
        Some(key) => Selection::Objects(vec![key.clone()]),
        None => Selection::Everything,
    };
    let remembered = store::remembered(&path);
    let chosen = chosen(arguments, &path, &remembered)?;
    if chosen.is_empty() {
        writeln!(edge.err, "nothing is remembered in {}", path.display())?;
        return Ok(Finish::default());
    }
    tell(&chosen, edge)?;
    if !arguments.yes && !agreed(edge)? {
        bail!("nothing was forgotten; say --yes to forget it without being asked");
    }
    let forgotten = store::reset(&path, &selection, &LocalDisk)?;
    writeln!(
        edge.out,
        "forgot {} of {}",
        objects(forgotten.len()),
        path.display()
    )?;
    Ok(Finish::default())
}

fn chosen(
    arguments: &Arguments,
    path: &Path,
    remembered: &[ObjectKey],
) -> anyhow::Result<Vec<ObjectKey>> {
    if !arguments.folder.is_dir() && arguments.state.is_none() {
        bail!("there is no folder {}", arguments.folder.display());
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

fn tell(chosen: &[ObjectKey], edge: &mut Edge<'_>) -> anyhow::Result<()> {
    let assessments = chosen.iter().filter(|key| key.kind == Kind::Assessment);
    writeln!(edge.err, "This forgets the marks, falls and history of:")?;
    for key in assessments.clone() {
        writeln!(edge.err, "  {}", names::of(key))?;
    }
    let others = chosen.len() - assessments.count();
    if others > 0 {
        writeln!(
            edge.err,
            "and the identity and last good text of {}.",
            objects(others)
        )?;
    }
    Ok(())
}

fn agreed(edge: &mut Edge<'_>) -> anyhow::Result<bool> {
    write!(edge.err, "Forget it? [y/N] ")?;
    edge.err.flush()?;
    let mut answer = String::new();
    BufReader::new(&mut *edge.input).read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn objects(count: usize) -> String {
    format!("{count} object{}", if count == 1 { "" } else { "s" })
}

//! `gradus init`: writes a folder with everything that a model reads, to fill in.

mod questions;
mod template;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::models;
use crate::exit::Exit;
use crate::stdio::Stdio;

/// Which model, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus init --model infram-2018 my-site
  gradus init --model emram-2018 --namespace westhaven --name emram sites/westhaven")]
pub(crate) struct Arguments {
    /// A built-in model; `gradus models list` shows them
    #[arg(long, value_name = "NAME")]
    model: String,
    /// Where to write; created when it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// The namespace of everything; `default` is meant when it is left out
    #[arg(long, value_name = "NAMESPACE", value_parser = kebab)]
    namespace: Option<String>,
    /// The name of the assessment; when it is left out, the name of the model without its year
    #[arg(long, value_name = "NAME", value_parser = kebab)]
    name: Option<String>,
}

/// Parses the name of an object or a namespace.
fn kebab(text: &str) -> Result<String, String> {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = text.bytes().all(|byte| letter(byte) || byte == b'-');
    let ends = text.bytes().next().is_some_and(letter) && text.bytes().last().is_some_and(letter);
    if inner && ends && text.len() <= 63 {
        return Ok(text.to_owned());
    }
    Err("write at most 63 lower-case letters, digits and hyphens".to_owned())
}

/// Writes the whole folder, or nothing.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let model = models::parsed(models::entry(&arguments.model)?)?;
    let name = arguments
        .name
        .clone()
        .unwrap_or_else(|| short(&model.name).to_owned());
    let files = template::files(&model, &name, arguments.namespace.as_deref());
    let paths: Vec<PathBuf> = files
        .iter()
        .map(|(path, _)| arguments.folder.join(path))
        .collect();
    if let Some(there) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        bail!(
            "{} already exists and is not overwritten; choose another folder",
            there.display()
        );
    }
    for ((_, text), path) in files.iter().zip(&paths) {
        write(path, text)?;
        writeln!(stdio.out, "{}", path.display())?;
    }
    let folder = arguments.folder.display();
    writeln!(
        stdio.err,
        "\nReplace `claim: Unknown` with what you know, then score the folder:\n  gradus watch {folder}\n  gradus score {folder}"
    )?;
    Ok(Exit::default())
}

/// Writes a file that is not there yet.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("{} cannot be written", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} already exists and is not overwritten", path.display())
        }
        opened => opened.with_context(failed)?,
    };
    file.write_all(text.as_bytes()).with_context(failed)
}

/// `infram-2018` as `infram`.
fn short(model: &str) -> &str {
    match model.rsplit_once('-') {
        Some((short, year))
            if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            short
        }
        _ => model,
    }
}

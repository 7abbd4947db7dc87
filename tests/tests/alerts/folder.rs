//! Stories in a folder that is watched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use gradus_tests::monitoring::{Scraped, Settings, shortened};
use gradus_tests::running::binary::{Watch, gradus};
use gradus_tests::running::server::free_port;
use gradus_tests::running::tools::run;
use serde_json::Value;
use tempfile::TempDir;

use crate::environment::{Environment, Gone};

pub(crate) struct Watched {
    watch: Option<Watch>,
    address: String,
    folder: TempDir,
}

impl Watched {
    /// Watches a folder with some objects.
    pub(crate) fn start(objects: &[Value]) -> Result<Self> {
        let mut watched = Self {
            watch: None,
            address: format!("127.0.0.1:{}", free_port()?),
            folder: tempfile::tempdir()?,
        };
        watched.change(objects, &[])?;
        watched.revive()?;
        Ok(watched)
    }

    /// A file of an object's own.
    fn file(&self, object: &Value) -> Result<PathBuf> {
        let word = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
        let namespace = word("/metadata/namespace").unwrap_or("cluster");
        let kind = word("/kind").context("a kind")?;
        let name = word("/metadata/name").context("a name")?;
        let folder = self.folder.path().join(namespace);
        Ok(folder.join(format!("{kind}-{name}.json")))
    }
}

impl Environment for Watched {
    fn change(&self, changed: &[Value], gone: &[Value]) -> Result<()> {
        for object in changed {
            write(&self.file(object)?, &object.to_string())?;
        }
        for object in gone {
            fs::remove_file(self.file(object)?)?;
        }
        Ok(())
    }

    fn settings(&self) -> Result<Settings> {
        // Beside the documents, and hidden from who reads them.
        let [settings, rules] =
            [".settings.json", ".rules.yaml"].map(|name| self.folder.path().join(name));
        fs::write(&settings, shortened()?.to_string())?;
        let mut command = Command::new(gradus());
        command.arg("rules").arg("--settings").arg(settings);
        run(command.arg("--output").arg(&rules), Stdio::null())?;
        Ok(Settings {
            scraped: vec![Scraped::new(&format!("http://{}", self.address), &[])],
            rules: vec![rules],
            ..Settings::default()
        })
    }

    fn kill(&mut self, _whom: Gone) -> Result<()> {
        self.watch.take().context("it is watched")?.kill();
        Ok(())
    }

    fn revive(&mut self) -> Result<()> {
        self.watch = Some(Watch::start_at(&self.address, self.folder.path())?);
        Ok(())
    }
}

/// Writes a file in one step, as editors do.
fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().context("a folder")?;
    fs::create_dir_all(folder)?;
    let mut unfinished = tempfile::Builder::new().prefix(".").tempfile_in(folder)?;
    std::io::Write::write_all(&mut unfinished, text.as_bytes())?;
    unfinished.persist(path)?;
    Ok(())
}

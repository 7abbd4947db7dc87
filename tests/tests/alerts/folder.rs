//! Stories in a folder that is watched.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use gradus_tests::monitoring::Scraped;
use gradus_tests::running::binary::Watch;
use gradus_tests::running::server::free_port;
use serde_json::Value;
use tempfile::TempDir;

use crate::ground::{Gone, Ground};

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

impl Ground for Watched {
    fn change(&self, changed: &[Value], gone: &[Value]) -> Result<()> {
        for object in changed {
            write(&self.file(object)?, &object.to_string())?;
        }
        for object in gone {
            fs::remove_file(self.file(object)?)?;
        }
        Ok(())
    }

    fn scraped(&self) -> Vec<Scraped> {
        vec![Scraped::new(&format!("http://{}", self.address), &[])]
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

//! Two replicas that each watch a copy of one folder.

use anyhow::Result;
use gradus_tests::monitoring::Scraped;
use gradus_tests::running::binary::{Watch, claim, copy};
use tempfile::TempDir;

use crate::scene::{Environment, estate};

pub(crate) struct Folders {
    replicas: [Watch; 2],
    folders: [TempDir; 2],
}

impl Folders {
    /// A folder's only source is always read, and never breaks off.
    pub(crate) const WITHOUT_ANSWER: [&str; 2] = ["Sources not read", "Restarts of sources"];

    pub(crate) fn watched() -> Result<Self> {
        let folder = estate()?;
        let twin = tempfile::tempdir()?;
        copy(folder.path(), twin.path())?;
        Ok(Self {
            replicas: [Watch::start(folder.path())?, Watch::start(twin.path())?],
            folders: [folder, twin],
        })
    }
}

impl Environment for Folders {
    fn scraped(&self, more: &[(&str, &str)]) -> Vec<Scraped> {
        let pods = ["gradus-a", "gradus-b"].iter().zip(&self.replicas);
        pods.map(|(pod, replica)| {
            let labels = [&[("pod", *pod)], more].concat();
            Scraped::new(&replica.url, &labels)
        })
        .collect()
    }

    fn claim(&self, file: &str, capability: &str, before: &str, after: &str) -> Result<()> {
        let folders = self.folders.iter();
        folders
            .map(|folder| folder.path().join(file))
            .try_for_each(|file| claim(&file, capability, before, after))
    }
}

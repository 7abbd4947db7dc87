//! Two replicas of the operator in a cluster with the chart.

use std::fs;

use anyhow::Result;
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::deployed::{Deployed, NAMESPACE};
use gradus_tests::monitoring::Scraped;
use gradus_tests::running::binary::{claim, root};
use gradus_tests::running::operator::Operator;
use tempfile::TempDir;

use crate::scene::{Environment, estate};

pub(crate) struct Cluster {
    control_plane: &'static ControlPlane,
    replicas: [Operator; 2],
    folder: TempDir,
}

impl Cluster {
    /// Everything can be read there.
    pub(crate) const WITHOUT_ANSWER: [&str; 1] = ["Sources not read"];

    pub(crate) fn operated() -> Result<Self> {
        let control_plane = ControlPlane::shared()?;
        let deployed = Deployed::shared(control_plane)?;
        control_plane.load(&root().join("library/models"))?;
        let folder = estate()?;
        control_plane.load(folder.path())?;
        Ok(Self {
            control_plane,
            replicas: [deployed.operate(&[])?, deployed.operate(&[])?],
            folder,
        })
    }
}

impl Environment for Cluster {
    fn scraped(&self, more: &[(&str, &str)]) -> Vec<Scraped> {
        let pods = ["gradus-a", "gradus-b"].iter().zip(&self.replicas);
        pods.map(|(pod, replica)| {
            let labels = [&[("pod", *pod), ("namespace", NAMESPACE)], more].concat();
            Scraped::new(replica.url(), &labels)
        })
        .collect()
    }

    fn claim(&self, file: &str, capability: &str, before: &str, after: &str) -> Result<()> {
        let file = self.folder.path().join(file);
        claim(&file, capability, before, after)?;
        self.control_plane.apply(&fs::read_to_string(file)?)
    }
}

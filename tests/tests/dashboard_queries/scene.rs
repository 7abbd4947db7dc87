//! Two replicas of one estate, and those who scrape both.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use gradus_dashboards::rules;
use gradus_tests::monitoring::{Prometheus, Release, Scraped, Settings};
use gradus_tests::running::binary::example;
use tempfile::TempDir;

/// An assessment whose model is nowhere: it cannot be scored.
const BLIND: &str = "apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: blind, namespace: westhaven}
spec: {model: {name: nowhere}}
";

/// A capability that cannot be used: a fact's name begins with a lower-case letter.
const BROKEN: &str = "apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: broken, namespace: westhaven}
spec: {claim: Present, facts: {Mode: full}}
";

/// Where two replicas find the estate.
pub(crate) trait Environment {
    /// Where each replica is scraped, with some labels more.
    fn scraped(&self, more: &[(&str, &str)]) -> Vec<Scraped>;

    /// Changes what a file claims of a capability.
    fn claim(&self, file: &str, capability: &str, before: &str, after: &str) -> Result<()>;
}

/// The estate, and those who watch.
pub(crate) struct Scene<G> {
    // Dropped in this order: whoever asks before whom it asks.
    pub(crate) watchers: Vec<Prometheus>,
    environment: G,
    _rules: TempDir,
}

/// The hospital group, with an assessment that cannot be scored and a capability that cannot be used.
pub(crate) fn estate() -> Result<TempDir> {
    let folder = example("hospital-group")?;
    fs::write(folder.path().join("blind.yaml"), BLIND)?;
    fs::write(folder.path().join("broken.yaml"), BROKEN)?;
    Ok(folder)
}

impl<G: Environment> Scene<G> {
    /// Every release of Prometheus, with a label for the cluster and without.
    pub(crate) fn start(environment: G) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let rules = folder.path().join("rules.yaml");
        fs::write(&rules, rules::file(&rules::Settings::default()))?;
        let mut watchers = Vec::new();
        for release in Release::all()? {
            for more in [&[][..], &[("cluster", "north")]] {
                watchers.push(watcher(release, environment.scraped(more), &rules)?);
            }
        }
        Ok(Self {
            watchers,
            environment,
            _rules: folder,
        })
    }

    /// Waits until every Prometheus has recorded a stage of an assessment.
    pub(crate) fn until_stage(&self, namespace: &str, stage: u32) -> Result<()> {
        let recorded = format!(
            "assessment:gradus_assessment_stage:max{{namespace=\"{namespace}\", assessment=\"infram\"}} == {stage}"
        );
        for watcher in &self.watchers {
            watcher.until(&recorded, |stages| !stages.is_empty())?;
        }
        Ok(())
    }

    pub(crate) fn fall(&self) -> Result<()> {
        self.wireless("Present", "Absent")?;
        self.until_stage("larkmere-general", 3)
    }

    pub(crate) fn rise_again(&self) -> Result<()> {
        self.wireless("Absent", "Present")?;
        self.until_stage("larkmere-general", 5)
    }

    fn wireless(&self, before: &str, after: &str) -> Result<()> {
        let file = "larkmere-general/network.yaml";
        self.environment
            .claim(file, "wireless-most-premises", before, after)
    }

    pub(crate) fn rise(&self) -> Result<()> {
        let file = "westhaven/infrastructure.yaml";
        self.environment
            .claim(file, "end-to-end-qos", "Unknown", "Present")?;
        self.until_stage("westhaven", 3)
    }
}

fn watcher(release: Release, scraped: Vec<Scraped>, rules: &Path) -> Result<Prometheus> {
    let settings = Settings {
        scraped,
        rules: vec![rules.to_owned()],
        interval: Duration::from_secs(1),
        ..Settings::default()
    };
    Prometheus::start(release, &settings)
}

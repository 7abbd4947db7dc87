//! The releases of Prometheus that the rules are written for, and what their promtool says.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

use super::tools;
use crate::running::tools::run;

/// Set by whoever has no package of the oldest release.
const WITHOUT_FLOOR: &str = "GRADUS_WITHOUT_OLDEST_PROMETHEUS";

/// A release of Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Built from source: the newest that we know.
    Newest,
    /// The oldest that the rules are written for, out of the distribution's package.
    Floor,
}

impl Release {
    /// All of them, the oldest last. Where the distribution has no package of the floor, whoever runs the tests must know
    /// that they check less.
    ///
    /// # Errors
    ///
    /// When they cannot be built, or the floor is not here and nobody said so.
    pub fn all() -> Result<Vec<Self>> {
        if tools()?.join("floor").exists() {
            return Ok(vec![Release::Newest, Release::Floor]);
        }
        ensure!(
            std::env::var_os(WITHOUT_FLOOR).is_some(),
            "the oldest Prometheus that the rules are written for is not here: the distribution has no package of it; \
             {WITHOUT_FLOOR}=1 checks by the newest alone"
        );
        Ok(vec![Release::Newest])
    }

    /// Where one of its programs is.
    pub(super) fn program(self, name: &str) -> Result<PathBuf> {
        let tools = tools()?;
        Ok(match self {
            Release::Newest => tools.join(name),
            Release::Floor => tools.join("floor").join(name),
        })
    }

    /// Whether rule files are valid, as `promtool check rules` says.
    ///
    /// # Errors
    ///
    /// When one is not; what promtool says is in the error.
    pub fn check_rules(self, files: &[&Path]) -> Result<String> {
        self.promtool(&["check", "rules"], files, Stdio::null())
    }

    /// Whether tests of rules pass, as `promtool test rules` says.
    ///
    /// # Errors
    ///
    /// When one does not; what promtool says is in the error.
    pub fn test_rules(self, files: &[&Path]) -> Result<String> {
        self.promtool(&["test", "rules"], files, Stdio::null())
    }

    /// Whether an exposition in a file is valid and as it should be, as `promtool check metrics` says.
    ///
    /// # Errors
    ///
    /// When it is not; what promtool says is in the error.
    pub fn check_metrics(self, exposition: &Path) -> Result<String> {
        let exposition = std::fs::File::open(exposition)?;
        self.promtool(&["check", "metrics"], &[], exposition)
    }

    fn promtool(self, ask: &[&str], files: &[&Path], input: impl Into<Stdio>) -> Result<String> {
        let mut promtool = Command::new(self.program("promtool")?);
        run(promtool.args(ask).args(files), input)
    }
}

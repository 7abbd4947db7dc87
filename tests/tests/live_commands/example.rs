//! A cluster with the example in it, and commands that are run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::running::binary::{example, gradus};
use gradus_tests::running::operator::Operator;
use tempfile::TempDir;

/// A cluster that holds the example, scored by the operator, which has ended since.
pub(super) struct Example {
    pub(super) plane: ControlPlane,
    pub(super) folder: TempDir,
    pub(super) kubeconfig: PathBuf,
    /// The instant that every pass looks from.
    pub(super) at: String,
}

impl Example {
    /// The one that all tests here read.
    pub(super) fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<Example, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start().map_err(|error| format!("{error:#}")));
        shared.as_ref().map_err(|error| anyhow!("{error}"))
    }

    pub(super) fn start() -> Result<Self> {
        let plane = ControlPlane::start()?;
        plane.install_definitions()?;
        let folder = example("hospital-group")?;
        plane.load(folder.path())?;
        let kubeconfig = plane.kubeconfig(plane.admin_token())?;
        let operator = Operator::start(&kubeconfig, &["--leader-election=false"])?;
        wait_for("every assessment has a status", || {
            let assessments = plane.objects("assessments", None)?;
            Ok(assessments
                .iter()
                .all(|one| one["status"]["observedGeneration"].is_i64()))
        })?;
        operator.terminate()?;
        Ok(Self {
            plane,
            folder,
            kubeconfig,
            at: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
        })
    }

    pub(super) fn on_cluster(&self, arguments: &[&str]) -> Result<Output> {
        run(&self.kubeconfig, &[arguments, &["--at", &self.at]].concat())
    }

    pub(super) fn in_folder(&self, arguments: &[&str]) -> Result<Output> {
        let folder = text(self.folder.path())?;
        self.on_cluster(&[arguments, &["-f", folder]].concat())
    }

    pub(super) fn limited(&self, user: &str, namespace: &str) -> Result<PathBuf> {
        let kinds = "capabilities,attestations,waivers,assessments";
        let kinds: Vec<String> = kinds
            .split(',')
            .map(|kind| format!("{kind}.gradus.dev"))
            .collect();
        let (kinds, reader) = (kinds.join(","), format!("{user}-reads"));
        let role = [
            "create",
            "role",
            &reader,
            "--verb=list",
            "--resource",
            &kinds,
            "-n",
            namespace,
        ];
        self.plane.kubectl(&role)?;
        let bound = [
            "create",
            "rolebinding",
            &reader,
            "--role",
            &reader,
            "--user",
            user,
            "-n",
            namespace,
        ];
        self.plane.kubectl(&bound)?;
        self.plane.kubeconfig(&self.plane.token(user, &[])?)
    }
}

pub(super) fn run(kubeconfig: &Path, arguments: &[&str]) -> Result<Output> {
    let mut command = Command::new(gradus());
    command.args(arguments).env("KUBECONFIG", kubeconfig);
    command
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("GRADUS_LOG");
    Ok(command.stdin(Stdio::null()).output()?)
}

pub(super) fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(super) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(super) fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path in UTF-8")
}

pub(super) fn wait_for(what: &str, holds: impl Fn() -> Result<bool>) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds()? {
        ensure!(Instant::now() < until, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

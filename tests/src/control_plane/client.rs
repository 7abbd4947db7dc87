//! Clients of the control plane: kubectl, helm and kube.

use std::fs::{self, File};
use std::io::{Seek, Write};
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::Result;
use kube::config::AuthInfo;
use serde_json::json;

use super::{ControlPlane, request, tools};
use crate::running::tools::run;

impl ControlPlane {
    /// A kubeconfig file with a token, in the folder. Its one context is named `test`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn kubeconfig(&self, token: &str) -> Result<PathBuf> {
        self.kubeconfig_through(&self.url(), token)
    }

    /// A kubeconfig file for another server's URL, which stands between.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn kubeconfig_through(&self, server: &str, token: &str) -> Result<PathBuf> {
        let cluster = json!({"server": server, "certificate-authority": self.certificate()});
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "test", "user": {"token": token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        });
        let mut file = tempfile::Builder::new();
        let file = file.prefix("kubeconfig-").tempfile_in(self.folder.path())?;
        let (_, path) = file.keep()?;
        fs::write(&path, config.to_string())?;
        Ok(path)
    }

    /// A client with a token, which asks once: a test sees what the server says. It lives in the runtime
    /// that this is called in.
    ///
    /// # Errors
    ///
    /// When it cannot be built.
    pub fn client(&self, token: &str) -> Result<kube::Client> {
        let mut config = kube::Config::new(self.url().parse()?);
        let trusted = request::certificates(self.certificate())?;
        config.root_cert = Some(trusted.iter().map(|one| one.to_vec()).collect());
        config.auth_info = AuthInfo {
            token: Some(token.to_owned().into()),
            ..AuthInfo::default()
        };
        config.default_retry = false;
        Ok(kube::Client::try_from(config)?)
    }

    /// Runs kubectl as who may do everything, from the root of the repository, and returns what it prints.
    ///
    /// # Errors
    ///
    /// When it fails; what it says is in the error.
    pub fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        self.run("kubectl", arguments, Stdio::null())
    }

    /// Runs kubectl with an input.
    ///
    /// # Errors
    ///
    /// When it fails; what it says is in the error.
    pub fn kubectl_with(&self, arguments: &[&str], input: &str) -> Result<String> {
        // A file, not a pipe: nobody has to write while it reads.
        let mut file: File = tempfile::tempfile_in(self.folder.path())?;
        file.write_all(input.as_bytes())?;
        file.rewind()?;
        self.run("kubectl", arguments, file.into())
    }

    /// Applies objects by server-side apply, whoever else owns their fields.
    ///
    /// # Errors
    ///
    /// When one is refused; the reason is in the error.
    pub fn apply(&self, yaml: &str) -> Result<()> {
        let arguments = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
        self.kubectl_with(&arguments, yaml)?;
        Ok(())
    }

    /// Runs helm as who may do everything, from the root of the repository, and returns what it prints.
    ///
    /// # Errors
    ///
    /// When it fails; what it says is in the error.
    pub fn helm(&self, arguments: &[&str]) -> Result<String> {
        self.run("helm", arguments, Stdio::null())
    }

    fn run(&self, program: &str, arguments: &[&str], input: Stdio) -> Result<String> {
        let mut command = tools::client(program, self.folder.path(), &self.admin_kubeconfig)?;
        run(command.args(arguments), input)
    }
}

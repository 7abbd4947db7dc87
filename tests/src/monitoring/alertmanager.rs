//! Alertmanager: whom it tells of which alerts, started, restarted, and its configuration checked.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::tools;
use crate::running::folder::Folder;
use crate::running::http;
use crate::running::server::{Server, free_port};
use crate::running::tools::run;

/// An Alertmanager that runs, or will again. Dropped, it is gone with its data.
#[derive(Debug)]
pub struct Alertmanager {
    // Dropped in this order: the folder last.
    server: Server,
    url: String,
    _folder: Folder,
}

impl Alertmanager {
    /// Starts one with a configuration, and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it does not start; the end of its log is in the error.
    pub fn start(configuration: &str) -> Result<Self> {
        let folder = Folder::new()?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let file = folder.path().join("alertmanager.yml");
        fs::write(&file, configuration)?;
        let data = folder.path().join("data");
        let arguments = vec![
            format!("--config.file={}", file.display()),
            format!("--storage.path={}", data.display()),
            format!("--web.listen-address={address}"),
            // It has no peers, and waits for none.
            "--cluster.listen-address=".to_owned(),
        ];
        let alertmanager = Self {
            server: Server::new(tools()?.join("alertmanager"), arguments, folder.path()),
            url: format!("http://{address}"),
            _folder: folder,
        };
        alertmanager.resume()?;
        Ok(alertmanager)
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Posts alerts that fire from now on, each by its labels.
    ///
    /// # Errors
    ///
    /// When it refuses one.
    pub fn post(&self, alerts: &[Value]) -> Result<()> {
        let alerts: Vec<Value> = alerts
            .iter()
            .map(|labels| json!({"labels": labels}))
            .collect();
        let reply = http::post(&self.alerts_url(), &json!(alerts).to_string())?;
        ensure!(reply.status == 200, "{}", reply.body);
        Ok(())
    }

    /// The alerts that it was told of and tells nobody of, each by its labels: others inhibit them, or a
    /// silence does.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn suppressed(&self) -> Result<Vec<Value>> {
        let reply = http::get(&self.alerts_url())?;
        let mut alerts: Vec<Value> = serde_json::from_str(&reply.body)?;
        alerts.retain(|alert| alert["status"]["state"] == "suppressed");
        Ok(alerts
            .iter_mut()
            .map(|alert| alert["labels"].take())
            .collect())
    }

    fn alerts_url(&self) -> String {
        format!("{}/api/v2/alerts", self.url)
    }

    /// Asks it to end, and waits until it has. Its data stay.
    ///
    /// # Errors
    ///
    /// When it does not run, or does not end.
    pub fn stop(&self) -> Result<()> {
        self.server.stop()
    }

    /// Starts it again, on the same port and data, and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it runs already, or does not start.
    pub fn resume(&self) -> Result<()> {
        self.server.start()?;
        let ready = format!("{}/-/ready", self.url);
        self.server
            .wait_until(|| http::get(&ready).is_ok_and(|reply| reply.status == 200))
    }
}

/// Whether a configuration in a file is valid, as `amtool check-config` says.
///
/// # Errors
///
/// When it is not; what amtool says is in the error.
pub fn check_configuration(file: &Path) -> Result<String> {
    let mut amtool = Command::new(tools()?.join("amtool"));
    run(amtool.arg("check-config").arg(file), Stdio::null())
}

/// The receivers that an alert with some labels, written `name=value`, reaches by a configuration in a file,
/// as `amtool config routes test` says.
///
/// # Errors
///
/// When the configuration is not valid; what amtool says is in the error.
pub fn receivers(file: &Path, labels: &[&str]) -> Result<Vec<String>> {
    let mut amtool = Command::new(tools()?.join("amtool"));
    amtool.args(["config", "routes", "test", "--config.file"]);
    let reached = run(amtool.arg(file).args(labels), Stdio::null())?;
    Ok(reached.trim().split(',').map(str::to_owned).collect())
}

//! A real browser: the distribution's Chromium, driven by its own driver.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::Running;

/// A browser window.
#[derive(Debug)]
pub struct Browser {
    /// What drives the window.
    pub client: Client,
    _driver: Running,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a window of this size, in CSS pixels.
    ///
    /// # Errors
    ///
    /// When there is no Chromium or no driver: `setup/browser` installs both.
    pub async fn open(width: u32, height: u32) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting chromedriver; setup/browser installs it")?;
        let driver = Running(driver);
        let profile = tempfile::tempdir()?;
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={width},{height}"),
        ];
        let options = json!({ "goog:chromeOptions": { "args": arguments } });
        let capabilities = options.as_object().cloned().unwrap_or_default();
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            let client = builder
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await;
            match client {
                Ok(client) => {
                    return Ok(Self {
                        client,
                        _driver: driver,
                        _profile: profile,
                    });
                }
                Err(error) if Instant::now() > patience => bail!("no browser: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Waits until the page's visible text fits, and returns it.
    ///
    /// # Errors
    ///
    /// When it does not within half a minute; the last text is in the error.
    pub async fn until(&self, fits: impl Fn(&str) -> bool) -> Result<String> {
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            let text = self.text().await?;
            if fits(&text) {
                return Ok(text);
            }
            if Instant::now() > patience {
                bail!("the page never fitted; last:\n{text}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The page's visible text.
    ///
    /// # Errors
    ///
    /// When the browser does not answer.
    pub async fn text(&self) -> Result<String> {
        let text = self
            .client
            .execute("return document.body.innerText", Vec::new())
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Puts the keyboard's focus on an element.
    ///
    /// # Errors
    ///
    /// When there is no such element.
    pub async fn focus(&self, selector: &str) -> Result<()> {
        let script = "document.querySelector(arguments[0]).focus()";
        self.client.execute(script, vec![json!(selector)]).await?;
        Ok(())
    }

    /// Whether the keyboard's focus is on an element.
    ///
    /// # Errors
    ///
    /// When the browser does not answer.
    pub async fn has_focus(&self, selector: &str) -> Result<bool> {
        let script = "return document.activeElement.matches(arguments[0])";
        let matches = self.client.execute(script, vec![json!(selector)]).await?;
        Ok(matches.as_bool().unwrap_or_default())
    }

    /// Closes the window.
    ///
    /// # Errors
    ///
    /// When the browser does not answer.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

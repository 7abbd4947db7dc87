//! Prometheus: what it scrapes and which rules it keeps, started, restarted, and asked.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Release;
use super::answer::{
    Alert, Alerts, Envelope, Queried, RuleGroup, Rules, Sample, Series, Target, Targets,
};
use crate::running::folder::Folder;
use crate::running::http;
use crate::running::server::{Server, free_port};

/// How long it may take for what a test waits for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What it scrapes, and what it makes of it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whom it scrapes, all as one job.
    pub scraped: Vec<Scraped>,
    /// Whether a label that a scraped series has wins over the same label of whom it was scraped from.
    pub honor_labels: bool,
    /// Files of rules.
    pub rules: Vec<PathBuf>,
    /// Where alerts go: `http://127.0.0.1:PORT`.
    pub alertmanager: Option<String>,
    /// What every alert and every series that leaves it is labelled with.
    pub external_labels: BTreeMap<String, String>,
    /// How often it scrapes, and how often it evaluates.
    pub interval: Duration,
    /// How often it tells Alertmanager of an alert that stands. One that it no longer tells of, because it was
    /// restarted and the alert has ended meanwhile, is resolved after four times as long.
    pub resend: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scraped: Vec::new(),
            honor_labels: true,
            rules: Vec::new(),
            alertmanager: None,
            external_labels: BTreeMap::new(),
            interval: Duration::from_millis(500),
            resend: Duration::from_secs(5),
        }
    }
}

/// Whom it scrapes.
#[derive(Debug, Clone)]
pub struct Scraped {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// What its series are labelled with, as by service discovery: `pod`, `namespace`.
    pub labels: BTreeMap<String, String>,
}

impl Scraped {
    /// Somebody at a URL, with labels.
    pub fn new(url: &str, labels: &[(&str, &str)]) -> Self {
        let owned = |(label, value): &(&str, &str)| ((*label).to_owned(), (*value).to_owned());
        Self {
            url: url.to_owned(),
            labels: labels.iter().map(owned).collect(),
        }
    }
}

/// A Prometheus that runs, or will again. Dropped, it is gone with its data.
#[derive(Debug)]
pub struct Prometheus {
    // Dropped in this order: the folder last.
    server: Server,
    url: String,
    _folder: Folder,
}

impl Prometheus {
    /// Starts one of a release, and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it does not start; the end of its log is in the error.
    pub fn start(release: Release, settings: &Settings) -> Result<Self> {
        let folder = Folder::new()?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let file = folder.path().join("prometheus.yml");
        // JSON is YAML.
        fs::write(&file, configuration(settings)?.to_string())?;
        let data = folder.path().join("data");
        let arguments = vec![
            format!("--config.file={}", file.display()),
            format!("--storage.tsdb.path={}", data.display()),
            format!("--web.listen-address={address}"),
            format!(
                "--rules.alert.resend-delay={}ms",
                settings.resend.as_millis()
            ),
            // As many scrapes as by default, where ten of half a minute are five minutes.
            format!(
                "--query.lookback-delta={}ms",
                10 * settings.interval.as_millis()
            ),
        ];
        let server = Server::new(release.program("prometheus")?, arguments, folder.path());
        let prometheus = Self {
            server,
            url: format!("http://{address}"),
            _folder: folder,
        };
        prometheus.resume()?;
        Ok(prometheus)
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks it to end, and waits until it has. Its data stay.
    ///
    /// # Errors
    ///
    /// When it does not run, or does not end.
    pub fn stop(&self) -> Result<()> {
        self.server.stop()
    }

    /// Ends it without a chance to tidy up. Its data stay.
    ///
    /// # Errors
    ///
    /// When it does not run.
    pub fn kill(&self) -> Result<()> {
        self.server.kill()
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

    /// What an expression holds now.
    ///
    /// # Errors
    ///
    /// When it does not answer, or not with a vector.
    pub fn query(&self, expression: &str) -> Result<Vec<Sample>> {
        let queried: Queried<Sample> = self.ask("query", &[("query", expression)])?;
        Ok(queried.result)
    }

    /// What an expression held from an instant to another, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn query_range(
        &self,
        expression: &str,
        range: (f64, f64),
        step: Duration,
    ) -> Result<Vec<Series>> {
        let (start, end) = (range.0.to_string(), range.1.to_string());
        let step = step.as_secs_f64().to_string();
        let parameters = [
            ("query", expression),
            ("start", &start),
            ("end", &end),
            ("step", &step),
        ];
        let queried: Queried<Series> = self.ask("query_range", &parameters)?;
        Ok(queried.result)
    }

    /// Its rules.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn rules(&self) -> Result<Vec<RuleGroup>> {
        Ok(self.ask::<Rules>("rules", &[])?.groups)
    }

    /// The alerts that are pending or firing.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn alerts(&self) -> Result<Vec<Alert>> {
        Ok(self.ask::<Alerts>("alerts", &[])?.alerts)
    }

    /// Whom it scrapes.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn targets(&self) -> Result<Vec<Target>> {
        Ok(self.ask::<Targets>("targets", &[])?.active_targets)
    }

    /// Waits until an expression holds what fits, and returns it.
    ///
    /// # Errors
    ///
    /// When it does not within half a minute; what it held last is in the error.
    pub fn until(&self, expression: &str, fits: impl Fn(&[Sample]) -> bool) -> Result<Vec<Sample>> {
        let patience = Instant::now() + TIMEOUT;
        loop {
            let samples = self.query(expression)?;
            if fits(&samples) {
                return Ok(samples);
            }
            if Instant::now() > patience {
                let targets = self.targets()?;
                bail!("{expression} never fitted; last: {samples:#?}\nscraped: {targets:#?}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn ask<T: DeserializeOwned>(&self, path: &str, parameters: &[(&str, &str)]) -> Result<T> {
        let mut url = format!("{}/api/v1/{path}?", self.url);
        for (name, value) in parameters {
            url.extend([*name, "="]);
            url.extend(form_urlencoded::byte_serialize(value.as_bytes()));
            url.push('&');
        }
        let reply = http::get(&url)?;
        let envelope: Envelope<T> =
            serde_json::from_str(&reply.body).with_context(|| format!("{url}: {}", reply.body))?;
        envelope.data.with_context(|| envelope.error)
    }
}

fn configuration(settings: &Settings) -> Result<Value> {
    let interval = format!("{}ms", settings.interval.as_millis());
    let scraped = settings.scraped.iter().map(|scraped| {
        let address = address(&scraped.url)?;
        Ok(json!({"targets": [address], "labels": scraped.labels}))
    });
    let alertmanagers = settings.alertmanager.iter().map(|url| {
        let address = address(url)?;
        Ok(json!({"static_configs": [{"targets": [address]}]}))
    });
    Ok(json!({
        "global": {
            "scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval,
            "external_labels": settings.external_labels,
        },
        "rule_files": settings.rules,
        "alerting": {"alertmanagers": alertmanagers.collect::<Result<Vec<_>>>()?},
        "scrape_configs": [{
            "job_name": "gradus",
            "honor_labels": settings.honor_labels,
            "static_configs": scraped.collect::<Result<Vec<_>>>()?,
        }],
    }))
}

fn address(url: &str) -> Result<&str> {
    url.strip_prefix("http://")
        .with_context(|| format!("{url} is not http://…"))
}

//! A fall in a watched folder reaches a person, and what was started for it is gone afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gradus_tests::ladder::{self, ASSESSMENT, MODEL, RUNGS};
use gradus_tests::monitoring::{MonitoringStack, Notified, Release, Scraped, Settings};
use gradus_tests::running::binary::Watch;
use gradus_tests::running::http;
use serde_json::json;
use tempfile::TempDir;

const NAMESPACE: &str = "north";
const TICK: Duration = Duration::from_millis(200);

/// A ladder in a folder, watched, scraped, and told of.
struct Monitored {
    // Dropped in this order: whoever asks before whom it asks.
    stack: MonitoringStack,
    _watch: Watch,
    folder: TempDir,
}

impl Monitored {
    fn start(release: Release) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        write(folder.path(), "Present")?;
        let watch = Watch::start(folder.path())?;
        let rules = folder.path().join(".rules.json");
        let rule = json!({
            "alert": "Fallen", "expr": "gradus_assessment_regressed == 1",
            // Longer than a Prometheus that was restarted takes to find whom it scrapes.
            "keep_firing_for": "8s",
            "annotations": {"summary": "{{ $labels.assessment }} fell"},
        });
        fs::write(
            &rules,
            json!({"groups": [{"name": "falls", "rules": [rule]}]}).to_string(),
        )?;
        // An operator is scraped with a namespace of its own.
        let labels = [("pod", "gradus-0"), ("namespace", "gradus-system")];
        let settings = Settings {
            scraped: vec![Scraped::new(&watch.url, &labels)],
            rules: vec![rules],
            external_labels: BTreeMap::from([("cluster".to_owned(), "test".to_owned())]),
            interval: TICK,
            ..Settings::default()
        };
        Ok(Self {
            stack: MonitoringStack::start(release, settings, &["alertname", "namespace"])?,
            _watch: watch,
            folder,
        })
    }

    fn notified(&self) -> Vec<String> {
        let notifications = self.stack.receiver.notifications();
        let alerts = notifications
            .iter()
            .flat_map(|notification| &notification.alerts);
        alerts.map(|alert| alert.status.clone()).collect()
    }
}

/// Writes the ladder with a claim of its third rung.
fn write(folder: &Path, third: &str) -> Result<()> {
    let claims = RUNGS.into_iter().zip(["Present", "Present", third]);
    let mut items = vec![ladder::model(), ladder::assessment(NAMESPACE, MODEL)];
    items.extend(claims.map(|(name, claim)| ladder::capability(NAMESPACE, name, claim)));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    Ok(fs::write(folder.join("ladder.json"), list.to_string())?)
}

#[test]
fn a_fall_is_scraped_by_every_release_and_reaches_a_person_once_with_its_labels() -> Result<()> {
    for release in Release::all()? {
        let monitored = Monitored::start(release)?;
        let prometheus = &monitored.stack.prometheus;
        prometheus.until("gradus_assessment_stage == 3", |stages| !stages.is_empty())?;
        let targets = prometheus.targets()?;
        ensure!(
            targets.iter().all(|target| target.health == "up"),
            "{targets:?}"
        );
        let rules = prometheus.rules()?;
        ensure!(rules[0].rules[0].health == "ok", "{rules:?}");
        ensure!(prometheus.alerts()?.is_empty());

        write(monitored.folder.path(), "Absent")?;
        let fall = monitored.stack.receiver.until(Notified::fires)?;
        let labels = ["alertname", "assessment", "cluster", "namespace", "pod"];
        let labels = labels.map(|label| fall.label(label));
        assert_eq!(
            labels,
            ["Fallen", ASSESSMENT, "test", NAMESPACE, "gradus-0"]
        );
        assert_eq!(fall.annotation("summary"), "site fell");
        assert_eq!(prometheus.alerts()?[0].state, "firing");

        write(monitored.folder.path(), "Present")?;
        monitored.stack.receiver.until(|alert| !alert.fires())?;
        assert_eq!(monitored.notified(), ["firing", "resolved"]);
    }
    Ok(())
}

#[test]
fn prometheus_and_alertmanager_restart_with_their_data() -> Result<()> {
    let monitored = Monitored::start(Release::Newest)?;
    let prometheus = &monitored.stack.prometheus;
    prometheus.until("gradus_assessment_stage == 3", |stages| !stages.is_empty())?;
    write(monitored.folder.path(), "Absent")?;
    monitored.stack.receiver.until(Notified::fires)?;
    let before = jiff::Timestamp::now().as_duration().as_secs_f64();

    prometheus.stop()?;
    monitored.stack.alertmanager.stop()?;
    monitored.stack.alertmanager.resume()?;
    prometheus.resume()?;
    prometheus.kill()?;
    prometheus.resume()?;
    prometheus.until("up == 1", |up| !up.is_empty())?;
    prometheus.until("ALERTS{alertstate=\"firing\"}", |alerts| !alerts.is_empty())?;
    let range = (before - 30.0, before);
    let known = prometheus.query_range("gradus_assessment_stage == 3", range, TICK / 2)?;
    ensure!(!known.is_empty(), "what it knew before is lost");
    // Long enough for a second word of the same fall.
    std::thread::sleep(TICK * 10);
    assert_eq!(monitored.notified(), ["firing"]);
    Ok(())
}

#[test]
fn nothing_is_left_when_it_is_dropped() -> Result<()> {
    let monitored = Monitored::start(Release::Newest)?;
    let urls = [
        monitored.stack.prometheus.url(),
        monitored.stack.alertmanager.url(),
    ]
    .map(str::to_owned);
    let folders: Vec<String> = urls.iter().map(|url| folder(url)).collect::<Result<_>>()?;
    drop(monitored);
    for (url, folder) in urls.iter().zip(&folders) {
        ensure!(http::get(url).is_err(), "{url} answers yet");
        ensure!(!Path::new(folder).exists(), "{folder} is left");
    }
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let left = processes()?;
        let mut left = left
            .lines()
            .filter(|line| folders.iter().any(|folder| line.contains(folder)));
        match left.next() {
            None => return Ok(()),
            Some(line) => ensure!(Instant::now() < until, "left: {line}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The folder of the server at a URL, by its command line.
fn folder(url: &str) -> Result<String> {
    let address = url.trim_start_matches("http://");
    let processes = processes()?;
    let line = processes
        .lines()
        .find(|line| line.contains(address))
        .context("it runs")?;
    let file = line
        .split_once("--config.file=")
        .context("its configuration")?
        .1;
    let file = file.split_whitespace().next().context("a file")?;
    let folder = Path::new(file).parent().and_then(Path::to_str);
    Ok(folder.context("a folder")?.to_owned())
}

/// The command lines of all processes.
fn processes() -> Result<String> {
    let listed = Command::new("ps").args(["-e", "-o", "args="]).output()?;
    Ok(String::from_utf8(listed.stdout)?)
}

//! Every question of every dashboard is answered by a real Prometheus that scraped two replicas through a story
//! of a fall, a rise, something unknown, a waiver and an assessment that cannot be scored; once where nobody
//! adds a label `cluster`, and once where somebody does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use gradus_dashboards::boards::{Query, Substitution, queries};
use gradus_dashboards::rules;
use gradus_tests::monitoring::{Prometheus, Release, Sample, Scraped, Settings};
use gradus_tests::running::binary::{Watch, claim, copy, example};
use tempfile::TempDir;

/// Questions that a folder gives no reason to answer: its only source is always read, and never breaks off.
const ANSWERED_ONLY_IN_A_CLUSTER: [&str; 2] =
    ["Sources that were never read", "Sources that began anew"];

/// An assessment whose model is nowhere: it cannot be scored.
const BLIND: &str = "apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: blind, namespace: westhaven}
spec: {model: {name: nowhere}}
";

/// A capability that cannot be used.
const BROKEN: &str = "apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: broken, namespace: westhaven}
spec: {claim: Perhaps}
";

/// Two replicas of one folder, and those who scrape both.
struct Scene {
    // Dropped in this order: whoever asks before whom it asks.
    watchers: Vec<Prometheus>,
    _replicas: [Watch; 2],
    folders: [TempDir; 2],
}

impl Scene {
    fn start() -> Result<Self> {
        let folder = example("hospital-group")?;
        fs::write(folder.path().join("blind.yaml"), BLIND)?;
        fs::write(folder.path().join("broken.yaml"), BROKEN)?;
        let twin = tempfile::tempdir()?;
        copy(folder.path(), twin.path())?;
        let rules = folder.path().join(".rules.yaml");
        fs::write(&rules, rules::file(&rules::Settings::default()))?;
        let replicas = [Watch::start(folder.path())?, Watch::start(twin.path())?];
        let mut watchers = Vec::new();
        for release in Release::all()? {
            for cluster in [None, Some("north")] {
                let scraped =
                    ["gradus-a", "gradus-b"]
                        .iter()
                        .zip(&replicas)
                        .map(|(pod, replica)| {
                            let cluster = cluster.map(|name| ("cluster", name));
                            let labels: Vec<_> =
                                [("pod", *pod)].into_iter().chain(cluster).collect();
                            Scraped::new(&replica.url, &labels)
                        });
                let settings = Settings {
                    scraped: scraped.collect(),
                    rules: vec![rules.clone()],
                    interval: Duration::from_secs(1),
                    ..Settings::default()
                };
                watchers.push(Prometheus::start(release, &settings)?);
            }
        }
        Ok(Self {
            watchers,
            _replicas: replicas,
            folders: [folder, twin],
        })
    }

    /// Edits a file in both folders.
    fn edit(&self, edit: impl Fn(&Path) -> Result<()>) -> Result<()> {
        self.folders
            .iter()
            .try_for_each(|folder| edit(folder.path()))
    }

    /// Waits until every Prometheus has recorded a stage of an assessment.
    fn until_stage(&self, namespace: &str, stage: u32) -> Result<()> {
        let recorded = format!(
            "assessment:gradus_assessment_stage:max{{namespace=\"{namespace}\", assessment=\"infram\"}} == {stage}"
        );
        for watcher in &self.watchers {
            watcher.until(&recorded, |stages| !stages.is_empty())?;
        }
        Ok(())
    }

    fn fall(&self) -> Result<()> {
        self.wireless("Present", "Absent")?;
        self.until_stage("larkmere-general", 3)
    }

    fn rise_again(&self) -> Result<()> {
        self.wireless("Absent", "Present")?;
        self.until_stage("larkmere-general", 5)
    }

    fn wireless(&self, before: &str, after: &str) -> Result<()> {
        self.edit(|folder| {
            let file = folder.join("larkmere-general/network.yaml");
            claim(&file, "wireless-most-premises", before, after)
        })
    }

    fn rise(&self) -> Result<()> {
        self.edit(|folder| {
            let file = folder.join("westhaven/infrastructure.yaml");
            claim(&file, "end-to-end-qos", "Unknown", "Present")
        })?;
        self.until_stage("westhaven", 3)
    }
}

fn asked() -> Vec<Query> {
    queries(&Substitution {
        interval: "10s".to_owned(),
        rate_interval: "10s".to_owned(),
    })
}

fn question<'a>(queries: &'a [Query], panel: &str) -> Result<&'a Query> {
    queries
        .iter()
        .find(|query| query.panel == panel)
        .context("the panel is there")
}

fn values<'a>(sample: &'a Sample, labels: &[&str]) -> Vec<&'a str> {
    let value = |label: &&str| sample.labels.get(*label).map_or("", String::as_str);
    labels.iter().map(value).collect()
}

/// The assessments that replicas export.
fn assessments(prometheus: &Prometheus) -> Result<BTreeSet<Vec<String>>> {
    let exported = prometheus.query("gradus_assessment_assessed")?;
    let names = exported.iter().map(|sample| {
        let names = values(sample, &["namespace", "assessment", "model"]);
        names.into_iter().map(str::to_owned).collect()
    });
    Ok(names.collect())
}

/// Asks every question, and holds the answers against what they must be.
fn ask_everything(prometheus: &Prometheus) -> Result<()> {
    let assessments = assessments(prometheus)?;
    let mut unanswered = Vec::new();
    for query in asked() {
        let answer = prometheus
            .query(&query.expression)
            .with_context(|| format!("{query:#?}"))?;
        if answer.is_empty() {
            unanswered.push(query);
            continue;
        }
        let told_apart: BTreeSet<Vec<&str>> = answer
            .iter()
            .map(|sample| values(sample, query.one_series_per))
            .collect();
        ensure!(
            query.panel.starts_with("variable ") || told_apart.len() == answer.len(),
            "{query:#?} has several series for one: {answer:#?}"
        );
        if query.expects_data() && query.one_series_per.contains(&"assessment") {
            ensure!(
                answer.len() == assessments.len(),
                "{query:#?} has no series for one of {assessments:?}: {answer:#?}"
            );
        }
    }
    unanswered.retain(|query| !ANSWERED_ONLY_IN_A_CLUSTER.contains(&query.panel.as_str()));
    ensure!(unanswered.is_empty(), "not answered: {unanswered:#?}");
    Ok(())
}

#[test]
fn every_question_is_answered_with_one_series_for_each_assessment_of_two_replicas() -> Result<()> {
    let scene = Scene::start()?;
    scene.until_stage("larkmere-general", 5)?;
    scene.fall()?;
    scene.rise()?;
    for watcher in &scene.watchers {
        ask_everything(watcher)?;
    }

    let queries = asked();
    let today = &question(&queries, "Stage today")?.expression;
    for watcher in &scene.watchers {
        let stages = watcher.query(today)?;
        let of = |assessment: &str, namespace: &str| {
            let mut found = stages.iter().filter(|sample| {
                values(sample, &["assessment", "namespace"]) == [assessment, namespace]
            });
            found.next().context("the assessment is there")
        };
        ensure!(
            rank(of("blind", "westhaven")?.value) == -1,
            "what cannot be scored is a value: {stages:#?}"
        );
        let graded = of("nimm", "larkmere-general")?;
        assert_eq!(
            (graded.value, values(graded, &["title"])),
            (2.0, vec!["Controlled"])
        );
        let ladder = watcher.query(&queries_of_ladder(&queries)?)?;
        let tops: BTreeSet<(Vec<&str>, i64)> = ladder
            .iter()
            .map(|top| (values(top, &["model"]), rank(top.value)))
            .collect();
        ensure!(
            tops.contains(&(vec!["infram-2018"], 7)) && tops.contains(&(vec!["nimm-2011"], 5)),
            "{tops:?}"
        );
    }

    // The fall is over, and the history that is drawn now still shows it.
    scene.rise_again()?;
    let long = queries_with_interval("1m");
    let history = &question(&long, "Stage over time")?.expression;
    for watcher in &scene.watchers {
        let drawn = watcher.query(history)?;
        let fallen = drawn.iter().find(|sample| {
            values(sample, &["assessment", "namespace"]) == ["infram", "larkmere-general"]
        });
        assert_eq!(fallen.map(|sample| sample.value), Some(3.0), "{drawn:#?}");
    }
    Ok(())
}

fn queries_with_interval(interval: &str) -> Vec<Query> {
    queries(&Substitution {
        interval: interval.to_owned(),
        ..Substitution::default()
    })
}

/// The second question of the ladder: its top.
fn queries_of_ladder(queries: &[Query]) -> Result<String> {
    let mut ladder = queries
        .iter()
        .filter(|query| query.panel == "On the ladder of $model");
    Ok(ladder
        .nth(1)
        .context("the top of the ladder")?
        .expression
        .clone())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a rank is a small whole number"
)]
fn rank(value: f64) -> i64 {
    value as i64
}

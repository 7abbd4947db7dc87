//! Every question of every dashboard is answered by a real Prometheus that scraped two replicas through a story
//! of a fall, a rise, something unknown, a waiver and an assessment that cannot be scored: of a folder and of a
//! cluster; once where nobody adds a label `cluster`, and once where somebody does.

mod cluster;
mod folder;
mod scene;

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use gradus_dashboards::boards::{Board, Query, Substitution, queries};
use gradus_tests::monitoring::{Prometheus, Sample};

use crate::cluster::Cluster;
use crate::folder::Folders;
use crate::scene::{Environment, Scene};

fn asked(interval: &str) -> Result<Vec<Query>> {
    let substitution = Substitution {
        interval: interval.to_owned(),
        rate_interval: "10s".to_owned(),
    };
    Ok(queries(&Board::committed()?, &substitution))
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

/// Asks every question, and holds the answers against what they must be. Some have no answer by right.
fn ask_everything(prometheus: &Prometheus, without_answer: &[&str]) -> Result<()> {
    let assessments = assessments(prometheus)?;
    let mut unanswered = Vec::new();
    for query in asked("10s")? {
        let answer = prometheus
            .query(&query.expression)
            .with_context(|| format!("{query:#?}"))?;
        if answer.is_empty() {
            unanswered.push(query);
            continue;
        }
        let tells_apart: Vec<&str> = query.one_series_per.iter().map(String::as_str).collect();
        let told_apart: BTreeSet<Vec<&str>> = answer
            .iter()
            .map(|sample| values(sample, &tells_apart))
            .collect();
        ensure!(
            query.panel.starts_with("variable ") || told_apart.len() == answer.len(),
            "{query:#?} has several series for one: {answer:#?}"
        );
        if query.always_has_data() && query.is_by("assessment") {
            ensure!(
                answer.len() == assessments.len(),
                "{query:#?} has no series for one of {assessments:?}: {answer:#?}"
            );
        }
    }
    unanswered.retain(|query| !without_answer.contains(&query.panel.as_str()));
    ensure!(unanswered.is_empty(), "not answered: {unanswered:#?}");
    Ok(())
}

#[test]
fn every_question_is_answered_of_two_replicas_on_a_folder() -> Result<()> {
    questions_are_answered(Folders::watched()?, &Folders::WITHOUT_ANSWER)
}

#[test]
fn every_question_is_answered_of_two_replicas_in_a_cluster() -> Result<()> {
    questions_are_answered(Cluster::operated()?, &Cluster::WITHOUT_ANSWER)
}

/// With one series for each assessment.
fn questions_are_answered(environment: impl Environment, without_answer: &[&str]) -> Result<()> {
    let scene = Scene::start(environment)?;
    scene.until_stage("larkmere-general", 5)?;
    scene.fall()?;
    scene.rise()?;
    for watcher in &scene.watchers {
        ask_everything(watcher, without_answer)?;
        what_stands_today(watcher)?;
    }
    // The fall is over, and the history that is drawn now still shows it.
    scene.rise_again()?;
    scene.watchers.iter().try_for_each(what_stood)
}

fn what_stands_today(watcher: &Prometheus) -> Result<()> {
    let queries = asked("10s")?;
    let stages = watcher.query(&question(&queries, "Stage today")?.expression)?;
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
    Ok(())
}

fn what_stood(watcher: &Prometheus) -> Result<()> {
    let long = asked("1m")?;
    let drawn = watcher.query(&question(&long, "Stage over time")?.expression)?;
    let fallen = drawn.iter().find(|sample| {
        values(sample, &["assessment", "namespace"]) == ["infram", "larkmere-general"]
    });
    assert_eq!(fallen.map(|sample| sample.value), Some(3.0), "{drawn:#?}");
    Ok(())
}

/// The second question of the ladder: its top.
fn queries_of_ladder(queries: &[Query]) -> Result<String> {
    let mut ladder = queries
        .iter()
        .filter(|query| query.panel == "Stages of $model");
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

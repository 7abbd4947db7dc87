//! From a fall to a person: fifty stories at once, through a real Prometheus and a real Alertmanager. Each
//! fall is told once, with its cause, whoever was restarted before, meanwhile or after; nothing else is told.

mod cluster;
mod environment;
mod example;
mod folder;
mod site;
mod story;
mod timeline;

use anyhow::{Context, Result};
use gradus_tests::ladder;
use gradus_tests::monitoring::Release;
use serde_json::Value;

use cluster::Cluster;
use folder::Watched;
use site::Site;
use story::{Story, Word};
use timeline::{CHAPTERS, Timeline};

/// As many stories as are told at once.
const STORIES: u64 = 50;
/// The seeds of the first stories.
const FOLDER: u64 = 150;
const CLUSTER: u64 = 1750;

/// The stories from a seed on.
fn stories(seed: u64) -> Vec<Story> {
    (seed..seed + STORIES)
        .map(|seed| Story::of(seed, CHAPTERS.len()))
        .collect()
}

/// All objects as stories begin.
fn beginning(stories: &[Story]) -> Vec<Value> {
    let sites = stories.iter().map(|story| &story.chapters[0].site);
    let objects = sites.flat_map(Site::objects);
    std::iter::once(ladder::model()).chain(objects).collect()
}

#[test]
fn every_chapter_has_falls_and_ends_of_falls() {
    for seed in [FOLDER, CLUSTER] {
        let stories = stories(seed);
        for number in 1..CHAPTERS.len() - 1 {
            let chapters = stories.iter().map(|story| &story.chapters[number]);
            let (ends, falls): (Vec<_>, Vec<_>) = chapters
                .filter_map(|chapter| chapter.told.as_ref())
                .partition(|word| **word == Word::Ended);
            assert!(falls.len() >= 4, "{seed}, chapter {number}: {falls:?}");
            // Nothing has fallen before the first.
            assert!(
                ends.len() >= 4 || number == 1,
                "{seed}, chapter {number}: {ends:?}"
            );
        }
    }
}

/// By the oldest Prometheus that the rules are written for, where it is here.
#[test]
fn each_fall_in_a_folder_notifies_once_with_its_cause_despite_restarts() -> Result<()> {
    let stories = stories(FOLDER);
    let environment = Watched::start(&beginning(&stories))?;
    let releases = Release::all()?;
    let oldest = releases.last().context("a release")?;
    Timeline::begin(*oldest, environment, stories)?.live()
}

#[test]
fn each_fall_in_a_cluster_notifies_once_with_its_cause_despite_restarts() -> Result<()> {
    let stories = stories(CLUSTER);
    let environment = Cluster::operated(&beginning(&stories))?;
    Timeline::begin(Release::Newest, environment, stories)?.live()
}

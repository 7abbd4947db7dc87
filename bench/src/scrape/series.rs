//! What a scrape says, read back.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use anyhow::{Context, Result};

/// A family with its samples.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) is_counter: bool,
    pub(super) labels: Vec<String>,
    /// Values of the labels, and of the sample.
    pub(super) rows: Vec<(Vec<String>, i64)>,
}

/// What samples come to, in whatever order they and their labels stand.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Digest {
    samples: u64,
    sum: u64,
}

/// A sample's name, its labels, and its value.
type Sample<'t> = (&'t str, Vec<(&'t str, &'t str)>, &'t str);

/// The families of a classic text.
pub(super) fn families(text: &str) -> Result<Vec<Family>> {
    let mut families: Vec<Family> = Vec::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').context("a help")?;
            families.push(Family {
                name: name.to_owned(),
                help: help.to_owned(),
                is_counter: false,
                labels: Vec::new(),
                rows: Vec::new(),
            });
            continue;
        }
        let family = families.last_mut().context("a header")?;
        if line.starts_with('#') {
            family.is_counter = line.ends_with(" counter");
            continue;
        }
        let (_, labels, value) = sample(line)?;
        if family.labels.is_empty() {
            family.labels = labels.iter().map(|(name, _)| (*name).to_owned()).collect();
        }
        let values = labels.iter().map(|(_, value)| (*value).to_owned());
        family.rows.push((values.collect(), value.parse()?));
    }
    Ok(families)
}

/// A sample in its parts. The names of the estate need no escapes.
fn sample(line: &str) -> Result<Sample<'_>> {
    let (series, value) = line.rsplit_once(' ').context("a value")?;
    let (name, labels) = series.split_once('{').unwrap_or((series, ""));
    let labels = labels.trim_end_matches('}').trim_end_matches(',');
    let pairs = labels.split_terminator("\",").map(|pair| {
        let (name, value) = pair.split_once("=\"").context("a label")?;
        Ok((name, value.trim_end_matches('"')))
    });
    Ok((name, pairs.collect::<Result<_>>()?, value))
}

impl Digest {
    pub(super) fn of(text: &str) -> Result<Self> {
        let mut digest = Self { samples: 0, sum: 0 };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, mut labels, value) = sample(line)?;
            labels.sort_unstable();
            let mut hasher = DefaultHasher::new();
            (name, labels, value).hash(&mut hasher);
            digest.samples += 1;
            digest.sum = digest.sum.wrapping_add(hasher.finish());
        }
        Ok(digest)
    }
}

//! The scrape, read back by a strict reader.

mod catalogue;
mod conditions;
mod fuzzed;
mod said;
mod text;

use std::time::Duration;

use gradus_engine::view::Snapshot;
use gradus_operator::outputs::metrics::catalogue::{ALL, Family, Tier};
use gradus_operator::outputs::metrics::{
    Format, LabelCache, OperatorMetrics, Scrape, WriteOutcome,
};

use crate::support;

/// One sample as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: String,
}

impl Sample {
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        self.labels
            .iter()
            .find(|(label, _)| label == name)
            .map(|(_, value)| value.as_str())
    }
}

/// One family as it is written.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) kind: String,
    pub(super) samples: Vec<Sample>,
}

pub(super) fn scrape(snapshot: &Snapshot) -> String {
    scrape_as(Format::Classic, snapshot)
}

/// A scrape of every tier, with something to tell of each part of the operator.
pub(super) fn scrape_as(format: Format, snapshot: &Snapshot) -> String {
    let operator = OperatorMetrics::new().unwrap();
    operator.source_known("folder");
    operator.source_synced("folder", true);
    operator.source_heard("folder", support::now());
    operator.output_known("state");
    operator.wrote("state", WriteOutcome::Written);
    operator.settled(Duration::from_millis(3), 0);
    let mut out = Vec::new();
    let scrape = Scrape {
        snapshot,
        labels: &LabelCache::of(snapshot),
        findings: &[],
        operator: &operator,
        tiers: &Tier::SWITCHES,
    };
    scrape.write(format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A strict reader of the text format: anything that it does not expect is an error.
pub(super) fn parse(text: &str) -> Vec<Block> {
    assert!(text.ends_with('\n'), "the last line must end");
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let (name, help) = line
            .strip_prefix("# HELP ")
            .expect("a family begins with its help")
            .split_once(' ')
            .unwrap();
        let kind = lines.next().unwrap().strip_prefix("# TYPE ").unwrap();
        let kind = kind
            .strip_prefix(name)
            .expect("help and type are of one family")
            .trim()
            .to_owned();
        assert!(
            blocks.iter().all(|block| block.name != name),
            "{name} stands in two places"
        );
        let mut samples = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
            samples.push(sample(line));
        }
        assert!(!samples.is_empty(), "{name} has a header and no sample");
        blocks.push(Block {
            name: name.to_owned(),
            help: help.to_owned(),
            kind,
            samples,
        });
    }
    blocks
}

fn sample(line: &str) -> Sample {
    let (head, value) = line.rsplit_once(' ').expect("a sample ends with its value");
    let (name, labels) = match head.split_once('{') {
        Some((name, rest)) => (name, labels(rest.strip_suffix('}').expect("labels end"))),
        None => (head, Vec::new()),
    };
    assert!(
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
        "{name}"
    );
    assert!(value.parse::<f64>().unwrap().is_finite(), "{line}");
    Sample {
        name: name.to_owned(),
        labels,
        value: value.to_owned(),
    }
}

fn labels(text: &str) -> Vec<(String, String)> {
    let mut labels = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (label, after) = rest.split_once("=\"").expect("a label has a quoted value");
        assert!(
            label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{label}"
        );
        let mut value = String::new();
        let mut characters = after.char_indices();
        let end = loop {
            match characters.next().expect("a value ends") {
                (at, '"') => break at,
                (_, '\\') => value.push(match characters.next().expect("an escape ends").1 {
                    'n' => '\n',
                    same @ ('\\' | '"') => same,
                    other => panic!("\\{other} is no escape"),
                }),
                (_, other) => value.push(other),
            }
        };
        labels.push((label.to_owned(), value));
        rest = &after[end + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    labels
}

/// The family of the catalogue that a block is, if it is one of ours.
pub(super) fn family_of(block: &Block) -> Option<&'static Family> {
    ALL.iter().find(|family| family.name == block.name)
}

pub(super) fn samples<'a>(blocks: &'a [Block], name: &str) -> &'a [Sample] {
    blocks
        .iter()
        .find(|block| block.name == name)
        .map_or(&[], |block| &block.samples)
}

pub(super) fn of<'a>(blocks: &'a [Block], name: &str, assessment: &str) -> Vec<&'a Sample> {
    samples(blocks, name)
        .iter()
        .filter(|sample| sample.label("assessment") == Some(assessment))
        .collect()
}

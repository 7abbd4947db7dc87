use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use gradus_engine::view::Snapshot;
use gradus_operator::metrics::catalogue::{ALL, Family, Tier, Type};
use gradus_operator::metrics::{Format, OperatorMetrics, Outcome, Scrape, reference};

use crate::support;

/// One sample as it is written.
#[derive(Debug, Clone, PartialEq)]
struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    value: String,
}

impl Sample {
    fn label(&self, name: &str) -> Option<&str> {
        self.labels
            .iter()
            .find(|(label, _)| label == name)
            .map(|(_, value)| value.as_str())
    }
}

/// One family as it is written.
#[derive(Debug)]
struct Block {
    name: String,
    help: String,
    kind: String,
    samples: Vec<Sample>,
}

fn scrape(snapshot: &Snapshot) -> String {
    let operator = OperatorMetrics::new().unwrap();
    operator.source_known("folder");
    operator.source_synced("folder", true);
    operator.source_event("folder", support::now());
    operator.output_known("state");
    operator.wrote("state", Outcome::Written);
    operator.settled(Duration::from_millis(3), 0);
    let mut out = Vec::new();
    let scrape = Scrape {
        snapshot,
        findings: &[],
        operator: &operator,
        tiers: &Tier::SWITCHES,
    };
    scrape.write(Format::Classic, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A strict reader of the text format: anything that it does not expect is an error.
fn parse(text: &str) -> Vec<Block> {
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
fn family_of(block: &Block) -> Option<&'static Family> {
    ALL.iter().find(|family| family.name == block.name)
}

fn samples<'a>(blocks: &'a [Block], name: &str) -> &'a [Sample] {
    blocks
        .iter()
        .find(|block| block.name == name)
        .map_or(&[], |block| &block.samples)
}

fn of<'a>(blocks: &'a [Block], name: &str, assessment: &str) -> Vec<&'a Sample> {
    samples(blocks, name)
        .iter()
        .filter(|sample| sample.label("assessment") == Some(assessment))
        .collect()
}

#[test]
fn a_scrape_says_what_it_always_said() {
    let text = scrape(&support::snapshot());
    let ours: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("process_") && !line.contains("settle_duration"))
        .collect();
    insta::assert_snapshot!(ours.join("\n"));
}

#[test]
fn every_family_stands_in_the_catalogue_with_its_help_type_and_labels() {
    for block in parse(&scrape(&support::snapshot())) {
        if block.name.starts_with("process_") {
            continue;
        }
        let family =
            family_of(&block).unwrap_or_else(|| panic!("{} is not in the catalogue", block.name));
        assert_eq!(block.help, family.help, "{}", family.name);
        assert_eq!(block.kind, family.kind.to_string(), "{}", family.name);
        for sample in &block.samples {
            let written: BTreeSet<&str> = sample
                .labels
                .iter()
                .map(|(label, _)| label.as_str())
                .collect();
            let mut expected: BTreeSet<&str> = family.labels.iter().copied().collect();
            if family.kind == Type::Histogram {
                assert!(sample.name.starts_with(family.name));
                expected.extend(sample.name.ends_with("_bucket").then_some("le"));
            } else {
                assert_eq!(sample.name, family.name);
            }
            assert_eq!(written, expected, "{}", sample.name);
        }
    }
}

#[test]
fn every_family_of_the_catalogue_can_be_scraped() {
    let blocks = parse(&scrape(&support::snapshot()));
    let missing: Vec<&str> = ALL
        .iter()
        .map(|family| family.name)
        .filter(|name| samples(&blocks, name).is_empty())
        .collect();
    assert!(missing.is_empty(), "never written: {missing:?}");
}

#[test]
fn the_catalogue_is_sorted_and_named_by_the_rules() {
    for tier in [Tier::Core, Tier::Capability, Tier::Detail, Tier::Operator] {
        let names: Vec<&str> = ALL
            .iter()
            .filter(|family| family.tier == tier)
            .map(|family| family.name)
            .collect();
        assert!(names.is_sorted(), "{names:?}");
    }
    for family in ALL {
        assert!(family.name.starts_with("gradus_"));
        assert_eq!(
            family.kind == Type::Counter,
            family.name.ends_with("_total"),
            "{}",
            family.name
        );
        assert!(!family.help.contains(['\\', '\n']), "{}", family.name);
        let identity = ["namespace", "assessment", "model"];
        assert!(
            !family.name.starts_with("gradus_assessment_") || family.labels.starts_with(&identity),
            "{}",
            family.name
        );
    }
}

#[test]
fn series_are_unique_and_in_the_order_of_their_objects() {
    for block in parse(&scrape(&support::snapshot())) {
        let mut seen = BTreeSet::new();
        for sample in &block.samples {
            assert!(
                seen.insert((sample.name.clone(), sample.labels.clone())),
                "twice: {sample:?}"
            );
        }
        let objects: Vec<(&str, &str)> = block
            .samples
            .iter()
            .filter_map(|sample| Some((sample.label("namespace")?, sample.label("assessment")?)))
            .collect();
        assert!(
            block.name.starts_with("gradus_waiver") || objects.is_sorted(),
            "{}",
            block.name
        );
    }
}

#[test]
fn hostile_names_come_back_as_they_were() {
    let blocks = parse(&scrape(&support::hostile()));
    let stage = of(&blocks, "gradus_assessment_stage", support::HOSTILE);
    assert_eq!(stage.len(), 1);
    assert_eq!(stage[0].label("namespace"), Some(support::HOSTILE));
    let info = of(&blocks, "gradus_assessment_info", support::HOSTILE);
    assert_eq!(info[0].label("scope"), Some(support::HOSTILE));
    assert_eq!(info[0].label("mode"), Some("prescriptive"));
}

#[test]
fn what_does_not_exist_has_no_series() {
    let blocks = parse(&scrape(&support::snapshot()));
    for absent in [
        "gradus_assessment_stage",
        "gradus_assessment_high_water_stage",
        "gradus_assessment_awarded_stage",
        "gradus_assessment_fall_timestamp_seconds",
        "gradus_assessment_stage_changed_timestamp_seconds",
        "gradus_assessment_pause_end_timestamp_seconds",
        "gradus_assessment_missing_criteria",
        "gradus_assessment_score",
    ] {
        assert!(of(&blocks, absent, "annexe").is_empty(), "{absent}");
    }
    assert!(of(&blocks, "gradus_assessment_target_stage", "services").is_empty());
    assert!(of(&blocks, "gradus_assessment_target_at_risk", "services").is_empty());
    assert!(
        of(
            &blocks,
            "gradus_assessment_target_timestamp_seconds",
            "saint-brigid"
        )
        .is_empty()
    );
    assert_eq!(
        of(&blocks, "gradus_assessment_regressions_total", "annexe")[0].value,
        "0"
    );
}

#[test]
fn what_cannot_be_scored_keeps_its_stage_and_has_no_counts() {
    let blocks = parse(&scrape(&support::snapshot()));
    assert_eq!(
        of(&blocks, "gradus_assessment_assessed", "east-wing")[0].value,
        "0"
    );
    assert_eq!(
        of(&blocks, "gradus_assessment_stage", "east-wing")[0].value,
        "3"
    );
    assert!(of(&blocks, "gradus_assessment_criteria", "east-wing").is_empty());
}

#[test]
fn a_fall_names_its_cause_and_a_pause_raises_none() {
    let blocks = parse(&scrape(&support::snapshot()));
    assert_eq!(
        of(&blocks, "gradus_assessment_regressed", "north-general")[0].value,
        "1"
    );
    let info = of(
        &blocks,
        "gradus_assessment_regression_info",
        "north-general",
    );
    assert_eq!(info[0].label("cause"), Some("capability_lost"));
    assert_eq!(info[0].label("capability"), Some("wireless-most-premises"));
    assert_eq!(
        of(&blocks, "gradus_assessment_regressed", "lab")[0].value,
        "0"
    );
    assert!(of(&blocks, "gradus_assessment_regression_info", "lab").is_empty());
    assert_eq!(
        of(&blocks, "gradus_assessment_info", "lab")[0].label("engagement"),
        Some("paused")
    );
}

#[test]
fn days_end_with_their_last_instant() {
    let blocks = parse(&scrape(&support::snapshot()));
    let target = &of(
        &blocks,
        "gradus_assessment_target_timestamp_seconds",
        "north-general",
    )[0]
    .value;
    assert_eq!(*target, support::seconds("2027-07-01T00:00:00Z"));
    let pause = &of(
        &blocks,
        "gradus_assessment_pause_end_timestamp_seconds",
        "lab",
    )[0]
    .value;
    assert_eq!(*pause, support::seconds("2027-02-01T00:00:00Z"));
}

#[test]
fn a_waiver_that_no_longer_counts_has_no_end() {
    let blocks = parse(&scrape(&support::snapshot()));
    let waivers: Vec<Option<&str>> = samples(&blocks, "gradus_waiver_expiry_timestamp_seconds")
        .iter()
        .map(|sample| sample.label("waiver"))
        .collect();
    assert_eq!(waivers, [Some("spare-link")]);
}

#[test]
fn verdicts_and_classes_are_all_there_from_first_sight() {
    let blocks = parse(&scrape(&support::snapshot()));
    let mut by_verdict: BTreeMap<&str, &str> = BTreeMap::new();
    for sample in of(&blocks, "gradus_assessment_criteria", "north-general") {
        by_verdict.insert(sample.label("verdict").unwrap(), &sample.value);
    }
    let expected = [
        ("held", "1"),
        ("met", "6"),
        ("not_applicable", "1"),
        ("unknown", "1"),
        ("unmet", "1"),
        ("waived", "1"),
    ];
    assert_eq!(by_verdict, BTreeMap::from(expected));
    assert_eq!(
        of(&blocks, "gradus_assessment_evidence_criteria", "annexe").len(),
        6
    );
}

#[test]
fn the_reference_page_is_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/metrics.md");
    if std::env::var_os("GRADUS_BLESS").is_some() {
        std::fs::write(path, reference()).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == reference(),
        "docs/reference/metrics.md is out of date: run the tests with GRADUS_BLESS=1"
    );
}

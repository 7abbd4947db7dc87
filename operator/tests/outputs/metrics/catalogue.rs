//! The one list of all metrics: what is written stands in it, what stands in it is written.

use std::collections::BTreeSet;

use gradus_operator::inputs::folder::scan;
use gradus_operator::modes::folder::score_once;
use gradus_operator::outputs::metrics::catalogue::{ALL, Tier, Type};
use gradus_operator::outputs::metrics::{Measured, reference};

use super::{family_of, parse, samples, scrape};
use crate::support;

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

/// What a scrape of the example says.
fn measured() -> Measured {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/hospital-group");
    let day = std::fs::read_to_string(format!("{folder}/as-of")).unwrap();
    let at = format!("{}T12:00:00Z", day.trim()).parse().unwrap();
    let reading = scan(&[folder.into()], &mut std::io::empty());
    let snapshot = score_once(reading, at);
    let text = scrape(&snapshot);
    let tier = |tier: Tier| {
        let of_tier = |line: &&str| {
            let name = line.split(['{', ' ']).next().unwrap();
            let family = ALL.iter().find(|family| family.name == name);
            family.is_some_and(|family| family.tier == tier)
        };
        let lines: Vec<&str> = text.lines().filter(of_tier).collect();
        let bytes = lines.iter().map(|line| line.len() + 1).sum();
        (tier, lines.len(), bytes)
    };
    Measured {
        assessments: snapshot.assessments.size(),
        capabilities: snapshot.capabilities.len(),
        tiers: Tier::SWITCHES.map(tier).to_vec(),
    }
}

#[test]
fn the_generated_reference_of_metrics_is_the_one_committed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/metrics.md");
    let reference = reference(&measured());
    if std::env::var_os("GRADUS_BLESS").is_some() {
        std::fs::write(path, &reference).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == reference,
        "docs/reference/metrics.md is out of date: run the tests with GRADUS_BLESS=1"
    );
}

#[test]
fn closed_lists_hold_every_value_that_is_written() {
    for family in ALL {
        for (label, values) in family.values {
            assert!(family.labels.contains(label), "{}: {label}", family.name);
            let unique: BTreeSet<&&str> = values.iter().collect();
            assert_eq!(unique.len(), values.len(), "{}: {label}", family.name);
            let snake = |value: &&str| {
                value
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            assert!(values.iter().all(snake), "{}: {values:?}", family.name);
        }
    }
    for block in parse(&scrape(&support::snapshot())) {
        let Some(family) = family_of(&block) else {
            continue;
        };
        for sample in &block.samples {
            for (label, values) in family.values {
                let value = sample.label(label).unwrap();
                assert!(values.contains(&value), "{}: {label}={value}", family.name);
            }
        }
    }
}

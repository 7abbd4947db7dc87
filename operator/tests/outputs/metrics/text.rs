//! How a scrape is written.

use std::collections::BTreeSet;

use gradus_operator::outputs::metrics::Format;

use super::{of, parse, scrape, scrape_as};
use crate::support;

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
fn open_metrics_differ_in_the_names_of_counters_in_bounds_and_in_their_end() {
    let (classic, open) = (
        scrape(&support::snapshot()),
        scrape_as(Format::OpenMetrics, &support::snapshot()),
    );
    let ours = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| {
            !line.contains("process_") && !line.starts_with("gradus_engine_settle_duration")
        });
        lines.map(str::to_owned).collect()
    };
    let (classic, open) = (ours(&classic), ours(&open));
    let different: Vec<&String> = open.iter().filter(|line| !classic.contains(line)).collect();
    insta::assert_snapshot!(
        different
            .iter()
            .map(|line| line.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    );
    let alike = open.iter().filter(|line| !line.starts_with('#'));
    assert!(
        alike.clone().all(|line| classic.contains(line)),
        "samples are the same"
    );
    assert_eq!(open.len(), classic.len() + 1);
    let bounds = scrape_as(Format::OpenMetrics, &support::snapshot());
    for bound in ["1.0", "10.0", "0.0001", "+Inf"] {
        assert!(
            bounds.contains(&format!("_bucket{{le=\"{bound}\"}} ")),
            "{bound}"
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

//! Whatever names, labels and values there are, they come back as they were.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::ledger::Ledger;
use gradus_engine::view::{AssessmentView, Snapshot, Tally};
use gradus_operator::outputs::metrics::Format;
use proptest::prelude::*;

use super::{Sample, of, parse, scrape_as};
use crate::support;

/// What tries to break out of a quoted text, among what does not.
const PIECES: [&str; 14] = [
    "a", "north", "\\", "\"", "\n", ",", "{", "}", "=", " ", "\r", "é", "\\n", "# EOF",
];

fn name() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..8);
    prop_oneof![pieces.prop_map(|pieces| pieces.concat()), any::<String>()]
}

#[derive(Debug, Clone)]
struct Fuzzed {
    key: [String; 2],
    model: String,
    scope: String,
    capability: String,
    domain: String,
    counts: [u64; 6],
    stage: u32,
    changed: i64,
    score: String,
}

fn fuzzed() -> impl Strategy<Value = Fuzzed> {
    let names = [name(), name(), name(), name(), name(), name()];
    let score = (any::<u32>(), 0_u32..1000).prop_map(|(whole, part)| format!("{whole}.{part}"));
    (
        names,
        any::<[u64; 6]>(),
        any::<u32>(),
        0..253_402_300_799_i64,
        score,
    )
        .prop_map(
            |(
                [namespace, name, model, scope, capability, domain],
                counts,
                stage,
                changed,
                score,
            )| {
                Fuzzed {
                    key: [namespace, name],
                    model,
                    scope,
                    capability,
                    domain,
                    counts,
                    stage,
                    changed,
                    score,
                }
            },
        )
}

fn snapshot(fuzzed: &Fuzzed) -> Snapshot {
    let mut snapshot = support::snapshot();
    let key = ObjectKey::new(Kind::Assessment, "north", "north-general");
    let mut view: AssessmentView = support::copy(snapshot.assessments.get(&key).unwrap());
    view.key = ObjectKey::new(Kind::Assessment, &fuzzed.key[0], &fuzzed.key[1]);
    let mut spec = view.spec.as_ref().clone();
    spec.model = fuzzed.model.as_str().into();
    spec.scope = Some(fuzzed.scope.as_str().into());
    view.spec = Arc::new(spec);
    let [met, held, unmet, unknown, not_applicable, waived] = fuzzed.counts;
    view.tally = Tally {
        met,
        held,
        unmet,
        unknown,
        not_applicable,
        waived,
        of: 0,
    };
    view.stage = Some(fuzzed.stage);
    view.domains.truncate(1);
    view.domains[0].name = fuzzed.domain.as_str().into();
    view.domains[0].score = Some(fuzzed.score.clone());
    view.impacts[0].capability = fuzzed.capability.as_str().into();
    let changed = jiff::Timestamp::from_second(fuzzed.changed).unwrap();
    view.ledger = Arc::new(Ledger {
        stage_changed_at: Some(changed),
        ..view.ledger.as_ref().clone()
    });
    snapshot.assessments.remove_mut(&key);
    snapshot
        .assessments
        .insert_mut(view.key.clone(), Arc::new(view));
    snapshot
}

fn values<'s>(samples: &[&'s Sample], label: &str) -> BTreeMap<&'s str, &'s str> {
    let named = samples.iter();
    named
        .map(|sample| (sample.label(label).unwrap(), sample.value.as_str()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn names_labels_and_values_come_back_as_they_were(fuzzed in fuzzed()) {
        let snapshot = snapshot(&fuzzed);
        for format in [Format::Classic, Format::OpenMetrics] {
            let text = scrape_as(format, &snapshot);
            let text = match format {
                Format::OpenMetrics => text.strip_suffix("# EOF\n").expect("an end"),
                Format::Classic => &text,
            };
            let blocks = parse(text);
            let said = |family: &str| -> Vec<&Sample> {
                let samples = of(&blocks, family, &fuzzed.key[1]).into_iter();
                samples.filter(|it| it.label("namespace") == Some(&fuzzed.key[0])).collect()
            };
            let stage = said("gradus_assessment_stage");
            prop_assert_eq!(stage.len(), 1);
            prop_assert_eq!(stage[0].label("model"), Some(fuzzed.model.as_str()));
            prop_assert_eq!(&stage[0].value, &fuzzed.stage.to_string());
            let info = said("gradus_assessment_info");
            prop_assert_eq!(info[0].label("scope"), Some(fuzzed.scope.as_str()));
            let counts = said("gradus_assessment_criteria");
            let counts = values(&counts, "verdict");
            let [met, .., waived] = fuzzed.counts.map(|count| count.to_string());
            prop_assert_eq!((counts["met"], counts["waived"]), (met.as_str(), waived.as_str()));
            let score = said("gradus_assessment_domain_score");
            prop_assert_eq!(score[0].label("domain"), Some(fuzzed.domain.as_str()));
            prop_assert_eq!(&score[0].value, &fuzzed.score);
            let impact = said("gradus_capability_impact_criteria");
            prop_assert_eq!(impact[0].label("capability"), Some(fuzzed.capability.as_str()));
            let changed = said("gradus_assessment_stage_changed_timestamp_seconds");
            prop_assert_eq!(&changed[0].value, &fuzzed.changed.to_string());
        }
    }
}

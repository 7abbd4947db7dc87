//! The questions as the end-to-end test asks them, and the words in which the answers are read.

use std::collections::BTreeSet;

use gradus_dashboards::boards::words::{CAUSES, CLASSES, STATES, VERDICTS};
use gradus_dashboards::boards::{Substitution, queries};
use gradus_engine::verdict::{CapabilityState, Cause, EvidenceClass, Verdict};

use crate::dashboards;
use crate::json::{annotations, asking, choices, targets};
use crate::support::promql::read;

#[test]
fn every_question_of_every_dashboard_is_among_the_queries_with_nothing_left_to_replace() {
    let queries = queries(&Substitution::default());
    let in_json: usize = dashboards()
        .iter()
        .map(|dashboard| {
            asking(dashboard).flat_map(targets).count()
                + annotations(dashboard).count()
                + choices(dashboard).count()
        })
        .sum();
    assert_eq!(queries.len(), in_json);
    for query in queries {
        assert!(
            !query.expression.replace("$1", "").contains('$'),
            "{query:?}"
        );
        let read = read(&query.expression);
        assert!(read.mistakes.is_empty(), "{query:?}: {:?}", read.mistakes);
        let labels = read.labels.unwrap_or_default();
        for label in query.one_series_per {
            assert!(labels.contains(*label), "{query:?} has no {label}");
        }
    }
}

#[test]
fn no_query_is_narrowed_by_a_cluster_that_nobody_named() {
    for query in queries(&Substitution::default()) {
        assert!(!query.expression.contains(r#"cluster=~".+""#), "{query:?}");
    }
}

fn labels<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    words.into_iter().collect()
}

fn named(words: &[(&'static str, &'static str, &'static str)]) -> BTreeSet<&'static str> {
    labels(words.iter().map(|(label, _, _)| *label))
}

#[test]
fn every_word_of_the_engine_has_a_text_and_a_colour() {
    assert_eq!(
        named(&VERDICTS),
        labels(Verdict::ALL.iter().map(|word| word.as_label()))
    );
    assert_eq!(
        named(&STATES),
        labels(CapabilityState::ALL.iter().map(|word| word.as_label()))
    );
    assert_eq!(
        named(&CAUSES),
        labels(Cause::ALL.iter().map(|word| word.as_label()))
    );
    let counted = [Verdict::Held, Verdict::Waived, Verdict::Unknown].map(Verdict::as_label);
    let classes = EvidenceClass::ALL.iter().map(|word| word.as_label());
    assert_eq!(named(&CLASSES), labels(classes.chain(counted)));
}

//! The queries as the end-to-end test runs them.

use gradus_dashboards::boards::{Board, Query, Substitution, queries};

use crate::dashboards;
use crate::json::{annotations, asking, choices, targets};
use crate::support::promql::read;

fn asked() -> Vec<Query> {
    queries(&Board::committed().unwrap(), &Substitution::default())
}

#[test]
fn every_query_of_every_dashboard_is_listed_with_nothing_left_to_replace() {
    let queries = asked();
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
        for label in &query.one_series_per {
            assert!(labels.contains(label), "{query:?} has no {label}");
        }
    }
}

#[test]
fn no_query_is_narrowed_by_a_cluster_that_nobody_named() {
    for query in asked() {
        assert!(!query.expression.contains(r#"cluster=~".+""#), "{query:?}");
    }
}

//! The rights of the chart and the reference of statuses cover the table of kinds.

use std::collections::BTreeSet;

use anyhow::Result;
use gradus_crds::GROUP;
use gradus_operator::kinds::{KINDS, KindRow};
use gradus_tests::chart::permissions;
use gradus_tests::running::binary::root;

/// The kinds that are watched in a namespace, or in the cluster.
fn watched(namespaced: bool) -> impl Iterator<Item = KindRow> {
    let watched = KINDS.into_iter().filter(|row| row.watched);
    watched.filter(move |row| row.kind.namespaced() == namespaced)
}

/// `verb resource` of every grant in the group, for a role of a namespace or of the cluster.
fn granted(namespaced: bool, group: &str) -> Result<BTreeSet<String>> {
    let rules = permissions(&["namespaces={north}"])?.rules.into_iter();
    let of_group = rules.filter(|rule| rule.groups.iter().any(|own| own == group));
    let of_place = of_group.filter(|rule| rule.namespace.is_some() == namespaced);
    Ok(of_place
        .flat_map(|rule| {
            let names = if rule.names.is_empty() {
                rule.resources
            } else {
                rule.names
            };
            let verbs = rule.verbs;
            names.into_iter().flat_map(move |name| {
                let verbs = verbs.iter();
                verbs
                    .map(|verb| format!("{verb} {name}"))
                    .collect::<Vec<_>>()
            })
        })
        .collect())
}

#[test]
fn chart_grants_to_read_each_watched_kind_and_to_write_its_status() -> Result<()> {
    for namespaced in [true, false] {
        let expected = watched(namespaced).flat_map(|row| {
            let plural = row.plural();
            let read = ["get", "list", "watch"].map(|verb| format!("{verb} {plural}"));
            read.into_iter().chain([format!("patch {plural}/status")])
        });
        assert_eq!(granted(namespaced, GROUP)?, expected.collect());
    }
    Ok(())
}

#[test]
fn chart_grants_to_ask_whether_each_kind_is_still_defined() -> Result<()> {
    let all = watched(true).chain(watched(false));
    let expected = all.map(|row| format!("get {}.{GROUP}", row.plural()));
    assert_eq!(granted(false, "apiextensions.k8s.io")?, expected.collect());
    Ok(())
}

#[test]
fn reference_of_statuses_names_each_kind() -> Result<()> {
    let page = std::fs::read_to_string(root().join("docs/reference/status.md"))?;
    for row in KINDS.iter().filter(|row| row.watched) {
        assert!(page.contains(row.kind.as_str()), "{}", row.kind);
    }
    Ok(())
}

//! Inside a crate: layers, circles, sizes, lints.

use std::path::PathBuf;

use gradus_tests::house::{Crate, Layers, circles, lint_exceptions, long_files};
use gradus_tests::running::binary::root;

/// Crates whose files stand in layers, as `docs/design/house.md` shows them.
const LAYERS: [(&str, &str); 2] = [("engine", ENGINE), ("operator", OPERATOR)];

const ENGINE: &str = "\
arena, verdict, digest, interner, key, diagnostic, time, fact, model, object, delta, ledger
  < predicate < program < capability < score < view < fold < world < query < snapshot < lib";

const OPERATOR: &str = "\
kinds, token_bucket, fair_queue, timing, clock, connection, builtin_models < store < inputs < leader < outputs < scoring < modes < lib";

/// Crates in which no more than two files name each other in a circle.
const WITHOUT_CIRCLES: [&str; 2] = ["engine", "operator"];

/// A file and the one that it grew out of may name each other, no more.
const LARGEST_CIRCLE: usize = 2;

/// Crates in which every file is short enough to hold one idea.
const SHORT: [&str; 8] = [
    "bench",
    "cli",
    "crds",
    "dashboards",
    "engine",
    "manifests",
    "operator",
    "tests",
];

const MOST_LINES: usize = 450;

/// How often a lint is switched off in a crate, tests and examples included. Only ever fewer.
const EXCEPTIONS: [(&str, &str, usize); 14] = [
    ("bench", "clippy::cast_precision_loss", 1),
    ("crds", "clippy::cast_possible_truncation", 1),
    ("crds", "clippy::cast_precision_loss", 1),
    ("dashboards", "clippy::struct_excessive_bools", 1),
    ("engine", "clippy::box_collection", 1),
    ("engine", "clippy::struct_excessive_bools", 2),
    ("engine", "clippy::trivially_copy_pass_by_ref", 1),
    ("operator", "clippy::too_many_lines", 1),
    ("operator", "dead_code", 1),
    ("operator", "missing_docs", 1),
    ("tests", "clippy::cast_possible_truncation", 1),
    ("tests", "clippy::cast_precision_loss", 1),
    ("tests", "clippy::print_stderr", 1),
    ("tests", "clippy::trivially_copy_pass_by_ref", 2),
];

fn source(name: &str) -> PathBuf {
    root().join(name).join("src")
}

/// The folders of all crates.
fn crates() -> Vec<String> {
    let entries = std::fs::read_dir(root()).expect("the workspace");
    let entries = entries.filter_map(Result::ok);
    let crates = entries.filter(|entry| entry.path().join("Cargo.toml").is_file());
    crates
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn file_names_nothing_of_a_layer_above_its_own() {
    for (name, layers) in LAYERS {
        let tree = Crate::read(&source(name));
        let violations = Layers(layers).violations(&tree.files(), &tree.arrows());
        assert!(violations.is_empty(), "{name}: {violations:#?}");
    }
}

#[test]
fn files_name_each_other_in_no_circle_larger_than_two() {
    for name in WITHOUT_CIRCLES {
        let arrows = Crate::read(&source(name)).arrows();
        let circles = circles(&arrows, LARGEST_CIRCLE);
        assert!(circles.is_empty(), "{name}: {circles:#?}");
    }
}

#[test]
fn layers_stand_in_the_design() {
    let page = root().join("docs/design/house.md");
    let page = std::fs::read_to_string(page).expect("the page of the house");
    for (name, layers) in LAYERS {
        assert!(
            page.contains(layers),
            "{name}: house.md does not show\n{layers}"
        );
    }
}

#[test]
fn file_is_no_longer_than_one_idea() {
    for name in SHORT {
        let long = long_files(&source(name), MOST_LINES);
        assert!(long.is_empty(), "{name}: {long:?}");
    }
}

#[test]
fn lint_is_switched_off_nowhere_but_where_it_was() {
    for name in crates() {
        for (lint, count) in lint_exceptions(&root().join(&name)) {
            let known = EXCEPTIONS
                .iter()
                .find(|(place, known, _)| *place == name && *known == lint);
            let most = known.map_or(0, |(_, _, most)| *most);
            assert!(
                count <= most,
                "{name} switches {lint} off {count} times, {most} are allowed"
            );
        }
    }
}

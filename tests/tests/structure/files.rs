//! Inside a crate: layers, circles, sizes, lints.

use std::path::{Path, PathBuf};

use gradus_tests::running::binary::root;
use gradus_tests::structure::{Crate, Layers, circles, lint_exceptions, long_files};

/// Crates whose files stand in layers, as `docs/design/architecture.md` shows them.
const LAYERS: [(&str, &str); 2] = [("engine", ENGINE), ("operator", OPERATOR)];

const ENGINE: &str = "\
arena, verdict, digest, interner, key, diagnostic, time, fact, model, object, delta, ledger
  < predicate < question < program < capability < score < view < fold < world < query < snapshot < lib";

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

/// A file that a walk names, and the function in it that is named right after it.
#[derive(Debug)]
struct Stop {
    file: PathBuf,
    function: Option<String>,
}

/// What the walks name. A file without a folder is in the folder of the last one that was named in full.
fn stops_of_walks(page: &str) -> Vec<Stop> {
    let parts: Vec<&str> = page.split('`').collect();
    let mut folder = PathBuf::new();
    let mut stops = Vec::new();
    for (index, quoted) in parts.iter().enumerate().skip(1).step_by(2) {
        let path = Path::new(quoted);
        if path.extension().is_none_or(|end| end != "rs") {
            continue;
        }
        if quoted.contains('/') {
            folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        }
        let name = path.file_name().map_or_else(PathBuf::new, PathBuf::from);
        let follows = parts.get(index + 1).is_some_and(|text| text.trim() == ",");
        let next = parts.get(index + 2).filter(|_| follows);
        let is_function = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        stops.push(Stop {
            file: folder.join(name),
            function: next
                .filter(|text| is_function(text))
                .map(|text| (*text).to_owned()),
        });
    }
    stops
}

#[test]
fn files_and_functions_that_the_walks_name_exist() {
    let page = root().join("docs/design/walks.md");
    let page = std::fs::read_to_string(page).expect("the walks through the code");
    let stops = stops_of_walks(&page);
    assert!(stops.len() > 50, "{stops:?}");
    let functions = stops.iter().filter(|stop| stop.function.is_some()).count();
    assert!(functions > 10, "{stops:?}");
    for stop in stops {
        let text = std::fs::read_to_string(root().join(&stop.file));
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", stop.file.display()));
        if let Some(function) = &stop.function {
            let defined = text.contains(&format!("fn {function}("))
                || text.contains(&format!("fn {function}<"));
            assert!(defined, "{}: no function `{function}`", stop.file.display());
        }
    }
}

#[test]
fn layers_stand_in_the_design() {
    let page = root().join("docs/design/architecture.md");
    let page = std::fs::read_to_string(page).expect("the page about the architecture");
    for (name, layers) in LAYERS {
        assert!(
            page.contains(layers),
            "{name}: architecture.md does not show\n{layers}"
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

//! The checks themselves, on crates that are fixtures.

use std::collections::BTreeSet;

use gradus_tests::structure::{Arrow, Crate, Layers, circles};

const LAYERS: &str = "key, model < score < world < lib";

/// A small crate in good order.
const FILES: [(&str, &str); 6] = [
    ("lib.rs", "mod key; mod model; mod score; pub mod world;"),
    ("key.rs", "pub struct Key; pub enum Kind { Model }"),
    ("model.rs", "use crate::key::Key; pub struct Model(Key);"),
    (
        "score/mod.rs",
        "mod walk; pub(crate) use walk::climb; pub struct Stage;",
    ),
    (
        "score/walk.rs",
        "use super::Stage; use crate::model::Model; pub fn climb(_: &Model) -> Stage { Stage }",
    ),
    (
        "world.rs",
        "use crate::score; pub fn settle(model: &crate::model::Model) { score::climb(model); }",
    ),
];

/// The crate, some files of it written otherwise.
fn crate_with(changed: &[(&str, &str)]) -> Crate {
    Crate::from_files("lib.rs", &|file| {
        let texts = changed.iter().chain(&FILES);
        let mut texts = texts.filter(|(name, _)| *name == file);
        texts.next().map(|(_, text)| (*text).to_owned())
    })
}

fn arrow(from: &str, to: &str) -> Arrow {
    Arrow {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

/// The arrows that a change of one file adds.
fn added(file: &str, text: &str) -> Vec<Arrow> {
    let before = crate_with(&[]).arrows();
    let after = crate_with(&[(file, text)]).arrows();
    after.difference(&before).cloned().collect()
}

fn violations(changed: &[(&str, &str)]) -> Vec<String> {
    let tree = crate_with(changed);
    Layers(LAYERS).violations(&tree.files(), &tree.arrows())
}

#[test]
fn arrow_goes_to_the_file_that_defines_the_name_when_another_passes_it_on() {
    let expected = BTreeSet::from([
        arrow("model.rs", "key.rs"),
        arrow("score/walk.rs", "model.rs"),
        arrow("score/walk.rs", "score/mod.rs"),
        arrow("world.rs", "model.rs"),
        arrow("world.rs", "score/walk.rs"),
    ]);
    assert_eq!(crate_with(&[]).arrows(), expected);
}

#[test]
fn layers_hold_when_nothing_reaches_up() {
    assert_eq!(violations(&[]), Vec::<String>::new());
    assert!(circles(&crate_with(&[]).arrows(), 1).is_empty());
}

#[test]
fn planted_arrow_is_found_in_every_form_of_a_path() {
    let up = vec![arrow("key.rs", "world.rs")];
    for text in [
        "use crate::world::settle;",
        "use super::world::{self, settle as settled};",
        "use crate::world::*; fn f() { settle(todo!()) }",
        "fn f() { crate::world::settle(todo!()) }",
        "fn f() { super::world::settle(todo!()) }",
        "use crate::world as w; fn f() { w::settle(todo!()) }",
        "fn f() { format!(\"{}\", crate::world::settle()); }",
        "const F: fn() = crate::world::settle;",
        "#[serde(with = \"crate::world::settle\")] struct S;",
        "mod inner { fn f() { super::super::world::settle() } }",
        "pub use crate::world::settle; fn f() { settle() }",
    ] {
        let text = format!("pub struct Key; {text}");
        assert_eq!(added("key.rs", &text), up, "{text}");
        let found = violations(&[("key.rs", &text)]);
        assert_eq!(found, ["key.rs reaches up to world.rs"], "{text}");
    }
}

#[test]
fn code_for_tests_may_reach_up() {
    for text in [
        "#[cfg(test)] mod tests { use crate::world::settle; }",
        "#[cfg(test)] mod tests;",
        "#[cfg(test)] use crate::world::settle;",
        "impl Key { #[cfg(test)] fn f() { crate::world::settle(todo!()) } }",
    ] {
        let text = format!("pub struct Key; {text}");
        assert_eq!(added("key.rs", &text), [], "{text}");
    }
}

#[test]
fn circle_of_three_files_is_found_and_of_two_is_allowed() {
    let two = [("key.rs", "use crate::model::Model; pub struct Key;")];
    assert!(circles(&crate_with(&two).arrows(), 2).is_empty());
    let three = [("key.rs", "use crate::score::climb; pub struct Key;")];
    let arrows = crate_with(&three).arrows();
    assert_eq!(
        circles(&arrows, 2),
        [["key.rs", "model.rs", "score/walk.rs"]]
    );
}

#[test]
fn file_in_no_layer_and_layer_without_a_file_are_found() {
    let tree = crate_with(&[]);
    let found = Layers("key < score < world, tree < lib").violations(&tree.files(), &tree.arrows());
    assert_eq!(
        found,
        ["model.rs is in no layer", "the layer `tree` has no file"]
    );
}

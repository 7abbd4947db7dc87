//! What is generated is what is committed.

use std::fs;

use gradus_dashboards::rules::generated;

use crate::root;

#[test]
fn generated_rules_are_those_committed() {
    let bless = std::env::var_os("GRADUS_BLESS").is_some();
    let mut stale = Vec::new();
    for (path, text) in generated() {
        let file = root().join(&path);
        if bless {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &text).unwrap();
        } else if fs::read_to_string(&file).ok().as_deref() != Some(text.as_str()) {
            stale.push(path);
        }
    }
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run the tests with GRADUS_BLESS=1 and commit"
    );
}

//! What is generated is what is committed.

use std::fs;

use crate::root;

/// Holds generated files against those committed: each its path from the repository's root, and its text. With
/// `GRADUS_BLESS` they are written instead.
pub(crate) fn are_committed(files: impl IntoIterator<Item = (String, String)>) {
    let bless = std::env::var_os("GRADUS_BLESS").is_some();
    let mut stale = Vec::new();
    for (path, text) in files {
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

//! Comparison of generated files with the committed ones.

use std::fs;

use crate::root;

/// Compares generated files with the committed ones. Each is its path from the root of the repository, and its text. With
/// `GRADUS_BLESS` it writes them instead.
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

//! The order of a crate's files, from the ground up.

use std::collections::BTreeSet;

use super::arrow::Arrow;

/// Layers from the ground up, as the design writes them: `key, time < object < world`. A name is a
/// file without its `.rs`, or a folder with everything in it; the longest that fits counts.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a>(pub &'a str);

impl<'a> Layers<'a> {
    fn names(self) -> impl Iterator<Item = (usize, &'a str)> {
        let layers = self.0.split('<').enumerate();
        layers.flat_map(|(height, names)| names.split(',').map(move |name| (height, name.trim())))
    }

    fn height(self, file: &str) -> Option<usize> {
        let fitting = self.names().filter(|(_, name)| covers(name, file));
        fitting
            .max_by_key(|(_, name)| name.len())
            .map(|(height, _)| height)
    }

    /// What breaks the order, in words: an arrow up, a file in no layer, a layer without a file.
    pub fn violations(self, files: &BTreeSet<&str>, arrows: &BTreeSet<Arrow>) -> Vec<String> {
        let lost = files
            .iter()
            .filter(|file| self.height(file).is_none())
            .map(|file| format!("{file} is in no layer"));
        let empty = self
            .names()
            .filter(|(_, name)| !files.iter().any(|file| covers(name, file)))
            .map(|(_, name)| format!("the layer `{name}` has no file"));
        let upward = arrows
            .iter()
            .filter(|arrow| {
                let heights = self.height(&arrow.from).zip(self.height(&arrow.to));
                heights.is_some_and(|(from, to)| from < to)
            })
            .map(|arrow| format!("{} reaches up to {}", arrow.from, arrow.to));
        lost.chain(empty).chain(upward).collect()
    }
}

fn covers(name: &str, file: &str) -> bool {
    file.strip_prefix(name)
        .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

//! What to say of an object that several documents state.

use std::path::Path;
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::ObjectKey;
use gradus_manifests::finding::Finding;

use super::Folder;

impl Folder {
    /// An object that is stated twice is an error in both places, and the first path's is kept.
    pub(super) fn name_duplicates(&mut self, key: &ObjectKey) {
        let places = self.claims.duplicates(key);
        if places.is_empty() {
            self.duplicates.remove(key);
            return;
        }
        let origins: Vec<_> = places
            .iter()
            .filter_map(|(file, position)| {
                let known = self.files.get(file)?;
                let origin = known.content.stated.get(*position as usize)?.origin.clone();
                Some((origin, known.path.clone()))
            })
            .collect();
        let findings = origins
            .iter()
            .enumerate()
            .filter_map(|(index, (origin, path))| {
                let other = if index == 0 {
                    origins.get(1)
                } else {
                    origins.first()
                };
                let (other, _) = other?;
                let used = if index == 0 {
                    "this one is used"
                } else {
                    "that one is used"
                };
                let message = format!(
                    "{key} is stated twice, also in {}:{}; {used}",
                    other.file, other.line
                );
                let diagnostic = Diagnostic::error("DuplicateObject", "metadata.name", message)
                    .with_help("remove one of the two, or give it another name or namespace");
                let mut finding = finding_at_line(&origin.file, path, origin.line, diagnostic);
                finding.document = origin.document;
                finding.object = Some(key.clone());
                Some(finding)
            });
        self.duplicates.insert(key.clone(), findings.collect());
    }
}

fn finding_at_line(file: &Arc<str>, path: &Path, line: u32, diagnostic: Diagnostic) -> Finding {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let before: usize = text
        .split_inclusive('\n')
        .take(line as usize - 1)
        .map(str::len)
        .sum();
    let length = text
        .get(before..)
        .and_then(|rest| rest.lines().next())
        .map_or(0, str::len);
    let mut finding = Finding::at(file, &text, before..before + length, diagnostic);
    finding.line = line;
    finding
}

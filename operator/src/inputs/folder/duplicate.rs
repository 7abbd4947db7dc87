//! What to say of an object that several documents state.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::ObjectKey;
use gradus_manifests::Origin;
use gradus_manifests::finding::Finding;

use super::Folder;

impl Folder {
    /// An object that is stated twice is an error in both places, and the first path's is kept.
    pub(super) fn name_duplicates(&mut self, key: &ObjectKey) {
        let origins: Vec<&Origin> = self
            .claims
            .duplicates(key)
            .iter()
            .filter_map(|(file, position)| {
                let stated = &self.files.get(file)?.content.stated;
                Some(&stated.get(*position as usize)?.origin)
            })
            .collect();
        let (Some(first), Some(second)) = (origins.first(), origins.get(1)) else {
            self.duplicates.remove(key);
            return;
        };
        let findings = origins.iter().enumerate().map(|(index, origin)| {
            let (other, used) = if index == 0 {
                (second, "this one is used")
            } else {
                (first, "that one is used")
            };
            let message = format!(
                "{key} is stated twice, also in {}:{}; {used}",
                other.file, other.line
            );
            let diagnostic = Diagnostic::error("DuplicateObject", "metadata.name", message)
                .with_help("remove one of the two, or give it another name or namespace");
            Finding {
                line: origin.line,
                column: 1,
                document: origin.document,
                object: Some(key.clone()),
                ..Finding::of_file(&origin.file, diagnostic)
            }
        });
        self.duplicates.insert(key.clone(), findings.collect());
    }
}

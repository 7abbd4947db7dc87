//! What is said of a folder: everything wrong, and what is passed over.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_manifests::finding::{Finding, MOST_FINDINGS, More};

use super::{Folder, Trouble};

impl Folder {
    /// What is wrong, by file and line; of a file with very many findings, some and the number of the others.
    pub fn findings(&self) -> Vec<Finding> {
        let of_files = self.trouble.values().flat_map(|trouble| &trouble.findings);
        let duplicates = self.duplicates.values().flatten();
        let mut by_file: BTreeMap<&Arc<str>, (Vec<Finding>, More)> = BTreeMap::new();
        for finding in of_files.chain(duplicates).chain(&self.unreadable) {
            let (kept, more) = by_file.entry(&finding.file).or_insert_with(|| {
                let trouble = self.trouble.get(&finding.file);
                (Vec::new(), trouble.map_or_else(More::default, |it| it.more))
            });
            if kept.len() < MOST_FINDINGS {
                kept.push(finding.clone());
            } else {
                more.count(finding.diagnostic.severity);
            }
        }
        let mut findings = Vec::new();
        for (mut kept, more) in by_file.into_values() {
            kept.sort();
            let rest = kept.last().and_then(|last| more.finding(last));
            findings.extend(kept.into_iter().chain(rest));
        }
        findings
    }

    /// What is passed over, by file and line.
    pub fn notes(&self) -> Vec<Finding> {
        let of_file = |trouble: &Trouble| {
            let rest = trouble
                .notes
                .last()
                .and_then(|last| trouble.more.note(last));
            trouble.notes.iter().cloned().chain(rest).collect()
        };
        self.trouble
            .values()
            .flat_map(|trouble| -> Vec<Finding> { of_file(trouble) })
            .chain(self.passed_over.iter().cloned())
            .collect()
    }
}

//! What is wrong with objects: kept by object, said once when it changes, gathered when it is published.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::ObjectKey;
use gradus_manifests::finding::Finding;

/// What is wrong with objects. A change of one costs nothing for the others.
// See D-160.
#[derive(Debug, Default)]
pub(super) struct Findings {
    by_object: BTreeMap<ObjectKey, Vec<Finding>>,
    gathered: Arc<[Finding]>,
    is_outdated: bool,
}

impl Findings {
    /// This is wrong with an object now. A line for the log, when that is other than before and not nothing.
    pub(super) fn set(&mut self, key: &ObjectKey, wrong: Vec<Diagnostic>) -> Option<String> {
        if wrong.is_empty() {
            self.is_outdated |= self.by_object.remove(key).is_some();
            return None;
        }
        let before = self.by_object.get(key).map_or(&[][..], Vec::as_slice);
        if before.iter().map(|finding| &finding.diagnostic).eq(&wrong) {
            return None;
        }
        let findings: Vec<Finding> = wrong
            .into_iter()
            .map(|wrong| Finding::of_object(key, wrong))
            .collect();
        let line = line(&findings);
        self.by_object.insert(key.clone(), findings);
        self.is_outdated = true;
        line
    }

    /// All of them, sorted by object; the same list as before when nothing changed.
    pub(super) fn gathered(&mut self) -> Arc<[Finding]> {
        if std::mem::take(&mut self.is_outdated) {
            self.gathered = self.by_object.values().flatten().cloned().collect();
        }
        Arc::clone(&self.gathered)
    }
}

/// One line, however much is wrong.
fn line(findings: &[Finding]) -> Option<String> {
    let first = findings.first()?;
    Some(match findings.len() - 1 {
        0 => first.to_string(),
        more => format!("{first}; and {more} more in the condition Ready"),
    })
}

#[cfg(test)]
mod tests {
    use gradus_engine::key::Kind;

    use super::*;

    fn key(name: &str) -> ObjectKey {
        ObjectKey::new(Kind::Capability, "north", name)
    }

    fn wrong(paths: &[&str]) -> Vec<Diagnostic> {
        let each = paths.iter();
        each.map(|path| Diagnostic::error("InvalidFact", *path, "is wrong"))
            .collect()
    }

    #[test]
    fn finding_is_said_once_and_again_only_when_it_changes() {
        let mut findings = Findings::default();
        let lines = [
            findings.set(&key("a"), wrong(&["spec.x"])),
            findings.set(&key("a"), wrong(&["spec.x"])),
            findings.set(&key("a"), wrong(&["spec.x", "spec.y"])),
            findings.set(&key("a"), Vec::new()),
        ];
        assert_eq!(
            lines,
            [
                Some("Capability north/a: spec.x: is wrong".to_owned()),
                None,
                Some(
                    "Capability north/a: spec.x: is wrong; and 1 more in the condition Ready"
                        .to_owned()
                ),
                None
            ]
        );
        assert!(findings.gathered().is_empty());
    }

    #[test]
    fn lines_grow_with_the_objects_and_not_with_their_square() {
        let mut findings = Findings::default();
        let names = (0..500).map(|number| format!("c-{number:03}"));
        let lines = names.filter_map(|name| findings.set(&key(&name), wrong(&["spec.x"])));
        assert_eq!(lines.count(), 500);
        let gathered = findings.gathered();
        assert_eq!(gathered.len(), 500);
        assert!(gathered.is_sorted_by_key(|finding| finding.object.clone()));
        assert!(
            Arc::ptr_eq(&gathered, &findings.gathered()),
            "nothing changed"
        );
    }
}

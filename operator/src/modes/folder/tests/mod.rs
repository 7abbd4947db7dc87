//! A folder under a person's hands: edited, broken, mended, emptied, restarted, on bad disks.

mod keeping;
mod reading;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::AssessmentView;
use tempfile::TempDir;

use super::*;
use crate::scoring::Published;
use crate::timing::Timing;

const MODEL: &str = r#"
apiVersion: gradus.dev/v1alpha1
kind: MaturityModel
metadata: {name: small}
spec:
  title: A small model
  version: "1"
  owner: {team: us}
  source: {url: "https://example.org", licence: CC0-1.0, attribution: us, completeness: all, disclaimer: none}
  stages: [{rank: 0}, {rank: 1}, {rank: 2}]
  domains: [{name: all, title: All}]
  criteria:
  - {name: one, stage: 1, domain: all, title: One}
  - {name: two, stage: 2, domain: all, title: Two}
  scoring:
    walk: {threshold: {numerator: 1, denominator: 1}}
    overall: {over: Criteria, by: Walk}
"#;
const ASSESSMENT: &str = "apiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata: {name: site}\nspec: {model: {name: small}, owner: {team: us}}\n";
const TIMEOUT: Duration = Duration::from_secs(10);

fn capability(name: &str, claim: &str) -> String {
    format!(
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {{name: {name}}}\nspec: {{claim: {claim}}}\n"
    )
}

fn site_key() -> ObjectKey {
    ObjectKey::new(Kind::Assessment, "default", "site")
}

struct Site {
    directory: TempDir,
}

impl Site {
    /// A site at stage 2.
    fn new() -> Self {
        let site = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        site.write("model.yaml", MODEL);
        site.write("site.yaml", ASSESSMENT);
        site.write("one.yaml", &capability("one", "Present"));
        site.write("two.yaml", &capability("two", "Present"));
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn options(&self) -> FolderOptions {
        FolderOptions {
            timing: Timing::fast(),
            ..FolderOptions::new(self.directory.path())
        }
    }

    fn start(&self) -> FolderOperator {
        FolderOperator::start(&self.options()).unwrap()
    }

    /// Times as they are, but for the rest of the folder.
    fn start_with_rest(&self, rest: Duration) -> FolderOperator {
        FolderOperator::start(&FolderOptions {
            timing: Timing::default().with_rest(rest),
            ..self.options()
        })
        .unwrap()
    }

    /// A site whose mark at stage 2 is committed.
    fn started(&self) -> FolderOperator {
        let operator = self.start();
        wait(&operator, "the mark", |site| mark(site) == Some(2));
        operator
    }
}

/// Waits until what is published of the site is as it should be.
fn wait(
    operator: &FolderOperator,
    what: &str,
    holds: impl Fn(&AssessmentView) -> bool,
) -> Arc<AssessmentView> {
    let mut last = None;
    wait_for(operator, what, |published| {
        last = published.snapshot.assessments.get(&site_key()).cloned();
        last.as_ref().is_some_and(|view| holds(view))
    });
    last.unwrap()
}

fn wait_for(operator: &FolderOperator, what: &str, mut holds: impl FnMut(&Published) -> bool) {
    let feed = operator.feed();
    let start = Instant::now();
    while !holds(&feed.published()) {
        assert!(
            start.elapsed() < TIMEOUT,
            "waited in vain for {what}: {}",
            described(&feed.published())
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn described(published: &Published) -> String {
    let findings: Vec<_> = published.findings.iter().map(ToString::to_string).collect();
    let site = published
        .snapshot
        .assessments
        .get(&site_key())
        .map(|view| (view.stage, &view.problem, &view.ledger));
    format!("{:?}\n{findings:#?}\n{site:#?}", published.health)
}

fn is_not_ready(published: &Published, why: &str) -> bool {
    let not_ready = published.health.not_ready.as_ref();
    not_ready.is_some_and(|reason| reason.contains(why))
}

fn mark(site: &AssessmentView) -> Option<u32> {
    site.ledger.high_water.as_ref().map(|mark| mark.stage)
}
#[test]
fn a_single_pass_takes_its_models_from_the_library_and_its_uids_from_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let text = ASSESSMENT.replace("small", "infram-2018");
    fs::write(
        directory.path().join("a.yaml"),
        format!(
            "{text}---\n{}",
            capability("formal-security-policy", "Present")
        ),
    )
    .unwrap();
    let at = "2026-06-01T00:00:00Z".parse().unwrap();
    let pass = || {
        let reading =
            crate::inputs::folder::scan(&[directory.path().to_owned()], &mut std::io::empty());
        score_once(reading, at)
            .assessments
            .get(&site_key())
            .cloned()
            .unwrap()
    };
    let (one, two) = (pass(), pass());
    assert_eq!(one.problem, None);
    assert!(one.assessed && one.program.is_some());
    assert_eq!(
        (&one.life, &one.inputs_digest, &one.ledger),
        (&two.life, &two.inputs_digest, &two.ledger)
    );
}

//! A folder under a person's hands: edited, broken, mended, emptied, restarted, on bad disks.

use std::fs;
use std::path::PathBuf;

use gradus_engine::delta::Standing;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::ledger::Ledger;
use gradus_engine::verdict::Cause;
use gradus_engine::view::AssessmentView;
use tempfile::TempDir;

use super::*;
use crate::clock::StandingClock;
use crate::store::disk::faulty::{Fault, FaultyDisk};

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
const PATIENCE: Duration = Duration::from_secs(10);

fn capability(name: &str, claim: &str) -> String {
    format!(
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {{name: {name}}}\nspec: {{claim: {claim}}}\n"
    )
}

fn site() -> ObjectKey {
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

    fn options(&self) -> LiveOptions {
        LiveOptions {
            rest: Duration::from_millis(40),
            ..LiveOptions::new(self.directory.path())
        }
    }

    fn start(&self) -> Live {
        Live::start(self.options()).unwrap()
    }

    /// A site whose mark at stage 2 is committed.
    fn started(&self) -> Live {
        let live = self.start();
        wait(&live, "the mark", |site| mark(site) == Some(2));
        live
    }
}

/// Waits until what is published of the site is as it should be.
fn wait(live: &Live, what: &str, holds: impl Fn(&AssessmentView) -> bool) -> Arc<AssessmentView> {
    let mut last = None;
    wait_for(live, what, |published| {
        last = published.snapshot.assessments.get(&site()).cloned();
        last.as_ref().is_some_and(|view| holds(view))
    });
    last.unwrap()
}

fn wait_for(live: &Live, what: &str, mut holds: impl FnMut(&Published) -> bool) {
    let feed = live.feed();
    let start = Instant::now();
    while !holds(&feed.published()) {
        assert!(
            start.elapsed() < PATIENCE,
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
        .get(&site())
        .map(|view| (view.stage, &view.problem, &view.ledger));
    format!("{:?}\n{findings:#?}\n{site:#?}", published.health)
}

fn mark(site: &AssessmentView) -> Option<u32> {
    site.ledger.high_water.as_ref().map(|mark| mark.stage)
}

#[test]
fn an_edit_is_a_fall_with_its_cause_and_a_repair_restores_the_stage() {
    let site = Site::new();
    let live = site.started();
    site.write("two.yaml", &capability("two", "Absent"));
    let fallen = wait(&live, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!((fallen.stage, mark(&fallen)), (Some(1), Some(2)));
    let fall = &fallen.ledger.standing[0];
    assert_eq!(
        (fall.from, fall.to, fall.cause),
        (2, 1, Cause::CapabilityLost)
    );
    assert_eq!(fall.capability.as_deref(), Some("two"));
    site.write("two.yaml", &capability("two", "Present"));
    let restored = wait(&live, "the repair", |site| site.ledger.standing.is_empty());
    assert_eq!((restored.stage, restored.ledger.regressions), (Some(2), 1));
    let moves: Vec<_> = live
        .feed()
        .published()
        .transitions
        .iter()
        .map(|it| it.entry.to)
        .collect();
    assert_eq!(moves, [2, 1, 2]);
}

#[test]
fn a_typo_is_never_a_fall_also_over_a_restart() {
    let site = Site::new();
    let live = site.started();
    site.write(
        "two.yaml",
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: two",
    );
    wait_for(&live, "the finding", |published| {
        !published.findings.is_empty()
    });
    let is_stale = |live: &Live| {
        let two = ObjectKey::new(Kind::Capability, "default", "two");
        let snapshot = Arc::clone(&live.feed().published().snapshot);
        matches!(
            snapshot.capabilities.get(&two).unwrap().standing,
            Standing::Stale { .. }
        )
    };
    assert!(is_stale(&live));
    drop(live);
    let live = site.start();
    let view = wait(&live, "the score", |site| site.assessed);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!((view.stage, mark(&view)), (Some(2), Some(2)));
    let view = wait(&live, "the score", |site| site.assessed);
    assert_eq!(view.ledger.regressions, 0);
    assert!(is_stale(&live));
    assert!(
        live.feed().published().findings[0]
            .to_string()
            .starts_with("two.yaml:3:")
    );
}

#[test]
fn a_broken_model_and_a_broken_assessment_stay_as_they_were() {
    let site = Site::new();
    drop(site.started());
    site.write("model.yaml", &MODEL.replace("stage: 2,", "stage: 9,"));
    site.write("site.yaml", "apiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata: {name: site}\nspec: {modl: {}}\n");
    let live = site.start();
    wait_for(&live, "the findings", |published| {
        published.findings.len() >= 2
    });
    let view = wait(&live, "the score", |site| site.assessed);
    assert_eq!((view.stage, view.ledger.regressions), (Some(2), 0));
}

#[test]
fn a_file_that_is_emptied_and_written_again_is_no_fall() {
    let site = Site::new();
    let live = Live::start(LiveOptions {
        rest: Duration::from_secs(1),
        ..site.options()
    })
    .unwrap();
    wait(&live, "the mark", |site| mark(site) == Some(2));
    for part in [
        "",
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: two}\nspec: {claim: Absent}\n",
    ] {
        site.write("two.yaml", part);
        let view = wait(&live, "the lower stage", |site| site.stage == Some(1));
        assert_eq!(view.ledger.regressions, 0);
        site.write("two.yaml", &capability("two", "Present"));
        wait(&live, "the stage again", |site| site.stage == Some(2));
    }
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(wait(&live, "the score", |_| true).ledger.regressions, 0);
}

/// Where the system tells when a file is closed.
#[cfg(target_os = "linux")]
#[test]
fn a_writer_is_waited_for_and_one_who_never_ends_is_not() {
    use std::io::Write;

    let site = Site::new();
    let rest = Duration::from_millis(200);
    let live = Live::start(LiveOptions {
        rest,
        ..site.options()
    })
    .unwrap();
    wait(&live, "the mark", |site| mark(site) == Some(2));
    let emptied = || fs::File::create(site.path("two.yaml")).unwrap();

    let mut slow = emptied();
    std::thread::sleep(rest / 4);
    let stage = wait(&live, "the score", |_| true).stage;
    assert_eq!(stage, Some(2), "nobody is shown the half of a file");
    wait(&live, "what is there", |site| site.stage == Some(1));
    std::thread::sleep(rest * 4);
    slow.write_all(capability("two", "Present").as_bytes())
        .unwrap();
    drop(slow);
    let whole = wait(&live, "the stage again", |site| site.stage == Some(2));
    assert_eq!(whole.ledger.regressions, 0);

    let _open = emptied();
    let fallen = wait(&live, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(fallen.ledger.standing[0].cause, Cause::CapabilityLost);
}

#[test]
fn a_file_that_is_gone_for_good_is_a_fall() {
    let site = Site::new();
    let live = site.started();
    fs::remove_file(site.path("two.yaml")).unwrap();
    let fallen = wait(&live, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(fallen.ledger.standing[0].cause, Cause::CapabilityLost);
}

#[test]
fn an_editor_that_renames_is_an_edit() {
    let site = Site::new();
    let live = site.started();
    for claim in ["Absent", "Present"] {
        site.write(".two.yaml.swp", &capability("two", claim));
        fs::rename(site.path(".two.yaml.swp"), site.path("two.yaml")).unwrap();
        let stage = if claim == "Absent" { 1 } else { 2 };
        wait(&live, claim, |site| site.stage == Some(stage));
    }
}

#[test]
fn one_edit_is_as_much_work_in_a_large_folder_as_in_a_small_one() {
    let work_of_one_edit = |size: usize| {
        let site = Site::new();
        for index in 0..size {
            site.write(
                &format!("other-{index}.yaml"),
                &capability(&format!("other-{index}"), "Present"),
            );
        }
        let live = site.started();
        let before = live.feed().published().work;
        site.write("two.yaml", &capability("two", "Absent"));
        wait(&live, "the fall", |site| site.ledger.regressions == 1);
        let after = live.feed().published().work;
        (after.reads - before.reads, after.deltas - before.deltas)
    };
    for size in [3, 300] {
        let (reads, deltas) = work_of_one_edit(size);
        // The system may tell of an emptied file before it tells of the written one.
        assert!(
            reads <= 3 && deltas <= 4,
            "{size} files: {reads} reads, {deltas} deltas"
        );
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_unknown_and_commits_no_fall() {
    let site = Site::new();
    fs::create_dir(site.path("sub")).unwrap();
    fs::rename(site.path("two.yaml"), site.path("sub/two.yaml")).unwrap();
    let live = site.started();
    fs::rename(site.path("sub"), site.path(".away")).unwrap();
    std::os::unix::fs::symlink(site.path("sub"), site.path("sub")).unwrap();
    live.look_again();
    let lost = wait(&live, "the loss", |site| site.stage == Some(1));
    assert_eq!(lost.potential_stage, Some(2));
    assert!(
        web::Source::ready(&live.feed())
            .unwrap_err()
            .contains("cannot be read")
    );
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(wait(&live, "the score", |_| true).ledger.regressions, 0);
    fs::remove_file(site.path("sub")).unwrap();
    fs::rename(site.path(".away"), site.path("sub")).unwrap();
    live.look_again();
    wait(&live, "the stage again", |site| site.stage == Some(2));
    site.write("sub/two.yaml", &capability("two", "Absent"));
    wait(&live, "the fall", |site| site.ledger.regressions == 1);
}

#[test]
fn a_folder_that_vanishes_commits_nothing_until_it_is_back() {
    let site = Site::new();
    let state = tempfile::tempdir().unwrap();
    let elsewhere = Some(state.path().to_owned());
    let live = Live::start(LiveOptions {
        state: elsewhere,
        ..site.options()
    })
    .unwrap();
    wait(&live, "the mark", |site| mark(site) == Some(2));
    let away = tempfile::tempdir().unwrap();
    fs::rename(site.directory.path(), away.path().join("away")).unwrap();
    live.look_again();
    wait_for(&live, "the loss", |published| !published.health.complete);
    std::thread::sleep(Duration::from_millis(200));
    let view = wait(&live, "the score", |_| true);
    assert_eq!((mark(&view), view.ledger.regressions), (Some(2), 0));
    fs::rename(away.path().join("away"), site.directory.path()).unwrap();
    live.look_again();
    wait(&live, "the stage again", |site| site.stage == Some(2));
    wait_for(&live, "everything", |published| published.health.complete);
    site.write("two.yaml", &capability("two", "Absent"));
    wait(&live, "the fall", |site| site.ledger.regressions == 1);
}

#[test]
fn a_new_folder_is_watched_as_well() {
    let site = Site::new();
    fs::remove_file(site.path("two.yaml")).unwrap();
    let live = site.start();
    wait(&live, "the score", |site| site.stage == Some(1));
    fs::create_dir_all(site.path("deep/er")).unwrap();
    site.write("deep/er/two.yaml", &capability("two", "Present"));
    wait(&live, "the new file", |site| site.stage == Some(2));
    site.write("deep/er/two.yaml", &capability("two", "Unknown"));
    wait(&live, "its edit", |site| site.stage == Some(1));
}

#[test]
fn marks_falls_and_identity_survive_a_restart_and_nothing_is_committed_twice() {
    let site = Site::new();
    let live = site.started();
    site.write("two.yaml", &capability("two", "Absent"));
    let before = wait(&live, "the fall", |site| site.ledger.regressions == 1);
    drop(live);
    let live = site.start();
    let after = wait(&live, "the score", |site| {
        site.assessed && mark(site).is_some()
    });
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(after.life, before.life);
    assert_eq!(wait(&live, "the score", |_| true).ledger, before.ledger);
}

#[test]
fn a_ledger_survives_while_its_document_is_away() {
    let site = Site::new();
    let live = site.started();
    fs::rename(site.path("site.yaml"), site.path("site.away")).unwrap();
    wait_for(&live, "the removal", |published| {
        published.snapshot.assessments.is_empty()
    });
    drop(live);
    site.write("two.yaml", &capability("two", "Absent"));
    fs::rename(site.path("site.away"), site.path("site.yaml")).unwrap();
    let live = site.start();
    let view = wait(&live, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(mark(&view), Some(2));
}

#[test]
fn a_second_process_is_refused_and_told_who_is_there() {
    let site = Site::new();
    let _live = site.started();
    let error = Live::start(site.options()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("process {}", std::process::id()))
    );
}

#[test]
fn a_disk_that_cannot_be_written_leaves_scoring_alone_and_is_said() {
    let site = Site::new();
    let disk = Arc::new(FaultyDisk::new(0, Fault::ReadOnly));
    let live = Live::start(LiveOptions {
        disk,
        ..site.options()
    })
    .unwrap();
    wait_for(&live, "the trouble", |published| {
        published.health.unwritten.is_some()
    });
    let view = wait(&live, "the score", |site| site.stage == Some(2));
    assert_eq!(*view.ledger, Ledger::default());
    let reason = web::Source::ready(&live.feed()).unwrap_err();
    assert!(reason.contains("cannot be written"), "{reason}");
}

#[test]
fn a_disk_that_was_full_for_a_moment_is_written_later() {
    let site = Site::new();
    let disk = Arc::new(FaultyDisk::new(3, Fault::FullOnce));
    let live = Live::start(LiveOptions {
        disk,
        ..site.options()
    })
    .unwrap();
    wait(&live, "the mark", |site| mark(site) == Some(2));
    wait_for(&live, "health", |published| {
        published.health.ready().is_ok()
    });
}

#[test]
fn a_damaged_entry_commits_nothing_for_its_assessment() {
    let site = Site::new();
    drop(site.started());
    let entry = site.path(".gradus/v1/Assessment/default/site.state");
    fs::write(&entry, "{").unwrap();
    let live = site.start();
    wait(&live, "the score", |site| site.stage == Some(2));
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(
        *wait(&live, "the score", |_| true).ledger,
        Ledger::default()
    );
    assert_eq!(fs::read_to_string(entry).unwrap(), "{");
    assert_eq!(
        live.feed().published().findings[0].diagnostic.code,
        "DamagedState"
    );
}

#[test]
fn time_alone_moves_a_stage() {
    let site = Site::new();
    let attested = "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: two}\nspec: {evidence: [{name: word, attestation: {minimum: 1}}]}\n---\napiVersion: gradus.dev/v1alpha1\nkind: Attestation\nmetadata: {name: word}\nspec: {subject: {capability: two}, statement: it works, attestedBy: ada, method: Examine, issued: \"2026-01-01\", validUntil: \"2026-06-30\"}\n";
    site.write("two.yaml", attested);
    let clock = Arc::new(StandingClock::at("2026-06-01T00:00:00Z".parse().unwrap()));
    let live = Live::start(LiveOptions {
        clock: clock.clone(),
        ..site.options()
    })
    .unwrap();
    wait(&live, "the mark", |site| mark(site) == Some(2));
    clock.set("2026-07-01T00:00:00Z".parse().unwrap());
    live.wake();
    let view = wait(&live, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(view.ledger.standing[0].cause, Cause::AttestationExpired);
}

/// The story of the crash tests: a mark at stage 2, a fall, and what remains on the disk.
fn story_interrupted(at: u64, fault: Fault) -> (Ledger, u64) {
    let site = Site::new();
    let disk = Arc::new(FaultyDisk::new(at, fault));
    let options = LiveOptions {
        rest: Duration::ZERO,
        disk: disk.clone(),
        ..site.options()
    };
    let live = Live::start(options).unwrap();
    let came = |live: &Live, holds: &dyn Fn(&AssessmentView) -> bool| {
        // Until it holds, or the disk says that it never will.
        let start = Instant::now();
        loop {
            let published = live.feed().published();
            let view = published.snapshot.assessments.get(&site_key());
            if view.is_some_and(|view| holds(view)) || published.health.unwritten.is_some() {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{fault:?} at {at}");
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    came(&live, &|view| mark(view) == Some(2));
    site.write("two.yaml", &capability("two", "Absent"));
    came(&live, &|view| view.ledger.regressions == 1);
    let steps = disk.steps();
    drop(live);
    let live = site.start();
    let view = wait(&live, "the rest of the story", |site| {
        site.stage == Some(1) && mark(site).is_some()
    });
    assert!(
        live.feed().published().findings.is_empty(),
        "{fault:?} at {at}"
    );
    let fallen = mark(&view) == Some(2);
    let view = if fallen {
        wait(&live, "the fall", |site| site.ledger.regressions == 1)
    } else {
        view
    };
    (Ledger::clone(&view.ledger), steps)
}

fn site_key() -> ObjectKey {
    site()
}

#[test]
fn killed_at_any_write_a_fall_is_committed_once_or_was_never_seen() {
    let (whole, steps) = story_interrupted(u64::MAX, Fault::Killed);
    assert_eq!((whole.regressions, whole.sequence), (1, 2));
    let points: Vec<(u64, Fault)> = (0..steps)
        .flat_map(|at| [(at, Fault::Killed), (at, Fault::KilledWithin)])
        .collect();
    assert!(points.len() > 20);
    let prove = |(at, fault): (u64, Fault)| {
        let (ledger, _) = story_interrupted(at, fault);
        // Killed before the mark was written, the site's first stage is the lower one.
        let known = ledger.high_water.as_ref().map(|mark| mark.stage);
        let expected = if known == Some(2) { (1, 2) } else { (0, 1) };
        assert_eq!(
            (ledger.regressions, ledger.sequence),
            expected,
            "{fault:?} at {at}"
        );
    };
    std::thread::scope(|scope| {
        for share in points.chunks(points.len().div_ceil(8)) {
            scope.spawn(|| share.iter().copied().for_each(prove));
        }
    });
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
            .get(&site())
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

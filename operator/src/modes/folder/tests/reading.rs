//! What a person does to the files, and what follows.

use gradus_engine::delta::Standing;
use gradus_engine::verdict::Cause;

use super::*;
use crate::outputs::web::PublishedState;

#[test]
fn an_edit_is_a_fall_with_its_cause_and_a_repair_restores_the_stage() {
    let site = Site::new();
    let operator = site.started();
    site.write("two.yaml", &capability("two", "Absent"));
    let fallen = wait(&operator, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!((fallen.stage, mark(&fallen)), (Some(1), Some(2)));
    let fall = &fallen.ledger.standing[0];
    assert_eq!(
        (fall.from, fall.to, fall.cause),
        (2, 1, Cause::CapabilityLost)
    );
    assert_eq!(fall.capability.as_deref(), Some("two"));
    site.write("two.yaml", &capability("two", "Present"));
    let restored = wait(&operator, "the repair", |site| {
        site.ledger.standing.is_empty()
    });
    assert_eq!((restored.stage, restored.ledger.regressions), (Some(2), 1));
    let moves: Vec<_> = operator
        .feed()
        .published()
        .committed
        .iter()
        .map(|it| it.entry.to)
        .collect();
    assert_eq!(moves, [2, 1, 2]);
}

#[test]
fn a_typo_is_never_a_fall_also_over_a_restart() {
    let site = Site::new();
    let operator = site.started();
    site.write(
        "two.yaml",
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: two",
    );
    wait_for(&operator, "the finding", |published| {
        !published.findings.is_empty()
    });
    let is_stale = |operator: &FolderOperator| {
        let two = ObjectKey::new(Kind::Capability, "default", "two");
        let snapshot = Arc::clone(&operator.feed().published().snapshot);
        matches!(
            snapshot.capabilities.get(&two).unwrap().standing,
            Standing::Stale { .. }
        )
    };
    assert!(is_stale(&operator));
    drop(operator);
    let operator = site.start();
    let view = wait(&operator, "the score", |site| site.assessed);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!((view.stage, mark(&view)), (Some(2), Some(2)));
    let view = wait(&operator, "the score", |site| site.assessed);
    assert_eq!(view.ledger.regressions, 0);
    assert!(is_stale(&operator));
    assert!(
        operator.feed().published().findings[0]
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
    let operator = site.start();
    wait_for(&operator, "the findings", |published| {
        published.findings.len() >= 2
    });
    let view = wait(&operator, "the score", |site| site.assessed);
    assert_eq!((view.stage, view.ledger.regressions), (Some(2), 0));
}

#[test]
fn an_edit_that_is_undone_at_once_is_no_fall() {
    let site = Site::new();
    let operator = FolderOperator::start(&FolderOptions {
        timing: Timing::default(),
        ..site.options()
    })
    .unwrap();
    wait(&operator, "the mark", |site| mark(site) == Some(2));
    site.write("two.yaml", &capability("two", "Absent"));
    let view = wait(&operator, "the lower stage", |site| site.stage == Some(1));
    assert_eq!(view.ledger.regressions, 0);
    site.write("two.yaml", &capability("two", "Present"));
    wait(&operator, "the stage again", |site| site.stage == Some(2));
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(wait(&operator, "the score", |_| true).ledger.regressions, 0);
}

/// What a file holds for a moment while it is being saved.
const GLIMPSES: [&str; 4] = ["", "\n", "# Capabilities of the network\n", "---\n"];

#[test]
fn file_that_states_nothing_for_a_moment_changes_nothing() {
    let site = Site::new();
    let rest = Duration::from_millis(200);
    let operator = site.start_with_rest(rest);
    wait(&operator, "the mark", |site| mark(site) == Some(2));
    for glimpse in GLIMPSES {
        site.write("two.yaml", glimpse);
        let emptied = Instant::now();
        while emptied.elapsed() < rest * 3 {
            let view = wait(&operator, "the score", |_| true);
            assert_eq!(view.stage, Some(2), "{glimpse:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        site.write("two.yaml", &capability("two", "Present"));
        std::thread::sleep(rest);
    }
    std::thread::sleep(rest * 6);
    let view = wait(&operator, "the score", |_| true);
    assert_eq!((view.stage, view.ledger.regressions), (Some(2), 0));
}

#[test]
fn save_through_an_empty_file_is_a_fall_with_the_cause_of_what_was_saved() {
    let site = Site::new();
    let operator = site.started();
    let both = |two: &str| {
        format!(
            "{}---\n{}",
            capability("one", "Present"),
            capability("two", two)
        )
    };
    fs::remove_file(site.path("one.yaml")).unwrap();
    site.write("two.yaml", &both("Present"));
    std::thread::sleep(Duration::from_millis(500));
    site.write("two.yaml", "");
    std::thread::sleep(Duration::from_millis(100));
    site.write("two.yaml", &both("Absent"));
    let fallen = wait(&operator, "the fall", |site| site.ledger.regressions == 1);
    let fall = &fallen.ledger.standing[0];
    assert_eq!(
        (fall.cause, fall.capability.as_deref()),
        (Cause::CapabilityLost, Some("two"))
    );
    assert_eq!(fall.to, 1);
}

#[test]
fn file_that_was_emptied_for_good_is_a_fall() {
    let site = Site::new();
    let operator = site.started();
    site.write("two.yaml", "");
    let fallen = wait(&operator, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(fallen.ledger.standing[0].cause, Cause::CapabilityLost);
}

#[test]
fn start_in_the_middle_of_a_save_is_no_fall() {
    let site = Site::new();
    drop(site.started());
    site.write("two.yaml", "");
    let operator = site.start_with_rest(Duration::from_millis(200));
    let started = wait(&operator, "the first look", |_| true);
    assert_eq!(started.stage, Some(2), "as it was last good");
    std::thread::sleep(Duration::from_millis(500));
    site.write("two.yaml", &capability("two", "Present"));
    std::thread::sleep(Duration::from_millis(1500));
    let view = wait(&operator, "the score", |_| true);
    assert_eq!((view.stage, view.ledger.regressions), (Some(2), 0));
}

/// Where the system tells when a file is closed.
#[cfg(target_os = "linux")]
#[test]
fn a_writer_is_waited_for_and_one_who_never_ends_is_not() {
    use std::io::{Seek, Write};

    let site = Site::new();
    let rest = Duration::from_millis(200);
    let operator = site.start_with_rest(rest);
    wait(&operator, "the mark", |site| mark(site) == Some(2));
    let emptied = || fs::File::create(site.path("two.yaml")).unwrap();

    let mut slow = emptied();
    std::thread::sleep(rest / 4);
    let stage = wait(&operator, "the score", |_| true).stage;
    assert_eq!(stage, Some(2), "nobody is shown the half of a file");
    slow.write_all(capability("two", "Absent").as_bytes())
        .unwrap();
    wait(&operator, "what is there", |site| site.stage == Some(1));
    std::thread::sleep(rest * 4);
    slow.rewind().unwrap();
    slow.set_len(0).unwrap();
    slow.write_all(capability("two", "Present").as_bytes())
        .unwrap();
    drop(slow);
    let whole = wait(&operator, "the stage again", |site| site.stage == Some(2));
    assert_eq!(whole.ledger.regressions, 0);

    let _open = emptied();
    let fallen = wait(&operator, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(fallen.ledger.standing[0].cause, Cause::CapabilityLost);
}

#[test]
fn a_file_that_is_gone_for_good_is_a_fall() {
    let site = Site::new();
    let operator = site.started();
    fs::remove_file(site.path("two.yaml")).unwrap();
    let fallen = wait(&operator, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(fallen.ledger.standing[0].cause, Cause::CapabilityLost);
}

#[test]
fn an_editor_that_renames_is_an_edit() {
    let site = Site::new();
    let operator = site.started();
    for claim in ["Absent", "Present"] {
        site.write(".two.yaml.swp", &capability("two", claim));
        fs::rename(site.path(".two.yaml.swp"), site.path("two.yaml")).unwrap();
        let stage = if claim == "Absent" { 1 } else { 2 };
        wait(&operator, claim, |site| site.stage == Some(stage));
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
        let operator = site.started();
        let before = operator.feed().published().work;
        site.write("two.yaml", &capability("two", "Absent"));
        wait(&operator, "the fall", |site| site.ledger.regressions == 1);
        let after = operator.feed().published().work;
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
    let operator = site.started();
    fs::rename(site.path("sub"), site.path(".away")).unwrap();
    std::os::unix::fs::symlink(site.path("sub"), site.path("sub")).unwrap();
    operator.look_again();
    let lost = wait(&operator, "the loss", |site| site.stage == Some(1));
    assert_eq!(lost.potential_stage, Some(2));
    assert!(
        PublishedState::readiness(&operator.feed())
            .unwrap_err()
            .contains("cannot be read")
    );
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(wait(&operator, "the score", |_| true).ledger.regressions, 0);
    fs::remove_file(site.path("sub")).unwrap();
    fs::rename(site.path(".away"), site.path("sub")).unwrap();
    operator.look_again();
    wait(&operator, "the stage again", |site| site.stage == Some(2));
    site.write("sub/two.yaml", &capability("two", "Absent"));
    wait(&operator, "the fall", |site| site.ledger.regressions == 1);
}

#[test]
fn a_folder_that_vanishes_commits_nothing_until_it_is_back() {
    let site = Site::new();
    let state = tempfile::tempdir().unwrap();
    let elsewhere = Some(state.path().to_owned());
    let operator = FolderOperator::start(&FolderOptions {
        state: elsewhere,
        ..site.options()
    })
    .unwrap();
    wait(&operator, "the mark", |site| mark(site) == Some(2));
    let away = tempfile::tempdir().unwrap();
    fs::rename(site.directory.path(), away.path().join("away")).unwrap();
    operator.look_again();
    wait_for(&operator, "the loss", |published| {
        is_not_ready(published, "cannot be read")
    });
    std::thread::sleep(Duration::from_millis(200));
    let view = wait(&operator, "the score", |_| true);
    assert_eq!((mark(&view), view.ledger.regressions), (Some(2), 0));
    fs::rename(away.path().join("away"), site.directory.path()).unwrap();
    operator.look_again();
    wait(&operator, "the stage again", |site| site.stage == Some(2));
    wait_for(&operator, "everything", |published| {
        published.health.ready().is_ok()
    });
    site.write("two.yaml", &capability("two", "Absent"));
    wait(&operator, "the fall", |site| site.ledger.regressions == 1);
}

#[test]
fn a_new_folder_is_watched_as_well() {
    let site = Site::new();
    fs::remove_file(site.path("two.yaml")).unwrap();
    let operator = site.start();
    wait(&operator, "the score", |site| site.stage == Some(1));
    fs::create_dir_all(site.path("deep/er")).unwrap();
    site.write("deep/er/two.yaml", &capability("two", "Present"));
    wait(&operator, "the new file", |site| site.stage == Some(2));
    site.write("deep/er/two.yaml", &capability("two", "Unknown"));
    wait(&operator, "its edit", |site| site.stage == Some(1));
}

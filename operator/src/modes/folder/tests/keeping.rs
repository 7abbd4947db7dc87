//! What is remembered, over restarts, on bad disks, and as time goes on.

use gradus_engine::ledger::{Broken, Ledger};
use gradus_engine::verdict::Cause;

use jiff::Timestamp;

use super::*;
use crate::clock::{Clock, ManualClock, SteadyClock};
use crate::outputs::web::PublishedState;
use crate::store::disk::faulty::{Fault, FaultyDisk};

#[test]
fn marks_falls_and_identity_survive_a_restart_and_nothing_is_committed_twice() {
    let site = Site::new();
    let operator = site.started();
    site.write("two.yaml", &capability("two", "Absent"));
    let before = wait(&operator, "the fall", |site| site.ledger.regressions == 1);
    drop(operator);
    let operator = site.start();
    let after = wait(&operator, "the score", |site| {
        site.assessed && mark(site).is_some()
    });
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(after.life, before.life);
    assert_eq!(wait(&operator, "the score", |_| true).ledger, before.ledger);
}

#[test]
fn a_ledger_survives_while_its_document_is_away() {
    let site = Site::new();
    let operator = site.started();
    fs::rename(site.path("site.yaml"), site.path("site.away")).unwrap();
    wait_for(&operator, "the removal", |published| {
        published.snapshot.assessments.is_empty()
    });
    drop(operator);
    site.write("two.yaml", &capability("two", "Absent"));
    fs::rename(site.path("site.away"), site.path("site.yaml")).unwrap();
    let operator = site.start();
    let view = wait(&operator, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(mark(&view), Some(2));
}

#[test]
fn a_second_process_is_refused_and_told_who_is_there() {
    let site = Site::new();
    let _operator = site.started();
    let error = FolderOperator::start(&site.options()).unwrap_err();
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
    let operator = FolderOperator::start(&FolderOptions {
        disk,
        ..site.options()
    })
    .unwrap();
    wait_for(&operator, "the trouble", |published| {
        is_not_ready(published, "cannot be written")
    });
    let view = wait(&operator, "the score", |site| site.stage == Some(2));
    assert_eq!(*view.ledger, Ledger::default());
    let reason = PublishedState::readiness(&operator.feed()).unwrap_err();
    assert!(reason.contains("cannot be written"), "{reason}");
}

#[test]
fn history_that_was_altered_while_nobody_looked_is_said_and_lowers_no_mark() {
    let site = Site::new();
    drop(site.started());
    let entry = site.path(".gradus/v1/Assessment/default/site.state");
    let text = fs::read_to_string(&entry).unwrap();
    let altered = text.replacen(
        "\"transition\": \"Rise\"",
        "\"transition\": \"Restoration\"",
        1,
    );
    assert_ne!(text, altered);
    fs::write(&entry, altered).unwrap();
    let operator = site.start();
    let view = wait(&operator, "what was altered", |site| site.broken.is_some());
    assert_eq!(view.broken, Some(Broken::Digest { sequence: 1 }));
    assert_eq!(mark(&view), Some(2));
    let finding = operator.feed().published().findings[0].clone();
    assert_eq!(finding.diagnostic.code, "AlteredHistory");
    assert_eq!(&*finding.file, ".gradus/v1/Assessment/default/site.state");
}

#[test]
fn a_disk_that_was_full_for_a_moment_is_written_later() {
    let site = Site::new();
    let disk = Arc::new(FaultyDisk::new(3, Fault::FullOnce));
    let operator = FolderOperator::start(&FolderOptions {
        disk,
        ..site.options()
    })
    .unwrap();
    wait(&operator, "the mark", |site| mark(site) == Some(2));
    wait_for(&operator, "health", |published| {
        published.health.ready().is_ok()
    });
}

#[test]
fn a_damaged_entry_commits_nothing_for_its_assessment() {
    let site = Site::new();
    drop(site.started());
    let entry = site.path(".gradus/v1/Assessment/default/site.state");
    fs::write(&entry, "{").unwrap();
    let operator = site.start();
    wait(&operator, "the score", |site| site.stage == Some(2));
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(
        *wait(&operator, "the score", |_| true).ledger,
        Ledger::default()
    );
    assert_eq!(fs::read_to_string(entry).unwrap(), "{");
    assert_eq!(
        operator.feed().published().findings[0].diagnostic.code,
        "DamagedState"
    );
}

/// A capability that is attested until the end of June.
const ATTESTED: &str = "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: two}\nspec: {evidence: [{name: word, attestation: {minimum: 1}}]}\n---\napiVersion: gradus.dev/v1alpha1\nkind: Attestation\nmetadata: {name: word}\nspec: {subject: {capability: two}, statement: it works, attestedBy: ada, method: Examine, issued: \"2026-01-01\", validUntil: \"2026-06-30\"}\n";

#[test]
fn time_alone_moves_a_stage() {
    let site = Site::new();
    site.write("two.yaml", ATTESTED);
    let clock = Arc::new(ManualClock::at("2026-06-01T00:00:00Z".parse().unwrap()));
    let operator = FolderOperator::start(&FolderOptions {
        clock: clock.clone(),
        ..site.options()
    })
    .unwrap();
    wait(&operator, "the mark", |site| mark(site) == Some(2));
    clock.set("2026-07-01T00:00:00Z".parse().unwrap());
    operator.wake();
    let view = wait(&operator, "the fall", |site| site.ledger.regressions == 1);
    assert_eq!(view.ledger.standing[0].cause, Cause::AttestationExpired);
}

/// A site whose second capability is attested until the end of June, under a clock that may be set, and that shows
/// another time for this long before it is believed.
fn attested(settles_after: Duration) -> (Site, Arc<ManualClock>, FolderOperator) {
    let site = Site::new();
    site.write("two.yaml", ATTESTED);
    let wall = Arc::new(ManualClock::at(june()));
    let timing = Timing {
        clock_settles_after: settles_after,
        ..site.options().timing
    };
    let clock: Arc<dyn Clock> = wall.clone();
    let operator = FolderOperator::start(&FolderOptions {
        clock: Arc::new(SteadyClock::of(clock, &timing)),
        timing,
        ..site.options()
    })
    .unwrap();
    wait(&operator, "the mark", |site| mark(site) == Some(2));
    (site, wall, operator)
}

fn june() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn says(published: &Published, what: &str) -> bool {
    let mut troubles = published.health.troubles.iter();
    troubles.any(|trouble| trouble.contains(what) && trouble.contains("nothing is committed"))
}

#[test]
fn glimpse_of_another_time_commits_nothing_and_is_said() {
    let (site, clock, operator) = attested(Duration::from_mins(2));
    for (wrong, said) in [
        ("2028-04-01T00:00:00Z", "jumped forward"),
        ("2020-04-01T00:00:00Z", "jumped back"),
    ] {
        clock.set(wrong.parse().unwrap());
        operator.wake();
        wait_for(&operator, said, |published| says(published, said));
        // A change under a wrong clock is shown, and not committed.
        site.write("one.yaml", &capability("one", "Absent"));
        let view = wait(&operator, "the lower stage", |site| site.stage == Some(0));
        assert_eq!((mark(&view), view.ledger.regressions), (Some(2), 0));
        site.write("one.yaml", &capability("one", "Present"));
        wait(&operator, "the stage", |site| site.stage == Some(2));
        std::thread::sleep(Timing::fast().rest * 3);
        clock.set(june());
        operator.wake();
        wait_for(&operator, "certainty", |published| {
            published.health.troubles.is_empty()
        });
        let view = wait(&operator, "the stage", |site| site.stage == Some(2));
        assert_eq!((mark(&view), view.ledger.regressions), (Some(2), 0));
    }
    // What was not committed meanwhile is, once the time is certain.
    site.write("one.yaml", &capability("one", "Absent"));
    wait(&operator, "the fall", |site| site.ledger.regressions == 1);
}

#[test]
fn time_that_lasts_is_believed_and_everything_comes_back_with_the_right_one() {
    let (site, clock, operator) = attested(Duration::from_millis(300));
    clock.set("2028-04-01T00:00:00Z".parse().unwrap());
    wait(&operator, "the fall", |site| {
        operator.wake();
        site.ledger.regressions == 1
    });
    clock.set(june());
    let view = wait(&operator, "the stage", |site| {
        operator.wake();
        site.stage == Some(2)
    });
    assert_eq!(view.ledger.regressions, 1, "what was committed stays");
    site.write("one.yaml", &capability("one", "Absent"));
    wait(&operator, "the lower stage", |site| site.stage == Some(0));
}

/// The story of the crash tests: a mark at stage 2, a fall, and what remains on the disk.
fn story_interrupted(at: u64, fault: Fault) -> (Ledger, u64) {
    let site = Site::new();
    let disk = Arc::new(FaultyDisk::new(at, fault));
    let options = FolderOptions {
        timing: Timing::default().with_rest(Duration::ZERO),
        disk: disk.clone(),
        ..site.options()
    };
    let operator = FolderOperator::start(&options).unwrap();
    let came = |operator: &FolderOperator, holds: &dyn Fn(&AssessmentView) -> bool| {
        // Until it holds, or the disk says that it never will.
        let start = Instant::now();
        loop {
            let published = operator.feed().published();
            let view = published.snapshot.assessments.get(&site_key());
            if view.is_some_and(|view| holds(view)) || is_not_ready(&published, "cannot be written")
            {
                return;
            }
            assert!(start.elapsed() < TIMEOUT, "{fault:?} at {at}");
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    came(&operator, &|view| mark(view) == Some(2));
    site.write("two.yaml", &capability("two", "Absent"));
    came(&operator, &|view| view.ledger.regressions == 1);
    let steps = disk.steps();
    drop(operator);
    let operator = site.start();
    let view = wait(&operator, "the rest of the story", |site| {
        site.stage == Some(1) && mark(site).is_some()
    });
    assert!(
        operator.feed().published().findings.is_empty(),
        "{fault:?} at {at}"
    );
    let fallen = mark(&view) == Some(2);
    let view = if fallen {
        wait(&operator, "the fall", |site| site.ledger.regressions == 1)
    } else {
        view
    };
    (Ledger::clone(&view.ledger), steps)
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

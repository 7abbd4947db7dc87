//! What is remembered survives restarts, crashes and damage.

use std::fs;
use std::sync::Arc;

use tempfile::TempDir;

use super::disk::LocalDisk;
use super::disk::faulty::{Fault, FaultyDisk};
use super::*;

fn assessment(target: u32) -> Document {
    let text = format!(
        "apiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata: {{name: infram}}\nspec: {{model: {{name: infram-2018}}, target: {{stage: {target}}}}}\n"
    );
    gradus_manifests::read(
        &"north.yaml".into(),
        text.as_bytes(),
        Keep::Text,
        Expect::Ours,
    )
    .documents
    .remove(0)
}

fn capability(name: &str) -> Document {
    let text = format!(
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {{name: {name}}}\nspec: {{}}\n"
    );
    gradus_manifests::read(
        &"north.yaml".into(),
        text.as_bytes(),
        Keep::Text,
        Expect::Ours,
    )
    .documents
    .remove(0)
}

fn ledger(regressions: u64) -> Arc<Ledger> {
    Arc::new(Ledger {
        regressions,
        ..Ledger::default()
    })
}

fn open(directory: &TempDir) -> State {
    State::open(&directory.path().join(FOLDER), Arc::new(LocalDisk)).unwrap()
}

fn write_all(state: &mut State) {
    while !state.write(8).unwrap() {}
}

#[test]
fn identity_generation_and_ledger_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let mut state = open(&directory);
    let first = state.life_of(&assessment(5));
    assert_eq!(first.generation, 1);
    write_all(&mut state);
    state.commit(&assessment(5).key, ledger(7)).unwrap();
    drop(state);
    let mut state = open(&directory);
    assert_eq!(state.life_of(&assessment(5)), first);
    assert_eq!(state.ledger(&assessment(5).key), Some(ledger(7)));
    assert_eq!(
        state.life_of(&assessment(6)),
        Life {
            generation: 2,
            ..first
        }
    );
}

#[test]
fn the_last_good_document_survives_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let mut state = open(&directory);
    state.life_of(&assessment(5));
    state.life_of(&capability("vpn"));
    write_all(&mut state);
    drop(state);
    let state = open(&directory);
    let stated: Vec<_> = state
        .stated()
        .map(|(key, file)| format!("{key} in {file}"))
        .collect();
    assert_eq!(
        stated,
        [
            "Capability default/vpn in north.yaml",
            "Assessment default/infram in north.yaml"
        ]
    );
    let (document, life) = state.last_good(&capability("vpn").key).unwrap();
    assert_eq!((document.key, life.generation), (capability("vpn").key, 1));
}

#[test]
fn a_ledger_survives_the_removal_of_its_document_and_a_capability_is_forgotten() {
    let directory = tempfile::tempdir().unwrap();
    let mut state = open(&directory);
    let life = state.life_of(&assessment(5));
    state.life_of(&capability("vpn"));
    state.commit(&assessment(5).key, ledger(7)).unwrap();
    state.leave(&assessment(5).key);
    state.leave(&capability("vpn").key);
    write_all(&mut state);
    drop(state);
    let mut state = open(&directory);
    assert_eq!(state.stated().count(), 0);
    assert_eq!(state.uid(&capability("vpn").key), None);
    assert_eq!(state.ledger(&assessment(5).key), Some(ledger(7)));
    assert_eq!(state.life_of(&assessment(5)), life);
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Arc::new(FaultyDisk::new(u64::MAX, Fault::Killed));
    let mut state = State::open(&directory.path().join(FOLDER), disk.clone()).unwrap();
    state.life_of(&capability("vpn"));
    write_all(&mut state);
    let steps = disk.steps();
    state.life_of(&capability("vpn"));
    write_all(&mut state);
    assert_eq!(disk.steps(), steps);
}

#[test]
fn a_commit_is_old_or_new_whatever_step_is_the_last_and_never_more_than_acknowledged() {
    for fault in [
        Fault::Killed,
        Fault::KilledWithin,
        Fault::FullOnce,
        Fault::ReadOnly,
    ] {
        for at in 0..16 {
            let directory = tempfile::tempdir().unwrap();
            let mut state = open(&directory);
            state.life_of(&assessment(5));
            write_all(&mut state);
            state.commit(&assessment(5).key, ledger(1)).unwrap();
            drop(state);
            let disk = Arc::new(FaultyDisk::new(at, fault));
            let mut state = State::open(&directory.path().join(FOLDER), disk).unwrap();
            state.life_of(&assessment(6));
            let acknowledged =
                [2, 3, 4].map(|falls| state.commit(&assessment(6).key, ledger(falls)).is_ok());
            let known = state.ledger(&assessment(5).key).unwrap().regressions;
            drop(state);
            let after = open(&directory);
            assert_eq!(after.findings().count(), 0, "{fault:?} at {at}: a mix");
            let seen = after.ledger(&assessment(5).key).unwrap().regressions;
            assert!(
                seen >= known,
                "{fault:?} at {at}: acknowledged {known}, kept {seen}"
            );
            let last = acknowledged
                .iter()
                .rposition(|written| *written)
                .map_or(1, |index| index as u64 + 2);
            assert_eq!(known, last, "{fault:?} at {at}: {acknowledged:?}");
        }
    }
}

#[test]
fn a_damaged_entry_is_said_and_never_written_over() {
    let directory = tempfile::tempdir().unwrap();
    let mut state = open(&directory);
    let life = state.life_of(&assessment(5));
    state.commit(&assessment(5).key, ledger(7)).unwrap();
    write_all(&mut state);
    drop(state);
    let path = directory
        .path()
        .join(".gradus/v1/Assessment/default/infram.state");
    fs::write(&path, "half of").unwrap();
    let mut state = open(&directory);
    assert_ne!(state.life_of(&assessment(5)).uid, life.uid);
    assert!(state.is_damaged(&assessment(5).key));
    let finding = state.findings().next().unwrap().to_string();
    assert!(
        finding.contains("nothing is committed") && finding.contains("gradus reset"),
        "{finding}"
    );
    write_all(&mut state);
    assert_eq!(fs::read_to_string(&path).unwrap(), "half of");
}

#[test]
fn a_reset_forgets_what_is_named_and_is_refused_while_somebody_writes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FOLDER);
    let mut state = open(&directory);
    state.life_of(&assessment(5));
    state.life_of(&capability("vpn"));
    write_all(&mut state);
    assert!(reset(&path, &Selection::Everything, &LocalDisk).is_err());
    drop(state);
    let named = Selection::Objects(vec![assessment(5).key]);
    assert_eq!(
        reset(&path, &named, &LocalDisk).unwrap(),
        [assessment(5).key]
    );
    assert_eq!(open(&directory).stated().count(), 1);
    assert_eq!(
        reset(&path, &Selection::Everything, &LocalDisk).unwrap(),
        [capability("vpn").key]
    );
    assert_eq!(
        reset(
            &directory.path().join("none"),
            &Selection::Everything,
            &LocalDisk
        )
        .unwrap(),
        []
    );
}

#[test]
fn the_state_keeps_itself_out_of_git() {
    let directory = tempfile::tempdir().unwrap();
    let mut state = open(&directory);
    state.life_of(&capability("vpn"));
    write_all(&mut state);
    assert_eq!(
        fs::read_to_string(directory.path().join(".gradus/.gitignore")).unwrap(),
        "*\n"
    );
}

//! The committed dashboards are those that the Go program writes, and no others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gradus_dashboards::boards::{Board, UIDS, reference};

use crate::program::write_boards;
use crate::root;
use crate::support::generated::are_committed;

/// Where the dashboards lie: for people, and for the chart.
const FOLDERS: [&str; 2] = ["dashboards", "charts/gradus/files/dashboards"];

#[test]
fn generated_dashboards_are_those_committed() {
    let written = tempfile::tempdir().unwrap();
    write_boards(written.path());
    let read = |name: &str| fs::read_to_string(written.path().join(name)).unwrap();
    let texts = UIDS.map(|uid| read(&format!("{uid}.json")));
    let answers = read("answers.json");
    let boards = Board::read_all(texts.iter().map(String::as_str), &answers).unwrap();
    let mut files = vec![
        (
            "docs/reference/dashboards.md".to_owned(),
            reference(&boards),
        ),
        ("dashboards/boards/answers.json".to_owned(), answers),
    ];
    for (uid, text) in UIDS.iter().zip(&texts) {
        for folder in FOLDERS {
            files.push((format!("{folder}/{uid}.json"), text.clone()));
        }
    }
    are_committed(files);
}

#[test]
fn no_other_dashboard_lies_beside_the_generated_ones() {
    let known: BTreeSet<String> = UIDS.iter().map(|uid| format!("{uid}.json")).collect();
    for folder in FOLDERS {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_json = Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "json");
            assert!(
                !is_json || known.contains(&name),
                "{folder}/{name} is not written by dashboards/boards"
            );
        }
    }
}

//! The numbered decisions: every number that code or docs mention exists, once, with a title, a date and a reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use gradus_tests::running::binary::root;
use jiff::civil::Date;

/// What a number begins with. Written in two parts, so that this file mentions none.
const PREFIX: &str = concat!("D", "-");

/// Where numbers are mentioned, from the root.
const PLACES: [&str; 13] = [
    "README.md",
    "CONTRIBUTING.md",
    "Makefile",
    "bench",
    "charts",
    "cli",
    "crds",
    "dashboards",
    "docs",
    "engine",
    "operator",
    "setup",
    "tests",
];

fn texts(place: &Path, found: &mut Vec<(PathBuf, String)>) -> Result<()> {
    if place.is_dir() {
        for entry in fs::read_dir(place)? {
            texts(&entry?.path(), found)?;
        }
    } else if let Ok(text) = fs::read_to_string(place) {
        found.push((place.to_owned(), text));
    }
    Ok(())
}

/// The numbers that a text mentions: three digits after the prefix, and nothing that makes it part of a longer word.
fn mentioned(text: &str) -> Vec<u32> {
    let is_word = |c: char| c.is_alphanumeric() || c == '-';
    let starts = text.match_indices(PREFIX).filter(|(start, _)| {
        let before = text[..*start].chars().next_back();
        !before.is_some_and(is_word)
    });
    starts
        .filter_map(|(start, _)| {
            let rest = &text[start + PREFIX.len()..];
            let digits = rest.get(..3)?;
            let after = rest[3..].chars().next();
            let ends = !after.is_some_and(is_word);
            ends.then(|| digits.parse().ok()).flatten()
        })
        .collect()
}

/// The number of a record, and its text, of one file of decisions.
fn records(text: &str) -> Result<Vec<(u32, String)>> {
    let mut records: Vec<(u32, String)> = Vec::new();
    for line in text.lines() {
        let heading = line.trim_start_matches('#');
        if heading.len() == line.len() {
            if let Some((_, record)) = records.last_mut() {
                record.push_str(line);
                record.push('\n');
            }
        } else if let Some(number) = heading.trim().strip_prefix(PREFIX) {
            let number = number.parse().with_context(|| line.to_owned())?;
            records.push((number, String::new()));
        }
    }
    Ok(records)
}

/// Checks that a record is a title in bold with a date behind it, a blank line, and a reason.
fn check(record: &str) -> Result<()> {
    let (head, reason) = record.trim().split_once("\n\n").context("no reason")?;
    let (title, date) = head
        .strip_prefix("**")
        .and_then(|head| head.split_once(".** "))
        .context("no title in bold, with the date behind it")?;
    ensure!(!title.trim().is_empty(), "an empty title");
    date.trim().parse::<Date>().context("no date")?;
    ensure!(!reason.trim().is_empty(), "no reason");
    Ok(())
}

fn all_records() -> Result<BTreeMap<u32, String>> {
    let mut files = Vec::new();
    texts(&root().join("docs/design/decisions"), &mut files)?;
    let mut all = BTreeMap::new();
    for (path, text) in files {
        for (number, record) in records(&text)? {
            let place = format!("{}: {PREFIX}{number:03}", path.display());
            check(&record).with_context(|| place.clone())?;
            ensure!(
                all.insert(number, record).is_none(),
                "{place} is there twice"
            );
        }
    }
    Ok(all)
}

#[test]
fn every_decision_has_a_number_of_its_own_a_title_a_date_and_a_reason() -> Result<()> {
    let count = all_records()?.len();
    assert!(count >= 100, "only {count} records were found");
    Ok(())
}

#[test]
fn every_number_that_code_or_docs_mention_is_a_decision() -> Result<()> {
    let known = all_records()?;
    let mut files = Vec::new();
    for place in PLACES {
        texts(&root().join(place), &mut files)?;
    }
    let mut from_code = 0;
    for (path, text) in files {
        let is_code = path.extension().is_some_and(|extension| extension == "rs");
        for number in mentioned(&text) {
            from_code += u32::from(is_code);
            let place = path.display();
            assert!(
                known.contains_key(&number),
                "{place}: there is no {PREFIX}{number:03}"
            );
        }
    }
    assert!(
        from_code >= 50,
        "only {from_code} links from code were found"
    );
    Ok(())
}

#[test]
fn a_record_without_its_date_or_its_reason_is_refused() {
    assert!(check("**A title.** 2026-11-30\n\nA reason.").is_ok());
    assert!(check("**A title.**\n\nA reason.").is_err());
    assert!(check("**A title.** 2026-11-30\n").is_err());
    assert!(check("A title. 2026-11-30\n\nA reason.").is_err());
}

#[test]
fn a_number_is_three_digits_that_are_no_part_of_a_longer_word() {
    let text =
        ["See 042, 0421 and 043.", "ID-044"].map(|text| text.replace(" 0", &format!(" {PREFIX}0")));
    assert_eq!(mentioned(&text[0]), [42, 43]);
    assert!(mentioned(&text[1]).is_empty());
}

//! Every link of the documentation to a file of the repository leads somewhere, to its heading too.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use gradus_tests::page::pages;

/// Where the links of a page lead: of `[text](target)` and `[name]: target`, outside blocks of code.
fn targets(page: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    for line in prose(page) {
        let inline = line.split("](").skip(1);
        targets.extend(
            inline
                .filter_map(|rest| rest.split_once(')'))
                .map(|(target, _)| target),
        );
        let named = line
            .strip_prefix('[')
            .and_then(|line| line.split_once("]: "));
        targets.extend(named.map(|(_, target)| target));
    }
    targets
}

/// The lines of a page outside its blocks of code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut in_block = false;
    page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        !in_block && !is_fence
    })
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(page: &str) -> Vec<String> {
    let headings = prose(page).filter(|line| line.starts_with('#'));
    headings
        .map(|heading| {
            let text = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = text
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

fn leads_somewhere(page: &Path, text: &str, target: &str) -> Result<bool> {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = page.parent().context("a folder")?.join(file);
    if target.starts_with('#') {
        return Ok(anchors(text).iter().any(|known| known == anchor));
    }
    if anchor.is_empty() || !file.exists() {
        return Ok(file.exists());
    }
    let other = fs::read_to_string(&file)?;
    Ok(anchors(&other).iter().any(|known| known == anchor))
}

#[test]
fn every_link_to_a_file_or_heading_leads_somewhere() -> Result<()> {
    let mut broken = Vec::new();
    let mut count = 0;
    for page in pages()? {
        let text = fs::read_to_string(&page)?;
        for target in targets(&text) {
            if target.contains("://") {
                continue;
            }
            count += 1;
            if !leads_somewhere(&page, &text, target)? {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(count >= 100, "only {count} links were found");
    Ok(())
}

#[test]
fn a_link_to_a_heading_that_is_not_there_is_noticed() -> Result<()> {
    let page = Path::new("page.md");
    let text =
        "# Two words, `code`\n\n[a](#two-words-code) [b](#three)\n\n```text\n[c](#four)\n```\n";
    let led = targets(text)
        .into_iter()
        .map(|target| leads_somewhere(page, text, target));
    assert_eq!(led.collect::<Result<Vec<_>>>()?, [true, false]);
    Ok(())
}

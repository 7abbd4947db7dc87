//! The README's walk on the real binary, its metrics and its page in a real browser: edit, fall,
//! cause, the commands of the walk as printed, repair.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use gradus_tests::page::{Step, steps};
use gradus_tests::running::binary::{Watch, claim, example, gradus, root};
use gradus_tests::running::browser::Browser;
use gradus_tests::running::http::{get, series, until};
use tempfile::TempDir;

/// The assessment that the walk looks at.
const INFRAM: [(&str, &str); 2] = [("namespace", "larkmere-general"), ("assessment", "infram")];

/// The hospital group, watched.
struct Group {
    folder: TempDir,
    watch: Option<Watch>,
}

impl Group {
    /// A fresh copy, watched until its first mark is committed.
    fn watched() -> Result<Self> {
        let folder = example("hospital-group")?;
        let watch = Some(Watch::start(folder.path())?);
        let group = Self { folder, watch };
        group.until("high_water_stage", 5.0)?;
        Ok(group)
    }

    fn url(&self) -> Result<&str> {
        Ok(&self.watch.as_ref().context("it is watched")?.url)
    }

    /// Writes another claim of the wireless network.
    fn claim(&self, before: &str, after: &str) -> Result<()> {
        let file = self.folder.path().join("larkmere-general/network.yaml");
        claim(&file, "wireless-most-premises", before, after)
    }

    /// Waits until a series of the assessment has a value, and returns the whole scrape.
    fn until(&self, name: &str, value: f64) -> Result<String> {
        until(&format!("{}/metrics", self.url()?), |body| {
            value_of(body, name) == Some(value)
        })
    }

    fn scrape(&self) -> Result<String> {
        Ok(get(&format!("{}/metrics", self.url()?))?.body)
    }

    /// Runs what the walk tells the reader to type in the second terminal, as printed, and returns what it prints.
    fn second_terminal(&self) -> Result<String> {
        let checkout = tempfile::tempdir()?;
        let here = checkout.path();
        fs::create_dir_all(here.join("examples"))?;
        fs::create_dir_all(here.join("target/debug"))?;
        symlink(self.folder.path(), here.join("examples/hospital-group"))?;
        symlink(gradus(), here.join("target/debug/gradus"))?;
        let mut printed = String::new();
        for command in commands_of_the_walk()? {
            let output = Command::new("sh")
                .args(["-c", &command])
                .current_dir(here)
                .output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "`{command}`: {said}");
            printed.push_str(&String::from_utf8_lossy(&output.stdout));
        }
        Ok(printed)
    }

    /// Ends it without a chance to tidy up, and watches again.
    fn killed_and_watched_again(&mut self) -> Result<()> {
        self.watch.take().context("it is watched")?.kill();
        self.watch = Some(Watch::start(self.folder.path())?);
        Ok(())
    }

    fn interrupted(mut self) -> Result<()> {
        let ended = self.watch.take().context("it is watched")?.interrupt()?;
        assert!(ended.success(), "an interrupt is a clean end");
        Ok(())
    }
}

/// The commands of the README's walk, beside those that build.
fn commands_of_the_walk() -> Result<Vec<String>> {
    let readme = fs::read_to_string(root().join("README.md"))?;
    let (_, walk) = readme.split_once("## Quick start").context("the walk")?;
    let (walk, _) = walk.split_once("\n## ").context("what follows the walk")?;
    let commands = steps(walk).into_iter().filter_map(|step| match step {
        Step::Run { command, .. } => Some(command),
        Step::Write { .. } => None,
    });
    let commands: Vec<String> = commands
        .filter(|command| !command.starts_with("make "))
        .collect();
    ensure!(!commands.is_empty(), "the walk has no commands");
    Ok(commands)
}

/// The value of a series of the assessment.
fn value_of(scrape: &str, name: &str) -> Option<f64> {
    series(scrape, &format!("gradus_assessment_{name}"), &INFRAM)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_edits_a_file_sees_the_stage_fall_with_its_cause_and_repairs_it() -> Result<()> {
    let group = Group::watched()?;
    let browser = Browser::open(1280, 1000).await?;
    let page = format!("{}/assessments/larkmere-general/infram", group.url()?);
    browser.client.goto(&page).await?;
    browser
        .until(|text| text.contains("Stage 5, first measured on"))
        .await?;
    assert_eq!(value_of(&group.scrape()?, "stage"), Some(5.0));
    let model = "main a[href='/models/infram-2018']";
    browser.focus(model).await?;

    group.claim("Present", "Absent")?;
    let fallen = group.until("regressed", 1.0)?;
    assert_eq!(value_of(&fallen, "stage"), Some(3.0));
    assert_eq!(value_of(&fallen, "high_water_stage"), Some(5.0));
    assert_eq!(value_of(&fallen, "regressions_total"), Some(1.0));
    let cause = [
        ("assessment", "infram"),
        ("cause", "capability_lost"),
        ("capability", "wireless-most-premises"),
    ];
    let info = series(&fallen, "gradus_assessment_regression_info", &cause);
    assert_eq!(info, Some(1.0));
    let sentence = "Fell from stage 5 to stage 3";
    let text = browser.until(|text| text.contains(sentence)).await?;
    assert!(
        text.contains("capability wireless-most-premises was lost"),
        "{text}"
    );
    assert!(
        browser.has_focus(model).await?,
        "a live page keeps the focus"
    );
    let watch = group.watch.as_ref().context("it is watched")?;
    watch.wait_for_line(|line| {
        line.contains("larkmere-general/infram") && line.contains("wireless-most-premises was lost")
    })?;

    let why = group.second_terminal()?;
    assert!(why.contains("infram-2018: stage 3"), "{why}");
    assert!(
        why.contains("criterion wireless-most-premises: Unmet"),
        "{why}"
    );

    group.claim("Absent", "Present")?;
    let repaired = group.until("regressed", 0.0)?;
    assert_eq!(value_of(&repaired, "stage"), Some(5.0));
    assert_eq!(value_of(&repaired, "regressions_total"), Some(1.0));
    browser
        .until(|text| text.contains("Back at stage 5"))
        .await?;
    browser.close().await?;
    group.interrupted()
}

#[test]
fn marks_falls_and_history_survive_a_kill_and_a_restart() -> Result<()> {
    let mut group = Group::watched()?;
    group.claim("Present", "Absent")?;
    group.until("regressions_total", 1.0)?;
    group.killed_and_watched_again()?;
    let scrape = group.until("stage", 3.0)?;
    assert_eq!(value_of(&scrape, "high_water_stage"), Some(5.0));
    assert_eq!(value_of(&scrape, "regressions_total"), Some(1.0));
    assert_eq!(value_of(&scrape, "regressed"), Some(1.0));
    Ok(())
}

#[test]
fn a_typo_is_never_a_fall_not_even_over_a_restart() -> Result<()> {
    let mut group = Group::watched()?;
    group.claim("Present", "Preesent")?;
    until(group.url()?, |page| page.contains("network.yaml"))?;
    assert_eq!(value_of(&group.scrape()?, "stage"), Some(5.0));
    group.killed_and_watched_again()?;
    let scrape = group.until("stage", 5.0)?;
    assert_eq!(value_of(&scrape, "regressions_total"), Some(0.0));
    Ok(())
}

#[test]
fn two_watchers_of_one_folder_are_refused_and_the_second_names_the_first() -> Result<()> {
    let group = Group::watched()?;
    let second = Watch::start(group.folder.path()).expect_err("the folder is taken");
    assert!(second.to_string().contains("another"), "{second}");
    group.interrupted()
}

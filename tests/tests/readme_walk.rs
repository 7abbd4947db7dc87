//! The README's walk on the real binary, its metrics and its page in a real browser: edit, fall,
//! cause, repair.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use gradus_tests::running::binary::{Watch, example};
use gradus_tests::running::browser::Browser;
use gradus_tests::running::http::{get, series, until};

const INFRAM: [(&str, &str); 2] = [("namespace", "larkmere-general"), ("assessment", "infram")];

fn claim(folder: &Path, capability: &str, before: &str, after: &str) -> Result<()> {
    let path = folder.join("larkmere-general/network.yaml");
    let text = fs::read_to_string(&path)?;
    let start = text
        .find(&format!("name: {capability}\n"))
        .context("the capability is there")?;
    let (head, tail) = text.split_at(start);
    fs::write(&path, head.to_owned() + &tail.replacen(before, after, 1))?;
    Ok(())
}

fn stage(exposition: &str) -> Option<f64> {
    series(exposition, "gradus_assessment_stage", &INFRAM)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_edits_a_file_sees_the_stage_fall_with_its_cause_and_repairs_it() -> Result<()> {
    let folder = example("hospital-group")?;
    let watch = Watch::start(folder.path())?;
    let metrics = format!("{}/metrics", watch.url);
    let browser = Browser::open(1280, 1000).await?;
    browser
        .client
        .goto(&format!(
            "{}/assessments/larkmere-general/infram",
            watch.url
        ))
        .await?;
    browser
        .until(|text| text.contains("Stage 5") || text.contains("stage 5"))
        .await?;
    assert_eq!(stage(&get(&metrics)?.body), Some(5.0));

    claim(
        folder.path(),
        "wireless-most-premises",
        "claim: Present",
        "claim: Absent",
    )?;
    let fallen = until(&metrics, |body| {
        series(body, "gradus_assessment_regressed", &INFRAM) == Some(1.0)
    })?;
    assert_eq!(stage(&fallen), Some(3.0));
    assert_eq!(
        series(&fallen, "gradus_assessment_high_water_stage", &INFRAM),
        Some(5.0)
    );
    assert_eq!(
        series(&fallen, "gradus_assessment_regressions_total", &INFRAM),
        Some(1.0)
    );
    let cause = [
        ("assessment", "infram"),
        ("cause", "capability_lost"),
        ("capability", "wireless-most-premises"),
    ];
    assert_eq!(
        series(&fallen, "gradus_assessment_regression_info", &cause),
        Some(1.0)
    );
    let page = browser
        .until(|text| text.contains("wireless-most-premises") && text.contains('3'))
        .await?;
    assert!(
        page.to_lowercase().contains("fell from"),
        "the page says that it fell:\n{page}"
    );
    watch.wait_for_line(|line| {
        line.contains("larkmere-general/infram") && line.contains("wireless-most-premises")
    })?;

    claim(
        folder.path(),
        "wireless-most-premises",
        "claim: Absent",
        "claim: Present",
    )?;
    let repaired = until(&metrics, |body| {
        series(body, "gradus_assessment_regressed", &INFRAM) == Some(0.0)
    })?;
    assert_eq!(stage(&repaired), Some(5.0));
    assert_eq!(
        series(&repaired, "gradus_assessment_regressions_total", &INFRAM),
        Some(1.0)
    );
    browser
        .until(|text| text.to_lowercase().contains("restored") || text.contains("Stage 5"))
        .await?;
    browser.close().await?;
    assert!(watch.interrupt()?.success(), "an interrupt is a clean end");
    Ok(())
}

#[test]
fn marks_falls_and_history_survive_a_kill_and_a_restart() -> Result<()> {
    let folder = example("hospital-group")?;
    let watch = Watch::start(folder.path())?;
    let metrics = format!("{}/metrics", watch.url);
    until(&metrics, |body| {
        series(body, "gradus_assessment_high_water_stage", &INFRAM) == Some(5.0)
    })?;
    claim(
        folder.path(),
        "wireless-most-premises",
        "claim: Present",
        "claim: Absent",
    )?;
    until(&metrics, |body| {
        series(body, "gradus_assessment_regressions_total", &INFRAM) == Some(1.0)
    })?;
    watch.kill()?;

    let again = Watch::start(folder.path())?;
    let metrics = format!("{}/metrics", again.url);
    let body = until(&metrics, |body| stage(body) == Some(3.0))?;
    assert_eq!(
        series(&body, "gradus_assessment_high_water_stage", &INFRAM),
        Some(5.0)
    );
    assert_eq!(
        series(&body, "gradus_assessment_regressions_total", &INFRAM),
        Some(1.0)
    );
    assert_eq!(
        series(&body, "gradus_assessment_regressed", &INFRAM),
        Some(1.0)
    );
    Ok(())
}

#[test]
fn a_typo_is_never_a_fall_not_even_over_a_restart() -> Result<()> {
    let folder = example("hospital-group")?;
    let watch = Watch::start(folder.path())?;
    let metrics = format!("{}/metrics", watch.url);
    until(&metrics, |body| {
        series(body, "gradus_assessment_high_water_stage", &INFRAM) == Some(5.0)
    })?;
    claim(
        folder.path(),
        "wireless-most-premises",
        "claim: Present",
        "claim: Preesent",
    )?;
    until(&format!("{}/", watch.url), |body| {
        body.contains("network.yaml")
    })?;
    assert_eq!(stage(&get(&metrics)?.body), Some(5.0));
    watch.kill()?;

    let again = Watch::start(folder.path())?;
    let metrics = format!("{}/metrics", again.url);
    let body = until(&metrics, |body| stage(body).is_some())?;
    assert_eq!(stage(&body), Some(5.0));
    assert_eq!(
        series(&body, "gradus_assessment_regressions_total", &INFRAM),
        Some(0.0)
    );
    Ok(())
}

#[test]
fn two_watchers_of_one_folder_are_refused_and_the_second_names_the_first() -> Result<()> {
    let folder = example("hospital-group")?;
    let watch = Watch::start(folder.path())?;
    let second = Watch::start(folder.path()).expect_err("the folder is taken");
    assert!(second.to_string().contains("another"), "{second}");
    assert!(watch.interrupt()?.success());
    Ok(())
}

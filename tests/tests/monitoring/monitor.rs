//! `make monitor`, as a person uses it.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gradus_tests::running::binary::{claim, example, gradus};
use gradus_tests::running::http;
use gradus_tests::running::supervised::{Supervised, supervised};

/// How long what a person waits for may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The next line with some words in it.
fn line(lines: &Receiver<String>, words: &[&str]) -> Result<String> {
    let until = Instant::now() + TIMEOUT;
    let mut seen = Vec::new();
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let line = lines.recv_timeout(left).ok();
        let line = line.with_context(|| format!("no {words:?} among:\n{}", seen.join("\n")))?;
        if words.iter().all(|word| line.contains(word)) {
            return Ok(line);
        }
        seen.push(line);
    }
}

#[test]
fn a_person_breaks_something_and_sees_the_alert_fire_with_its_cause_and_end() -> Result<()> {
    gradus();
    let group = example("hospital-group")?;
    let mut command = supervised(env!("CARGO_BIN_EXE_monitor"));
    command.arg(group.path()).stdout(Stdio::piped());
    let mut monitor = Supervised::start(&mut command)?;
    let (sender, lines) = channel();
    for stream in monitor.output() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let lines = BufReader::new(stream).lines().map_while(Result::ok);
            lines.for_each(|line| drop(sender.send(line)));
        });
    }
    let rules = line(&lines, &["/api/v1/rules"])?;
    let rules = rules.split_whitespace().next().context("a URL")?;
    ensure!(http::get(rules)?.body.contains("GradusStageRegressed"));
    line(&lines, &["Ctrl-C ends everything"])?;
    line(
        &lines,
        &["larkmere-general/infram: first measured at stage 5"],
    )?;

    let network = group.path().join("larkmere-general/network.yaml");
    claim(&network, "wireless-most-premises", "Present", "Absent")?;
    let fall = ["GradusStageRegressed", "larkmere-general/infram"];
    line(&lines, &[&["firing"], &fall[..]].concat())?;
    line(
        &lines,
        &["Cause: capability lost, capability wireless-most-premises"],
    )?;
    claim(&network, "wireless-most-premises", "Absent", "Present")?;
    line(&lines, &[&["resolved"], &fall[..]].concat())?;

    // As Ctrl-C does, but for who started this test with that ignored.
    monitor.signal("TERM")?;
    monitor.wait(TIMEOUT)?.context("it does not end")?;
    let until = Instant::now() + Duration::from_secs(10);
    while http::get(rules).is_ok() {
        ensure!(Instant::now() < until, "Prometheus is left");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

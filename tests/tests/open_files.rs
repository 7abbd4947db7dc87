//! A page whose readers use up the file descriptors of its process, beside a folder that must go on to be read.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gradus_tests::running::binary::{Watch, example};

/// File descriptors of the process: fewer than connections that its page would keep.
const DESCRIPTORS: usize = 40;
/// Everything is looked at within half a minute; the rest is for a busy machine.
const LOOKED: Duration = Duration::from_mins(1);

/// Lines until one fits, and that one last.
fn lines_until(watch: &Watch, fits: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let end = Instant::now() + LOOKED;
    while !lines.last().is_some_and(|line: &String| fits(line)) {
        ensure!(Instant::now() < end, "no such line among {lines:#?}");
        match watch.line()? {
            Some(line) => lines.push(line),
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    Ok(lines)
}

fn moved_nowhere(lines: &[String]) -> Result<()> {
    let moved: Vec<_> = lines.iter().filter(|line| line.contains(" → ")).collect();
    ensure!(moved.is_empty(), "{moved:#?}");
    Ok(())
}

#[test]
fn readers_that_use_up_all_file_descriptors_drop_no_stage() -> Result<()> {
    let folder = example("hospital-group")?;
    let watch = Watch::start_with_descriptors(DESCRIPTORS, folder.path())?;
    lines_until(&watch, |line| line.contains("first measured"))?;
    let address = watch.url.strip_prefix("http://").context("a URL")?;
    let mut held = Vec::new();
    for _ in 0..DESCRIPTORS * 2 {
        let mut reader = TcpStream::connect(address)?;
        reader.write_all(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        held.push(reader);
    }
    let lines = lines_until(&watch, |line| line.contains("too many files are open"))?;
    moved_nowhere(&lines)?;
    drop(held);
    // It goes on as if nothing had been.
    let lines = lines_until(&watch, |line| line.contains("everything"))?;
    moved_nowhere(&lines)
}

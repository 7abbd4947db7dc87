//! A folder that is watched, what it remembers, and how that is forgotten.

use std::fmt::Write;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::support::{SITE, err, folder, gradus, out, run, run_on, text};

struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Path) -> Self {
        Self::of(&mut gradus(&[
            "watch",
            text(folder),
            "--listen",
            "127.0.0.1:0",
        ]))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line that holds a text.
    fn line(&self, wanted: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(30)) {
                Ok(line) if line.contains(wanted) => return line,
                Ok(line) => seen.push(line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("{wanted:?} never came; it said\n{}", seen.join("\n"))
                }
            }
        }
    }

    fn signal(mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A site at stage 1: five of the six criteria that it asks for.
fn site() -> tempfile::TempDir {
    let mut text = SITE.replace("wireless-most-premises", "active-standby-failover");
    for name in [
        "central-network-management",
        "wireless-most-premises",
        "cloud-strategy",
        "hybrid-cloud-automation",
    ] {
        let _ = write!(
            text,
            "---\napiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {{name: {name}}}\nspec: {{claim: Present}}\n"
        );
    }
    folder(&[("site.yaml", &text)])
}

#[test]
fn watch_prints_a_fall_with_its_cause_and_the_recovery() {
    let site = site();
    let file = site.path().join("site.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let watching = Watching::start(site.path());
    assert!(watching.line("http://127.0.0.1:").starts_with("watching "));
    let first = watching.line("default/infram: infram-2018: stage 1");
    assert!(
        first.get(10..11) == Some("T") && first.get(19..20) == Some("Z"),
        "{first}"
    );
    watching.line("default/infram: first measured at stage 1");
    fs::write(&file, text.replacen("claim: Present", "claim: Absent", 1)).unwrap();
    watching.line("fell from stage 1 to stage 0: capability active-standby-failover was lost");
    fs::write(&file, &text).unwrap();
    watching.line("back at stage 1, after a fall to stage 0");
    fs::write(&file, text.replacen("claim: Present", "claim: Preesent", 1)).unwrap();
    watching.line("did you mean Present?");
    fs::write(&file, &text).unwrap();
    watching.line("corrected: site.yaml:10:15");
    assert_eq!(watching.signal("-TERM"), Some(0), "a clean end");
}

#[test]
fn logging_never_blocks_a_watch() {
    let site = site();
    let mut command = gradus(&["watch", text(site.path()), "--listen", "127.0.0.1:0"]);
    let watching = Watching::of(command.env("GRADUS_LOG", "info"));
    watching.line("first measured");
    assert_eq!(watching.signal("-INT"), Some(0));
}

#[test]
fn taken_port_is_named_with_an_alternative() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let site = site();
    let output = run(&["watch", text(site.path()), "--listen", &address]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).contains(&format!("{address} is taken")),
        "{}",
        err(&output)
    );
    assert!(
        err(&output).contains("--listen 127.0.0.1:0"),
        "{}",
        err(&output)
    );
}

#[test]
fn watched_folder_is_refused_with_the_process_that_watches_it() {
    let site = site();
    let watching = Watching::start(site.path());
    watching.line("first measured");
    let second = run(&["watch", text(site.path()), "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(2));
    let holder = format!("process {}", watching.child.id());
    assert!(err(&second).contains(&holder), "{}", err(&second));
    let reset = run_on(&["reset", text(site.path())], "y\n");
    assert_eq!(reset.status.code(), Some(2));
    assert!(err(&reset).contains(&holder), "{}", err(&reset));
    assert!(!err(&reset).contains("[y/N]"), "{}", err(&reset));
    assert_eq!(watching.signal("-INT"), Some(0));
}

#[test]
fn reset_lists_what_it_would_delete_and_deletes_only_when_confirmed() {
    let site = site();
    let watching = Watching::start(site.path());
    watching.line("first measured");
    assert_eq!(watching.signal("-INT"), Some(0));
    let entry = site
        .path()
        .join(".gradus/v1/Assessment/default/infram.state");
    assert!(entry.exists());
    let refused = run_on(&["reset", text(site.path())], "n\n");
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        err(&refused).contains("default/infram") && err(&refused).contains("--yes"),
        "{}",
        err(&refused)
    );
    assert!(entry.exists());
    let unknown = run(&["reset", text(site.path()), "default/infarm", "--yes"]);
    assert!(
        err(&unknown).contains("did you mean default/infram?"),
        "{}",
        err(&unknown)
    );
    let told = run(&["reset", text(site.path()), "default/infram", "--yes"]);
    assert_eq!(told.status.code(), Some(0), "{}", err(&told));
    assert!(out(&told).contains("deleted 1 object"), "{}", out(&told));
    assert!(!entry.exists());
    let rest = run_on(&["reset", text(site.path())], "y\n");
    assert_eq!(rest.status.code(), Some(0), "{}", err(&rest));
    let nothing = run(&["reset", text(site.path())]);
    assert!(
        err(&nothing).contains("nothing is remembered"),
        "{}",
        err(&nothing)
    );
}

#[test]
fn verify_tells_whole_altered_and_unreadable_histories_apart() {
    let site = site();
    let nothing = run(&["verify", text(site.path())]);
    assert_eq!(nothing.status.code(), Some(2), "{}", err(&nothing));
    assert!(
        err(&nothing).contains("nothing is remembered"),
        "{}",
        err(&nothing)
    );

    let watching = Watching::start(site.path());
    watching.line("first measured");
    assert_eq!(watching.signal("-INT"), Some(0));
    let whole = run(&["verify", text(site.path())]);
    assert_eq!(whole.status.code(), Some(0), "{}", err(&whole));
    let line = out(&whole);
    let line = line.lines().nth(1).unwrap_or_default();
    assert!(
        line.starts_with("default/infram") && line.ends_with("whole"),
        "{line}"
    );

    let entry = site
        .path()
        .join(".gradus/v1/Assessment/default/infram.state");
    let written = fs::read_to_string(&entry).unwrap();
    let altered = written.replacen("\"transition\": \"Rise\"", "\"transition\": \"Fall\"", 1);
    assert_ne!(written, altered);
    fs::write(&entry, altered).unwrap();
    let altered = run(&["verify", text(site.path())]);
    assert_eq!(altered.status.code(), Some(1), "{}", out(&altered));
    assert!(
        out(&altered).contains("history entry 1 was altered after it was written"),
        "{}",
        out(&altered)
    );

    fs::write(&entry, "{").unwrap();
    let unreadable = run(&["verify", text(site.path())]);
    assert_eq!(unreadable.status.code(), Some(3), "{}", out(&unreadable));
    assert!(
        out(&unreadable).contains("cannot be read"),
        "{}",
        out(&unreadable)
    );
}

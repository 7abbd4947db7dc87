//! A scrape of a large estate, beside the two usual libraries that hold the same series.
//!
//! Both libraries are fed with what our own scrape says, and must say the same: every sample, in whatever
//! order. All of them write to the same sink, which throws away what it gets.

mod memory;
mod peers;
mod replay;
mod series;

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use gradus_engine::delta::{Delta, Observation};
use gradus_engine::object::{EvidenceItem, EvidenceKind, Object, ProbeSource};
use gradus_engine::verdict::Truth;
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use gradus_operator::outputs::metrics::catalogue::Tier;
use gradus_operator::outputs::metrics::{Format, LabelCache, OperatorMetrics, Scrape};
use jiff::SignedDuration;

use self::peers::{Peer, client_rust, rust_prometheus};
use self::series::{Digest, Family, families};
use crate::estate::{Estate, hospital_group, noon};
use crate::measure::{race_of, ratio, worked};
use crate::report::{Bound, Figure, Report};

const SITES: usize = 1_500;
/// The slower peer takes ten seconds: so many rounds, after one that is not counted.
const FEW_ROUNDS: usize = 5;
/// The other takes one, and is the nearer.
const ROUNDS: usize = 15;
/// Where the objects are kept for whoever replays them.
const OBJECTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/bench/objects.jsonl.gz"
);

/// What a scrape may take above what is resident, in bytes.
const ABOVE: u64 = 1024 * 1024;

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let snapshot = probed(&hospital_group(SITES)).snapshot();
    let operator = OperatorMetrics::new()?;
    let ours = Ours {
        snapshot: &snapshot,
        labels: &LabelCache::of(&snapshot),
        operator: &operator,
    };
    let text = ours.text()?;
    let series = families(&text)?;
    let samples: usize = series.iter().map(|family| family.rows.len()).sum();
    let name = format!(
        "scrape of {} capabilities, {} assessments: {samples} samples",
        snapshot.capabilities.len(),
        snapshot.assessments.size(),
    );
    let known = Digest::of(&text)?;
    drop(text);
    let given = (series.as_slice(), &known);
    beside(report, &name, &ours, given, FEW_ROUNDS, rust_prometheus)?;
    beside(report, &name, &ours, given, ROUNDS, client_rust)?;
    drop(series);
    open(report, &name, &ours);
    memory::run(report, &snapshot)?;
    replay::write(&snapshot, Path::new(OBJECTS))
}

/// Our scrape.
struct Ours<'a> {
    snapshot: &'a Snapshot,
    labels: &'a LabelCache,
    operator: &'a OperatorMetrics,
}

impl Ours<'_> {
    fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        let scrape = Scrape {
            snapshot: self.snapshot,
            labels: self.labels,
            findings: &[],
            operator: self.operator,
            tiers: &[Tier::Core, Tier::Capability],
        };
        scrape.write(format, out)
    }

    /// What it says of objects: the operator's own aside, which change from scrape to scrape.
    fn text(&self) -> Result<String> {
        let mut text = Vec::new();
        self.write(Format::Classic, &mut text)?;
        let text = String::from_utf8(text)?;
        let own = text.find("# HELP gradus_build_info");
        Ok(text.split_at(own.unwrap_or(text.len())).0.to_owned())
    }
}

/// Races a peer that was fed with the same series.
fn beside<P: Peer>(
    report: &mut Report,
    name: &str,
    ours: &Ours<'_>,
    (series, known): (&[Family], &Digest),
    rounds: usize,
    feed: impl FnOnce(&[Family]) -> Result<P>,
) -> Result<()> {
    let peer = feed(series)?;
    let mut text = Vec::new();
    peer.write(&mut text)?;
    ensure!(
        Digest::of(std::str::from_utf8(&text)?)? == *known,
        "{} says something else",
        P::NAME
    );
    drop(text);
    let round = || -> Result<(Duration, Duration)> {
        let own = worked(|| ours.write(Format::Classic, &mut Sink::default()));
        let theirs = worked(|| peer.write(&mut Sink::default()));
        Ok((own, theirs))
    };
    round()?;
    let rounds: Result<Vec<_>> = (0..rounds).map(|_| round()).collect();
    report.add(name, P::NAME, &race_of(rounds?), Bound::Faster(8.0));
    Ok(())
}

/// The other format costs the same.
fn open(report: &mut Report, name: &str, ours: &Ours<'_>) {
    let scrape = |format| worked(|| ours.write(format, &mut Sink::default()));
    let rounds = (0..FEW_ROUNDS).map(|_| (scrape(Format::OpenMetrics), scrape(Format::Classic)));
    let race = race_of(rounds.collect());
    report.add(
        name,
        "OpenMetrics, beside classic text",
        &race,
        Bound::Unbounded,
    );
}

/// Throws away what it gets, and does not let the compiler know.
#[derive(Debug, Default)]
struct Sink(u64);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += std::hint::black_box(bytes).len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The estate with a probe for every capability, each of which has looked once.
fn probed(estate: &Estate) -> World {
    let mut world = World::new();
    for delta in estate.judges() {
        world.apply(delta);
    }
    for delta in estate.capabilities() {
        let Delta::Upsert {
            key,
            life,
            object: Object::Capability(mut capability),
        } = delta
        else {
            continue;
        };
        capability.evidence = vec![EvidenceItem {
            name: "looked".into(),
            digest: "one".into(),
            max_age: SignedDuration::from_hours(24),
            grace: SignedDuration::from_hours(1),
            kind: EvidenceKind::Probe {
                source: ProbeSource::Promql,
                facts: Vec::new(),
            },
        }];
        let uid = life.uid.clone();
        let object = Object::Capability(capability);
        world.apply(Delta::Upsert { key, life, object });
        world.apply(Delta::Evidence {
            capability: uid,
            item: "looked".into(),
            item_digest: "one".into(),
            conclusive: Some(Observation {
                verdict: Truth::True,
                facts: gradus_engine::fact::Facts::new(),
                at: noon(),
            }),
            attempt: None,
        });
    }
    world.settle(noon(), usize::MAX);
    world
}

/// Says how much above what was resident something took.
fn above(report: &mut Report, name: &str, bytes: u64) {
    let kibibytes = |bytes: u64| format!("{} KiB", bytes / 1024);
    report.figure(Figure {
        name,
        against: "a mebibyte",
        ours: kibibytes(bytes),
        limit: kibibytes(ABOVE),
        ratio: ratio(bytes, ABOVE),
        bound: Bound::AtMost(1.0),
    });
}

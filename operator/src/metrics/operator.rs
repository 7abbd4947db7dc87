//! What Gradus says of itself. Label values are closed lists, or names that the operator chose.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use gradus_engine::delta::Delta;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::Snapshot;
use jiff::{SignedDuration, Timestamp};
use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

use super::catalogue::{self as family, Family};
use super::text::{Identity, Samples};
use crate::document::finding::Finding;

/// Buckets of a settle, in seconds.
const SETTLE_BUCKETS: [f64; 9] = [0.000_1, 0.001, 0.005, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];

/// What a delta does, as a label.
const OPERATIONS: [&str; 5] = ["upsert", "remove", "source", "evidence", "ledger"];

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was written and acknowledged.
    Written,
    /// Nothing changed, nothing was written.
    Unchanged,
    /// Somebody else wrote first.
    Conflict,
    /// It was refused.
    Refused,
    /// It failed.
    Error,
}

impl Outcome {
    const ALL: [Outcome; 5] = [
        Outcome::Written,
        Outcome::Unchanged,
        Outcome::Conflict,
        Outcome::Refused,
        Outcome::Error,
    ];

    fn as_label(self) -> &'static str {
        match self {
            Outcome::Written => "written",
            Outcome::Unchanged => "unchanged",
            Outcome::Conflict => "conflict",
            Outcome::Refused => "refused",
            Outcome::Error => "error",
        }
    }
}

/// The operator's own metrics: updated where things happen, read at the scrape.
#[derive(Debug)]
pub struct OperatorMetrics {
    registry: Registry,
    leader: IntGauge,
    clock_skew: IntGauge,
    deltas: IntCounterVec,
    pending: IntGauge,
    settle_duration: Histogram,
    source_synced: IntGaugeVec,
    source_last_event: IntGaugeVec,
    source_restarts: IntCounterVec,
    output_queue: IntGaugeVec,
    output_writes: IntCounterVec,
}

impl OperatorMetrics {
    /// All metrics, registered.
    ///
    /// # Errors
    ///
    /// Those of registering a name twice, which the catalogue's test excludes.
    pub fn new() -> prometheus::Result<Self> {
        let metrics = Self {
            registry: Registry::new(),
            leader: IntGauge::with_opts(opts(&family::LEADER))?,
            clock_skew: IntGauge::with_opts(opts(&family::CLOCK_SKEW_SECONDS))?,
            deltas: IntCounterVec::new(
                opts(&family::ENGINE_DELTAS_TOTAL),
                family::ENGINE_DELTAS_TOTAL.labels,
            )?,
            pending: IntGauge::with_opts(opts(&family::ENGINE_PENDING_DELTAS))?,
            settle_duration: Histogram::with_opts(
                HistogramOpts::from(opts(&family::ENGINE_SETTLE_DURATION_SECONDS))
                    .buckets(SETTLE_BUCKETS.to_vec()),
            )?,
            source_synced: gauges(&family::SOURCE_SYNCED)?,
            source_last_event: gauges(&family::SOURCE_LAST_EVENT_TIMESTAMP_SECONDS)?,
            source_restarts: IntCounterVec::new(
                opts(&family::SOURCE_RESTARTS_TOTAL),
                family::SOURCE_RESTARTS_TOTAL.labels,
            )?,
            output_queue: gauges(&family::OUTPUT_QUEUE_DEPTH)?,
            output_writes: IntCounterVec::new(
                opts(&family::OUTPUT_WRITES_TOTAL),
                family::OUTPUT_WRITES_TOTAL.labels,
            )?,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> prometheus::Result<()> {
        // A folder's only process leads, and its clock is the only one.
        self.leader.set(1);
        self.registry.register(Box::new(self.leader.clone()))?;
        self.registry.register(Box::new(self.clock_skew.clone()))?;
        self.registry.register(Box::new(self.deltas.clone()))?;
        self.registry.register(Box::new(self.pending.clone()))?;
        self.registry
            .register(Box::new(self.settle_duration.clone()))?;
        self.registry
            .register(Box::new(self.source_synced.clone()))?;
        self.registry
            .register(Box::new(self.source_last_event.clone()))?;
        self.registry
            .register(Box::new(self.source_restarts.clone()))?;
        self.registry
            .register(Box::new(self.output_queue.clone()))?;
        self.registry
            .register(Box::new(self.output_writes.clone()))?;
        #[cfg(target_os = "linux")]
        self.registry.register(Box::new(
            prometheus::process_collector::ProcessCollector::for_self(),
        ))?;
        Ok(())
    }

    /// Makes a source known: its counters are there from now on, at zero.
    pub fn source_known(&self, source: &str) {
        for operation in OPERATIONS {
            self.deltas.with_label_values(&[source, operation]);
        }
        self.source_restarts.with_label_values(&[source]);
        self.source_synced.with_label_values(&[source]).set(0);
    }

    /// A source has been read completely, or no longer is.
    pub fn source_synced(&self, source: &str, synced: bool) {
        self.source_synced
            .with_label_values(&[source])
            .set(i64::from(synced));
    }

    /// A source said something.
    pub fn source_event(&self, source: &str, at: Timestamp) {
        self.source_last_event
            .with_label_values(&[source])
            .set(at.as_second());
    }

    /// A source had to begin anew.
    pub fn source_restarted(&self, source: &str) {
        self.source_restarts.with_label_values(&[source]).inc();
    }

    /// The engine took a change in.
    pub fn delta(&self, source: &str, delta: &Delta) {
        let operation = match delta {
            Delta::Upsert { .. } => "upsert",
            Delta::Remove { .. } => "remove",
            Delta::Source { .. } => "source",
            Delta::Evidence { .. } => "evidence",
            Delta::Ledger { .. } => "ledger",
        };
        self.deltas.with_label_values(&[source, operation]).inc();
    }

    /// The engine settled for this long, and this many changes and objects still wait.
    pub fn settled(&self, took: Duration, pending: usize) {
        self.settle_duration.observe(took.as_secs_f64());
        self.pending.set(i64::try_from(pending).unwrap_or(i64::MAX));
    }

    /// This replica writes, or does not.
    pub fn leads(&self, leads: bool) {
        self.leader.set(i64::from(leads));
    }

    /// How far the API server's clock is ahead, when the two are too far apart.
    pub fn clock_skew(&self, ahead: Option<SignedDuration>) {
        self.clock_skew
            .set(ahead.map_or(0, |ahead| ahead.as_secs()));
    }

    /// Makes an output known: its counters are there from now on, at zero.
    pub fn output_known(&self, output: &str) {
        self.output_queue.with_label_values(&[output]).set(0);
        for outcome in Outcome::ALL {
            self.output_writes
                .with_label_values(&[output, outcome.as_label()]);
        }
    }

    /// This many writes of an output wait.
    pub fn output_waits(&self, output: &str, writes: usize) {
        self.output_queue
            .with_label_values(&[output])
            .set(i64::try_from(writes).unwrap_or(i64::MAX));
    }

    /// A write of an output ended.
    pub fn wrote(&self, output: &str, outcome: Outcome) {
        self.output_writes
            .with_label_values(&[output, outcome.as_label()])
            .inc();
    }

    /// Writes them all.
    pub(super) fn write(
        &self,
        snapshot: &Snapshot,
        findings: &[Finding],
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let nothing = Identity::new(&[], &[]);
        Samples::new(&family::BUILD_INFO, out).put(&nothing, &[env!("CARGO_PKG_VERSION")], 1)?;
        Samples::new(&family::ENGINE_SETTLED_TIMESTAMP_SECONDS, out).put(
            &nothing,
            &[],
            snapshot.at.as_second(),
        )?;
        write_objects(snapshot, findings, out)?;
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut text)
            .map_err(io::Error::other)?;
        out.write_all(&text)
    }
}

fn opts(family: &Family) -> Opts {
    Opts::new(family.name, family.help)
}

fn gauges(family: &Family) -> prometheus::Result<IntGaugeVec> {
    IntGaugeVec::new(opts(family), family.labels)
}

/// Counts objects that are used as they are written, and those that are not.
fn write_objects(
    snapshot: &Snapshot,
    findings: &[Finding],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (known, invalid) = (known_objects(snapshot), invalid_objects(snapshot, findings));
    let unreadable: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding.is_error() && finding.object.is_none())
        .map(|finding| finding.file.as_ref())
        .collect();
    let nothing = Identity::new(&[], &[]);
    let mut samples = Samples::new(&family::OBJECTS, out);
    samples.put(&nothing, &["document", "invalid"], unreadable.len())?;
    for kind in Kind::ALL {
        let bad = invalid.iter().filter(|key| key.kind == kind).count();
        let good = known
            .difference(&invalid)
            .filter(|key| key.kind == kind)
            .count();
        samples.put(&nothing, &[kind_label(kind), "invalid"], bad)?;
        // The snapshot holds no profiles yet: no count is better than a wrong one.
        if kind != Kind::Profile {
            samples.put(&nothing, &[kind_label(kind), "valid"], good)?;
        }
    }
    Ok(())
}

/// The objects that somebody declared; models of the library are not among them.
fn known_objects(snapshot: &Snapshot) -> BTreeSet<ObjectKey> {
    let models = snapshot
        .models
        .values()
        .filter(|view| view.life.is_some())
        .map(|view| model_key(&view.name));
    models
        .chain(snapshot.assessments.keys().cloned())
        .chain(snapshot.capabilities.keys().cloned())
        .chain(snapshot.attestations.keys().cloned())
        .chain(snapshot.waivers.keys().cloned())
        .collect()
}

/// The objects that cannot be used, or only in their last good state.
fn invalid_objects(snapshot: &Snapshot, findings: &[Finding]) -> BTreeSet<ObjectKey> {
    let refused = snapshot
        .models
        .values()
        .filter(|view| view.program.is_err())
        .map(|view| model_key(&view.name));
    findings
        .iter()
        .filter(|finding| finding.is_error())
        .filter_map(|finding| finding.object.clone())
        .chain(refused)
        .collect()
}

fn model_key(name: &str) -> ObjectKey {
    ObjectKey::new(Kind::MaturityModel, "", name)
}

fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::MaturityModel => "maturity_model",
        Kind::Profile => "profile",
        Kind::Capability => "capability",
        Kind::Attestation => "attestation",
        Kind::Waiver => "waiver",
        Kind::Assessment => "assessment",
    }
}

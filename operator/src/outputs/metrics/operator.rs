//! What Gradus says of itself. Label values are closed lists, or names that the operator chose.

use std::io;
use std::time::Duration;

use gradus_engine::delta::Delta;
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;
use jiff::Timestamp;
use prometheus::{Histogram, HistogramOpts, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

use super::catalogue::{self as family, Family, OPERATIONS, OUTCOMES, RESTARTS, Tier};
use super::labels::first;
use super::text::Exposition;
use super::{objects, registered};
use crate::clock::ClockDoubt;
use crate::inputs::watch::Failure;

/// Buckets of a settle, in seconds.
const SETTLE_BUCKETS: [f64; 9] = [0.000_1, 0.001, 0.005, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOutcome {
    /// It was written and acknowledged.
    Written,
    /// Nothing changed, nothing was written.
    Unchanged,
    /// Somebody else wrote first.
    Conflict,
    /// Somebody else writes the same status again and again: it was put off.
    Contested,
    /// It was refused.
    Refused,
    /// It failed.
    Error,
    /// It was given up.
    Dropped,
}

impl WriteOutcome {
    fn as_label(self) -> &'static str {
        match self {
            WriteOutcome::Written => "written",
            WriteOutcome::Unchanged => "unchanged",
            WriteOutcome::Conflict => "conflict",
            WriteOutcome::Contested => "contested",
            WriteOutcome::Refused => "refused",
            WriteOutcome::Error => "error",
            WriteOutcome::Dropped => "dropped",
        }
    }
}

/// Why a source had to begin anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// This account may not read it.
    Denied,
    /// The kind is not there.
    Absent,
    /// What it held is not kept any more.
    Expired,
    /// 429: the server throttles this client.
    Throttled,
    /// The server says that what was asked is wrong.
    Refused,
    /// The server failed.
    Failed,
    /// Nobody answered in time.
    Silent,
    /// The server showed an older state than before.
    Outdated,
    /// The connection failed, or what came was no answer.
    Broken,
}

impl From<Failure> for Restart {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Denied => Self::Denied,
            Failure::Absent => Self::Absent,
            Failure::Expired => Self::Expired,
            Failure::Throttled(_) => Self::Throttled,
            Failure::Refused(_) => Self::Refused,
            Failure::Failed(_) => Self::Failed,
            Failure::Silent => Self::Silent,
            Failure::Outdated => Self::Outdated,
            Failure::Broken => Self::Broken,
        }
    }
}

impl Restart {
    fn as_label(self) -> &'static str {
        match self {
            Restart::Denied => "denied",
            Restart::Absent => "absent",
            Restart::Expired => "expired",
            Restart::Throttled => "throttled",
            Restart::Refused => "refused",
            Restart::Failed => "failed",
            Restart::Silent => "silent",
            Restart::Outdated => "outdated",
            Restart::Broken => "broken",
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
    truncated: IntGaugeVec,
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
            deltas: counters(&family::ENGINE_DELTAS_TOTAL)?,
            pending: IntGauge::with_opts(opts(&family::ENGINE_PENDING_DELTAS))?,
            settle_duration: Histogram::with_opts(
                HistogramOpts::from(opts(&family::ENGINE_SETTLE_DURATION_SECONDS))
                    .buckets(SETTLE_BUCKETS.to_vec()),
            )?,
            source_synced: gauges(&family::SOURCE_SYNCED)?,
            source_last_event: gauges(&family::SOURCE_LAST_EVENT_TIMESTAMP_SECONDS)?,
            source_restarts: counters(&family::SOURCE_RESTARTS_TOTAL)?,
            output_queue: gauges(&family::OUTPUT_QUEUE_DEPTH)?,
            output_writes: counters(&family::OUTPUT_WRITES_TOTAL)?,
            truncated: gauges(&family::METRICS_TRUNCATED)?,
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
        self.registry.register(Box::new(self.truncated.clone()))?;
        self.truncated(&[]);
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
        for reason in RESTARTS {
            self.source_restarts.with_label_values(&[source, reason]);
        }
        self.source_synced.with_label_values(&[source]).set(0);
    }

    /// A source has been read completely, or no longer is.
    pub fn source_synced(&self, source: &str, synced: bool) {
        self.source_synced
            .with_label_values(&[source])
            .set(i64::from(synced));
    }

    /// A source said something.
    pub fn source_heard(&self, source: &str, at: Timestamp) {
        self.source_last_event
            .with_label_values(&[source])
            .set(at.as_second());
    }

    /// A source had to begin anew.
    pub fn source_restarted(&self, source: &str, why: Restart) {
        self.source_restarts
            .with_label_values(&[source, why.as_label()])
            .inc();
    }

    /// The scorer applied a change.
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

    /// A settle took this long, and this many changes and objects still wait.
    pub fn settled(&self, took: Duration, pending: usize) {
        self.settle_duration.observe(took.as_secs_f64());
        self.pending.set(i64::try_from(pending).unwrap_or(i64::MAX));
    }

    /// This replica writes, or does not.
    pub fn leads(&self, leads: bool) {
        self.leader.set(i64::from(leads));
    }

    /// It is not certain what time it is, or it is.
    pub fn clock_doubted(&self, doubt: Option<ClockDoubt>) {
        self.clock_skew
            .set(doubt.map_or(0, |doubt| doubt.apart().as_secs()));
    }

    /// Makes an output known: its counters are there from now on, at zero.
    pub fn output_known(&self, output: &str) {
        self.output_queue.with_label_values(&[output]).set(0);
        for outcome in OUTCOMES {
            self.output_writes.with_label_values(&[output, outcome]);
        }
    }

    /// This many writes of an output wait.
    pub fn output_waits(&self, output: &str, writes: usize) {
        self.output_queue
            .with_label_values(&[output])
            .set(i64::try_from(writes).unwrap_or(i64::MAX));
    }

    /// A write of an output ended.
    pub fn wrote(&self, output: &str, outcome: WriteOutcome) {
        self.output_writes
            .with_label_values(&[output, outcome.as_label()])
            .inc();
    }

    /// These tiers are left out for the ceiling, and no others. True when that is news.
    pub fn truncated(&self, left_out: &[Tier]) -> bool {
        let mut is_news = false;
        for tier in Tier::SWITCHES {
            let gauge = self.truncated.with_label_values(&[tier.as_str()]);
            let is_out = i64::from(left_out.contains(&tier));
            is_news |= gauge.get() != is_out;
            gauge.set(is_out);
        }
        is_news
    }

    /// Writes them all.
    pub(super) fn write(
        &self,
        snapshot: &Snapshot,
        findings: &[Finding],
        page: &mut Exposition<'_>,
    ) -> io::Result<()> {
        let version = first(&family::BUILD_INFO, &[env!("CARGO_PKG_VERSION")]);
        page.samples(&family::BUILD_INFO).put(&[&version], 1_u8)?;
        page.samples(&family::ENGINE_SETTLED_TIMESTAMP_SECONDS)
            .put(&[], snapshot.at.as_second())?;
        objects::write(snapshot, findings, page)?;
        registered::write(&self.registry.gather(), page)
    }
}

fn opts(family: &Family) -> Opts {
    Opts::new(family.name, family.help)
}

fn gauges(family: &Family) -> prometheus::Result<IntGaugeVec> {
    IntGaugeVec::new(opts(family), family.labels)
}

fn counters(family: &Family) -> prometheus::Result<IntCounterVec> {
    IntCounterVec::new(opts(family), family.labels)
}

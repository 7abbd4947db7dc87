//! One run of a workload, with or without a kill, and what it comes to.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use gradus_engine::key::Kind;
use serde_json::Value;

use super::difference::difference;
use super::mask::masked;
use super::operated::Operated;
use super::point::{Point, Target};
use super::record::Record;
use super::server::Server;
use super::tenant::Tenant;
use super::workload::{Edit, Expected, Workload};
use crate::fault_proxy::Verb;

/// How long the operator may take to show what an edit causes, even when it is killed meanwhile.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Nothing is under way any more when nothing was written for so long.
const QUIET: Duration = Duration::from_millis(1500);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(15);
/// Two thirds of it are what a busy machine must manage to answer in.
const LEASE: &str = "--lease-duration=2s";

/// What a run without a kill came to.
#[derive(Debug)]
pub struct Learned {
    /// The requests of the operator, each a place to kill it at.
    pub targets: Vec<Target>,
    /// How everything ended, masked.
    pub state: Value,
}

/// What a run with a kill came to.
#[derive(Debug)]
pub struct Outcome {
    /// Whether the point was reached: a request that comes late in one run may not come in another.
    pub killed: bool,
    /// What is other than in the run without a kill, or wrong in itself.
    pub complaints: Vec<String>,
}

/// A run: a tenant, an operator, and what is seen of both.
struct Run<'a> {
    tenant: Tenant<'a>,
    operated: Operated,
    record: Record,
    workload: &'a Workload,
    /// What it is called when it is started again.
    revived_as: &'static str,
}

/// Runs a workload without a kill.
///
/// # Errors
///
/// When it does not come to what is expected of it, or breaks the rules of what is remembered.
pub(super) fn learn(server: &Server, workload: &Workload) -> Result<Learned> {
    let run = Run::new(server, workload, "first")?;
    run.go_through()?;
    let state = run.quiet_state()?;
    let mut complaints = run.record.complaints(&run.tenant.events()?);
    complaints.extend(run.tenant.broken_promises()?);
    if !complaints.is_empty() {
        bail!("without a kill: {}", complaints.join("\n"));
    }
    let requests = run.operated.proxy.requests();
    Ok(Learned {
        targets: Target::learn(&requests, &run.tenant.namespace),
        state,
    })
}

/// Runs a workload, kills the operator at a point, starts it again, and compares how all ends.
///
/// # Errors
///
/// When the machinery around it fails.
pub(super) fn kill(
    server: &Server,
    workload: &Workload,
    learned: &Learned,
    point: &Point,
    revived_as: &'static str,
) -> Result<Outcome> {
    let run = Run::new(server, workload, revived_as)?;
    let (matcher, n) = point.target.matcher(&run.tenant.namespace);
    let kill = run.operated.kill_at(matcher, n, point.moment);
    let mut complaints = Vec::new();
    match run.go_through() {
        Ok(()) => {
            complaints.extend(run.ends_as(&learned.state)?);
            complaints.extend(run.tenant.broken_promises()?);
        }
        Err(error) => complaints.push(format!("{error:#}")),
    }
    complaints.extend(run.record.complaints(&run.tenant.events()?));
    Ok(Outcome {
        killed: kill.fired().is_some(),
        complaints,
    })
}

impl<'a> Run<'a> {
    fn new(server: &'a Server, workload: &'a Workload, revived_as: &'static str) -> Result<Self> {
        let tenant = Tenant::new(server)?;
        Ok(Self {
            operated: Operated::new(&tenant, &[LEASE])?,
            record: Record::begin(&tenant)?,
            tenant,
            workload,
            revived_as,
        })
    }

    /// Puts everything there, starts the operator, and does one step after the other.
    fn go_through(&self) -> Result<()> {
        let workload = self.workload;
        for object in &workload.objects {
            self.tenant.apply(object)?;
        }
        self.operated.start("first")?;
        self.wait_for(&workload.first)
            .context("before the first step")?;
        for (step, number) in workload.steps.iter().zip(1..) {
            if matches!(step.edit, Edit::Delete(Kind::Assessment, _)) {
                self.wait_for_events()?;
            }
            self.tenant.edit(&step.edit)?;
            self.wait_for(&step.then)
                .with_context(|| format!("after step {number}"))?;
        }
        Ok(())
    }

    fn wait_for(&self, expected: &[Expected]) -> Result<()> {
        let until = Instant::now() + TIMEOUT;
        while !self.record.shows(expected) {
            if Instant::now() > until {
                let there = Value::from(self.record.statuses());
                bail!("{expected:?} does not show: {there}\n{}", self.log());
            }
            self.revive()?;
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Waits until every entry has its Event. The history of an assessment goes with it: if it is removed while no
    /// operator runs, its unpublished Events are lost.
    fn wait_for_events(&self) -> Result<()> {
        let until = Instant::now() + TIMEOUT;
        while !self.record.complaints(&self.tenant.events()?).is_empty() {
            if Instant::now() > until {
                bail!("not every entry has its Event:\n{}", self.log());
            }
            self.revive()?;
            std::thread::sleep(LOOK * 4);
        }
        Ok(())
    }

    /// Starts the operator again when it was killed.
    fn revive(&self) -> Result<()> {
        self.operated.start(self.revived_as)
    }

    /// What is other than it is due to be, once everything had its time; and again after the operator
    /// has ended in order, with everything that it still had under way.
    fn ends_as(&self, due: &Value) -> Result<Vec<String>> {
        let until = Instant::now() + TIMEOUT;
        loop {
            let differs = difference(due, &self.state()?);
            if differs.is_empty() && self.operated.is_running() {
                break;
            }
            if Instant::now() > until {
                return Ok(differs);
            }
            self.revive()?;
            std::thread::sleep(LOOK);
        }
        self.operated.take()?.terminate()?;
        Ok(difference(due, &self.state()?))
    }

    /// The state once nothing is under way any more.
    fn quiet_state(&self) -> Result<Value> {
        let until = Instant::now() + TIMEOUT;
        let look = || Ok::<_, anyhow::Error>((self.state()?, self.writes()));
        let mut seen = look()?;
        let mut since = Instant::now();
        while since.elapsed() < QUIET {
            if Instant::now() > until {
                bail!("it does not come to rest:\n{}", self.log());
            }
            std::thread::sleep(LOOK * 4);
            let now = look()?;
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
        }
        Ok(seen.0)
    }

    fn state(&self) -> Result<Value> {
        let objects = self.tenant.objects()?;
        let events = self.tenant.events()?;
        let lives = self.record.lives();
        Ok(masked(&objects, &events, &lives, &self.tenant.namespace))
    }

    /// How many statuses and Events were written so far.
    fn writes(&self) -> usize {
        let requests = self.operated.proxy.requests();
        let writes = requests.iter().filter(|request| {
            matches!(request.call.verb, Verb::Patch | Verb::Create)
                && request.call.resource != "leases"
        });
        writes.count()
    }

    fn log(&self) -> String {
        let log = self.operated.with(|operator| Ok(operator.log()));
        let log = log.unwrap_or_default();
        let end = log.len().saturating_sub(30);
        log[end..].join("\n")
    }
}

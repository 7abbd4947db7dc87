//! All workloads, learned and then killed at many points, several side by side.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::model;
use super::objects::path;
use super::point::{Kind, MOMENTS, Point, spread};
use super::run::{Learned, Outcome, kill, learn};
use super::server::Server;
use super::workload::Workload;
use crate::fault_proxy::Moment;

/// Runs side by side: most of a run is waiting.
const SIDE_BY_SIDE: usize = 6;
/// From which the order of the points comes.
const SEED: u64 = 4;

/// The workloads, and what they come to without a kill.
#[derive(Debug)]
pub struct Suite<'a> {
    server: &'a Server,
    workloads: Vec<Workload>,
    learned: Vec<Learned>,
}

/// What the runs came to.
#[derive(Debug, Default)]
pub struct Summary {
    /// Kills by what the request was for, and the moment.
    pub kills: BTreeMap<(Kind, &'static str), usize>,
    /// Kills by workload.
    pub workloads: BTreeMap<&'static str, usize>,
    /// Points that were not reached.
    pub missed: usize,
    /// What ended otherwise than without a kill.
    pub divergences: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

impl<'a> Suite<'a> {
    /// Puts the models there that all share, and runs every workload once without a kill.
    ///
    /// # Errors
    ///
    /// When one does not come to what is expected of it.
    pub fn learn(server: &'a Server, workloads: Vec<Workload>) -> Result<Self> {
        put_models(server)?;
        let learned = side_by_side(workloads.len(), |index| {
            let workload = &workloads[index];
            learn(server, workload).with_context(|| workload.name)
        });
        let learned = learned.into_iter().collect::<Result<_>>()?;
        Ok(Self {
            server,
            workloads,
            learned,
        })
    }

    /// All points, in an order in which any beginning of them is spread over everything.
    pub fn points(&self) -> Vec<Point> {
        let targets = self.learned.iter().map(|learned| learned.targets.clone());
        spread(Point::all(&targets.collect::<Vec<_>>()), SEED)
    }

    /// Kills the operator at each of the points, a run for each.
    ///
    /// # Errors
    ///
    /// When the machinery around a run fails.
    pub fn run(&self, points: &[Point]) -> Result<Summary> {
        let began = Instant::now();
        let outcomes = side_by_side(points.len(), |index| {
            let point = &points[index];
            // Restarted in its place it has its name; in another place it has another, and must wait
            // until the lease is over.
            let revived_as = if index % 2 == 0 { "first" } else { "second" };
            self.run_one(point, revived_as)
        });
        let mut summary = Summary::default();
        for (point, outcome) in points.iter().zip(outcomes) {
            let workload = self.workloads[point.workload].name;
            let outcome = outcome.with_context(|| format!("{workload}: {point}"))?;
            summary.take(workload, point, &outcome);
        }
        summary.took = began.elapsed();
        Ok(summary)
    }

    fn run_one(&self, point: &Point, revived_as: &'static str) -> Result<Outcome> {
        let workload = &self.workloads[point.workload];
        let learned = &self.learned[point.workload];
        kill(self.server, workload, learned, point, revived_as)
    }
}

/// Puts the models there that no workload changes.
///
/// # Errors
///
/// When the server refuses one.
pub fn put_models(server: &Server) -> Result<()> {
    let kind = gradus_engine::key::Kind::MaturityModel;
    for model in model::standing() {
        let name = model["metadata"]["name"].as_str().unwrap_or_default();
        server.apply(&path(kind, "", name), &model)?;
    }
    Ok(())
}

/// Does something for every index, some at once, and gives what came of each in their order.
fn side_by_side<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE.min(count) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    let outcome = act(index);
                    let mut done = done
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    done.push((index, outcome));
                }
            });
        }
    });
    let mut done = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

impl Summary {
    /// How often the operator was killed.
    pub fn kills(&self) -> usize {
        self.kills.values().sum()
    }

    fn take(&mut self, workload: &'static str, point: &Point, outcome: &Outcome) {
        if outcome.killed {
            let of = (point.target.kind(), word(point.moment));
            *self.kills.entry(of).or_default() += 1;
            *self.workloads.entry(workload).or_default() += 1;
        } else {
            self.missed += 1;
        }
        if !outcome.complaints.is_empty() {
            let complaints = outcome.complaints.join("\n  ");
            let divergence = format!("{workload}: {point}\n  {complaints}");
            self.divergences.push(divergence);
        }
    }
}

fn word(moment: Moment) -> &'static str {
    match moment {
        Moment::BeforeSend => "before sending",
        Moment::SentUnanswered => "sent, unanswered",
        Moment::Answered => "answered",
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "killed at {} points of {} workloads in {} s; {} points not reached, {} divergences",
            self.kills(),
            self.workloads.len(),
            self.took.as_secs(),
            self.missed,
            self.divergences.len()
        )?;
        for moment in MOMENTS.map(word) {
            write!(formatter, "  {moment:<17}")?;
            for kind in Kind::ALL {
                let count = self.kills.get(&(kind, moment)).copied().unwrap_or_default();
                write!(formatter, " {kind:?} {count}")?;
            }
            writeln!(formatter)?;
        }
        Ok(())
    }
}

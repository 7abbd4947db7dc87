//! From a change to the status that it makes: beside a bare watcher that patches a status of the same size.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use gradus_crds::GROUP;
use gradus_engine::key::Kind;
use serde_json::Value;

use super::audited;
use super::environment::Environment;
use super::estate::{self, LOST, SITE, TOP, TRACK};
use super::observer::Observer;
use super::peer;
use crate::measure::{Race, percentile, race_of};
use crate::report::{Bound, Report};

/// Changes of each contestant.
const ROUNDS: usize = 1_000;
/// Changes before that: a history is full after twenty.
const WARM: usize = 26;
/// Follow-up work of a change ends within this.
const PAUSE: Duration = Duration::from_millis(60);

pub(super) fn race(report: &mut Report, environment: &Environment) -> Result<()> {
    let ours = Track::of(environment, GROUP);
    for round in 0..WARM {
        ours.change(round)?;
    }
    // The same statuses for the peer, to the byte but for what the server adds.
    ours.change(0)?;
    let absent = status(environment, Kind::Assessment, SITE)?;
    ours.change(1)?;
    let present = status(environment, Kind::Assessment, SITE)?;
    // And what is changed is of the same size.
    let of_lost = status(environment, Kind::Capability, LOST)?;
    let same = peer::resemble(&environment.admin, &of_lost);
    environment.runtime.block_on(same)?;
    let operating =
        environment
            .runtime
            .spawn(peer::operate(environment.client()?, present, absent));
    let theirs = Track::of(environment, peer::GROUP);
    for round in 0..WARM {
        theirs.change(round)?;
    }
    let since = audited::mark(environment)?;
    let (mut from_sending, mut from_answer) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (ours, theirs) = (ours.change(round)?, theirs.change(round)?);
        from_sending.push((ours.from_sending, theirs.from_sending));
        from_answer.push((ours.from_answer, theirs.from_answer));
    }
    operating.abort();
    let name = "change to status visible, p99";
    let against = "a bare kube watcher and one status patch of the same size";
    let sent = race_of(from_sending);
    add(report, name, against, &sent, Some(Bound::AtMost(1.25)));
    let answered = race_of(from_answer);
    add(
        report,
        "the same from the answer to the change on",
        against,
        &answered,
        None,
    );
    report.add(
        "the same, the middle of all",
        against,
        &sent,
        Bound::Unbounded,
    );
    let (ours, theirs) = (
        audited::patches(environment, since, GROUP)?,
        audited::patches(environment, since, peer::GROUP)?,
    );
    let parts = |of: fn(&(Duration, Duration)) -> Duration| {
        race_of(ours.iter().map(of).zip(theirs.iter().map(of)).collect())
    };
    report.add(
        "from the answer to the arrival of the patch",
        against,
        &parts(|it| it.0),
        Bound::Unbounded,
    );
    report.add(
        "the patch at the server",
        against,
        &parts(|it| it.1),
        Bound::Unbounded,
    );
    Ok(())
}

/// Holds the 99th percentiles against each other.
fn add(report: &mut Report, name: &str, against: &str, race: &Race, bound: Option<Bound>) {
    let (ours, peer) = (percentile(&race.ours, 99), percentile(&race.peer, 99));
    let race = Race {
        ours: vec![ours],
        peer: vec![peer],
    };
    report.add(name, against, &race, bound.unwrap_or(Bound::Unbounded));
}

/// What an object of the track says of itself.
fn status(environment: &Environment, kind: Kind, name: &str) -> Result<Value> {
    let objects = estate::api(&environment.admin, GROUP, kind, TRACK);
    let object = environment.runtime.block_on(objects.get(name))?;
    object.data.get("status").cloned().context("no status")
}

/// One contestant's track.
struct Track<'a> {
    environment: &'a Environment,
    group: &'static str,
    observer: Observer,
}

/// How long one change took to be seen.
struct Took {
    from_sending: Duration,
    from_answer: Duration,
}

impl<'a> Track<'a> {
    fn of(environment: &'a Environment, group: &'static str) -> Self {
        Self {
            environment,
            group,
            observer: Observer::start(&environment.runtime, &environment.admin, group),
        }
    }

    /// Takes the capability away in even rounds, and gives it back in odd ones.
    fn change(&self, round: usize) -> Result<Took> {
        self.observer.forget();
        let is_loss = round.is_multiple_of(2);
        let claim = if is_loss { "Absent" } else { "Present" };
        let change = estate::claim(&self.environment.admin, self.group, TRACK, claim);
        let sent = Instant::now();
        self.environment.runtime.block_on(change)?;
        let answered = Instant::now();
        let seen = self.observer.sees(|stage| (stage < TOP) == is_loss)?;
        std::thread::sleep(PAUSE);
        Ok(Took {
            from_sending: seen.saturating_duration_since(sent),
            from_answer: seen.saturating_duration_since(answered),
        })
    }
}

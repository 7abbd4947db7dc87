//! Several operators for one namespace: the committed ledger is right whoever leads.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use gradus_tests::crash::{
    Expected, Operated, Record, Server, Tenant, Workload, put_models, workloads,
};
use gradus_tests::fault_proxy::{Matcher, Moment, Request, Verb};
use gradus_tests::running::http;
use gradus_tests::running::operator::Operator;

/// How long anything may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(40);
/// Nothing is under way any more when nothing was written for so long.
const QUIET: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(15);

/// Operators of one tenant, each behind a proxy of its own.
struct Rivals {
    tenant: Tenant<'static>,
    operators: Vec<Operated>,
    record: Record,
    workload: Workload,
}

impl Rivals {
    /// A tenant with the objects of the first workload, and no operator that runs.
    fn new(count: usize, arguments: &[&str]) -> Result<Self> {
        let server = Server::shared()?;
        put_models(server)?;
        let tenant = Tenant::new(server)?;
        let operators = (0..count).map(|_| Operated::new(&tenant, arguments));
        let workload = workloads().swap_remove(0);
        let record = Record::begin(&tenant)?;
        for object in &workload.objects {
            tenant.apply(object)?;
        }
        Ok(Self {
            operators: operators.collect::<Result<_>>()?,
            record,
            workload,
            tenant,
        })
    }

    /// The first leads and has written everything before the others start.
    fn started(count: usize, arguments: &[&str]) -> Result<Self> {
        let rivals = Self::new(count, arguments)?;
        rivals.start(0)?;
        rivals.wait_for(&rivals.workload.first)?;
        for index in 1..count {
            rivals.start(index)?;
        }
        rivals.wait_until("everybody is ready", || {
            Ok((0..count).all(|index| rivals.says(index).starts_with("ok")))
        })?;
        Ok(rivals)
    }

    fn start(&self, index: usize) -> Result<()> {
        self.operators[index].start(&format!("rival-{index}"))
    }

    /// What an operator says of itself; nothing when it is not ready.
    fn says(&self, index: usize) -> String {
        let asked = self.operators[index].with(|operator| {
            let reply = http::get(&format!("{}/readyz", operator.url()))?;
            Ok(reply.body)
        });
        asked.unwrap_or_default()
    }

    fn leads(&self, index: usize) -> bool {
        self.says(index).starts_with("ok: leads")
    }

    /// Does a step of the workload, and waits until it shows.
    fn step(&self, index: usize) -> Result<()> {
        self.edit(index)?;
        self.wait_for(&self.workload.steps[index].then)
    }

    fn edit(&self, index: usize) -> Result<()> {
        self.tenant.edit(&self.workload.steps[index].edit)
    }

    fn wait_for(&self, expected: &[Expected]) -> Result<()> {
        self.wait_until(&format!("{expected:?}"), || Ok(self.record.shows(expected)))
    }

    fn wait_until(&self, what: &str, is_so: impl Fn() -> Result<bool>) -> Result<()> {
        let until = Instant::now() + TIMEOUT;
        while !is_so()? {
            if Instant::now() > until {
                let logs: Vec<String> = self.operators.iter().map(log).collect();
                bail!("not so: {what}\n{}", logs.join("\n---\n"));
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Waits until nobody writes any more, and holds what is remembered against the rules.
    fn check(&self) -> Result<()> {
        let mut seen = self.writes();
        let mut since = Instant::now();
        let until = since + TIMEOUT;
        while since.elapsed() < QUIET {
            ensure!(Instant::now() < until, "they do not come to rest: {seen:?}");
            std::thread::sleep(LOOK * 4);
            let now = self.writes();
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
        }
        let mut complaints = self.record.complaints(&self.tenant.events()?);
        complaints.extend(self.tenant.broken_promises()?);
        ensure!(complaints.is_empty(), "{complaints:#?}");
        Ok(())
    }

    /// How many statuses and Events each has sent.
    fn writes(&self) -> Vec<usize> {
        let of = |operated: &Operated| operated.proxy.requests().iter().filter(is_write).count();
        self.operators.iter().map(of).collect()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that filter asks for"
)]
fn is_write(request: &&Request) -> bool {
    matches!(request.call.verb, Verb::Patch | Verb::Create) && request.call.resource != "leases"
}

fn log(operated: &Operated) -> String {
    let log = operated.with(|operator| Ok(operator.log().join("\n")));
    log.unwrap_or_default()
}

fn fall() -> Matcher {
    Matcher::any()
        .verb(Verb::Patch)
        .resource("assessments")
        .name("site")
}

#[test]
fn lease_holder_is_the_only_writer_and_is_replaced_when_killed() -> Result<()> {
    let rivals = Rivals::started(3, &["--lease-duration=6s"])?;
    rivals.step(0)?;
    rivals.step(1)?;
    rivals.check()?;
    let before = rivals.writes();
    ensure!(before[0] > 0 && before[1..] == [0, 0], "{before:?}");
    rivals.operators[0].kill();
    rivals.step(2)?;
    rivals.step(3)?;
    rivals.check()?;
    let after = rivals.writes();
    let wrote = after[1..].iter().filter(|writes| **writes > 0);
    ensure!(wrote.count() == 1, "{after:?}");
    Ok(())
}

fn all_write(count: usize) -> Result<()> {
    let rivals = Rivals::started(count, &["--leader-election=false"])?;
    rivals.check()?;
    let before = rivals.writes();
    let observations = rivals.record.observations();
    for step in 0..rivals.workload.steps.len() {
        rivals.step(step)?;
    }
    rivals.check()?;
    let steps = rivals.workload.steps.len();
    // What one wrote, another may have sent too, and may tell too; it does not answer with more.
    let most = steps * (STATUSES_OF_A_STEP + 1) * 2;
    for (before, after) in before.iter().zip(rivals.writes()) {
        ensure!(
            after - before <= most,
            "{} writes, at most {most}",
            after - before
        );
    }
    let written = rivals.record.observations() - observations;
    ensure!(
        written <= steps * 2,
        "an assessment was written {written} times"
    );
    Ok(())
}

/// A step changes one capability, so its status and the assessment's; and it may change on what else
/// the assessment rests.
const STATUSES_OF_A_STEP: usize = 3;

#[test]
fn two_writing_operators_agree_and_stop_writing() -> Result<()> {
    all_write(2)
}

#[test]
fn three_writing_operators_agree_and_stop_writing() -> Result<()> {
    all_write(3)
}

#[test]
fn late_write_of_a_paused_leader_is_refused() -> Result<()> {
    let rivals = Rivals::started(2, &["--lease-duration=2s"])?;
    let paused = &rivals.operators[0];
    let hold = paused.proxy.hold_at(fall(), 1);
    rivals.edit(0)?;
    let held = hold.wait(TIMEOUT).context("the fall is written")?;
    paused.with(Operator::pause)?;
    // The other takes over, and commits the fall and its end.
    rivals.wait_for(&rivals.workload.steps[0].then)?;
    rivals.step(1)?;
    hold.release();
    rivals.wait_until("the late write is answered", || {
        Ok(answer(paused, held).is_some())
    })?;
    ensure!(
        answer(paused, held) == Some(409),
        "{:?}",
        answer(paused, held)
    );
    paused.with(Operator::resume)?;
    ensure!(rivals.record.shows(&rivals.workload.steps[1].then));
    rivals.step(2)?;
    rivals.step(3)?;
    rivals.check()
}

fn answer(operated: &Operated, number: usize) -> Option<u16> {
    let requests = operated.proxy.requests();
    let found = requests.iter().find(|request| request.number == number);
    found.and_then(|request| request.status)
}

#[test]
fn fall_of_a_paused_leader_is_published_once_by_the_next() -> Result<()> {
    let rivals = Rivals::started(2, &["--lease-duration=2s"])?;
    let paused = &rivals.operators[0];
    let point = paused.pause_at(fall(), 1, Moment::SentUnanswered);
    rivals.edit(0)?;
    point.wait(TIMEOUT).context("the fall is written")?;
    rivals.wait_for(&rivals.workload.steps[0].then)?;
    rivals.wait_until("the other leads", || Ok(rivals.leads(1)))?;
    rivals.check()?;
    paused.with(Operator::resume)?;
    for step in 1..rivals.workload.steps.len() {
        rivals.step(step)?;
    }
    rivals.check()
}

#[test]
fn leader_paused_between_writes_checks_its_lease_before_the_next_write() -> Result<()> {
    let rivals = Rivals::started(2, &["--lease-duration=4s"])?;
    let paused = &rivals.operators[0];
    let writes = || rivals.writes()[0];
    paused.with(Operator::pause)?;
    let before = writes();
    rivals.step(0)?;
    rivals.step(1)?;
    paused.with(Operator::resume)?;
    rivals.step(2)?;
    rivals.step(3)?;
    rivals.check()?;
    ensure!(writes() == before, "it wrote {} times", writes() - before);
    Ok(())
}

#[test]
fn leader_that_shuts_down_hands_over_well_within_its_lease() -> Result<()> {
    let lease = Duration::from_secs(15);
    let rivals = Rivals::started(2, &["--lease-duration=15s"])?;
    let began = Instant::now();
    rivals.operators[0].take()?.terminate()?;
    rivals.step(0)?;
    let took = began.elapsed();
    ensure!(took < lease / 3, "{took:?}");
    rivals.check()
}

#[test]
fn killed_leader_is_replaced_within_its_lease_and_a_second() -> Result<()> {
    let most = Duration::from_secs(3 + 1);
    let rivals = Rivals::started(2, &["--lease-duration=3s"])?;
    let mut took = Vec::new();
    for (step, leader) in [(0, 0), (1, 1), (2, 0)] {
        rivals.wait_until("it leads", || Ok(rivals.leads(leader)))?;
        let began = Instant::now();
        rivals.operators[leader].kill();
        rivals.step(step)?;
        took.push(began.elapsed());
        rivals.start(leader)?;
        rivals.wait_until("it is ready", || Ok(rivals.says(leader).starts_with("ok")))?;
    }
    // Three times, since others may keep this machine busy at any one of them.
    took.sort();
    ensure!(took[1] < most, "{took:?}");
    rivals.check()
}

//! Every fault between the operator and the API server. While it lasts something really falls. When it is over, the
//! status says so, the fall is published once, and nothing else was published.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use gradus_tests::checks::history::{check_events, check_life};
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::deployed::{Deployed, RELEASE};
use gradus_tests::fault_proxy::{Ending, Fault, FaultProxy, Matcher, Refusal, Rule, Verb};
use gradus_tests::ladder::{Ladder, condition, transitions};
use gradus_tests::running::http;
use gradus_tests::running::operator::Operator;
use jiff::SignedDuration;
use serde_json::Value;

/// How long a fault lasts.
const DAY: Duration = Duration::from_millis(2500);
/// And until it has struck: lists come every few seconds, bookmarks shortly before the end of a watch.
const STRUCK_WITHIN: Duration = Duration::from_secs(45);
/// Sites that have their bad day at the same time.
const AT_ONCE: usize = 4;
/// A source may be silent for so long here.
const SILENT_AFTER: &str = "--silent-after=4s";

/// And then this long until its assessments say so.
const STALE_WITHIN: Duration = Duration::from_secs(4 + 5);

/// One site, its operator, and the proxy between that and the API server.
struct Site<'a> {
    deployed: &'a Deployed<'a>,
    ladder: Ladder<'a>,
    proxy: FaultProxy,
    operator: Operator,
}

/// Starts an operator for one namespace, through a proxy; it need not be ready.
fn operate(
    deployed: &Deployed<'_>,
    ladder: &Ladder<'_>,
    proxy: &FaultProxy,
    silent_after: &str,
) -> Result<Operator> {
    let namespace = &ladder.namespace;
    let kubeconfig = deployed
        .control_plane
        .kubeconfig_through(proxy.url(), &deployed.token)?;
    Operator::start(
        &kubeconfig,
        &[
            &format!("--namespaces={namespace}"),
            "--leader-election=false",
            "--relist-every=5s",
            silent_after,
        ],
    )
}

/// Starts an operator for two namespaces, through a proxy, and waits until it is ready. It holds no election:
/// tests that run at once would wait for each other's lease.
fn operate_both(
    deployed: &Deployed<'_>,
    ladders: [&Ladder<'_>; 2],
    proxy: &FaultProxy,
) -> Result<Operator> {
    let kubeconfig = deployed
        .control_plane
        .kubeconfig_through(proxy.url(), &deployed.token)?;
    let namespaces = ladders.map(|ladder| ladder.namespace.as_str()).join(",");
    let namespaces = format!("--namespaces={namespaces}");
    let operator = Operator::start(&kubeconfig, &[&namespaces, "--leader-election=false"])?;
    operator.wait_ready()?;
    Ok(operator)
}

impl<'a> Site<'a> {
    fn raise(deployed: &'a Deployed<'a>, name: &str) -> Result<Self> {
        Self::raise_with(deployed, name, SILENT_AFTER)
    }

    fn raise_with(deployed: &'a Deployed<'a>, name: &str, silent_after: &str) -> Result<Self> {
        let control_plane = deployed.control_plane;
        let ladder = Ladder::raise(control_plane, name)?;
        let proxy = FaultProxy::start(&control_plane.url(), control_plane.certificate())?;
        let operator = operate(deployed, &ladder, &proxy, silent_after)?;
        operator.wait_ready()?;
        ladder.until_stage(3)?;
        Ok(Self {
            deployed,
            ladder,
            proxy,
            operator,
        })
    }

    /// A fall during the fault, and its repair after: transitions once each, and nothing else.
    fn falls_and_recovers_under(&self, rules: Vec<Rule>) -> Result<()> {
        self.proxy.set(rules);
        self.ladder.claim("third", "Absent")?;
        std::thread::sleep(DAY);
        let end = Instant::now() + STRUCK_WITHIN;
        while !self.proxy.has_struck() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(50));
        }
        self.proxy.clear_struck()?;
        self.ladder.until_stage(2)?;
        self.ladder.claim("third", "Present")?;
        let assessment = self.ladder.until_stage(3)?;
        ensure!(
            transitions(&assessment) == ["Rise 3", "Fall 2", "Restoration 3"],
            "{:?}",
            transitions(&assessment)
        );
        ensure!(assessment["status"]["regressions"] == 1, "{assessment:#}");
        self.is_whole()
    }

    /// The history holds together, each entry has its Event, and everything is as promised of it.
    fn is_whole(&self) -> Result<()> {
        self.deployed.keeps_its_promises(&self.ladder.namespace)?;
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let observed = [self.ladder.now()?];
            let mut complaints = check_life(&observed);
            complaints.extend(check_events(&observed, &self.ladder.events()?));
            if complaints.is_empty() {
                return Ok(());
            }
            if Instant::now() > end {
                bail!("{}", complaints.join("\n"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn ready_says(&self, part: &str) -> Result<()> {
        http::until(&format!("{}/readyz", self.operator.url()), |body| {
            body.contains(part)
        })?;
        Ok(())
    }
}

fn anything() -> Matcher {
    Matcher::any()
}

fn watches() -> Matcher {
    Matcher::any().verb(Verb::Watch)
}

fn capabilities() -> Matcher {
    watches().resource("capabilities")
}

fn everything_of(resource: &str) -> Matcher {
    anything().resource(resource)
}

fn patches() -> Matcher {
    Matcher::any().verb(Verb::Patch)
}

/// Every fault that passes by itself once it is over.
fn faults() -> Vec<(&'static str, Vec<Rule>)> {
    let one = |matcher: Matcher, fault: Fault| vec![Rule::new(matcher, fault)];
    let cut = |ending| Fault::CutWatch { after: 0, ending };
    let expire = Fault::ExpireWatch { after: 0 };
    let reorder = Fault::ReorderEvent {
        window: 3,
        within: Duration::from_millis(500),
    };
    vec![
        ("dropped-watches", one(watches(), cut(Ending::Reset))),
        ("closed-watches", one(watches(), cut(Ending::Whole))),
        ("dropped-events", one(capabilities(), Fault::DropEvent)),
        ("duplicated-events", one(watches(), Fault::DuplicateEvent)),
        ("reordered-events", one(watches(), reorder)),
        (
            "delayed-events",
            one(watches(), Fault::DelayEvent(Duration::from_secs(1))),
        ),
        (
            "stalled-watches",
            one(watches(), Fault::Stall { opening: false }),
        ),
        (
            "stalled-new-watches",
            one(watches(), Fault::Stall { opening: true }),
        ),
        (
            "gone-at-open",
            one(watches(), Fault::Answer(Refusal::Expired)),
        ),
        ("gone-mid-stream", one(watches(), expire)),
        (
            "conflicts",
            one(patches(), Fault::Answer(Refusal::Conflict)),
        ),
        (
            "throttled",
            one(
                anything(),
                Fault::Answer(Refusal::TooManyRequests { retry_after: 1 }),
            ),
        ),
        (
            "failing-server",
            one(anything(), Fault::Answer(Refusal::InternalError)),
        ),
        (
            "unavailable-server",
            one(anything(), Fault::Answer(Refusal::Unavailable)),
        ),
        (
            "half-of-it-fails",
            vec![Rule::new(anything(), Fault::Answer(Refusal::Unavailable)).chance(50, 7)],
        ),
        (
            "truncated-answers",
            one(patches(), Fault::Truncate(Ending::Closed)),
        ),
        (
            "truncated-events",
            one(watches(), Fault::Truncate(Ending::Reset)),
        ),
        (
            "slow-answers",
            one(anything(), Fault::Slow(Duration::from_millis(700))),
        ),
        ("unanswered-writes", one(patches(), Fault::Unanswered)),
        ("refused-connections", one(anything(), Fault::Refuse)),
        ("frozen", one(anything(), Fault::Freeze)),
        (
            "denied-capabilities",
            vec![
                Rule::new(
                    everything_of("capabilities"),
                    Fault::Answer(Refusal::Forbidden),
                ),
                Rule::new(capabilities(), cut(Ending::Closed)),
            ],
        ),
        (
            "denied-waivers",
            vec![
                Rule::new(everything_of("waivers"), Fault::Answer(Refusal::Forbidden)),
                Rule::new(watches().resource("waivers"), cut(Ending::Closed)),
            ],
        ),
    ]
}

/// Lists that end in the middle, whether HTTP says so or not.
fn faults_of_lists() -> [(&'static str, Vec<Rule>); 2] {
    let half = |ending| {
        let lists = anything().verb(Verb::List);
        vec![Rule::new(lists, Fault::Truncate(ending))]
    };
    [
        ("truncated-lists", half(Ending::Closed)),
        ("half-lists-that-look-whole", half(Ending::Whole)),
    ]
}

#[test]
fn status_is_right_and_fall_is_published_once_after_every_fault() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    let waiting: Vec<_> = faults().into_iter().chain(faults_of_lists()).collect();
    let waiting = Mutex::new(waiting);
    let failures = Mutex::new(Vec::new());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((name, rules)) = next() {
                    let site = Site::raise(&deployed, name);
                    let ended = site.and_then(|site| {
                        let ended = site.falls_and_recovers_under(rules);
                        ended.with_context(|| site.operator.log().join("\n"))
                    });
                    if let (Err(error), Ok(mut failures)) = (ended, failures.lock()) {
                        failures.push(format!("{name}: {error:#}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_default();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(())
}

#[test]
fn bookmarks_that_never_come_are_missed_by_nobody() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    // Watches of twenty seconds: the server sends a bookmark shortly before their end.
    let site = Site::raise_with(&deployed, "swallowed-bookmarks", "--silent-after=40s")?;
    site.falls_and_recovers_under(vec![Rule::new(watches(), Fault::SwallowBookmarks)])
}

/// A moment longer than another time must not have been shown before the time is certain again.
const CERTAIN_AGAIN: Duration = Duration::from_secs(150);

#[test]
fn under_a_skewed_clock_nothing_is_committed_and_afterwards_everything_is() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    let site = Site::raise(&deployed, "clock-skew")?;
    let skew = Fault::ClockSkew(SignedDuration::from_hours(1));
    site.proxy.set(vec![Rule::new(anything(), skew)]);
    site.ready_says("nothing is committed until the time is certain")?;
    let metrics = format!("{}/metrics", site.operator.url());
    http::until(&metrics, |body| {
        http::series(body, "gradus_clock_skew_seconds", &[]).is_some_and(|skew| skew > 3_000.0)
    })?;
    site.ladder.claim("third", "Absent")?;
    let shown = site.ladder.until_stage(2)?;
    std::thread::sleep(DAY);
    ensure!(transitions(&site.ladder.now()?) == ["Rise 3"], "{shown:#}");
    ensure!(
        condition(&site.ladder.now()?, "Regressed")?["status"] == "False",
        "{shown:#}"
    );
    site.proxy.clear_struck()?;
    let end = Instant::now() + CERTAIN_AGAIN;
    while transitions(&site.ladder.now()?) != ["Rise 3", "Fall 2"] {
        ensure!(Instant::now() < end, "{:#}", site.ladder.now()?);
        std::thread::sleep(Duration::from_millis(200));
    }
    site.is_whole()
}

#[test]
fn frozen_watch_is_noticed_and_shown_and_restarts_nothing() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    let site = Site::raise(&deployed, "frozen-watch")?;
    let process = site.operator.process();
    site.proxy.set(vec![Rule::new(
        everything_of("capabilities"),
        Fault::Freeze,
    )]);
    let began = Instant::now();
    let source = format!("capabilities/{}", site.ladder.namespace);
    let stale = site.ladder.until(|assessment| {
        condition(assessment, "EvidenceStale").is_ok_and(|stale| stale["status"] == "True")
    })?;
    ensure!(
        began.elapsed() < STALE_WITHIN,
        "noticed after {:?}",
        began.elapsed()
    );
    let message = condition(&stale, "EvidenceStale")?["message"].to_string();
    ensure!(message.contains(&source), "{message}");
    ensure!(
        stale["status"]["stage"] == 3,
        "what was seen last still holds"
    );
    site.ready_says(&source)?;
    let metrics = format!("{}/metrics", site.operator.url());
    http::until(&metrics, |body| {
        http::series(body, "gradus_source_synced", &[("source", &source)]) == Some(0.0)
    })?;
    ensure!(http::get(&format!("{}/healthz", site.operator.url()))?.status == 200);
    site.proxy.clear_struck()?;
    let fresh = site.ladder.until(|assessment| {
        condition(assessment, "EvidenceStale").is_ok_and(|stale| stale["status"] == "False")
    })?;
    ensure!(
        transitions(&fresh) == ["Rise 3"],
        "{:?}",
        transitions(&fresh)
    );
    ensure!(site.operator.process() == process && site.operator.log().len() > 1);
    site.is_whole()
}

#[test]
fn silent_follower_exports_no_old_stage_until_its_sources_answer() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    let ladder = Ladder::raise(control_plane, "silent-follower")?;
    let namespaces = format!("--namespaces={}", ladder.namespace);
    let leader = deployed.operate(&[&namespaces])?;
    ladder.until_stage(3)?;
    let proxy = FaultProxy::start(&control_plane.url(), control_plane.certificate())?;
    let often = [&namespaces, "--relist-every=5s", SILENT_AFTER];
    let follower = deployed.operate_through(&proxy, &often)?;
    let metrics = |operator: &Operator| format!("{}/metrics", operator.url());
    let stage = |body: &str| http::series(body, "gradus_assessment_stage", &[]);
    http::until(&metrics(&follower), |body| stage(body) == Some(3.0))?;
    proxy.set(vec![Rule::new(
        Matcher::any().group("gradus.dev"),
        Fault::Freeze,
    )]);
    ladder.claim("third", "Absent")?;
    ladder.until_stage(2)?;
    let silent = http::until(&metrics(&follower), |body| stage(body).is_none())?;
    ensure!(http::series(&silent, "gradus_leader", &[]) == Some(0.0));
    ensure!(!silent.contains("gradus_capability_state{"), "{silent}");
    http::until(&metrics(&leader), |body| stage(body) == Some(2.0))?;
    proxy.clear_struck()?;
    let heard = http::until(&metrics(&follower), |body| stage(body).is_some())?;
    ensure!(stage(&heard) == Some(2.0), "{heard}");
    deployed.keeps_its_promises(&ladder.namespace)
}

#[test]
fn unreadable_capabilities_are_unknown_and_cause_no_fall() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    let site = Site::raise(&deployed, "revoked")?;
    site.proxy.set(vec![Rule::new(
        everything_of("capabilities"),
        Fault::Answer(Refusal::Forbidden),
    )]);
    site.proxy.cut_watches(&capabilities(), Ending::Closed);
    let unknown = site.ladder.until_stage(0)?;
    ensure!(unknown["status"]["potentialStage"] == 3, "{unknown:#}");
    ensure!(condition(&unknown, "EvidenceStale")?["status"] == "True");
    ensure!(condition(&unknown, "Regressed")?["status"] == "False");
    site.ready_says("access is denied")?;
    std::thread::sleep(Duration::from_secs(1));
    site.proxy.clear_struck()?;
    let back = site.ladder.until_stage(3)?;
    ensure!(transitions(&back) == ["Rise 3"], "{:?}", transitions(&back));
    ensure!(back["status"]["regressions"] == 0);
    site.is_whole()
}

#[test]
fn restart_with_an_unreadable_source_writes_nothing_and_names_it() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    for (name, refusal, says) in [
        ("cold-denied", Refusal::Forbidden, "access is denied"),
        ("cold-absent", Refusal::NotFound, "the kind is not there"),
    ] {
        let site = Site::raise(&deployed, name)?;
        let Site {
            ladder,
            proxy,
            operator,
            ..
        } = site;
        operator.kill();
        let before = ladder.now()?;
        proxy.set(vec![Rule::new(
            Matcher::any().resource("capabilities"),
            Fault::Answer(refusal),
        )]);
        let operator = operate(&deployed, &ladder, &proxy, SILENT_AFTER)?;
        let url = format!("{}/readyz", operator.url());
        http::until(&url, |body| body.contains(says))?;
        ensure!(http::get(&url)?.status == 503);
        std::thread::sleep(Duration::from_secs(1));
        let waiting = ladder.now()?;
        ensure!(waiting["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]);
        proxy.clear_struck()?;
        operator.wait_ready()?;
        ladder.claim("third", "Absent")?;
        let fallen = ladder.until_stage(2)?;
        ensure!(
            transitions(&fallen) == ["Rise 3", "Fall 2"],
            "{:?}",
            transitions(&fallen)
        );
        deployed.keeps_its_promises(&ladder.namespace)?;
    }
    Ok(())
}

/// A request that is frozen is given up after ten seconds: what waits for one takes longer than this.
const UNDELAYED: Duration = Duration::from_secs(8);

/// Lets a namespace fall and recover a few times; how long the slowest change of its status took.
fn slowest_change(ladder: &Ladder<'_>) -> Result<Duration> {
    let mut slowest = Duration::ZERO;
    for (claim, stage) in [("Absent", 2), ("Present", 3)].repeat(3) {
        ladder.claim("third", claim)?;
        let claimed = Instant::now();
        ladder.until_stage(stage)?;
        slowest = slowest.max(claimed.elapsed());
    }
    Ok(slowest)
}

#[test]
fn frozen_namespace_delays_no_other() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    let frozen = Ladder::raise(control_plane, "frozen-one")?;
    let lively = Ladder::raise(control_plane, "lively-one")?;
    let proxy = FaultProxy::start(&control_plane.url(), control_plane.certificate())?;
    let _operator = operate_both(&deployed, [&frozen, &lively], &proxy)?;
    frozen.until_stage(3)?;
    lively.until_stage(3)?;
    let before = slowest_change(&lively)?;
    proxy.set(vec![Rule::new(
        Matcher::any().namespace(&frozen.namespace),
        Fault::Freeze,
    )]);
    frozen.claim("third", "Absent")?;
    let during = slowest_change(&lively)?;
    lively.claim("third", "Absent")?;
    lively.until_stage(2)?;
    ensure!(frozen.now()?["status"]["stage"] == 3);
    ensure!(
        during < UNDELAYED,
        "{during:?} where it took {before:?} before"
    );
    proxy.clear_struck()?;
    frozen.until_stage(2)?;
    deployed.keeps_its_promises(&frozen.namespace)?;
    deployed.keeps_its_promises(&lively.namespace)
}

#[test]
fn unreadable_namespace_at_a_start_hides_no_other() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    let closed = Ladder::raise(control_plane, "closed-one")?;
    let open = Ladder::raise(control_plane, "open-one")?;
    let proxy = FaultProxy::start(&control_plane.url(), control_plane.certificate())?;
    proxy.set(vec![Rule::new(
        Matcher::any()
            .resource("capabilities")
            .namespace(&closed.namespace),
        Fault::Answer(Refusal::Forbidden),
    )]);
    let operator = operate_both(&deployed, [&closed, &open], &proxy)?;
    open.until_stage(3)?;
    let ready = http::get(&format!("{}/readyz", operator.url()))?.body;
    let says = format!(
        "capabilities/{}: assessments of its namespace are not shown until it is read: access is denied",
        closed.namespace
    );
    ensure!(ready.contains(&says), "{ready}");
    let stages = |body: &str| {
        [&closed, &open].map(|ladder| {
            let of = [("namespace", ladder.namespace.as_str())];
            http::series(body, "gradus_assessment_stage", &of)
        })
    };
    let metrics = format!("{}/metrics", operator.url());
    http::until(&metrics, |body| stages(body) == [None, Some(3.0)])?;
    ensure!(
        closed.now()?.get("status").is_none(),
        "half of it is no score"
    );
    proxy.clear_struck()?;
    closed.until_stage(3)?;
    http::until(&metrics, |body| stages(body) == [Some(3.0); 2])?;
    deployed.keeps_its_promises(&closed.namespace)?;
    deployed.keeps_its_promises(&open.namespace)
}

#[test]
fn operator_survives_control_plane_restarts_restores_and_removed_kinds() -> Result<()> {
    let control_plane = ControlPlane::start()?;
    let deployed = Deployed::install(&control_plane, &[])?;
    let ladder = Ladder::raise(&control_plane, "survivor")?;
    let operator = deployed.operate(&["--relist-every=5s"])?;
    ladder.until_stage(3)?;

    control_plane.restart_api_server()?;
    ladder.claim("third", "Absent")?;
    ladder.until_stage(2)?;

    control_plane.stop_etcd()?;
    control_plane.start_etcd()?;
    control_plane.wait_ready()?;
    ladder.claim("third", "Present")?;
    ladder.until_stage(3)?;

    let snapshot = control_plane.snapshot_etcd()?;
    control_plane.wait_ready()?;
    ladder.claim("second", "Absent")?;
    let fallen = ladder.until_stage(1)?;
    ensure!(transitions(&fallen) == ["Rise 3", "Fall 2", "Restoration 3", "Fall 1"]);
    control_plane.restore_etcd(&snapshot)?;
    control_plane.wait_ready()?;
    // The restored status is of the restored claims; what follows is seen again.
    let restored = ladder.until_stage(3)?;
    ensure!(transitions(&restored) == ["Rise 3", "Fall 2", "Restoration 3"]);
    ladder.claim("third", "Absent")?;
    ladder.until_stage(2)?;
    ladder.claim("third", "Present")?;
    let before = ladder.until_stage(3)?;

    control_plane.kubectl(&["delete", "crd", "capabilities.gradus.dev", "--timeout=30s"])?;
    let stale = ladder.until(|assessment| {
        condition(assessment, "EvidenceStale").is_ok_and(|stale| stale["status"] == "True")
    })?;
    ensure!(
        transitions(&stale) == transitions(&before),
        "a removed kind is no fall: {:?}",
        transitions(&stale)
    );
    http::until(&format!("{}/readyz", operator.url()), |body| {
        body.contains("capabilities: the kind is not there")
    })?;
    control_plane.install_definitions()?;
    for rung in gradus_tests::ladder::RUNGS {
        ladder.claim(rung, "Present")?;
    }
    let back = ladder.until(|assessment| {
        assessment["status"]["stage"] == 3
            && condition(assessment, "EvidenceStale").is_ok_and(|stale| stale["status"] == "False")
    })?;
    ensure!(
        transitions(&back) == transitions(&before),
        "{:?}",
        transitions(&back)
    );
    deployed.shows_what_is_promised(&ladder.namespace)?;
    rights_are_revoked_and_returned(&control_plane, &ladder)
}

/// In the API server's own rules, for one kind.
fn rights_are_revoked_and_returned(
    control_plane: &ControlPlane,
    ladder: &Ladder<'_>,
) -> Result<()> {
    let before = transitions(&ladder.now()?);
    let role = control_plane.kubectl(&["get", "clusterrole", RELEASE, "-o", "json"])?;
    let allowed: Value = serde_json::from_str(&role)?;
    let mut revoked = allowed.clone();
    for rule in revoked["rules"].as_array_mut().into_iter().flatten() {
        if let Some(resources) = rule["resources"].as_array_mut() {
            resources.retain(|resource| resource != "capabilities");
        }
    }
    let replace = ["replace", "-f", "-"];
    let without = |role: &Value| {
        let mut role = role.clone();
        role["metadata"]["resourceVersion"] = Value::Null;
        role.to_string()
    };
    control_plane.kubectl_with(&replace, &without(&revoked))?;
    // A watch that runs goes on until it is opened again.
    let unknown = ladder.until_stage(0)?;
    ensure!(
        transitions(&unknown) == before,
        "{:?}",
        transitions(&unknown)
    );
    ensure!(condition(&unknown, "EvidenceStale")?["status"] == "True");
    control_plane.kubectl_with(&replace, &without(&allowed))?;
    let back = ladder.until_stage(3)?;
    ensure!(transitions(&back) == before, "{:?}", transitions(&back));
    Ok(())
}

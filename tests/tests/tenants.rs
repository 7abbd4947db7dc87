//! One tenant's mistake, or its malice, beside a real API server: what it costs in lines, requests and writes, and that no
//! other tenant notices.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::deployed::Deployed;
use gradus_tests::fault_proxy::{Fault, FaultProxy, Matcher, Refusal, Request, Rule, Verb};
use gradus_tests::ladder::{ASSESSMENT, Ladder, RUNGS, condition, transitions};
use gradus_tests::running::http;
use gradus_tests::running::operator::Operator;
use serde_json::{Value, json};

/// Nothing more follows when nothing was written for so long.
const QUIET: Duration = Duration::from_secs(2);
/// How long something is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// An operator behind a proxy that counts what it asks.
struct Watched {
    proxy: FaultProxy,
    operator: Operator,
}

impl Watched {
    /// For some namespaces, or all when none is named.
    fn start(deployed: &Deployed<'_>, namespaces: &[&str]) -> Result<Self> {
        let control_plane = deployed.control_plane;
        let proxy = FaultProxy::start(&control_plane.url(), control_plane.certificate())?;
        let kubeconfig = control_plane.kubeconfig_through(proxy.url(), &deployed.token)?;
        let namespaces = format!("--namespaces={}", namespaces.join(","));
        let operator = Operator::start(&kubeconfig, &[&namespaces, "--leader-election=false"])?;
        operator.wait_ready()?;
        Ok(Self { proxy, operator })
    }

    fn asked(&self, counts: impl Fn(&Request) -> bool) -> usize {
        self.proxy.requests().iter().filter(|it| counts(it)).count()
    }

    fn writes(&self) -> usize {
        self.asked(|request| request.call.verb == Verb::Patch)
    }

    /// What is written while nobody changes anything.
    fn writes_at_rest(&self) -> usize {
        std::thread::sleep(QUIET);
        let before = self.writes();
        std::thread::sleep(QUIET);
        self.writes() - before
    }
}

fn until(what: &str, fits: impl Fn() -> Result<bool>) -> Result<()> {
    let end = Instant::now() + TIMEOUT;
    while !fits()? {
        ensure!(Instant::now() < end, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn shared() -> Result<Deployed<'static>> {
    Deployed::shared(ControlPlane::shared()?)
}

/// A capability that the server accepts and our rules refuse.
fn refused(namespace: &str, number: usize) -> Value {
    json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "Capability",
        "metadata": {"name": format!("refused-{number:04}"), "namespace": namespace},
        "spec": {"claim": "Present", "facts": {"Mode": "full"}},
    })
}

#[test]
fn refused_objects_cost_a_line_each_at_a_start_and_while_they_are_written() -> Result<()> {
    const MANY: usize = 300;
    let deployed = shared()?;
    let ladder = Ladder::raise(deployed.control_plane, "refused")?;
    let items: Vec<Value> = (0..MANY)
        .map(|number| refused(&ladder.namespace, number))
        .collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    deployed.control_plane.apply(&list.to_string())?;
    let watched = Watched::start(&deployed, &[&ladder.namespace])?;
    ladder.until_stage(3)?;
    let is_about = |line: &&String| line.contains("refused-");
    until("all are said to be refused", || {
        let objects = deployed
            .control_plane
            .objects("capabilities", Some(&ladder.namespace))?;
        let refused = objects.iter().filter(|object| {
            condition(object, "Ready").is_ok_and(|ready| ready["status"] == "False")
        });
        Ok(refused.count() == MANY)
    })?;
    let lines = watched.operator.log().iter().filter(is_about).count();
    ensure!((MANY..=2 * MANY).contains(&lines), "{lines} lines");
    ensure!(watched.writes_at_rest() == 0);
    let shared = watched.asked(|request| {
        request.call.verb == Verb::Patch && request.call.resource == "maturitymodels"
    });
    ensure!(shared == 0, "statuses of models are another installation's");
    Ok(())
}

#[test]
fn burst_of_deletions_asks_for_the_definition_a_few_times() -> Result<()> {
    const MANY: u32 = 1000;
    let deployed = shared()?;
    let control_plane = deployed.control_plane;
    let ladder = Ladder::raise(control_plane, "deleted")?;
    ladder.crowd((0..MANY).map(|number| format!("crowd-{number:04}")))?;
    let watched = Watched::start(&deployed, &[&ladder.namespace])?;
    ladder.until_stage(3)?;
    let page = format!("{}/metrics", watched.operator.url());
    let known = || -> Result<f64> {
        let body = http::get(&page)?.body;
        let of = [("kind", "capability"), ("state", "valid")];
        Ok(http::series(&body, "gradus_objects", &of).unwrap_or_default())
    };
    until("all are known", || Ok(known()? > f64::from(MANY)))?;
    watched.proxy.forget_requests();
    let path = format!(
        "/apis/gradus.dev/v1alpha1/namespaces/{}/capabilities",
        ladder.namespace
    );
    let begun = Instant::now();
    control_plane.kubectl(&["delete", "--raw", &path])?;
    ladder.until_stage(0)?;
    until("all are gone", || Ok(known()? == 0.0))?;
    let took = begun.elapsed();
    let asked = watched.asked(|request| request.call.resource == "customresourcedefinitions");
    let reads = watched
        .asked(|request| request.call.verb == Verb::Get && request.call.resource == "capabilities");
    // Three at once, and then one a second.
    let most = 4 + usize::try_from(took.as_secs())?;
    ensure!((1..=most).contains(&asked), "{asked} questions in {took:?}");
    ensure!(reads == 0, "{reads} objects were asked for by name");
    Ok(())
}

#[test]
fn status_that_another_author_writes_is_corrected_rarely_and_reported() -> Result<()> {
    let deployed = shared()?;
    let control_plane = deployed.control_plane;
    let ladder = Ladder::raise(control_plane, "contested")?;
    let watched = Watched::start(&deployed, &[&ladder.namespace])?;
    ladder.until_stage(3)?;
    ensure!(watched.writes_at_rest() == 0);
    let before = watched.writes();
    let begun = Instant::now();
    let mut forged = 0;
    while begun.elapsed() < Duration::from_secs(12) {
        forged += 1;
        let patch = json!({"status": {"stage": forged % 3}}).to_string();
        let of = ["patch", "assessment", ASSESSMENT, "-n", &ladder.namespace];
        let how = ["--subresource=status", "--type=merge", "-p", &patch];
        control_plane.kubectl(&[&of[..], &how].concat())?;
    }
    ensure!(forged > 6, "the other author is too slow: {forged}");
    let writes = watched.writes() - before;
    ensure!(
        (2..=4).contains(&writes),
        "{writes} writes against {forged}"
    );
    let ready = http::get(&format!("{}/readyz", watched.operator.url()))?;
    ensure!(
        ready.body.contains("another author writes the status of"),
        "{}",
        ready.body
    );
    let events = ladder.events()?;
    let said = events
        .iter()
        .filter(|event| event["reason"] == "ForeignWriter");
    ensure!(said.count() == 1, "{events:#?}");
    // It ends well once the other author stops.
    let end = ladder.until_stage(3)?;
    ensure!(transitions(&end) == ["Rise 3"], "{:?}", transitions(&end));
    ensure!(watched.writes_at_rest() == 0);
    Ok(())
}

/// In which order a backup puts an assessment back.
#[derive(Debug, Clone, Copy)]
enum Restore {
    /// The status is replaced.
    Status,
    /// The object is deleted, created, and its status written.
    Anew,
}

impl Restore {
    fn run(self, control_plane: &ControlPlane, backup: &Value) -> Result<()> {
        let mut object = backup.clone();
        object["metadata"]["resourceVersion"] = Value::Null;
        object["metadata"]["uid"] = Value::Null;
        object["metadata"]["managedFields"] = Value::Null;
        if matches!(self, Self::Anew) {
            let namespace = backup["metadata"]["namespace"]
                .as_str()
                .context("a namespace")?;
            control_plane.kubectl(&["delete", "assessment", ASSESSMENT, "-n", namespace])?;
            control_plane.kubectl_with(&["create", "-f", "-"], &object.to_string())?;
        }
        let replace = ["replace", "--subresource=status", "-f", "-"];
        // The operator may write at the same moment.
        until("the status is restored", || {
            let replaced = control_plane.kubectl_with(&replace, &object.to_string());
            Ok(replaced.is_ok())
        })
    }
}

/// A status without what differs from one run to another: instants, digests, and what the ledger holds of them.
fn lasting(status: &Value) -> Value {
    let mut status = status.clone();
    if let Some(fields) = status.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
        for field in [
            "history",
            "ledger",
            "highWater",
            "first",
            "stageChangedAt",
            "inputsDigest",
        ] {
            fields.remove(field);
        }
    }
    for condition in status["conditions"].as_array_mut().into_iter().flatten() {
        condition["lastTransitionTime"] = Value::Null;
        condition["observedGeneration"] = Value::Null;
    }
    status
}

/// The status after a restore of one that said a fall, while the stage is back; and its history.
fn restored(restore: Restore, is_up: bool) -> Result<(Value, Vec<String>)> {
    let deployed = shared()?;
    let control_plane = deployed.control_plane;
    let ladder = Ladder::raise(control_plane, "restored")?;
    let watched = Watched::start(&deployed, &[&ladder.namespace])?;
    ladder.until_stage(3)?;
    ladder.claim("third", "Absent")?;
    let mut backup = ladder.until_stage(2)?;
    ensure!(!backup["status"]["regression"].is_null(), "{backup:#}");
    backup["status"]["awarded"] = json!({
        "stage": 3, "organisation": "Somebody",
        "at": "2026-11-01T00:00:00Z", "validUntil": "2027-10-31T00:00:00Z",
    });
    ladder.claim("third", "Present")?;
    ladder.until_stage(3)?;
    let watched = if is_up {
        restore.run(control_plane, &backup)?;
        watched
    } else {
        watched.operator.kill();
        restore.run(control_plane, &backup)?;
        Watched::start(&deployed, &[&ladder.namespace])?
    };
    let end = ladder.until(|site| {
        site["status"]["stage"] == 3
            && condition(site, "Regressed").is_ok_and(|regressed| regressed["status"] == "False")
            && site["status"]["awarded"].is_null()
    })?;
    ensure!(end["status"]["regression"].is_null(), "{end:#}");
    ensure!(
        watched.writes_at_rest() == 0,
        "{:?}",
        watched.proxy.requests()
    );
    let end = ladder.now()?;
    Ok((lasting(&end["status"]), transitions(&end)))
}

#[test]
fn status_from_a_backup_ends_the_same_in_every_order_of_calls_and_nothing_follows() -> Result<()> {
    let (expected, history) = restored(Restore::Status, true)?;
    ensure!(
        history == ["Rise 3", "Fall 2", "Restoration 3"],
        "{history:?}"
    );
    for (restore, is_up) in [
        (Restore::Status, false),
        (Restore::Anew, false),
        (Restore::Anew, true),
    ] {
        let (status, transitions) = restored(restore, is_up)?;
        assert_eq!(status, expected, "{restore:?}, operator up: {is_up}");
        ensure!(
            transitions == history,
            "{restore:?}, operator up: {is_up}: {transitions:?}"
        );
    }
    Ok(())
}

#[test]
fn namespace_that_refuses_events_delays_those_of_no_other() -> Result<()> {
    let deployed = shared()?;
    let control_plane = deployed.control_plane;
    let closed = Ladder::raise(control_plane, "no-events")?;
    let open = Ladder::raise(control_plane, "events")?;
    let watched = Watched::start(&deployed, &[&closed.namespace, &open.namespace])?;
    closed.until_stage(3)?;
    open.until_stage(3)?;
    let events = |namespace: &str| {
        Matcher::any()
            .verb(Verb::Create)
            .resource("events")
            .namespace(namespace)
    };
    watched.proxy.set(vec![Rule::new(
        events(&closed.namespace),
        Fault::Answer(Refusal::Forbidden),
    )]);
    watched.proxy.forget_requests();
    let refused = |namespace: &str, code: u16| {
        watched.asked(|request| {
            let call = &request.call;
            call.resource == "events" && call.namespace == namespace && request.status == Some(code)
        })
    };
    for rung in RUNGS {
        closed.claim(rung, "Absent")?;
    }
    until("the fault strikes", || {
        Ok(refused(&closed.namespace, 403) > 0)
    })?;
    open.claim("third", "Absent")?;
    open.until_stage(2)?;
    until("the Event of the other is there", || {
        Ok(refused(&open.namespace, 201) == 1)
    })?;
    let tried = refused(&closed.namespace, 403);
    ensure!(
        tried < 8,
        "the other waited until the first was given up: {tried}"
    );
    watched.proxy.clear();
    let given_up = |events: Vec<Value>| {
        events
            .iter()
            .filter(|it| it["reason"] == "StageRegressed")
            .count()
    };
    until("the Events are transitions later", || {
        Ok(given_up(closed.events()?) > 0)
    })?;
    Ok(())
}

#[test]
fn requested_resync_lists_its_namespace_alone_and_only_an_assessment_requests_one() -> Result<()> {
    let control_plane = ControlPlane::start()?;
    let deployed = Deployed::install(&control_plane, &[])?;
    let loud = Ladder::raise(&control_plane, "loud")?;
    let quiet = Ladder::raise(&control_plane, "quiet")?;
    let watched = Watched::start(&deployed, &[])?;
    loud.until_stage(3)?;
    quiet.until_stage(3)?;
    let annotate = |resource: &str, name: &str, at: usize| {
        let annotation = format!("reconcile.gradus.dev/requestedAt={at}");
        let of = [
            "annotate",
            "--overwrite",
            resource,
            name,
            "-n",
            &loud.namespace,
        ];
        control_plane.kubectl(&[&of[..], &[&annotation]].concat())
    };
    watched.proxy.forget_requests();
    let lists = |namespace: &str| {
        watched.asked(|request| {
            let call = &request.call;
            let namespaced = call.resource != "maturitymodels";
            call.verb == Verb::List && namespaced && call.namespace == namespace
        })
    };
    for at in 0..10 {
        annotate("capability", "first", at)?;
    }
    std::thread::sleep(QUIET);
    ensure!(
        lists("") + lists(&loud.namespace) == 0,
        "a capability requests nothing"
    );
    let begun = Instant::now();
    let mut last = 0;
    while begun.elapsed() < Duration::from_secs(7) {
        last += 1;
        annotate("assessment", ASSESSMENT, last)?;
    }
    let last = last.to_string();
    let done =
        loud.until(|site| site["status"]["lastRequestedAt"].as_str() == Some(last.as_str()))?;
    ensure!(transitions(&done) == ["Rise 3"]);
    let passes = usize::try_from(begun.elapsed().as_secs() / 3)? + 1;
    let listed = lists(&loud.namespace);
    ensure!(
        (4..=4 * passes).contains(&listed),
        "{listed} lists in {passes} passes"
    );
    ensure!(
        lists("") == 0 && lists(&quiet.namespace) == 0,
        "others are not listed"
    );
    definition_that_is_missing_gets_no_writes(&control_plane, &watched, [&loud, &quiet])
}

fn definition_that_is_missing_gets_no_writes(
    control_plane: &ControlPlane,
    watched: &Watched,
    [ladder, other]: [&Ladder<'_>; 2],
) -> Result<()> {
    let crowd = || (0..50).map(|number| format!("crowd-{number:02}"));
    ladder.crowd(crowd())?;
    until("all have a status", || {
        let objects = control_plane.objects("capabilities", Some(&ladder.namespace))?;
        Ok(objects.len() == 53 && objects.iter().all(|object| !object["status"].is_null()))
    })?;
    control_plane.kubectl(&["delete", "crd", "capabilities.gradus.dev", "--timeout=30s"])?;
    watched.proxy.forget_requests();
    let stale = ladder.until(|assessment| {
        condition(assessment, "EvidenceStale").is_ok_and(|stale| stale["status"] == "True")
    })?;
    ensure!(
        transitions(&stale) == ["Rise 3"],
        "a removed kind is no fall"
    );
    std::thread::sleep(Duration::from_secs(12));
    let in_vain = watched.asked(|request| {
        request.call.verb == Verb::Patch && request.call.resource == "capabilities"
    });
    ensure!(in_vain == 0, "{in_vain} writes to what cannot be there");
    let lines = watched.operator.log();
    let warned = lines
        .iter()
        .filter(|line| line.contains("could not be written"));
    ensure!(warned.count() == 0);
    control_plane.install_definitions()?;
    // All of them: what is missing stays hidden for a minute.
    ladder.crowd(crowd())?;
    for rung in RUNGS {
        ladder.claim(rung, "Present")?;
        other.claim(rung, "Present")?;
    }
    let back = ladder.until(|site| {
        site["status"]["stage"] == 3
            && condition(site, "EvidenceStale").is_ok_and(|stale| stale["status"] == "False")
    });
    let back = back.with_context(|| watched.operator.log().join("\n"))?;
    ensure!(transitions(&back) == ["Rise 3"], "{:?}", transitions(&back));
    Ok(())
}

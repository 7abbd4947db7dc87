//! The operator beside a real API server, with the rights of the chart's account: what happens when somebody asks
//! for a resync, mistypes, deletes, edits a status, or restarts it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gradus_crds::schema::plural;
use gradus_engine::key::Kind;
use gradus_tests::chart::permissions;
use gradus_tests::checks::audit::{missing, unused, wildcards};
use gradus_tests::control_plane::{AuditEntry, ControlPlane};
use gradus_tests::deployed::{Deployed, IDENTITY};
use gradus_tests::fault_proxy::{Change, Fault, FaultProxy, Matcher, Refusal, Rule, Verb};
use gradus_tests::ladder::{self, ASSESSMENT, Ladder, MODEL, condition, transitions};
use gradus_tests::running::operator::Operator;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Value, json};

/// Nothing more follows when nothing was written for so long.
const QUIET: Duration = Duration::from_secs(3);

/// Rest that spans every period of an operator several times, but that of silence: lists, watches, ticks.
const REST: Duration = Duration::from_secs(15);

/// Starts an operator for the namespace of a ladder, and waits until it is ready. It lists again every two seconds,
/// and opens its watches again every five.
fn operate(deployed: &Deployed<'_>, ladder: &Ladder<'_>) -> Result<Operator> {
    let operator = Operator::start(
        &deployed.kubeconfig()?,
        &[
            &format!("--namespaces={}", ladder.namespace),
            "--leader-election=false",
            "--relist-every=2s",
            "--silent-after=10s",
        ],
    )?;
    operator.wait_ready()?;
    Ok(operator)
}

/// A ladder of its own in the shared control plane, at stage 3, and the operator of its namespace.
fn raised(name: &str) -> Result<(Deployed<'static>, Ladder<'static>, Operator)> {
    let deployed = Deployed::shared(ControlPlane::shared()?)?;
    let ladder = Ladder::raise(deployed.control_plane, name)?;
    let operator = operate(&deployed, &ladder)?;
    ladder.until_stage(3)?;
    Ok((deployed, ladder, operator))
}

/// What the operator wrote in a namespace so far.
fn written(control_plane: &ControlPlane, namespace: &str) -> Result<Vec<AuditEntry>> {
    let mut written = control_plane.audit()?;
    written
        .retain(|entry| entry.user == IDENTITY && entry.namespace == namespace && entry.is_write());
    Ok(written)
}

/// What the operator writes in a namespace while nobody changes anything.
fn written_at_rest(control_plane: &ControlPlane, namespace: &str) -> Result<Vec<AuditEntry>> {
    std::thread::sleep(QUIET);
    let before = written(control_plane, namespace)?.len();
    std::thread::sleep(REST);
    Ok(written(control_plane, namespace)?.split_off(before))
}

fn ask_for_a_pass(control_plane: &ControlPlane, ladder: &Ladder<'_>, at: &str) -> Result<()> {
    let annotation = format!("reconcile.gradus.dev/requestedAt={at}");
    let annotate = ["annotate", "--overwrite", "assessment", ASSESSMENT];
    let arguments = [&annotate[..], &["-n", &ladder.namespace, &annotation]].concat();
    control_plane.kubectl(&arguments)?;
    Ok(())
}

#[test]
fn requested_resync_is_done_and_acknowledged() -> Result<()> {
    let (deployed, ladder, operator) = raised("passes")?;
    let control_plane = deployed.control_plane;
    for at in ["2026-11-26T10:00:00Z", "now", "again"] {
        ask_for_a_pass(control_plane, &ladder, at)?;
        let done = ladder.until(|site| site["status"]["lastRequestedAt"] == at)?;
        ensure!(done["status"]["stage"] == 3 && transitions(&done) == ["Rise 3"]);
    }
    ensure!(written_at_rest(control_plane, &ladder.namespace)?.is_empty());
    operator.terminate()?;
    // A pass that was made stays acknowledged over a restart.
    let _operator = operate(&deployed, &ladder)?;
    ensure!(written_at_rest(control_plane, &ladder.namespace)?.is_empty());
    deployed.keeps_its_promises(&ladder.namespace)
}

#[test]
fn unusable_object_has_a_reason_and_delays_no_other() -> Result<()> {
    let (deployed, ladder, _operator) = raised("mistyped")?;
    let control_plane = deployed.control_plane;
    let namespace = &ladder.namespace;
    let mistyped = json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "Capability",
        "metadata": {"name": "second", "namespace": namespace},
        "spec": {"claim": "Present", "facts": {"Mode": "full"}},
    });
    control_plane.apply(&mistyped.to_string())?;
    let refused = control_plane.until("capabilities", namespace, "second", |second| {
        condition(second, "Ready").is_ok_and(|ready| ready["status"] == "False")
    })?;
    let ready = condition(&refused, "Ready")?;
    let message = ready["message"].as_str().context("a message")?;
    ensure!(message.contains("spec.facts.Mode"), "{message}");
    ensure!(
        message.contains("begin with a lower-case letter"),
        "{message}"
    );
    // What it stood for is unknown now, which is no fall.
    let unknown = ladder.until_stage(1)?;
    ensure!(unknown["status"]["potentialStage"] == 3, "{unknown:#}");
    ensure!(
        transitions(&unknown) == ["Rise 3"],
        "{:?}",
        transitions(&unknown)
    );
    // The others go on: a real loss is a fall.
    ladder.claim("first", "Absent")?;
    let fallen = ladder.until_stage(0)?;
    ensure!(
        transitions(&fallen) == ["Rise 3", "Fall 0"],
        "{:?}",
        transitions(&fallen)
    );
    ladder.claim("first", "Present")?;
    ladder.until_stage(1)?;
    let fixed = json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "Capability",
        "metadata": {"name": "second", "namespace": namespace},
        "spec": {"claim": "Present", "facts": {"mode": "full"}},
    });
    control_plane.apply(&fixed.to_string())?;
    let back = ladder.until_stage(3)?;
    ensure!(transitions(&back) == ["Rise 3", "Fall 0", "Rise 1", "Restoration 3"]);
    deployed.keeps_its_promises(namespace)
}

#[test]
fn a_recreated_assessment_starts_anew() -> Result<()> {
    let (deployed, ladder, _operator) = raised("recreated")?;
    let control_plane = deployed.control_plane;
    ladder.claim("third", "Absent")?;
    let fallen = ladder.until_stage(2)?;
    ensure!(fallen["status"]["regressions"] == 1);
    let delete = ["delete", "assessment", ASSESSMENT, "-n", &ladder.namespace];
    control_plane.kubectl(&delete)?;
    ladder.follow(MODEL)?;
    let anew = ladder.until_stage(2)?;
    ensure!(anew["metadata"]["uid"] != fallen["metadata"]["uid"]);
    ensure!(transitions(&anew) == ["Rise 2"], "{:?}", transitions(&anew));
    ensure!(anew["status"]["regressions"] == 0, "{anew:#}");
    ensure!(condition(&anew, "Regressed")?["status"] == "False");
    deployed.keeps_its_promises(&ladder.namespace)
}

#[test]
fn restart_and_idle_time_write_nothing() -> Result<()> {
    let (deployed, ladder, operator) = raised("rested")?;
    let control_plane = deployed.control_plane;
    ladder.claim("third", "Absent")?;
    ladder.until_stage(2)?;
    deployed.keeps_its_promises(&ladder.namespace)?;
    ensure!(written_at_rest(control_plane, &ladder.namespace)?.is_empty());
    let before = written(control_plane, &ladder.namespace)?.len();
    operator.kill();
    let operator = operate(&deployed, &ladder)?;
    std::thread::sleep(QUIET);
    operator.terminate()?;
    let _operator = operate(&deployed, &ladder)?;
    std::thread::sleep(QUIET);
    let after = written(control_plane, &ladder.namespace)?;
    // A fall that was transitions is asked for again by its name, which is taken.
    let others = after.iter().skip(before);
    let others: Vec<_> = others.filter(|entry| entry.code != 409).collect();
    ensure!(others.is_empty(), "{others:?}");
    let rested = ladder.now()?;
    ensure!(
        transitions(&rested) == ["Rise 3", "Fall 2"],
        "{:?}",
        transitions(&rested)
    );
    ensure!(ladder.events()?.len() == 2);
    Ok(())
}

#[test]
fn missing_model_is_no_fall_and_is_waited_for() -> Result<()> {
    let (deployed, ladder, _operator) = raised("modelless")?;
    let control_plane = deployed.control_plane;
    let own = |name: &str| {
        let mut model = ladder::model();
        model["metadata"]["name"] = name.into();
        model.to_string()
    };
    let name = ladder.namespace.clone();
    ladder.follow(&name)?;
    let is_ready = |site: &Value, status: &str| {
        condition(site, "Ready").is_ok_and(|ready| ready["status"] == status)
    };
    let waiting = ladder.until(|site| is_ready(site, "False"))?;
    let message = condition(&waiting, "Ready")?["message"].to_string();
    ensure!(message.contains(&name), "{message}");
    control_plane.apply(&own(&name))?;
    let scored = ladder.until(|site| is_ready(site, "True") && site["status"]["stage"] == 3)?;
    let history = transitions(&scored);
    control_plane.kubectl(&["delete", "maturitymodel", &name])?;
    let dangling = ladder.until(|site| is_ready(site, "False"))?;
    ensure!(
        transitions(&dangling) == history,
        "{:?}",
        transitions(&dangling)
    );
    control_plane.apply(&own(&name))?;
    let healed = ladder.until(|site| is_ready(site, "True") && site["status"]["stage"] == 3)?;
    ensure!(
        transitions(&healed) == history,
        "{:?}",
        transitions(&healed)
    );
    ensure!(healed["status"]["regressions"] == 0);
    deployed.keeps_its_promises(&ladder.namespace)
}

#[test]
fn foreign_status_fields_are_overwritten_once() -> Result<()> {
    let (deployed, ladder, _operator) = raised("meddled")?;
    let control_plane = deployed.control_plane;
    let patch = |kind: &str, patch: &Value| {
        let namespace = ladder.namespace.as_str();
        let patch = patch.to_string();
        let of = ["patch", "assessment", ASSESSMENT, "-n", namespace];
        let how = ["--subresource=status", kind, "-p", patch.as_str()];
        control_plane.kubectl(&[&of[..], &how].concat())
    };
    patch("--type=merge", &json!({"status": {"stage": 1}}))?;
    ladder.until_stage(3)?;
    ensure!(written_at_rest(control_plane, &ladder.namespace)?.is_empty());
    // A status has one author: a condition of somebody else's goes.
    let foreign = json!({
        "type": "Audited", "status": "True", "reason": "Seen", "message": "By an auditor.",
        "lastTransitionTime": "2026-11-01T00:00:00Z", "observedGeneration": 1,
    });
    patch(
        "--type=json",
        &json!([{"op": "add", "path": "/status/conditions/-", "value": foreign}]),
    )?;
    ladder.until(|site| condition(site, "Audited").is_err())?;
    ensure!(written_at_rest(control_plane, &ladder.namespace)?.is_empty());
    ladder.claim("third", "Absent")?;
    let fallen = ladder.until_stage(2)?;
    ensure!(transitions(&fallen) == ["Rise 3", "Fall 2"]);
    ensure!(written_at_rest(control_plane, &ladder.namespace)?.is_empty());
    Ok(())
}

#[test]
fn faults_of_paged_lists_lose_nothing_and_cause_no_fall() -> Result<()> {
    let control_plane = ControlPlane::start()?;
    let deployed = Deployed::install(&control_plane, &[])?;
    let ladder = Ladder::raise(&control_plane, "paged")?;
    // Before, between and after the rungs, so that these are on several pages.
    let crowd = (0..400).flat_map(|number| ["a", "g", "z"].map(|at| format!("{at}-{number:03}")));
    ladder.crowd(crowd)?;
    let proxy = FaultProxy::start(&control_plane.url(), control_plane.certificate())?;
    // A server that does not say how old it is counts as one of before 1.34, and is asked in pages.
    let version = Rule::new(Matcher::any(), Fault::Answer(Refusal::Unavailable));
    proxy.set(vec![version.first(1)]);
    let kubeconfig = control_plane.kubeconfig_through(proxy.url(), &deployed.token)?;
    let operator = Operator::start(
        &kubeconfig,
        &["--leader-election=false", "--relist-every=1s"],
    )?;
    operator.wait_ready()?;
    ladder.until_stage(3)?;
    let mut expected = vec!["Rise 3".to_owned()];
    let faults = [1, 2, 3]
        .map(Fault::LosePage)
        .into_iter()
        .chain([2, 3].map(Fault::ExpireContinue))
        .chain([2, 3].map(Fault::EmptyPage))
        .chain([1, 2, 3].map(Fault::DropAtPage))
        .chain([Fault::OlderList]);
    for fault in faults {
        let named = format!("{fault:?}");
        let lists = Matcher::any().verb(Verb::List).resource("capabilities");
        proxy.set(vec![Rule::new(lists, fault)]);
        ladder.claim("second", "Absent")?;
        std::thread::sleep(Duration::from_millis(2500));
        proxy.clear();
        ladder.until_stage(1).with_context(|| named.clone())?;
        ladder.claim("second", "Present")?;
        let back = ladder.until_stage(3).with_context(|| named.clone())?;
        expected.extend(["Fall 1".to_owned(), "Restoration 3".to_owned()]);
        let kept = expected.len().min(20);
        let kept = &expected[expected.len() - kept..];
        ensure!(
            transitions(&back) == kept,
            "{named}: {:?}",
            transitions(&back)
        );
    }
    let paged = |entry: &AuditEntry| entry.verb == "list" && entry.uri.contains("continue=");
    ensure!(
        control_plane.audit()?.iter().any(paged),
        "nothing is read in pages"
    );
    ensure!(operator.log().iter().all(|line| !line.contains("panicked")));
    deployed.keeps_its_promises(&ladder.namespace)
}

/// A ladder whose third rung is waived and whose first is attested until the end of a day, by which stage 3 is to
/// be held.
fn due(control_plane: &ControlPlane, ladder: &Ladder<'_>, day: Date) -> Result<()> {
    let begun = day.checked_sub(30.days())?.to_string();
    let day = day.to_string();
    let of = |kind: &str, name: &str, spec: Value| {
        json!({
            "apiVersion": "gradus.dev/v1alpha1", "kind": kind,
            "metadata": {"name": name, "namespace": ladder.namespace}, "spec": spec,
        })
    };
    let mut items = [
        of(
            "Attestation",
            "seen",
            json!({
                "subject": {"capability": "first"}, "statement": "Seen.", "attestedBy": "ada@example.org",
                "method": "Examine", "issued": begun, "validUntil": day,
            }),
        ),
        of(
            "Waiver",
            "later",
            json!({
                "assessment": ASSESSMENT, "criteria": ["second"], "reason": "Later.", "treatAs": "Met",
                "requestedBy": "ada@example.org", "from": begun, "until": day,
            }),
        ),
        of(
            "Assessment",
            ASSESSMENT,
            json!({"model": {"name": MODEL}, "target": {"stage": 3, "by": day}}),
        ),
    ];
    let apply = |items: &[Value]| {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        control_plane.apply(&list.to_string())
    };
    apply(&items)?;
    // Who asks for a waiver does not approve it.
    items[1]["spec"]["approvedBy"] = "bob@example.org".into();
    apply(&items)
}

/// Reason, type, name and kind of what every Event of a namespace is about, sorted.
fn events(ladder: &Ladder<'_>) -> Result<Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |event: &Value| {
        ensure!(event["series"].is_null() && event["deprecatedCount"].as_u64().unwrap_or(1) <= 1);
        let about = &event["regarding"];
        let parts = [
            &event["reason"],
            &event["type"],
            &about["kind"],
            &about["name"],
        ];
        Ok(parts.map(text).join(" "))
    };
    let mut lines: Vec<_> = ladder.events()?.iter().map(line).collect::<Result<_>>()?;
    lines.sort();
    Ok(lines)
}

/// A moment longer than another time must last before it is believed.
const BELIEVED: Duration = Duration::from_secs(150);

#[test]
fn expiry_by_a_wrong_clock_is_neither_committed_nor_published() -> Result<()> {
    let control_plane = ControlPlane::shared()?;
    let deployed = Deployed::shared(control_plane)?;
    let ladder = Ladder::raise(control_plane, "occasions")?;
    let now = Timestamp::now();
    let today = now.to_zoned(TimeZone::UTC).date();
    due(control_plane, &ladder, today)?;
    // Days end at midnight: by the server's clock it is just past.
    let midnight = today.tomorrow()?.to_zoned(TimeZone::UTC)?.timestamp();
    let past = midnight + SignedDuration::from_mins(5);
    let proxy = FaultProxy::start(&control_plane.url(), control_plane.certificate())?;
    let skew = Fault::ClockSkew(past.duration_since(now));
    proxy.set(vec![Rule::new(Matcher::any(), skew)]);
    let kubeconfig = control_plane.kubeconfig_through(proxy.url(), &deployed.token)?;
    let namespaces = format!("--namespaces={}", ladder.namespace);
    let arguments = [namespaces.as_str(), "--leader-election=false"];
    let operator = Operator::start(&kubeconfig, &arguments)?;
    operator.wait_ready()?;
    let end = Instant::now() + BELIEVED;
    let uncertain = |assessment: &Value| {
        condition(assessment, "EvidenceStale")
            .is_ok_and(|stale| stale["status"] == "True" && stale["reason"] == "ClockUncertain")
    };
    while !uncertain(&ladder.now()?) {
        ensure!(Instant::now() < end, "{:#}", ladder.now()?);
        std::thread::sleep(Duration::from_millis(200));
    }
    std::thread::sleep(QUIET);
    let assessment = ladder.now()?;
    ensure!(transitions(&assessment).is_empty(), "{assessment:#}");
    ensure!(events(&ladder)?.is_empty(), "{:#?}", events(&ladder)?);
    operator.terminate()?;
    deployed.keeps_its_promises(&ladder.namespace)
}

/// One object of every kind that nothing else needs.
fn spare(namespace: &str) -> Vec<(Kind, Value)> {
    let mut model = ladder::model();
    model["metadata"]["name"] = "spare".into();
    let of = |kind: Kind, spec: Value| {
        let mut object = json!({
            "apiVersion": "gradus.dev/v1alpha1", "kind": kind.as_str(),
            "metadata": {"name": "spare"}, "spec": spec,
        });
        if kind.namespaced() {
            object["metadata"]["namespace"] = namespace.into();
        }
        (kind, object)
    };
    vec![
        (Kind::MaturityModel, model),
        of(
            Kind::Profile,
            json!({
                "model": {"name": "spare"},
                "requirements": [{"domain": "rungs", "minimum": 1}],
            }),
        ),
        of(Kind::Capability, json!({"claim": "Present"})),
        of(
            Kind::Attestation,
            json!({
                "subject": {"capability": "spare"}, "statement": "Seen.", "attestedBy": "ada@example.org",
                "method": "Examine", "issued": "2026-11-01", "validUntil": "2027-10-31",
            }),
        ),
        of(
            Kind::Waiver,
            json!({
                "assessment": "spare", "criteria": ["first"], "reason": "Later.",
                "requestedBy": "ada@example.org", "from": "2026-11-01", "until": "2026-12-31",
                "treatAs": "Met",
            }),
        ),
        of(Kind::Assessment, json!({"model": {"name": "spare"}})),
    ]
}

#[test]
fn operator_uses_every_right_of_the_chart_and_no_other() -> Result<()> {
    let control_plane = ControlPlane::start()?;
    let deployed = Deployed::install(&control_plane, &[])?;
    let ladder = Ladder::raise(&control_plane, "audited")?;
    let proxy = FaultProxy::start(&control_plane.url(), control_plane.certificate())?;
    let kubeconfig = control_plane.kubeconfig_through(proxy.url(), &deployed.token)?;
    let operator = Operator::start(&kubeconfig, &["--relist-every=2s"])?;
    operator.wait_ready()?;
    ladder.until_stage(3)?;
    let spare = spare(&ladder.namespace);
    for (_, object) in &spare {
        control_plane.apply(&object.to_string())?;
    }
    deployed.keeps_its_promises(&ladder.namespace)?;
    // Whether a removed object was removed alone is asked of its kind.
    control_plane.kubectl(&["delete", "capability", "third", "-n", &ladder.namespace])?;
    ladder.until_stage(2)?;
    // What a list misses without a word is asked for itself.
    let unsaid = Matcher::any().verb(Verb::Watch).change(Change::Deleted);
    proxy.set(vec![Rule::new(unsaid, Fault::DropEvent)]);
    for (kind, _) in spare.iter().rev() {
        let scope: &[&str] = if kind.namespaced() {
            &["-n", &ladder.namespace]
        } else {
            &[]
        };
        let delete = ["delete", plural(*kind), "spare"];
        control_plane.kubectl(&[&delete[..], scope].concat())?;
    }
    let permissions = permissions(&[])?;
    let end = std::time::Instant::now() + Duration::from_secs(30);
    loop {
        let log = control_plane.audit()?;
        let unused = unused(&permissions, &log);
        if unused.is_empty() {
            break;
        }
        ensure!(std::time::Instant::now() < end, "never used: {unused:#?}");
        std::thread::sleep(Duration::from_millis(200));
    }
    operator.terminate()?;
    let log = control_plane.audit()?;
    assert_eq!(missing(&permissions, &log), Vec::<String>::new());
    assert_eq!(wildcards(&permissions), Vec::<String>::new());
    Ok(())
}

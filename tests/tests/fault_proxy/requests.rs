//! Single requests: passed on, written down, refused, broken off.

use std::time::Duration;

use gradus_tests::fault_proxy::{Call, Ending, Fault, Refusal, Rule, Verb};
use http::Method;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use crate::client::{Client, Missed};
use crate::{CAPABILITIES, ONE, any, rig};

#[test]
fn without_rules_a_request_and_its_answer_pass_unchanged() {
    let (server, _proxy, client) = rig();
    let body = r#"{"spec":{}}"#;
    let target = format!("{ONE}/status?fieldManager=gradus&force=true");
    let reply = client.ask(Method::PATCH, &target, body).expect("an answer");
    assert_eq!((reply.status, reply.body.as_str()), (200, body));
    let received = &server.received()[0];
    assert_eq!(received.target, target);
    assert_eq!(received.authorization, "Bearer secret");
    assert_eq!(received.body, body);
}

#[test]
fn every_request_is_recorded_with_its_target_and_answer() {
    let (_server, proxy, client) = rig();
    client.get("/readyz").expect("an answer");
    client
        .get(&format!("{CAPABILITIES}?limit=2"))
        .expect("an answer");
    proxy.set(vec![Rule::new(any(), Fault::Answer(Refusal::Conflict))]);
    let status = format!("{ONE}/status?force=true");
    client.ask(Method::PATCH, &status, "{}").expect("an answer");
    proxy.set(vec![Rule::new(any(), Fault::Refuse)]);
    client.get(ONE).expect_err("refused");

    let requests = proxy.requests();
    let statuses: Vec<_> = requests.iter().map(|it| (it.number, it.status)).collect();
    let expected = [(1, Some(200)), (2, Some(200)), (3, Some(409)), (4, None)];
    assert_eq!(statuses, expected);
    let list = &requests[1];
    assert_eq!(
        (list.path.as_str(), list.query.as_str()),
        (CAPABILITIES, "limit=2")
    );
    assert_eq!(list.call.verb, Verb::List);
    let patch = &requests[2];
    assert_eq!(patch.method, "PATCH");
    assert_eq!(patch.content_type, "application/apply-patch+yaml");
    let expected = Call {
        verb: Verb::Patch,
        group: "gradus.dev".to_owned(),
        resource: "capabilities".to_owned(),
        subresource: "status".to_owned(),
        namespace: "ns".to_owned(),
        name: "a".to_owned(),
    };
    assert_eq!(patch.call, expected);

    proxy.forget_requests();
    proxy.clear();
    client.get("/readyz").expect("an answer");
    let numbers: Vec<_> = proxy.requests().iter().map(|it| it.number).collect();
    assert_eq!(numbers, [5]);
}

#[test]
fn request_is_classified_as_the_api_server_does() {
    let of = |method: Method, path: &str, query: &str| {
        let call = Call::of(&method, path, query);
        let parts = [
            call.group,
            call.resource,
            call.subresource,
            call.namespace,
            call.name,
        ];
        (call.verb, parts.join("|"))
    };
    let get = |path: &str, query: &str| of(Method::GET, path, query);
    assert_eq!(get("/apis", ""), (Verb::Get, "||||".to_owned()));
    assert_eq!(
        get("/api/v1/namespaces", ""),
        (Verb::List, "|namespaces|||".to_owned())
    );
    assert_eq!(
        get("/api/v1/namespaces/ns", ""),
        (Verb::Get, "|namespaces||ns|ns".to_owned())
    );
    assert_eq!(
        of(Method::PUT, "/api/v1/namespaces/ns/finalize", ""),
        (Verb::Update, "|namespaces|finalize|ns|ns".to_owned())
    );
    assert_eq!(
        get("/apis/apps/v1/namespaces/ns/deployments", "watch=1"),
        (Verb::Watch, "apps|deployments||ns|".to_owned())
    );
    assert_eq!(
        get(
            "/apis/apps/v1/deployments",
            "fieldSelector=metadata.name%3Dweb&watch=true"
        ),
        (Verb::Watch, "apps|deployments|||web".to_owned())
    );
    assert_eq!(
        of(
            Method::POST,
            "/api/v1/namespaces/ns/serviceaccounts/sa/token",
            ""
        ),
        (Verb::Create, "|serviceaccounts|token|ns|sa".to_owned())
    );
    assert_eq!(
        of(
            Method::DELETE,
            "/apis/coordination.k8s.io/v1/namespaces/ns/leases/l",
            ""
        ),
        (Verb::Delete, "coordination.k8s.io|leases||ns|l".to_owned())
    );
}

#[test]
fn each_refusal_is_a_status_that_the_server_never_hears_of() {
    let (server, proxy, client) = rig();
    let cases = [
        (Refusal::Conflict, 409, "Conflict"),
        (Refusal::Expired, 410, "Expired"),
        (
            Refusal::TooManyRequests { retry_after: 3 },
            429,
            "TooManyRequests",
        ),
        (Refusal::InternalError, 500, "InternalError"),
        (Refusal::Unavailable, 503, "ServiceUnavailable"),
        (Refusal::Forbidden, 403, "Forbidden"),
        (Refusal::NotFound, 404, "NotFound"),
    ];
    for (refusal, code, reason) in cases {
        proxy.set(vec![Rule::new(any(), Fault::Answer(refusal))]);
        let reply = client.ask(Method::PATCH, ONE, "{}").expect("an answer");
        assert_eq!(reply.status, code);
        let status = reply.json();
        assert_eq!(status["kind"], "Status");
        assert_eq!(status["code"], code);
        assert_eq!(status["reason"], reason);
        let retry_after = reply
            .headers
            .get("retry-after")
            .map(|it| it.to_str().expect("text"));
        assert_eq!(retry_after, (code == 429).then_some("3"));
    }
    assert!(server.received().is_empty());
}

#[test]
fn a_refused_connection_is_reset_and_nothing_reaches_the_server() {
    let (server, proxy, client) = rig();
    proxy.set(vec![Rule::new(any(), Fault::Refuse)]);
    assert_eq!(client.get(ONE).expect_err("refused"), Missed::Reset);
    assert!(server.received().is_empty());
}

#[test]
fn a_hanging_request_is_never_answered_not_even_after_the_rule_is_gone() {
    let (server, proxy, client) = rig();
    let client = client.impatient();
    proxy.set(vec![Rule::new(any().name("a"), Fault::Hang)]);
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| client.get(ONE));
        std::thread::sleep(Duration::from_millis(100));
        proxy.clear();
        let missed = asked.join().expect("no panic").expect_err("no answer");
        assert_eq!(missed, Missed::Silence);
    });
    assert!(server.received().is_empty());
    client.get("/readyz").expect("others are answered");
}

#[test]
fn a_frozen_request_goes_on_when_the_rule_is_gone() {
    let (server, proxy, client) = rig();
    proxy.set(vec![Rule::new(any().name("a"), Fault::Freeze)]);
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| client.get(ONE));
        std::thread::sleep(Duration::from_millis(100));
        client.get("/readyz").expect("others are answered");
        assert_eq!(server.received().len(), 1);
        proxy.clear();
        assert_eq!(
            asked.join().expect("no panic").expect("an answer").status,
            200
        );
    });
}

#[test]
fn an_unanswered_request_has_reached_the_server() {
    let (server, proxy, client) = rig();
    proxy.set(vec![Rule::new(any(), Fault::Unanswered)]);
    let missed = client.ask(Method::PATCH, ONE, "{}").expect_err("no answer");
    assert_eq!(missed, Missed::Closed);
    assert_eq!(server.count(Verb::Patch), 1);
}

#[test]
fn a_truncated_answer_is_half_of_its_json_and_ends_as_asked() {
    let (_server, proxy, client) = rig();
    let whole = client.get(CAPABILITIES).expect("an answer").body;
    let truncate = |ending| proxy.set(vec![Rule::new(any(), Fault::Truncate(ending))]);
    truncate(Ending::Whole);
    let half = client.get(CAPABILITIES).expect("whole to HTTP").body;
    assert_eq!(half, whole[..whole.len() / 2]);
    truncate(Ending::Closed);
    assert_eq!(client.get(CAPABILITIES).expect_err("cut"), Missed::Closed);
    truncate(Ending::Reset);
    assert_eq!(client.get(CAPABILITIES).expect_err("cut"), Missed::Reset);
}

#[test]
fn a_slow_answer_begins_late_and_a_dripping_one_ends_late() {
    let (_server, proxy, client) = rig();
    let whole = client.get(CAPABILITIES).expect("an answer").body;
    let delay = Duration::from_millis(200);
    proxy.set(vec![Rule::new(any(), Fault::Slow(delay))]);
    assert!(client.get(CAPABILITIES).expect("an answer").began >= delay);

    let every = Duration::from_millis(40);
    let bytes = whole.len().div_ceil(5);
    proxy.set(vec![Rule::new(any(), Fault::Drip { bytes, every })]);
    let reply = client.get(CAPABILITIES).expect("an answer");
    assert_eq!(reply.body, whole);
    assert!(reply.began < delay, "the head is not late");
    assert!(reply.ended >= 5 * every);
}

#[test]
fn a_skewed_clock_shows_in_the_date_of_what_is_passed_on_and_of_what_is_refused() {
    let (_server, proxy, client) = rig();
    let skew = SignedDuration::from_hours(-2);
    let skewed = Rule::new(any(), Fault::ClockSkew(skew));
    let refused = Rule::new(any(), Fault::Answer(Refusal::Unavailable)).nth(2);
    proxy.set(vec![skewed, refused]);
    for status in [200, 503] {
        let reply = client.get(ONE).expect("an answer");
        assert_eq!(reply.status, status);
        let date = reply.headers["date"].to_str().expect("text");
        let date = DateTimeParser::new().parse_timestamp(date).expect("a date");
        let off = date.duration_since(Timestamp::now() + skew);
        assert!(off.abs() <= SignedDuration::from_secs(2), "{off}");
    }
}

#[test]
fn a_rule_strikes_the_occurrences_that_it_names() {
    let (_server, proxy, client) = rig();
    let struck = |rule: fn(Rule) -> Rule| -> Vec<usize> {
        let refuse = Rule::new(any(), Fault::Answer(Refusal::Unavailable));
        proxy.set(vec![rule(refuse)]);
        let statuses = (1..=20).map(|_| client.get(ONE).expect("an answer").status);
        let numbered = statuses.zip(1..).filter(|(status, _)| *status == 503);
        numbered.map(|(_, number)| number).collect()
    };
    assert_eq!(struck(|rule| rule.nth(3)), [3]);
    assert_eq!(struck(|rule| rule.first(2)), [1, 2]);
    assert_eq!(struck(|rule| rule.from(18)), [18, 19, 20]);
    let by_chance = struck(|rule| rule.chance(50, 7));
    assert!((4..=16).contains(&by_chance.len()), "{by_chance:?}");
    assert_eq!(
        struck(|rule| rule.chance(50, 7)),
        by_chance,
        "the same seed"
    );
    assert_ne!(struck(|rule| rule.chance(50, 8)), by_chance, "another seed");
}

#[test]
fn paused_nothing_passes_in_either_direction_and_resumed_all_goes_on() {
    let (server, proxy, client) = rig();
    client.get(ONE).expect("an answer");
    proxy.pause_all();
    std::thread::scope(|scope| {
        let known = scope.spawn(|| client.get(ONE));
        let new = scope.spawn(|| Client::of(proxy.url()).get(ONE));
        std::thread::sleep(Duration::from_millis(200));
        assert!(!known.is_finished() && !new.is_finished());
        assert_eq!(server.received().len(), 1);
        proxy.resume_all();
        assert_eq!(
            known.join().expect("no panic").expect("an answer").status,
            200
        );
        assert_eq!(
            new.join().expect("no panic").expect("an answer").status,
            200
        );
    });
}

#[test]
fn down_it_refuses_connections_and_up_it_accepts_them_on_the_same_port() {
    let (server, proxy, client) = rig();
    let mut watch = client.watch(crate::WATCH).expect("a watch");
    proxy.go_down().expect("down");
    assert_eq!(client.get(ONE).expect_err("refused"), Missed::Refused);
    assert_eq!(watch.next(), crate::client::Next::Missed(Missed::Reset));
    server.await_watches(0);
    proxy.come_up().expect("up");
    assert_eq!(client.get(ONE).expect("an answer").status, 200);
}

#[test]
fn a_server_that_is_gone_is_a_connection_that_closes() {
    let (server, _proxy, client) = rig();
    drop(server);
    assert_eq!(client.get(ONE).expect_err("no server"), Missed::Closed);
}

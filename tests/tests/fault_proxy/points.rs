//! Points at which a client is killed, and at which a request is held.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use gradus_tests::fault_proxy::{Matcher, Moment, Verb};
use http::Method;

use crate::client::{Client, Missed};
use crate::{ONE, WATCH, any, rig};

const TIMEOUT: Duration = Duration::from_secs(10);

#[test]
fn killed_before_it_is_sent_a_request_never_reaches_the_server() {
    let (server, proxy, client) = rig();
    let ran = Arc::new(AtomicUsize::new(0));
    let counted = ran.clone();
    let point = proxy.kill_at(Matcher::writes(), 2, Moment::BeforeSend, move || {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    client
        .ask(Method::PATCH, ONE, "{}")
        .expect("the first write passes");
    client.get(ONE).expect("a read is no write");
    assert_eq!(point.fired(), None);
    let missed = client.ask(Method::PATCH, ONE, "{}").expect_err("killed");
    assert_eq!(missed, Missed::Closed);
    assert_eq!(point.wait(TIMEOUT), Some(3));
    assert_eq!(server.count(Verb::Patch), 1);
    client
        .ask(Method::PATCH, ONE, "{}")
        .expect("the third write passes");
    assert_eq!(ran.load(Ordering::SeqCst), 1, "once");
}

#[test]
fn killed_unanswered_a_request_has_reached_the_server() {
    let (server, proxy, client) = rig();
    let server = Arc::new(server);
    let (say, heard) = channel();
    let asked = server.clone();
    let point = proxy.kill_at(any(), 1, Moment::SentUnanswered, move || {
        say.send(asked.count(Verb::Patch))
            .expect("somebody listens");
    });
    let missed = client.ask(Method::PATCH, ONE, "{}").expect_err("killed");
    assert_eq!(missed, Missed::Closed);
    assert_eq!(heard.recv_timeout(TIMEOUT).expect("it ran"), 1);
    assert_eq!(point.wait(TIMEOUT), Some(1));
    assert_eq!(proxy.requests()[0].status, None);
    assert_eq!(server.count(Verb::Patch), 1);
}

#[test]
fn killed_when_answered_a_client_has_its_answer() {
    let (_server, proxy, client) = rig();
    let (release, released) = channel::<()>();
    let point = proxy.kill_at(any(), 1, Moment::Answered, move || {
        released.recv().expect("a release");
    });
    // The action blocks: the answer must have come before it.
    let reply = client.ask(Method::PATCH, ONE, "{}").expect("an answer");
    assert_eq!(reply.status, 200);
    assert_eq!(point.fired(), None);
    release.send(()).expect("the action waits");
    assert_eq!(point.wait(TIMEOUT), Some(1));
    client.get(ONE).expect("the connection lives on");
}

#[test]
fn a_watch_is_answered_when_its_answer_has_begun() {
    let (_server, proxy, client) = rig();
    let point = proxy.kill_at(any(), 1, Moment::Answered, || {});
    let _watch = client.watch(WATCH).expect("a watch");
    assert_eq!(point.wait(TIMEOUT), Some(1));
}

#[test]
fn while_a_client_is_being_killed_nothing_new_reaches_the_server() {
    let (server, proxy, client) = rig();
    let (release, released) = channel::<()>();
    let point = proxy.kill_at(Matcher::writes(), 1, Moment::Answered, move || {
        released.recv().expect("a release");
    });
    client.ask(Method::PATCH, ONE, "{}").expect("an answer");
    // It dies while what it sent waits: it is never forwarded.
    let dying = Client::of(proxy.url()).impatient();
    assert_eq!(dying.get(ONE).expect_err("held"), Missed::Silence);
    drop(dying);
    std::thread::scope(|scope| {
        let alive = scope.spawn(|| client.get("/readyz"));
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(server.received().len(), 1);
        release.send(()).expect("the action waits");
        alive.join().expect("no panic").expect("an answer");
    });
    assert!(point.wait(TIMEOUT).is_some());
    let targets: Vec<_> = server.received().into_iter().map(|it| it.target).collect();
    assert_eq!(targets, [ONE, "/readyz"]);
}

#[test]
fn a_held_request_waits_while_others_pass_and_goes_on_when_released() {
    let (server, proxy, client) = rig();
    let hold = proxy.hold_at(Matcher::writes(), 1);
    std::thread::scope(|scope| {
        let held = scope.spawn(|| client.ask(Method::PATCH, ONE, "{}"));
        assert_eq!(hold.wait(TIMEOUT), Some(1));
        client.get(ONE).expect("others pass");
        assert_eq!(server.count(Verb::Patch), 0);
        hold.release();
        assert_eq!(
            held.join().expect("no panic").expect("an answer").status,
            200
        );
    });
    assert_eq!(server.count(Verb::Patch), 1);
}

#[test]
fn a_held_request_arrives_even_when_its_sender_is_dead() {
    let (server, proxy, _client) = rig();
    let hold = proxy.hold_at(Matcher::writes(), 1);
    let dying = Client::of(proxy.url()).impatient();
    let missed = dying.ask(Method::PATCH, ONE, "{}").expect_err("held");
    assert_eq!(missed, Missed::Silence);
    drop(dying);
    assert!(hold.wait(TIMEOUT).is_some());
    hold.release();
    let patience = Instant::now() + TIMEOUT;
    while server.count(Verb::Patch) == 0 {
        assert!(Instant::now() < patience);
        std::thread::sleep(Duration::from_millis(5));
    }
}

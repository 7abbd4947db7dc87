//! Watches: each event, and each way in which they fall silent or end.

use std::time::{Duration, Instant};

use gradus_tests::fault_proxy::{Change, Ending, Fault, Matcher, Refusal, Rule};

use crate::client::{Missed, Next, modified};
use crate::server::event;
use crate::{WATCH, any, rig, watches};

/// What a client sees of these changes, and of the end of the watch, under these rules.
fn seen(rules: Vec<Rule>, changes: &[(&str, u32)]) -> Vec<Next> {
    let (server, proxy, client) = rig();
    proxy.set(rules);
    let mut watch = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    for (name, version) in changes {
        server.change(name, *version);
    }
    server.end_watches();
    let mut seen = Vec::new();
    loop {
        let next = watch.next();
        let over = matches!(next, Next::Ended | Next::Missed(_));
        seen.push(next);
        if over {
            return seen;
        }
    }
}

const CHANGES: [(&str, u32); 4] = [("a", 1), ("b", 2), ("a", 3), ("c", 4)];

fn expected_events(changes: &[(&str, u32)]) -> Vec<Next> {
    let changes = changes
        .iter()
        .map(|(name, version)| modified(name, *version));
    changes.chain([Next::Ended]).collect()
}

#[test]
fn without_rules_every_event_passes_as_it_comes() {
    assert_eq!(seen(vec![], &CHANGES), expected_events(&CHANGES));
}

#[test]
fn event_in_pieces_passes_complete() {
    let (server, _proxy, client) = rig();
    let mut watch = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    let line = event("ADDED", "a", 1);
    let (one, two) = line.split_at(20);
    server.say(&format!("{}{one}", event("ADDED", "b", 2)));
    assert_eq!(
        watch.next(),
        Next::Event("ADDED".to_owned(), "b".to_owned(), 2)
    );
    server.say(two);
    assert_eq!(
        watch.next(),
        Next::Event("ADDED".to_owned(), "a".to_owned(), 1)
    );
}

#[test]
fn the_nth_event_is_dropped() {
    let drop = Rule::new(watches(), Fault::DropEvent).nth(2);
    assert_eq!(
        seen(vec![drop], &CHANGES),
        expected_events(&[("a", 1), ("a", 3), ("c", 4)])
    );
}

#[test]
fn the_events_of_one_object_are_dropped() {
    let drop = Rule::new(watches().namespace("ns").name("a"), Fault::DropEvent);
    assert_eq!(
        seen(vec![drop], &CHANGES),
        expected_events(&[("b", 2), ("c", 4)])
    );
    let elsewhere = Rule::new(watches().namespace("other"), Fault::DropEvent);
    assert_eq!(seen(vec![elsewhere], &CHANGES), expected_events(&CHANGES));
}

#[test]
fn the_events_of_one_change_are_dropped() {
    let drop = |change| Rule::new(watches().change(change), Fault::DropEvent);
    assert_eq!(
        seen(vec![drop(Change::Deleted)], &CHANGES),
        expected_events(&CHANGES)
    );
    assert_eq!(
        seen(vec![drop(Change::Modified)], &CHANGES),
        expected_events(&[])
    );
}

#[test]
fn events_are_dropped_by_chance_the_same_ones_for_the_same_seed() {
    let many: Vec<_> = (1..=30).map(|version| ("a", version)).collect();
    let drop = || vec![Rule::new(watches(), Fault::DropEvent).chance(50, 3)];
    let left = seen(drop(), &many);
    assert!((8..=24).contains(&left.len()), "{left:?}");
    assert_eq!(seen(drop(), &many), left);
}

#[test]
fn an_event_is_duplicated() {
    let twice = Rule::new(watches().name("b"), Fault::DuplicateEvent);
    let expected = expected_events(&[("a", 1), ("b", 2), ("b", 2), ("a", 3), ("c", 4)]);
    assert_eq!(seen(vec![twice], &CHANGES), expected);
}

#[test]
fn events_of_different_objects_are_reordered_and_those_of_one_object_never() {
    let within = Duration::from_mins(1);
    let reorder = |window| Fault::ReorderEvent { window, within };
    let neighbours = Rule::new(watches(), reorder(1)).first(1);
    let expected = expected_events(&[("b", 2), ("a", 1), ("a", 3), ("c", 4)]);
    assert_eq!(seen(vec![neighbours], &CHANGES), expected);
    let far = Rule::new(watches(), reorder(9)).first(1);
    assert_eq!(seen(vec![far], &CHANGES), expected, "`a` does not pass `a`");
    let to_the_end = Rule::new(watches().name("b"), reorder(9));
    let expected = expected_events(&[("a", 1), ("a", 3), ("c", 4), ("b", 2)]);
    assert_eq!(seen(vec![to_the_end], &CHANGES), expected);
}

#[test]
fn an_event_that_nothing_passes_goes_on_after_a_short_time() {
    let (server, proxy, client) = rig();
    let within = Duration::from_millis(100);
    proxy.set(vec![Rule::new(
        watches(),
        Fault::ReorderEvent { window: 1, within },
    )]);
    let mut watch = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    let asked = Instant::now();
    server.change("a", 1);
    assert_eq!(watch.next(), modified("a", 1));
    assert!(asked.elapsed() >= within);
}

#[test]
fn an_event_is_delayed_and_those_behind_it_too() {
    let (server, proxy, client) = rig();
    let delay = Duration::from_millis(200);
    proxy.set(vec![Rule::new(
        watches().name("a"),
        Fault::DelayEvent(delay),
    )]);
    let mut watch = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    let asked = Instant::now();
    server.change("a", 1);
    server.change("b", 2);
    assert_eq!(watch.take(2), [modified("a", 1), modified("b", 2)]);
    assert!(asked.elapsed() >= delay);
    assert!(asked.elapsed() < 2 * delay, "the delays run side by side");
}

#[test]
fn bookmarks_are_swallowed_and_nothing_else() {
    let swallow = || Rule::new(watches(), Fault::SwallowBookmarks);
    for (rules, expected) in [(vec![], 3), (vec![swallow()], 2)] {
        let (server, proxy, client) = rig();
        proxy.set(rules);
        let mut watch = client.watch(WATCH).expect("a watch");
        server.await_watches(1);
        server.change("a", 1);
        server.say(&event("BOOKMARK", "", 2));
        server.change("a", 3);
        server.end_watches();
        let events = watch.take(expected);
        assert_eq!(events.last(), Some(&modified("a", 3)));
        assert_eq!(watch.next(), Next::Ended);
    }
}

#[test]
fn stalled_watch_stays_open_and_delivers_everything_later() {
    let (server, proxy, client) = rig();
    let client = client.impatient();
    let mut running = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    proxy.set(vec![Rule::new(watches(), Fault::Stall { opening: false })]);
    server.change("a", 1);
    assert_eq!(running.next(), Next::Missed(Missed::Silence));
    let mut new = client.watch(WATCH).expect("a watch");
    server.await_watches(2);
    server.change("a", 2);
    assert_eq!(
        new.next(),
        modified("a", 2),
        "only running watches were to stall"
    );
    assert_eq!(running.next(), Next::Missed(Missed::Silence));
    proxy.clear();
    assert_eq!(running.take(2), [modified("a", 1), modified("a", 2)]);
}

#[test]
fn a_stall_can_take_new_watches_too() {
    let (server, proxy, client) = rig();
    let client = client.impatient();
    proxy.set(vec![Rule::new(watches(), Fault::Stall { opening: true })]);
    let mut watch = client.watch(WATCH).expect("its answer begins");
    server.await_watches(1);
    server.change("a", 1);
    assert_eq!(watch.next(), Next::Missed(Missed::Silence));
    proxy.clear();
    assert_eq!(watch.next(), modified("a", 1));
}

#[test]
fn a_frozen_path_freezes_its_running_watches_and_does_not_open_new_ones() {
    let (server, proxy, client) = rig();
    let client = client.impatient();
    let mut running = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    proxy.set(vec![Rule::new(watches(), Fault::Freeze)]);
    server.change("a", 1);
    assert_eq!(running.next(), Next::Missed(Missed::Silence));
    assert_eq!(client.watch(WATCH).err(), Some(Missed::Silence));
    proxy.clear();
    assert_eq!(running.next(), modified("a", 1));
}

#[test]
fn a_watch_is_refused_with_410_when_it_opens() {
    let (server, proxy, client) = rig();
    proxy.set(vec![
        Rule::new(watches(), Fault::Answer(Refusal::Expired)).nth(1),
    ]);
    let reply = client.get(WATCH).expect("an answer");
    assert_eq!(
        (reply.status, reply.json()["reason"].as_str()),
        (410, Some("Expired"))
    );
    let _watch = client.watch(WATCH).expect("the second opens");
    server.await_watches(1);
}

#[test]
fn a_watch_expires_in_the_middle_with_an_error_event_and_ends() {
    let expire = Rule::new(watches(), Fault::ExpireWatch { after: 2 });
    let error = Next::Event("ERROR".to_owned(), String::new(), 410);
    let expected = [modified("a", 1), modified("b", 2), error, Next::Ended];
    assert_eq!(seen(vec![expire], &CHANGES), expected);
}

#[test]
fn a_watch_is_cut_after_so_many_changes() {
    let cut = |ending| vec![Rule::new(watches(), Fault::CutWatch { after: 1, ending })];
    let cases = [
        (Ending::Whole, Next::Ended),
        (Ending::Closed, Next::Missed(Missed::Closed)),
        (Ending::Reset, Next::Missed(Missed::Reset)),
    ];
    for (ending, expected) in cases {
        assert_eq!(seen(cut(ending), &CHANGES), [modified("a", 1), expected]);
    }
}

#[test]
fn a_running_watch_is_struck_as_soon_as_the_rule_is_set() {
    let (server, proxy, client) = rig();
    let mut watch = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    let cut = Fault::CutWatch {
        after: 0,
        ending: Ending::Reset,
    };
    proxy.set(vec![Rule::new(watches(), cut).first(1)]);
    assert_eq!(watch.next(), Next::Missed(Missed::Reset));
    server.await_watches(0);
    let mut next = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    server.change("a", 1);
    assert_eq!(next.next(), modified("a", 1));
}

#[test]
fn running_watches_are_cut_and_expired_at_once_and_new_ones_are_not() {
    let (server, proxy, client) = rig();
    let mut watch = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    assert_eq!(proxy.watches().len(), 1);
    assert_eq!(
        proxy.expire_watches(&Matcher::any().resource("assessments")),
        0
    );
    assert_eq!(proxy.expire_watches(&watches()), 1);
    assert_eq!(
        watch.next(),
        Next::Event("ERROR".to_owned(), String::new(), 410)
    );
    assert_eq!(watch.next(), Next::Ended);
    let mut watch = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    assert_eq!(proxy.cut_watches(&any(), Ending::Reset), 1);
    assert_eq!(watch.next(), Next::Missed(Missed::Reset));
    server.await_watches(0);
    assert!(proxy.watches().is_empty());
}

#[test]
fn an_event_is_truncated_in_the_middle_of_its_json() {
    let truncate = Rule::new(watches(), Fault::Truncate(Ending::Reset)).nth(2);
    let seen = seen(vec![truncate], &CHANGES);
    let line = event("MODIFIED", "b", 2);
    let half = Next::Fragment(line[..line.len() / 2].to_owned());
    assert_eq!(seen, [modified("a", 1), half, Next::Missed(Missed::Reset)]);
}

#[test]
fn a_client_that_leaves_ends_its_watch_at_the_server() {
    let (server, _proxy, client) = rig();
    let watch = client.watch(WATCH).expect("a watch");
    server.await_watches(1);
    drop(watch);
    server.await_watches(0);
}

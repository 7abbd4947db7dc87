//! Lists that come in pages, and what happens to one page of them.

use gradus_tests::fault_proxy::{Fault, Rule, Verb};

use crate::client::{Client, Missed, Reply};
use crate::server::NAMES;
use crate::{CAPABILITIES, any, rig};

/// The pages of a list, until one fails, or tells of no more.
fn pages(client: &Client) -> (Vec<Reply>, Option<Missed>) {
    let mut pages: Vec<Reply> = Vec::new();
    loop {
        let token = pages.last().map(Reply::token);
        let query = match token {
            None => "limit=2".to_owned(),
            Some(Some(token)) => format!("limit=2&continue={token}"),
            Some(None) => return (pages, None),
        };
        match client.get(&format!("{CAPABILITIES}?{query}")) {
            Ok(page) if page.status == 200 => pages.push(page),
            Ok(refused) => {
                pages.push(refused);
                return (pages, None);
            }
            Err(missed) => return (pages, Some(missed)),
        }
    }
}

fn names(pages: &[Reply]) -> Vec<String> {
    pages.iter().flat_map(Reply::names).collect()
}

#[test]
fn a_list_is_dropped_at_the_page_that_is_named() {
    let (server, proxy, client) = rig();
    proxy.set(vec![Rule::new(any(), Fault::DropAtPage(3))]);
    let (pages, missed) = pages(&client);
    assert_eq!(names(&pages), NAMES[..4]);
    assert_eq!(missed, Some(Missed::Closed));
    assert_eq!(server.count(Verb::List), 2);
}

#[test]
fn a_lost_page_has_no_items_and_leads_to_the_next() {
    let (_server, proxy, client) = rig();
    proxy.set(vec![Rule::new(any(), Fault::LosePage(2))]);
    let (pages, _) = pages(&client);
    assert_eq!(names(&pages), ["a", "b", "e", "f"]);
    assert_eq!(pages[1].json()["items"], serde_json::json!([]));
    assert_eq!(pages[1].json()["kind"], "CapabilityList");
}

#[test]
fn an_empty_page_loses_nothing() {
    let (_server, proxy, client) = rig();
    proxy.set(vec![Rule::new(any(), Fault::EmptyPage(2))]);
    for _ in 0..2 {
        let (pages, missed) = pages(&client);
        assert_eq!(missed, None);
        assert_eq!(names(&pages), NAMES);
    }
    let requests = proxy.requests();
    let tokens = requests
        .iter()
        .filter(|it| it.query.ends_with("continue=from-2"));
    assert_eq!(
        tokens.count(),
        3,
        "twice at first, once when the same token comes again"
    );
}

#[test]
fn an_expired_continue_token_is_a_410_at_the_page_that_is_named() {
    let (_server, proxy, client) = rig();
    proxy.set(vec![Rule::new(any(), Fault::ExpireContinue(2)).first(1)]);
    let (expired, _) = pages(&client);
    assert_eq!(expired.len(), 2);
    assert_eq!(expired[1].status, 410);
    assert_eq!(expired[1].json()["reason"], "Expired");
    let (whole, _) = pages(&client);
    assert_eq!(names(&whole), NAMES, "only the first time");
}

#[test]
fn an_older_list_is_the_first_one_since_the_rule_stands() {
    let (server, proxy, client) = rig();
    proxy.set(vec![Rule::new(any().verb(Verb::List), Fault::OlderList)]);
    let (first, _) = pages(&client);
    let asked = server.count(Verb::List);
    let (second, _) = pages(&client);
    assert_eq!(names(&first), names(&second));
    assert_eq!(
        server.count(Verb::List),
        asked,
        "the server was not asked again"
    );
}

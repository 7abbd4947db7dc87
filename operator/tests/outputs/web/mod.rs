mod hostile;
mod pages;
mod rules;
mod scrape;
mod service;
mod tls;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use gradus_engine::view::Snapshot;
use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{Hosts, Scraping, router};
use tower::ServiceExt;

use crate::support::{self, Published};

const NORTH: &str = "/assessments/north/north-general";

pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

fn serve(snapshot: Snapshot) -> Router {
    router(
        Published::new(snapshot),
        Arc::new(OperatorMetrics::new().unwrap()),
        Scraping::default(),
        Hosts::default(),
    )
}

fn serve_without_findings() -> Router {
    let published = Published::with_findings(support::snapshot(), 0);
    router(
        published,
        Arc::new(OperatorMetrics::new().unwrap()),
        Scraping::default(),
        Hosts::default(),
    )
}

async fn get(router: &Router, path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

async fn page(path: &str) -> String {
    let answer = get(&serve(support::snapshot()), path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.body
}

/// The values of an attribute, unescaped.
fn attributes(html: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    html.split(&start)
        .skip(1)
        .filter_map(|rest| Some(unescape(rest.split_once('"')?.0)))
        .collect()
}

fn unescape(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

/// What a reader reads: the text without tags, runs of white space as one space.
fn text(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push(' ');
        text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
    }
    unescape(&text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every element that is opened is closed, in order.
fn assert_balanced(html: &str, path: &str) {
    const VOID: [&str; 3] = ["meta", "link", "!doctype"];
    let mut open: Vec<String> = Vec::new();
    for tag in html.split('<').skip(1) {
        let inside = tag.split_once('>').expect("a tag ends").0;
        let name: String = inside.chars().take_while(|c| !c.is_whitespace()).collect();
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed), "{path}: {tag}");
        } else if !inside.ends_with('/') && !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{path}: {open:?} stay open");
}

/// Every page that can be reached by links, from the first one.
async fn crawl(router: &Router) -> BTreeMap<String, Answer> {
    let mut pages = BTreeMap::new();
    let mut waiting = VecDeque::from(["/".to_owned()]);
    while let Some(path) = waiting.pop_front() {
        if pages.contains_key(&path) {
            continue;
        }
        let answer = get(router, &path).await;
        for href in attributes(&answer.body, "href") {
            let target = href.split('#').next().unwrap_or_default().to_owned();
            if target.starts_with('/') && !target.starts_with("/assets/") {
                waiting.push_back(target);
            }
        }
        pages.insert(path, answer);
    }
    pages
}

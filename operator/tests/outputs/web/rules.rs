//! What holds for every page and every answer.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

use super::{NORTH, assert_balanced, attributes, crawl, get, page, serve, text};
use crate::support::{self, HOSTILE};

#[tokio::test]
async fn every_link_leads_somewhere_and_every_anchor_is_there() {
    // Models that are missing and capabilities without a document are linked to: the page says so.
    let known_missing = ["/models/harbour-2062"];
    let pages = crawl(&serve(support::snapshot())).await;
    assert!(pages.len() > 8, "{:?}", pages.keys());
    for (path, answer) in &pages {
        let expected = known_missing.contains(&path.as_str()) || path.starts_with("/capabilities/");
        assert!(
            answer.status == StatusCode::OK || expected,
            "{path}: {}",
            answer.status
        );
        let ids: BTreeSet<String> = attributes(&answer.body, "id").into_iter().collect();
        assert_eq!(
            ids.len(),
            attributes(&answer.body, "id").len(),
            "{path}: an id stands twice"
        );
        for href in attributes(&answer.body, "href") {
            let (target, anchor) = href.split_once('#').unwrap_or((&href, ""));
            let there = if target.is_empty() {
                Some(answer)
            } else {
                pages.get(target)
            };
            if let (false, Some(there)) = (anchor.is_empty(), there) {
                assert!(
                    attributes(&there.body, "id").iter().any(|id| id == anchor),
                    "{path}: {href}"
                );
            }
        }
        assert_balanced(&answer.body, path);
    }
}

#[tokio::test]
async fn hostile_names_are_text_and_nothing_else() {
    let router = serve(support::hostile());
    let pages = crawl(&router).await;
    let hostile = pages
        .iter()
        .find(|(path, answer)| path.contains("script") && answer.status == StatusCode::OK);
    let (_, answer) = hostile.expect("the hostile assessment has a page that links lead to");
    assert!(text(&answer.body).contains("alert(\"x\")"));
    for (path, answer) in &pages {
        assert!(!answer.body.contains("<script>"), "{path}");
        assert!(
            !answer.body.contains("'quoted'"),
            "{path}: quotes are escaped too"
        );
        assert_eq!(answer.body.matches("<script").count(), 1, "{path}");
        assert_balanced(&answer.body, path);
    }
    let encoded = format!("/assessments/{}/x", percent(HOSTILE));
    assert_eq!(get(&router, &encoded).await.status, StatusCode::NOT_FOUND);
}

fn percent(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}

#[tokio::test]
async fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for (path, answer) in crawl(&serve(support::snapshot())).await {
        for forbidden in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            "javascript:",
            "<iframe",
            "<form",
            "<img",
        ] {
            assert!(!answer.body.contains(forbidden), "{path}: {forbidden}");
        }
        for source in attributes(&answer.body, "src") {
            assert!(source.starts_with("/assets/"), "{path}: {source}");
        }
        for href in attributes(&answer.body, "href") {
            let outside = href == "https://example.org/harbour";
            assert!(
                href.starts_with('/') || href.starts_with('#') || outside,
                "{path}: {href}"
            );
        }
    }
}

#[tokio::test]
async fn every_response_has_a_strict_content_security_policy() {
    let router = serve(support::snapshot());
    for path in [
        "/",
        NORTH,
        "/nowhere",
        "/metrics",
        "/healthz",
        "/assets/nothing.css",
    ] {
        let headers = get(&router, path).await.headers;
        let policy = headers
            .get(header::CONTENT_SECURITY_POLICY)
            .unwrap()
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(
            headers.get(header::X_CONTENT_TYPE_OPTIONS).unwrap(),
            "nosniff"
        );
        assert!(
            headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn nothing_can_be_written() {
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let request = Request::builder()
            .method(method)
            .uri("/")
            .body(Body::empty())
            .unwrap();
        let response = serve(support::snapshot()).oneshot(request).await.unwrap();
        assert_eq!(
            response.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method}"
        );
    }
}

#[tokio::test]
async fn assets_are_named_by_their_content_and_kept_for_ever() {
    let router = serve(support::snapshot());
    let front = page("/").await;
    let style = attributes(&front, "href")
        .into_iter()
        .find(|href| href.contains(".css"))
        .unwrap();
    let script = attributes(&front, "src").into_iter().next().unwrap();
    for (path, media_type) in [
        (style, "text/css; charset=utf-8"),
        (script, "text/javascript; charset=utf-8"),
    ] {
        let answer = get(&router, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(
            answer.headers.get(header::CONTENT_TYPE).unwrap(),
            media_type
        );
        assert!(
            answer
                .headers
                .get(header::CACHE_CONTROL)
                .unwrap()
                .to_str()
                .unwrap()
                .contains("immutable")
        );
    }
    assert_eq!(
        get(&router, "/assets/gradus.css").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn drawing_has_a_label_or_is_hidden() {
    for (path, answer) in crawl(&serve(support::snapshot())).await {
        for tag in answer
            .body
            .split("<svg")
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .map(|(tag, _)| tag)
        {
            let nested = tag.contains("class=\"threshold\"");
            assert!(
                nested || tag.contains("aria-hidden=\"true\"") || tag.contains("aria-label="),
                "{path}: {tag}"
            );
        }
    }
}

//! The stream, the health answers, and a scrape that breaks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use futures_util::StreamExt;
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::Finding;
use gradus_operator::outputs::metrics::{Labelled, OperatorMetrics};
use gradus_operator::outputs::web::{Hosts, PublishedState, Scraping, router};
use tokio::sync::watch;
use tower::ServiceExt;

use super::{NORTH, get, text};
use crate::support::{self, Published};

#[tokio::test]
async fn stream_sends_the_version_at_once_and_at_every_change() {
    let published = Published::new(support::snapshot());
    let source: Arc<dyn PublishedState> = published.clone();
    let router = router(
        source,
        Arc::new(OperatorMetrics::new().unwrap()),
        Scraping::default(),
        Hosts::default(),
    );
    let response = router
        .clone()
        .oneshot(Request::get("/events").body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(
        response.headers().get(header::CONTENT_TYPE).unwrap(),
        "text/event-stream"
    );
    let mut events = response.into_body().into_data_stream();
    let mut next =
        async || String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(next().await.contains("event: version\n"));
    assert!(get(&router, "/").await.body.contains("data-version=\"1\""));
    published.publish(support::mended());
    assert!(next().await.contains("data: 2\n"));
    assert!(
        text(&get(&router, NORTH).await.body).contains("Stage 4, first measured on 3 Nov 2026.")
    );
}

/// A source that is not ready, and breaks in the middle of a scrape.
struct Broken;

impl PublishedState for Broken {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::new(support::snapshot())
    }

    fn labelled(&self) -> Labelled {
        Labelled::of(support::snapshot())
    }

    fn findings(&self) -> Arc<[Finding]> {
        panic!("on purpose");
    }

    fn versions(&self) -> watch::Receiver<u64> {
        watch::Sender::new(1).subscribe()
    }

    fn shows_state(&self) -> bool {
        true
    }

    fn liveness(&self) -> Result<(), String> {
        Err("the event loop has not run for 70 seconds".to_owned())
    }

    fn readiness(&self) -> Result<String, String> {
        Err("the folder is being read".to_owned())
    }
}

#[tokio::test]
async fn health_names_what_it_waits_for() {
    let router = router(
        Arc::new(Broken),
        Arc::new(OperatorMetrics::new().unwrap()),
        Scraping::default(),
        Hosts::default(),
    );
    for (path, why) in [
        ("/healthz", "the event loop has not run for 70 seconds\n"),
        ("/readyz", "the folder is being read\n"),
    ] {
        let answer = get(&router, path).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, why)
        );
    }
}

#[tokio::test]
async fn cut_scrape_is_never_taken_for_a_complete_one() {
    let router = router(
        Arc::new(Broken),
        Arc::new(OperatorMetrics::new().unwrap()),
        Scraping::default(),
        Hosts::default(),
    );
    let response = router
        .oneshot(Request::get("/metrics").body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert!(to_bytes(response.into_body(), usize::MAX).await.is_err());
}

/// A published state that counts how often a page is made of it.
struct Counted {
    published: Arc<Published>,
    made: AtomicUsize,
}

impl PublishedState for Counted {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.made.fetch_add(1, Ordering::SeqCst);
        self.published.snapshot()
    }

    fn labelled(&self) -> Labelled {
        self.published.labelled()
    }

    fn findings(&self) -> Arc<[Finding]> {
        self.published.findings()
    }

    fn versions(&self) -> watch::Receiver<u64> {
        self.published.versions()
    }

    fn shows_state(&self) -> bool {
        self.published.shows_state()
    }

    fn liveness(&self) -> Result<(), String> {
        self.published.liveness()
    }

    fn readiness(&self) -> Result<String, String> {
        self.published.readiness()
    }
}

#[tokio::test]
async fn page_is_rendered_once_a_version_however_often_it_is_asked_for() {
    let published = Published::new(support::snapshot());
    let counted = Arc::new(Counted {
        published: published.clone(),
        made: AtomicUsize::new(0),
    });
    let source: Arc<dyn PublishedState> = counted.clone();
    let operator = Arc::new(OperatorMetrics::new().unwrap());
    let router = router(source, operator, Scraping::default(), Hosts::default());
    let all = (0..50).map(|_| get(&router, NORTH));
    for answer in futures_util::future::join_all(all).await {
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert_eq!(counted.made.load(Ordering::SeqCst), 1);
    for _ in 0..50 {
        get(&router, "/assessments/north/nowhere").await;
    }
    assert_eq!(counted.made.load(Ordering::SeqCst), 2);
    published.publish(support::mended());
    let after = get(&router, NORTH).await.body;
    assert!(text(&after).contains("Stage 4, first measured on 3 Nov 2026."));
    assert_eq!(counted.made.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn streams_beyond_their_number_end_after_the_first_version() {
    let published = Published::new(support::snapshot());
    let operator = Arc::new(OperatorMetrics::new().unwrap());
    let router = router(published, operator, Scraping::default(), Hosts::default());
    let open = async || {
        let request = Request::get("/events").body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().into_body()
    };
    let mut held = Vec::new();
    for _ in 0..48 {
        held.push(open().await);
    }
    let whole = to_bytes(open().await, usize::MAX).await.unwrap();
    let whole = String::from_utf8(whole.to_vec()).unwrap();
    assert!(
        whole.contains("retry: 30000\n") && whole.contains("data: 1\n"),
        "{whole}"
    );
    // One that is closed makes room.
    held.pop();
    let mut next = open().await.into_data_stream();
    let first = next.next().await.unwrap().unwrap();
    assert!(
        String::from_utf8(first.to_vec())
            .unwrap()
            .contains("retry: 2000\n")
    );
    assert!(futures_util::poll!(next.next()).is_pending());
}

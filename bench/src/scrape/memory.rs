//! What a scrape takes beside what is resident: through the router and its channel, read as it comes.

use std::fs;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::StreamExt;
use gradus_engine::view::Snapshot;
use gradus_operator::outputs::metrics::{Labelled, OperatorMetrics};
use gradus_operator::outputs::web::{Hosts, Scraping, router};
use gradus_tests::published::PublishedSnapshot;
use tower::ServiceExt;

use super::above;
use crate::report::Report;

/// Scrapes at once, so that one that takes little is told from the noise of pages.
const AT_ONCE: u64 = 8;

pub(super) fn run(report: &mut Report, snapshot: &Snapshot) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let router = router(
        Arc::new(PublishedSnapshot(Labelled::of(snapshot.clone()))),
        Arc::new(OperatorMetrics::new()?),
        Scraping::default(),
        Hosts::default(),
    );
    for (name, encoding) in [
        ("memory of a scrape above what is resident", "identity"),
        ("the same, compressed", "gzip"),
    ] {
        let at_once = || -> Result<()> {
            runtime.block_on(async {
                let scrapes = (0..AT_ONCE).map(|_| scrape(router.clone(), encoding));
                let all = futures_util::future::join_all(scrapes).await;
                all.into_iter().collect()
            })
        };
        // What is formed once is resident afterwards.
        at_once()?;
        let before = status("VmRSS:")?;
        fs::write("/proc/self/clear_refs", "5").context("the peak of memory cannot be reset")?;
        at_once()?;
        let peak = status("VmHWM:")?;
        above(report, name, peak.saturating_sub(before) / AT_ONCE);
    }
    Ok(())
}

/// Reads a scrape to its end, chunk by chunk.
async fn scrape(router: axum::Router, encoding: &str) -> Result<()> {
    let request = Request::get("/metrics").header("accept-encoding", encoding);
    let response = router.oneshot(request.body(Body::empty())?).await?;
    ensure!(response.status() == StatusCode::OK);
    let mut chunks = response.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        std::hint::black_box(chunk?);
    }
    Ok(())
}

/// A field of this process's status, in bytes.
fn status(field: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kibibytes.context("a size")?.parse::<u64>()? * 1024)
}

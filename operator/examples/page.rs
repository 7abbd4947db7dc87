//! Serves the page for looking at it, at <http://127.0.0.1:8099>:
//!
//! * `cargo run -p gradus-operator --example page`: a made-up world with every state in it;
//! * `… --example page -- --live`: the same, falling and mended every few seconds;
//! * `… --example page -- FOLDER`: a folder, scored live.

#[allow(dead_code, missing_docs, clippy::too_many_lines)]
#[path = "../tests/outputs/support/mod.rs"]
mod support;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use gradus_operator::modes::folder::{FolderOperator, FolderOptions};
use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{Hosts, PublishedState, Scraping, router};
use support::Published;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args().nth(1);
    let live = match argument.as_deref() {
        None | Some("--live") => None,
        Some(folder) => Some(FolderOperator::start(&FolderOptions::new(folder))?),
    };
    let source: Arc<dyn PublishedState> = match &live {
        Some(live) => Arc::new(live.feed()),
        None => made_up(argument.is_some()),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await?;
    axum::serve(
        listener,
        router(
            source,
            Arc::new(OperatorMetrics::new()?),
            Scraping::default(),
            Hosts::default(),
        ),
    )
    .await?;
    Ok(())
}

/// The made-up world, standing still or in motion.
fn made_up(moving: bool) -> Arc<Published> {
    let published = Published::new(support::snapshot());
    let mover = Arc::clone(&published);
    if moving {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(4)).await;
                mover.publish(support::mended());
                tokio::time::sleep(Duration::from_secs(4)).await;
                mover.publish(support::snapshot());
            }
        });
    }
    published
}

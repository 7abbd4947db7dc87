//! Serves the page on a made-up world, for looking at it: `cargo run -p gradus-operator --example page`.
//! With `--live` the world falls and is mended every few seconds.

#[allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used)]
#[path = "../tests/outputs/support.rs"]
mod support;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use gradus_operator::metrics::OperatorMetrics;
use gradus_operator::web::{Source, router};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let live = std::env::args().any(|argument| argument == "--live");
    let published = support::Published::new(support::snapshot());
    let source: Arc<dyn Source> = published.clone();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await?;
    if live {
        tokio::spawn(async move {
            for turn in 0_u64.. {
                tokio::time::sleep(Duration::from_secs(4)).await;
                published.publish(if turn.is_multiple_of(2) {
                    support::mended()
                } else {
                    support::snapshot()
                });
            }
        });
    }
    axum::serve(listener, router(source, Arc::new(OperatorMetrics::new()?))).await?;
    Ok(())
}

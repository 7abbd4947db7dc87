//! `/events`: says that there is something new, and nothing more. The page is fetched again then.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;

use super::published_state::PublishedState;

/// How often a silent stream says that it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a browser waits before it asks again.
const RETRY: Duration = Duration::from_secs(2);

/// Sends the version now, and every later one. Versions that a slow reader missed are skipped.
pub(super) async fn serve(
    State(source): State<Arc<dyn PublishedState>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut versions = source.versions();
    versions.mark_changed();
    let events = unfold(versions, |mut versions| async move {
        versions.changed().await.ok()?;
        let version = *versions.borrow_and_update();
        let event = Event::default()
            .event("version")
            .retry(RETRY)
            .data(version.to_string());
        Some((Ok(event), versions))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

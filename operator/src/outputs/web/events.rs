//! `/events`: says that there is something new, and nothing more. The page is fetched again then.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures_util::Stream;
use futures_util::future::ready;
use futures_util::stream::{once, unfold};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::published_state::PublishedState;

/// How often a silent stream says that it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a browser waits before it asks again.
const RETRY: Duration = Duration::from_secs(2);

/// The same while there is no room for its stream.
const RETRY_WITHOUT_ROOM: Duration = Duration::from_secs(30);

/// Streams at once: each holds a connection for as long as its page is open.
const AT_ONCE: usize = 48;

/// Room for streams.
#[derive(Clone)]
pub(super) struct Streams(Arc<Semaphore>);

impl Default for Streams {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Sends the version now, and every later one. Versions that a slow reader missed are skipped. Where there is no room,
/// the stream ends after the first, and the browser asks again from time to time.
pub(super) async fn serve(
    State(source): State<Arc<dyn PublishedState>>,
    State(streams): State<Streams>,
) -> Response {
    let Ok(turn) = streams.0.try_acquire_owned() else {
        let now = event(*source.versions().borrow(), RETRY_WITHOUT_ROOM);
        return Sse::new(once(ready(Ok::<_, Infallible>(now)))).into_response();
    };
    Sse::new(versions(source.as_ref(), turn))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

/// The versions from now on; there is room for another stream when this one ends.
fn versions(
    source: &dyn PublishedState,
    turn: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let mut versions = source.versions();
    versions.mark_changed();
    unfold((versions, turn), |(mut versions, turn)| async move {
        versions.changed().await.ok()?;
        let version = *versions.borrow_and_update();
        Some((Ok(event(version, RETRY)), (versions, turn)))
    })
}

fn event(version: u64, retry: Duration) -> Event {
    let event = Event::default().event("version").retry(retry);
    event.data(version.to_string())
}

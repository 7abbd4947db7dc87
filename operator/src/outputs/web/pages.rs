//! Pages, each rendered once a published version, and away from the threads that answer everybody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use gradus_engine::key::{Kind, ObjectKey};
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::spawn_blocking;

use super::page::{self, Frame};
use super::published_state::PublishedState;

/// Pages kept of one version.
const KEPT: usize = 64;
/// Pages rendered at once.
const AT_ONCE: usize = 2;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Address {
    /// A page of the list of assessments; the first is 1.
    Fleet(usize),
    Assessment(ObjectKey),
    Capability(ObjectKey),
    Model(String),
    /// Nothing has this address.
    Unknown(String),
}

/// The pages of what is published.
// See D-183.
#[derive(Clone)]
pub(super) struct Pages {
    source: Arc<dyn PublishedState>,
    kept: Arc<Mutex<Kept>>,
    rendering: Arc<Semaphore>,
}

/// What was rendered of one version.
#[derive(Default)]
struct Kept {
    version: u64,
    pages: HashMap<Address, Arc<OnceCell<Rendered>>>,
}

/// A page as it is sent.
#[derive(Debug, Clone)]
struct Rendered {
    status: StatusCode,
    html: Bytes,
}

impl Pages {
    pub(super) fn of(source: Arc<dyn PublishedState>) -> Self {
        Self {
            source,
            kept: Arc::default(),
            rendering: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The page as of now.
    pub(super) async fn answer(&self, address: Address) -> Response {
        // The version first: a page may be newer than it says, never older.
        let version = *self.source.versions().borrow();
        let cell = self.cell(version, &address);
        match cell.get_or_try_init(|| self.render(address)).await {
            Ok(Rendered { status, html }) => {
                let headers = [(header::CACHE_CONTROL, "no-cache")];
                (*status, headers, Html(html.clone())).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "a page could not be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// Where a page of this version is kept. Who asks while it is rendered waits for the same.
    fn cell(&self, version: u64, address: &Address) -> Arc<OnceCell<Rendered>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != version || kept.pages.len() >= KEPT {
            kept.version = version;
            kept.pages.clear();
        }
        Arc::clone(kept.pages.entry(address.clone()).or_default())
    }

    async fn render(&self, address: Address) -> anyhow::Result<Rendered> {
        let _turn = self.rendering.acquire().await?;
        let source = Arc::clone(&self.source);
        spawn_blocking(move || render(&Frame::of(source.as_ref()), &address)).await?
    }
}

/// A page, or one that helps to find it.
fn render(frame: &Frame, address: &Address) -> anyhow::Result<Rendered> {
    let (page, wanted) = match address {
        Address::Fleet(number) => (page::fleet(frame, *number), format!("page {number}")),
        Address::Assessment(key) => (page::assessment(frame, key), key.to_string()),
        Address::Capability(key) => (page::capability(frame, key), key.to_string()),
        Address::Model(name) => {
            let wanted = format!("{} {name}", Kind::MaturityModel);
            (page::model(frame, name), wanted)
        }
        Address::Unknown(path) => (None, path.clone()),
    };
    let (status, html) = match page {
        Some(html) => (StatusCode::OK, html?),
        None => (StatusCode::NOT_FOUND, page::missing(frame, &wanted)?),
    };
    let html = html.into();
    Ok(Rendered { status, html })
}

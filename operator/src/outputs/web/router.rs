//! Which address answers what, and what every answer forbids.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRef, Path, Query, State};
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use gradus_engine::key::{Kind, ObjectKey};
use serde::Deserialize;
use tower_http::set_header::HeaderMetadata;
use tower_http::set_header::response::SetMultipleResponseHeadersLayer;

use super::events::Streams;
use super::guard::{Hosts, guard};
use super::pages::{Address, Pages};
use super::published_state::PublishedState;
use super::scrape::{Scraping, Turns};
use super::{assets, events, health, scrape};
use crate::outputs::metrics::OperatorMetrics;

/// Nothing from elsewhere, nothing inline, in no frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Headers of every answer. There are no CORS headers: no other origin reads anything.
fn headers() -> Vec<HeaderMetadata<Response>> {
    [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)).into())
    .into()
}

#[derive(Clone)]
struct Web {
    source: Arc<dyn PublishedState>,
    operator: Arc<OperatorMetrics>,
    scraping: Scraping,
    pages: Pages,
    streams: Streams,
    turns: Turns,
}

impl FromRef<Web> for Arc<dyn PublishedState> {
    fn from_ref(web: &Web) -> Self {
        Arc::clone(&web.source)
    }
}

impl FromRef<Web> for Arc<OperatorMetrics> {
    fn from_ref(web: &Web) -> Self {
        Arc::clone(&web.operator)
    }
}

impl FromRef<Web> for Scraping {
    fn from_ref(web: &Web) -> Self {
        web.scraping.clone()
    }
}

impl FromRef<Web> for Pages {
    fn from_ref(web: &Web) -> Self {
        web.pages.clone()
    }
}

impl FromRef<Web> for Turns {
    fn from_ref(web: &Web) -> Self {
        web.turns.clone()
    }
}

impl FromRef<Web> for Streams {
    fn from_ref(web: &Web) -> Self {
        web.streams.clone()
    }
}

/// The page, the scrape and the health answers, for requests that are meant for this server.
pub fn router(
    source: Arc<dyn PublishedState>,
    operator: Arc<OperatorMetrics>,
    scraping: Scraping,
    hosts: Hosts,
) -> Router {
    let health = health::routes().with_state(Arc::clone(&source));
    Router::new()
        .route("/", get(fleet))
        .route("/assessments/{namespace}/{name}", get(assessment))
        .route("/capabilities/{namespace}/{name}", get(capability))
        .route("/models/{name}", get(model))
        .route("/metrics", get(scrape::serve))
        .route("/events", get(events::serve))
        .route("/assets/{file}", get(assets::serve))
        .fallback(missing)
        .with_state(Web {
            pages: Pages::of(Arc::clone(&source)),
            streams: Streams::default(),
            turns: Turns::default(),
            source,
            operator,
            scraping,
        })
        .merge(health)
        .layer(from_fn_with_state(hosts, guard))
        .layer(SetMultipleResponseHeadersLayer::overriding(headers()))
}

/// Which page of a list; the first when left out.
#[derive(Deserialize)]
struct Turn {
    page: Option<usize>,
}

async fn fleet(State(pages): State<Pages>, turn: Result<Query<Turn>, QueryRejection>) -> Response {
    // What is no number is the number of no page.
    let number = turn.map_or(0, |Query(turn)| turn.page.unwrap_or(1));
    pages.answer(Address::Fleet(number)).await
}

async fn assessment(
    State(pages): State<Pages>,
    Path((namespace, name)): Path<(String, String)>,
) -> Response {
    let key = ObjectKey::new(Kind::Assessment, &namespace, &name);
    pages.answer(Address::Assessment(key)).await
}

async fn capability(
    State(pages): State<Pages>,
    Path((namespace, name)): Path<(String, String)>,
) -> Response {
    let key = ObjectKey::new(Kind::Capability, &namespace, &name);
    pages.answer(Address::Capability(key)).await
}

async fn model(State(pages): State<Pages>, Path(name): Path<String>) -> Response {
    pages.answer(Address::Model(name)).await
}

async fn missing(State(pages): State<Pages>, uri: Uri) -> Response {
    pages.answer(Address::Unknown(uri.path().to_owned())).await
}

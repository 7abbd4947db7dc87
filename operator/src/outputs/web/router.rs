//! Which address answers what, and what every answer forbids.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use gradus_engine::key::{Kind, ObjectKey};
use tower_http::set_header::HeaderMetadata;
use tower_http::set_header::response::SetMultipleResponseHeadersLayer;

use super::page::{self, Frame};
use super::published_state::PublishedState;
use super::scrape::Scraping;
use super::{assets, events, scrape};
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

/// The page, the scrape and the health answers.
pub fn router(
    source: Arc<dyn PublishedState>,
    operator: Arc<OperatorMetrics>,
    scraping: Scraping,
) -> Router {
    Router::new()
        .route("/", get(fleet))
        .route("/assessments/{namespace}/{name}", get(assessment))
        .route("/capabilities/{namespace}/{name}", get(capability))
        .route("/models/{name}", get(model))
        .route("/metrics", get(scrape::serve))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/events", get(events::serve))
        .route("/assets/{file}", get(assets::serve))
        .fallback(missing)
        .layer(SetMultipleResponseHeadersLayer::overriding(headers()))
        .with_state(Web {
            source,
            operator,
            scraping,
        })
}

async fn fleet(State(source): State<Arc<dyn PublishedState>>) -> Response {
    html(StatusCode::OK, page::fleet(&Frame::of(source.as_ref())))
}

async fn assessment(
    State(source): State<Arc<dyn PublishedState>>,
    Path((namespace, name)): Path<(String, String)>,
) -> Response {
    let frame = Frame::of(source.as_ref());
    let key = ObjectKey::new(Kind::Assessment, &namespace, &name);
    found(&frame, page::assessment(&frame, &key), &key.to_string())
}

async fn capability(
    State(source): State<Arc<dyn PublishedState>>,
    Path((namespace, name)): Path<(String, String)>,
) -> Response {
    let frame = Frame::of(source.as_ref());
    let key = ObjectKey::new(Kind::Capability, &namespace, &name);
    found(&frame, page::capability(&frame, &key), &key.to_string())
}

async fn model(
    State(source): State<Arc<dyn PublishedState>>,
    Path(name): Path<String>,
) -> Response {
    let frame = Frame::of(source.as_ref());
    found(
        &frame,
        page::model(&frame, &name),
        &format!("{} {name}", Kind::MaturityModel),
    )
}

async fn missing(State(source): State<Arc<dyn PublishedState>>, uri: Uri) -> Response {
    html(
        StatusCode::NOT_FOUND,
        page::missing(&Frame::of(source.as_ref()), uri.path()),
    )
}

async fn healthz(State(source): State<Arc<dyn PublishedState>>) -> Response {
    health(source.liveness().map(|()| "ok".to_owned()))
}

async fn readyz(State(source): State<Arc<dyn PublishedState>>) -> Response {
    health(source.readiness())
}

fn health(state: Result<String, String>) -> Response {
    let (status, text) = match state {
        Ok(said) => (StatusCode::OK, format!("{said}\n")),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    };
    (
        status,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        text,
    )
        .into_response()
}

/// A page, or one that helps to find it.
fn found(frame: &Frame, page: Option<askama::Result<String>>, wanted: &str) -> Response {
    match page {
        Some(page) => html(StatusCode::OK, page),
        None => html(StatusCode::NOT_FOUND, page::missing(frame, wanted)),
    }
}

fn html(status: StatusCode, rendered: askama::Result<String>) -> Response {
    match rendered {
        Ok(text) => (status, [(header::CACHE_CONTROL, "no-cache")], Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

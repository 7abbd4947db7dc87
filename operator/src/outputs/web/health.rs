//! `/healthz` and `/readyz`: beside the page, and on a listener and a thread of their own, so that nothing that is
//! asked of the page makes a kubelet believe that the process is dead.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::oneshot;

use super::published_state::PublishedState;
use super::server::{Waits, accept};
use crate::timing::Timing;

/// Health that is served until this is dropped.
#[derive(Debug)]
pub struct HealthServer {
    _stop: oneshot::Sender<()>,
}

/// The answers about health.
pub(super) fn routes() -> Router<Arc<dyn PublishedState>> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
}

/// Serves health and nothing else on a listener that does not block, on a thread of its own and without TLS: a kubelet checks no certificate.
///
/// # Errors
///
/// The thread or its runtime cannot be started.
// See D-182.
pub fn serve_health(
    listener: TcpListener,
    source: Arc<dyn PublishedState>,
    timing: &Timing,
) -> io::Result<HealthServer> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let (router, waits) = (routes().with_state(source), Waits::of(timing));
    std::thread::Builder::new()
        .name("health".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                let listener = match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => listener,
                    Err(error) => return tracing::error!(%error, "health is not served"),
                };
                tokio::select! {
                    () = accept(listener, router, None, waits) => {}
                    _ = stopped => {}
                }
            });
        })?;
    Ok(HealthServer { _stop: stop })
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

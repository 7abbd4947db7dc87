//! Serves the router, with or without transport security.

use std::io;

use axum::Router;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::TcpListener;

use super::tls::{TlsError, TlsFiles};

/// Serves until it is dropped. With files of a certificate, nothing is served without TLS.
///
/// # Errors
///
/// The certificate cannot be used.
pub fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsFiles>,
) -> Result<BoxFuture<'static, io::Result<()>>, TlsError> {
    Ok(match tls {
        None => axum::serve(listener, router).into_future().boxed(),
        Some(files) => axum::serve(files.listen(listener)?, router)
            .into_future()
            .boxed(),
    })
}

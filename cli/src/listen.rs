//! `--listen`: the address at which page and metrics are served.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::anyhow;
use tokio::net::TcpListener;

/// Parses `PORT`, `localhost:PORT`, `:PORT` or `ADDRESS:PORT`. A port alone is served to this machine only, and one after
/// a colon to all, as by other servers of metrics.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    let at = |address: Ipv4Addr, port: &str| Some(SocketAddr::from((address, port.parse().ok()?)));
    let parsed = match (text.strip_prefix("localhost:"), text.strip_prefix(':')) {
        (Some(port), _) => at(Ipv4Addr::LOCALHOST, port),
        (None, Some(port)) => at(Ipv4Addr::UNSPECIFIED, port),
        (None, None) => text.parse().ok().or_else(|| at(Ipv4Addr::LOCALHOST, text)),
    };
    parsed.ok_or_else(|| {
        format!("{text:?} is not an address with a port; write 8080, 127.0.0.1:8080 or [::1]:8080, or 0.0.0.0:8080 for all addresses of this machine")
    })
}

/// Binds an address.
///
/// # Errors
///
/// Why it cannot be used, and what to do.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "{address} is taken by another program, perhaps another Gradus; stop it, or choose a free port with --listen {}:0",
            address.ip()
        ),
        ErrorKind::PermissionDenied => anyhow!(
            "this account may not listen on {address}; choose a port above 1023 with --listen"
        ),
        ErrorKind::AddrNotAvailable => anyhow!(
            "{} is not an address of this machine; use 127.0.0.1, or 0.0.0.0 for all of its addresses",
            address.ip()
        ),
        _ => anyhow!("cannot listen on {address}: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_alone_and_localhost_are_this_machine() {
        for text in ["8099", "localhost:8099", "127.0.0.1:8099"] {
            assert_eq!(address(text).unwrap().to_string(), "127.0.0.1:8099");
        }
        assert_eq!(address("[::1]:0").unwrap().to_string(), "[::1]:0");
        assert_eq!(address(":8099").unwrap().to_string(), "0.0.0.0:8099");
        for text in [
            "99999",
            ":",
            "::1:8080",
            "*:8080",
            "http://127.0.0.1:8080",
            "example.org:80",
            "127.0.0.1",
            "",
        ] {
            assert!(address(text).unwrap_err().contains("8080"), "{text}");
        }
    }
}

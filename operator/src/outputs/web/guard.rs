//! Which requests are answered at all, whatever they ask for.
//!
//! A page of another site that is open in a browser can reach whatever the browser's machine reaches. It must not read
//! anything, also not under a name of its own that it points to our address, and it must not have work done.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Bytes of a path with its query: the names of a namespace and of an object, each byte of them encoded, fit twice.
const PATH: usize = 2048;

/// The names, beside addresses and `localhost`, that this server answers to.
#[derive(Debug, Clone, Default)]
pub struct Hosts(Arc<[String]>);

impl Hosts {
    /// Answers to these names.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(|name| canonical(&name)).collect())
    }

    /// Whether this is the host of a request that is meant for this server.
    ///
    /// An address always is: nobody can point it elsewhere, which is how a stranger's name comes to lead here.
    // See D-181.
    fn knows(&self, host: &str) -> bool {
        let host = canonical(host);
        let address = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        address.unwrap_or(&host).parse::<IpAddr>().is_ok()
            || host == "localhost"
            || host.ends_with(".localhost")
            || self.0.contains(&host)
    }
}

/// In lower case, and without the dot of the root.
fn canonical(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    PathTooLong,
    ForeignHost,
    CrossSite,
}

/// Answers a request, or says why not.
pub(super) async fn guard(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    match refusal(&request, &hosts) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(request: &Request, hosts: &Hosts) -> Option<Refusal> {
    let (uri, headers) = (request.uri(), request.headers());
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    if path.len() > PATH {
        return Some(Refusal::PathTooLong);
    }
    let stated = headers.get_all(header::HOST).iter();
    let stated = stated.map(|host| Authority::try_from(host.as_bytes()).ok());
    let mut named = stated.chain(uri.authority().map(|authority| Some(authority.clone())));
    if named.any(|named| named.is_none_or(|named| !hosts.knows(named.host()))) {
        return Some(Refusal::ForeignHost);
    }
    is_cross_site(headers).then_some(Refusal::CrossSite)
}

/// Whether a browser says that a page of another site asks. Following a link is no such thing.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).map_or(&b""[..], |value| value.as_bytes());
    let follows_link =
        says("sec-fetch-mode") == b"navigate" && says("sec-fetch-dest") == b"document";
    match says("sec-fetch-site") {
        b"cross-site" | b"same-site" => !follows_link,
        b"" => has_foreign_origin(headers),
        _ => false,
    }
}

/// A browser that does not say so names the origin of what it fetches for a page.
fn has_foreign_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return false;
    };
    let own = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let origin = origin.as_bytes();
    let authority = [&b"http://"[..], b"https://"]
        .iter()
        .find_map(|scheme| origin.strip_prefix(*scheme));
    authority != own
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let answer = match self {
            Refusal::PathTooLong => (
                StatusCode::URI_TOO_LONG,
                "the path is longer than that of any page; begin at /\n",
            ),
            Refusal::ForeignHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "the name in the Host header is not a name of this server; ask by its address, or start it with --allow-host NAME\n",
            ),
            Refusal::CrossSite => (
                StatusCode::FORBIDDEN,
                "a page of another site asks for this; open it in a tab of its own\n",
            ),
        };
        answer.into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Method;

    use super::*;

    fn refused(path: &str, headers: &[(&str, &str)]) -> Option<Refusal> {
        let mut request = Request::builder().method(Method::GET).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let hosts = Hosts::new(["Gradus.example.org".to_owned()]);
        refusal(&request.body(Body::empty()).unwrap(), &hosts)
    }

    #[test]
    fn name_that_is_not_ours_is_refused() {
        for host in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127.1",
            "gradus.example.org.evil.example",
            "xn--gradus",
            "",
            "evil.example@127.0.0.1@",
        ] {
            let refused = refused("/", &[("host", host)]);
            assert_eq!(refused, Some(Refusal::ForeignHost), "{host}");
        }
    }

    #[test]
    fn any_of_several_hosts_that_is_not_ours_is_refused() {
        let twice = [("host", "127.0.0.1"), ("host", "evil.example")];
        assert_eq!(refused("/", &twice), Some(Refusal::ForeignHost));
        let absolute = refused("http://evil.example/", &[("host", "127.0.0.1")]);
        assert_eq!(absolute, Some(Refusal::ForeignHost));
    }

    #[test]
    fn addresses_localhost_and_given_names_are_answered() {
        for host in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "[::1]",
            "10.1.2.3",
            "localhost:9090",
            "LOCALHOST",
            "gradus.localhost",
            "gradus.example.org",
            "GRADUS.example.org.:443",
        ] {
            assert_eq!(refused("/", &[("host", host)]), None, "{host}");
        }
        assert_eq!(refused("/", &[]), None, "a client of HTTP/1.0 has no Host");
    }

    #[test]
    fn page_of_another_site_gets_nothing_but_may_link_here() {
        let host = ("host", "127.0.0.1:8080");
        for headers in [
            &[host, ("sec-fetch-site", "cross-site")][..],
            &[host, ("sec-fetch-site", "same-site")],
            &[
                host,
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "iframe"),
            ],
            &[host, ("origin", "http://evil.example")],
            &[host, ("origin", "null")],
            &[host, ("origin", "http://127.0.0.1:9090")],
        ] {
            assert_eq!(
                refused("/", headers),
                Some(Refusal::CrossSite),
                "{headers:?}"
            );
        }
        for headers in [
            &[host, ("sec-fetch-site", "none")][..],
            &[host, ("sec-fetch-site", "same-origin")],
            &[host, ("origin", "http://127.0.0.1:8080")],
            &[
                host,
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
        ] {
            assert_eq!(refused("/", headers), None, "{headers:?}");
        }
    }

    #[test]
    fn path_that_no_page_has_is_refused_at_once() {
        let longest = format!("/{}", "a".repeat(PATH - 1));
        assert_eq!(refused(&longest, &[]), None);
        let longer = format!("{longest}a");
        assert_eq!(refused(&longer, &[]), Some(Refusal::PathTooLong));
    }
}

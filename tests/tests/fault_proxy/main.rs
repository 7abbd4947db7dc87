//! Each fault has exactly the effect on a client that its name says.

mod client;
mod lists;
mod points;
mod real;
mod requests;
mod server;
mod watches;

use std::path::Path;

use gradus_tests::fault_proxy::{FaultProxy, Matcher, Verb};

use client::Client;
use server::Server;

const CAPABILITIES: &str = "/apis/gradus.dev/v1alpha1/capabilities";
const ONE: &str = "/apis/gradus.dev/v1alpha1/namespaces/ns/capabilities/a";
const WATCH: &str = "/apis/gradus.dev/v1alpha1/capabilities?watch=true";

/// A server, the proxy before it, and a client of the proxy.
fn rig() -> (Server, FaultProxy, Client) {
    let server = Server::start();
    let proxy = FaultProxy::start(&server.url, Path::new("")).expect("a proxy");
    let client = Client::of(proxy.url());
    (server, proxy, client)
}

fn any() -> Matcher {
    Matcher::any()
}

fn watches() -> Matcher {
    any().verb(Verb::Watch).resource("capabilities")
}

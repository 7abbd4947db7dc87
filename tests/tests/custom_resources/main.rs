//! The custom resources on a real API server: every definition is taken, every rule refuses what it
//! should and nothing else, and our own validation says the same of every object.

mod definitions;
mod kubectl;
mod rules;
mod spoilt;
mod stored;
mod updates;

use std::sync::OnceLock;

use gradus_tests::agreement::server::Server;
use gradus_tests::control_plane::ControlPlane;
use serde_json::Value;

/// The control plane of these tests, with the definitions installed.
fn control_plane() -> &'static ControlPlane {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    let control_plane = ControlPlane::shared().expect("a control plane");
    INSTALLED.get_or_init(|| {
        control_plane
            .install_definitions()
            .expect("the definitions are taken");
    });
    control_plane
}

/// The API server, with a fresh namespace.
fn server() -> Server {
    let control_plane = control_plane();
    let namespace = control_plane.namespace("rules").expect("a namespace");
    let client = control_plane
        .client(control_plane.admin_token())
        .expect("a client");
    Server::new(client, namespace)
}

/// An object in few words.
fn brief(object: &Value) -> String {
    object["spec"].to_string().chars().take(600).collect()
}

//! How the servers are started.

use std::path::Path;

use serde_json::{Value, json};

pub(super) fn etcd(folder: &Path, port: u16) -> Vec<String> {
    let url = format!("http://127.0.0.1:{port}");
    vec![
        format!("--data-dir={}", folder.join(super::DATA).display()),
        format!("--listen-client-urls={url}"),
        format!("--advertise-client-urls={url}"),
        // It has no peers; whatever port is free will do.
        "--listen-peer-urls=http://127.0.0.1:0".to_owned(),
        // The data need not survive the machine, only the process.
        "--unsafe-no-fsync".to_owned(),
        "--log-level=warn".to_owned(),
    ]
}

pub(super) fn api_server(folder: &Path, port: u16, etcd: u16, more: &[String]) -> Vec<String> {
    let file = |name: &str| folder.join(name).display().to_string();
    // The key of the serving certificate, which the server makes for itself, signs the ServiceAccount tokens too.
    let key = file("certificates/apiserver.key");
    let mut flags = vec![
        format!("--etcd-servers=http://127.0.0.1:{etcd}"),
        format!("--secure-port={port}"),
        "--bind-address=127.0.0.1".to_owned(),
        // There is nobody else to find it.
        "--endpoint-reconciler-type=none".to_owned(),
        format!("--cert-dir={}", file("certificates")),
        "--service-account-issuer=https://gradus.test".to_owned(),
        format!("--service-account-key-file={key}"),
        format!("--service-account-signing-key-file={key}"),
        format!(
            "--authentication-token-webhook-config-file={}",
            file(super::WEBHOOK)
        ),
        "--authentication-token-webhook-version=v1".to_owned(),
        "--authorization-mode=RBAC".to_owned(),
        "--service-cluster-ip-range=10.96.0.0/16".to_owned(),
        "--allow-privileged=true".to_owned(),
        format!("--audit-policy-file={}", file(super::POLICY)),
        format!("--audit-log-path={}", file(super::AUDIT)),
        // Megabytes: one file holds the longest suite.
        "--audit-log-maxsize=100000".to_owned(),
        "--profiling=false".to_owned(),
    ];
    flags.extend_from_slice(more);
    flags
}

pub(super) fn controller_manager(kubeconfig: &Path) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        "--leader-elect=false".to_owned(),
        // It serves nobody.
        "--secure-port=0".to_owned(),
        "--profiling=false".to_owned(),
    ]
}

/// Who did what, and what came of it; what the server does of itself is left out.
pub(super) fn audit_policy() -> Value {
    json!({
        "apiVersion": "audit.k8s.io/v1", "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [
            {"level": "None", "users": ["system:apiserver"]},
            {"level": "Metadata"},
        ],
    })
}

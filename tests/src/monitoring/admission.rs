//! What prometheus-operator's admission webhook says of a `PrometheusRule`.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::tools;
use crate::running::folder::Folder;
use crate::running::http;
use crate::running::server::{Server, free_port};

/// The webhook, which runs. An API server would ask it over TLS; what it answers is the same.
#[derive(Debug)]
pub struct Admission {
    // Dropped in this order: the folder last.
    _server: Server,
    url: String,
    _folder: Folder,
}

impl Admission {
    /// Starts it, and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it does not start; the end of its log is in the error.
    pub fn start() -> Result<Self> {
        let folder = Folder::new()?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let arguments = vec![
            format!("--web.listen-address={address}"),
            "--web.enable-tls=false".to_owned(),
        ];
        let server = Server::new(tools()?.join("admission-webhook"), arguments, folder.path());
        let url = format!("http://{address}");
        server.start()?;
        let health = format!("{url}/healthz");
        server.wait_until(|| http::get(&health).is_ok_and(|reply| reply.status == 200))?;
        Ok(Self {
            _server: server,
            url,
            _folder: folder,
        })
    }

    /// Whether it admits a `PrometheusRule`.
    ///
    /// # Errors
    ///
    /// When it does not; what it says is in the error.
    pub fn admit(&self, rule: &Value) -> Result<()> {
        let review = json!({
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "request": {
                "uid": "one", "operation": "CREATE", "object": rule,
                "kind": {"group": "monitoring.coreos.com", "version": "v1", "kind": "PrometheusRule"},
                "resource": {"group": "monitoring.coreos.com", "version": "v1", "resource": "prometheusrules"},
            },
        });
        let url = format!("{}/admission-prometheusrules/validate", self.url);
        let reply = http::post(&url, &review.to_string())?;
        let answer: Value =
            serde_json::from_str(&reply.body).with_context(|| reply.body.clone())?;
        let response = &answer["response"];
        ensure!(response["allowed"] == true, "{:#}", response["status"]);
        Ok(())
    }
}

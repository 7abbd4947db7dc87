//! Plain requests to the API server with all rights, one after the other.

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use http::{Method, Request};
use http_body_util::BodyExt;
use kube::Client;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::control_plane::ControlPlane;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a watch may go on.
const WATCH: u64 = 1800;

/// The way to the API server, with a runtime of its own, so that any thread may ask.
pub struct Server {
    /// The control plane that it belongs to.
    pub plane: &'static ControlPlane,
    runtime: Runtime,
    client: Client,
}

impl Server {
    /// The way to the control plane that the tests of this process share, with our definitions in it.
    ///
    /// # Errors
    ///
    /// When the control plane does not start, or refuses the definitions.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<Server, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start().map_err(|error| format!("{error:#}")));
        shared.as_ref().map_err(|error| anyhow!("{error}"))
    }

    fn start() -> Result<Self> {
        let plane = ControlPlane::shared()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let client = {
            let _inside = runtime.enter();
            plane.client(plane.admin_token())?
        };
        plane.install_definitions()?;
        Ok(Self {
            plane,
            runtime,
            client,
        })
    }

    /// What is there: an object, or a list; none when nothing is.
    ///
    /// # Errors
    ///
    /// When the server fails.
    pub fn get(&self, path: &str) -> Result<Option<Value>> {
        let request = Request::builder().uri(path).body(Vec::new())?;
        let asked = self.client.request::<Value>(request);
        match self
            .runtime
            .block_on(async { timeout(ANSWER, asked).await })?
        {
            Ok(object) => Ok(Some(object)),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(None),
            Err(error) => Err(error).with_context(|| format!("getting {path}")),
        }
    }

    /// The objects of a list, as the server orders them.
    ///
    /// # Errors
    ///
    /// When the server fails, or there is no such list.
    pub fn list(&self, path: &str) -> Result<Vec<Value>> {
        let list = self.get(path)?.with_context(|| format!("no {path}"))?;
        let items = list["items"].as_array().cloned();
        items.with_context(|| format!("{path} is no list"))
    }

    /// Applies an object by server-side apply.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn apply(&self, path: &str, object: &Value) -> Result<Value> {
        let path = format!("{path}?fieldManager=tests&force=true");
        self.send(
            &Method::PATCH,
            &path,
            "application/apply-patch+yaml",
            object,
        )
    }

    /// Makes an object.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn create(&self, path: &str, object: &Value) -> Result<Value> {
        self.send(&Method::POST, path, "application/json", object)
    }

    /// Removes an object, or a whole list of them.
    ///
    /// # Errors
    ///
    /// When the server refuses that.
    pub fn delete(&self, path: &str) -> Result<()> {
        self.send(&Method::DELETE, path, "application/json", &Value::Null)?;
        Ok(())
    }

    fn send(&self, method: &Method, path: &str, content: &str, body: &Value) -> Result<Value> {
        let body = match body {
            Value::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::CONTENT_TYPE, content)
            .body(body)?;
        let asked = self.client.request::<Value>(request);
        let answer = self
            .runtime
            .block_on(async { timeout(ANSWER, asked).await })?;
        answer.with_context(|| format!("{method} {path}"))
    }

    /// Watches a list from now on, with what is there as its beginning, until the task is aborted or the
    /// watch ends: each event goes to the hearer.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub fn watch(
        &self,
        path: &str,
        hear: impl FnMut(Value) + Send + 'static,
    ) -> Result<JoinHandle<()>> {
        let list = self.get(path)?.with_context(|| format!("no {path}"))?;
        let version = list["metadata"]["resourceVersion"].as_str();
        let version = version.context("a version")?;
        let path = format!("{path}?watch=true&resourceVersion={version}&timeoutSeconds={WATCH}");
        let request = Request::builder()
            .uri(path)
            .body(kube::client::Body::empty())?;
        let client = self.client.clone();
        let response = self
            .runtime
            .block_on(async { timeout(ANSWER, client.send(request)).await })??;
        ensure!(response.status().is_success(), "a watch is refused");
        Ok(self.runtime.spawn(lines(response.into_body(), hear)))
    }
}

/// Hears every line of a stream as JSON.
async fn lines(mut body: kube::client::Body, mut hear: impl FnMut(Value)) {
    let mut unread: Vec<u8> = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        unread.extend(frame.data_ref().into_iter().flatten());
        while let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = unread.drain(..=end).collect();
            if let Ok(event) = serde_json::from_slice(&line) {
                hear(event);
            }
        }
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Server");
        shown.field("plane", self.plane).finish_non_exhaustive()
    }
}

//! A client that reports exactly what it received.

use std::error::Error;
use std::io;
use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// How an answer was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missed {
    /// Nobody listens.
    Refused,
    /// The connection was closed before its end.
    Closed,
    /// The connection was reset.
    Reset,
    /// Nothing came within the patience.
    Silence,
}

/// An answer that came whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// How long after the question its head came, and its end.
    pub(crate) began: Duration,
    pub(crate) ended: Duration,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The names of a list's items.
    pub(crate) fn names(&self) -> Vec<String> {
        let list = self.json();
        let items = list["items"].as_array().expect("a list").clone();
        let name = |item: &Value| item["metadata"]["name"].as_str().map(str::to_owned);
        items.iter().filter_map(name).collect()
    }

    /// The continue token of a list's page.
    pub(crate) fn token(&self) -> Option<String> {
        self.json()["metadata"]["continue"]
            .as_str()
            .map(str::to_owned)
    }
}

pub(crate) struct Client {
    runtime: Runtime,
    pool: Pool<HttpConnector, Full<Bytes>>,
    url: String,
    token: String,
    patience: Duration,
}

impl Client {
    pub(crate) fn of(url: &str) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let pool = Pool::builder(TokioExecutor::new())
            .retry_canceled_requests(false)
            .build_http();
        Self {
            runtime,
            pool,
            url: url.to_owned(),
            token: "secret".to_owned(),
            patience: Duration::from_secs(10),
        }
    }

    /// A client that soon holds silence for an answer.
    pub(crate) fn impatient(mut self) -> Self {
        self.patience = Duration::from_millis(300);
        self
    }

    /// A client that shows another token.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    pub(crate) fn get(&self, path: &str) -> Result<Reply, Missed> {
        self.ask(Method::GET, path, "")
    }

    pub(crate) fn ask(&self, method: Method, path: &str, body: &str) -> Result<Reply, Missed> {
        let asked = Instant::now();
        self.runtime.block_on(async {
            let answer = async {
                let response = self.send(method, path, body).await?;
                let began = asked.elapsed();
                let (head, body) = response.into_parts();
                let body = body.collect().await.map_err(|error| missed(&error))?;
                Ok(Reply {
                    status: head.status.as_u16(),
                    headers: head.headers,
                    body: String::from_utf8(body.to_bytes().to_vec()).expect("text"),
                    began,
                    ended: asked.elapsed(),
                })
            };
            let answer = timeout(self.patience, answer).await;
            answer.unwrap_or(Err(Missed::Silence))
        })
    }

    /// Opens a watch.
    pub(crate) fn watch(&self, path: &str) -> Result<Watch<'_>, Missed> {
        self.runtime.block_on(async {
            let response = timeout(self.patience, self.send(Method::GET, path, "")).await;
            let response = response.unwrap_or(Err(Missed::Silence))?;
            assert_eq!(response.status(), 200);
            Ok(Watch {
                client: self,
                body: response.into_body(),
                unread: String::new(),
                ending: None,
            })
        })
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: &str,
    ) -> Result<Response<Incoming>, Missed> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(CONTENT_TYPE, "application/apply-patch+yaml")
            .body(Full::from(body.to_owned()))
            .expect("a request");
        let sent = self.pool.request(request).await;
        sent.map_err(|error| missed(&error))
    }
}

/// What comes next in a watch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// An event: its type, its object's name, its object's version.
    Event(String, String, u32),
    /// A piece of no whole event.
    Fragment(String),
    /// The watch ended by the rules of HTTP.
    Ended,
    /// It ended otherwise, or goes on without a word.
    Missed(Missed),
}

/// A change of an object, as a watch is to tell it.
pub(crate) fn modified(name: &str, version: u32) -> Next {
    Next::Event("MODIFIED".to_owned(), name.to_owned(), version)
}

pub(crate) struct Watch<'a> {
    client: &'a Client,
    body: Incoming,
    unread: String,
    /// How it ended, when a fragment came before that.
    ending: Option<Next>,
}

impl Watch<'_> {
    /// What comes next within the client's patience.
    pub(crate) fn next(&mut self) -> Next {
        let patience = self.client.patience;
        let line = self.client.runtime.block_on(async {
            let line = read_line(&mut self.body, &mut self.unread);
            timeout(patience, line).await
        });
        let ending = match line {
            Ok(Ok(Some(line))) => return parsed(&line),
            Err(_) => return Next::Missed(Missed::Silence),
            Ok(Err(missed)) => Next::Missed(missed),
            Ok(Ok(None)) => Next::Ended,
        };
        if self.unread.is_empty() {
            return self.ending.take().unwrap_or(ending);
        }
        self.ending = Some(ending);
        Next::Fragment(std::mem::take(&mut self.unread))
    }

    /// The next ones.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Next> {
        (0..count).map(|_| self.next()).collect()
    }
}

async fn read_line(body: &mut Incoming, unread: &mut String) -> Result<Option<String>, Missed> {
    loop {
        if let Some(end) = unread.find('\n') {
            let rest = unread.split_off(end + 1);
            return Ok(Some(std::mem::replace(unread, rest)));
        }
        match body.frame().await {
            Some(Ok(frame)) => {
                let bytes = frame.into_data().unwrap_or_default();
                unread.push_str(std::str::from_utf8(&bytes).expect("text"));
            }
            Some(Err(error)) => return Err(missed(&error)),
            None => return Ok(None),
        }
    }
}

fn parsed(line: &str) -> Next {
    let event: Value = serde_json::from_str(line).expect("JSON");
    let object = &event["object"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let version = text(&object["metadata"]["resourceVersion"]).parse();
    let code = object["code"]
        .as_u64()
        .and_then(|code| u32::try_from(code).ok());
    Next::Event(
        text(&event["type"]),
        text(&object["metadata"]["name"]),
        code.or(version.ok()).unwrap_or_default(),
    )
}

fn missed(error: &(dyn Error + 'static)) -> Missed {
    let mut cause = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionReset) => return Missed::Reset,
            Some(io::ErrorKind::ConnectionRefused) => return Missed::Refused,
            _ => cause = error.source(),
        }
    }
    Missed::Closed
}

//! A server that imitates the shapes of the API server: paged lists, watches, writes.

use std::convert::Infallible;
use std::net::TcpListener as StdListener;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use gradus_tests::fault_proxy::{Call, Verb};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

/// The names of the objects that it lists, in pages as large as asked.
pub(crate) const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// What reached the server.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) call: Call,
    pub(crate) target: String,
    pub(crate) authorization: String,
    pub(crate) body: String,
}

#[derive(Default)]
struct State {
    received: Mutex<Vec<Received>>,
    watches: Mutex<Vec<mpsc::UnboundedSender<String>>>,
}

pub(crate) struct Server {
    pub(crate) url: String,
    state: Arc<State>,
    _runtime: Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = StdListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let state = Arc::new(State::default());
        runtime.spawn(accept(listener, state.clone()));
        Self {
            url,
            state,
            _runtime: runtime,
        }
    }

    /// What reached it so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().expect("no panic").clone()
    }

    /// How many requests of a verb reached it so far.
    pub(crate) fn count(&self, verb: Verb) -> usize {
        let received = self.received();
        received.iter().filter(|it| it.call.verb == verb).count()
    }

    /// Says something to all watches.
    pub(crate) fn say(&self, text: &str) {
        let mut watches = self.state.watches.lock().expect("no panic");
        watches.retain(|watch| watch.send(text.to_owned()).is_ok());
    }

    /// Tells all watches that an object changed.
    pub(crate) fn change(&self, name: &str, version: u32) {
        self.say(&event("MODIFIED", name, version));
    }

    /// Ends all watches, by the rules of HTTP.
    pub(crate) fn end_watches(&self) {
        self.state.watches.lock().expect("no panic").clear();
    }

    /// Waits until so many watches listen to it.
    pub(crate) fn await_watches(&self, count: usize) {
        let patience = Instant::now() + Duration::from_secs(10);
        loop {
            let mut watches = self.state.watches.lock().expect("no panic");
            watches.retain(|watch| !watch.is_closed());
            if watches.len() == count {
                return;
            }
            assert!(Instant::now() < patience, "{} watches", watches.len());
            drop(watches);
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// An event of a watch, with its end of line.
pub(crate) fn event(change: &str, name: &str, version: u32) -> String {
    let metadata = json!({"name": name, "namespace": "ns", "resourceVersion": version.to_string()});
    let event = json!({"type": change, "object": {"kind": "Capability", "metadata": metadata}});
    format!("{event}\n")
}

async fn accept(listener: StdListener, state: Arc<State>) {
    let listener = TcpListener::from_std(listener).expect("a listener");
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let state = state.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| serve(request, state.clone()));
            // Clients are cut off on purpose here.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

type Body = Either<Full<Bytes>, Said>;

async fn serve(
    request: Request<Incoming>,
    state: Arc<State>,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes);
    let body = String::from_utf8(body.unwrap_or_default().to_vec()).expect("text");
    let query = head.uri.query().unwrap_or_default();
    let call = Call::of(&head.method, head.uri.path(), query);
    let authorization = head.headers.get(AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok());
    state.received.lock().expect("no panic").push(Received {
        call: call.clone(),
        target: head.uri.to_string(),
        authorization: authorization.unwrap_or_default().to_owned(),
        body: body.clone(),
    });
    let body = match call.verb {
        Verb::Watch => {
            let (sender, said) = mpsc::unbounded_channel();
            state.watches.lock().expect("no panic").push(sender);
            Either::Right(Said(said))
        }
        Verb::List => Either::Left(Full::from(page(query))),
        Verb::Patch => Either::Left(Full::from(body)),
        _ => Either::Left(Full::from(json!({"name": call.name}).to_string())),
    };
    let mut response = Response::new(body);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

fn page(query: &str) -> String {
    let number = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(key, _)| *key == name)?;
        value.trim_start_matches("from-").parse::<usize>().ok()
    };
    let from = number("continue").unwrap_or(0);
    let to = number("limit").map_or(NAMES.len(), |limit| NAMES.len().min(from + limit));
    let items: Vec<_> = NAMES[from..to]
        .iter()
        .map(|name| json!({"metadata": {"name": name}}))
        .collect();
    let mut metadata = json!({"resourceVersion": "7"});
    if to < NAMES.len() {
        metadata["continue"] = json!(format!("from-{to}"));
    }
    json!({"kind": "CapabilityList", "metadata": metadata, "items": items}).to_string()
}

/// What is said to one watch.
pub(crate) struct Said(mpsc::UnboundedReceiver<String>);

impl http_body::Body for Said {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let text = self.0.poll_recv(context);
        text.map(|text| text.map(|text| Ok(Frame::data(Bytes::from(text)))))
    }
}

//! One part after the other ends by itself.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use http::{Method, Request, Response, StatusCode};
use k8s_openapi::api::coordination::v1::Lease;
use kube::client::Body;
use serde_json::json;
use tower::service_fn;

use super::*;

const ME: &str = "replica-a";

/// The lease as an API server holds it.
#[derive(Clone, Default)]
struct HeldLease(Arc<Mutex<Option<Lease>>>);

impl HeldLease {
    fn holder(&self) -> Option<String> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref()?.spec.as_ref()?.holder_identity.clone()
    }

    /// A client of that server.
    fn client(&self) -> Client {
        let held = self.clone();
        let answer = move |request: Request<Body>| {
            let held = held.clone();
            async move { Ok::<_, Infallible>(held.answer(request).await) }
        };
        Client::new(service_fn(answer), "default")
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let method = request.method().clone();
        let sent = request.into_body().collect_bytes().await.unwrap();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if method != Method::GET {
            let mut lease: Lease = serde_json::from_slice(&sent).unwrap();
            lease.metadata.resource_version = Some(format!("{:?}", Instant::now()));
            *held = Some(lease);
        }
        let missing = json!({
            "kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404, "message": "",
        });
        let missing = (StatusCode::NOT_FOUND, missing.to_string().into_bytes());
        let found = held
            .as_ref()
            .map(|lease| (StatusCode::OK, serde_json::to_vec(lease).unwrap()));
        let (status, answer) = found.unwrap_or(missing);
        let answer = Response::builder().status(status).body(answer.into());
        answer.unwrap()
    }
}

/// An operator of parts that do nothing, of which one ends by itself as soon as it is told to.
struct Mortal {
    operator: ClusterOperator,
    kill: Option<oneshot::Sender<()>>,
}

/// Ends when it is told to, by a panic or by returning; never when nobody can tell.
async fn live(killed: Option<oneshot::Receiver<()>>, panics: bool) {
    match killed {
        Some(killed) => {
            let _ = killed.await;
            assert!(!panics, "on purpose");
        }
        None => std::future::pending().await,
    }
}

impl Mortal {
    fn start(lease: &HeldLease, part: &str, panics: bool) -> Self {
        let (kill, killed) = oneshot::channel();
        let mut killed = Some(killed);
        let mut of = |name: &str| killed.take_if(|_| name == part);
        let timing = Timing::default();
        let publisher = Publisher::new(Published::nothing("nothing is read"), timing.tick);
        let feed = publisher.feed();
        let (stop, stopped) = oneshot::channel();
        let mut parts = Parts::default();
        for name in ["the source capabilities", "the publisher of Events"] {
            parts.task(name, live(of(name), panics));
        }
        let (runtime, killed) = (Handle::current(), of("the engine thread"));
        let engine = move || {
            runtime.block_on(async move {
                let _publisher = publisher;
                tokio::select! {
                    () = live(killed, panics) => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = parts.thread("engine", engine).unwrap();
        let candidate = candidate(lease, of("the election"), panics, &mut parts);
        let operator = ClusterOperator {
            feed,
            stop: Some(stop),
            thread: Some(thread),
            candidate: Some(candidate),
            parts,
            timing,
        };
        let kill = Some(kill);
        Self { operator, kill }
    }
}

fn candidate(
    lease: &HeldLease,
    killed: Option<oneshot::Receiver<()>>,
    panics: bool,
    parts: &mut Parts,
) -> Candidate {
    let election = Election {
        namespace: "gradus-system".to_owned(),
        name: "gradus".to_owned(),
        identity: ME.to_owned(),
        duration: Duration::from_secs(15),
    };
    let (leads, leading) = watch::channel(Leading::No);
    let (resign, told) = oneshot::channel();
    let (done, resigned) = oneshot::channel();
    let client = lease.client();
    let campaign = Elector::new(client.clone(), election.clone(), leads, &Timing::default());
    parts.task("the election", async move {
        tokio::select! {
            () = campaign.run(told) => {
                let _ = done.send(());
            }
            () = live(killed, panics) => {}
        }
    });
    Candidate {
        leading,
        resign,
        resigned,
        election,
        client,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operator_without_one_of_its_parts_ends_in_time_and_gives_its_lease_back() {
    let parts = [
        "the source capabilities",
        "the publisher of Events",
        "the engine thread",
        "the election",
    ];
    for (part, panics) in parts
        .into_iter()
        .flat_map(|part| [(part, true), (part, false)])
    {
        let lease = HeldLease::default();
        let mut mortal = Mortal::start(&lease, part, panics);
        while lease.holder().as_deref() != Some(ME) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let early = tokio::time::timeout(Duration::from_millis(100), mortal.operator.dead()).await;
        assert!(early.is_err(), "{early:?}");
        let killed = Instant::now();
        mortal.kill.take().unwrap().send(()).unwrap();
        let dead = mortal.operator.dead().await;
        let dead = mortal.operator.stop_without(dead).await;
        assert!(killed.elapsed() < Duration::from_secs(5), "{part}");
        let how = if panics {
            "it panicked: on purpose"
        } else {
            "it returned"
        };
        let said = dead.to_string();
        let expected = format!("{part} ended by itself: {how}; ");
        assert!(said.starts_with(&expected), "{said}");
        assert_eq!(lease.holder().as_deref(), Some(""), "{part}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn part_that_panicked_is_the_cause_and_not_those_that_end_with_it() {
    let mut parts = Parts::default();
    let (held, dropped) = oneshot::channel::<()>();
    parts.task("the follower", async {
        let _ = dropped.await;
    });
    parts.task("the cause", async {
        let _held = held;
        panic!("on purpose");
    });
    assert_eq!(parts.dead().await.name, "the cause");
}

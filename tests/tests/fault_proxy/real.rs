//! The proxy before a real API server, with kube and kubectl as clients.

use std::time::Duration;

use anyhow::{Context, Result};
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::fault_proxy::{Ending, Fault, FaultProxy, Matcher, Moment, Refusal, Rule, Verb};
use http::Method;
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use kube::api::{ListParams, PostParams};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::any;
use crate::client::{Client, Missed, Next, Reply, Watch};

/// A namespace of its own in the shared control plane, a proxy before it, and a client of the proxy.
struct Rig {
    plane: &'static ControlPlane,
    proxy: FaultProxy,
    client: Client,
    namespace: String,
}

impl Rig {
    fn new() -> Result<Self> {
        let plane = ControlPlane::shared()?;
        let proxy = FaultProxy::start(&plane.url(), plane.certificate())?;
        let client = Client::of(proxy.url()).with_token(plane.admin_token());
        let namespace = plane.namespace("proxy")?;
        Ok(Self {
            plane,
            proxy,
            client,
            namespace,
        })
    }

    fn path(&self) -> String {
        format!("/api/v1/namespaces/{}/configmaps", self.namespace)
    }

    /// Writes a ConfigMap by server-side apply.
    fn write(&self, name: &str, text: &str) -> Result<Reply, Missed> {
        let path = format!("{}/{name}?fieldManager=tests&force=true", self.path());
        let object = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"text": text},
        });
        self.client.ask(Method::PATCH, &path, &object.to_string())
    }

    /// Writes some, which nothing stands in the way of.
    fn write_all(&self, names: &[&str]) {
        for name in names {
            let written = self.write(name, "as written").expect("an answer");
            assert!(written.status < 300, "{}", written.body);
        }
    }

    /// What a ConfigMap says, past the proxy; nothing when there is none.
    fn text(&self, name: &str) -> Result<Option<String>> {
        let namespace = format!("--namespace={}", self.namespace);
        let json = [
            "get",
            "configmap",
            name,
            &namespace,
            "--ignore-not-found",
            "--output=json",
        ];
        let told = self.plane.kubectl(&json)?;
        if told.trim().is_empty() {
            return Ok(None);
        }
        let object: Value = serde_json::from_str(&told)?;
        Ok(object["data"]["text"].as_str().map(str::to_owned))
    }

    /// A watch of the ConfigMaps from now on.
    fn watch(&self) -> Watch<'_> {
        let list = self.client.get(&self.path()).expect("a list").json();
        let version = list["metadata"]["resourceVersion"].as_str().expect("text");
        let path = format!("{}?watch=true&resourceVersion={version}", self.path());
        self.client.watch(&path).expect("a watch")
    }
}

fn named(next: Next) -> String {
    match next {
        Next::Event(change, name, _) => format!("{change} {name}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_kube_client_works_through_it_with_its_own_token() -> Result<()> {
    let rig = Rig::new()?;
    let token = rig.plane.token("somebody", &["system:masters"])?;
    let mut config = kube::Config::new(rig.proxy.url().parse()?);
    config.auth_info.token = Some(token.into());
    Runtime::new()?.block_on(async {
        let client = kube::Client::try_from(config)?;
        let reviews: Api<SelfSubjectReview> = Api::all(client.clone());
        let post = PostParams::default();
        let review = reviews.create(&post, &SelfSubjectReview::default()).await?;
        let user = review.status.and_then(|status| status.user_info);
        let name = user.and_then(|user| user.username);
        assert_eq!(name.as_deref(), Some("somebody"));

        let maps: Api<ConfigMap> = Api::namespaced(client, &rig.namespace);
        let mut map = ConfigMap::default();
        map.metadata.name = Some("a".to_owned());
        maps.create(&post, &map).await?;
        let listed = maps.list(&ListParams::default()).await?;
        assert_eq!(listed.items.len(), 1);
        anyhow::Ok(())
    })?;
    let verbs: Vec<Verb> = rig.proxy.requests().iter().map(|it| it.call.verb).collect();
    assert_eq!(verbs, [Verb::Create, Verb::Create, Verb::List]);
    Ok(())
}

/// A request of a client, and what came of it.
type Ask<'a> = dyn Fn() -> Result<Reply, Missed> + 'a;

#[test]
fn a_refusal_made_here_is_the_one_that_the_api_server_would_make() -> Result<()> {
    let rig = Rig::new()?;
    rig.write_all(&["a"]);
    let stale = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "resourceVersion": "1"},
    });
    let path = format!("{}/a?fieldManager=tests", rig.path());
    let conflict = || rig.client.ask(Method::PATCH, &path, &stale.to_string());
    let missing = || rig.client.get(&format!("{}/none", rig.path()));
    let powerless = Client::of(rig.proxy.url()).with_token(&rig.plane.token("powerless", &[])?);
    let forbidden = || powerless.get(&rig.path());

    let asks: [(Refusal, &Ask<'_>); 3] = [
        (Refusal::Conflict, &conflict),
        (Refusal::NotFound, &missing),
        (Refusal::Forbidden, &forbidden),
    ];
    for (refusal, ask) in asks {
        rig.proxy.clear();
        let real = ask().expect("an answer");
        rig.proxy
            .set(vec![Rule::new(any(), Fault::Answer(refusal))]);
        let made = ask().expect("an answer");
        assert_eq!(real.status, made.status);
        let (mut real, mut made) = (real.json(), made.json());
        if refusal == Refusal::Forbidden {
            // Who may not do what is known to the server alone.
            for status in [&mut real, &mut made] {
                let message = status["message"].as_str().context("text")?;
                let (about, _) = message.split_once(": ").context("a colon")?;
                status["message"] = json!(about.to_owned());
            }
        }
        assert_eq!(real, made);
    }
    Ok(())
}

#[test]
fn the_pages_of_a_real_list_are_lost_and_expire() -> Result<()> {
    let rig = Rig::new()?;
    rig.write_all(&["a", "b", "c", "d"]);
    let first = format!("{}?limit=2", rig.path());
    let second = |first: &Reply| {
        let token = first.token().expect("a second page");
        rig.client
            .get(&format!("{}?limit=2&continue={token}", rig.path()))
    };
    let lists = any().verb(Verb::List).resource("configmaps");
    rig.proxy
        .set(vec![Rule::new(lists.clone(), Fault::LosePage(1))]);
    let lost = rig.client.get(&first).expect("an answer");
    assert!(lost.names().is_empty());
    assert_eq!(second(&lost).expect("an answer").names(), ["c", "d"]);

    rig.proxy
        .set(vec![Rule::new(lists, Fault::ExpireContinue(2))]);
    let whole = rig.client.get(&first).expect("an answer");
    assert_eq!(whole.names(), ["a", "b"]);
    assert_eq!(second(&whole).expect("an answer").status, 410);
    Ok(())
}

#[test]
fn the_events_of_a_real_watch_are_dropped_and_reordered_and_the_watch_expires() -> Result<()> {
    let rig = Rig::new()?;
    let watches = || any().verb(Verb::Watch).resource("configmaps");
    let within = Duration::from_mins(1);
    let mut watch = rig.watch();
    rig.proxy.set(vec![
        Rule::new(watches().name("b"), Fault::DropEvent),
        Rule::new(
            watches().name("c"),
            Fault::ReorderEvent { window: 1, within },
        ),
    ]);
    rig.write_all(&["a", "b", "c", "d"]);
    let told: Vec<String> = watch.take(3).into_iter().map(named).collect();
    assert_eq!(told, ["ADDED a", "ADDED d", "ADDED c"]);
    assert_eq!(rig.proxy.expire_watches(&watches()), 1);
    assert_eq!(named(watch.next()), "ERROR ");
    assert_eq!(watch.next(), Next::Ended);
    Ok(())
}

#[test]
fn the_bookmark_that_ends_a_streamed_list_is_swallowed() -> Result<()> {
    let rig = Rig::new()?;
    rig.write_all(&["a"]);
    let path = format!(
        "{}?watch=true&sendInitialEvents=true&allowWatchBookmarks=true\
         &resourceVersionMatch=NotOlderThan",
        rig.path()
    );
    let mut watch = rig.client.watch(&path).expect("a watch");
    let told: Vec<String> = watch.take(2).into_iter().map(named).collect();
    assert_eq!(told, ["ADDED a", "BOOKMARK "]);
    let watches = any().verb(Verb::Watch);
    rig.proxy
        .set(vec![Rule::new(watches, Fault::SwallowBookmarks)]);
    let mut watch = rig.client.watch(&path).expect("a watch");
    assert_eq!(named(watch.next()), "ADDED a");
    rig.write_all(&["b"]);
    assert_eq!(named(watch.next()), "ADDED b");
    Ok(())
}

#[test]
fn a_write_is_killed_before_the_real_server_has_it_and_after() -> Result<()> {
    let rig = Rig::new()?;
    let before = rig
        .proxy
        .kill_at(Matcher::writes(), 1, Moment::BeforeSend, || {});
    rig.write("a", "one").expect_err("killed");
    assert!(before.fired().is_some());
    assert_eq!(rig.text("a")?, None);
    let after = rig
        .proxy
        .kill_at(Matcher::writes(), 1, Moment::SentUnanswered, || {});
    rig.write("a", "two").expect_err("killed");
    assert!(after.fired().is_some());
    assert_eq!(rig.text("a")?.as_deref(), Some("two"));
    Ok(())
}

#[test]
fn a_real_watch_is_cut_and_its_connection_with_it() -> Result<()> {
    let rig = Rig::new()?;
    let mut watch = rig.watch();
    assert_eq!(rig.proxy.cut_watches(&any(), Ending::Reset), 1);
    assert_eq!(watch.next(), Next::Missed(Missed::Reset));
    Ok(())
}

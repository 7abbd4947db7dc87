//! The scrape as others read it: promtool, and a real Prometheus. And what it says after a life of changes is
//! what a fresh look at the same things would say.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use gradus_engine::delta::Delta;
use gradus_engine::key::ObjectKey;
use gradus_engine::object::Object;
use gradus_engine::view::Snapshot;
use gradus_operator::outputs::metrics::catalogue::Tier;
use gradus_operator::outputs::metrics::{
    Format, LabelCache, Labelled, OperatorMetrics, Scrape, TierPolicy,
};
use gradus_operator::outputs::web::{Hosts, Scraping, router, serve};
use gradus_operator::timing::Timing;
use gradus_tests::compare::{settle, world};
use gradus_tests::monitoring::{Prometheus, Release, Scraped, Settings};
use gradus_tests::published::PublishedSnapshot;
use gradus_tests::random::{self, Rng, Step, noon};
use gradus_tests::scene::Scene;
use jiff::{SignedDuration, Timestamp};

/// A namespace that tries to break out of wherever it is put.
const HOSTILE: &str = "a\\b\"c\nd,e=\"f\"} 1\n# EOF\n{é";

/// Lives lived in every run, and steps of each.
const LIVES: u64 = 40;
const STEPS: usize = 40;

/// A scrape with every tier.
fn scraped(
    (snapshot, labels): (&Snapshot, &LabelCache),
    operator: &OperatorMetrics,
) -> Result<String> {
    let mut text = Vec::new();
    let scrape = Scrape {
        snapshot,
        labels,
        findings: &[],
        operator,
        tiers: &Tier::SWITCHES,
    };
    scrape.write(Format::Classic, &mut text)?;
    Ok(String::from_utf8(text)?)
}

/// Everything that a scrape says of objects.
fn said(snapshot: &Snapshot) -> String {
    said_with(snapshot, &LabelCache::of(snapshot))
}

/// The same with labels that were rendered before.
fn said_with(snapshot: &Snapshot, labels: &LabelCache) -> String {
    let operator = OperatorMetrics::new().unwrap();
    let text = scraped((snapshot, labels), &operator).unwrap();
    let own = text.find("# HELP gradus_build_info").unwrap();
    text[..own].to_owned()
}

fn begun(seed: u64) -> (Rng, Scene, Timestamp) {
    let mut rng = Rng::new(seed);
    let scene = random::scene(&mut rng);
    (rng, scene, noon() - SignedDuration::from_hours(40 * 24))
}

#[test]
fn scrape_after_random_changes_equals_one_from_scratch() {
    for seed in 0..LIVES {
        let (mut rng, mut scene, mut now) = begun(7_000_000 + seed);
        let mut world = world(scene.deltas(), now);
        let mut labels = LabelCache::of(&world.snapshot());
        for number in 0..STEPS {
            match random::step(&mut rng, &scene) {
                Step::Clock(pause) => now += pause,
                Step::Change(delta) => {
                    scene.apply(&delta);
                    world.apply(*delta);
                }
            }
            let settled = settle(&mut world, now);
            let snapshot = world.snapshot();
            labels.forget(&settled.changes, &snapshot, &world);
            let kept = said_with(&snapshot, &labels);
            let fresh = said(&gradus_tests::compare::snapshot(&scene, now));
            assert_eq!(kept, fresh, "seed {seed}, step {number} at {now}");
        }
    }
}

/// A scene all of whose namespaced objects live in a hostile namespace, with a hostile scope.
fn hostile(scene: &Scene, now: Timestamp) -> Snapshot {
    let renamed = |delta: Delta| match delta {
        Delta::Upsert { key, life, object } if key.kind.namespaced() => {
            let namespace = format!("{HOSTILE}{}", key.namespace);
            let object = match object {
                Object::Assessment(spec) => {
                    let mut spec = spec.as_ref().clone();
                    spec.scope = Some(HOSTILE.into());
                    Object::Assessment(Arc::new(spec))
                }
                other => other,
            };
            Delta::Upsert {
                key: ObjectKey::new(key.kind, &namespace, &key.name),
                life,
                object,
            }
        }
        other => other,
    };
    world(scene.deltas().into_iter().map(renamed), now).snapshot()
}

fn whole(snapshot: &Snapshot) -> Result<String> {
    let operator = OperatorMetrics::new()?;
    for source in ["folder", "capabilities/north"] {
        operator.source_known(source);
    }
    operator.output_known("state");
    scraped((snapshot, &LabelCache::of(snapshot)), &operator)
}

#[test]
fn promtool_finds_nothing_wrong_with_any_scrape() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("scrape.txt");
    for seed in 0..12 {
        let (_, scene, now) = begun(8_000_000 + seed);
        for snapshot in [
            gradus_tests::compare::snapshot(&scene, now),
            hostile(&scene, now),
        ] {
            fs::write(&file, whole(&snapshot)?)?;
            for release in Release::all()? {
                let said = release.check_metrics(&file)?;
                ensure!(said.is_empty(), "{release:?}, seed {seed}: {said}");
            }
        }
    }
    Ok(())
}

/// Serves a snapshot for as long as this process lives, as the operator does. Returns its URL.
fn served(snapshot: Snapshot) -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    listener.set_nonblocking(true)?;
    let scraping = Scraping {
        exposure: TierPolicy {
            tiers: Tier::SWITCHES.to_vec(),
            ceiling: None,
        },
        readers: None,
    };
    let operator = Arc::new(OperatorMetrics::new()?);
    let router = router(
        Arc::new(PublishedSnapshot(Labelled::of(snapshot))),
        operator,
        scraping,
        Hosts::default(),
    );
    std::thread::spawn(move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            serve(listener, router, None, &Timing::default())?.await;
            Ok(())
        })
    });
    Ok(url)
}

/// Prometheus asks for OpenMetrics, compressed: a reader of its own beside that of promtool.
#[test]
fn a_real_prometheus_reads_every_series_with_its_labels_as_they_were() -> Result<()> {
    let (_, scene, now) = begun(9_000_000);
    let snapshot = hostile(&scene, now);
    ensure!(!snapshot.assessments.is_empty() && !snapshot.capabilities.is_empty());
    let series = said(&snapshot);
    let series = series.lines().filter(|line| !line.starts_with('#')).count();
    let keys: BTreeSet<(String, String)> = snapshot
        .assessments
        .keys()
        .map(|key| (key.namespace.to_string(), key.name.to_string()))
        .collect();
    let url = served(snapshot)?;
    for release in Release::all()? {
        let settings = Settings {
            scraped: vec![Scraped::new(&url, &[("namespace", "gradus-system")])],
            interval: Duration::from_millis(500),
            ..Settings::default()
        };
        let prometheus = Prometheus::start(release, &settings)?;
        let read = prometheus.until("gradus_assessment_info", |samples| !samples.is_empty())?;
        let read: BTreeSet<(String, String)> = read
            .iter()
            .map(|sample| {
                ensure!(sample.labels["scope"] == HOSTILE, "{:?}", sample.labels);
                let label = |name: &str| sample.labels.get(name).cloned();
                Ok((
                    label("namespace").context("a namespace")?,
                    label("assessment").context("a name")?,
                ))
            })
            .collect::<Result<_>>()?;
        ensure!(read == keys, "{release:?}: {read:?}");
        let state = "count({__name__=~\"gradus_(assessment|model|waiver|capability|evidence|resource)_.+\"})";
        let counted = prometheus.query(state)?;
        #[expect(clippy::cast_precision_loss, reason = "some thousands")]
        let expected = series as f64;
        let counted = counted.first().context("a count")?.value;
        ensure!(
            (counted - expected).abs() < 0.5,
            "{release:?}: {counted} of {series}"
        );
    }
    Ok(())
}

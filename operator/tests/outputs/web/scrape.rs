//! The scrape as it is asked for and answered.

use std::io::Read;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use flate2::read::GzDecoder;
use gradus_operator::outputs::metrics::catalogue::Tier;
use gradus_operator::outputs::metrics::{OperatorMetrics, TierPolicy};
use gradus_operator::outputs::web::{Hosts, Scraping, router};
use tower::ServiceExt;

use crate::support::{self, Published};

const OPEN: &str = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

fn serve(published: Arc<Published>, exposure: TierPolicy) -> Router {
    let scraping = Scraping {
        exposure,
        readers: None,
    };
    router(
        published,
        Arc::new(OperatorMetrics::new().unwrap()),
        scraping,
        Hosts::default(),
    )
}

fn usual() -> Router {
    serve(Published::new(support::snapshot()), TierPolicy::default())
}

async fn scrape(router: &Router, asked: &[(header::HeaderName, &str)]) -> (HeaderMap, Vec<u8>) {
    let mut request = Request::get("/metrics");
    for (name, value) in asked {
        request = request.header(name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.headers, body.to_vec())
}

/// What a scrape says of objects: its text without the operator's own.
async fn said(router: &Router) -> String {
    let (_, body) = scrape(router, &[]).await;
    String::from_utf8(body).unwrap()
}

fn without_process(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains("process_"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn request_without_accept_gets_the_classic_format() {
    let (headers, body) = scrape(&usual(), &[]).await;
    assert_eq!(
        headers.get(header::CONTENT_TYPE).unwrap(),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(
        headers.get(header::VARY).unwrap(),
        "accept, accept-encoding"
    );
    assert!(headers.get(header::CONTENT_ENCODING).is_none());
    let body = String::from_utf8(body).unwrap();
    assert!(body.contains("gradus_leader 1\n"));
    assert!(body.contains("gradus_objects{kind=\"capability\",state=\"invalid\"} 1\n"));
    assert!(!body.contains("# EOF"));
}

#[tokio::test]
async fn open_metrics_says_where_it_ends_and_names_counters_without_their_total() {
    let (headers, body) = scrape(&usual(), &[(header::ACCEPT, OPEN)]).await;
    assert_eq!(
        headers.get(header::CONTENT_TYPE).unwrap(),
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let body = String::from_utf8(body).unwrap();
    assert!(body.ends_with("\n# EOF\n"));
    assert_eq!(body.matches("# EOF").count(), 1);
    assert!(body.contains("# TYPE gradus_assessment_regressions counter\n"));
    assert!(body.contains("\ngradus_assessment_regressions_total{"));
}

#[tokio::test]
async fn compressed_scrape_has_equal_content() {
    let router = usual();
    let plain = said(&router).await;
    let (headers, body) = scrape(&router, &[(header::ACCEPT_ENCODING, "gzip")]).await;
    assert_eq!(headers.get(header::CONTENT_ENCODING).unwrap(), "gzip");
    let mut text = String::new();
    GzDecoder::new(body.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(without_process(&text), without_process(&plain));
    assert!(body.len() * 3 < text.len());
}

#[tokio::test]
async fn state_of_silent_sources_is_not_exported() {
    let published = Published::new(support::snapshot());
    let router = serve(Arc::clone(&published), TierPolicy::default());
    assert!(said(&router).await.contains("gradus_assessment_stage{"));
    published.falls_silent();
    let said = said(&router).await;
    for line in said.lines().filter(|line| !line.starts_with('#')) {
        assert!(!line.starts_with("gradus_assessment_"), "{line}");
        assert!(!line.starts_with("gradus_capability_"), "{line}");
        assert!(!line.starts_with("gradus_model_"), "{line}");
    }
    assert!(said.contains("gradus_leader 1\n"));
    assert!(said.contains("gradus_build_info{"));
}

#[tokio::test]
async fn an_object_that_is_gone_is_gone_at_the_next_scrape() {
    let mut snapshot = support::snapshot();
    let published = Published::new(snapshot.clone());
    let router = serve(Arc::clone(&published), TierPolicy::default());
    assert!(said(&router).await.contains("assessment=\"north-general\""));
    let key = snapshot
        .assessments
        .keys()
        .find(|key| &*key.name == "north-general");
    let key = key.unwrap().clone();
    snapshot.assessments.remove_mut(&key);
    published.publish(snapshot);
    let said = said(&router).await;
    let still = said
        .lines()
        .find(|line| line.contains("assessment=\"north-general\""));
    // The waiver is an object of its own, and still there.
    assert!(
        still.is_none_or(|line| line.starts_with("gradus_waiver_")),
        "{still:?}"
    );
    assert!(said.contains("assessment=\"saint-brigid\""));
}

#[tokio::test]
async fn tiers_are_switches_and_core_is_always_on() {
    let families = |tier: Tier| {
        gradus_operator::outputs::metrics::catalogue::ALL
            .iter()
            .filter(move |family| family.tier == tier)
    };
    for (tiers, shown) in [
        (vec![], vec![Tier::Core]),
        (vec![Tier::Detail], vec![Tier::Core, Tier::Detail]),
        (
            vec![Tier::Core, Tier::Capability],
            vec![Tier::Core, Tier::Capability],
        ),
    ] {
        let exposure = TierPolicy {
            tiers,
            ceiling: None,
        };
        let text = said(&serve(Published::new(support::snapshot()), exposure)).await;
        for tier in Tier::SWITCHES {
            for family in families(tier) {
                let header = format!("# TYPE {} ", family.name);
                assert_eq!(text.contains(&header), shown.contains(&tier), "{header}");
            }
        }
    }
}

#[tokio::test]
async fn ceiling_drops_whole_tiers_and_reports_them() {
    let all = || TierPolicy {
        tiers: Tier::SWITCHES.to_vec(),
        ceiling: None,
    };
    let samples = |text: &str, tier: Tier| {
        let named = |line: &str| {
            let name = line.split(['{', ' ']).next().unwrap_or_default().to_owned();
            let family = gradus_operator::outputs::metrics::catalogue::ALL
                .iter()
                .find(|family| family.name == name);
            family.is_some_and(|family| family.tier == tier)
        };
        text.lines().filter(|line| named(line)).count() as u64
    };
    let text = said(&serve(Published::new(support::snapshot()), all())).await;
    let written: Vec<u64> = Tier::SWITCHES
        .into_iter()
        .map(|tier| samples(&text, tier))
        .collect();
    for ceiling in 1..=written.iter().sum::<u64>() * 2 {
        let exposure = TierPolicy {
            ceiling: Some(ceiling),
            ..all()
        };
        let choice = exposure.choose(&support::snapshot());
        let together: Vec<Tier> = [choice.shown.clone(), choice.left_out.clone()].concat();
        assert_eq!(together, Tier::SWITCHES, "whole tiers, the last ones first");
        let shown = Tier::SWITCHES
            .iter()
            .zip(&written)
            .filter(|(tier, _)| choice.shown.contains(tier));
        assert!(shown.map(|(_, samples)| samples).sum::<u64>() <= ceiling);
    }
    let few = TierPolicy {
        ceiling: Some(written[0] + written[1] / 2),
        ..all()
    };
    let text = said(&serve(Published::new(support::snapshot()), few)).await;
    assert_eq!(samples(&text, Tier::Detail), 0);
    for (tier, truncated) in [("detail", 1), ("capability", 1)] {
        let line = format!("gradus_metrics_truncated{{tier=\"{tier}\"}} {truncated}\n");
        assert!(text.contains(&line), "{line}");
    }
}

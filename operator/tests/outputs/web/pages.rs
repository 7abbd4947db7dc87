//! What each page says.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::object::Claim;
use gradus_engine::verdict::Cause;
use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{Hosts, Scraping, router};

use super::{NORTH, attributes, get, page, serve, serve_without_findings, text};
use crate::support::{self, Published};

#[tokio::test]
async fn fleet_page_lists_troubled_assessments_first() {
    let read = text(&page("/").await);
    assert!(
        read.contains("6 assessments: 1 fell, 1 cannot be scored, 1 not assessed, 2 suspended."),
        "{read}"
    );
    assert!(read.contains(
        "Fell from stage 4 to stage 2 on 23 Nov 2026: capability wireless-most-premises was lost."
    ));
    let places: Vec<usize> = [
        "North General Hospital",
        "east-wing",
        "annexe",
        "Saint Brigid's Clinic",
        "Harbour Lab",
    ]
    .iter()
    .map(|name| read.find(name).unwrap_or_else(|| panic!("{name}: {read}")))
    .collect();
    assert!(places.is_sorted(), "{places:?}: {read}");
}

#[tokio::test]
async fn assessment_page_shows_everything_known() {
    let read = text(&page(NORTH).await);
    for said in [
        "Stage 2 of / 4",
        "First measured at stage 1 on 2 Mar 2026.",
        "The target is stage 4 by 2027-06-30; as things stand it will be missed: every known way takes more than the 10 \
         days that are left.",
        "Potential stage Stage 2",
        "Without waivers Stage 1",
        "High-water mark Stage 4 on 14 Sep 2026",
        "Target Stage 4 by 30 Jun 2027",
        "Falls if nobody acts to 1 on 15 Dec 2026: waiver spare-link ends",
        "1 of 3 met, 1 unknown, 3 needed · not reached",
        "2 of 2 met (1 waived), 2 needed · reached",
        "2 of 2 met, 2 needed · passes by itself; a stage below does not",
        "A stage passes when 70 % of it is met",
        "2 probed 1 attested 3 declared 1 held 1 waived 1 unknown 1 not met",
        "Missing for stage 3: 1",
        "Wireless reaches most premises Not met: refuted by evidence · network",
        "+1 stage 20 days of effort after: Intrusions are detected at the edge opens: The network adapts",
        "until 14 Dec 2026 in 21 days Waiver spare-link of intrusion-detection : falls to stage 1",
        "1 more end later.",
        "fell from stage 4 to stage 2: capability wireless-most-premises was lost.",
        "1 fall since the beginning.",
        "What describes the site, and is never counted",
        "Does not describe it",
        "Read in their last good state: north/wireless.yaml",
        "Self-assessed; nobody stands behind it.",
        "As of 23 Nov 2026, 09:00 UTC",
    ] {
        assert!(read.contains(said), "{said}\n\n{read}");
    }
}

#[tokio::test]
async fn verdicts_have_text_besides_colour() {
    let html = page(NORTH).await;
    let map = html
        .split("class=\"map\"")
        .nth(1)
        .unwrap()
        .split("</table>")
        .next()
        .unwrap();
    let read = text(map);
    for said in [
        "Held: One wireless controller",
        "Waived: Intrusions are detected",
        "Unknown: Voice and video",
    ] {
        assert!(read.contains(said), "{said}: {read}");
    }
    let glyphs: BTreeSet<String> = attributes(map, "href")
        .into_iter()
        .filter(|href| href.starts_with("#glyph-"))
        .collect();
    assert_eq!(glyphs.len(), 6, "one glyph for each verdict: {glyphs:?}");
}

#[tokio::test]
async fn a_typo_is_seen_on_every_page() {
    for path in [
        "/",
        NORTH,
        "/capabilities/north/wireless-most-premises",
        "/models/harbour-2026",
    ] {
        let read = text(&page(path).await);
        assert!(
            read.contains("1 error in the documents: north/wireless.yaml:3:3 spec.clam: there is no field `clam` here"),
            "{path}: {read}"
        );
        assert!(read.contains("did you mean `claim`?"), "{path}");
    }
}

#[tokio::test]
async fn ten_thousand_typos_do_not_bury_the_page() {
    let published = Published::with_findings(support::snapshot(), 10_000);
    let router = router(
        published,
        Arc::new(OperatorMetrics::new().unwrap()),
        Scraping::default(),
        Hosts::default(),
    );
    let answer = get(&router, "/").await;
    assert!(answer.body.len() < 100_000, "{}", answer.body.len());
    let read = text(&answer.body);
    assert!(read.contains("10000 errors in the documents"));
    assert!(read.contains("And 9950 more: gradus lint shows all."));
    let clean = get(&serve_without_findings(), "/").await.body;
    assert!(!clean.contains("in the documents"));
}

#[tokio::test]
async fn capability_page_shows_evidence_and_impact() {
    let read = text(&page("/capabilities/north/wireless-most-premises").await);
    for said in [
        "Refuted. Something of it ends on 30 Nov 2026 (in 7 days).",
        "Depends on central-network-management (advised), directory (not there)",
        "North General Hospital 2 1 2 wireless-most-premises",
        "controllers-up Promql does not hold 22 Nov 2026, 09:00 UTC (1 day ago)",
        "m.keane@north.example (Surveyors Ltd) 31 Jan 2027 (in 69 days) yes",
        "premises 41 declared",
        "standard 802.11ax probed · its suppliers disagree",
    ] {
        assert!(read.contains(said), "{said}: {read}");
    }
}

#[tokio::test]
async fn capability_page_names_the_falls_that_it_is_blamed_for_and_what_returns() {
    let read = text(&page("/capabilities/north/wireless-most-premises").await);
    assert!(
        read.contains(
            "North General Hospital fell from stage 4 to stage 2: capability wireless-most-premises was lost \
             23 Nov 2026 Wireless reaches most premises : stage 3"
        ),
        "{read}"
    );
    let other = text(&page("/capabilities/north/documented-cabling").await);
    assert!(!other.contains("what was lost with it"), "{other}");
}

#[tokio::test]
async fn capability_page_names_the_falls_of_its_dependants() {
    let mut snapshot = support::snapshot();
    let key = ObjectKey::new(Kind::Assessment, "north", "north-general");
    let mut view = support::copy(&snapshot.assessments[&key]);
    let mut ledger = view.ledger.as_ref().clone();
    ledger.standing[0].cause = Cause::DependencyLost;
    ledger.standing[0].evidence = Some("central-network-management".to_owned());
    view.ledger = Arc::new(ledger);
    snapshot.assessments.insert_mut(key, Arc::new(view));
    let path = "/capabilities/north/central-network-management";
    let read = text(&get(&serve(snapshot), path).await.body);
    assert!(
        read.contains(
            "capability central-network-management, which wireless-most-premises depends on, was lost \
             23 Nov 2026 Wireless reaches most premises : stage 3"
        ),
        "{read}"
    );
}

#[tokio::test]
async fn capability_page_says_what_a_claim_without_evidence_rests_on() {
    for (name, evidence, impact) in [
        (
            "documented-cabling",
            "None is listed: the capability counts as declared.",
            "No assessment reads it.",
        ),
        (
            "end-to-end-qos",
            "None is listed: nobody has said whether the capability is there.",
            "No assessment reads it.",
        ),
        (
            "advanced-ips",
            "None is listed: the capability is claimed absent.",
            "It is claimed absent: there is nothing left to lose.",
        ),
    ] {
        let read = text(&page(&format!("/capabilities/north/{name}")).await);
        assert!(read.contains(evidence), "{name}: {read}");
        assert!(read.contains(impact), "{name}: {read}");
    }
}

#[tokio::test]
async fn capability_page_says_that_evidence_of_an_absent_claim_does_not_count() {
    let said = |claim| async move {
        let mut snapshot = support::snapshot();
        snapshot.capabilities = support::objects::observed("wireless-most-premises", claim);
        let path = "/capabilities/north/wireless-most-premises";
        text(&get(&serve(snapshot), path).await.body)
    };
    let absent = said(Claim::Absent).await;
    assert!(
        absent.contains("holds does not count: the capability is claimed absent"),
        "{absent}"
    );
    let unknown = said(Claim::Unknown).await;
    assert!(
        unknown.contains("holds does not count: the claim is unknown"),
        "{unknown}"
    );
    let present = said(Claim::Present).await;
    assert!(!present.contains("does not count"), "{present}");
}

#[tokio::test]
async fn model_page_shows_its_source() {
    let read = text(&page("/models/harbour-2026").await);
    for said in [
        "https://example.org/harbour",
        "Apache-2.0",
        "12 of 12",
        "A stage passes at 70 %.",
        "Stage 4: Ocean-going",
    ] {
        assert!(read.contains(said), "{said}: {read}");
    }
}

#[tokio::test]
async fn missing_page_suggests_near_names() {
    let answer = get(
        &serve(support::snapshot()),
        "/assessments/north/north-generel",
    )
    .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let read = text(&answer.body);
    assert!(
        read.contains("Assessment north/north-generel does not exist"),
        "{read}"
    );
    assert!(
        read.contains("Did you mean Assessment north/north-general"),
        "{read}"
    );
}

#[tokio::test]
async fn long_list_of_assessments_has_pages_that_lead_to_each_other() {
    let router = serve(support::crowded(444));
    let mut cards = 0;
    for (path, part, links) in [
        ("/", "1 to 200 of 450", &["/?page=2"][..]),
        ("/?page=2", "201 to 400 of 450", &["/?page=1", "/?page=3"]),
        ("/?page=3", "401 to 450 of 450", &["/?page=2"]),
    ] {
        let answer = get(&router, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(text(&answer.body).contains(part), "{path}");
        assert!(text(&answer.body).contains("450 assessments"), "{path}");
        let turns: Vec<_> = attributes(&answer.body, "href")
            .into_iter()
            .filter(|href| href.contains("page="))
            .collect();
        assert_eq!(turns, links, "{path}");
        cards += answer.body.matches("<li class=\"card").count();
    }
    assert_eq!(cards, 450);
    for page in ["4", "18446744073709551615", "0", "-1", "x"] {
        let answer = get(&router, &format!("/?page={page}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
    }
}

//! A ladder of five stages that nobody published.

use std::collections::BTreeMap;

use gradus_engine::model as m;
use gradus_engine::verdict::EvidenceClass;

/// Name, stage, domain, kind, title.
pub(super) type Row = (
    &'static str,
    u32,
    &'static str,
    m::CriterionKind,
    &'static str,
);

pub(super) const CRITERIA: [Row; 12] = [
    (
        "no-inventory",
        0,
        "transport",
        m::CriterionKind::Negative,
        "Nobody knows what is connected",
    ),
    (
        "documented-cabling",
        1,
        "transport",
        m::CriterionKind::Standard,
        "Cabling is documented",
    ),
    (
        "central-network-management",
        1,
        "transport",
        m::CriterionKind::Standard,
        "The network is managed from one place",
    ),
    (
        "single-wireless-controller",
        1,
        "mobility",
        m::CriterionKind::Interim,
        "One wireless controller serves some premises",
    ),
    (
        "formal-security-policy",
        1,
        "security",
        m::CriterionKind::Standard,
        "A security policy is written and approved",
    ),
    (
        "intrusion-detection",
        2,
        "security",
        m::CriterionKind::Standard,
        "Intrusions are detected at the edge",
    ),
    (
        "server-virtualisation",
        2,
        "data-center",
        m::CriterionKind::Standard,
        "Servers run virtualised",
    ),
    (
        "wireless-most-premises",
        3,
        "mobility",
        m::CriterionKind::Standard,
        "Wireless reaches most premises",
    ),
    (
        "active-active-ha",
        3,
        "data-center",
        m::CriterionKind::Standard,
        "Both sites of the data center carry load",
    ),
    (
        "end-to-end-qos",
        3,
        "transport",
        m::CriterionKind::Standard,
        "Voice and video are preferred end to end",
    ),
    (
        "advanced-ips",
        4,
        "security",
        m::CriterionKind::Standard,
        "Intrusions are stopped by themselves",
    ),
    (
        "adaptive-sdn-control",
        4,
        "transport",
        m::CriterionKind::Standard,
        "The network adapts to what runs on it",
    ),
];

pub(super) fn model() -> m::Model {
    let stage = |rank: u32, name: &str| m::Stage {
        rank,
        name: Some(name.to_owned()),
        summary: Some(format!("What {} means.", name.to_lowercase())),
        gate: None,
        unlocks: Vec::new(),
    };
    let domain = |name: &str, title: &str| m::Domain {
        name: name.into(),
        title: title.to_owned(),
        parent: None,
        weight: 1,
        report: true,
    };
    m::Model {
        name: "harbour-2026".into(),
        title: "Harbour ladder".to_owned(),
        version: "2026".to_owned(),
        digest: "d1".into(),
        source: m::Source {
            url: "https://example.org/harbour".to_owned(),
            licence: "Apache-2.0".to_owned(),
            attribution: "Made up for these tests".to_owned(),
            completeness: "12 of 12".to_owned(),
            disclaimer: "Self-assessed; nobody stands behind it.".to_owned(),
            house_rules: vec!["A stage passes at 70 %.".to_owned()],
        },
        stages: vec![
            stage(0, "Ashore"),
            stage(1, "Moored"),
            stage(2, "Rigged"),
            stage(3, "Under way"),
            stage(4, "Ocean-going"),
        ],
        domains: vec![
            domain("mobility", "Mobility"),
            domain("security", "Security"),
            domain("transport", "Transport"),
            domain("data-center", "Data center"),
        ],
        scales: Vec::new(),
        criteria: CRITERIA.iter().map(criterion).collect(),
        scoring: m::Scoring {
            walk: m::Walk {
                numerator: 7,
                denominator: 10,
                empty_stage: m::EmptyStage::Skip,
            },
            leaf: m::Aggregate::Walk,
            inner: m::Aggregate::None,
            over: m::Over::Criteria,
            by: m::Aggregate::Walk,
            unknown: m::UnknownPoints::Lowest,
            digits: 1,
            levels: Vec::new(),
        },
    }
}

pub(super) fn criterion(row: &Row) -> m::Criterion {
    let (name, stage, domain, kind, title) = *row;
    let negative = kind == m::CriterionKind::Negative;
    m::Criterion {
        name: name.into(),
        stage: Some(stage),
        domain: Some(domain.into()),
        also_in: Vec::new(),
        facets: BTreeMap::new(),
        title: title.to_owned(),
        guidance: (name == "end-to-end-qos")
            .then(|| "Mark at the edge, and trust nothing from outside.".to_owned()),
        outcomes: Vec::new(),
        kind,
        superseded_by: if kind == m::CriterionKind::Interim {
            vec!["wireless-most-premises".into()]
        } else {
            Vec::new()
        },
        negates: negative.then(|| m::Negates::AllOf(vec!["documented-cabling".into()])),
        depends_on: Vec::new(),
        weight: 1,
        scored: true,
        effort_days: Some(20),
        importance: None,
        at_least: EvidenceClass::Declared,
        external: false,
        waivable: true,
        applies_to: BTreeMap::new(),
        requires: m::Requires::Leaf(m::Leaf::Capability {
            capability: name.into(),
            quantifier: m::Quantifier::Any,
            combine: m::Combine::Min,
            test: m::Test::Exists,
        }),
    }
}

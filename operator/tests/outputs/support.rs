//! A small published world, made by hand: every output reads views alone, so that is enough.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use gradus_engine::delta::{Delta, Observation, Standing};
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::fact::FactValue;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::ledger::{Entry, Fall, First, Ledger, Mark};
use gradus_engine::model as m;
use gradus_engine::object as o;
use gradus_engine::program::Program;
use gradus_engine::verdict::{Cause, EvidenceClass, Reason, Truth, Verdict};
use gradus_engine::view as v;
use gradus_engine::world::{Capabilities, World};
use gradus_operator::document::finding::Finding;
use gradus_operator::web::Source;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// A text that tries to break out of wherever it is put.
pub(crate) const HOSTILE: &str = "<script>alert(\"x\")</script>\\ & 'quoted'\nnext line";

/// What is published, changed by hand.
pub(crate) struct Published {
    snapshot: RwLock<Arc<v::Snapshot>>,
    findings: Arc<[Finding]>,
    versions: watch::Sender<u64>,
}

impl Published {
    pub(crate) fn new(snapshot: v::Snapshot) -> Arc<Self> {
        Self::with_findings(snapshot, 1)
    }

    /// With the same finding so many times.
    pub(crate) fn with_findings(snapshot: v::Snapshot, number: usize) -> Arc<Self> {
        Arc::new(Self {
            snapshot: RwLock::new(Arc::new(snapshot)),
            findings: vec![finding(); number].into(),
            versions: watch::Sender::new(1),
        })
    }

    pub(crate) fn publish(&self, snapshot: v::Snapshot) {
        *self.snapshot.write().unwrap() = Arc::new(snapshot);
        self.versions.send_modify(|version| *version += 1);
    }
}

impl Source for Published {
    fn snapshot(&self) -> Arc<v::Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap())
    }

    fn findings(&self) -> Arc<[Finding]> {
        Arc::clone(&self.findings)
    }

    fn versions(&self) -> watch::Receiver<u64> {
        self.versions.subscribe()
    }

    fn live(&self) -> Result<(), String> {
        Ok(())
    }

    fn ready(&self) -> Result<(), String> {
        if *self.versions.borrow() > 0 {
            Ok(())
        } else {
            Err("nothing is read yet".to_owned())
        }
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    format!("{text}T09:00:00Z").parse().unwrap()
}

fn midnight(text: &str) -> Timestamp {
    format!("{text}T00:00:00Z").parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-11-23")
}

/// Two assessments that matter, three that stand aside.
pub(crate) fn snapshot() -> v::Snapshot {
    let program = Arc::new(Program::compile(Arc::new(model())).unwrap());
    let model_view = v::ModelView {
        name: "harbour-2026".into(),
        life: Some(life()),
        program: Ok(Arc::clone(&program)),
    };
    let assessments = [
        fallen(&program),
        standing(&program),
        paused(&program),
        graded(&program),
        silent(&program),
        broken(),
    ];
    v::Snapshot {
        at: now(),
        next_due: None,
        models: [(model_view.name.clone(), Arc::new(model_view))]
            .into_iter()
            .collect(),
        assessments: assessments
            .into_iter()
            .map(|view| (view.key.clone(), Arc::new(view)))
            .collect(),
        capabilities: capabilities(),
        attestations: [attestation()]
            .into_iter()
            .map(|view| (view.key.clone(), Arc::new(view)))
            .collect(),
        waivers: [waiver("spare-link", Ok(())), waiver("old", Err("Expired"))]
            .into_iter()
            .map(|view| (view.key.clone(), Arc::new(view)))
            .collect(),
    }
}

/// The same, with the fall mended.
pub(crate) fn mended() -> v::Snapshot {
    let mut snapshot = snapshot();
    let program = snapshot
        .models
        .get("harbour-2026")
        .unwrap()
        .program
        .as_ref()
        .unwrap();
    let mut view = standing(program);
    view.key = ObjectKey::new(Kind::Assessment, "north", "north-general");
    snapshot
        .assessments
        .insert_mut(view.key.clone(), Arc::new(view));
    snapshot
}

/// A world whose names and texts all try to break out.
pub(crate) fn hostile() -> v::Snapshot {
    let mut snapshot = snapshot();
    let program = snapshot
        .models
        .get("harbour-2026")
        .unwrap()
        .program
        .as_ref()
        .unwrap();
    let mut view = fallen(program);
    view.key = ObjectKey::new(Kind::Assessment, HOSTILE, HOSTILE);
    let mut spec = spec();
    spec.scope = Some(HOSTILE.into());
    spec.owner = o::Owner {
        team: Some(HOSTILE.into()),
        contact: Some(HOSTILE.into()),
    };
    spec.organisation = Some(HOSTILE.into());
    view.spec = Arc::new(spec);
    for row in &mut view.criteria {
        row.note = Some(HOSTILE.to_owned());
        row.owner = Some(HOSTILE.into());
        row.capability = Some(HOSTILE.into());
    }
    let mut ledger = view.ledger.as_ref().clone();
    ledger.standing[0].capability = Some(HOSTILE.to_owned());
    view.ledger = Arc::new(ledger);
    snapshot
        .assessments
        .insert_mut(view.key.clone(), Arc::new(view));
    snapshot
}

fn finding() -> Finding {
    let text = "spec:\n  type: wireless-most-premises\n  clam: Present\n";
    let start = text.find("clam").unwrap();
    let diagnostic =
        Diagnostic::error("UnknownField", "spec.clam", "there is no field `clam` here")
            .with_help("did you mean `claim`?");
    Finding {
        object: Some(ObjectKey::new(
            Kind::Capability,
            "north",
            "wireless-most-premises",
        )),
        ..Finding::at(
            &"north/wireless.yaml".into(),
            text,
            start..start + 4,
            diagnostic,
        )
    }
}

fn life() -> o::Life {
    o::Life {
        uid: "uid".into(),
        generation: 1,
    }
}

fn owner() -> o::Owner {
    o::Owner {
        team: Some("network".into()),
        contact: Some("network@north.example".into()),
    }
}

/// Name, stage, domain, kind, title.
type Row = (
    &'static str,
    u32,
    &'static str,
    m::CriterionKind,
    &'static str,
);

const CRITERIA: [Row; 12] = [
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

fn model() -> m::Model {
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

fn criterion(row: &Row) -> m::Criterion {
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

pub(crate) fn spec() -> o::Assessment {
    o::Assessment {
        model: "harbour-2026".into(),
        owner: owner(),
        scope: None,
        organisation: Some("North Group".into()),
        attributes: BTreeMap::new(),
        capabilities: None,
        rolls_up: false,
        not_applicable: Vec::new(),
        target: Some(o::Target {
            stage: 4,
            up_to: None,
            by: Some(jiff::civil::date(2027, 6, 30)),
        }),
        mode: o::Mode::Prescriptive,
        engagement: o::Engagement {
            state: o::EngagementState::Active,
            reason: None,
            since: None,
            until: None,
            resume_when: None,
        },
        regression: o::Regression {
            hold_for: SignedDuration::ZERO,
            on_model_change: o::OnModelChange::NewMark,
            acknowledge: None,
        },
    }
}

/// A view of nothing, to be filled.
pub(crate) fn empty(
    name: &str,
    program: Option<&Arc<Program>>,
    spec: o::Assessment,
) -> v::AssessmentView {
    v::AssessmentView {
        key: ObjectKey::new(Kind::Assessment, "north", name),
        life: life(),
        spec: Arc::new(spec),
        standing: Standing::Live,
        program: program.cloned(),
        problem: None,
        at: now(),
        assessed: true,
        stage: None,
        potential_stage: None,
        stage_without_waivers: None,
        next_stage: None,
        missing: 0,
        score: None,
        stages: Vec::new(),
        domains: Vec::new(),
        criteria: Vec::new(),
        tally: v::Tally::default(),
        confidence: v::Confidence::default(),
        gaps: Vec::new(),
        next_steps: Vec::new(),
        awarded: None,
        forecast: None,
        ends: Vec::new(),
        impacts: Vec::new(),
        target_at_risk: false,
        paused: false,
        stale_sources: Vec::new(),
        inputs_digest: "inputs".to_owned(),
        ledger: Arc::new(Ledger::default()),
        basis: gradus_engine::fold::Basis::default(),
    }
}

fn fallen(program: &Arc<Program>) -> v::AssessmentView {
    let mut spec = spec();
    spec.scope = Some("North General Hospital".into());
    let mut view = empty("north-general", Some(program), spec);
    view.stage = Some(2);
    view.potential_stage = Some(2);
    view.stage_without_waivers = Some(1);
    view.next_stage = Some(3);
    view.missing = 1;
    view.stages = vec![
        rung(0, "Ashore", [0, 0, 0, 0, 0], true, true),
        rung(1, "Moored", [4, 4, 0, 0, 3], true, true),
        rung(2, "Rigged", [2, 2, 1, 0, 2], true, true),
        rung(3, "Under way", [3, 1, 0, 1, 3], false, false),
        rung(4, "Ocean-going", [2, 2, 0, 0, 2], true, false),
    ];
    view.domains = vec![
        domain("mobility", "Mobility", 1, 1, 2),
        domain("security", "Security", 4, 3, 3),
    ];
    view.criteria = criteria_of_the_fallen();
    view.tally = v::Tally {
        met: 6,
        held: 1,
        unmet: 1,
        unknown: 1,
        not_applicable: 1,
        waived: 1,
        of: 11,
    };
    view.confidence = v::Confidence {
        probed: 2,
        attested: 1,
        declared: 3,
        held: 1,
        waived: 1,
        unknown: 1,
    };
    view.gaps = vec![
        gap("wireless-most-premises", Verdict::Unmet, Reason::Refuted),
        gap("end-to-end-qos", Verdict::Unknown, Reason::Stale),
    ];
    view.next_steps = vec![v::NextStep {
        criterion: "wireless-most-premises".into(),
        gain: 1,
        effort_days: Some(20),
        unlocks: vec!["adaptive-sdn-control".into()],
        blocked_by: vec!["intrusion-detection".into()],
    }];
    view.forecast = Some(v::Forecast {
        stage: 1,
        at: midnight("2026-12-15"),
        because: "waiver spare-link ends".to_owned(),
    });
    view.ends = vec![
        end("2026-12-15", v::EndKind::Waiver, "spare-link", Some(1)),
        end("2027-02-01", v::EndKind::Attestation, "policy-2026", None),
        end("2027-09-01", v::EndKind::Attestation, "cabling", None),
    ];
    view.impacts = vec![v::Impact {
        capability: "wireless-most-premises".into(),
        primary: 2,
        secondary: 1,
        stage_after: Some(2),
    }];
    view.target_at_risk = true;
    view.stale_sources = vec!["north/wireless.yaml".into()];
    view.ledger = Arc::new(ledger_of_the_fallen());
    view
}

fn criteria_of_the_fallen() -> Vec<v::CriterionView> {
    let said = [
        (Verdict::Unmet, None, None),
        (Verdict::Met, None, Some(EvidenceClass::Declared)),
        (Verdict::Met, None, Some(EvidenceClass::Probed)),
        (Verdict::Held, None, None),
        (Verdict::Met, None, Some(EvidenceClass::Attested)),
        (Verdict::Waived, None, None),
        (Verdict::Met, None, Some(EvidenceClass::Declared)),
        (Verdict::Unmet, Some(Reason::Refuted), None),
        (Verdict::Met, None, Some(EvidenceClass::Probed)),
        (Verdict::Unknown, Some(Reason::Stale), None),
        (Verdict::NotApplicable, None, None),
        (Verdict::Met, None, Some(EvidenceClass::Declared)),
    ];
    let row = |(index, (verdict, reason, class)): (
        usize,
        (Verdict, Option<Reason>, Option<EvidenceClass>),
    )| {
        let name: Name = CRITERIA[index].0.into();
        v::CriterionView {
            index,
            name: name.clone(),
            verdict,
            reason,
            class,
            capability: (verdict != Verdict::NotApplicable).then_some(name),
            owner: Some("network".into()),
            met_by: None,
            points: None,
            note: (verdict == Verdict::Waived)
                .then(|| "waiver spare-link until 14 Dec 2026".to_owned()),
        }
    };
    said.into_iter().enumerate().map(row).collect()
}

fn ledger_of_the_fallen() -> Ledger {
    let entry =
        |sequence: u64, day: &str, from: Option<u32>, to: u32, cause: Option<Cause>| Entry {
            sequence,
            at: at(day),
            domain: None,
            from,
            to,
            cause,
            capability: cause.map(|_| "wireless-most-premises".to_owned()),
            digest: format!("digest-{sequence}"),
        };
    Ledger {
        stage: Some(2),
        stage_changed_at: Some(at("2026-11-23")),
        high_water: Some(mark(4, "2026-09-14")),
        first: Some(First {
            stage: 1,
            at: at("2026-03-02"),
        }),
        domain_high_water: [("mobility".to_owned(), 3)].into_iter().collect(),
        sequence: 4,
        regressions: 1,
        standing: vec![Fall {
            sequence: 4,
            domain: None,
            from: 4,
            to: 2,
            recovered: None,
            since: at("2026-11-23"),
            cause: Cause::CapabilityLost,
            capability: Some("wireless-most-premises".to_owned()),
            evidence: None,
        }],
        history: vec![
            entry(1, "2026-03-02", None, 1, None),
            entry(2, "2026-06-20", Some(1), 3, None),
            entry(3, "2026-09-14", Some(3), 4, None),
            entry(4, "2026-11-23", Some(4), 2, Some(Cause::CapabilityLost)),
        ],
        ..Ledger::default()
    }
}

fn mark(stage: u32, day: &str) -> Mark {
    Mark {
        model: "harbour-2026".to_owned(),
        model_digest: "d1".to_owned(),
        stage,
        at: at(day),
    }
}

fn standing(program: &Arc<Program>) -> v::AssessmentView {
    let mut spec = spec();
    spec.scope = Some("Saint Brigid's Clinic".into());
    spec.target = Some(o::Target {
        stage: 3,
        up_to: Some(4),
        by: None,
    });
    let mut view = empty("saint-brigid", Some(program), spec);
    view.stage = Some(4);
    view.potential_stage = Some(4);
    view.stage_without_waivers = Some(4);
    view.stages = vec![
        rung(0, "Ashore", [0, 0, 0, 0, 0], true, true),
        rung(1, "Moored", [4, 4, 0, 0, 3], true, true),
        rung(2, "Rigged", [2, 2, 0, 0, 2], true, true),
        rung(3, "Under way", [3, 3, 0, 0, 3], true, true),
        rung(4, "Ocean-going", [2, 2, 0, 0, 2], true, true),
    ];
    view.tally = v::Tally {
        met: 11,
        of: 11,
        ..v::Tally::default()
    };
    view.confidence = v::Confidence {
        probed: 8,
        declared: 3,
        ..v::Confidence::default()
    };
    view.awarded = Some(v::AwardView {
        stage: 3,
        organisation: "Harbour Board".into(),
        attestation: "award-2025".into(),
        at: at("2025-05-01"),
        valid_until: midnight("2028-05-01"),
    });
    view.ledger = Arc::new(Ledger {
        stage: Some(4),
        stage_changed_at: Some(at("2026-11-03")),
        high_water: Some(mark(4, "2026-11-03")),
        sequence: 1,
        history: vec![Entry {
            sequence: 1,
            at: at("2026-11-03"),
            domain: None,
            from: None,
            to: 4,
            cause: None,
            capability: None,
            digest: "digest".to_owned(),
        }],
        ..Ledger::default()
    });
    view
}

fn paused(program: &Arc<Program>) -> v::AssessmentView {
    let mut view = fallen(program);
    let mut spec = spec();
    spec.scope = Some("Harbour Lab".into());
    spec.engagement.state = o::EngagementState::Paused;
    spec.engagement.reason = Some("the lab moves house".to_owned());
    spec.engagement.since = Some(jiff::civil::date(2026, 10, 1));
    spec.engagement.until = Some(jiff::civil::date(2027, 1, 31));
    view.key = ObjectKey::new(Kind::Assessment, "north", "lab");
    view.spec = Arc::new(spec);
    view.paused = true;
    view
}

fn graded(program: &Arc<Program>) -> v::AssessmentView {
    let mut spec = spec();
    spec.scope = Some("Group services".into());
    spec.target = None;
    spec.mode = o::Mode::Descriptive;
    let mut view = empty("services", Some(program), spec);
    view.score = Some(v::ScoreView {
        numerator: "46".to_owned(),
        denominator: "15".to_owned(),
        shown: "3.1".to_owned(),
        potential_shown: "3.4".to_owned(),
        known: 12,
        of: 13,
    });
    let mut technology = domain("technology", "Technology", 0, 3, 4);
    technology.stage = None;
    technology.score = Some("3.5".to_owned());
    view.domains = vec![technology];
    view
}

fn silent(program: &Arc<Program>) -> v::AssessmentView {
    let mut view = empty("annexe", Some(program), spec());
    view.assessed = false;
    view
}

fn broken() -> v::AssessmentView {
    let mut spec = spec();
    spec.model = "harbour-2062".into();
    let mut view = empty("east-wing", None, spec);
    view.assessed = false;
    view.problem = Some((
        "ModelNotFound",
        "there is no model `harbour-2062`".to_owned(),
    ));
    view.ledger = Arc::new(Ledger {
        stage: Some(3),
        ..Ledger::default()
    });
    view
}

/// Of, met, waived, unknown, required.
fn rung(rank: u32, title: &str, counts: [u64; 5], passes: bool, reached: bool) -> v::StageView {
    let [of, met, waived, unknown, required] = counts;
    v::StageView {
        rank,
        title: title.to_owned(),
        of,
        met,
        waived,
        unknown,
        required,
        passes,
        passes_potentially: met + unknown >= required,
        gate: None,
        reached,
    }
}

fn domain(name: &str, title: &str, stage: u32, met: u64, of: u64) -> v::DomainView {
    v::DomainView {
        name: name.into(),
        title: title.to_owned(),
        parent: None,
        report: true,
        stage: Some(stage),
        score: None,
        met,
        required: of,
        missing: of - met,
        of,
    }
}

fn gap(criterion: &str, verdict: Verdict, reason: Reason) -> v::Gap {
    v::Gap {
        criterion: criterion.into(),
        stage: Some(3),
        verdict,
        reason,
        owner: Some("network".into()),
    }
}

fn end(day: &str, kind: v::EndKind, name: &str, falls_to: Option<u32>) -> v::End {
    v::End {
        at: midnight(day),
        kind,
        name: name.into(),
        capability: Some("intrusion-detection".into()),
        falls_to,
    }
}

/// Capabilities are compact in a snapshot and cannot be made by hand: a real world holds them.
fn capabilities() -> Capabilities {
    let claims = [
        ("documented-cabling", o::Claim::Present),
        ("central-network-management", o::Claim::Present),
        ("wireless-most-premises", o::Claim::Present),
        ("end-to-end-qos", o::Claim::Unknown),
        ("advanced-ips", o::Claim::Absent),
    ];
    let objects = claims.map(|(name, claim)| {
        let key = ObjectKey::new(Kind::Capability, "north", name);
        let life = o::Life {
            uid: name.into(),
            generation: 1,
        };
        (key, life, o::Object::Capability(capability(name, claim)))
    });
    let refuted = Delta::Evidence {
        capability: "wireless-most-premises".into(),
        item: "controllers-up".into(),
        item_digest: "item".into(),
        conclusive: Some(Observation {
            verdict: Truth::False,
            facts: [("standard".into(), FactValue::Text("802.11ax".into()))]
                .into_iter()
                .collect(),
            at: at("2026-11-22"),
        }),
        attempt: None,
    };
    let mut world = World::from_scratch(objects, [refuted], [], now());
    world.snapshot().capabilities
}

fn capability(name: &str, claim: o::Claim) -> o::Capability {
    let wireless = name == "wireless-most-premises";
    let evidence = o::EvidenceItem {
        name: "controllers-up".into(),
        digest: "item".into(),
        max_age: SignedDuration::from_hours(24 * 8),
        grace: SignedDuration::from_hours(1),
        kind: o::EvidenceKind::Probe {
            source: o::ProbeSource::Promql,
            facts: vec!["standard".into()],
        },
    };
    o::Capability {
        kind: name.into(),
        labels: o::Labels::new(),
        claim,
        owner: owner(),
        facts: [
            ("premises".into(), FactValue::Integer(41)),
            ("standard".into(), FactValue::Text("802.11ac".into())),
        ]
        .into_iter()
        .collect(),
        units: None,
        depends_on: if wireless {
            vec![
                ("central-network-management".into(), m::Strength::Advise),
                ("directory".into(), m::Strength::Gate),
            ]
        } else {
            Vec::new()
        },
        evidence: if wireless { vec![evidence] } else { Vec::new() },
    }
}

fn attestation() -> v::AttestationView {
    v::AttestationView {
        key: ObjectKey::new(Kind::Attestation, "north", "site-walk"),
        life: life(),
        spec: Arc::new(o::Attestation {
            subject: o::Subject::Capability("wireless-most-premises".into()),
            statement: "I walked all premises".to_owned(),
            facts: BTreeMap::new(),
            attested_by: "m.keane@north.example".into(),
            external: Some("Surveyors Ltd".into()),
            issued: jiff::civil::date(2026, 2, 1),
            valid_until: jiff::civil::date(2027, 1, 31),
            created: None,
        }),
        standing: Standing::Live,
        counted: Ok(()),
        valid_until: midnight("2027-02-01"),
    }
}

fn waiver(name: &str, effective: Result<(), &'static str>) -> v::WaiverView {
    v::WaiverView {
        key: ObjectKey::new(Kind::Waiver, "north", name),
        life: life(),
        spec: Arc::new(o::Waiver {
            assessment: "north-general".into(),
            criteria: vec!["intrusion-detection".into()],
            reason: "the spare link is ordered".to_owned(),
            requested_by: "n.byrne".into(),
            approved_by: Some("m.keane".into()),
            from: jiff::civil::date(2026, 6, 15),
            until: jiff::civil::date(2026, 12, 14),
            treat_as: o::TreatAs::Met,
        }),
        standing: Standing::Live,
        effective,
        would_pass_now: false,
        until: midnight("2026-12-15"),
    }
}

/// Seconds since 1970, as a scrape writes them.
pub(crate) fn seconds(text: &str) -> String {
    text.parse::<Timestamp>().unwrap().as_second().to_string()
}

/// A view of one's own to change.
pub(crate) fn copy(view: &v::AssessmentView) -> v::AssessmentView {
    v::AssessmentView {
        key: view.key.clone(),
        life: view.life.clone(),
        spec: Arc::clone(&view.spec),
        standing: view.standing.clone(),
        program: view.program.clone(),
        problem: view.problem.clone(),
        score: view.score.clone(),
        stages: view.stages.clone(),
        domains: view.domains.clone(),
        criteria: view.criteria.clone(),
        gaps: view.gaps.clone(),
        next_steps: view.next_steps.clone(),
        awarded: view.awarded.clone(),
        forecast: view.forecast.clone(),
        ends: view.ends.clone(),
        impacts: view.impacts.clone(),
        stale_sources: view.stale_sources.clone(),
        inputs_digest: view.inputs_digest.clone(),
        ledger: Arc::clone(&view.ledger),
        basis: view.basis.clone(),
        ..*view
    }
}

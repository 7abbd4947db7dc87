//! Assessments in every state: fallen, standing, paused, graded, silent, and without a model.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::delta::Standing;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::ledger::{Entry, Fall, First, Ledger, Mark};
use gradus_engine::object as o;
use gradus_engine::program::Program;
use gradus_engine::verdict::{Cause, EvidenceClass, NotScored, Reason, Transition, Verdict};
use gradus_engine::view as v;
use jiff::SignedDuration;

use super::model::CRITERIA;
use super::objects::{life, owner};
use super::{at, midnight, now};

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
        target_risk: None,
        paused: false,
        stale_sources: Vec::new(),
        inputs_digest: "inputs".to_owned(),
        ledger: Arc::new(Ledger::default()),
        broken: None,
    }
}

pub(super) fn fallen(program: &Arc<Program>) -> v::AssessmentView {
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
    view.target_risk = Some(v::TargetRisk::TooLong(10));
    view.stale_sources = vec!["north/wireless.yaml".into()];
    view.ledger = Arc::new(ledger_of_the_fallen());
    view
}

pub(super) fn criteria_of_the_fallen() -> Vec<v::CriterionView> {
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

pub(super) fn ledger_of_the_fallen() -> Ledger {
    let entry =
        |sequence: u64, day: &str, from: Option<u32>, to: u32, cause: Option<Cause>| Entry {
            sequence,
            at: at(day),
            transition: match cause {
                Some(_) => Transition::Fall,
                None => Transition::Rise,
            },
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

pub(super) fn mark(stage: u32, day: &str) -> Mark {
    Mark {
        model: "harbour-2026".to_owned(),
        model_digest: "d1".to_owned(),
        stage,
        at: at(day),
    }
}

pub(super) fn standing(program: &Arc<Program>) -> v::AssessmentView {
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
            transition: Transition::Rise,
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

pub(super) fn paused(program: &Arc<Program>) -> v::AssessmentView {
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

pub(super) fn graded(program: &Arc<Program>) -> v::AssessmentView {
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

pub(super) fn silent(program: &Arc<Program>) -> v::AssessmentView {
    let mut view = empty("annexe", Some(program), spec());
    view.assessed = false;
    view
}

pub(super) fn broken() -> v::AssessmentView {
    let mut spec = spec();
    spec.model = "harbour-2062".into();
    let mut view = empty("east-wing", None, spec);
    view.assessed = false;
    view.problem = Some(v::Problem {
        reason: NotScored::ModelNotFound,
        message: "there is no model `harbour-2062`".to_owned(),
    });
    view.ledger = Arc::new(Ledger {
        stage: Some(3),
        ..Ledger::default()
    });
    view
}

/// Of, met, waived, unknown, required.
pub(super) fn rung(
    rank: u32,
    title: &str,
    counts: [u64; 5],
    passes: bool,
    reached: bool,
) -> v::StageView {
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

pub(super) fn domain(name: &str, title: &str, stage: u32, met: u64, of: u64) -> v::DomainView {
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

pub(super) fn gap(criterion: &str, verdict: Verdict, reason: Reason) -> v::Gap {
    v::Gap {
        criterion: criterion.into(),
        stage: Some(3),
        verdict,
        reason,
        owner: Some("network".into()),
    }
}

pub(super) fn end(day: &str, kind: v::EndKind, name: &str, falls_to: Option<u32>) -> v::End {
    v::End {
        at: midnight(day),
        kind,
        name: name.into(),
        capability: Some("intrusion-detection".into()),
        falls_to,
    }
}

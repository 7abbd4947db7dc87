//! Capabilities and assessments of a site.

use std::collections::BTreeMap;

use gradus_engine::fact::{FactValue, Facts};
use gradus_engine::object::{
    Assessment, Capability, Claim, Engagement, EngagementState, Labels, Mode, OnModelChange, Owner,
    Regression,
};
use jiff::SignedDuration;

use super::scramble;

const MODES: [&str; 4] = ["active", "active/active", "active/standby", "none"];
const VENDORS: [&str; 5] = ["acme", "globex", "initech", "umbrella", "none"];
const VERSIONS: [&str; 4] = ["1.4", "1.12", "2.0", "3.1"];

/// A capability with ten facts. One in eight is claimed absent; every turn moves three facts.
pub(crate) fn capability(site: usize, kind: usize, turn: usize) -> Capability {
    let number = scramble(site * 1_000 + kind, 1);
    let moved = if turn == 0 {
        number
    } else {
        scramble(number, turn)
    };
    let pick = |texts: &[&str], salt| texts[scramble(number, salt) % texts.len()].into();
    let below = |bound: usize, salt| {
        FactValue::Integer(i64::try_from(scramble(number, salt) % bound).expect("small"))
    };
    let facts = [
        (
            "level",
            FactValue::Integer(i64::try_from(moved % 5).expect("small")),
        ),
        ("monitored", FactValue::Boolean(!moved.is_multiple_of(3))),
        (
            "coverage",
            FactValue::Integer(i64::try_from(moved % 101).expect("small")),
        ),
        ("replicas", below(4, 2)),
        ("latency", below(300, 3)),
        ("mode", FactValue::Text(pick(&MODES, 4))),
        ("vendor", FactValue::Text(pick(&VENDORS, 5))),
        ("version", FactValue::Text(pick(&VERSIONS, 6))),
        (
            "encrypted",
            FactValue::Boolean(scramble(number, 7).is_multiple_of(2)),
        ),
        (
            "tested",
            FactValue::Boolean(!scramble(number, 8).is_multiple_of(4)),
        ),
    ];
    Capability {
        kind: format!("Type{kind:02}").as_str().into(),
        labels: Labels::new(),
        claim: if has(site, kind) {
            Claim::Present
        } else {
            Claim::Absent
        },
        owner: Owner {
            team: Some(format!("team-{}", kind % 12).into()),
            contact: Some(format!("team-{}@hospital.example", kind % 12).into()),
        },
        facts: facts
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect::<Facts>(),
        units: None,
        depends_on: Vec::new(),
        evidence: Vec::new(),
    }
}

/// Whether a site claims to have a capability.
fn has(site: usize, kind: usize) -> bool {
    !scramble(site * 1_000 + kind, 9).is_multiple_of(8)
}

/// An assessment of the whole site under one model.
pub(crate) fn assessment(model: usize) -> Assessment {
    Assessment {
        model: format!("model-{model}").into(),
        owner: Owner::default(),
        scope: None,
        organisation: None,
        attributes: BTreeMap::new(),
        capabilities: None,
        rolls_up: false,
        not_applicable: Vec::new(),
        target: None,
        mode: Mode::Prescriptive,
        engagement: Engagement {
            state: EngagementState::Active,
            reason: None,
            since: None,
            until: None,
            resume_when: None,
        },
        regression: Regression {
            hold_for: SignedDuration::ZERO,
            on_model_change: OnModelChange::NewMark,
            acknowledge: None,
        },
    }
}

//! What assessments read: capabilities, attestations, waivers.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::delta::{Delta, Observation, Standing};
use gradus_engine::fact::FactValue;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::model as m;
use gradus_engine::object as o;
use gradus_engine::query::oracle;
use gradus_engine::verdict::{NotEffective, Truth};
use gradus_engine::view as v;
use gradus_engine::view::Capabilities;
use jiff::SignedDuration;

use super::{at, midnight, now};

pub(super) fn life() -> o::Life {
    o::Life {
        uid: "uid".into(),
        generation: 1,
    }
}

pub(super) fn owner() -> o::Owner {
    o::Owner {
        team: Some("network".into()),
        contact: Some("network@north.example".into()),
    }
}

/// Capabilities are compact in a snapshot and cannot be made by hand: a real world holds them.
pub(super) fn capabilities() -> Capabilities {
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
    let mut world = oracle::from_scratch(objects, [refuted], [], now());
    world.snapshot().capabilities
}

/// One capability whose evidence was seen to hold, whatever is claimed of it.
pub(crate) fn observed(name: &str, claim: o::Claim) -> Capabilities {
    let key = ObjectKey::new(Kind::Capability, "north", name);
    let life = life();
    let holds = Delta::Evidence {
        capability: life.uid.clone(),
        item: "controllers-up".into(),
        item_digest: "item".into(),
        conclusive: Some(Observation {
            verdict: Truth::True,
            facts: BTreeMap::new(),
            at: at("2026-11-22"),
        }),
        attempt: None,
    };
    let object = o::Object::Capability(capability(name, claim));
    let mut world = oracle::from_scratch([(key, life, object)], [holds], [], now());
    world.snapshot().capabilities
}

pub(super) fn capability(name: &str, claim: o::Claim) -> o::Capability {
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

pub(super) fn attestation() -> v::AttestationView {
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

pub(super) fn waiver(name: &str, effective: Result<(), NotEffective>) -> v::WaiverView {
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

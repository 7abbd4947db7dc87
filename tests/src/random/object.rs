//! Capabilities, attestations, waivers and assessments, mostly about each other.

use gradus_engine::delta::Delta;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::model::Strength;
use gradus_engine::object::{
    Assessment, Attestation, Capability, Claim, Engagement, EngagementState, EvidenceItem,
    EvidenceKind, Labels, Mode, Object, OnModelChange, Owner, ProbeSource, Regression, Subject,
    TreatAs, Unit, Units, Waiver,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};

use super::predicate::{FACTS, facts};
use super::requirement::UNITS;
use super::{KINDS, Rng, noon, numbered, upsert};
use crate::scene::Scene;

const CAPABILITIES: u32 = 9;
const ASSESSMENTS: u32 = 3;

fn day(offset: i64) -> Date {
    let today = noon().to_zoned(TimeZone::UTC).date();
    today
        .checked_add(Span::new().days(offset))
        .expect("a date of our time")
}

fn around(rng: &mut Rng, days: u32) -> i64 {
    i64::from(rng.below(2 * days)) - i64::from(days)
}

fn some_labels(rng: &mut Rng, percent: u32) -> Labels {
    let mut labels = Labels::new();
    if rng.chance(percent) {
        labels.insert("site".into(), (*rng.pick(&["east", "west"])).into());
    }
    labels
}

/// A capability, new or instead of one.
pub(super) fn capability_in(rng: &mut Rng, namespace: &str) -> Delta {
    let key = ObjectKey::new(
        Kind::Capability,
        namespace,
        &numbered("capability", rng.below(CAPABILITIES)),
    );
    let capability = capability(rng);
    upsert(rng, key, Object::Capability(capability))
}

/// What a capability may say.
pub(super) fn capability(rng: &mut Rng) -> Capability {
    Capability {
        kind: (*rng.pick(&KINDS)).into(),
        labels: some_labels(rng, 70),
        claim: *rng.pick(&[
            Claim::Present,
            Claim::Present,
            Claim::Present,
            Claim::Present,
            Claim::Absent,
            Claim::Unknown,
        ]),
        owner: Owner {
            team: rng
                .chance(50)
                .then(|| (*rng.pick(&["east", "west"])).into()),
            contact: None,
        },
        facts: facts(rng, 60),
        units: units(rng),
        depends_on: dependencies(rng),
        evidence: evidence(rng),
    }
}

fn units(rng: &mut Rng) -> Option<Units> {
    match rng.below(4) {
        0 => None,
        1 => {
            let total = u64::from(rng.below(6));
            Some(Units::Totals {
                total,
                covered: total.min(u64::from(rng.below(6))),
            })
        }
        _ => Some(Units::Items(
            rng.some(&UNITS, 70)
                .into_iter()
                .map(|name| Unit {
                    name: name.into(),
                    weight: u64::from(1 + rng.below(3)),
                    covered: rng.chance(75),
                })
                .collect(),
        )),
    }
}

fn dependencies(rng: &mut Rng) -> Vec<(Name, Strength)> {
    let mut dependencies: Vec<(Name, Strength)> = Vec::new();
    while rng.chance(22) {
        let name = numbered("capability", rng.below(CAPABILITIES));
        if dependencies.iter().all(|(known, _)| *known != name) {
            dependencies.push((
                name,
                if rng.chance(80) {
                    Strength::Gate
                } else {
                    Strength::Advise
                },
            ));
        }
    }
    dependencies
}

fn evidence(rng: &mut Rng) -> Vec<EvidenceItem> {
    let mut items = Vec::new();
    let mut supplied = FACTS.to_vec();
    while rng.chance(30) && items.len() < 3 {
        let kind = if rng.chance(65) {
            let facts = rng.some(&supplied, 25);
            supplied.retain(|fact| !facts.contains(fact));
            EvidenceKind::Probe {
                source: ProbeSource::Http,
                facts: facts.into_iter().map(Into::into).collect(),
            }
        } else {
            EvidenceKind::Attestation {
                minimum: 1 + rng.below(2),
                external: rng.chance(20),
            }
        };
        items.push(EvidenceItem {
            name: numbered("item", u32::try_from(items.len()).expect("a few")),
            digest: format!("item-{}", rng.next_number()).into(),
            max_age: SignedDuration::from_hours(i64::from(1 + rng.below(20 * 24))),
            grace: SignedDuration::from_hours(i64::from(rng.below(48))),
            kind,
        });
    }
    items
}

/// An attestation, of a capability or of a stage.
pub(super) fn attestation_in(rng: &mut Rng, namespace: &str, scene: &Scene) -> Delta {
    let key = ObjectKey::new(
        Kind::Attestation,
        namespace,
        &numbered("attestation", rng.below(8)),
    );
    let award = rng.chance(30);
    let issued = around(rng, 40);
    let attestation = Attestation {
        subject: if award {
            self::award(rng, scene)
        } else {
            Subject::Capability(numbered("capability", rng.below(CAPABILITIES)))
        },
        statement: String::new(),
        facts: if award { facts(rng, 0) } else { facts(rng, 30) },
        attested_by: "anna".into(),
        external: (award || rng.chance(30)).then(|| "auditors".into()),
        issued: day(issued),
        valid_until: day(issued + i64::from(rng.below(60))),
        created: rng.chance(50).then(|| {
            // Three years ago, give or take, so that the cap is met now and then.
            noon() - SignedDuration::from_hours(24 * (3 * 365 + around(rng, 30)))
        }),
    };
    upsert(rng, key, Object::Attestation(attestation))
}

fn award(rng: &mut Rng, scene: &Scene) -> Subject {
    let model = numbered("model", rng.below(2));
    let last = scene
        .model(&model)
        .and_then(|model| model.stages.last())
        .map_or(1, |stage| stage.rank);
    Subject::Award {
        assessment: numbered("assessment", rng.below(ASSESSMENTS)),
        model,
        stage: if rng.chance(70) { last } else { rng.below(7) },
    }
}

fn criteria(rng: &mut Rng, scene: &Scene, percent: u32) -> Vec<Name> {
    let model = scene.model(&numbered("model", rng.below(2)));
    let names: Vec<Name> = model
        .into_iter()
        .flat_map(|model| &model.criteria)
        .map(|criterion| criterion.name.clone())
        .collect();
    rng.some(&names, percent)
}

/// A waiver, approved or not.
pub(super) fn waiver_in(rng: &mut Rng, namespace: &str, scene: &Scene) -> Delta {
    let key = ObjectKey::new(Kind::Waiver, namespace, &numbered("waiver", rng.below(5)));
    let from = around(rng, 30);
    let waiver = Waiver {
        assessment: numbered("assessment", rng.below(ASSESSMENTS)),
        criteria: criteria(rng, scene, 30),
        reason: String::new(),
        requested_by: "anna".into(),
        approved_by: rng.chance(80).then(|| "berta".into()),
        from: day(from),
        until: day(from + i64::from(rng.below(60))),
        treat_as: if rng.chance(70) {
            TreatAs::Met
        } else {
            TreatAs::NotApplicable
        },
    };
    upsert(rng, key, Object::Waiver(waiver))
}

/// An assessment, new or instead of one.
pub(super) fn assessment_in(rng: &mut Rng, namespace: &str, scene: &Scene) -> Delta {
    let key = ObjectKey::new(
        Kind::Assessment,
        namespace,
        &numbered("assessment", rng.below(ASSESSMENTS)),
    );
    let assessment = assessment(rng, scene);
    upsert(rng, key, Object::Assessment(assessment.into()))
}

/// What an assessment may say.
pub(super) fn assessment(rng: &mut Rng, scene: &Scene) -> Assessment {
    let excused = criteria(rng, scene, 8);
    let mut attributes = std::collections::BTreeMap::new();
    if rng.chance(60) {
        attributes.insert(
            "setting".into(),
            vec![(*rng.pick(&["acute", "community", "mental"])).into()],
        );
    }
    Assessment {
        model: numbered("model", rng.below(2)),
        owner: Owner::default(),
        scope: None,
        organisation: None,
        attributes,
        capabilities: rng.chance(30).then(|| some_labels(rng, 80)),
        rolls_up: rng.chance(2),
        not_applicable: excused
            .into_iter()
            .map(|name| (name, "none here".to_owned()))
            .collect(),
        target: None,
        mode: Mode::Prescriptive,
        engagement: Engagement {
            state: if rng.chance(90) {
                EngagementState::Active
            } else {
                EngagementState::Paused
            },
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

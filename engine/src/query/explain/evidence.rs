//! What a capability rests on: evidence with ages, attestations, dependencies, owners.

use jiff::Timestamp;

use super::line::{Explanation, words};
use crate::capability::{CapabilityNow, Record, gates};
use crate::key::{Kind, ObjectKey};
use crate::time::Phase;
use crate::world::World;

/// What a capability rests on.
pub(super) fn explain_state(world: &World, capability: &CapabilityNow) -> Explanation {
    let record = &capability.record;
    let owner = record
        .owner
        .team
        .as_ref()
        .map_or_else(|| "nobody".to_owned(), ToString::to_string);
    let mut because = Vec::new();
    let now = world.now.unwrap_or(Timestamp::UNIX_EPOCH);
    let evidence = capability
        .derived
        .detail
        .iter()
        .flat_map(|detail| &detail.evidence);
    for item in evidence {
        let age = item
            .observed_at
            .map(|at| format!("observed {}", ago(at, now)));
        let end = item
            .expires_at
            .map(|at| format!("ends {}", at.strftime("%Y-%m-%d")));
        let reason = item.reason.map(|reason| words(reason.as_str()));
        let detail: Vec<String> = reason.into_iter().chain(age).chain(end).collect();
        let line = Explanation::new(
            format!("evidence {} ({})", item.name, item.kind),
            item.verdict,
        );
        because.push(line.detail(detail.join(", ")));
    }
    because.extend(explain_attestations(world, record, now));
    for name in gates(record) {
        let key = ObjectKey::new(Kind::Capability, &record.key.namespace, name);
        let state = world
            .capability(&key)
            .map_or("not declared".to_owned(), |(_, known)| {
                known.now.derived.state.to_string()
            });
        because.push(Explanation::new(format!("needs {name}"), state));
    }
    Explanation::new(
        format!("state of {}", record.key.name),
        capability.derived.state,
    )
    .detail(format!("claimed {:?}, owned by {owner}", record.claim))
    .because(because)
}

fn explain_attestations(world: &World, record: &Record, now: Timestamp) -> Vec<Explanation> {
    let known = world.attestations_for(&record.key);
    let mut known: Vec<_> = known.map(|(_, known)| known).collect();
    known.sort_by(|left, right| left.key.cmp(&right.key));
    known
        .into_iter()
        .map(|known| {
            let phase = match known.validity.effective_at(now) {
                Phase::NotYet => "not yet",
                Phase::Effective => "counts",
                Phase::Expired => "expired",
            };
            Explanation::new(format!("attestation {}", known.key.name), phase).detail(format!(
                "by {}, issued {}, valid until {}, unverified",
                known.spec.attested_by, known.spec.issued, known.spec.valid_until
            ))
        })
        .collect()
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    let days = now.duration_since(at).as_hours() / 24;
    match days {
        i64::MIN..=0 => "today".to_owned(),
        1 => "a day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

//! From a capability's claim, evidence and dependencies to what is believed of it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::evidence::EvidenceView;
use super::observation::{Attested, Observed};
use super::record::{Derived, Detail, Record, SuppliedFact, UnknownFact};
use super::supplied::Supplied;
use crate::delta::Standing;
use crate::key::Name;
use crate::object::{Claim, EvidenceItem, EvidenceKind, ProbeSource, Strength};
use crate::predicate::Slot;
use crate::verdict::{CapabilityState, EvidenceClass, EvidenceSource, Reason, Truth};

/// A capability's state, and why it is no better.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stated {
    pub(crate) state: CapabilityState,
    pub(crate) reason: Option<Reason>,
}

/// Something that a capability needs.
pub(crate) struct Gate {
    pub(crate) name: Name,
    /// None when it is not declared.
    pub(crate) stated: Option<Stated>,
}

/// What a capability's state rests on beside its own object.
pub(crate) struct Grounds<'w> {
    pub(crate) now: Timestamp,
    /// The instant for probes that have not failed: a forecast never ages them.
    pub(crate) healthy_at: Timestamp,
    pub(crate) standing: &'w Standing,
    /// Effective attestations that name it, newest first.
    pub(crate) attested: Vec<Attested<'w>>,
    /// Attestations that name it, stated facts and have ended, in any order.
    pub(crate) ended: Vec<Attested<'w>>,
    /// The last observations of its items, by name.
    pub(crate) observed: Option<&'w BTreeMap<Name, Observed>>,
    pub(crate) gates: Vec<Gate>,
    /// Whether it depends on itself.
    pub(crate) circular: bool,
    /// Interns a fact name.
    pub(crate) slot: &'w dyn Fn(&str) -> Option<Slot>,
}

/// What is believed of a capability.
pub(crate) fn derive(record: &Record, grounds: &Grounds<'_>) -> Derived {
    let evidence: Vec<Judged> = record
        .evidence()
        .iter()
        .map(|item| judge(item, grounds))
        .collect();
    let Stated { state, reason } = stated(record, grounds, &evidence);
    let counted = (!grounds.attested.is_empty()).then_some(EvidenceClass::Attested);
    let strongest = evidence
        .iter()
        .filter(|item| item.view.verdict == Truth::True)
        .map(|item| item.class);
    let class = strongest
        .chain(counted)
        .max()
        .unwrap_or(EvidenceClass::Declared);
    let external = grounds
        .attested
        .iter()
        .any(|attested| attested.attestation.external.is_some());
    Derived {
        state,
        reason,
        class,
        external,
        readable: !matches!(grounds.standing, Standing::Unavailable { .. }),
        detail: detail(record, grounds, evidence),
    }
}

/// An evidence item with what it came to.
pub(super) struct Judged<'w> {
    pub(super) view: EvidenceView,
    class: EvidenceClass,
    ageing: bool,
    due: Option<Timestamp>,
    pub(super) observed: Option<&'w Observed>,
}

fn stated(record: &Record, grounds: &Grounds<'_>, evidence: &[Judged<'_>]) -> Stated {
    if grounds.circular {
        return Stated::unknown(Reason::DependencyCycle);
    }
    if matches!(grounds.standing, Standing::Unavailable { .. }) {
        return Stated::unknown(Reason::SourceUnavailable);
    }
    if record.claim == Claim::Absent {
        return Stated {
            state: CapabilityState::Absent,
            reason: Some(Reason::DeclaredAbsent),
        };
    }
    let having = |truth| evidence.iter().find(move |item| item.view.verdict == truth);
    if having(Truth::False).is_some() {
        return Stated {
            state: CapabilityState::Refuted,
            reason: Some(Reason::Refuted),
        };
    }
    if let Some(item) = having(Truth::Unknown) {
        return Stated::unknown(item.view.reason.unwrap_or(Reason::NotYetProbed));
    }
    if record.claim == Claim::Unknown {
        return Stated::unknown(Reason::ClaimUnknown);
    }
    if let Some(lost) = by_dependencies(&grounds.gates) {
        return lost;
    }
    let state = if evidence.is_empty() {
        CapabilityState::Declared
    } else {
        CapabilityState::Proven
    };
    Stated {
        state,
        reason: None,
    }
}

/// What the gates make of a capability; none when all are there.
fn by_dependencies(gates: &[Gate]) -> Option<Stated> {
    let lost = |gate: &Gate| gate.stated.is_none_or(|stated| stated.state.is_lost());
    if gates.iter().any(lost) {
        return Some(Stated {
            state: CapabilityState::Degraded,
            reason: Some(Reason::Degraded),
        });
    }
    let mut stated = gates.iter().filter_map(|gate| gate.stated);
    let unknown = stated.find(|stated| stated.state == CapabilityState::Unknown)?;
    Some(Stated::unknown(
        unknown.reason.unwrap_or(Reason::ClaimUnknown),
    ))
}

impl Stated {
    fn unknown(reason: Reason) -> Self {
        Self {
            state: CapabilityState::Unknown,
            reason: Some(reason),
        }
    }
}

fn judge<'w>(item: &EvidenceItem, grounds: &Grounds<'w>) -> Judged<'w> {
    match &item.kind {
        EvidenceKind::Attestation { minimum, external } => {
            attestation(item, *minimum, *external, grounds)
        }
        EvidenceKind::Probe { source, .. } => probe(item, *source, grounds),
    }
}

fn attestation<'w>(
    item: &EvidenceItem,
    minimum: u32,
    external: bool,
    grounds: &Grounds<'w>,
) -> Judged<'w> {
    let fits = |attested: &&Attested<'_>| !external || attested.attestation.external.is_some();
    let counted: Vec<&Attested<'_>> = grounds.attested.iter().filter(fits).collect();
    let holds = counted.len() >= minimum.max(1) as usize;
    let mut ends: Vec<Timestamp> = counted
        .iter()
        .map(|attested| attested.validity.end)
        .collect();
    ends.sort_unstable();
    let spare = ends.len().saturating_sub(minimum.max(1) as usize);
    Judged {
        view: EvidenceView {
            name: item.name.clone(),
            digest: item.digest.clone(),
            kind: EvidenceSource::Attestation,
            verdict: if holds { Truth::True } else { Truth::Unknown },
            reason: (!holds).then_some(Reason::NotAttested),
            observed_at: counted.iter().map(|attested| attested.validity.start).max(),
            expires_at: ends.get(spare).copied().filter(|_| holds),
        },
        class: EvidenceClass::Attested,
        ageing: false,
        due: None,
        observed: None,
    }
}

fn probe<'w>(item: &EvidenceItem, source: ProbeSource, grounds: &Grounds<'w>) -> Judged<'w> {
    let observed = grounds.observed.and_then(|items| items.get(&item.name));
    let observed = observed.filter(|observed| observed.item_digest == item.digest);
    let conclusive = observed.and_then(|observed| observed.conclusive.as_ref());
    let after = |start: Timestamp, age| start.checked_add(age).unwrap_or(Timestamp::MAX);
    let fresh_until = conclusive.map(|found| after(found.at, item.max_age));
    let expires_at = fresh_until.map(|fresh| after(fresh, item.grace));
    let attempt = observed
        .and_then(|observed| observed.attempt)
        .map(|attempt| attempt.reason);
    let healthy = attempt.is_none() && fresh_until.is_some_and(|end| grounds.healthy_at < end);
    let now = if healthy {
        grounds.healthy_at
    } else {
        grounds.now
    };
    let (verdict, reason) = match (conclusive, expires_at) {
        (Some(found), Some(end)) if now < end => (found.verdict, None),
        (Some(_), _) => (Truth::Unknown, Some(attempt.unwrap_or(Reason::Stale))),
        (None, _) => (
            Truth::Unknown,
            Some(attempt.unwrap_or(Reason::NotYetProbed)),
        ),
    };
    let ahead = |instant: &Timestamp| *instant > now;
    Judged {
        view: EvidenceView {
            name: item.name.clone(),
            digest: item.digest.clone(),
            kind: match source {
                ProbeSource::Objects => EvidenceSource::Objects,
                ProbeSource::Promql => EvidenceSource::Promql,
                ProbeSource::Http => EvidenceSource::Http,
                ProbeSource::Report => EvidenceSource::Report,
            },
            verdict,
            reason,
            observed_at: conclusive.map(|found| found.at),
            expires_at,
        },
        class: EvidenceClass::Probed,
        ageing: fresh_until.is_some_and(|fresh| fresh <= now),
        due: fresh_until
            .filter(ahead)
            .or_else(|| expires_at.filter(ahead)),
        observed,
    }
}

fn detail(
    record: &Record,
    grounds: &Grounds<'_>,
    evidence: Vec<Judged<'_>>,
) -> Option<Box<Detail>> {
    let supplied = Supplied::now(record, grounds, &evidence);
    let last = supplied.last(record, grounds, &evidence);
    let plain = evidence.is_empty() && grounds.attested.is_empty() && grounds.gates.is_empty();
    if plain && last.is_empty() {
        return None;
    }
    let missing = grounds
        .gates
        .iter()
        .filter(|gate| gate.stated.is_none())
        .map(|gate| gate.name.clone());
    let ends = evidence
        .iter()
        .filter(|item| item.view.verdict != Truth::Unknown);
    let attested_end = grounds
        .attested
        .iter()
        .map(|attested| attested.validity.end)
        .max();
    Some(Box::new(Detail {
        missing: missing.collect(),
        valid_until: ends
            .filter_map(|item| item.view.expires_at)
            .min()
            .or(attested_end),
        due: evidence.iter().filter_map(|item| item.due).min(),
        ageing: evidence.iter().any(|item| item.ageing),
        facts: supplied
            .facts
            .into_iter()
            .map(|(slot, (value, class))| SuppliedFact { slot, value, class })
            .collect(),
        unknown: supplied
            .unknown
            .into_iter()
            .map(|(slot, reason)| UnknownFact { slot, reason })
            .collect(),
        disagreeing: supplied.disagreeing.into_iter().collect(),
        last,
        evidence: evidence.into_iter().map(|item| item.view).collect(),
    }))
}

/// Objects a capability needs, gates only.
// See D-020.
pub(crate) fn gates(record: &Record) -> impl Iterator<Item = &Name> {
    record
        .depends_on()
        .iter()
        .filter(|(_, strength)| *strength == Strength::Gate)
        .map(|(name, _)| name)
}

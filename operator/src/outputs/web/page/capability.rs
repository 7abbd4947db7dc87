//! One capability: what is believed of it, on what evidence, and what would fall with it.

use askama::Template;
use gradus_crds::wording::calendar::{distance, last_day, minute};
use gradus_crds::wording::{self, lists};
use gradus_engine::delta::Standing;
use gradus_engine::fact::FactValue;
use gradus_engine::key::{Name, ObjectKey};
use gradus_engine::model::Strength;
use gradus_engine::object::{Claim, Subject};
use gradus_engine::verdict::{CapabilityState, EvidenceClass, NotCounted, Truth};
use gradus_engine::view::{AttestationView, CapabilityView, EvidenceView, Impact};
use jiff::Timestamp;

use super::super::link;
use super::taken_down::{TakenDown, taken_down};
use super::{Frame, Link, glyphs};

#[derive(Template)]
#[template(path = "capability.html")]
struct Page<'a> {
    frame: &'a Frame,
    namespace: String,
    name: String,
    kind: String,
    glyph: &'static str,
    state: &'static str,
    reason: Option<&'static str>,
    class: Option<&'static str>,
    owner: Option<String>,
    stale: Option<String>,
    valid_until: Option<String>,
    facts: Vec<Fact>,
    evidence: Vec<Evidence>,
    no_evidence: &'static str,
    attestations: Vec<Attestation>,
    dependencies: Vec<Dependency>,
    taken_down: Vec<TakenDown>,
    impact: Vec<ImpactRow>,
    no_impact: &'static str,
}

struct Fact {
    name: String,
    value: String,
    class: &'static str,
    disagreeing: bool,
}

struct Evidence {
    name: String,
    kind: &'static str,
    glyph: &'static str,
    verdict: &'static str,
    reason: Option<&'static str>,
    ignored: Option<&'static str>,
    observed: Option<String>,
    ends: Option<String>,
}

struct Attestation {
    name: String,
    statement: String,
    by: String,
    until: String,
    counted: Result<(), NotCounted>,
}

struct Dependency {
    on: Link,
    gate: bool,
    missing: bool,
}

struct ImpactRow {
    assessment: Link,
    primary: u32,
    secondary: u32,
    stage_after: Option<u32>,
    criteria: Vec<Link>,
}

/// Renders the page of a capability; none when there is no such capability.
pub(in crate::outputs::web) fn capability(
    frame: &Frame,
    key: &ObjectKey,
) -> Option<askama::Result<String>> {
    let view = frame.snapshot.capabilities.get(key)?;
    Some(page(frame, &view).render())
}

fn page<'a>(frame: &'a Frame, view: &CapabilityView) -> Page<'a> {
    let at = frame.snapshot.at;
    Page {
        frame,
        namespace: view.key.namespace.to_string(),
        name: view.key.name.to_string(),
        kind: view.kind.to_string(),
        glyph: glyphs::of_state(view.state),
        state: view.state.as_str(),
        // The other states say it themselves.
        reason: view
            .reason
            .filter(|_| view.state == CapabilityState::Unknown)
            .map(lists::reason),
        class: (view.state == CapabilityState::Proven).then(|| lists::class(view.class)),
        owner: wording::owner(&view.owner),
        stale: stale(view),
        valid_until: view.valid_until.map(|end| until(at, end)),
        facts: facts(view),
        evidence: view
            .evidence
            .iter()
            .map(|item| evidence(at, view.claim, item))
            .collect(),
        no_evidence: no_evidence(view),
        attestations: attestations(frame, view),
        dependencies: view
            .depends_on
            .iter()
            .map(|on| dependency(view, on))
            .collect(),
        taken_down: taken_down(frame, &view.key),
        impact: frame
            .snapshot
            .impact_of(&view.key)
            .iter()
            .map(|(key, impact)| impact_row(frame, view, key, impact))
            .collect(),
        no_impact: match view.claim {
            Claim::Absent => "It is claimed absent: there is nothing left to lose.",
            Claim::Present | Claim::Unknown => "No assessment reads it.",
        },
    }
}

fn until(at: Timestamp, end: Timestamp) -> String {
    format!("{} ({})", last_day(end), distance(at, end))
}

fn stale(view: &CapabilityView) -> Option<String> {
    match &view.standing {
        Standing::Live => None,
        Standing::Stale { since, source } => Some(format!(
            "{source} cannot be used since {}: this is its last good state.",
            minute(*since)
        )),
        Standing::Unavailable { since, source } => {
            Some(format!("{source} cannot be read since {}.", minute(*since)))
        }
    }
}

fn facts(view: &CapabilityView) -> Vec<Fact> {
    let fact = |(name, (value, class)): (&Name, &(FactValue, EvidenceClass))| Fact {
        name: name.to_string(),
        value: match value {
            FactValue::Boolean(value) => value.to_string(),
            FactValue::Integer(value) => value.to_string(),
            FactValue::Text(value) => value.to_string(),
        },
        class: lists::class(*class),
        disagreeing: view.disagreeing.contains(name),
    };
    view.facts.iter().map(fact).collect()
}

fn no_evidence(view: &CapabilityView) -> &'static str {
    match view.claim {
        Claim::Absent => "None is listed: the capability is claimed absent.",
        Claim::Unknown => "None is listed: nobody has said whether the capability is there.",
        Claim::Present if view.state.is_there() => {
            "None is listed: the capability counts as declared."
        }
        Claim::Present => "None is listed: the capability is claimed present.",
    }
}

fn evidence(at: Timestamp, claim: Claim, item: &EvidenceView) -> Evidence {
    let ignored = match (claim, item.verdict) {
        (Claim::Absent, _) => Some("does not count: the capability is claimed absent"),
        (Claim::Unknown, Truth::True) => Some("does not count: the claim is unknown"),
        (Claim::Present | Claim::Unknown, _) => None,
    };
    Evidence {
        name: item.name.to_string(),
        kind: item.kind.as_str(),
        glyph: match ignored {
            Some(_) => glyphs::of_nothing(),
            None => glyphs::of_truth(item.verdict),
        },
        verdict: lists::truth(item.verdict),
        reason: item.reason.map(lists::reason),
        ignored,
        observed: item
            .observed_at
            .map(|seen| format!("{} ({})", minute(seen), distance(at, seen))),
        ends: item.expires_at.map(|end| until(at, end)),
    }
}

fn attestations(frame: &Frame, view: &CapabilityView) -> Vec<Attestation> {
    let about = |attestation: &&AttestationView| {
        attestation.key.namespace == view.key.namespace
            && attestation.spec.subject == Subject::Capability(view.key.name.clone())
    };
    let row = |attestation: &AttestationView| Attestation {
        name: attestation.key.name.to_string(),
        statement: attestation.spec.statement.clone(),
        by: match &attestation.spec.external {
            Some(organisation) => format!("{} ({organisation})", attestation.spec.attested_by),
            None => attestation.spec.attested_by.to_string(),
        },
        until: until(frame.snapshot.at, attestation.valid_until),
        counted: attestation.counted,
    };
    frame
        .snapshot
        .attestations
        .values()
        .map(AsRef::as_ref)
        .filter(about)
        .map(row)
        .collect()
}

fn dependency(view: &CapabilityView, (name, strength): &(Name, Strength)) -> Dependency {
    Dependency {
        on: Link::new(name.as_ref(), link::capability(&view.key.namespace, name)),
        gate: *strength == Strength::Gate,
        missing: view.missing_dependencies.contains(name),
    }
}

fn impact_row(frame: &Frame, view: &CapabilityView, key: &ObjectKey, impact: &Impact) -> ImpactRow {
    let assessment = frame.snapshot.assessments.get(key);
    let page = link::assessment(key);
    let criteria = assessment
        .iter()
        .flat_map(|assessment| &assessment.criteria)
        .filter(|row| row.capability.as_ref() == Some(&view.key.name))
        .map(|row| {
            Link::new(
                row.name.as_ref(),
                format!("{page}{}", link::criterion(&row.name)),
            )
        })
        .collect();
    let scope = assessment.and_then(|assessment| assessment.spec.scope.as_deref());
    ImpactRow {
        assessment: Link::new(scope.unwrap_or(&key.name), page),
        primary: impact.primary,
        secondary: impact.secondary,
        stage_after: impact.stage_after,
        criteria,
    }
}

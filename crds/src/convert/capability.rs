//! A capability in the engine's types.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::digest::{canonical_json, sha256_hex};
use gradus_engine::key::Name;
use gradus_engine::model::Strength;
use gradus_engine::object::{
    Capability, Claim, EvidenceItem, EvidenceKind, ProbeSource, Unit, Units,
};

use super::scalar::{duration, owner};
use crate::capability::{self, CapabilitySpec};
use crate::evidence;
use crate::resource::{Document, json};

/// A capability: its type is its name when left out.
pub(super) fn capability(
    document: Document<CapabilitySpec>,
) -> Result<Capability, Vec<Diagnostic>> {
    let Document { metadata, spec } = document;
    Ok(Capability {
        kind: spec.kind.unwrap_or(metadata.name).into(),
        labels: metadata
            .labels
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect(),
        claim: spec.claim.map_or(Claim::Present, Claim::from),
        owner: owner(spec.owner),
        facts: spec.facts,
        units: spec.units.map(units),
        depends_on: spec
            .depends_on
            .into_iter()
            .map(|dependency| {
                (
                    dependency.capability.into(),
                    dependency.strength.map_or(Strength::Gate, Strength::from),
                )
            })
            .collect(),
        evidence: spec
            .evidence
            .into_iter()
            .enumerate()
            .map(|(index, item)| evidence_item(item, index))
            .collect::<Result<_, _>>()?,
    })
}

fn units(units: capability::Units) -> Units {
    match (units.total, units.covered) {
        (Some(total), Some(covered)) => Units::Totals { total, covered },
        _ => Units::Items(
            units
                .items
                .into_iter()
                .map(|unit| Unit {
                    name: unit.name.into(),
                    weight: unit.weight.unwrap_or(1),
                    covered: unit.covered,
                })
                .collect(),
        ),
    }
}

fn evidence_item(
    item: evidence::EvidenceItem,
    index: usize,
) -> Result<EvidenceItem, Vec<Diagnostic>> {
    let at = |field: &str| format!("spec.evidence[{index}].{field}");
    Ok(EvidenceItem {
        digest: Name::from(sha256_hex([canonical_json(&json(&item)).as_str()])),
        max_age: duration(item.max_age.as_deref(), || at("maxAge"))?,
        grace: duration(item.grace.as_deref(), || at("grace"))?,
        kind: evidence_kind(&item),
        name: item.name.into(),
    })
}

fn evidence_kind(item: &evidence::EvidenceItem) -> EvidenceKind {
    let probe = |source, facts: Vec<Name>| EvidenceKind::Probe { source, facts };
    if let Some(objects) = &item.objects {
        return probe(
            ProbeSource::Objects,
            objects
                .facts
                .keys()
                .map(|name| name.as_str().into())
                .collect(),
        );
    }
    if let Some(promql) = &item.promql {
        return probe(
            ProbeSource::Promql,
            promql
                .facts
                .keys()
                .map(|name| name.as_str().into())
                .collect(),
        );
    }
    if let Some(http) = &item.http {
        return probe(
            ProbeSource::Http,
            http.facts.keys().map(|name| name.as_str().into()).collect(),
        );
    }
    if item.report.is_some() {
        return probe(ProbeSource::Report, Vec::new());
    }
    let attestation = item.attestation.clone().unwrap_or_default();
    EvidenceKind::Attestation {
        minimum: attestation.minimum.unwrap_or(1),
        external: attestation.external.unwrap_or(false),
    }
}

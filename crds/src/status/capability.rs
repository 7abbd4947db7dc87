//! The status of a capability.

use gradus_engine::view::{CapabilityView, EvidenceView};

use super::conditions::Before;
use super::ready::Hindrance;
use crate::capability::{CapabilityStatus, EvidenceStatus, ImpactStatus};
use crate::common::Condition;

/// The status of a capability, with what losing it would do over all assessments.
pub fn capability_status(
    view: &CapabilityView,
    impact: ImpactStatus,
    before: Before<'_>,
) -> CapabilityStatus {
    CapabilityStatus {
        state: Some(view.state),
        facts: view
            .facts
            .iter()
            .map(|(name, (value, _))| (name.clone(), value.clone()))
            .collect(),
        valid_until: view.valid_until,
        impact: Some(impact),
        evidence: view.evidence.iter().map(evidence).collect(),
        conditions: conditions(view, before),
        observed_generation: Some(view.life.generation),
    }
}

fn evidence(item: &EvidenceView) -> EvidenceStatus {
    EvidenceStatus {
        name: item.name.to_string(),
        item_digest: Some(item.digest.to_string()),
        verdict: item.verdict,
        reason: item.reason,
        facts: gradus_engine::fact::Facts::new(),
        since: None,
        observed_at: item.observed_at,
    }
}

fn conditions(view: &CapabilityView, before: Before<'_>) -> Vec<Condition> {
    let generation = view.life.generation;
    let (ready, reason, message) = ready(view);
    let disagreeing: Vec<&str> = view.disagreeing.iter().map(|name| &**name).collect();
    let facts = if disagreeing.is_empty() {
        before.condition(
            "FactsDisagree",
            false,
            "Agree",
            "no two suppliers state a fact differently",
            generation,
        )
    } else {
        let message = format!(
            "stated differently by two suppliers: {}",
            disagreeing.join(", ")
        );
        before.condition("FactsDisagree", true, "Disagree", message, generation)
    };
    vec![
        before.condition("Ready", ready, reason, message, generation),
        facts,
    ]
}

fn ready(view: &CapabilityView) -> (bool, &'static str, String) {
    let believed = (view.state, view.reason);
    match Hindrance::of_capability(&view.standing, believed, &view.missing_dependencies) {
        Some(hindrance) => {
            let (reason, message) = hindrance.said();
            (false, reason, message)
        }
        None => (
            true,
            "Evaluated",
            format!("believed {}", view.state.as_str().to_lowercase()),
        ),
    }
}

//! The status of a capability.

use gradus_engine::view::{CapabilityView, EvidenceView};

use super::conditions::Previous;
use super::not_ready::NotReady;
use crate::capability::{CapabilityStatus, EvidenceStatus, ImpactStatus};
use crate::common::Condition;

/// The status of a capability. `impact` sums what losing it would cost over all assessments.
pub fn capability_status(
    view: &CapabilityView,
    impact: ImpactStatus,
    previous: Previous<'_>,
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
        conditions: conditions(view, previous),
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

fn conditions(view: &CapabilityView, previous: Previous<'_>) -> Vec<Condition> {
    let generation = view.life.generation;
    let (ready, reason, message) = ready(view);
    let disagreeing: Vec<&str> = view.disagreeing.iter().map(|name| &**name).collect();
    let facts = if disagreeing.is_empty() {
        previous.condition(
            "FactsDisagree",
            false,
            "Agree",
            "no fact has two different values",
            generation,
        )
    } else {
        let message = format!(
            "two suppliers state different values for: {}",
            disagreeing.join(", ")
        );
        previous.condition("FactsDisagree", true, "Disagree", message, generation)
    };
    vec![
        previous.condition("Ready", ready, reason, message, generation),
        facts,
    ]
}

fn ready(view: &CapabilityView) -> (bool, &'static str, String) {
    let believed = (view.state, view.reason);
    match NotReady::of_capability(&view.standing, believed, &view.missing_dependencies) {
        Some(not_ready) => {
            let (reason, message) = not_ready.reason_and_message();
            (false, reason, message)
        }
        None => (
            true,
            "Evaluated",
            format!("the state is {}", view.state.as_str()),
        ),
    }
}

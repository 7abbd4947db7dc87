//! The statuses of attestations and waivers.

use gradus_engine::view::{AttestationView, WaiverView};
use jiff::tz::TimeZone;

use super::conditions::Before;
use super::ready::Hindrance;
use crate::attestation::{AttestationStatus, CountedReason, Verification};
use crate::common::Condition;
use crate::waiver::{EffectiveReason, WaiverStatus};

/// The status of an attestation. Nothing vouches yet for who wrote it.
pub fn attestation_status(view: &AttestationView, before: Before<'_>) -> AttestationStatus {
    let generation = view.life.generation;
    let counted = view.counted.is_ok();
    let why = view.counted.err().unwrap_or("Counted");
    let end = view
        .spec
        .valid_until
        .tomorrow()
        .and_then(|day| day.to_zoned(TimeZone::UTC));
    let capped = end.is_ok_and(|end| view.valid_until < end.timestamp());
    AttestationStatus {
        counted: Some(counted),
        reason: view.counted.err().map(counted_reason),
        verification: Some(Verification::Unverified),
        seal: None,
        conditions: vec![
            ready(&view.standing, generation, before),
            before.condition("Counted", counted, why, counted_message(why), generation),
            if capped {
                let message = format!("counts until {} only", view.valid_until);
                before.condition("ValidityCapped", true, "Capped", message, generation)
            } else {
                let message = "counts as long as it says";
                before.condition("ValidityCapped", false, "NotCapped", message, generation)
            },
        ],
        observed_generation: Some(generation),
    }
}

fn counted_reason(reason: &str) -> CountedReason {
    match reason {
        "Expired" => CountedReason::Expired,
        "NotYet" => CountedReason::NotYet,
        "Unguarded" => CountedReason::Unguarded,
        _ => CountedReason::NoMatch,
    }
}

fn counted_message(reason: &str) -> &'static str {
    match reason {
        "Counted" => "it counts; nothing vouches for who wrote it",
        "Expired" => "its end has passed",
        "NotYet" => "it begins later",
        "Unguarded" => "no admission policy guards who may write it",
        _ => "what it is about is not there",
    }
}

/// The status of a waiver. Nothing vouches yet for who asked and who approved.
pub fn waiver_status(view: &WaiverView, before: Before<'_>) -> WaiverStatus {
    let generation = view.life.generation;
    let effective = view.effective.is_ok();
    let why = view.effective.err().unwrap_or("Effective");
    WaiverStatus {
        effective: Some(effective),
        reason: view.effective.err().map(effective_reason),
        would_pass_now: Some(view.would_pass_now),
        verification: Some(Verification::Unverified),
        seal: None,
        conditions: vec![
            ready(&view.standing, generation, before),
            before.condition(
                "Effective",
                effective,
                why,
                effective_message(why),
                generation,
            ),
        ],
        observed_generation: Some(generation),
    }
}

fn effective_reason(reason: &str) -> EffectiveReason {
    match reason {
        "NotApproved" => EffectiveReason::NotApproved,
        "Expired" => EffectiveReason::Expired,
        "NotYet" => EffectiveReason::NotYet,
        "NotWaivable" => EffectiveReason::NotWaivable,
        "Unguarded" => EffectiveReason::Unguarded,
        _ => EffectiveReason::NoMatch,
    }
}

fn effective_message(reason: &str) -> &'static str {
    match reason {
        "Effective" => "it is in force; nothing vouches for who approved it",
        "NotApproved" => "nobody has approved it",
        "Expired" => "its end has passed",
        "NotYet" => "it begins later",
        "NotWaivable" => "a criterion that it names may not be waived",
        "Unguarded" => "no admission policy guards who may write it",
        _ => "the assessment or a criterion that it names is not there",
    }
}

fn ready(
    standing: &gradus_engine::delta::Standing,
    generation: i64,
    before: Before<'_>,
) -> Condition {
    match Hindrance::of_source(standing) {
        Some(hindrance) => {
            let (reason, message) = hindrance.said();
            before.condition("Ready", false, reason, message, generation)
        }
        None => before.condition(
            "Ready",
            true,
            "Evaluated",
            "valid and evaluated",
            generation,
        ),
    }
}

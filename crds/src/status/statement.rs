//! The statuses of attestations and waivers.

use gradus_engine::verdict::{NotCounted, NotEffective};
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
    let why = view.counted.err().map_or("Counted", NotCounted::as_str);
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
            before.condition(
                "Counted",
                counted,
                why,
                counted_message(view.counted),
                generation,
            ),
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

fn counted_reason(reason: NotCounted) -> CountedReason {
    match reason {
        NotCounted::Expired => CountedReason::Expired,
        NotCounted::NotYet => CountedReason::NotYet,
        NotCounted::NoMatch => CountedReason::NoMatch,
    }
}

fn counted_message(counted: Result<(), NotCounted>) -> &'static str {
    match counted {
        Ok(()) => "it counts; nothing vouches for who wrote it",
        Err(NotCounted::Expired) => "its end has passed",
        Err(NotCounted::NotYet) => "it begins later",
        Err(NotCounted::NoMatch) => "what it is about is not there",
    }
}

/// The status of a waiver. Nothing vouches yet for who asked and who approved.
pub fn waiver_status(view: &WaiverView, before: Before<'_>) -> WaiverStatus {
    let generation = view.life.generation;
    let effective = view.effective.is_ok();
    let why = view
        .effective
        .err()
        .map_or("Effective", NotEffective::as_str);
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
                effective_message(view.effective),
                generation,
            ),
        ],
        observed_generation: Some(generation),
    }
}

fn effective_reason(reason: NotEffective) -> EffectiveReason {
    match reason {
        NotEffective::NotApproved => EffectiveReason::NotApproved,
        NotEffective::Expired => EffectiveReason::Expired,
        NotEffective::NotYet => EffectiveReason::NotYet,
        NotEffective::NotWaivable => EffectiveReason::NotWaivable,
        NotEffective::NoMatch => EffectiveReason::NoMatch,
    }
}

fn effective_message(effective: Result<(), NotEffective>) -> &'static str {
    match effective {
        Ok(()) => "it is in force; nothing vouches for who approved it",
        Err(NotEffective::NotApproved) => "nobody has approved it",
        Err(NotEffective::Expired) => "its end has passed",
        Err(NotEffective::NotYet) => "it begins later",
        Err(NotEffective::NotWaivable) => "a criterion that it names may not be waived",
        Err(NotEffective::NoMatch) => "the assessment or a criterion that it names is not there",
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

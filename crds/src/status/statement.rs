//! The statuses of attestations and waivers.

use gradus_engine::verdict::{NotCounted, NotEffective};
use gradus_engine::view::{AttestationView, WaiverView};
use jiff::tz::TimeZone;

use super::conditions::Previous;
use super::not_ready::NotReady;
use crate::attestation::{AttestationStatus, CountedReason, Verification};
use crate::common::Condition;
use crate::waiver::{EffectiveReason, WaiverStatus};

/// The status of an attestation. Its author is never verified: no admission policy is read yet.
pub fn attestation_status(view: &AttestationView, previous: Previous<'_>) -> AttestationStatus {
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
            ready(&view.standing, generation, previous),
            previous.condition(
                "Counted",
                counted,
                why,
                counted_message(view.counted),
                generation,
            ),
            if capped {
                let message = format!("counts only until {}", view.valid_until);
                previous.condition("ValidityCapped", true, "Capped", message, generation)
            } else {
                let message = "counts until its own validUntil";
                previous.condition("ValidityCapped", false, "NotCapped", message, generation)
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
        Ok(()) => "it counts; its author is not verified",
        Err(NotCounted::Expired) => "it has expired",
        Err(NotCounted::NotYet) => "it is not valid yet",
        Err(NotCounted::NoMatch) => "its subject does not exist",
    }
}

/// The status of a waiver. Requester and approver are never verified: no admission policy is read yet.
pub fn waiver_status(view: &WaiverView, previous: Previous<'_>) -> WaiverStatus {
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
            ready(&view.standing, generation, previous),
            previous.condition(
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
        Ok(()) => "it is in effect; its approver is not verified",
        Err(NotEffective::NotApproved) => "it has not been approved",
        Err(NotEffective::Expired) => "it has expired",
        Err(NotEffective::NotYet) => "it is not valid yet",
        Err(NotEffective::NotWaivable) => "it names a criterion that cannot be waived",
        Err(NotEffective::NoMatch) => "it names an assessment or a criterion that does not exist",
    }
}

fn ready(
    standing: &gradus_engine::delta::Standing,
    generation: i64,
    previous: Previous<'_>,
) -> Condition {
    match NotReady::of_source(standing) {
        Some(not_ready) => {
            let (reason, message) = not_ready.reason_and_message();
            previous.condition("Ready", false, reason, message, generation)
        }
        None => previous.condition(
            "Ready",
            true,
            "Evaluated",
            "valid and evaluated",
            generation,
        ),
    }
}

//! When dated things hold: from the beginning of the first day to the end of the last, UTC.

use gradus_engine::object::{Attestation, Waiver};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The beginning of a day.
pub(in crate::oracle) fn midnight(date: Date) -> Timestamp {
    date.to_zoned(TimeZone::UTC)
        .expect("a date of our time")
        .timestamp()
}

fn within(from: Date, last: Date, now: Timestamp) -> bool {
    begun(from, now) && now < midnight(last.tomorrow().expect("a date of our time"))
}

/// Whether the first day has begun.
pub(super) fn begun(from: Date, now: Timestamp) -> bool {
    midnight(from) <= now
}

/// Three years later.
pub(in crate::oracle) fn three_years_after(made: Timestamp) -> Option<Timestamp> {
    let later = made
        .to_zoned(TimeZone::UTC)
        .checked_add(Span::new().years(3));
    later.ok().map(|later| later.timestamp())
}

/// Whether an attestation counts at an instant: three years from its making are the most.
pub(super) fn attested(attestation: &Attestation, now: Timestamp) -> bool {
    let cap = attestation.created.and_then(three_years_after);
    let capped = cap.is_some_and(|end| now >= end);
    within(attestation.issued, attestation.valid_until, now) && !capped
}

/// Whether an award still lasts by its stage's own rule.
pub(super) fn lasts(attestation: &Attestation, valid_for: Option<Span>, now: Timestamp) -> bool {
    valid_for.is_none_or(|span| {
        let end = attestation
            .issued
            .checked_add(span)
            .expect("a date of our time");
        now < midnight(end)
    })
}

/// Whether a waiver is effective.
pub(super) fn waived(waiver: &Waiver, now: Timestamp) -> bool {
    waiver.approved_by.is_some() && within(waiver.from, waiver.until, now)
}

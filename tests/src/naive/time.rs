//! When dated things hold: from the beginning of the first day to the end of the last, UTC.

use gradus_engine::object::{Attestation, Waiver};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

fn midnight(date: Date) -> Timestamp {
    date.to_zoned(TimeZone::UTC)
        .expect("a date of our time")
        .timestamp()
}

fn within(from: Date, last: Date, now: Timestamp) -> bool {
    midnight(from) <= now && now < midnight(last.tomorrow().expect("a date of our time"))
}

/// Whether an attestation counts at an instant: three years from its making are the most.
pub(super) fn attested(attestation: &Attestation, now: Timestamp) -> bool {
    let capped = attestation.created.is_some_and(|created| {
        let three_years = created
            .to_zoned(TimeZone::UTC)
            .checked_add(Span::new().years(3));
        three_years.is_ok_and(|end| now >= end.timestamp())
    });
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

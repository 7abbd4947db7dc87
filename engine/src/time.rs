//! When things begin and end: the only place that decides.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use crate::object::{Attestation, Waiver};

/// A stretch of time: from `start`, inclusive, to `end`, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

/// Where an instant lies relative to a validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before its start.
    NotYet,
    /// In it.
    Effective,
    /// At or after its end.
    Expired,
}

impl Validity {
    /// Where `now` lies: scorer, exporter, forecast and command line all ask here.
    pub fn effective_at(self, now: Timestamp) -> Phase {
        if now >= self.end {
            Phase::Expired
        } else if now < self.start {
            Phase::NotYet
        } else {
            Phase::Effective
        }
    }

    /// The next instant at which the answer changes.
    pub fn next_due(self, now: Timestamp) -> Option<Timestamp> {
        match self.effective_at(now) {
            // What was capped before its start ends without having begun.
            Phase::NotYet => Some(self.start.min(self.end)),
            Phase::Effective => Some(self.end),
            Phase::Expired => None,
        }
    }

    /// Cut off at an earlier end.
    #[must_use]
    pub fn capped(self, end: Timestamp) -> Self {
        Self {
            end: self.end.min(end),
            ..self
        }
    }
}

/// The beginning of a day, UTC.
pub fn start_of(date: Date) -> Timestamp {
    date.to_zoned(TimeZone::UTC)
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The end of a day, UTC: the first instant of the next.
pub fn end_of(date: Date) -> Timestamp {
    date.tomorrow().map_or(Timestamp::MAX, start_of)
}

/// An instant and a calendar span after it; the end of time when that cannot be said.
pub fn after(start: Timestamp, span: Span) -> Timestamp {
    let zoned = start.to_zoned(TimeZone::UTC);
    zoned
        .checked_add(span)
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// When an attestation counts: from `issued` to the end of `validUntil`, at most three years
/// after its creation where a cluster vouches for that.
pub fn attestation_validity(attestation: &Attestation) -> Validity {
    let own = Validity {
        start: start_of(attestation.issued),
        end: end_of(attestation.valid_until),
    };
    match attestation.created {
        Some(created) => own.capped(after(created, 3.years())),
        None => own,
    }
}

/// When an approved waiver is effective.
pub fn waiver_validity(waiver: &Waiver) -> Validity {
    Validity {
        start: start_of(waiver.from),
        end: end_of(waiver.until),
    }
}

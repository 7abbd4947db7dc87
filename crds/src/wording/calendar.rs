//! Days and instants as every output shows and exports them: UTC, and never by a clock of their own.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// `23 Nov 2026`.
pub fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()
}

/// `23 Nov 2026, 06:55 UTC`.
pub fn minute(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%-d %b %Y, %H:%M UTC")
        .to_string()
}

/// The day on which something lasts for the last time, given the instant it ends, exclusive.
pub fn last_day(end: Timestamp) -> String {
    day(end.checked_sub(1.nanosecond()).unwrap_or(end))
}

/// Whole days from one instant to a later one; zero when it is past.
pub fn days_until(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_second().saturating_sub(from.as_second())).unwrap_or(0) / SECONDS_A_DAY
}

/// `in 12 days`, `within a day`, `3 days ago`.
pub fn distance(from: Timestamp, to: Timestamp) -> String {
    let past = to < from;
    let days = if past {
        days_until(to, from)
    } else {
        days_until(from, to)
    };
    match (past, days) {
        (false, 0) => "within a day".to_owned(),
        (false, 1) => "in 1 day".to_owned(),
        (false, _) => format!("in {days} days"),
        (true, 0) => "less than a day ago".to_owned(),
        (true, 1) => "1 day ago".to_owned(),
        (true, _) => format!("{days} days ago"),
    }
}

const SECONDS_A_DAY: u64 = 86_400;

//! The instant at which a command looks.

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The environment variable by which reproducible builds set the time, in seconds since 1970.
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

/// Parses an instant. A date means its beginning in UTC.
pub(crate) fn parse(text: &str) -> anyhow::Result<Timestamp> {
    let day = || {
        let day: Date = text.parse().ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    text.parse().ok().or_else(day).ok_or_else(|| {
        anyhow!("{text:?} is not a date or time; write 2027-03-01, or 2027-03-01T12:00:00Z")
    })
}

/// The given instant, else the one of `SOURCE_DATE_EPOCH`, else now.
pub(crate) fn or_now(at: Option<Timestamp>) -> anyhow::Result<Timestamp> {
    match (at, std::env::var(SOURCE_DATE_EPOCH)) {
        (Some(at), _) => Ok(at),
        (None, Ok(seconds)) if !seconds.is_empty() => of_build(&seconds),
        _ => Ok(Timestamp::now()),
    }
}

fn of_build(seconds: &str) -> anyhow::Result<Timestamp> {
    let whole = seconds.parse().ok();
    whole
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .with_context(|| {
            format!("{SOURCE_DATE_EPOCH} is {seconds:?}; write a number of seconds since 1970")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instant_is_a_timestamp_or_the_beginning_of_a_day() {
        let instant = parse("2027-03-01T00:00:00Z").unwrap();
        assert_eq!(parse("2027-03-01").unwrap(), instant);
        assert_eq!(parse("2027-03-01T01:00:00+01:00").unwrap(), instant);
        let wrong = parse("tomorrow").unwrap_err().to_string();
        assert!(wrong.contains("2027-03-01T12:00:00Z"), "{wrong}");
    }

    #[test]
    fn source_date_epoch_is_whole_seconds() {
        assert_eq!(of_build("86400").unwrap(), parse("1970-01-02").unwrap());
        assert!(of_build("1.5").is_err());
    }
}

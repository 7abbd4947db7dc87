//! Durations in the notation of Prometheus.

use std::fmt;

use serde::Deserialize;

/// A duration above zero, as it was written: `30s`, `5m`, `1h30m`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Duration(String);

/// The units, in this order and each at most once, with the digits that a number of them may have. Prometheus counts
/// nanoseconds in 63 bits; the longest that can be written here is 206 years. The schema of the chart has the same limits.
const UNITS: [(&str, usize); 7] = [
    ("y", 2),
    ("w", 3),
    ("d", 4),
    ("h", 5),
    ("m", 7),
    ("s", 9),
    ("ms", 12),
];

/// How long a duration is.
#[derive(Debug, PartialEq, Eq)]
enum Length {
    Zero,
    Some,
    TooLong,
}

impl Duration {
    /// A duration from the program itself, which is not checked.
    pub(super) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl TryFrom<String> for Duration {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match length(&text) {
            Some(Length::TooLong) => Err(format!("{text:?} is too long; write at most 99y")),
            Some(Length::Some) => Ok(Self(text)),
            Some(Length::Zero) => Err(format!("{text:?} is zero; write at least 1s")),
            None => Err(format!(
                "{text:?} is not a duration; write 30s, 5m or 1h30m"
            )),
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// How long a duration is. None when the text is not a duration.
fn length(text: &str) -> Option<Length> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut is_above_zero = false;
    let mut is_too_long = false;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let (_, most) = units.by_ref().find(|(known, _)| *known == unit)?;
        if number.is_empty() {
            return None;
        }
        is_too_long |= digits > *most;
        is_above_zero |= number.bytes().any(|digit| digit != b'0');
        rest = after;
    }
    if text.is_empty() {
        return None;
    }
    Some(match (is_too_long, is_above_zero) {
        (true, _) => Length::TooLong,
        (false, true) => Length::Some,
        (false, false) => Length::Zero,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_is_read_if_prometheus_reads_it_and_it_is_above_zero() {
        for good in ["1s", "30s", "5m", "1h30m", "2d", "1y2w3d4h5m6s7ms", "0h1m"] {
            assert!(Duration::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in [
            "", "5", "m", "1m1h", "1m 30s", "-1m", "1.5h", "1h1h", "5min",
        ] {
            let said = Duration::try_from(bad.to_owned()).unwrap_err();
            assert!(said.contains("not a duration"), "{bad}: {said}");
        }
        for long in ["300y", "1000y", "1y2000w", "4294967295h", "99999999999s"] {
            let said = Duration::try_from(long.to_owned()).unwrap_err();
            assert!(said.contains("at most 99y"), "{long}: {said}");
        }
        for none in ["0s", "0h0m"] {
            let said = Duration::try_from(none.to_owned()).unwrap_err();
            assert!(said.contains("is zero"), "{none}: {said}");
        }
    }
}

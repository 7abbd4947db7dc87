//! Durations in the notation of Prometheus.

use std::fmt;

use serde::Deserialize;

/// A duration above zero, as it was written: `30s`, `5m`, `1h30m`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Duration(String);

/// The units and their milliseconds. A duration has them in this order, each at most once.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 24 * 3_600_000),
    ("w", 7 * 24 * 3_600_000),
    ("d", 24 * 3_600_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// The first number of milliseconds that Prometheus refuses: it counts nanoseconds in 63 bits.
const LONGEST: u64 = i64::MAX as u64 / 1_000_000;

impl Duration {
    /// A duration from the program itself, which is not checked.
    pub(super) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl TryFrom<String> for Duration {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match milliseconds(&text) {
            Some(LONGEST..) => Err(format!("{text:?} is too long; write at most 290y")),
            Some(1..) => Ok(Self(text)),
            Some(0) => Err(format!("{text:?} is zero; write at least 1s")),
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
fn milliseconds(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let (_, factor) = units.by_ref().find(|(known, _)| *known == unit)?;
        let number = u64::from(number.parse::<u32>().ok()?);
        sum = sum.saturating_add(number.saturating_mul(*factor));
        rest = after;
    }
    (!text.is_empty()).then_some(sum)
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
            "",
            "5",
            "m",
            "1m1h",
            "1m 30s",
            "-1m",
            "1.5h",
            "1h1h",
            "5min",
            "99999999999s",
        ] {
            let said = Duration::try_from(bad.to_owned()).unwrap_err();
            assert!(said.contains("not a duration"), "{bad}: {said}");
        }
        for long in ["300y", "1000y", "292y200w", "4294967295h"] {
            let said = Duration::try_from(long.to_owned()).unwrap_err();
            assert!(said.contains("at most 290y"), "{long}: {said}");
        }
        for none in ["0s", "0h0m"] {
            let said = Duration::try_from(none.to_owned()).unwrap_err();
            assert!(said.contains("is zero"), "{none}: {said}");
        }
    }
}

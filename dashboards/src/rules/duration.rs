//! Durations in the notation of Prometheus.

use std::fmt;

use serde::Deserialize;

/// A duration above zero, as it was written: `30s`, `5m`, `1h30m`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Duration(String);

/// The units. A duration has them in this order, each at most once.
const UNITS: [&str; 7] = ["y", "w", "d", "h", "m", "s", "ms"];

impl Duration {
    /// A duration from the program itself, which is not checked.
    pub(super) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl TryFrom<String> for Duration {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match is_above_zero(&text) {
            Some(true) => Ok(Self(text)),
            Some(false) => Err(format!("{text:?} is zero; write at least 1s")),
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

/// Whether a duration is above zero. None when the text is not a duration.
fn is_above_zero(text: &str) -> Option<bool> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut longer = false;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        longer |= number.parse::<u32>().ok()? > 0;
        units.by_ref().find(|known| **known == unit)?;
        rest = after;
    }
    (!text.is_empty()).then_some(longer)
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
        for none in ["0s", "0h0m"] {
            let said = Duration::try_from(none.to_owned()).unwrap_err();
            assert!(said.contains("is zero"), "{none}: {said}");
        }
    }
}

//! Durations as Prometheus writes them.

use std::fmt;

use serde::Deserialize;

/// A duration longer than nothing, as it was written: `30s`, `5m`, `1h30m`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Duration(String);

/// The units, longest first, which is the order in which they are written.
const UNITS: [&str; 7] = ["y", "w", "d", "h", "m", "s", "ms"];

impl Duration {
    /// A duration out of the program's own text.
    pub(super) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl TryFrom<String> for Duration {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match is_longer_than_nothing(&text) {
            Some(true) => Ok(Self(text)),
            Some(false) => Err(format!("{text:?} is no time at all; write at least 1s")),
            None => Err(format!("{text:?} is no duration; write 30s, 5m or 1h30m")),
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// Whether a text is a duration and longer than nothing. None when it is no duration.
fn is_longer_than_nothing(text: &str) -> Option<bool> {
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
    fn durations_are_those_that_prometheus_reads_and_longer_than_nothing() {
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
            assert!(said.contains("no duration"), "{bad}: {said}");
        }
        for none in ["0s", "0h0m"] {
            let said = Duration::try_from(none.to_owned()).unwrap_err();
            assert!(said.contains("no time at all"), "{none}: {said}");
        }
    }
}

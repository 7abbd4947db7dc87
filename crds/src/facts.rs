//! Decodes facts: a map of strings, whole numbers and booleans.

use std::fmt;

use gradus_engine::fact::{FactValue, Facts};
use gradus_engine::key::Name;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use crate::words::MAX_INTEGER;

/// Decodes facts. A null is dropped, as the API server drops it.
///
/// # Errors
///
/// A value that is a list, a map, a fraction, or a number beyond ±(2^53 − 1).
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Facts, D::Error> {
    deserializer.deserialize_map(FactsVisitor)
}

struct FactsVisitor;

impl<'de> Visitor<'de> for FactsVisitor {
    type Value = Facts;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("facts: a map of strings, whole numbers and booleans")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Facts, M::Error> {
        let mut facts = Facts::new();
        while let Some((name, Stated(value))) = map.next_entry::<Name, Stated>()? {
            if let Some(value) = value {
                facts.insert(name, value);
            }
        }
        Ok(facts)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Facts, E> {
        Ok(Facts::new())
    }
}

/// A value; none when it is null.
struct Stated(Option<FactValue>);

impl<'de> Deserialize<'de> for Stated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = Stated;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string, a whole number or a boolean")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Stated, E> {
        Ok(Stated(Some(FactValue::Boolean(value))))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Stated, E> {
        if (-MAX_INTEGER..=MAX_INTEGER).contains(&value) {
            Ok(Stated(Some(FactValue::Integer(value))))
        } else {
            Err(E::invalid_value(
                de::Unexpected::Signed(value),
                &"a whole number within ±(2^53 − 1)",
            ))
        }
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Stated, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Err(E::invalid_value(
                de::Unexpected::Unsigned(value),
                &"a whole number within ±(2^53 − 1)",
            )),
        }
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Stated, E> {
        match whole(value) {
            Some(value) => self.visit_i64(value),
            None => Err(E::invalid_value(
                de::Unexpected::Float(value),
                &"a whole number",
            )),
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Stated, E> {
        Ok(Stated(Some(FactValue::Text(value.into()))))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Stated, E> {
        Ok(Stated(None))
    }

    fn visit_none<E: de::Error>(self) -> Result<Stated, E> {
        Ok(Stated(None))
    }
}

/// The whole number that equals a float, if JSON carries it exactly: 4 for 4.0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the range is checked first"
)]
pub(crate) fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= MAX_INTEGER as f64).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(json: &str) -> Result<Facts, String> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        deserialize(&mut deserializer).map_err(|error| error.to_string())
    }

    #[test]
    fn facts_are_strings_whole_numbers_and_booleans_and_nulls_are_dropped() {
        let facts =
            decode(r#"{"mode": "ha", "sites": 4.0, "nodes": 3, "split": false, "gone": null}"#)
                .unwrap();
        assert_eq!(facts.get("mode"), Some(&FactValue::Text("ha".into())));
        assert_eq!(facts.get("sites"), Some(&FactValue::Integer(4)));
        assert_eq!(facts.get("nodes"), Some(&FactValue::Integer(3)));
        assert_eq!(facts.get("split"), Some(&FactValue::Boolean(false)));
        assert_eq!(facts.get("gone"), None);
    }

    #[test]
    fn other_values_are_refused() {
        for wrong in ["3.5", "1e300", "9007199254740992", "[]", "{}", "[1]"] {
            let error = decode(&format!("{{\"fact\": {wrong}}}")).unwrap_err();
            assert!(error.contains("whole number"), "{wrong}: {error}");
        }
    }
}

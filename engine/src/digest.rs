//! Digests: SHA-256 in hex over JSON with sorted keys, so that equal content has one digest
//! whatever order it was written in.

use std::fmt::Write;
use std::io;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256 in lower-case hex over the parts, one after the other.
pub fn sha256_hex<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// SHA-256 over a value as compact JSON, hashed as it is written. Its keys are to be in the order of
/// their bytes already, as the fields of a struct may be and those of a [`Value`] are.
pub fn sha256_of(value: &impl Serialize) -> [u8; 32] {
    let mut hashing = Hashing(Sha256::new());
    // Hashing cannot fail, and what is hashed here has texts for keys.
    let _ = serde_json::to_writer(&mut hashing, value);
    hashing.0.finalize().into()
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    ::hex::encode(bytes)
}

/// Hashes what is written.
struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Compact JSON with the keys of every object in the order of their bytes.
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(index, text);
                write_canonical(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, field)) in fields.into_iter().enumerate() {
                separate(index, text);
                let _ = write!(text, "{}:", Value::from(key.as_str()));
                write_canonical(field, text);
            }
            text.push('}');
        }
        scalar => {
            let _ = write!(text, "{scalar}");
        }
    }
}

fn separate(index: usize, text: &mut String) {
    if index > 0 {
        text.push(',');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth_and_lists_keep_their_order() {
        let value = json!({"b": [{"z": 1, "a": "\"x\""}, 2], "a": null});
        assert_eq!(
            canonical_json(&value),
            r#"{"a":null,"b":[{"a":"\"x\"","z":1},2]}"#
        );
    }

    #[test]
    fn a_value_is_hashed_as_its_canonical_text() {
        let value = json!({"b": [{"z": 1, "a": "\"x\""}, 2], "a": null});
        let text = canonical_json(&value);
        assert_eq!(hex(&sha256_of(&value)), sha256_hex([text.as_str()]));
    }

    #[test]
    fn a_digest_is_that_of_the_joined_parts() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex(["abc"]), abc);
        assert_eq!(sha256_hex(["a", "bc"]), abc);
    }
}

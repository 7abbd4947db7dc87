//! Names of Events: the same change has the same name, so a repeated commit raises it once.

use jiff::Timestamp;

use crate::digest::sha256_hex;
use crate::key::Uid;

/// Characters of the object's name that go into an Event's name, which may have 253.
const NAME_LENGTH: usize = 200;
/// Hex digits of the digest that follow it.
const DIGEST_LENGTH: usize = 16;

/// The name of the Event of a history entry, by the entry's sequence.
pub fn event_name(object: &str, uid: &Uid, sequence: u64) -> String {
    name(object, &[uid, "/", &sequence.to_string()])
}

/// The name of the Event of a change that has no sequence, by its reason and instant.
pub fn event_name_of_change(object: &str, uid: &Uid, reason: &str, at: Timestamp) -> String {
    name(object, &[uid, "/", reason, "/", &at.to_string()])
}

fn name(object: &str, identity: &[&str]) -> String {
    let object: String = object.chars().take(NAME_LENGTH).collect();
    let digest: String = sha256_hex(identity.iter().copied())
        .chars()
        .take(DIGEST_LENGTH)
        .collect();
    format!("{object}.{digest}")
}

//! Uids of new lives, in the form that a cluster gives.

use gradus_engine::key::{ObjectKey, Uid};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// The uid of a life that begins now: no other process, folder or moment makes the same.
pub(super) fn of_new_life() -> Uid {
    Uuid::new_v4().to_string().into()
}

/// The uid of an object in one-shot scoring, which remembers nothing: the same key always has the same.
pub(crate) fn one_shot_uid(key: &ObjectKey) -> Uid {
    let digest = Sha256::digest(key.to_string());
    let random = digest.first_chunk().copied().unwrap_or_default();
    Builder::from_random_bytes(random)
        .into_uuid()
        .to_string()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_engine::key::Kind;

    #[test]
    fn uid_of_a_new_life_is_another_each_time() {
        assert_ne!(of_new_life(), of_new_life());
    }

    #[test]
    fn uid_of_a_single_pass_follows_from_the_key_alone() {
        let key = ObjectKey::new(Kind::Capability, "north", "vpn");
        assert_eq!(&*one_shot_uid(&key), "b7a67970-2d06-421b-9b55-7721e37d749e");
    }
}

//! Uids of new lives, in the form that a cluster gives.

use std::ops::Range;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use gradus_engine::key::{ObjectKey, Uid};
use sha2::{Digest, Sha256};

use gradus_engine::digest::hex;

/// Makes uids that no other process makes.
#[derive(Debug)]
pub(super) struct UidSource {
    seed: Vec<u8>,
    made: u64,
}

impl UidSource {
    /// A source of its own for each process, folder and moment.
    pub(super) fn new(path: &Path) -> Self {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        let mut seed = path.as_os_str().as_encoded_bytes().to_vec();
        seed.extend(now.to_le_bytes());
        seed.extend(std::process::id().to_le_bytes());
        Self { seed, made: 0 }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> Uid {
        self.made += 1;
        shaped(
            Sha256::new()
                .chain_update(&self.seed)
                .chain_update(self.made.to_le_bytes()),
        )
    }
}

/// The uid of an object in a single pass, which remembers nothing: the same input has the same one.
pub(crate) fn of_single_pass(key: &ObjectKey) -> Uid {
    shaped(Sha256::new().chain_update(key.to_string()))
}

/// A digest in the form of a version 4 uid.
fn shaped(digest: Sha256) -> Uid {
    let mut bytes: Vec<u8> = digest.finalize().iter().take(16).copied().collect();
    if let [_, _, _, _, _, _, version, _, variant, ..] = bytes.as_mut_slice() {
        *version = (*version & 0x0F) | 0x40;
        *variant = (*variant & 0x3F) | 0x80;
    }
    let hex = hex(&bytes);
    let part = |range: Range<usize>| hex.get(range).unwrap_or_default();
    [
        part(0..8),
        part(8..12),
        part(12..16),
        part(16..20),
        part(20..32),
    ]
    .join("-")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_have_the_form_of_version_4_and_differ() {
        let mut uids = UidSource::new(Path::new("/x"));
        let (one, two) = (uids.next(), uids.next());
        assert_ne!(one, two);
        assert_eq!(one.len(), 36);
        assert_eq!(&one[14..15], "4");
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"));
    }
}

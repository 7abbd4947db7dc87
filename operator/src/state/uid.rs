//! Uids of new lives, in the form that a cluster gives.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use gradus_engine::key::{ObjectKey, Uid};
use sha2::{Digest, Sha256};

/// Makes uids that no other process makes.
#[derive(Debug)]
pub(super) struct UidSource {
    seed: Vec<u8>,
    made: u64,
}

impl UidSource {
    /// A source of its own for each process, folder and moment.
    pub(super) fn new(path: &Path) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let mut seed = path.as_os_str().as_encoded_bytes().to_vec();
        seed.extend(now.to_le_bytes());
        seed.extend(std::process::id().to_le_bytes());
        Self { seed, made: 0 }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> Uid {
        self.made += 1;
        shaped(Sha256::new().chain_update(&self.seed).chain_update(self.made.to_le_bytes()))
    }
}

/// The uid of an object in a single pass, which remembers nothing: the same input has the same one.
pub(crate) fn of_single_pass(key: &ObjectKey) -> Uid {
    shaped(Sha256::new().chain_update(key.to_string()))
}

/// A digest in the form of a version 4 uid.
fn shaped(digest: Sha256) -> Uid {
    let digest = digest.finalize();
    let text: String = digest
        .iter()
        .take(16)
        .enumerate()
        .map(|(index, byte)| {
            let byte = match index {
                6 => (byte & 0x0F) | 0x40,
                8 => (byte & 0x3F) | 0x80,
                _ => *byte,
            };
            let dash = if matches!(index, 4 | 6 | 8 | 10) { "-" } else { "" };
            format!("{dash}{byte:02x}")
        })
        .collect();
    text.into()
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

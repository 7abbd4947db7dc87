//! Real programs, started for a test and gone with it: the binary, the operator, servers, and a browser.

pub mod answers;
pub mod binary;
pub mod browser;
pub mod folder;
pub mod http;
pub mod operator;
pub mod server;
pub mod supervised;
pub mod tools;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::Child;

/// A child process that does not outlive the test, not even after a panic.
#[derive(Debug)]
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A number that no other process has.
pub fn unique() -> u64 {
    RandomState::new().build_hasher().finish()
}

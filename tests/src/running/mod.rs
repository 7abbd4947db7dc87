//! Real programs, started for a test and gone with it: the binary, the operator, and a browser.

pub mod binary;
pub mod browser;
pub mod http;
pub mod operator;
pub mod supervised;

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

//! The monitoring of the tests does what the tests rely on.

mod checks;
mod running;

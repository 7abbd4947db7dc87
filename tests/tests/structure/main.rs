//! The structure of the code: which crate may use which, which file may name which, how long a file
//! may be. The order is explained in `docs/design/architecture.md`.

mod crates;
mod files;
mod fixtures;

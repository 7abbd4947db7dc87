//! The structure of a crate, read from its source: which file names something of which other file.
//!
//! ```text
//! source text ─▶ Module (names, imports, mentions) ─▶ Crate::arrows ─▶ circles · layers
//! ```
//!
//! An arrow goes to the file that defines what is named, also where a `mod.rs` passes it on, so a
//! re-export is not an arrow. Left out: what `#[cfg(test)]` marks, methods (their type is named
//! somewhere), and names that a macro puts together.

mod arrow;
mod circle;
mod layer;
mod mention;
mod module;
mod size;

pub use arrow::{Arrow, Crate};
pub use circle::circles;
pub use layer::Layers;
pub use size::{LintExceptions, lint_exceptions, long_files};

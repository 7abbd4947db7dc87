//! What an API server and our native validation say of the same object.
//!
//! Every rule of every schema is found by walking the schemas ([`constraint`]). For each of them an
//! object is made that comes as near to it as can be, and one that breaks it ([`limits`], [`unions`]
//! and, for the rules in CEL, [`rules`]); [`largest`] fills an object to every limit at once and
//! [`random`] spoils good ones. [`judge`] brings the two answers to one form, [`judgement`] says which parts of them have no counterpart, and
//! [`server`] asks a real API server without storing anything.

pub mod case;
pub mod constraint;
pub mod example;
pub mod finding;
pub mod judge;
pub mod judgement;
pub mod largest;
pub mod limits;
pub mod place;
pub mod random;
pub mod rules;
pub mod server;
mod text;
pub mod unions;

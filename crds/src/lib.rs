//! The custom resources of `gradus.dev/v1alpha1`.
//!
//! ```text
//! document ──▶ decode ──▶ Resource ──▶ into_object ──▶ gradus_engine::object::Object
//!               │  the schema of the CRDs, and native checks for their CEL rules
//!               └──▶ Vec<Diagnostic>: path, message, help
//!
//! gradus_engine::view ──▶ status ──▶ the status of an object in a cluster
//! types ──▶ schema::generated ──▶ CRD YAML, JSON Schema for editors
//! ```
//!
//! Every limit is written once, on the types: the CRDs, the schemas for editors and the native validation are
//! generated from them. Every CEL rule is written beside its native check, in `rules`.

mod api;
pub mod assessment;
pub mod assessment_status;
pub mod attestation;
pub mod capability;
pub mod common;
mod convert;
pub mod criterion;
pub mod evidence;
pub mod facts;
pub mod library;
pub mod maturity_model;
pub mod metadata;
pub mod profile;
pub mod requires;
mod resource;
mod rules;
pub mod schema;
pub mod scoring;
pub mod status;
mod validate;
pub mod waiver;
pub mod wording;
mod words;

pub use api::{API_VERSION, GROUP, VERSION};
pub use resource::{Document, Resource, decode};
pub use validate::{stored, validate};

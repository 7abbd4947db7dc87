//! The API group and version of the resources.

/// The API group.
pub const GROUP: &str = "gradus.dev";
/// The version.
pub const VERSION: &str = "v1alpha1";
/// Group and version, as documents write them.
pub const API_VERSION: &str = "gradus.dev/v1alpha1";

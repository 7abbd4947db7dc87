//! How objects are named: kind, namespace, name, and the uid of one life of an object.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A name that many objects share: cheap to clone, compared by its text.
pub type Name = Arc<str>;

/// The uid of one life of an object: a re-created object has another.
pub type Uid = Arc<str>;

/// The kinds of `gradus.dev/v1alpha1` that the engine reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A stage model: data, never code. Cluster-scoped.
    MaturityModel,
    /// What a service needs of a site. Cluster-scoped.
    Profile,
    /// Something the infrastructure can do.
    Capability,
    /// A named person's word, with its end.
    Attestation,
    /// An approved exception, with its end.
    Waiver,
    /// One scope scored against one model.
    Assessment,
}

impl Kind {
    /// Every kind, in the order in which documents are best read.
    pub const ALL: [Kind; 6] = [
        Kind::MaturityModel,
        Kind::Profile,
        Kind::Capability,
        Kind::Attestation,
        Kind::Waiver,
        Kind::Assessment,
    ];

    /// The kind as written in YAML.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::MaturityModel => "MaturityModel",
            Kind::Profile => "Profile",
            Kind::Capability => "Capability",
            Kind::Attestation => "Attestation",
            Kind::Waiver => "Waiver",
            Kind::Assessment => "Assessment",
        }
    }

    /// Whether objects of this kind live in a namespace.
    pub fn namespaced(self) -> bool {
        !matches!(self, Kind::MaturityModel | Kind::Profile)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The identity of an object: kind, namespace (empty when cluster-scoped) and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectKey {
    /// The kind.
    pub kind: Kind,
    /// The namespace, empty for a cluster-scoped kind.
    pub namespace: Name,
    /// The object's name.
    pub name: Name,
}

impl ObjectKey {
    /// The key of an object; the namespace of a cluster-scoped kind is dropped.
    pub fn new(kind: Kind, namespace: &str, name: &str) -> Self {
        let namespace = if kind.namespaced() { namespace } else { "" };
        Self {
            kind,
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(formatter, "{} {}", self.kind, self.name)
        } else {
            write!(formatter, "{} {}/{}", self.kind, self.namespace, self.name)
        }
    }
}

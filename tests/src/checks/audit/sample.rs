//! Requests to hold the checks against.

use crate::control_plane::AuditEntry;

/// A request for no resource that was let pass.
pub(super) fn asked(user: &str, verb: &str, uri: &str) -> AuditEntry {
    AuditEntry {
        level: "Metadata".to_owned(),
        stage: "ResponseComplete".to_owned(),
        at: "2026-01-01T00:00:00.000000Z".to_owned(),
        received: String::new(),
        user: user.to_owned(),
        user_groups: Vec::new(),
        user_agent: String::new(),
        verb: verb.to_owned(),
        uri: uri.to_owned(),
        group: String::new(),
        resource: String::new(),
        subresource: String::new(),
        namespace: String::new(),
        name: String::new(),
        code: 200,
        decision: "allow".to_owned(),
        reason: String::new(),
    }
}

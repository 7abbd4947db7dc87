//! The audit log of the API server: every request, and whose it was.

use serde_json::Value;

/// One line of the audit log: the end of a request, or the beginning of a watch's reply.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// How much was recorded: `Metadata`.
    pub level: String,
    /// `ResponseComplete`, or `ResponseStarted` for what runs long.
    pub stage: String,
    /// When that stage came, in RFC 3339 with microseconds.
    pub at: String,
    /// When the request came, in RFC 3339 with microseconds.
    pub received: String,
    /// Who asked.
    pub user: String,
    /// The groups of who asked.
    pub user_groups: Vec<String>,
    /// With what, as it calls itself.
    pub user_agent: String,
    /// The verb: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub verb: String,
    /// The path and query.
    pub uri: String,
    /// The API group; empty for the core group.
    pub group: String,
    /// The plural of the kind; empty when no resource was asked for.
    pub resource: String,
    /// `status`, for example; mostly empty.
    pub subresource: String,
    /// The namespace, or empty.
    pub namespace: String,
    /// The object, or empty: a create with a generated name has none.
    pub name: String,
    /// The status code of the reply.
    pub code: u16,
    /// `allow` or `forbid`.
    pub decision: String,
    /// The rule that allowed it, in words; empty when none did.
    pub reason: String,
}

impl AuditEntry {
    /// Whether something was to be changed.
    pub fn is_write(&self) -> bool {
        !matches!(self.verb.as_str(), "get" | "list" | "watch")
    }

    /// Reads a line of the log; `None` for one that is still being written.
    pub(super) fn read(line: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(line).ok()?;
        let text = |pointer| {
            let value = line.pointer(pointer).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let code = line.pointer("/responseStatus/code").and_then(Value::as_u64);
        let groups = line.pointer("/user/groups").and_then(Value::as_array);
        let groups = groups.into_iter().flatten().filter_map(Value::as_str);
        Some(Self {
            level: text("/level"),
            stage: text("/stage"),
            at: text("/stageTimestamp"),
            received: text("/requestReceivedTimestamp"),
            user: text("/user/username"),
            user_groups: groups.map(str::to_owned).collect(),
            user_agent: text("/userAgent"),
            verb: text("/verb"),
            uri: text("/requestURI"),
            group: text("/objectRef/apiGroup"),
            resource: text("/objectRef/resource"),
            subresource: text("/objectRef/subresource"),
            namespace: text("/objectRef/namespace"),
            name: text("/objectRef/name"),
            code: code
                .and_then(|code| code.try_into().ok())
                .unwrap_or_default(),
            decision: text("/annotations/authorization.k8s.io~1decision"),
            reason: text("/annotations/authorization.k8s.io~1reason"),
        })
    }
}

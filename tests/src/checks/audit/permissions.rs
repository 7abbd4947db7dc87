//! The rights of an identity, read from manifests as the server's RBAC authorizer reads them.

use std::fmt;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{path_of, resource_of};
use crate::checks::object::{list, text, title};
use crate::control_plane::AuditEntry;

/// What an identity may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// The user's name: what the audit log calls the identity.
    pub user: String,
    /// The rules that are bound to it.
    pub rules: Vec<Rule>,
}

/// One rule of a role, bound to an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The role that it stands in.
    pub role: String,
    /// The namespace that it counts in; none when it counts everywhere.
    pub namespace: Option<String>,
    /// API groups; the empty one is the core group.
    pub groups: Vec<String>,
    /// Resources, each with its subresource where it means one.
    pub resources: Vec<String>,
    /// Names of objects; none when it counts for all.
    pub names: Vec<String>,
    /// Paths that are no resource.
    pub paths: Vec<String>,
    /// Verbs.
    pub verbs: Vec<String>,
}

/// One verb on one resource, as a role grants it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The role.
    pub role: String,
    /// The API group.
    pub group: String,
    /// The resource with its subresource, or the path.
    pub resource: String,
    /// The verb.
    pub verb: String,
}

impl fmt::Display for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            role,
            group,
            resource,
            verb,
        } = self;
        let group = if group.is_empty() { "core" } else { group };
        write!(formatter, "{role}: {verb} {group} {resource}")
    }
}

impl Permissions {
    /// What the manifests let a service account do: the rules of the roles that a binding gives it.
    /// A `ClusterRole` that a `RoleBinding` gives counts in the binding's namespace only.
    ///
    /// # Errors
    ///
    /// When the text is no YAML, or a binding gives a role that is not among the manifests.
    pub fn of(namespace: &str, service_account: &str, manifests: &str) -> Result<Self> {
        let documents: Vec<Value> =
            serde_saphyr::from_multiple(manifests).context("manifests that are no YAML")?;
        let user = format!("system:serviceaccount:{namespace}:{service_account}");
        let mut rules = Vec::new();
        for binding in documents.iter().filter(|document| is_binding(document)) {
            if list(binding, "/subjects")
                .iter()
                .any(|subject| is_identity(subject, &user))
            {
                let role = role_of(binding, &documents)?;
                rules.extend(rules_of(role, text(binding, "/metadata/namespace")));
            }
        }
        Ok(Self { user, rules })
    }
}

fn is_binding(document: &Value) -> bool {
    matches!(
        text(document, "/kind"),
        Some("RoleBinding" | "ClusterRoleBinding")
    )
}

fn is_identity(subject: &Value, user: &str) -> bool {
    let name = text(subject, "/name").unwrap_or_default();
    match text(subject, "/kind") {
        Some("ServiceAccount") => {
            let namespace = text(subject, "/namespace").unwrap_or_default();
            user == format!("system:serviceaccount:{namespace}:{name}")
        }
        Some("User") => user == name,
        _ => false,
    }
}

fn role_of<'a>(binding: &Value, documents: &'a [Value]) -> Result<&'a Value> {
    let kind = text(binding, "/roleRef/kind");
    let name = text(binding, "/roleRef/name");
    let namespace = text(binding, "/metadata/namespace");
    documents
        .iter()
        .find(|document| {
            text(document, "/kind") == kind
                && text(document, "/metadata/name") == name
                && (kind == Some("ClusterRole")
                    || text(document, "/metadata/namespace") == namespace)
        })
        .with_context(|| format!("{} gives a role that is not there", title(binding)))
}

fn rules_of(role: &Value, namespace: Option<&str>) -> Vec<Rule> {
    let texts = |rule: &Value, field: &str| {
        list(rule, field)
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect()
    };
    let kind = text(role, "/kind").unwrap_or_default();
    let name = text(role, "/metadata/name").unwrap_or_default();
    list(role, "/rules")
        .iter()
        .map(|rule| Rule {
            role: format!("{kind} {name}"),
            namespace: namespace.map(str::to_owned),
            groups: texts(rule, "/apiGroups"),
            resources: texts(rule, "/resources"),
            names: texts(rule, "/resourceNames"),
            paths: texts(rule, "/nonResourceURLs"),
            verbs: texts(rule, "/verbs"),
        })
        .collect()
}

impl Rule {
    /// Whether it lets a request pass.
    pub fn covers(&self, entry: &AuditEntry) -> bool {
        !self.used_by(entry).is_empty()
    }

    /// What of it a request uses.
    pub fn used_by(&self, entry: &AuditEntry) -> Vec<Grant> {
        if !self.counts_for(entry) {
            return Vec::new();
        }
        let mut used = self.grants();
        used.retain(|grant| grant.matches(entry));
        used
    }

    /// Everything that it grants, one by one.
    pub fn grants(&self) -> Vec<Grant> {
        let grant = |group: &str, resource: &str, verb: &str| Grant {
            role: self.role.clone(),
            group: group.to_owned(),
            resource: resource.to_owned(),
            verb: verb.to_owned(),
        };
        let on_resources = self.groups.iter().flat_map(|group| {
            self.resources
                .iter()
                .map(move |resource| (group.as_str(), resource))
        });
        let on_paths = self.paths.iter().map(|path| ("", path));
        on_resources
            .chain(on_paths)
            .flat_map(|(group, what)| self.verbs.iter().map(move |verb| grant(group, what, verb)))
            .collect()
    }

    /// Everything in it that could be a wildcard.
    pub(super) fn parts(&self) -> impl Iterator<Item = &String> {
        self.groups
            .iter()
            .chain(&self.resources)
            .chain(&self.paths)
            .chain(&self.verbs)
    }

    /// Its namespace and names. A creation has no name yet where the server decides.
    fn counts_for(&self, entry: &AuditEntry) -> bool {
        let here = self
            .namespace
            .as_ref()
            .is_none_or(|namespace| *namespace == entry.namespace);
        let named =
            self.names.is_empty() || (entry.verb != "create" && self.names.contains(&entry.name));
        here && named
    }
}

impl Grant {
    /// Whether it is for what a request asks, wherever that is and whatever its name.
    fn matches(&self, entry: &AuditEntry) -> bool {
        if self.verb != "*" && self.verb != entry.verb {
            return false;
        }
        if let Some(path) = path_of(entry) {
            return self.resource.starts_with('/') && is_under(path, &self.resource);
        }
        let resource = self.resource == "*"
            || self.resource == resource_of(entry)
            || (!entry.subresource.is_empty()
                && self.resource == format!("*/{}", entry.subresource));
        resource && (self.group == "*" || self.group == entry.group)
    }
}

/// Whether a path is the one that a rule names, or begins as one that ends in a star.
fn is_under(path: &str, named: &str) -> bool {
    match named.strip_suffix('*') {
        Some(beginning) => path.starts_with(beginning),
        None => path == named,
    }
}

/// What every authenticated identity may do on a server as it comes: the roles `system:discovery`,
/// `system:public-info-viewer` and `system:basic-user`.
pub(super) fn everybody_may(entry: &AuditEntry) -> bool {
    const PATHS: [&str; 11] = [
        "/api",
        "/api/*",
        "/apis",
        "/apis/*",
        "/healthz",
        "/livez",
        "/openapi",
        "/openapi/*",
        "/readyz",
        "/version",
        "/version/",
    ];
    const REVIEWS: [(&str, &str); 3] = [
        ("authorization.k8s.io", "selfsubjectaccessreviews"),
        ("authorization.k8s.io", "selfsubjectrulesreviews"),
        ("authentication.k8s.io", "selfsubjectreviews"),
    ];
    match path_of(entry) {
        Some(path) => entry.verb == "get" && PATHS.iter().any(|named| is_under(path, named)),
        None => {
            entry.verb == "create"
                && REVIEWS.contains(&(entry.group.as_str(), resource_of(entry).as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::asked;
    use super::*;

    fn manifests(binding: &str, subject: &str) -> String {
        format!(
            "
kind: ClusterRole
metadata: {{name: reader}}
rules:
- {{apiGroups: [gradus.dev], resources: [waivers], verbs: [get]}}
- {{nonResourceURLs: [/metrics, /debug/*], verbs: [get]}}
---
kind: {binding}
metadata: {{name: reader, namespace: {namespace}}}
roleRef: {{kind: ClusterRole, name: reader}}
subjects: [{subject}]
",
            namespace = if binding == "RoleBinding" {
                "north"
            } else {
                "null"
            },
        )
    }

    const SUBJECT: &str = "{kind: ServiceAccount, name: gradus, namespace: gradus-system}";

    fn permissions(binding: &str, subject: &str) -> Permissions {
        Permissions::of("gradus-system", "gradus", &manifests(binding, subject)).unwrap()
    }

    #[test]
    fn a_cluster_role_counts_where_its_binding_says() {
        let everywhere = permissions("ClusterRoleBinding", SUBJECT);
        assert_eq!(everywhere.rules[0].namespace, None);
        let north = permissions("RoleBinding", SUBJECT);
        assert_eq!(north.rules[0].namespace.as_deref(), Some("north"));
    }

    #[test]
    fn only_what_is_bound_to_the_identity_counts() {
        for (subject, rules) in [
            (SUBJECT, 2),
            (
                "{kind: User, name: 'system:serviceaccount:gradus-system:gradus'}",
                2,
            ),
            ("{kind: ServiceAccount, name: gradus, namespace: other}", 0),
            ("{kind: Group, name: gradus}", 0),
        ] {
            let found = permissions("ClusterRoleBinding", subject).rules.len();
            assert_eq!(found, rules, "{subject}");
        }
    }

    #[test]
    fn a_binding_to_a_role_that_is_not_there_is_an_error() {
        let dangling = manifests("ClusterRoleBinding", SUBJECT)
            .replace("kind: ClusterRole\nm", "kind: Role\nm");
        let error = Permissions::of("gradus-system", "gradus", &dangling).unwrap_err();
        assert!(
            error.to_string().contains("ClusterRoleBinding reader"),
            "{error}"
        );
    }

    #[test]
    fn a_path_is_covered_by_its_name_or_by_a_star_at_the_end() {
        let rule = permissions("ClusterRoleBinding", SUBJECT).rules.remove(1);
        for (uri, covered) in [
            ("/metrics", true),
            ("/metrics?x", true),
            ("/metrics/more", false),
            ("/debug/pprof", true),
            ("/debug", false),
        ] {
            let entry = asked("anybody", "get", uri);
            assert_eq!(rule.covers(&entry), covered, "{uri}");
        }
    }
}

//! What an identity asked of the server, held against what it may ask: least privilege.
//!
//! [`Permissions`] are read from rendered manifests as the server's RBAC authorizer reads them;
//! [`missing`], [`unused`] and [`wildcards`] compare them with the entries of an audit log.
//!
//! What the log cannot show: an apply that creates its object is logged as a `patch`, and the
//! server asks for `create` as well. A rule that is needed for that alone looks unused here.

mod permissions;

use std::collections::BTreeSet;

pub use permissions::{Grant, Permissions, Rule};

use crate::control_plane::AuditEntry;

fn is_refused(entry: &AuditEntry) -> bool {
    entry.code == 403 || entry.decision == "forbid"
}

/// The resource of a request with its subresource, as a rule names it.
fn resource_of(entry: &AuditEntry) -> String {
    if entry.subresource.is_empty() {
        entry.resource.clone()
    } else {
        format!("{}/{}", entry.resource, entry.subresource)
    }
}

/// The path of a request that is for no resource, without its query.
fn path_of(entry: &AuditEntry) -> Option<&str> {
    let uri = entry.uri.as_str();
    let path = uri.split_once('?').map_or(uri, |(path, _)| path);
    entry.resource.is_empty().then_some(path)
}

fn title(entry: &AuditEntry) -> String {
    if let Some(path) = path_of(entry) {
        return format!("{} {path}", entry.verb);
    }
    let group = match entry.group.as_str() {
        "" => "core",
        group => group,
    };
    let place = match entry.namespace.as_str() {
        "" => "in the cluster".to_owned(),
        namespace => format!("in {namespace}"),
    };
    format!("{} {group} {} {place}", entry.verb, resource_of(entry))
}

/// The requests of the identity that were refused, or that no rule covers.
pub fn missing(permissions: &Permissions, entries: &[AuditEntry]) -> Vec<String> {
    let complaints: BTreeSet<String> = entries
        .iter()
        .filter(|entry| entry.user == permissions.user)
        .filter_map(|entry| {
            let covered = permissions.rules.iter().any(|rule| rule.covers(entry));
            let everybody = permissions::everybody_may(entry);
            match (is_refused(entry), covered || everybody) {
                (true, true) => Some(format!(
                    "{}: refused, though a rule covers it",
                    title(entry)
                )),
                (true, false) => Some(format!("{}: refused", title(entry))),
                (false, false) => Some(format!("{}: no rule covers it", title(entry))),
                (false, true) => None,
            }
        })
        .collect();
    complaints.into_iter().collect()
}

/// What the rules grant and the identity never used. A refused request is no use.
pub fn unused(permissions: &Permissions, entries: &[AuditEntry]) -> Vec<Grant> {
    let used: BTreeSet<Grant> = entries
        .iter()
        .filter(|entry| entry.user == permissions.user && !is_refused(entry))
        .flat_map(|entry| {
            permissions
                .rules
                .iter()
                .flat_map(|rule| rule.used_by(entry))
        })
        .collect();
    let granted: BTreeSet<Grant> = permissions.rules.iter().flat_map(Rule::grants).collect();
    granted.difference(&used).cloned().collect()
}

/// The rules that grant more than they name.
pub fn wildcards(permissions: &Permissions) -> Vec<String> {
    permissions
        .rules
        .iter()
        .filter_map(|rule| {
            let star = rule.parts().find(|part| part.contains('*'))?;
            Some(format!("{}: {star}", rule.role))
        })
        .collect()
}

#[cfg(test)]
mod sample;

#[cfg(test)]
mod tests {
    use super::sample::asked;
    use super::*;

    const MANIFESTS: &str = r#"
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: gradus}
rules:
- apiGroups: [gradus.dev]
  resources: [assessments, capabilities]
  verbs: [list, watch]
- apiGroups: [gradus.dev]
  resources: [assessments/status]
  verbs: [patch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: gradus-edit}
rules:
- {apiGroups: [gradus.dev], resources: ["*"], verbs: ["*"]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: gradus-lease, namespace: gradus-system}
rules:
- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}
- {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [gradus], verbs: [get, update]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: gradus}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: gradus}
subjects: [{kind: ServiceAccount, name: gradus, namespace: gradus-system}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: gradus-lease, namespace: gradus-system}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: gradus-lease}
subjects: [{kind: ServiceAccount, name: gradus, namespace: gradus-system}]
"#;

    const USER: &str = "system:serviceaccount:gradus-system:gradus";

    fn permissions() -> Permissions {
        Permissions::of("gradus-system", "gradus", MANIFESTS).unwrap()
    }

    fn request(verb: &str, group: &str, resource: &str, namespace: &str, name: &str) -> AuditEntry {
        let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
        AuditEntry {
            group: group.to_owned(),
            resource: resource.to_owned(),
            subresource: subresource.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            ..asked(USER, verb, "/apis")
        }
    }

    fn ours(verb: &str, resource: &str) -> AuditEntry {
        request(verb, "gradus.dev", resource, "north", "site")
    }

    fn lease(verb: &str, namespace: &str, name: &str) -> AuditEntry {
        request(verb, "coordination.k8s.io", "leases", namespace, name)
    }

    fn all() -> Vec<AuditEntry> {
        vec![
            ours("list", "assessments"),
            ours("watch", "assessments"),
            ours("list", "capabilities"),
            ours("watch", "capabilities"),
            ours("patch", "assessments/status"),
            lease("create", "gradus-system", "gradus"),
            lease("get", "gradus-system", "gradus"),
            lease("update", "gradus-system", "gradus"),
        ]
    }

    #[test]
    fn a_log_that_uses_every_grant_and_no_more_has_no_complaint() {
        assert_eq!(missing(&permissions(), &all()), Vec::<String>::new());
        assert_eq!(unused(&permissions(), &all()), Vec::<Grant>::new());
        assert_eq!(wildcards(&permissions()), Vec::<String>::new());
    }

    #[test]
    fn a_refused_request_is_missing_and_uses_nothing() {
        let mut entries = all();
        entries[4].code = 403;
        assert_eq!(
            missing(&permissions(), &entries),
            ["patch gradus.dev assessments/status in north: refused, though a rule covers it"]
        );
        let unused = unused(&permissions(), &entries);
        assert_eq!(unused.len(), 1);
        assert_eq!(unused[0].resource, "assessments/status");
    }

    #[test]
    fn a_request_that_no_rule_covers_is_missing_once() {
        let mut entries = all();
        for _ in 0..3 {
            entries.push(request("list", "", "secrets", "", ""));
        }
        assert_eq!(
            missing(&permissions(), &entries),
            ["list core secrets in the cluster: no rule covers it"]
        );
        entries[8].code = 403;
        entries[9].code = 403;
        assert_eq!(missing(&permissions(), &entries).len(), 2);
    }

    #[test]
    fn a_resource_is_not_its_subresource() {
        let entries = [
            ours("patch", "assessments"),
            ours("list", "assessments/status"),
        ];
        assert_eq!(missing(&permissions(), &entries).len(), 2);
    }

    #[test]
    fn a_role_counts_in_its_own_namespace_only() {
        assert_eq!(
            missing(&permissions(), &[lease("create", "north", "gradus")]),
            ["create coordination.k8s.io leases in north: no rule covers it"]
        );
        assert_eq!(missing(&permissions(), &[lease("create", "", "")]).len(), 1);
    }

    #[test]
    fn a_named_rule_counts_for_its_names_only() {
        for (entry, complaints) in [
            (lease("get", "gradus-system", "gradus"), 0),
            (lease("get", "gradus-system", "other"), 1),
            (lease("update", "gradus-system", ""), 1),
        ] {
            assert_eq!(missing(&permissions(), &[entry]).len(), complaints);
        }
    }

    #[test]
    fn requests_of_other_identities_are_ignored() {
        let mut entries = all();
        for entry in &mut entries {
            "system:serviceaccount:gradus-system:other".clone_into(&mut entry.user);
        }
        entries[0].resource = "secrets".to_owned();
        assert_eq!(missing(&permissions(), &entries), Vec::<String>::new());
        assert_eq!(unused(&permissions(), &entries).len(), 8);
    }

    #[test]
    fn unused_grant_is_reported_with_its_role() {
        let entries: Vec<AuditEntry> = all()
            .into_iter()
            .filter(|entry| {
                (entry.verb.as_str(), entry.resource.as_str()) != ("watch", "capabilities")
            })
            .collect();
        let unused = unused(&permissions(), &entries);
        assert_eq!(
            unused,
            [Grant {
                role: "ClusterRole gradus".to_owned(),
                group: "gradus.dev".to_owned(),
                resource: "capabilities".to_owned(),
                verb: "watch".to_owned(),
            }]
        );
        assert_eq!(
            unused[0].to_string(),
            "ClusterRole gradus: watch gradus.dev capabilities"
        );
    }

    #[test]
    fn wildcard_is_reported_in_any_field() {
        for (before, after) in [
            ("verbs: [patch]", r#"verbs: ["*"]"#),
            ("[assessments/status]", r#"["*/status"]"#),
            (
                "resources: [assessments, capabilities]",
                r#"resources: ["*"]"#,
            ),
            ("apiGroups: [coordination.k8s.io]", r#"apiGroups: ["*"]"#),
        ] {
            let manifests = MANIFESTS.replacen(before, after, 1);
            assert_ne!(manifests, MANIFESTS, "{before}");
            let permissions = Permissions::of("gradus-system", "gradus", &manifests).unwrap();
            assert_eq!(wildcards(&permissions).len(), 1, "{after}");
        }
    }

    #[test]
    fn everybody_may_discover_and_nobody_the_rest() {
        let get = |uri| asked(USER, "get", uri);
        for uri in [
            "/version",
            "/apis",
            "/apis/gradus.dev/v1alpha1?timeout=5s",
            "/livez",
        ] {
            assert_eq!(missing(&permissions(), &[get(uri)]), Vec::<String>::new());
        }
        assert_eq!(
            missing(&permissions(), &[get("/metrics?a=b")]),
            ["get /metrics: no rule covers it"]
        );
        let review = |resource| request("create", "authorization.k8s.io", resource, "", "");
        let asked = [
            review("selfsubjectaccessreviews"),
            review("subjectaccessreviews"),
        ];
        assert_eq!(
            missing(&permissions(), &asked),
            ["create authorization.k8s.io subjectaccessreviews in the cluster: no rule covers it"]
        );
    }
}

//! The operator may do what it needs, where it serves, and nothing else: asked of the real authorizer for
//! every verb, on our kinds and on what an intruder would want.

use std::collections::BTreeSet;

use anyhow::Result;
use gradus_tests::chart::permissions;
use gradus_tests::control_plane::AuditEntry;
use gradus_tests::deployed::{IDENTITY, NAMESPACE};

use crate::authorizer::{Subject, allowed, compare, every_verb, said, settled};
use crate::{cluster, install};

const OPERATOR: Subject = Subject {
    user: IDENTITY,
    groups: &[
        "system:serviceaccounts",
        "system:serviceaccounts:gradus-system",
        "system:authenticated",
    ],
};

/// What lies in a namespace: group, resource, and the names that are asked for.
const NAMESPACED: [(&str, &str, &[&str]); 22] = [
    ("gradus.dev", "capabilities", &[""]),
    ("gradus.dev", "attestations", &[""]),
    ("gradus.dev", "waivers", &[""]),
    ("gradus.dev", "assessments", &[""]),
    ("gradus.dev", "capabilities/status", &[""]),
    ("gradus.dev", "attestations/status", &[""]),
    ("gradus.dev", "waivers/status", &[""]),
    ("gradus.dev", "assessments/status", &[""]),
    ("gradus.dev", "surveys", &[""]),
    ("events.k8s.io", "events", &[""]),
    ("", "events", &[""]),
    ("coordination.k8s.io", "leases", &["", "gradus", "another"]),
    ("", "secrets", &[""]),
    ("", "configmaps", &[""]),
    ("", "pods", &[""]),
    ("", "pods/exec", &[""]),
    ("", "serviceaccounts", &[""]),
    ("", "serviceaccounts/token", &["", "gradus"]),
    ("apps", "deployments", &["", "gradus"]),
    ("batch", "jobs", &[""]),
    ("rbac.authorization.k8s.io", "roles", &[""]),
    ("rbac.authorization.k8s.io", "rolebindings", &[""]),
];

/// What belongs to the cluster.
const OF_THE_CLUSTER: [(&str, &str, &[&str]); 8] = [
    ("gradus.dev", "maturitymodels", &[""]),
    ("gradus.dev", "profiles", &[""]),
    ("gradus.dev", "maturitymodels/status", &[""]),
    ("gradus.dev", "profiles/status", &[""]),
    (
        "apiextensions.k8s.io",
        "customresourcedefinitions",
        &["", "assessments.gradus.dev", "others.example.org"],
    ),
    ("", "namespaces", &[""]),
    ("", "nodes", &[""]),
    ("rbac.authorization.k8s.io", "clusterrolebindings", &[""]),
];

/// What it may do in a namespace that it serves.
const SERVED: [(&str, &str); 9] = [
    ("capabilities.gradus.dev", "get list watch"),
    ("attestations.gradus.dev", "get list watch"),
    ("waivers.gradus.dev", "get list watch"),
    ("assessments.gradus.dev", "get list watch"),
    ("capabilities/status.gradus.dev", "patch"),
    ("attestations/status.gradus.dev", "patch"),
    ("waivers/status.gradus.dev", "patch"),
    ("assessments/status.gradus.dev", "patch"),
    ("events.events.k8s.io", "create"),
];

/// What it may do in its own namespace. A creation by name is judged by its name, which no rule limits.
const OWN: [(&str, &str); 3] = [
    ("leases.coordination.k8s.io", "create"),
    ("leases.coordination.k8s.io gradus", "get create update"),
    ("leases.coordination.k8s.io another", "create"),
];

/// What it may do with what belongs to the cluster.
const CLUSTER: [(&str, &str); 5] = [
    ("maturitymodels.gradus.dev", "get list watch"),
    ("profiles.gradus.dev", "get list watch"),
    ("maturitymodels/status.gradus.dev", "patch"),
    ("profiles/status.gradus.dev", "patch"),
    (
        "customresourcedefinitions.apiextensions.k8s.io assessments.gradus.dev",
        "get",
    ),
];

/// `""` asks for all namespaces at once.
const NAMESPACES: [&str; 4] = ["", "north", "south", NAMESPACE];

fn requests() -> Vec<AuditEntry> {
    let in_namespaces = NAMESPACES.into_iter().flat_map(|namespace| {
        let kinds = NAMESPACED.iter();
        kinds.flat_map(move |(group, kind, names)| every_verb(namespace, group, kind, names))
    });
    let of_the_cluster = OF_THE_CLUSTER
        .iter()
        .flat_map(|(group, kind, names)| every_verb("", group, kind, names));
    in_namespaces.chain(of_the_cluster).collect()
}

fn expected(served: &[&str]) -> BTreeSet<String> {
    let served = served.iter().map(|place| (*place, &SERVED[..]));
    let tables = served.chain([(NAMESPACE, &OWN[..]), ("", &CLUSTER[..])]);
    let mut expected = BTreeSet::new();
    for (place, table) in tables {
        let place = if place.is_empty() { "*" } else { place };
        for (what, verbs) in table {
            expected.extend(
                verbs
                    .split(' ')
                    .map(|verb| format!("{place}: {verb} {what}")),
            );
        }
    }
    expected
}

/// The rules as the audit's check reads them: it must say what the authorizer says.
fn read(values: &[&str], requests: &[AuditEntry]) -> Result<BTreeSet<String>> {
    let rules = permissions(values)?.rules;
    let covered = |request: &&AuditEntry| rules.iter().any(|rule| rule.covers(request));
    Ok(requests.iter().filter(covered).map(said).collect())
}

#[test]
fn limited_to_a_namespace_the_operator_has_no_rights_elsewhere_and_unlimited_it_has_the_same_everywhere()
-> Result<()> {
    let cluster = cluster()?;
    for namespace in ["north", "south"] {
        cluster.kubectl(&["create", "namespace", namespace])?;
    }
    let requests = requests();
    let installs: [(&[&str], &[&str]); 3] = [
        (&["namespaces={north}"], &["north"]),
        (&[], &NAMESPACES),
        // Taking namespaces away takes rights away.
        (&["namespaces={south}"], &["south"]),
    ];
    for (values, served) in installs {
        install(&cluster, "charts/gradus", values)?;
        let whose = format!("installed with {values:?}");
        let expected = expected(served);
        compare(
            &read(values, &requests)?,
            &expected,
            &format!("{whose}, as read"),
        );
        let answers = settled(&expected, || allowed(&cluster, OPERATOR, &requests))?;
        compare(&answers, &expected, &whose);
    }
    Ok(())
}

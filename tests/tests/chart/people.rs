//! People have our kinds by the cluster's own roles: view, edit and admin.

use std::collections::BTreeSet;

use anyhow::Result;
use gradus_tests::control_plane::{AuditEntry, ControlPlane};

use crate::authorizer::{Subject, allowed, compare, every_verb, settled};
use crate::{cluster, install};

const READ: &str = "get list watch";
const WRITE: &str = "get list watch create update patch delete deletecollection";

/// By kind, what view, edit and admin of a namespace may do. Statuses are nobody's.
const IN_A_NAMESPACE: [(&str, [&str; 3]); 4] = [
    ("capabilities", [READ, WRITE, WRITE]),
    (
        "assessments",
        [READ, "get list watch create update patch", WRITE],
    ),
    (
        "attestations",
        [
            READ,
            READ,
            "get list watch create patch delete deletecollection",
        ],
    ),
    ("waivers", [READ, "get list watch create", WRITE]),
];

/// What those who have the role in the whole cluster may do besides.
const IN_THE_CLUSTER: [(&str, [&str; 3]); 2] = [
    ("maturitymodels", [READ, READ, WRITE]),
    ("profiles", [READ, READ, WRITE]),
];

const ROLES: [&str; 3] = ["view", "edit", "admin"];

const NAMESPACED: [&str; 8] = [
    "capabilities",
    "assessments",
    "attestations",
    "waivers",
    "capabilities/status",
    "assessments/status",
    "attestations/status",
    "waivers/status",
];
const OF_THE_CLUSTER: [&str; 4] = [
    "maturitymodels",
    "profiles",
    "maturitymodels/status",
    "profiles/status",
];

fn requests() -> Vec<AuditEntry> {
    let places = ["", "north", "south"];
    let in_namespaces = places
        .into_iter()
        .flat_map(|place| NAMESPACED.map(|kind| (place, kind)));
    let of_the_cluster = OF_THE_CLUSTER.map(|kind| ("", kind));
    in_namespaces
        .chain(of_the_cluster)
        .flat_map(|(place, kind)| every_verb(place, "gradus.dev", kind, &[""]))
        .collect()
}

/// What the column of a role says, in some places.
fn expected(table: &[(&str, [&str; 3])], role: usize, places: &[&str]) -> BTreeSet<String> {
    let mut expected = BTreeSet::new();
    for (kind, verbs) in table {
        for verb in verbs[role].split_whitespace() {
            let lines = places
                .iter()
                .map(|place| format!("{place}: {verb} {kind}.gradus.dev"));
            expected.extend(lines);
        }
    }
    expected
}

fn bind(cluster: &ControlPlane, role: &str) -> Result<()> {
    let (name, role) = (format!("{role}-here"), format!("--clusterrole={role}"));
    let user = format!("--user={name}");
    cluster.kubectl(&["create", "rolebinding", &name, &role, &user, "-n", "north"])?;
    let name = name.replace("here", "everywhere");
    let user = format!("--user={name}");
    cluster.kubectl(&["create", "clusterrolebinding", &name, &role, &user])?;
    Ok(())
}

fn judge(cluster: &ControlPlane, user: &str, expected: &BTreeSet<String>) -> Result<()> {
    let who = Subject {
        user,
        groups: &["system:authenticated"],
    };
    let requests = requests();
    let answers = settled(expected, || allowed(cluster, who, &requests))?;
    compare(&answers, expected, user);
    Ok(())
}

#[test]
fn view_edit_and_admin_have_exactly_the_rights_of_the_table() -> Result<()> {
    let cluster = cluster()?;
    for namespace in ["north", "south"] {
        cluster.kubectl(&["create", "namespace", namespace])?;
    }
    install(&cluster, "charts/gradus", &[])?;
    for (column, role) in ROLES.iter().enumerate() {
        bind(&cluster, role)?;
        let here = expected(&IN_A_NAMESPACE, column, &["north"]);
        judge(&cluster, &format!("{role}-here"), &here)?;
        let mut everywhere = expected(&IN_A_NAMESPACE, column, &["*", "north", "south"]);
        everywhere.extend(expected(&IN_THE_CLUSTER, column, &["*"]));
        judge(&cluster, &format!("{role}-everywhere"), &everywhere)?;
    }
    judge(&cluster, "stranger", &BTreeSet::new())?;
    a_model_viewer_reads_models(&cluster)?;
    requests_are_judged_likewise(&cluster)
}

fn a_model_viewer_reads_models(cluster: &ControlPlane) -> Result<()> {
    cluster.kubectl(&[
        "create",
        "clusterrolebinding",
        "models",
        "--clusterrole=gradus-models-view",
        "--user=reader",
    ])?;
    judge(cluster, "reader", &expected(&IN_THE_CLUSTER, 0, &["*"]))
}

/// The authorizer has the word, the API server the act: an approval and an attestation as they are made.
fn requests_are_judged_likewise(cluster: &ControlPlane) -> Result<()> {
    let send = |role: &str, arguments: &[&str], input: &str| {
        let user = format!("--as={role}-here");
        let arguments = [arguments, &["-n", "north", &user]].concat();
        cluster.kubectl_with(&arguments, input)
    };
    let refused = |outcome: Result<String>| {
        let said = outcome.expect_err("not refused").to_string();
        assert!(
            said.contains("Forbidden") || said.contains("forbidden"),
            "{said}"
        );
    };
    let create = ["create", "-f", "-"];
    let approve = ["patch", "waiver", "later", "--type=merge", "-p"];
    let approve = [&approve[..], &[r#"{"spec":{"approvedBy":"ada"}}"#]].concat();

    refused(send("view", &create, WAIVER));
    send("edit", &create, WAIVER)?;
    refused(send("edit", &approve, ""));
    send("admin", &approve, "")?;
    refused(send("edit", &["delete", "waiver", "later"], ""));

    let apply = ["apply", "--server-side", "-f", "-"];
    refused(send("edit", &create, ATTESTATION));
    send("admin", &apply, ATTESTATION)?;
    send("admin", &apply, ATTESTATION)?;

    let status = [
        "patch",
        "waiver",
        "later",
        "--subresource=status",
        "--type=merge",
        "-p",
    ];
    let status = [&status[..], &[r#"{"status":{"effective":true}}"#]].concat();
    refused(send("admin", &status, ""));
    Ok(())
}

const WAIVER: &str = r#"
apiVersion: gradus.dev/v1alpha1
kind: Waiver
metadata: {name: later}
spec:
  assessment: infram
  criteria: [active-active-ha]
  reason: The second site opens in spring.
  requestedBy: edith
  from: "2026-11-01"
  until: "2027-04-30"
  treatAs: Met
"#;

const ATTESTATION: &str = r#"
apiVersion: gradus.dev/v1alpha1
kind: Attestation
metadata: {name: restore}
spec:
  subject: {capability: restore-exercise}
  statement: We restored the whole site.
  attestedBy: ada
  method: Test
  issued: "2026-11-01"
  validUntil: "2027-10-31"
"#;

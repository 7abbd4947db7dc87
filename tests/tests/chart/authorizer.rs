//! Asks the API server's own authorizer about requests, without sending them.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use gradus_tests::control_plane::{AuditEntry, ControlPlane};
use serde_json::{Value, json};

const VERBS: [&str; 8] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
];

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) user: &'a str,
    pub(crate) groups: &'a [&'a str],
}

/// Requests for every verb on a resource, written `assessments/status`, and on objects of some names.
pub(crate) fn every_verb<'a>(
    namespace: &'a str,
    group: &'a str,
    resource: &'a str,
    names: &'a [&'a str],
) -> impl Iterator<Item = AuditEntry> + 'a {
    let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
    let verbs = move |name: &'a &'a str| VERBS.map(|verb| (verb, *name));
    names
        .iter()
        .flat_map(verbs)
        .map(move |(verb, name)| AuditEntry {
            verb: verb.to_owned(),
            group: group.to_owned(),
            resource: resource.to_owned(),
            subresource: subresource.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            ..AuditEntry::default()
        })
}

/// A request in one line, for tables and failures: `north: patch assessments/status.gradus.dev`.
pub(crate) fn said(request: &AuditEntry) -> String {
    let place = match request.namespace.as_str() {
        "" => "*",
        namespace => namespace,
    };
    let resource = match request.subresource.as_str() {
        "" => request.resource.clone(),
        subresource => format!("{}/{subresource}", request.resource),
    };
    let AuditEntry {
        verb, group, name, ..
    } = request;
    format!("{place}: {verb} {resource}.{group} {name}")
        .trim_end()
        .to_owned()
}

/// Those of the requests that a subject may make.
pub(crate) fn allowed(
    cluster: &ControlPlane,
    who: Subject,
    requests: &[AuditEntry],
) -> Result<BTreeSet<String>> {
    let reviews: Vec<Value> = requests
        .iter()
        .map(|request| review(who, request))
        .collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": reviews});
    let answers = cluster.kubectl_with(
        &[
            "create",
            "--validate=false",
            "-f",
            "-",
            "-o",
            "jsonpath={.status.allowed}{\"\\n\"}",
        ],
        &list.to_string(),
    )?;
    let answers: Vec<&str> = answers.lines().collect();
    ensure!(answers.len() == requests.len(), "an answer is missing");
    let pairs = requests.iter().zip(answers);
    Ok(pairs
        .filter(|(_, answer)| *answer == "true")
        .map(|(request, _)| said(request))
        .collect())
}

fn review(who: Subject, request: &AuditEntry) -> Value {
    json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": who.user,
            "groups": who.groups,
            "resourceAttributes": {
                "verb": request.verb,
                "group": request.group,
                "resource": request.resource,
                "subresource": request.subresource,
                "namespace": request.namespace,
                "name": request.name,
            },
        },
    })
}

/// Asks until the answer is the expected one, for as long as roles and their aggregation may take to be
/// known, and returns the last answer.
pub(crate) fn settled(
    expected: &BTreeSet<String>,
    mut ask: impl FnMut() -> Result<BTreeSet<String>>,
) -> Result<BTreeSet<String>> {
    let until = Instant::now() + Duration::from_secs(15);
    loop {
        let answer = ask()?;
        if answer == *expected || Instant::now() > until {
            return Ok(answer);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Holds what is allowed to what is expected, and says every difference.
pub(crate) fn compare(allowed: &BTreeSet<String>, expected: &BTreeSet<String>, whose: &str) {
    let too_many: Vec<_> = allowed.difference(expected).collect();
    let missing: Vec<_> = expected.difference(allowed).collect();
    assert!(
        too_many.is_empty() && missing.is_empty(),
        "{whose}\ntoo many: {too_many:#?}\nmissing: {missing:#?}"
    );
}

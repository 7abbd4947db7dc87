//! What people do: kubectl apply, of one object and of everything that is shipped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gradus_tests::control_plane::ControlPlane;
use gradus_tests::running::binary::root;
use serde_json::{Value, json};

use crate::control_plane;

#[test]
fn whole_number_with_a_point_is_whole_after_kubectl_apply() {
    let control_plane = control_plane();
    let namespace = control_plane.namespace("rules").expect("a namespace");
    let yaml = "{apiVersion: gradus.dev/v1alpha1, kind: Assessment, metadata: {name: points}, \
                spec: {model: {name: infram-2018}, target: {stage: 3.0, upTo: 4.0}}}";
    control_plane
        .kubectl_with(&["apply", "-n", &namespace, "-f", "-"], yaml)
        .expect("it is taken");
    let arguments = [
        "get",
        "assess",
        "points",
        "-n",
        &namespace,
        "-o",
        "jsonpath={.spec.target}",
    ];
    let stored = control_plane.kubectl(&arguments).expect("it is there");
    assert_eq!(stored, r#"{"stage":3,"upTo":4}"#);
}

#[test]
fn the_example_and_the_library_are_taken_by_kubectl_apply() {
    let control_plane = control_plane();
    let mut requested = documents("library/models", control_plane);
    requested.extend(documents("examples/hospital-group", control_plane));
    // An approval is added to what was requested, by an update.
    let approved = requested.clone();
    for document in &mut requested {
        if let Some(spec) = document["spec"].as_object_mut() {
            spec.remove("approvedBy");
        }
    }
    for documents in [requested, approved] {
        let count = documents.len();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": documents}).to_string();
        let said = control_plane
            .kubectl_with(&["apply", "-f", "-"], &list)
            .expect("all are taken");
        assert_eq!(said.lines().count(), count, "{said}");
    }
    for document in documents("library/models", control_plane) {
        let name = document["metadata"]["name"].as_str().expect("a name");
        control_plane
            .kubectl(&["delete", "mmodel", name])
            .expect("it is gone");
    }
}

/// Everything that a folder's files say, the objects of its namespaces in one namespace each of our own.
fn documents(folder: &str, control_plane: &ControlPlane) -> Vec<Value> {
    let mut namespaces: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files(&root().join(folder)) {
        let text = std::fs::read_to_string(&file).expect("a text");
        found.extend(serde_saphyr::from_multiple::<Value>(&text).expect("YAML"));
    }
    for document in &mut found {
        if let Some(Value::String(namespace)) = document["metadata"].get_mut("namespace") {
            let ours = namespaces
                .entry(namespace.clone())
                .or_insert_with(|| control_plane.namespace("rules").expect("a namespace"));
            namespace.clone_from(ours);
        }
    }
    found
}

/// The files of a folder, and of the folders in it; not what `gradus watch` remembers beside them.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.ends_with(".gradus"));
    let below = entries.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    below
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect()
}

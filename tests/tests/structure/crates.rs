//! Which crate may use which.

use std::collections::BTreeMap;
use std::process::Command;

use gradus_tests::running::binary::root;
use serde_json::Value;

/// Each crate of the workspace, and those that it may use.
const TABLE: [(&str, &[&str]); 6] = [
    ("gradus-engine", &[]),
    ("gradus-crds", &["gradus-engine"]),
    ("gradus-manifests", &["gradus-engine", "gradus-crds"]),
    (
        "gradus-operator",
        &["gradus-engine", "gradus-crds", "gradus-manifests"],
    ),
    ("gradus-dashboards", &[]),
    (
        "gradus",
        &[
            "gradus-engine",
            "gradus-crds",
            "gradus-manifests",
            "gradus-operator",
            "gradus-dashboards",
        ],
    ),
];

/// What the engine must never use, directly or not.
const OUTSIDE: [&str; 6] = ["tokio", "kube", "kube-core", "k8s-openapi", "cel", "notify"];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

fn normal_dependencies(package: &Value) -> Vec<&str> {
    let dependencies = package["dependencies"].as_array().expect("a list");
    let normal = dependencies
        .iter()
        .filter(|dependency| dependency["kind"].is_null());
    normal
        .filter_map(|dependency| dependency["name"].as_str())
        .collect()
}

#[test]
fn crate_uses_only_the_crates_below_it() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list");
    for (user, allowed) in TABLE {
        let package = packages
            .iter()
            .find(|package| package["name"] == user)
            .expect("the crate is there");
        for dependency in normal_dependencies(package) {
            let is_ours = dependency == "gradus" || dependency.starts_with("gradus-");
            assert!(
                !is_ours || allowed.contains(&dependency),
                "{user} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn tests_and_benchmarks_are_used_only_by_each_other() {
    const APART: [&str; 2] = ["gradus-tests", "gradus-bench"];
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list").iter();
    let others = packages.filter(|package| {
        let name = package["name"].as_str();
        name.is_some_and(|name| !APART.contains(&name))
    });
    for package in others {
        for dependency in package["dependencies"].as_array().expect("a list") {
            let name = dependency["name"].as_str().unwrap_or_default();
            assert!(!APART.contains(&name), "{} uses {name}", package["name"]);
        }
    }
}

#[test]
fn engine_uses_no_runtime_no_cluster_and_no_cel() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list");
    let by_name: BTreeMap<&str, &Value> = packages
        .iter()
        .filter_map(|package| Some((package["name"].as_str()?, package)))
        .collect();
    let mut waiting = vec!["gradus-engine"];
    let mut seen = Vec::new();
    while let Some(name) = waiting.pop() {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        assert!(!OUTSIDE.contains(&name), "the engine reaches {name}");
        if let Some(package) = by_name.get(name) {
            let required = package["dependencies"].as_array().expect("a list").iter();
            let required = required.filter(|one| one["kind"].is_null() && one["optional"] == false);
            waiting.extend(required.filter_map(|one| one["name"].as_str()));
        }
    }
}

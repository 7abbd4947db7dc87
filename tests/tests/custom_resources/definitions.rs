//! The definitions themselves: taken, listed in columns, explained.

use gradus_crds::schema::{definition, plural};
use gradus_engine::key::Kind;
use gradus_tests::agreement::example::Examples;
use serde_json::{Value, json};

use crate::control_plane;

#[test]
fn every_definition_is_taken_without_a_warning_and_is_structural() {
    let control_plane = control_plane();
    for kind in Kind::ALL {
        let name = format!("{}.gradus.dev", plural(kind));
        let arguments = [
            "apply",
            "--server-side",
            "--force-conflicts",
            "--dry-run=server",
            "--warnings-as-errors",
            "-f",
            "-",
        ];
        let text = definition(kind).to_string();
        control_plane
            .kubectl_with(&arguments, &text)
            .expect("the definition is taken without a warning");
        let arguments = [
            "get",
            "crd",
            &name,
            "-o",
            "jsonpath={range .status.conditions[*]}{.type}={.status} {end}",
        ];
        let conditions = control_plane
            .kubectl(&arguments)
            .expect("the definition is there");
        assert!(
            conditions.contains("Established=True"),
            "{kind}: {conditions}"
        );
        assert!(
            conditions.contains("NamesAccepted=True"),
            "{kind}: {conditions}"
        );
        assert!(
            !conditions.contains("NonStructuralSchema"),
            "{kind}: {conditions}"
        );
    }
}

#[test]
fn columns_short_names_the_category_and_explanations_work() {
    let control_plane = control_plane();
    let namespace = control_plane.namespace("rules").expect("a namespace");
    for kind in Kind::ALL {
        let mut object = Examples::of(kind).smallest();
        object["metadata"]["name"] = json!("shown");
        control_plane
            .kubectl_with(&["apply", "-n", &namespace, "-f", "-"], &object.to_string())
            .expect("it is taken");
        let status = json!({"status": shown_status(kind)}).to_string();
        let plural = format!("{}.gradus.dev", plural(kind));
        let patch = [
            "patch",
            &plural,
            "shown",
            "-n",
            &namespace,
            "--subresource=status",
            "--type=merge",
            "-p",
            &status,
        ];
        control_plane.kubectl(&patch).expect("the status is taken");
        let spec = &definition(kind)["spec"];
        let short = spec["names"]["shortNames"][0]
            .as_str()
            .expect("a short name");
        let listed = control_plane
            .kubectl(&["get", short, "shown", "-n", &namespace])
            .expect("it is listed");
        let columns = spec["versions"][0]["additionalPrinterColumns"]
            .as_array()
            .expect("columns");
        for column in columns {
            let name = column["name"].as_str().expect("a name").to_uppercase();
            assert!(
                listed.contains(&name),
                "{kind} has no column {name}: {listed}"
            );
        }
        let words = shown_words(kind);
        assert!(
            words.iter().all(|word| listed.contains(word)),
            "{kind}, {words:?}: {listed}"
        );
        let explained = control_plane
            .kubectl(&["explain", &format!("{plural}.spec"), "--recursive"])
            .expect("it is explained");
        let first =
            spec["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
                .as_object()
                .and_then(|fields| fields.keys().next())
                .expect("a field");
        assert!(explained.contains(first.as_str()), "{kind}: {explained}");
    }
    let all = control_plane
        .kubectl(&["get", "gradus", "-n", &namespace, "-o", "name"])
        .expect("they are listed");
    for kind in Kind::ALL {
        let name = format!("{}.gradus.dev/shown", kind.as_str().to_lowercase());
        assert!(all.contains(&name), "{name} is not of the category: {all}");
        control_plane
            .kubectl(&["delete", &plural_of(kind), "shown", "-n", &namespace])
            .expect("it is gone");
    }
}

fn plural_of(kind: Kind) -> String {
    format!("{}.gradus.dev", plural(kind))
}

/// A status whose values stand in the columns.
fn shown_status(kind: Kind) -> Value {
    let condition = |name: &str, status: &str| json!({"type": name, "status": status, "reason": "Shown", "message": "", "lastTransitionTime": "2026-11-23T12:00:00Z"});
    match kind {
        Kind::MaturityModel => {
            json!({"stages": 8, "criteria": 26, "conditions": [condition("Ready", "True")]})
        }
        Kind::Profile => json!({"requirements": 17, "conditions": [condition("Ready", "True")]}),
        Kind::Capability => json!({"state": "Degraded", "validUntil": "2027-03-31T00:00:00Z"}),
        Kind::Attestation => json!({"counted": true}),
        Kind::Waiver => json!({"effective": false}),
        Kind::Assessment => json!({
            "stage": 41, "potentialStage": 52, "missing": 63,
            "conditions": [condition("Regressed", "False"), condition("Ready", "True")],
        }),
    }
}

/// What stands in the columns then.
fn shown_words(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::MaturityModel => &["8", "26", "True"],
        Kind::Profile => &["17", "True"],
        Kind::Capability => &["Degraded", "2027-03-31T00:00:00Z"],
        Kind::Attestation => &["2026-11-23", "true"],
        Kind::Waiver => &["2026-12-31", "false", "[\"a0\"]"],
        Kind::Assessment => &["41", "52", "63", "False", "True"],
    }
}

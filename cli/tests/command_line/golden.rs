//! The output, word for word.

use crate::support::{AT, folder, gradus, out, run, run_on, text};

const EXAMPLE: &str = "examples/hospital-group";

fn printed(arguments: &[&str]) -> String {
    let output = run(&[arguments, &["--at", AT]].concat());
    assert!(output.status.success(), "{}", crate::support::err(&output));
    out(&output)
}

#[test]
fn table_shows_every_assessment_and_what_is_next() {
    insta::assert_snapshot!(printed(&["score", "-f", EXAMPLE]));
}

#[test]
fn wide_table_shows_what_the_stage_depends_on() {
    insta::assert_snapshot!(printed(&["score", "-f", EXAMPLE, "-o", "wide"]));
}

#[test]
fn explain_shows_the_stage_and_the_way_to_the_next() {
    insta::assert_snapshot!(printed(&[
        "explain",
        "larkmere-general/infram",
        "-f",
        EXAMPLE
    ]));
}

#[test]
fn explain_of_a_criterion_shows_the_evidence() {
    let about = ["--criterion", "malware-firewall"];
    insta::assert_snapshot!(printed(
        &[
            &["explain", "larkmere-general/infram", "-f", EXAMPLE],
            &about[..]
        ]
        .concat()
    ));
}

#[test]
fn why_not_names_what_is_missing() {
    insta::assert_snapshot!(printed(&[
        "explain",
        "westhaven/infram",
        "-f",
        EXAMPLE,
        "--why-not",
        "4"
    ]));
}

#[test]
fn yaml_list_equals_the_objects_of_a_cluster() {
    insta::assert_snapshot!(printed(&[
        "score",
        "-f",
        "examples/hospital-group/westhaven",
        "-o",
        "yaml"
    ]));
}

#[test]
fn same_input_gives_the_same_bytes() {
    for format in ["table", "wide", "json", "yaml"] {
        let arguments = ["score", "-f", EXAMPLE, "-o", format];
        assert_eq!(printed(&arguments), printed(&arguments), "{format}");
    }
    let of_build = |seconds: &str| {
        let mut command = gradus(&["score", "-f", EXAMPLE, "-o", "json"]);
        out(&command.env("SOURCE_DATE_EPOCH", seconds).output().unwrap())
    };
    assert_eq!(
        of_build("1795392000"),
        printed(&["score", "-f", EXAMPLE, "-o", "json"])
    );
    assert_ne!(of_build("1803081600"), of_build("1795392000"));
}

#[test]
fn json_and_yaml_are_equal() {
    let json: serde_json::Value =
        serde_json::from_str(&printed(&["score", "-f", EXAMPLE, "-o", "json"])).unwrap();
    let yaml: serde_json::Value =
        serde_saphyr::from_str(&printed(&["score", "-f", EXAMPLE, "-o", "yaml"])).unwrap();
    assert_eq!(json, yaml);
    assert_eq!(json["kind"], "List");
    assert_eq!(json["items"].as_array().unwrap().len(), 8);
}

#[test]
fn printed_list_can_be_read_again() {
    let list = printed(&[
        "score",
        "-f",
        EXAMPLE,
        "-o",
        "yaml",
        "--model",
        "infram-2018",
    ]);
    let checked = run_on(&["lint", "-", "--at", AT], &list);
    assert!(
        !crate::support::out(&checked).contains("InvalidYaml"),
        "{}",
        out(&checked)
    );
}

const WRONG: &str = "\
# A folder in which a lot is wrong.
apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: remote-access-vpn}
spec:
  claim: yes
  owners: {team: network}
---
apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: advanced-ips}
spec:
  claim: Present
  dependsOn:
  - {capability: remote-acces-vpn, strength: Gate}
---
apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: infram}
spec:
  model: {name: infarm-2018}
---
apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: emram}
spec:
  model: {name: emram-2018}
  notApplicable:
  - {criterion: closed-loop-mlik, reason: No newborns here.}
---
apiVersion: gradus.dev/v1alpha1
kind: Waiver
metadata: {name: late}
spec:
  assessment: emrm
  criteria: [pacs]
  reason: It is being built.
  requestedBy: a@example.org
  from: \"2026-11-01\"
  until: \"2027-01-31\"
  treatAs: Met
---
apiVersion: gradus.dev/v1alpha1
kind: List
items:
- apiVersion: gradus.dev/v1alpha1
  kind: Attestation
  metadata: {name: said-so}
  spec:
    subject: {capability: advanced-isp}
    statement: It was there when we looked.
    attestedBy: b@example.org
    method: Examine
    issued: \"2026-11-01\"
    validUntil: \"2027-11-01\"
---
apiVersion: v1
kind: ConfigMap
metadata: {name: somebody-elses}
";

#[test]
fn lint_reports_every_mistake_with_place_and_correction() {
    let site = folder(&[("site.yaml", WRONG)]);
    let mut command = gradus(&["lint", ".", "--at", AT]);
    let output = command.current_dir(site.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(out(&output));
}

#[test]
fn lint_of_standard_input_finds_the_same_places() {
    let output = run_on(&["lint", "-", "--at", AT], WRONG);
    let said = out(&output);
    for place in [
        "-:6:10", "-:15:18", "-:21:17", "-:29:17", "-:35:15", "-:50:27",
    ] {
        assert!(said.contains(place), "{place} in\n{said}");
    }
}

#[test]
fn lint_prints_json() {
    let site = folder(&[("site.yaml", WRONG)]);
    let output = run(&["lint", text(site.path()), "-o", "json", "--at", AT]);
    let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(
        report["errors"],
        report["findings"].as_array().unwrap().len() - 2
    );
    assert_eq!(report["notes"], 2);
    assert_eq!(report["checked"]["Assessment"], 2);
}

#[test]
fn models_list_shows_the_library() {
    insta::assert_snapshot!(out(&run(&["models", "list"])));
}

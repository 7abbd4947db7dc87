//! How commands end, and what they do to the disk.

use std::fs;
use std::process::Stdio;

use crate::support::{AT, SITE, err, folder, gradus, out, run, run_on, text};

const EXAMPLE: &str = "examples/hospital-group";

fn code(arguments: &[&str]) -> Option<i32> {
    run(arguments).status.code()
}

#[test]
fn a_good_folder_ends_well_and_says_that_no_gate_was_asked_for() {
    let output = run(&["score", "-f", EXAMPLE, "--at", AT]);
    assert_eq!(output.status.code(), Some(0));
    assert!(err(&output).contains("no gate was asked for"));
    let gated = run(&["score", "-f", EXAMPLE, "--at", AT, "--min-stage", "1"]);
    assert_eq!(gated.status.code(), Some(0), "{}", err(&gated));
    assert!(!err(&gated).contains("no gate was asked for"));
}

#[test]
fn a_gate_that_fails_ends_with_1_and_names_who_failed_it() {
    let low = run(&["score", "-f", EXAMPLE, "--at", AT, "--min-stage", "5"]);
    assert_eq!(low.status.code(), Some(1));
    assert!(
        err(&low).contains("gate failed: westhaven/infram is at stage 2, and 5 is asked for"),
        "{}",
        err(&low)
    );
    assert!(
        err(&low).contains("westhaven/emram is held to no gate: Paused"),
        "{}",
        err(&low)
    );
    let unknown = run(&["score", "-f", EXAMPLE, "--at", AT, "--fail-on", "unknown"]);
    assert_eq!(unknown.status.code(), Some(1));
    let soon = ["score", "-f", EXAMPLE, "--fail-on", "expiring", "--at"];
    assert_eq!(code(&[&soon[..], &["2027-02-10"]].concat()), Some(1));
    assert_eq!(
        code(&["score", "-f", EXAMPLE, "--fail-on", "regression"]),
        Some(2)
    );
}

#[test]
fn what_cannot_be_evaluated_ends_with_3() {
    let site = folder(&[("site.yaml", &SITE.replace("infram-2018", "our-own"))]);
    let output = run(&["score", "-f", text(site.path()), "--min-stage", "3"]);
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert!(
        err(&output).contains("default/infram cannot be scored: ModelNotFound"),
        "{}",
        err(&output)
    );
    assert_eq!(
        code(&["explain", "infram", "-f", text(site.path())]),
        Some(3)
    );
}

#[test]
fn a_bad_document_ends_with_2_after_everything_else_was_printed() {
    let site = folder(&[
        ("a.yaml", SITE),
        (
            "b.yaml",
            "apiVersion: gradus.dev/v1alpha1\nkind: Capabilty\n",
        ),
    ]);
    let output = run(&["score", "-f", text(site.path()), "--min-stage", "3"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(out(&output).contains("default/infram"));
    assert!(err(&output).contains("b.yaml:2:7"), "{}", err(&output));
    assert!(
        err(&output).contains("did you mean Capability?"),
        "{}",
        err(&output)
    );
}

#[test]
fn wrong_usage_ends_with_2_and_the_way_to_mend_it() {
    for (arguments, said) in [
        (
            &["score", "-f", "no-such-folder"][..],
            "there is no no-such-folder",
        ),
        (
            &["score", "-f", EXAMPLE, "-o", "xml"],
            "formats are table, wide, json, yaml",
        ),
        (
            &["score", "-f", EXAMPLE, "-o", "json", "-o", "yaml"],
            "only one output can go to stdout",
        ),
        (
            &["score", "-f", EXAMPLE, "--at", "soon"],
            "2027-03-01T00:00:00Z",
        ),
        (
            &["score", "-f", EXAMPLE, "--model", "infarm-2018"],
            "did you mean infram-2018?",
        ),
        (&["score", "-f", "library"], "gradus init"),
        (
            &["explain", "stonebrigde/infram", "-f", EXAMPLE],
            "did you mean stonebridge/infram?",
        ),
        (
            &["explain", "infram", "-f", EXAMPLE],
            "larkmere-general/infram, stonebridge/infram or westhaven/infram",
        ),
        (
            &[
                "explain",
                "larkmere-general/infram",
                "-f",
                EXAMPLE,
                "--criterion",
                "malware-firwall",
            ],
            "did you mean malware-firewall?",
        ),
        (
            &[
                "explain",
                "larkmere-general/infram",
                "-f",
                EXAMPLE,
                "--capability",
                "advanced-isp",
            ],
            "did you mean advanced-ips?",
        ),
        (
            &[
                "explain",
                "larkmere-general/infram",
                "-f",
                EXAMPLE,
                "--why-not",
                "9",
            ],
            "infram-2018 has no stage 9",
        ),
        (&["models", "show", "emram"], "did you mean emram-2018?"),
        (&["crds", "--kind", "Waver"], "did you mean Waiver?"),
        (&["watch", "no-such-folder"], "gradus init"),
        (&["watch", "Cargo.toml"], "is a file"),
        (&["watch", EXAMPLE, "--at", AT], "--state"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            err(&output).contains(said),
            "{arguments:?} said\n{}",
            err(&output)
        );
    }
}

#[test]
fn outputs_go_to_files_beside_the_one_on_stdout() {
    let here = folder(&[]);
    let file = here.path().join("maturity.json");
    let json = format!("json={}", text(&file));
    let output = run(&[
        "score", "-f", EXAMPLE, "--at", AT, "-o", "table", "-o", &json,
    ]);
    assert!(out(&output).starts_with("ASSESSMENT"));
    let list: serde_json::Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(list["kind"], "List");
}

#[test]
fn documents_come_over_the_standard_input_too() {
    let output = run_on(&["score", "-f", "-", "--at", AT], SITE);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("default/infram"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut command = gradus(&["score", "-f", EXAMPLE, "--at", AT, "-o", "json"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(!err(&output).contains("error"), "{}", err(&output));
}

#[test]
fn what_goes_to_a_file_has_no_colours() {
    for arguments in [
        &["score", "-f", EXAMPLE][..],
        &["explain", "larkmere-general/infram", "-f", EXAMPLE],
        &["lint", EXAMPLE],
    ] {
        assert!(!out(&run(arguments)).contains('\x1b'), "{arguments:?}");
    }
}

#[test]
fn crds_are_the_committed_ones() {
    let printed = out(&run(&["crds", "--kind", "capability"]));
    let committed = fs::read_to_string(
        crate::support::root().join("crds/generated/gradus.dev_capabilities.yaml"),
    )
    .unwrap();
    assert_eq!(printed, committed);
    assert_eq!(
        out(&run(&["crds"]))
            .matches("kind: CustomResourceDefinition")
            .count(),
        6
    );
    let schema: serde_json::Value =
        serde_json::from_str(&out(&run(&["crds", "--format", "json-schema"]))).unwrap();
    assert!(schema.is_object());
}

#[test]
fn a_library_model_is_printed_as_it_is_written() {
    let printed = out(&run(&["models", "show", "core-io", "-o", "yaml"]));
    assert_eq!(
        printed,
        fs::read_to_string(crate::support::root().join("library/models/core-io.yaml")).unwrap()
    );
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completion", shell]);
        assert!(
            output.status.success() && out(&output).contains("gradus"),
            "{shell}"
        );
    }
}

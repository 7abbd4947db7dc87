//! How commands end, and what they do to the disk.

use std::fs;
use std::process::Stdio;

use crate::support::{AT, SITE, err, folder, gradus, out, run, run_on, text};

const EXAMPLE: &str = "examples/hospital-group";

fn code(arguments: &[&str]) -> Option<i32> {
    run(arguments).status.code()
}

#[test]
fn valid_folder_exits_with_0_and_writes_nothing_to_stderr() {
    let output = run(&["score", "-f", EXAMPLE, "--at", AT]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(err(&output), "");
    let gated = run(&["score", "-f", EXAMPLE, "--at", AT, "--min-stage", "1"]);
    assert_eq!(gated.status.code(), Some(0), "{}", err(&gated));
}

#[test]
fn folder_may_be_named_without_an_option() {
    let with_option = run(&["score", "-f", EXAMPLE, "--at", AT]);
    let without = run(&["score", EXAMPLE, "--at", AT]);
    assert_eq!(out(&with_option), out(&without));
    let explained = run(&["explain", "westhaven/infram", EXAMPLE, "--at", AT]);
    assert_eq!(explained.status.code(), Some(0), "{}", err(&explained));
}

#[test]
fn failed_gate_exits_with_1_and_names_the_assessment() {
    let low = run(&["score", "-f", EXAMPLE, "--at", AT, "--min-stage", "5"]);
    assert_eq!(low.status.code(), Some(1));
    assert!(
        err(&low).contains("gate failed: westhaven/infram is at stage 2, below 5"),
        "{}",
        err(&low)
    );
    assert!(
        err(&low).contains("westhaven/emram is not checked by the gate: Paused"),
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
fn missing_model_exits_with_3() {
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
fn invalid_document_exits_with_2_after_the_rest_is_printed() {
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
fn wrong_usage_exits_with_2_and_a_correction() {
    for (arguments, said) in [
        (
            &["score", "-f", "no-such-folder"][..],
            "no-such-folder does not exist",
        ),
        (
            &["score", "-f", EXAMPLE, "-o", "xml"],
            "use one of table, wide, json, yaml",
        ),
        (
            &["score", "-f", EXAMPLE, "-o", "json", "-o", "yaml"],
            "only one output can go to stdout",
        ),
        (
            &["score", "-f", EXAMPLE, "--at", "soon"],
            "write 2027-03-01",
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
fn outputs_go_to_files_and_one_to_stdout() {
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
fn documents_are_read_from_standard_input() {
    let output = run_on(&["score", "-f", "-", "--at", AT], SITE);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("default/infram"));
}

#[test]
fn closed_stdout_is_not_a_failure() {
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
fn output_to_a_file_has_no_colours() {
    for arguments in [
        &["score", "-f", EXAMPLE][..],
        &["explain", "larkmere-general/infram", "-f", EXAMPLE],
        &["lint", EXAMPLE],
    ] {
        assert!(!out(&run(arguments)).contains('\x1b'), "{arguments:?}");
    }
}

#[test]
fn crds_prints_the_committed_definitions() {
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
fn models_show_prints_the_yaml_unchanged() {
    let printed = out(&run(&["models", "show", "core-io", "-o", "yaml"]));
    assert_eq!(
        printed,
        fs::read_to_string(crate::support::root().join("library/models/core-io.yaml")).unwrap()
    );
}

#[test]
fn completion_works_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completion", shell]);
        assert!(
            output.status.success() && out(&output).contains("gradus"),
            "{shell}"
        );
    }
}

#[test]
fn output_that_cannot_be_written_is_said() {
    for arguments in [
        &["lint", EXAMPLE][..],
        &["score", "-f", EXAMPLE, "--at", AT],
        &["explain", "westhaven/infram", EXAMPLE, "--at", AT],
        &["models", "list"],
        &["crds"],
        &["rules"],
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = gradus(arguments)
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(
            err(&output).trim_end(),
            "error: the output cannot be written: No space left on device",
            "{arguments:?}"
        );
    }
}

#[test]
fn pipe_is_read_like_a_file() {
    let site = folder(&[
        ("site.yaml", SITE),
        ("broken.yaml", "kind: Capability\nspec: [\n"),
    ]);
    let scored = |path: &str| {
        let command = format!("cat site.yaml | $0 score --at {AT} -f {path}");
        std::process::Command::new("bash")
            .args(["-c", &command, env!("CARGO_BIN_EXE_gradus")])
            .current_dir(site.path())
            .output()
            .unwrap()
    };
    let of_file = scored("site.yaml");
    assert_eq!(of_file.status.code(), Some(0), "{}", err(&of_file));
    for path in ["/dev/stdin", "-", "<(cat site.yaml)"] {
        assert_eq!(out(&scored(path)), out(&of_file), "{path}");
    }
    let linted = std::process::Command::new("bash")
        .args([
            "-c",
            "$0 lint site.yaml <(cat broken.yaml)",
            env!("CARGO_BIN_EXE_gradus"),
        ])
        .current_dir(site.path())
        .output()
        .unwrap();
    assert_eq!(linted.status.code(), Some(2));
    assert!(out(&linted).contains("InvalidSyntax"), "{}", out(&linted));
}

#[test]
fn nothing_that_was_checked_is_not_a_success() {
    for (name, text) in [
        ("readme.md", "# none"),
        ("theirs.yaml", "apiVersion: v1\nkind: Secret\n"),
        ("comment.yaml", "# later\n"),
        ("template.yaml", "{{- if .Values.web }}\n"),
    ] {
        let site = folder(&[(name, text)]);
        for command in ["lint", "score"] {
            let output = run(&[command, text_of(&site)]);
            assert_eq!(
                output.status.code(),
                Some(2),
                "{command} {name}: {}",
                out(&output)
            );
            assert!(
                !err(&output).is_empty() || out(&output).contains("error"),
                "{command} {name}"
            );
        }
    }
}

fn text_of(site: &tempfile::TempDir) -> &str {
    text(site.path())
}

#[test]
fn text_of_others_cannot_write_on_the_terminal() {
    let site = folder(&[
        (
            "a\nerror: forged.yaml",
            "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: a}\nspec: {clam: \"\u{9b}31mred \u{9d}0;title \u{202e}\"}\n",
        ),
        ("b\u{9b}2J.yaml", "kind: Capability\nspec: [\n"),
        (
            "c.yaml",
            "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: c}\nspec: {\"\u{9b}31m\": 1, claim: \"\u{9b}1m\"}\n",
        ),
    ]);
    for command in ["lint", "score"] {
        let output = gradus(&[command, "."])
            .current_dir(site.path())
            .output()
            .unwrap();
        let said = out(&output) + &err(&output);
        assert!(
            !said.contains(['\u{9b}', '\u{9d}', '\u{1b}', '\u{202e}']),
            "{said}"
        );
        assert!(
            !said.lines().any(|line| line.starts_with("error: forged")),
            "{said}"
        );
        assert!(said.contains("a\\nerror: forged.yaml"), "{said}");
    }
}

const TINY: &str = "\
apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: infram}
spec:
  model: {name: infram-2018}
  target: {stage: 3, by: \"2026-12-31\"}
---
apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: wireless-most-premises}
spec: {claim: Present, evidence: [{name: walked, attestation: {}}]}
---
apiVersion: gradus.dev/v1alpha1
kind: Attestation
metadata: {name: walked-2026}
spec:
  subject: {capability: wireless-most-premises}
  statement: Walked the house.
  attestedBy: ada@example.org
  method: Examine
  issued: \"2026-01-10\"
  validUntil: \"2026-12-10\"
";

#[test]
fn gate_of_what_ends_stays_red_after_the_end_until_it_is_renewed() {
    let renewal = TINY
        .rsplit("---\n")
        .next()
        .unwrap()
        .replace("walked-2026", "walked-2027");
    let renewal = renewal
        .replace("2026-01-10", "2026-12-01")
        .replace("2026-12-10", "2027-12-01");
    let site = folder(&[("site.yaml", TINY)]);
    let renewed = folder(&[("site.yaml", &format!("{TINY}---\n{renewal}"))]);
    let code = |site: &tempfile::TempDir, at: &str, gate: &str| {
        let output = run(&["score", text(site.path()), "--at", at, "--fail-on", gate]);
        (output.status.code(), err(&output))
    };
    for (at, expiring, expired) in [
        ("2026-11-01", 0, 0),
        ("2026-12-05", 1, 0),
        ("2026-12-11", 1, 1),
        ("2027-11-30", 1, 1),
    ] {
        assert_eq!(code(&site, at, "expiring").0, Some(expiring), "{at}");
        assert_eq!(code(&site, at, "expired").0, Some(expired), "{at}");
    }
    let (_, said) = code(&site, "2026-12-11", "expired");
    assert!(
        said.contains("default/infram has relied on attestation walked-2026, which ended after 10 Dec 2026 and is not renewed"),
        "{said}"
    );
    assert_eq!(
        code(&renewed, "2026-12-11", "expired"),
        (Some(0), String::new())
    );
}

#[test]
fn gate_that_checked_nothing_does_not_pass() {
    let paused = TINY.replace(
        "  target:",
        "  engagement: {state: Withdrawn, reason: closed}\n  target:",
    );
    let unassessed = TINY.replace("name: wireless-most-premises}\nspec: {claim: Present, evidence: [{name: walked, attestation: {}}]}", "name: coffee}\nspec: {claim: Present}").replace("capability: wireless-most-premises", "capability: coffee");
    for (what, site, expected) in [("withdrawn", paused, 3), ("not assessed", unassessed, 1)] {
        let site = folder(&[("site.yaml", &site)]);
        for gate in [
            ["--fail-on", "unknown"],
            ["--fail-on", "expired"],
            ["--min-stage", "1"],
        ] {
            let output = run(&[
                &["score", text(site.path()), "--at", "2026-11-01"][..],
                &gate,
            ]
            .concat());
            assert_eq!(
                output.status.code(),
                Some(expected),
                "{what} {gate:?}: {}",
                err(&output)
            );
            assert!(!err(&output).is_empty());
        }
        assert_eq!(code(&["score", text(site.path())]), Some(0), "{what}");
    }
}

#[test]
fn lint_notes_what_may_not_be_meant() {
    let waiver = "apiVersion: gradus.dev/v1alpha1\nkind: Waiver\nmetadata: {name: later}\nspec: {assessment: infram, criteria: [wireless-most-premises], reason: Later., requestedBy: ada, from: 2026-11-01, until: 2027-03-01, treatAs: Met}\n";
    let site = folder(&[
        ("site.yaml", TINY),
        ("waiver.yaml", waiver),
        (
            "over.yaml",
            &waiver
                .replace("later", "over")
                .replace("requestedBy: ada", "requestedBy: ada, approvedBy: bob")
                .replace("2026-11-01", "2026-01-01")
                .replace("2027-03-01", "2026-06-01"),
        ),
        (
            "near.yaml",
            "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: malware-firewal}\nspec: {claim: Present}\n",
        ),
        (
            "far.yaml",
            "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: coffee}\nspec: {claim: Present}\n",
        ),
        (
            "empty.yaml",
            "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: tea}\nspec: {}\n",
        ),
        (
            "north.yaml",
            "apiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata: {name: north, namespace: north}\nspec: {model: {name: infram-2018}}\n",
        ),
        (
            "labels.yaml",
            "apiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata: {name: labels}\nspec: {model: {name: infram-2018}, capabilities: {matchLabels: {site: nrth}}}\n",
        ),
    ]);
    let mut command = gradus(&["lint", ".", "--at", "2027-02-01"]);
    let output = command.current_dir(site.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    insta::assert_snapshot!(out(&output));
    let before = gradus(&["lint", "site.yaml", "--at", "2026-11-01"])
        .current_dir(site.path())
        .output()
        .unwrap();
    assert!(
        out(&before).starts_with("no problems found"),
        "{}",
        out(&before)
    );
}

#[test]
fn answer_outside_its_range_is_told_from_a_missing_one() {
    let object = |kind: &str, name: &str, spec: &str| {
        format!(
            "apiVersion: gradus.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"
        )
    };
    let site = folder(&[
        (
            "mail.yaml",
            &object(
                "Capability",
                "electronic-messaging",
                "{claim: Present, facts: {technology: 9, process: 3}}",
            ),
        ),
        (
            "nimm.yaml",
            &object("Assessment", "nimm", "{model: {name: nimm-2011}}"),
        ),
    ]);
    let run = |arguments: &[&str]| {
        let output = gradus(arguments).current_dir(site.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    };
    let linted = run(&["lint", "."]);
    for said in [
        "note[AnswerOutOfRange]: 9 is outside the answers of nimm-2011 and counts as unknown",
        "spec.facts.technology",
        "= help: answer 1 to 5",
        "1 note;",
    ] {
        assert!(linted.contains(said), "{linted}");
    }
    let explain = |criterion| run(&["explain", "nimm", "-f", ".", "--criterion", criterion]);
    let outside = explain("electronic-messaging-technology");
    for said in [
        "Unknown (answer out of range, capability electronic-messaging, asks for 1 to 5)",
        "facts.technology is 9: Unknown (outside its range: 1 to 5)",
    ] {
        assert!(outside.contains(said), "{outside}");
    }
    let missing = explain("electronic-messaging-people");
    assert!(missing.contains("claim unknown"), "{missing}");
    assert!(!missing.contains("range"), "{missing}");
}

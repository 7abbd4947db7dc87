//! Files with very many mistakes: time and output follow their size, and what is not shown is counted.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::support::{folder, gradus, out};

/// Mistakes of each file.
const MANY: usize = 10_000;
/// Far above what reading takes on a busy machine, and far below what comparing each mistake with each would.
const LIMIT: Duration = Duration::from_secs(20);

fn header(name: &str) -> String {
    format!("apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {{name: {name}}}\n")
}

/// A file for each way to have a mistake a line, and the code of the finding.
fn files() -> Vec<(&'static str, String, &'static str)> {
    let lines = |line: &dyn Fn(usize) -> String| (0..MANY).map(line).collect::<String>();
    let documents = |document: &dyn Fn(usize) -> String| {
        let all: Vec<String> = (0..MANY).map(document).collect();
        all.join("---\n")
    };
    let mut list = "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [".to_owned();
    for index in 0..MANY {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(
            list,
            "{comma}{{\"apiVersion\": \"gradus.dev/v1alpha1\", \"kind\": \"Capability\", \"metadata\": {{\"name\": \"c{index}\"}}, \"spec\": {{\"clam\": 1}}}}"
        );
    }
    list.push_str("]}");
    vec![
        (
            "fields.yaml",
            format!(
                "{}spec:\n{}",
                header("fields"),
                lines(&|index| format!("  k{index}: 1\n"))
            ),
            "UnknownField",
        ),
        (
            "items.yaml",
            format!(
                "{}spec:\n  evidence:\n{}",
                header("items"),
                lines(&|index| format!("  - {{name: X{index}, foo: 1}}\n"))
            ),
            "UnknownField",
        ),
        (
            "keys.yaml",
            format!(
                "{}spec:\n  facts:\n{}",
                header("keys"),
                lines(&|index| format!("    k{}: 1\n", index / 2))
            ),
            "DuplicateKey",
        ),
        ("list-on-one-line.json", list, "UnknownField"),
        (
            "one-object.yaml",
            documents(&|_| header("same") + "spec: {claim: Present}\n"),
            "DuplicateObject",
        ),
        (
            "references.yaml",
            documents(&|index| {
                header(&format!("c{index}"))
                    + &format!("spec: {{dependsOn: [{{capability: none-{index}}}]}}\n")
            }),
            "DanglingReference",
        ),
        (
            "syntax.yaml",
            documents(&|index| header(&format!("c{index}")) + "spec: {type: [\n"),
            "InvalidSyntax",
        ),
    ]
}

#[test]
fn mistakes_of_a_file_take_linear_time_and_the_rest_is_counted() {
    for (name, text, code) in files() {
        let site = folder(&[(name, &text)]);
        let began = Instant::now();
        let output = gradus(&["lint", "-o", "json", "."])
            .current_dir(site.path())
            .output()
            .unwrap();
        let took = began.elapsed();
        assert!(took < LIMIT, "{name} took {took:?}");
        assert_eq!(output.status.code(), Some(2), "{name}");
        let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 101, "{name}");
        let (rest, shown) = findings.split_last().unwrap();
        assert!(
            shown.iter().any(|it| it["diagnostic"]["code"] == code),
            "{name}"
        );
        let said = rest["diagnostic"]["message"].as_str().unwrap();
        assert!(
            said.starts_with("the file has ")
                && said.ends_with(" more errors, which are not shown"),
            "{name}: {said}"
        );
    }
}

#[test]
fn files_of_others_are_counted_too() {
    let foreign = vec!["apiVersion: v1\nkind: Secret\n"; 150].join("---\n");
    let site = folder(&[("theirs.yaml", &foreign)]);
    let output = gradus(&["lint", "."])
        .current_dir(site.path())
        .output()
        .unwrap();
    assert!(
        out(&output).contains("the file has 50 more notes"),
        "{}",
        out(&output)
    );
}

//! The messages of wrong command lines and of wrong folders, in two tables: the input, and what a user reads.

use std::fmt::Write;

use crate::support::{err, folder, gradus, out};

/// Command lines that are refused before anything is read.
const COMMAND_LINES: &[&str] = &[
    "scoer",
    "score no-such-folder",
    "score -f no-such-folder",
    "score library/models",
    "score examples/hospital-group -A",
    "score examples/hospital-group --min-stage five",
    "score examples/hospital-group --min-stage 0",
    "score examples/hospital-group --min-stage -1",
    "score examples/hospital-group --fail-on nothing",
    "score examples/hospital-group --fail-on regression",
    "score examples/hospital-group --at soon",
    "score examples/hospital-group --model infarm-2018",
    "score examples/hospital-group -o xml",
    "score examples/hospital-group -o json=",
    "score examples/hospital-group -o json -o yaml",
    "explain",
    "explain infram examples/hospital-group",
    "explain stonebrigde/infram examples/hospital-group",
    "explain westhaven/infram examples/hospital-group --why-not six",
    "explain westhaven/infram examples/hospital-group --why-not 9",
    "explain westhaven/infram examples/hospital-group --criterion malware-firwall",
    "explain westhaven/infram examples/hospital-group --capability wirless",
    "explain westhaven/infram -n stonebridge",
    "lint",
    "lint no-such-file.yaml",
    "init --model infarm-2018 my-site",
    "init --model infram-2018 --namespace North my-site",
    "models show emram",
    "crds --kind Waver",
    "rules --settings nowhere.yaml",
    "watch no-such-folder",
    "watch Cargo.toml",
    "watch examples --listen 99999",
    "watch examples --listen example.org:80",
    "watch examples --listen ::1:8080",
    "watch examples --listen http://127.0.0.1:8080",
    "watch examples --at 2027-03-01",
    "watch examples --metrics-ceiling many",
    "watch examples --metrics-tiers core,everything",
    "watch examples --tls-cert cert.pem",
    "reset no-such-folder",
    "reset examples infram",
    "operator --lease-duration 15",
    "operator --lease-duration 0s",
    "operator --lease /gradus",
    "operator --leader-election maybe",
    "operator",
    "score",
];

#[test]
fn messages_of_wrong_command_lines() {
    let home = folder(&[]);
    let mut table = String::new();
    for line in COMMAND_LINES {
        let arguments: Vec<&str> = line.split(' ').collect();
        let output = gradus(&arguments)
            .env("HOME", home.path())
            .env_remove("KUBECONFIG")
            .env_remove("KUBERNETES_SERVICE_HOST")
            .output()
            .unwrap();
        let code = output.status.code();
        let said = err(&output);
        // The usage and the reference to --help follow every message of the parser.
        let said = said.split("\n\nUsage:").next().unwrap_or_default();
        let said = said
            .split("\n\nFor more information")
            .next()
            .unwrap_or_default();
        let _ = writeln!(table, "gradus {line}");
        for text in said.lines().filter(|text| !text.is_empty()) {
            let _ = writeln!(table, "    {text}");
        }
        assert_eq!(code, Some(2), "{line}: {said}");
        assert!(!said.is_empty(), "{line}");
    }
    insta::assert_snapshot!(table);
}

const CAPABILITY: &str = "apiVersion: gradus.dev/v1alpha1\nkind: Capability\n";

/// Documents that only a folder can have: each is one file, and the messages are those of `lint`.
fn files() -> Vec<(&'static str, String)> {
    let capability =
        |name: &str| format!("{CAPABILITY}metadata: {{name: {name}}}\nspec: {{claim: Present}}\n");
    vec![
        ("alias.yaml", format!("{CAPABILITY}metadata: *name\nspec: {{}}\n")),
        ("duplicate-key.yaml", capability("twice").replace("spec:", "kind: Capability\nspec:")),
        ("duplicate-one.yaml", capability("same")),
        ("duplicate-two.yaml", capability("same")),
        ("foreign.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: theirs}\n".to_owned()),
        ("latin1.yaml", capability("caf\u{e9}")),
        ("syntax.yaml", format!("{CAPABILITY}metadata: {{name: open\n")),
        ("tab.yaml", format!("{CAPABILITY}metadata:\n\tname: tab\nspec: {{}}\n")),
        ("tag.yaml", format!("{CAPABILITY}metadata: {{name: tagged}}\nspec: !secret {{}}\n")),
        ("no-kind.yaml", "apiVersion: gradus.dev/v1alpha1\nmetadata: {name: nameless}\n".to_owned()),
        ("misspelt.yaml", format!("{CAPABILITY}metadata: {{name: misspelt}}\nspec: {{clam: Present}}\n")),
        ("dangling.yaml", capability("needs-another").replace("{claim: Present}", "{dependsOn: [{capability: sme}]}")),
        ("where.yaml", model("bad-where", "requires: {capability: a, where: 'facts.mode =='}")),
        ("uses-model.yaml", "apiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata: {name: uses}\nspec: {model: {name: bad-where}}\n".to_owned()),
        ("no-model.yaml", "apiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata: {name: none}\nspec: {model: {name: cmmi}, target: {stage: 12}}\n".to_owned()),
        ("stage.yaml", "apiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata: {name: high}\nspec: {model: {name: infram-2018}, target: {stage: 12}}\n".to_owned()),
        ("comma.yaml", capability("wifi").replace("Present", "Present, facts: {accessPoints: 1,200, availability: 99,95, Bad-Name: }")),
        ("percent.yaml", capability("uptime").replace("Present", "Present, facts: {covered: 95%}")),
        ("array.json", format!("[{}]", json("in-an-array"))),
        ("joined.yaml", capability("first") + &capability("second")),
        ("items.json", format!("{{\"items\": [{}]}}", json("in-items"))),
        ("mark.yaml", capability("marked").replace("metadata", "\u{feff}metadata")),
        ("merged.yaml", "<<: {apiVersion: gradus.dev/v1alpha1, kind: Capability}\nmetadata: {name: merged}\n".to_owned()),
        ("no-break-space.yaml", capability("blank").replace("metadata: {name", "metadata:\n\u{a0} name").replace('}', "")),
        ("quotes.yaml", capability("quoted").replace("Present", "\u{201c}Present\u{201d}")),
        ("sops.yaml", format!("{}sops: {{mac: x}}\n", capability("encrypted"))),
        ("template.yaml", "{{- if .Values.web }}\nkind: Deployment\n{{- end }}\n".to_owned()),
        ("template-of-ours.yaml", format!("{{{{- if .Values.web }}}}\n{CAPABILITY}{{{{- end }}}}\n")),
        ("zero-width.yaml", capability("vpn\u{200b}")),
        ("overlay/kustomization.yaml", "resources: [../base]\npatches: [{path: absent.yaml}]\n".to_owned()),
        ("overlay/absent.yaml", capability("same").replace("Present", "Absent")),
        ("chart/Chart.yaml", "apiVersion: v2\nname: site\n".to_owned()),
        ("chart/templates/web.yaml", "{{- if .Values.web }}\n".to_owned()),
        (".gitignore", "left-*\n".to_owned()),
        ("left-out.yaml", capability("left-out")),
        ("dates.yaml", "apiVersion: gradus.dev/v1alpha1\nkind: Attestation\nmetadata: {name: reversed}\nspec: {subject: {capability: same}, statement: Seen., attestedBy: Ada, method: Tset, issued: 2026-11-02, validUntil: 2025-11-30}\n".to_owned()),
    ]
}

fn json(name: &str) -> String {
    format!(
        "{{\"apiVersion\": \"gradus.dev/v1alpha1\", \"kind\": \"Capability\", \"metadata\": {{\"name\": \"{name}\"}}, \"spec\": {{}}}}"
    )
}

fn model(name: &str, requires: &str) -> String {
    format!(
        "apiVersion: gradus.dev/v1alpha1\nkind: MaturityModel\nmetadata: {{name: {name}}}\nspec:\n  title: Small\n  version: '2026'\n  source: {{url: 'https://example.org', licence: CC0, attribution: nobody, completeness: 1 of 1, disclaimer: none}}\n  stages: [{{rank: 0}}, {{rank: 1}}]\n  criteria:\n  - {{name: first, stage: 1, title: First, {requires}}}\n  scoring:\n    walk: {{threshold: {{numerator: 1, denominator: 1}}}}\n    overall: {{over: Criteria, by: Walk}}\n"
    )
}

#[test]
fn messages_of_wrong_folders() {
    let files = files();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let site = folder(&files);
    for (target, link) in [
        ("/etc/hostname", "outside.yaml"),
        ("nowhere", "dangling-link.yaml"),
    ] {
        std::os::unix::fs::symlink(target, site.path().join(link)).unwrap();
    }
    let mut command = gradus(&["lint", "-o", "json", "."]);
    let output = command.current_dir(site.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    let mut table = String::new();
    for finding in report["findings"].as_array().unwrap() {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let about = &finding["diagnostic"];
        let _ = writeln!(
            table,
            "{}:{}:{} {} {}\n    {}\n    {}",
            text(&finding["file"]),
            finding["line"],
            finding["column"],
            text(&about["severity"]),
            text(&about["code"]),
            text(&about["message"]),
            text(&about["help"]),
        );
    }
    insta::assert_snapshot!(table);
}

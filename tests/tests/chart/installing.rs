//! The chart's life on a real API server: install, upgrade, uninstall, and the page that tells of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gradus_crds::schema::{definition, plural};
use gradus_engine::key::Kind;
use gradus_tests::chart::{folder, helm};
use gradus_tests::control_plane::{ControlPlane, tools};
use gradus_tests::deployed::{NAMESPACE, RELEASE};
use gradus_tests::page::{Step, steps};
use gradus_tests::running::binary::{copy, root};
use serde_json::{Value, json};

use crate::{cluster, install, make_monitoring_known};

/// A value for everything that can be set and is not set by default.
const EVERYTHING: &str = include_str!("everything.yaml");

fn get(cluster: &ControlPlane, what: &[&str]) -> Result<Value> {
    let arguments = [&["get", "-o", "json"][..], what].concat();
    Ok(serde_json::from_str(&cluster.kubectl(&arguments)?)?)
}

#[test]
fn an_install_satisfies_the_restricted_pod_security_standard() -> Result<()> {
    let cluster = cluster()?;
    cluster.kubectl(&["create", "namespace", NAMESPACE])?;
    cluster.kubectl(&[
        "label",
        "namespace",
        NAMESPACE,
        "pod-security.kubernetes.io/enforce=restricted",
    ])?;
    install(&cluster, "charts/gradus", &[])?;
    let until = Instant::now() + Duration::from_secs(30);
    let deployment = loop {
        let deployment = get(&cluster, &["-n", NAMESPACE, "deployment", "gradus"])?;
        if deployment["status"]["replicas"] == 2 {
            break deployment;
        }
        ensure!(Instant::now() < until, "no pods: {deployment}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let mut pod = deployment["spec"]["template"].clone();
    pod["apiVersion"] = json!("v1");
    pod["kind"] = json!("Pod");
    pod["metadata"]["name"] = json!("by-hand");
    let create = ["create", "-n", NAMESPACE, "--dry-run=server", "-f", "-"];
    cluster.kubectl_with(&create, &pod.to_string())?;
    // The standard is in force: the same pod with one right more is refused.
    pod["spec"]["containers"][0]["securityContext"]["privileged"] = json!(true);
    pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = json!(true);
    let refused = cluster
        .kubectl_with(&create, &pod.to_string())
        .expect_err("a privileged pod is let in");
    assert!(refused.to_string().contains("restricted"), "{refused}");
    a_release_leaves_room_in_its_secret(&cluster)
}

/// Helm keeps each release, templates and manifest, in one Secret of at most 1 MiB.
fn a_release_leaves_room_in_its_secret(cluster: &ControlPlane) -> Result<()> {
    let secret = get(
        cluster,
        &["-n", NAMESPACE, "secret", "sh.helm.release.v1.gradus.v1"],
    )?;
    let release = secret["data"]["release"].as_str().context("a release")?;
    // As it is sent, base64 over base64; the limit counts what is inside, a quarter less.
    assert!(release.len() < 256 * 1024, "{} bytes", release.len());
    Ok(())
}

#[test]
fn every_value_makes_objects_that_the_server_knows_field_by_field() -> Result<()> {
    let cluster = ControlPlane::start()?;
    make_monitoring_known(&cluster)?;
    for namespace in [NAMESPACE, "north", "south"] {
        cluster.kubectl(&["create", "namespace", namespace])?;
    }
    let values = tempfile::NamedTempFile::new()?;
    fs::write(values.path(), EVERYTHING)?;
    let values = values.path().to_str().context("a path")?;
    let rendered = helm(&[
        "template",
        "gradus",
        "charts/gradus",
        "--namespace",
        NAMESPACE,
        "--values",
        values,
    ])?;
    for line in [
        "high-priority",
        "proxy.example.org",
        "spread-me",
        "pull-me",
        "scrape-me",
        "monitor-me",
        "alert-me",
        "call-me",
        "load-me",
    ] {
        assert!(rendered.contains(line), "{line} is not rendered");
    }
    cluster.kubectl_with(
        &[
            "apply",
            "--server-side",
            "--dry-run=server",
            "--validate=strict",
            "-f",
            "-",
        ],
        &rendered,
    )?;
    Ok(())
}

/// The folder of the chart to upgrade from, where git has no history.
const UPGRADE_FROM: &str = "GRADUS_UPGRADE_FROM";

#[test]
fn an_upgrade_from_the_chart_before_brings_the_definitions_and_keeps_objects() -> Result<()> {
    let cluster = ControlPlane::start()?;
    let former = tempfile::tempdir()?;
    let chart = former_chart(former.path())?;
    let changed = chart.join("templates/crds/capabilities.yaml");
    let text = fs::read_to_string(&changed)?;
    let older = text.replace("- capb\n", "- formerly\n");
    ensure!(
        older != text,
        "the definition of capabilities has another short name"
    );
    fs::write(changed, older)?;

    install(&cluster, chart.to_str().context("a path")?, &[])?;
    cluster.apply(CAPABILITY)?;
    let before = get(&cluster, &["formerly", "backup"])?;
    install(&cluster, "charts/gradus", &["replicaCount=3"])?;

    for kind in Kind::ALL {
        let name = format!("{}.gradus.dev", plural(kind));
        let stored = get(&cluster, &["customresourcedefinition", &name])?;
        let expected = &definition(kind)["spec"];
        assert_eq!(stored["spec"]["versions"], expected["versions"], "{kind}");
        assert_eq!(stored["spec"]["names"], expected["names"], "{kind}");
    }
    let after = get(&cluster, &["capabilities", "backup"])?;
    assert_eq!(after["metadata"]["uid"], before["metadata"]["uid"]);
    let deployment = get(&cluster, &["-n", NAMESPACE, "deployment", "gradus"])?;
    assert_eq!(deployment["spec"]["replicas"], 3);
    Ok(())
}

/// The chart as it was before it was last changed, or out of a folder that somebody names.
fn former_chart(into: &Path) -> Result<PathBuf> {
    let chart = into.join("charts/gradus");
    if let Some(given) = std::env::var_os(UPGRADE_FROM) {
        copy(Path::new(&given), &chart)?;
        return Ok(chart);
    }
    let commit = former_commit().with_context(|| {
        format!("git knows no chart before this one: fetch its history, or name a folder with an earlier one in {UPGRADE_FROM}")
    })?;
    let archive = into.join("chart.tar");
    let archived = Command::new("git")
        .arg("-C")
        .arg(root())
        .args(["archive", &commit, "--output"])
        .arg(&archive)
        .arg("charts/gradus")
        .status()?;
    ensure!(archived.success(), "{commit} cannot be archived");
    let unpacked = Command::new("tar")
        .arg("-xf")
        .arg(&archive)
        .current_dir(into)
        .status()?;
    ensure!(
        unpacked.success(),
        "{} cannot be unpacked",
        archive.display()
    );
    Ok(chart)
}

fn former_commit() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(root())
            .args(arguments)
            .output();
        output.ok().filter(|output| output.status.success())
    };
    let log = git(&["log", "-2", "--format=%H", "--", "charts/gradus"])?;
    let log = String::from_utf8(log.stdout).ok()?;
    let unchanged = git(&["diff", "--quiet", "HEAD", "--", "charts/gradus"]).is_some();
    log.lines().nth(usize::from(unchanged)).map(str::to_owned)
}

#[test]
fn an_uninstall_keeps_definitions_and_objects_and_a_new_install_takes_them_up() -> Result<()> {
    let cluster = ControlPlane::start()?;
    install(&cluster, "charts/gradus", &[])?;
    cluster.apply(CAPABILITY)?;
    let before = get(&cluster, &["capability", "backup"])?;
    cluster.helm(&["uninstall", RELEASE, "--namespace", NAMESPACE])?;
    let gone = [
        "deployment",
        "service",
        "role",
        "clusterrole",
        "clusterrolebinding",
    ];
    let left = cluster.kubectl(&[
        "get",
        &gone.join(","),
        "-A",
        "-o",
        "name",
        "-l",
        "app.kubernetes.io/part-of=gradus",
    ])?;
    assert_eq!(left, "");
    let kept = get(&cluster, &["capability", "backup"])?;
    assert_eq!(kept["metadata"], before["metadata"]);
    install(&cluster, "charts/gradus", &[])?;
    let kept = get(&cluster, &["capability", "backup"])?;
    assert_eq!(kept["metadata"], before["metadata"]);
    Ok(())
}

#[test]
fn install_page_commands_work_as_printed() -> Result<()> {
    let cluster = cluster()?;
    let here = tempfile::tempdir()?;
    copy(&folder(), &here.path().join("charts/gradus"))?;
    let page = fs::read_to_string(root().join("docs/how-to/install.md"))?;
    let mut count = 0;
    for step in steps(&page) {
        match step {
            Step::Write { file, text } => {
                let path = here.path().join(file);
                fs::create_dir_all(path.parent().context("a folder")?)?;
                fs::write(path, text)?;
            }
            Step::Run { command, .. } if runs_without_pods(&command) => {
                count += 1;
                type_in(&command, here.path(), &cluster)?;
            }
            Step::Run { .. } => {}
        }
    }
    assert!(count >= 15, "only {count} commands");
    Ok(())
}

/// No node runs pods here; and what `gradus` does is tried with the other pages.
fn runs_without_pods(command: &str) -> bool {
    let needs = ["rollout status", "port-forward"];
    !command.starts_with("gradus ") && !needs.iter().any(|need| command.contains(need))
}

fn type_in(command: &str, here: &Path, cluster: &ControlPlane) -> Result<()> {
    let known = std::env::var_os("PATH").unwrap_or_default();
    let known = std::env::split_paths(&known);
    let path = std::env::join_paths([tools()?.to_owned()].into_iter().chain(known))?;
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(here)
        .env_clear()
        .env("PATH", path)
        .env("HOME", here)
        .env("KUBECONFIG", cluster.kubeconfig(cluster.admin_token())?)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{command}`: {said}");
    Ok(())
}

const CAPABILITY: &str = r"
apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: backup, namespace: default}
spec: {claim: Present}
";

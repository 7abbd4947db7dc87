//! `gradus score` and `gradus explain` on a real cluster.

mod example;

use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use gradus_tests::control_plane::{ControlPlane, tools};
use gradus_tests::running::binary::gradus;
use gradus_tests::running::operator::Operator;
use serde_json::Value;

use example::{Example, err, out, run, text, wait_for};

/// One capability, a model that asks for it, an assessment: `try-gradus`.
const SITE: &str = include_str!("../../../charts/gradus/files/try.yaml");

fn apply_site(plane: &ControlPlane, namespace: &str) -> Result<()> {
    plane.kubectl_with(
        &["apply", "--server-side", "-n", namespace, "-f", "-"],
        SITE,
    )?;
    Ok(())
}

#[test]
fn a_cluster_scores_as_the_folder_that_it_was_filled_from() -> Result<()> {
    let example = Example::shared()?;
    for format in ["table", "wide"] {
        let arguments = ["score", "-o", format];
        let cluster = example.on_cluster(&[&arguments[..], &["-A"]].concat())?;
        assert!(cluster.status.success(), "{}", err(&cluster));
        assert_eq!(out(&cluster), out(&example.in_folder(&arguments)?));
    }
    Ok(())
}

#[test]
fn a_cluster_explains_as_the_folder_that_it_was_filled_from() -> Result<()> {
    let example = Example::shared()?;
    for about in [
        &[][..],
        &["--criterion", "malware-firewall"],
        &["--why-not", "6"],
    ] {
        let arguments = [&["explain", "larkmere-general/infram"], about].concat();
        let cluster = example.on_cluster(&arguments)?;
        assert!(cluster.status.success(), "{}", err(&cluster));
        assert!(!out(&cluster).is_empty());
        assert_eq!(out(&cluster), out(&example.in_folder(&arguments)?));
    }
    Ok(())
}

#[test]
fn a_list_holds_the_objects_as_the_cluster_has_them_with_the_status_that_follows() -> Result<()> {
    let example = Example::shared()?;
    let list = |output: Output| -> Result<Vec<Value>> {
        let list: Value = serde_json::from_str(&out(&output))?;
        Ok(list["items"].as_array().context("a list")?.clone())
    };
    let arguments = ["score", "-o", "json"];
    let printed = example.on_cluster(&[&arguments[..], &["-A"]].concat())?;
    let read_again = example
        .plane
        .kubectl_with(&["apply", "--dry-run=server", "-f", "-"], &out(&printed))?;
    assert_eq!(read_again.lines().count(), 8, "{read_again}");
    let cluster = list(printed)?;
    let folder = list(example.in_folder(&arguments)?)?;
    let held = example.plane.objects("assessments", None)?;
    for (index, item) in cluster.iter().enumerate() {
        let held = &held[index];
        assert_eq!(item["metadata"], held["metadata"]);
        assert!(item["metadata"]["uid"].is_string());
        assert_eq!(item["spec"], held["spec"]);
        assert_eq!(
            item["status"], held["status"],
            "nothing changed since the operator wrote"
        );
        for field in [
            "stage",
            "stageName",
            "potentialStage",
            "gaps",
            "criteria",
            "domains",
            "forecast",
        ] {
            assert_eq!(
                item["status"][field], folder[index]["status"][field],
                "{field}"
            );
        }
    }
    assert_eq!(cluster.len(), folder.len());
    Ok(())
}

#[test]
fn a_namespace_is_that_of_the_context_unless_another_is_named() -> Result<()> {
    let example = Example::shared()?;
    let named = example.on_cluster(&["score", "-n", "westhaven"])?;
    assert!(out(&named).contains("westhaven/infram"), "{}", out(&named));
    assert!(
        !out(&named).contains("larkmere-general/"),
        "{}",
        out(&named)
    );

    let nothing = example.on_cluster(&["score"])?;
    assert_eq!(nothing.status.code(), Some(2));
    assert!(
        err(&nothing).contains("no Assessment in namespace default"),
        "{}",
        err(&nothing)
    );
    assert!(err(&nothing).contains("-A for all"), "{}", err(&nothing));

    let kubeconfig = example.plane.kubeconfig(example.plane.admin_token())?;
    let file = text(&kubeconfig)?;
    let set = "config set-context test --namespace westhaven --kubeconfig";
    example
        .plane
        .kubectl(&set.split(' ').chain([file]).collect::<Vec<_>>())?;
    let mut by_context = Command::new(gradus());
    by_context.args(["score", "--kubeconfig", file, "--at", &example.at]);
    assert_eq!(out(&by_context.output()?), out(&named));
    let alone = run(&kubeconfig, &["explain", "infram", "--at", &example.at])?;
    assert_eq!(
        out(&alone),
        out(&example.on_cluster(&["explain", "westhaven/infram"])?)
    );
    Ok(())
}

#[test]
fn account_of_one_namespace_scores_there_with_the_library() -> Result<()> {
    let example = Example::shared()?;
    let kubeconfig = example.limited("porter", "westhaven")?;
    let score = || {
        run(
            &kubeconfig,
            &["score", "-n", "westhaven", "--at", &example.at],
        )
    };
    wait_for("the authorizer knows the role", || {
        Ok(score()?.status.success())
    })?;
    let answer = score()?;
    assert_eq!(
        out(&answer),
        out(&example.on_cluster(&["score", "-n", "westhaven"])?)
    );
    assert!(
        err(&answer).contains("may not list maturitymodels"),
        "{}",
        err(&answer)
    );

    let refused = run(&kubeconfig, &["score", "-A"])?;
    assert_eq!(refused.status.code(), Some(3), "{}", err(&refused));
    for said in [
        "list capabilities",
        "in all namespaces",
        "gradus-capabilities-view",
    ] {
        assert!(err(&refused).contains(said), "{said}: {}", err(&refused));
    }
    Ok(())
}

#[test]
fn unknown_name_suggests_the_nearest() -> Result<()> {
    let example = Example::shared()?;
    for (arguments, said) in [
        (
            &["explain", "westhaven/infarm"][..],
            "did you mean westhaven/infram?",
        ),
        (
            &["explain", "infarm", "-n", "westhaven"],
            "did you mean infram?",
        ),
        (
            &["explain", "infram", "-A"],
            "the name of several assessments",
        ),
        (
            &["explain", "westhaven/infram", "-n", "stonebridge"],
            "-n names stonebridge",
        ),
        (
            &["explain", "westhavn/infram"],
            "no Assessment in namespace westhavn",
        ),
        (
            &["score", "-A", "--model", "infarm-2018"],
            "did you mean infram-2018?",
        ),
        (
            &["score", "--context", "tset"],
            "no context tset; it has test",
        ),
        (&["score", "-A", "-f", "models"], "cannot be used with"),
    ] {
        let answer = example.on_cluster(arguments)?;
        assert_eq!(
            answer.status.code(),
            Some(2),
            "{arguments:?}: {}",
            err(&answer)
        );
        assert!(
            err(&answer).contains(said),
            "{arguments:?}: {}",
            err(&answer)
        );
    }
    Ok(())
}

#[test]
fn kubectl_finds_it_as_a_plugin() -> Result<()> {
    let example = Example::shared()?;
    let folder = tempfile::tempdir()?;
    std::os::unix::fs::symlink(gradus(), folder.path().join("kubectl-gradus"))?;
    let kubectl = |arguments: &[&str]| -> Result<Output> {
        let mut command = Command::new(tools()?.join("kubectl"));
        command.args(arguments).env("PATH", folder.path());
        Ok(command.env("KUBECONFIG", &example.kubeconfig).output()?)
    };
    let own = example.on_cluster(&["score", "-A"])?;
    let plugin = kubectl(&["gradus", "score", "-A", "--at", &example.at])?;
    assert!(plugin.status.success(), "{}", err(&plugin));
    assert_eq!(out(&plugin), out(&own));
    let help = out(&kubectl(&["gradus", "score", "--help"])?);
    assert!(help.contains("Usage: kubectl gradus score"), "{help}");
    assert!(help.contains("  kubectl gradus score -A"), "{help}");
    let wrong = kubectl(&["gradus", "score", "--no-such"])?;
    assert!(
        err(&wrong).contains("kubectl gradus score"),
        "{}",
        err(&wrong)
    );
    Ok(())
}

#[test]
fn marks_and_falls_are_read_from_the_cluster_and_an_old_status_is_reported() -> Result<()> {
    let plane = ControlPlane::shared()?;
    plane.install_definitions()?;
    let namespace = plane.namespace("falls")?;
    let kubeconfig = plane.kubeconfig(plane.admin_token())?;
    let score = |more: &[&str]| run(&kubeconfig, &[&["score", "-n", &namespace], more].concat());
    let stage = |path: &str| -> Result<String> {
        let path = format!("jsonpath={{{path}}}");
        plane.kubectl(&[
            "get",
            "assessment",
            "try-gradus",
            "-n",
            &namespace,
            "-o",
            &path,
        ])
    };
    apply_site(plane, &namespace)?;
    let unscored = score(&[])?;
    assert!(
        err(&unscored).contains(&format!("no stage for {namespace}/try-gradus")),
        "{}",
        err(&unscored)
    );

    let operator = Operator::start(
        &kubeconfig,
        &["--leader-election=false", "--namespaces", &namespace],
    )?;
    wait_for("a stage", || Ok(!stage(".status.stage")?.is_empty()))?;
    let before = stage(".status.stage")?;
    let agreed = score(&[])?;
    assert!(agreed.status.success(), "{}", err(&agreed));
    assert!(
        !err(&agreed).contains("is the operator running"),
        "{}",
        err(&agreed)
    );
    assert!(before.parse::<u32>()? > 0, "a stage to fall from");
    let lost = r#"{"spec":{"claim":"Absent"}}"#;
    let lose = [
        "patch",
        "capability",
        "backup",
        "--type=merge",
        "-p",
        lost,
        "-n",
        &namespace,
    ];
    plane.kubectl(&lose)?;
    wait_for("a fall", || Ok(stage(".status.regressions")? == "1"))?;
    let fallen = score(&[])?;
    assert!(
        out(&fallen).contains(&format!("▼ from {before}")),
        "{}",
        out(&fallen)
    );
    assert_eq!(score(&["--min-stage", "1"])?.status.code(), Some(1));

    operator.terminate()?;
    let mend = lose.map(|word| {
        if word == lost {
            r#"{"spec":{"claim":"Present"}}"#
        } else {
            word
        }
    });
    plane.kubectl(&mend)?;
    let ahead = score(&[])?;
    let said = format!("the status in the cluster has stage 0 for {namespace}/try-gradus");
    assert!(err(&ahead).contains(&said), "{}", err(&ahead));
    let later = score(&["--at", "2040-01-01"])?;
    assert!(
        !err(&later).contains("is the operator running"),
        "{}",
        err(&later)
    );
    Ok(())
}

#[test]
fn without_definitions_the_answer_is_how_to_install_them_and_a_bad_object_hides_no_other()
-> Result<()> {
    let plane = ControlPlane::start()?;
    let kubeconfig = plane.kubeconfig(plane.admin_token())?;
    let absent = run(&kubeconfig, &["score"])?;
    assert_eq!(absent.status.code(), Some(3), "{}", err(&absent));
    assert!(
        err(&absent).contains("gradus crds | kubectl apply"),
        "{}",
        err(&absent)
    );

    plane.install_definitions()?;
    apply_site(&plane, "default")?;
    let broken = SITE.replace("try-gradus", "broken").replace(
        "title: There is a backup",
        "title: B, requires: {capability: backup, where: facts.x >}",
    );
    plane.apply(&broken)?;
    let answer = run(&kubeconfig, &["score"])?;
    assert_eq!(answer.status.code(), Some(2), "{}", err(&answer));
    assert!(
        err(&answer).contains("error: MaturityModel broken: spec.criteria[0]"),
        "{}",
        err(&answer)
    );
    assert!(
        out(&answer).contains("default/try-gradus"),
        "{}",
        out(&answer)
    );
    Ok(())
}

#[test]
fn unresponsive_server_ends_the_command_soon() -> Result<()> {
    let plane = ControlPlane::shared()?;
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    for (address, patience) in [(closed, 5), (silent.local_addr()?, 12)] {
        let kubeconfig = plane.kubeconfig_through(&format!("https://{address}"), "token")?;
        let began = Instant::now();
        let answer = run(&kubeconfig, &["score"])?;
        assert!(
            began.elapsed() < Duration::from_secs(patience),
            "{:?}",
            began.elapsed()
        );
        assert_eq!(answer.status.code(), Some(3), "{}", err(&answer));
        assert!(
            err(&answer).contains("cannot be reached"),
            "{}",
            err(&answer)
        );
        assert_eq!(err(&answer).lines().count(), 1, "{}", err(&answer));
    }
    Ok(())
}

#[test]
fn without_a_cluster_a_folder_is_offered() -> Result<()> {
    let nothing = tempfile::tempdir()?;
    let mut command = Command::new(gradus());
    command.arg("score").env_clear().env("HOME", nothing.path());
    let answer = command.output()?;
    assert_eq!(answer.status.code(), Some(2));
    assert!(
        err(&answer).contains("to score a folder, name it"),
        "{}",
        err(&answer)
    );
    assert_eq!(err(&answer).lines().count(), 1, "{}", err(&answer));
    Ok(())
}

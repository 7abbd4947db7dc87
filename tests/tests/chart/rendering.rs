//! Without a cluster: the chart lints, refuses wrong values by name, and renders what it should.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use gradus_crds::schema::definition;
use gradus_engine::key::Kind;
use gradus_tests::chart::{folder, helm, objects};
use gradus_tests::running::binary::{gradus, root};
use serde_json::Value;

/// Installs that differ in which objects they have.
const INSTALLS: [&[&str]; 3] = [
    &[],
    &["namespaces={north,south}", "commonLabels.team=platform"],
    &[
        "crds.enabled=false",
        "rbac.create=false",
        "rbac.aggregateRoles=false",
        "serviceAccount.create=false",
        "podDisruptionBudget.enabled=false",
        "networkPolicy.enabled=false",
    ],
];

fn kinds(objects: &[Value]) -> BTreeSet<&str> {
    objects.iter().filter_map(|o| o["kind"].as_str()).collect()
}

fn one<'a>(objects: &'a [Value], kind: &str) -> Result<&'a Value> {
    let found = objects.iter().find(|object| object["kind"] == kind);
    found.with_context(|| format!("no {kind}"))
}

#[test]
fn the_chart_lints_without_a_warning() -> Result<()> {
    for values in INSTALLS {
        let mut arguments = vec!["lint", "--strict", "charts/gradus"];
        for value in values {
            arguments.extend(["--set", value]);
        }
        helm(&arguments)?;
    }
    Ok(())
}

#[test]
fn wrong_values_are_refused_by_name() {
    let wrong = [
        ("replicas=3", "additional properties 'replicas' not allowed"),
        (
            "image.tga=1",
            "at '/image': additional properties 'tga' not allowed",
        ),
        (
            "replicaCount=two",
            "at '/replicaCount': got string, want integer",
        ),
        ("replicaCount=-1", "at '/replicaCount': minimum"),
        (
            "namespaces={Not_A_Name}",
            "at '/namespaces/0': 'Not_A_Name'",
        ),
        (
            "namespaces={north,north}",
            "at '/namespaces': items at 0 and 1 are equal",
        ),
        (
            "log.level=loud",
            "at '/log/level': value must be one of 'error', 'warn', 'info', 'debug'",
        ),
        ("image.digest=latest", "at '/image/digest': 'latest'"),
        (
            "leaderElection.leaseDuration=forever",
            "at '/leaderElection/leaseDuration': 'forever'",
        ),
        (
            r"commonLabels.app\.kubernetes\.io/name=mine",
            "invalid propertyName 'app.kubernetes.io/name'",
        ),
        (
            "podDisruptionBudget.maxUnavailable=half",
            "at '/podDisruptionBudget/maxUnavailable': 'half'",
        ),
    ];
    for (value, said) in wrong {
        let refused = objects(&[value]).expect_err(value).to_string();
        assert!(refused.contains(said), "{value}: {refused}");
    }
}

#[test]
fn a_chart_above_may_share_its_values() -> Result<()> {
    objects(&["global.region=eu"])?;
    Ok(())
}

#[test]
fn the_definitions_are_those_of_the_types() -> Result<()> {
    let all = objects(&[])?;
    for kind in Kind::ALL {
        let expected = definition(kind);
        let rendered = all
            .iter()
            .find(|object| object["metadata"]["name"] == expected["metadata"]["name"])
            .with_context(|| format!("no definition of {kind}"))?;
        assert_eq!(rendered["spec"], expected["spec"], "{kind}");
        let metadata = &rendered["metadata"];
        assert_eq!(metadata["annotations"]["helm.sh/resource-policy"], "keep");
        assert_eq!(metadata["labels"]["app.kubernetes.io/part-of"], "gradus");
    }
    let given_up = objects(&["crds.keep=false"])?;
    let definition = one(&given_up, "CustomResourceDefinition")?;
    assert!(definition["metadata"].get("annotations").is_none());
    Ok(())
}

#[test]
fn disabled_objects_are_not_rendered() -> Result<()> {
    let all = objects(INSTALLS[0])?;
    let least = objects(INSTALLS[2])?;
    assert_eq!(
        kinds(&all).into_iter().collect::<Vec<_>>(),
        [
            "ClusterRole",
            "ClusterRoleBinding",
            "CustomResourceDefinition",
            "Deployment",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "Role",
            "RoleBinding",
            "Service",
            "ServiceAccount",
        ]
    );
    assert_eq!(
        kinds(&least).into_iter().collect::<Vec<_>>(),
        ["Deployment", "Service"]
    );
    Ok(())
}

#[test]
fn every_object_has_the_common_labels_and_a_namespace() -> Result<()> {
    for object in objects(INSTALLS[1])? {
        let metadata = &object["metadata"];
        let kind = object["kind"].as_str().unwrap_or_default();
        assert_eq!(metadata["labels"]["team"], "platform", "{metadata}");
        assert_eq!(metadata["labels"]["app.kubernetes.io/instance"], "gradus");
        let of_the_cluster = kind.starts_with("Cluster") || kind == "CustomResourceDefinition";
        assert_eq!(
            metadata["namespace"].is_string(),
            !of_the_cluster,
            "{kind} {metadata}"
        );
    }
    Ok(())
}

#[test]
fn no_rule_has_a_wildcard_reads_a_secret_or_hands_on_rights() -> Result<()> {
    let mut seen = 0;
    for values in INSTALLS {
        for role in objects(values)? {
            for rule in role["rules"].as_array().into_iter().flatten() {
                seen += 1;
                let text = rule.to_string();
                for word in ["*", "nonResourceURLs", "escalate", "bind", "impersonate"] {
                    assert!(!text.contains(word), "{rule}");
                }
                // The core group has the secrets, and nothing that we need.
                let groups = rule["apiGroups"].as_array().context("groups")?;
                assert!(!groups.is_empty() && !groups.contains(&"".into()), "{rule}");
            }
        }
    }
    assert!(seen > 30, "only {seen} rules");
    Ok(())
}

#[test]
fn the_operator_is_started_as_the_values_say() -> Result<()> {
    let started = |values: &[&str]| -> Result<(Value, Value)> {
        let all = objects(values)?;
        let deployment = one(&all, "Deployment")?;
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        Ok((container["args"].clone(), container["image"].clone()))
    };
    let (arguments, image) = started(&[])?;
    assert_eq!(
        arguments,
        serde_json::json!([
            "operator",
            "--listen=0.0.0.0:8080",
            "--health-listen=0.0.0.0:8081",
            "--allow-host=gradus,gradus.gradus-system,gradus.gradus-system.svc,gradus.gradus-system.svc.cluster.local",
            "--lease=gradus-system/gradus",
            "--lease-duration=15s",
            "--log-format=json",
            "--metrics-tiers=core,capability",
            "--metrics-ceiling=5000000",
        ])
    );
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(image, format!("gradus.dev/gradus:{version}"));
    let digest = format!("sha256:{}", "0".repeat(64));
    let (arguments, image) = started(&[
        "namespaces={north,south}",
        "image.tag=canary",
        "service.hosts={gradus.example.org}",
        &format!("image.digest={digest}"),
    ])?;
    assert_eq!(arguments[1], "--namespaces=north,south");
    let hosts = arguments[4].as_str().unwrap_or_default();
    assert!(hosts.ends_with(",gradus.example.org"), "{hosts}");
    assert_eq!(image, format!("gradus.dev/gradus:canary@{digest}"));
    Ok(())
}

#[test]
fn program_accepts_every_argument_of_the_chart() -> Result<()> {
    for values in INSTALLS {
        let all = objects(values)?;
        let deployment = one(&all, "Deployment")?;
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let arguments = container["args"].as_array().context("arguments")?;
        let help = Command::new(gradus())
            .args(arguments.iter().filter_map(Value::as_str))
            .arg("--help")
            .output()?;
        let said = String::from_utf8_lossy(&help.stderr);
        assert!(help.status.success(), "{arguments:?}: {said}");
        let help = String::from_utf8_lossy(&help.stdout);
        assert!(help.contains("GRADUS_IDENTITY"), "{help}");
    }
    Ok(())
}

#[test]
fn with_a_secret_page_and_metrics_are_served_with_tls_and_health_is_not() -> Result<()> {
    let all = objects(&["metrics.tls.secretName=shown"])?;
    let pod = &one(&all, "Deployment")?["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let arguments = container["args"].as_array().context("arguments")?;
    for file in [
        "--tls-cert=/etc/gradus/tls/tls.crt",
        "--tls-key=/etc/gradus/tls/tls.key",
    ] {
        assert!(arguments.contains(&file.into()), "{arguments:?}");
    }
    for probe in ["livenessProbe", "readinessProbe"] {
        // A kubelet asks a listener of its own, which needs no certificate.
        assert_eq!(container[probe]["httpGet"]["port"], "health", "{probe}");
        assert_eq!(
            container[probe]["httpGet"]["scheme"],
            Value::Null,
            "{probe}"
        );
    }
    assert_eq!(container["volumeMounts"][0]["mountPath"], "/etc/gradus/tls");
    assert_eq!(pod["volumes"][0]["secret"]["secretName"], "shown");
    Ok(())
}

#[test]
fn metrics_authentication_is_rendered_only_if_enabled() -> Result<()> {
    let reader = |objects: &[Value]| {
        let names = objects
            .iter()
            .map(|object| object["metadata"]["name"].clone());
        names.filter(|name| name == "gradus-metrics-reader").count()
    };
    let rights =
        |values: &[&str]| -> Result<String> { Ok(serde_json::to_string(&objects(values)?)?) };
    assert_eq!(reader(&objects(&[])?), 0);
    assert!(!rights(&[])?.contains("tokenreviews"));
    let asked = ["metrics.authentication.enabled=true"];
    let all = objects(&asked)?;
    assert_eq!(reader(&all), 1);
    let role = all
        .iter()
        .find(|object| object["metadata"]["name"] == "gradus-metrics-reader");
    let rule = &role.context("a role")?["rules"][0];
    assert_eq!(
        *rule,
        serde_json::json!({"nonResourceURLs": ["/metrics"], "verbs": ["get"]})
    );
    assert!(rights(&asked)?.contains("tokenreviews"));
    let arguments = &one(&all, "Deployment")?["spec"]["template"]["spec"]["containers"][0]["args"];
    let arguments = arguments.as_array().context("arguments")?;
    assert!(arguments.contains(&"--metrics-authentication=true".into()));
    Ok(())
}

#[test]
fn pods_are_found_by_labels_that_no_version_changes() -> Result<()> {
    let objects = objects(&["commonLabels.team=platform"])?;
    let stable = serde_json::json!({
        "app.kubernetes.io/name": "gradus",
        "app.kubernetes.io/instance": "gradus",
    });
    let deployment = &one(&objects, "Deployment")?["spec"];
    assert_eq!(deployment["selector"]["matchLabels"], stable);
    assert_eq!(one(&objects, "Service")?["spec"]["selector"], stable);
    let budget = &one(&objects, "PodDisruptionBudget")?["spec"];
    assert_eq!(budget["selector"]["matchLabels"], stable);
    let policy = &one(&objects, "NetworkPolicy")?["spec"];
    assert_eq!(policy["podSelector"]["matchLabels"], stable);
    Ok(())
}

#[test]
fn the_chart_has_the_version_of_the_program() -> Result<()> {
    let chart: Value = serde_saphyr::from_str(&fs::read_to_string(folder().join("Chart.yaml"))?)?;
    assert_eq!(chart["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(chart["appVersion"], env!("CARGO_PKG_VERSION"));
    Ok(())
}

#[test]
fn the_page_and_the_notes_try_the_same() -> Result<()> {
    let tried = fs::read_to_string(folder().join("files/try.yaml"))?;
    let page = fs::read_to_string(root().join("docs/how-to/install.md"))?;
    assert!(page.contains(&tried));
    Ok(())
}

//! The control plane of the tests does what the tests rely on.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gradus_tests::control_plane::{ControlPlane, Options};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::Api;
use kube::api::{ListParams, PostParams};

/// Set in a child that is this very program, and that only holds a control plane.
const HOLD: &str = "GRADUS_TEST_HOLDS_A_CONTROL_PLANE";

fn settings(name: &str) -> ConfigMap {
    let mut settings = ConfigMap::default();
    settings.metadata.name = Some(name.to_owned());
    settings
}

async fn resource_version(namespaces: &Api<Namespace>) -> Result<u64> {
    let list = namespaces.list(&ListParams::default()).await?;
    let version = list.metadata.resource_version.context("a version")?;
    Ok(version.parse()?)
}

#[tokio::test]
async fn identity_has_the_rights_of_its_rules_and_is_in_the_audit_log() -> Result<()> {
    let plane = ControlPlane::shared()?;
    let namespace = plane.namespace("identity")?;
    let client = plane.client(&plane.token("nurse", &["ward-7"])?)?;
    let maps: Api<ConfigMap> = Api::namespaced(client, &namespace);

    let denied = maps.list(&ListParams::default()).await;
    assert!(matches!(denied, Err(kube::Error::Api(status)) if status.code == 403));
    let create = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        plane.kubectl(&[&["create", "-n", &namespace], arguments.as_slice()].concat())
    };
    create("role ward --verb=list --resource=configmaps")?;
    create("rolebinding ward --role=ward --group=ward-7")?;
    // The authorizer learns of the binding by watch.
    let until = Instant::now() + Duration::from_secs(10);
    while let Err(error) = maps.list(&ListParams::default()).await {
        ensure!(Instant::now() < until, error);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let audit = plane.audit()?;
    let mut asked = audit
        .iter()
        .filter(|entry| entry.namespace == namespace && entry.user == "nurse");
    let codes: Vec<u16> = asked.clone().map(|entry| entry.code).collect();
    assert_eq!((codes.first(), codes.last()), (Some(&403), Some(&200)));
    let last = asked.next_back().context("the list")?;
    assert_eq!(
        (last.verb.as_str(), last.resource.as_str()),
        ("list", "configmaps")
    );
    assert!(last.user_groups.contains(&"ward-7".to_owned()));
    assert!(last.reason.contains("ward"), "{}", last.reason);
    Ok(())
}

#[tokio::test]
async fn a_token_that_nobody_gave_is_refused() -> Result<()> {
    let plane = ControlPlane::shared()?;
    let client = plane.client("0|admin|system:masters")?;
    let refused = Api::<Namespace>::all(client)
        .list(&ListParams::default())
        .await;
    assert!(matches!(refused, Err(kube::Error::Api(status)) if status.code == 401));
    Ok(())
}

#[test]
fn a_service_account_has_a_token_of_its_own() -> Result<()> {
    let plane = ControlPlane::shared()?;
    let namespace = plane.namespace("account")?;
    plane.kubectl(&["create", "serviceaccount", "porter", "-n", &namespace])?;
    let token = plane.service_account_token(&namespace, "porter")?;
    let kubeconfig = plane.kubeconfig(&token)?;
    let kubeconfig = kubeconfig.to_str().context("a path")?;
    let user = plane.kubectl(&[
        "--kubeconfig",
        kubeconfig,
        "auth",
        "whoami",
        "-o=jsonpath={.status.userInfo.username}",
    ])?;
    assert_eq!(user, format!("system:serviceaccount:{namespace}:porter"));
    Ok(())
}

#[test]
fn definitions_are_served_and_a_refusal_is_reported() -> Result<()> {
    let plane = ControlPlane::shared()?;
    plane.install_definitions()?;
    let namespace = plane.namespace("definitions")?;
    let waiver = |spec: &str| {
        format!(
            "apiVersion: gradus.dev/v1alpha1\nkind: Waiver\n\
             metadata: {{name: one, namespace: {namespace}}}\nspec: {spec}\n"
        )
    };
    let refused = plane.apply(&waiver("{}")).expect_err("nothing is waived");
    assert!(refused.to_string().contains("spec"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn servers_that_were_stopped_and_killed_come_back_with_their_data() -> Result<()> {
    let plane = ControlPlane::start()?;
    let client = plane.client(plane.admin_token())?;
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "default");
    maps.create(&PostParams::default(), &settings("before"))
        .await?;

    plane.restart_api_server()?;
    maps.get("before").await?;
    plane.kill_api_server()?;
    assert!(maps.get("before").await.is_err());
    plane.start_api_server()?;
    plane.kill_etcd()?;
    let without = settings("without");
    let parameters = PostParams::default();
    let write = maps.create(&parameters, &without);
    let written = tokio::time::timeout(Duration::from_secs(1), write).await;
    assert!(!matches!(written, Ok(Ok(_))), "etcd is gone");
    plane.start_etcd()?;
    plane.wait_ready()?;
    maps.get("before").await?;
    plane.stop_etcd()?;
    plane.start_etcd()?;
    plane.wait_ready()?;
    maps.get("before").await?;
    Ok(())
}

#[tokio::test]
async fn restored_etcd_has_older_resource_versions() -> Result<()> {
    let plane = ControlPlane::start()?;
    let client = plane.client(plane.admin_token())?;
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "default");
    let namespaces: Api<Namespace> = Api::all(client);
    maps.create(&PostParams::default(), &settings("before"))
        .await?;
    let snapshot = plane.snapshot_etcd()?;
    for number in 0..100 {
        maps.create(
            &PostParams::default(),
            &settings(&format!("after-{number}")),
        )
        .await?;
    }
    let newest = resource_version(&namespaces).await?;
    plane.restore_etcd(&snapshot)?;

    let names = maps.list(&ListParams::default()).await?;
    let names: Vec<_> = names
        .iter()
        .filter_map(|map| map.metadata.name.clone())
        .collect();
    assert!(names.contains(&"before".to_owned()), "{names:?}");
    assert!(
        !names.iter().any(|name| name.starts_with("after")),
        "{names:?}"
    );
    let restored = resource_version(&namespaces).await?;
    assert!(restored < newest, "{restored} is not before {newest}");
    Ok(())
}

#[tokio::test]
async fn with_the_controller_manager_a_namespace_ends() -> Result<()> {
    let plane = ControlPlane::start_with(&Options {
        controller_manager: true,
        flags: vec!["--min-request-timeout=60".to_owned()],
    })?;
    let namespace = plane.namespace("short-lived")?;
    plane.kubectl(&["create", "configmap", "content", "-n", &namespace])?;
    plane.kubectl(&["delete", "namespace", &namespace, "--timeout=60s"])?;
    let namespaces: Api<Namespace> = Api::all(plane.client(plane.admin_token())?);
    assert!(namespaces.get_opt(&namespace).await?.is_none());
    Ok(())
}

#[test]
fn failed_server_start_reports_its_reason() {
    let failed = ControlPlane::start_with(&Options {
        flags: vec!["--no-such-flag".to_owned()],
        ..Options::default()
    });
    let said = failed.expect_err("there is no such flag").to_string();
    assert!(said.contains("unknown flag: --no-such-flag"), "{said}");
}

/// Run as a child by the test below; does nothing otherwise.
#[test]
fn holds_a_control_plane_when_asked() -> Result<()> {
    let Some(file) = std::env::var_os(HOLD) else {
        return Ok(());
    };
    let plane = ControlPlane::start()?;
    let folder = plane.kubeconfig("")?;
    let folder = folder.parent().and_then(Path::to_str).context("a folder")?;
    // Two steps, so that the file is never there half.
    let unfinished = PathBuf::from(&file).with_extension("unfinished");
    std::fs::write(&unfinished, folder)?;
    std::fs::rename(unfinished, file)?;
    std::thread::sleep(Duration::from_mins(10));
    Ok(())
}

#[test]
fn nothing_is_left_after_a_kill() -> Result<()> {
    let noted = tempfile::tempdir()?;
    let noted = noted.path().join("folder");
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--exact", "holds_a_control_plane_when_asked"])
        .env(HOLD, &noted)
        .stdout(Stdio::null())
        .spawn()?;
    let until = Instant::now() + Duration::from_mins(1);
    while !noted.exists() {
        ensure!(
            Instant::now() < until && child.try_wait()?.is_none(),
            "no control plane"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let folder = std::fs::read_to_string(&noted)?;
    assert!(Path::new(&folder).exists());
    assert!(
        processes(&folder)?.len() >= 3,
        "etcd, kube-apiserver, and who keeps the folder"
    );

    child.kill()?;
    child.wait()?;
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let left = processes(&folder)?;
        if left.is_empty() && !Path::new(&folder).exists() {
            return Ok(());
        }
        ensure!(Instant::now() < until, "left: {left:?}, {folder}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The command lines of the processes that name the folder.
fn processes(folder: &str) -> Result<Vec<String>> {
    let listed = Command::new("ps").args(["-e", "-o", "args="]).output()?;
    let listed = String::from_utf8(listed.stdout)?;
    let naming = listed.lines().filter(|line| line.contains(folder));
    Ok(naming.map(str::to_owned).collect())
}

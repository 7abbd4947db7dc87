//! A cluster and a folder give the same bytes: the example and every fixture, in a real API server and
//! in a folder, status by status.
//!
//! Not compared, as the design lists: the generation that was observed, the instants at which something
//! was seen to change, and the digests over them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use gradus_crds::schema::plural;
use gradus_crds::status::Previous;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_operator::inputs::folder::scan;
use gradus_operator::modes::folder::score_once;
use gradus_operator::outputs::status::status_of;
use gradus_tests::checks::promises::check_promises;
use gradus_tests::control_plane::{ControlPlane, documents};
use gradus_tests::deployed::Deployed;
use gradus_tests::running::binary::{example, gradus, root};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Fields that say when something was seen, and what is made of them.
const MASKED: [&str; 7] = [
    "observedGeneration",
    "lastTransitionTime",
    "stageChangedAt",
    "at",
    "since",
    "digest",
    "historyAnchor",
];
/// Where an instant is no sighting but a date that people or the model set.
const DATES: [&str; 2] = ["awarded", "forecast"];

/// A status without what is not compared.
fn masked(status: &Value) -> Value {
    match status {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(name, _)| !MASKED.contains(&name.as_str()));
            kept.map(|(name, value)| {
                let whole = DATES.contains(&name.as_str());
                (
                    name.clone(),
                    if whole { value.clone() } else { masked(value) },
                )
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
        }
        Value::Array(items) => items.iter().map(masked).collect(),
        other => other.clone(),
    }
}

/// Every fixture in one folder, each in namespaces of its own.
fn fixtures() -> Result<tempfile::TempDir> {
    let folder = example("hospital-group")?;
    let site = folder.path().join("site");
    fs::create_dir(&site)?;
    let text = fs::read_to_string(root().join("crds/tests/documents/site.yaml"))?;
    fs::write(site.join("site.yaml"), text)?;
    for model in ["infram-2018", "emram-2018", "nimm-2011", "core-io"] {
        let begun = folder.path().join(format!("begun-{model}"));
        let made = Command::new(gradus())
            .args(["init", "--model", model])
            .arg(&begun)
            .output()?;
        ensure!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        place(&begun, &format!("begun-{model}"))?;
    }
    Ok(folder)
}

/// Puts the documents of a folder that name no namespace into one of their own.
fn place(folder: &Path, namespace: &str) -> Result<()> {
    let mut placed = documents(folder)?;
    for document in &mut placed {
        document["metadata"]["namespace"] = json!(namespace);
    }
    fs::remove_dir_all(folder)?;
    fs::create_dir(folder)?;
    let texts: Vec<String> = placed.iter().map(ToString::to_string).collect();
    Ok(fs::write(folder.join("all.yaml"), texts.join("\n---\n"))?)
}

/// What a folder says of each of its objects.
fn in_folder(folder: &Path) -> Result<BTreeMap<ObjectKey, Value>> {
    let now = Timestamp::now();
    let reading = scan(&[folder.to_owned()], &mut std::io::empty());
    ensure!(
        reading.findings.iter().all(|it| !it.is_error()),
        "{:?}",
        reading.findings
    );
    let keys: Vec<ObjectKey> = reading.documents.keys().cloned().collect();
    let snapshot = score_once(reading, now);
    let said = keys.into_iter().filter_map(|key| {
        let status = status_of(&snapshot, &key, Previous::none(now))?;
        Some((key, masked(&status)))
    });
    Ok(said.collect())
}

/// What a cluster says of each of its objects.
fn in_cluster(control_plane: &ControlPlane) -> Result<BTreeMap<ObjectKey, Value>> {
    let mut said = BTreeMap::new();
    for kind in Kind::ALL {
        for object in control_plane.objects(&format!("{}.gradus.dev", plural(kind)), None)? {
            let metadata = &object["metadata"];
            let namespace = metadata["namespace"].as_str().unwrap_or_default();
            let name = metadata["name"].as_str().unwrap_or_default();
            said.insert(ObjectKey::new(kind, namespace, name), object);
        }
    }
    Ok(said)
}

#[test]
fn the_example_and_every_fixture_have_the_same_status_in_a_cluster_and_in_a_folder() -> Result<()> {
    let folder = fixtures()?;
    let expected = in_folder(folder.path())?;
    let control_plane = ControlPlane::start()?;
    let deployed = Deployed::install(&control_plane, &[])?;
    control_plane.load(folder.path())?;
    let _operator = deployed.operate(&[])?;
    let end = Instant::now() + Duration::from_mins(1);
    let objects = loop {
        let objects = in_cluster(&control_plane)?;
        let same = |(key, status): (&ObjectKey, &Value)| {
            objects
                .get(key)
                .is_some_and(|object| masked(&object["status"]) == *status)
        };
        if expected.iter().all(same) || Instant::now() > end {
            break objects;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    for (key, status) in &expected {
        let object = objects.get(key);
        let found = object.map(|object| masked(&object["status"]).to_string());
        assert_eq!(found, Some(status.to_string()), "{key}");
    }
    assert!(
        expected.len() > 150,
        "{} objects are compared",
        expected.len()
    );
    for (key, object) in &objects {
        assert_eq!(check_promises(object), Vec::<String>::new(), "{key}");
    }
    Ok(())
}

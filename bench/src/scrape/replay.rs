//! The objects behind the scrape as an API server would show them, one per line: what a server that replays
//! them feeds to kube-state-metrics and to Gradus alike.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use gradus_crds::API_VERSION;
use gradus_crds::capability::ImpactStatus;
use gradus_crds::status::{Previous, StatusContext, assessment_status, capability_status};
use gradus_engine::key::ObjectKey;
use gradus_engine::object::Life;
use gradus_engine::view::{Impact, Snapshot};
use serde_json::{Value, json};

/// Writes every capability and assessment with its status.
pub(super) fn write(snapshot: &Snapshot, path: &Path) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = BufWriter::new(File::create(path)?);
    let mut out = BufWriter::new(GzEncoder::new(file, Compression::fast()));
    let before = Previous::none(snapshot.at);
    for view in snapshot.capabilities.iter() {
        let impacts = snapshot.impact_of(&view.key);
        let sum = |of: fn(&Impact) -> u32| impacts.iter().map(|(_, it)| u64::from(of(it))).sum();
        let impact = ImpactStatus {
            primary: sum(|impact| impact.primary),
            secondary: sum(|impact| impact.secondary),
        };
        let facts = view.facts.iter();
        let facts: Vec<_> = facts.map(|(name, (value, _))| (name, value)).collect();
        let spec = json!({
            "type": view.kind, "claim": format!("{:?}", view.claim),
            "owner": {"team": view.owner.team, "contact": view.owner.contact},
            "facts": facts.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        });
        let status = serde_json::to_value(capability_status(&view, impact, before))?;
        line(&mut out, (&view.key, &view.life), &spec, &status)?;
    }
    for view in snapshot.assessments.values() {
        let spec = json!({"model": {"name": view.spec.model}});
        let status = assessment_status(view, StatusContext::of(view), before);
        let status = serde_json::to_value(status)?;
        line(&mut out, (&view.key, &view.life), &spec, &status)?;
    }
    out.into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .finish()?
        .flush()?;
    Ok(())
}

fn line(
    out: &mut impl Write,
    (key, life): (&ObjectKey, &Life),
    spec: &Value,
    status: &Value,
) -> Result<()> {
    let object = json!({
        "apiVersion": API_VERSION, "kind": key.kind.as_str(),
        "metadata": {
            "name": key.name, "namespace": key.namespace, "uid": life.uid,
            "generation": life.generation, "resourceVersion": "1",
        },
        "spec": spec, "status": status,
    });
    serde_json::to_writer(&mut *out, &object)?;
    out.write_all(b"\n")?;
    Ok(())
}

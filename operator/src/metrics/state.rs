//! The state series: the snapshot, family by family, every family in the order of its objects.

use std::io;

use gradus_engine::view::{AssessmentView, Snapshot};

use super::catalogue::{self, Family};
use super::projection::ASSESSMENT_PROJECTIONS;
use super::text::{Identity, Samples};

/// Writes every state series of the core tier.
pub(super) fn write(snapshot: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
    write_assessments(snapshot, out)?;
    write_model_stages(snapshot, out)?;
    write_waivers(snapshot, out)
}

fn write_assessments(snapshot: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
    let rows: Vec<(Identity, &AssessmentView)> = snapshot
        .assessments
        .values()
        .map(|view| (identity(view), view.as_ref()))
        .collect();
    for (family, project) in ASSESSMENT_PROJECTIONS {
        let mut samples = Samples::new(family, out);
        for (identity, view) in &rows {
            project(view, identity, &mut samples)?;
        }
    }
    Ok(())
}

fn identity(view: &AssessmentView) -> Identity {
    let labels = catalogue::ASSESSMENT_STAGE.labels;
    Identity::new(
        labels,
        &[&view.key.namespace, &view.key.name, &view.spec.model],
    )
}

fn write_model_stages(snapshot: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
    let family = catalogue::MODEL_STAGE_INFO;
    let mut samples = Samples::new(&family, out);
    for view in snapshot.models.values() {
        let Ok(program) = &view.program else { continue };
        let model = first_labels(&family, &[&view.name]);
        for stage in &program.model.stages {
            let rank = stage.rank.to_string();
            let title = stage.name.as_deref().unwrap_or(&rank);
            samples.put(&model, &[&rank, title], 1)?;
        }
    }
    Ok(())
}

/// Only effective waivers: one that ended long ago must not alert for ever.
fn write_waivers(snapshot: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
    let family = catalogue::WAIVER_EXPIRY_TIMESTAMP_SECONDS;
    let mut samples = Samples::new(&family, out);
    for view in snapshot
        .waivers
        .values()
        .filter(|view| view.effective.is_ok())
    {
        let waiver = first_labels(
            &family,
            &[&view.key.namespace, &view.key.name, &view.spec.assessment],
        );
        samples.put(&waiver, &[], view.until.as_second())?;
    }
    Ok(())
}

fn first_labels(family: &Family, values: &[&str]) -> Identity {
    Identity::new(family.labels, values)
}

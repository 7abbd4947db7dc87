//! The object series: the snapshot, family by family, every family in the order of its objects.

use std::io;

use gradus_engine::view::{AssessmentView, Snapshot};
use gradus_manifests::finding::Finding;

use super::assessment::SampleReader;
use super::cache::LabelCache;
use super::catalogue::{self, Tier};
use super::labels::{AssessmentLabels, first};
use super::text::{Exposition, Samples, Value};
use super::{assessment, capability, condition};

/// An assessment with its labels: every family of the core tier asks for them again.
type Row<'s> = (&'s AssessmentView, AssessmentLabels<'s>);

/// Writes every state series of some tiers.
pub(super) fn write(
    (snapshot, labels): (&Snapshot, &LabelCache),
    findings: &[Finding],
    tiers: &[Tier],
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let views = snapshot.assessments.values().map(AsRef::as_ref);
    let rows =
        views.filter_map(|view| Some((view, AssessmentLabels::of(labels.assessment(view)?))));
    // Why: a list that grows as it is filled takes more allocations, the more there is.
    let mut assessments: Vec<Row<'_>> = Vec::with_capacity(snapshot.assessments.size());
    assessments.extend(rows);
    for tier in tiers {
        match tier {
            Tier::Core => {
                write_assessments(&assessments, page)?;
                write_model_stages(snapshot, page)?;
                write_waivers(snapshot, page)?;
            }
            Tier::Capability => {
                capability::write_impacts(snapshot, labels, page)?;
                capability::write_states(snapshot, labels, page)?;
                capability::write_expiry(snapshot, labels, page)?;
                capability::write_observed(snapshot, labels, page)?;
            }
            Tier::Detail => {
                capability::write_evidence(snapshot, labels, page)?;
                condition::write_conditions(snapshot, findings, page)?;
            }
            Tier::Operator => {}
        }
    }
    Ok(())
}

fn write_assessments(assessments: &[Row<'_>], page: &mut Exposition<'_>) -> io::Result<()> {
    for (family, project) in assessment::ASSESSMENTS {
        let mut samples = page.samples(family);
        match project {
            SampleReader::Single(value) => write_one_each(assessments, *value, &mut samples)?,
            SampleReader::Labelled(write) => {
                for (view, labels) in assessments {
                    write(view, labels, &mut samples)?;
                }
            }
        }
    }
    Ok(())
}

/// Some assessments are looked at together, as [`capability`] looks at capabilities.
fn write_one_each(
    assessments: &[Row<'_>],
    value: fn(&AssessmentView) -> Option<Value<'_>>,
    samples: &mut Samples<'_, '_>,
) -> io::Result<()> {
    let mut values = Vec::with_capacity(capability::TOGETHER);
    for some in assessments.chunks(capability::TOGETHER) {
        values.clear();
        values.extend(some.iter().map(|(view, _)| value(view)));
        for ((_, labels), value) in some.iter().zip(&values) {
            samples.put_some(&[labels.identity], *value)?;
        }
    }
    Ok(())
}

fn write_model_stages(snapshot: &Snapshot, page: &mut Exposition<'_>) -> io::Result<()> {
    let family = &catalogue::MODEL_STAGE_INFO;
    let mut samples = page.samples(family);
    for view in snapshot.models.values() {
        let Ok(program) = &view.program else { continue };
        for stage in &program.model.stages {
            let rank = stage.rank.to_string();
            let title = stage.name.as_deref().unwrap_or(&rank);
            samples.put(&[&first(family, &[&view.name, &rank, title])], 1_u8)?;
        }
    }
    Ok(())
}

/// Only effective waivers: one that ended long ago must not alert for ever.
fn write_waivers(snapshot: &Snapshot, page: &mut Exposition<'_>) -> io::Result<()> {
    let family = &catalogue::WAIVER_EXPIRY_TIMESTAMP_SECONDS;
    let mut samples = page.samples(family);
    let waivers = snapshot.waivers.values();
    for view in waivers.filter(|view| view.effective.is_ok()) {
        let key = &view.key;
        let labels = first(family, &[&key.namespace, &key.name, &view.spec.assessment]);
        samples.put(&[&labels], view.until.as_second())?;
    }
    Ok(())
}

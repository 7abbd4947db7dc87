//! References to objects, models, criteria and stages that do not exist.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gradus_crds::library;
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::model::{Model, Strength};
use gradus_engine::object::{Assessment, Attestation, Capability, Object, Subject, Waiver};
use gradus_manifests::Document;
use gradus_manifests::finding::Finding;
use gradus_operator::inputs::folder::Reading;

use crate::names::nearest;

/// Every dangling reference, with the document that contains it.
pub(super) fn dangling(reading: &Reading) -> Vec<(&Document, Diagnostic)> {
    let documents = &reading.documents;
    let mut findings = BTreeMap::new();
    for finding in &reading.findings {
        if let Some(key) = &finding.object {
            findings.entry(key).or_insert(finding);
        }
    }
    let known = Known {
        documents,
        invalid: &reading.invalid,
        findings,
        comparisons: Cell::new(MOST_COMPARISONS),
    };
    documents
        .values()
        .flat_map(|document| {
            let namespace = &*document.key.namespace;
            let found = match &document.object {
                Some(Object::Capability(capability)) => known.of_capability(namespace, capability),
                Some(Object::Attestation(attestation)) => {
                    known.of_attestation(namespace, attestation)
                }
                Some(Object::Waiver(waiver)) => known.of_waiver(namespace, waiver),
                Some(Object::Assessment(assessment)) => known.of_assessment(namespace, assessment),
                Some(Object::Model(_)) | None => Vec::new(),
            };
            found
                .into_iter()
                .map(move |diagnostic| (document, diagnostic))
        })
        .collect()
}

/// Everything that can be referenced.
struct Known<'a> {
    documents: &'a BTreeMap<ObjectKey, Document>,
    /// Objects that exist and are invalid, each with its file.
    invalid: &'a BTreeMap<ObjectKey, Arc<str>>,
    /// The first finding of each object.
    findings: BTreeMap<&'a ObjectKey, &'a Finding>,
    /// Names that may still be compared with misspelt ones.
    comparisons: Cell<usize>,
}

/// Names that are compared with misspelt ones, in all. Why: with thousands of either, comparing each with each would
/// take minutes.
const MOST_COMPARISONS: usize = 2_000_000;

impl Known<'_> {
    fn of_capability(&self, namespace: &str, capability: &Capability) -> Vec<Diagnostic> {
        let needed = capability.depends_on.iter().enumerate();
        needed
            .filter_map(|(index, (name, strength))| {
                let path = format!("spec.dependsOn[{index}].capability");
                let missing = self.object(Kind::Capability, namespace, name, path)?;
                Some(match strength {
                    Strength::Gate => missing,
                    Strength::Advise => {
                        Diagnostic::warning(missing.code, missing.path, missing.message)
                            .with_help(missing.help.unwrap_or_default())
                    }
                })
            })
            .collect()
    }

    fn of_attestation(&self, namespace: &str, attestation: &Attestation) -> Vec<Diagnostic> {
        match &attestation.subject {
            Subject::Capability(name) => {
                let path = "spec.subject.capability".to_owned();
                self.object(Kind::Capability, namespace, name, path)
                    .into_iter()
                    .collect()
            }
            Subject::Award {
                assessment, model, ..
            } => {
                let path = "spec.subject.assessment".to_owned();
                let assessment = self.object(Kind::Assessment, namespace, assessment, path);
                let model = self.model(model, "spec.subject.model").err();
                assessment.into_iter().chain(model).collect()
            }
        }
    }

    fn of_waiver(&self, namespace: &str, waiver: &Waiver) -> Vec<Diagnostic> {
        let path = "spec.assessment".to_owned();
        if let Some(missing) = self.object(Kind::Assessment, namespace, &waiver.assessment, path) {
            return vec![missing];
        }
        let key = ObjectKey::new(Kind::Assessment, namespace, &waiver.assessment);
        let Some(Object::Assessment(assessment)) = self
            .documents
            .get(&key)
            .and_then(|document| document.object.as_ref())
        else {
            return Vec::new();
        };
        // A missing model is reported at the assessment.
        let Ok(model) = self.model(&assessment.model, "") else {
            return Vec::new();
        };
        let criteria = waiver.criteria.iter().enumerate();
        criteria
            .filter_map(|(index, name)| criterion(&model, name, format!("spec.criteria[{index}]")))
            .collect()
    }

    fn of_assessment(&self, namespace: &str, assessment: &Assessment) -> Vec<Diagnostic> {
        let resume = assessment
            .engagement
            .resume_when
            .iter()
            .filter_map(|(name, _)| {
                let path = "spec.engagement.resumeWhen.capability".to_owned();
                self.object(Kind::Capability, namespace, name, path)
            });
        let mut found: Vec<Diagnostic> = resume.collect();
        match self.model(&assessment.model, "spec.model.name") {
            Err(missing) => found.push(missing),
            Ok(model) => {
                let entries = assessment.not_applicable.iter().enumerate();
                found.extend(entries.filter_map(|(index, (name, _))| {
                    criterion(
                        &model,
                        name,
                        format!("spec.notApplicable[{index}].criterion"),
                    )
                }));
                found.extend(
                    assessment
                        .target
                        .as_ref()
                        .and_then(|target| stage(&model, target.stage)),
                );
            }
        }
        found
    }

    /// None when the object exists, valid or not.
    fn object(&self, kind: Kind, namespace: &str, name: &str, path: String) -> Option<Diagnostic> {
        let key = ObjectKey::new(kind, namespace, name);
        if self.documents.contains_key(&key) || self.invalid.contains_key(&key) {
            return None;
        }
        let same = |key: &&ObjectKey| key.kind == kind && &*key.namespace == namespace;
        let all = self.documents.keys().chain(self.invalid.keys());
        let compared = self.documents.len() + self.invalid.len();
        let left = self.comparisons.get().checked_sub(compared);
        self.comparisons.set(left.unwrap_or_default());
        let known = all.filter(same).map(|key| &*key.name);
        let known = known.take(if left.is_some() { compared } else { 0 });
        let what = format!("{kind} {name} in namespace {namespace}");
        Some(missing(&what, name, known, path))
    }

    /// The model of a name: an object first, else one of the library.
    fn model(&self, name: &str, path: &str) -> Result<Arc<Model>, Diagnostic> {
        let key = ObjectKey::new(Kind::MaturityModel, "", name);
        if let Some(Object::Model(model)) = self
            .documents
            .get(&key)
            .and_then(|document| document.object.as_ref())
        {
            return Ok(Arc::clone(model));
        }
        if let Some(file) = self.invalid.get(&key) {
            return Err(invalid_model(name, file, self.findings.get(&key), path));
        }
        library::find(name).ok_or_else(|| self.missing_model(name, path))
    }

    fn missing_model(&self, name: &str, path: &str) -> Diagnostic {
        let all = self.documents.keys().chain(self.invalid.keys());
        let declared = all.filter(|key| key.kind == Kind::MaturityModel);
        let built_in = library::library().iter().map(|model| model.name);
        let known: BTreeSet<&str> = declared.map(|key| &*key.name).chain(built_in).collect();
        let what = format!("MaturityModel {name}");
        missing(&what, name, known.into_iter(), path.to_owned())
    }
}

fn invalid_model(name: &str, file: &str, finding: Option<&&Finding>, path: &str) -> Diagnostic {
    let message = format!("MaturityModel {name} is invalid");
    let help = match finding {
        Some(finding) => format!("correct it first: {file}:{}", finding.line),
        None => format!("correct it first: {file}"),
    };
    Diagnostic::error("DanglingReference", path, message).with_help(help)
}

fn criterion(model: &Model, name: &Name, path: String) -> Option<Diagnostic> {
    let known = model.criteria.iter().map(|criterion| &*criterion.name);
    if known.clone().any(|known| known == &**name) {
        return None;
    }
    Some(missing(
        &format!("criterion {name} in model {}", model.name),
        name,
        known,
        path,
    ))
}

fn stage(model: &Model, rank: u32) -> Option<Diagnostic> {
    let (Some(first), Some(last)) = (model.stages.first(), model.stages.last()) else {
        return None;
    };
    if model.stages.iter().any(|stage| stage.rank == rank) {
        return None;
    }
    let message = format!("there is no stage {rank} in model {}", model.name);
    let help = format!("use {} to {}", first.rank, last.rank);
    Some(Diagnostic::error("DanglingReference", "spec.target.stage", message).with_help(help))
}

fn missing<'a>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
    path: String,
) -> Diagnostic {
    let finding = Diagnostic::error("DanglingReference", path, format!("there is no {what}"));
    match nearest(name, known) {
        Some(near) => finding.with_help(format!("did you mean {near}?")),
        None => finding.with_help("add it to the documents, or remove the reference"),
    }
}

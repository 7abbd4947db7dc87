//! What is valid and may not be meant: a name that nobody asks for, a selector that selects nothing, what is over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gradus_crds::library;
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::model::{Item, Leaf, Model, Requires};
use gradus_engine::object::{Assessment, Attestation, Capability, Object, Waiver};
use gradus_manifests::Document;
use gradus_operator::inputs::folder::Reading;
use jiff::civil::Date;

use super::answers::Questions;
use super::locate::Mistakes;
use crate::names::nearest;

/// Notes about documents, as of a day.
pub(super) fn notes(reading: &Reading, today: Date) -> Mistakes<'_> {
    let asked = Asked::of(reading);
    let questions = Questions::of(reading);
    let documents = reading.documents.values();
    let notes = documents.flat_map(|document| {
        let found: Vec<Diagnostic> = match &document.object {
            Some(Object::Capability(capability)) => {
                let not_taken = questions.not_taken(&document.key.namespace, capability);
                let near_miss = asked.near_miss(document, capability);
                near_miss.into_iter().chain(not_taken).collect()
            }
            Some(Object::Assessment(assessment)) => {
                let nothing = selects_nothing(reading, &document.key, assessment);
                nothing
                    .into_iter()
                    .chain(past_target(assessment, today))
                    .collect()
            }
            Some(Object::Attestation(attestation)) => {
                lapsed(attestation, today).into_iter().collect()
            }
            Some(Object::Waiver(waiver)) => waives_nothing(waiver, today).into_iter().collect(),
            _ => Vec::new(),
        };
        found.into_iter().map(move |note| (document, note))
    });
    notes.collect()
}

/// The types that assessments of a namespace ask for.
struct Asked<'a> {
    by_namespace: BTreeMap<&'a str, BTreeSet<Name>>,
    /// Capabilities that others depend on, with their namespace.
    needed: BTreeSet<(&'a str, &'a Name)>,
}

impl<'a> Asked<'a> {
    fn of(reading: &'a Reading) -> Self {
        let mut asked = Self {
            by_namespace: BTreeMap::new(),
            needed: BTreeSet::new(),
        };
        for document in reading.documents.values() {
            let namespace = &*document.key.namespace;
            match &document.object {
                Some(Object::Assessment(assessment)) => {
                    if let Some(model) = model(reading, &assessment.model) {
                        let types = asked.by_namespace.entry(namespace).or_default();
                        types.extend(types_of(&model));
                    }
                }
                Some(Object::Capability(capability)) => {
                    let needed = capability.depends_on.iter();
                    asked
                        .needed
                        .extend(needed.map(|(name, _)| (namespace, name)));
                }
                _ => {}
            }
        }
        asked
    }

    fn near_miss(&self, document: &Document, capability: &Capability) -> Option<Diagnostic> {
        let ObjectKey {
            namespace, name, ..
        } = &document.key;
        let types = self.by_namespace.get(&**namespace)?;
        if types.contains(&capability.kind) || self.needed.contains(&(&**namespace, name)) {
            return None;
        }
        let meant = nearest(&capability.kind, types.iter().map(|name| &**name))?;
        let path = if capability.kind == *name {
            "metadata.name"
        } else {
            "spec.type"
        };
        let message = format!("no model that is scored here asks for {}", capability.kind);
        Some(
            Diagnostic::note("NotAskedFor", path, message)
                .with_help(format!("did you mean {meant}?")),
        )
    }
}

/// The model of a name: an object first, else one of the library.
pub(super) fn model(reading: &Reading, name: &str) -> Option<Arc<Model>> {
    let document = reading
        .documents
        .get(&ObjectKey::new(Kind::MaturityModel, "", name));
    match document.and_then(|document| document.object.as_ref()) {
        Some(Object::Model(model)) => Some(Arc::clone(model)),
        _ => library::find(name),
    }
}

fn types_of(model: &Model) -> BTreeSet<Name> {
    let criteria = model.criteria.iter();
    criteria
        .flat_map(|criterion| leaves(&criterion.requires))
        .map(|leaf| match leaf {
            Leaf::Capability { capability, .. } => Name::clone(capability),
            Leaf::Absent(absent) => Name::clone(absent),
        })
        .collect()
}

pub(super) fn leaves(requires: &Requires) -> Vec<&Leaf> {
    match requires {
        Requires::Leaf(leaf) => vec![leaf],
        Requires::AllOf(items) | Requires::AnyOf(items) | Requires::AtLeast { of: items, .. } => {
            items.iter().flat_map(leaves_of_item).collect()
        }
    }
}

fn leaves_of_item(item: &Item) -> &[Leaf] {
    match item {
        Item::Leaf(leaf) => std::slice::from_ref(leaf),
        Item::AnyOf(leaves) => leaves,
    }
}

/// An assessment without a single capability says "not assessed", and not why.
fn selects_nothing(
    reading: &Reading,
    key: &ObjectKey,
    assessment: &Assessment,
) -> Option<Diagnostic> {
    let capabilities = reading
        .documents
        .values()
        .filter_map(|document| match &document.object {
            Some(Object::Capability(capability)) => Some((&*document.key.namespace, capability)),
            _ => None,
        });
    let selects = |capability: &Capability| {
        let labels = assessment.capabilities.iter().flatten();
        labels
            .into_iter()
            .all(|(name, value)| capability.labels.get(name) == Some(value))
    };
    let mut elsewhere: BTreeMap<&str, usize> = BTreeMap::new();
    let mut is_there_one = false;
    for (namespace, capability) in capabilities {
        if *namespace != *key.namespace {
            *elsewhere.entry(namespace).or_default() += 1;
        } else if selects(capability) {
            return None;
        } else {
            is_there_one = true;
        }
    }
    if assessment.rolls_up {
        return None;
    }
    let (path, help) = match &assessment.capabilities {
        Some(labels) if is_there_one => {
            let labels: Vec<String> = labels
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let labels = labels.join(" and ");
            (
                "spec.capabilities",
                format!(
                    "no capability of the namespace has {labels}; correct the selector or the labels"
                ),
            )
        }
        _ => {
            let most = elsewhere.into_iter().max_by_key(|(_, count)| *count);
            let help = match most {
                Some((namespace, count)) => {
                    format!("namespace {namespace} has {count}; use the same namespace")
                }
                None => "add capabilities to its namespace".to_owned(),
            };
            ("metadata.namespace", help)
        }
    };
    let message = format!("it selects no capability of namespace {}", key.namespace);
    Some(Diagnostic::note("SelectsNothing", path, message).with_help(help))
}

fn past_target(assessment: &Assessment, today: Date) -> Option<Diagnostic> {
    let by = assessment.target.as_ref()?.by.filter(|by| *by < today)?;
    let message = format!("the target ended on {by}");
    Some(
        Diagnostic::note("TargetIsPast", "spec.target.by", message)
            .with_help("set another day, or remove the target"),
    )
}

fn lapsed(attestation: &Attestation, today: Date) -> Option<Diagnostic> {
    let until = Some(attestation.valid_until).filter(|until| *until < today)?;
    let message = format!("the attestation ended on {until} and counts no more");
    Some(
        Diagnostic::note("Ended", "spec.validUntil", message).with_help(
            "add a new attestation, and remove this one when nobody needs it as a record",
        ),
    )
}

fn waives_nothing(waiver: &Waiver, today: Date) -> Option<Diagnostic> {
    if waiver.until < today {
        let message = format!("the waiver ended on {} and waives nothing", waiver.until);
        return Some(
            Diagnostic::note("Ended", "spec.until", message)
                .with_help("add a new one, or remove it"),
        );
    }
    let is_approved = waiver.approved_by.is_some();
    (!is_approved).then(|| {
        Diagnostic::note(
            "NotApproved",
            "spec",
            "the waiver is not approved and waives nothing",
        )
        .with_help("let somebody other than requestedBy add approvedBy")
    })
}

//! Answers that a model asks for and does not take.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Name;
use gradus_engine::model::{Leaf, Model};
use gradus_engine::object::{Capability, Object};
use gradus_engine::predicate::{Value, quoted};
use gradus_engine::question::Question;
use gradus_operator::inputs::folder::Reading;

use super::meant::{leaves, model};

/// The models that score a namespace, by their names.
pub(super) struct Questions<'a> {
    by_namespace: BTreeMap<&'a str, BTreeMap<&'a Name, Arc<Model>>>,
}

impl<'a> Questions<'a> {
    pub(super) fn of(reading: &'a Reading) -> Self {
        let mut by_namespace: BTreeMap<&str, BTreeMap<&Name, Arc<Model>>> = BTreeMap::new();
        for document in reading.documents.values() {
            let Some(Object::Assessment(assessment)) = &document.object else {
                continue;
            };
            if let Some(model) = model(reading, &assessment.model) {
                let models = by_namespace.entry(&document.key.namespace).or_default();
                models.insert(&assessment.model, model);
            }
        }
        Self { by_namespace }
    }

    /// The facts of a capability that answer a question with what it does not take, each once.
    pub(super) fn not_taken(&self, namespace: &str, capability: &Capability) -> Vec<Diagnostic> {
        let mut noted: BTreeMap<&str, Diagnostic> = BTreeMap::new();
        for (name, model) in self.by_namespace.get(namespace).into_iter().flatten() {
            let criteria = model.criteria.iter();
            for leaf in criteria.flat_map(|criterion| leaves(&criterion.requires)) {
                if let Some((fact, note)) = note(name, model, leaf, capability) {
                    noted.entry(fact).or_insert(note);
                }
            }
        }
        noted.into_values().collect()
    }
}

fn note<'a>(
    name: &str,
    model: &'a Model,
    leaf: &'a Leaf,
    capability: &Capability,
) -> Option<(&'a str, Diagnostic)> {
    let Leaf::Capability {
        capability: kind,
        test,
        ..
    } = leaf
    else {
        return None;
    };
    let (fact, question) = Question::of(test, model).filter(|_| *kind == capability.kind)?;
    let stated = capability.facts.get(fact)?;
    if question.points(Value::from(stated)).is_some() {
        return None;
    }
    let stated = quoted(stated);
    let message = format!("{stated} is outside the answers of {name} and counts as unknown");
    let note = Diagnostic::note("AnswerOutOfRange", format!("spec.facts.{fact}"), message)
        .with_help(format!("answer {question}"));
    Some((fact, note))
}

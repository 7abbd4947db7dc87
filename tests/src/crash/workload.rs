//! A workload: objects to begin with, and edits while the operator runs.

use gradus_engine::key::Kind;
use serde_json::Value;

/// A word that stands for the namespace of a run in names of objects that have no namespace.
pub const NAMESPACE: &str = "NAMESPACE";

/// Objects, and what people do with them.
#[derive(Debug, Clone)]
pub struct Workload {
    /// Its name, in the words of what happens in it.
    pub name: &'static str,
    /// What is there before the operator starts.
    pub objects: Vec<Value>,
    /// What shows before the first step.
    pub first: Vec<Expected>,
    /// What people do, one after the other: each waits until what the one before caused shows.
    pub steps: Vec<Step>,
}

/// One edit, and what shows when the operator has taken it in.
#[derive(Debug, Clone)]
pub struct Step {
    /// What is done: one request, so that no state between can be seen.
    pub edit: Edit,
    /// What shows then.
    pub then: Vec<Expected>,
}

/// What is done to an object.
#[derive(Debug, Clone)]
pub enum Edit {
    /// It is there like this.
    Apply(Value),
    /// It is gone.
    Delete(Kind, &'static str),
}

/// What an assessment's status comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The assessment.
    pub assessment: &'static str,
    /// Its stage; none where the model has none.
    pub stage: Option<u64>,
    /// The sequence of its newest history entry.
    pub entries: u64,
    /// Its counter.
    pub falls: u64,
    /// How many falls stand.
    pub standing: usize,
}

impl Expected {
    /// An assessment at a stage, with so many history entries and no fall.
    pub fn at(assessment: &'static str, stage: u64, entries: u64) -> Self {
        Self {
            assessment,
            stage: Some(stage),
            entries,
            falls: 0,
            standing: 0,
        }
    }

    /// It has no stage of the whole.
    #[must_use]
    pub fn without_stage(self) -> Self {
        Self {
            stage: None,
            ..self
        }
    }

    /// So many falls were counted, and so many of them stand.
    #[must_use]
    pub fn falls(self, falls: u64, standing: usize) -> Self {
        Self {
            falls,
            standing,
            ..self
        }
    }

    /// Whether an assessment shows it, and has taken in all that its author says.
    pub fn shows(&self, assessment: &Value) -> bool {
        let status = &assessment["status"];
        let history = status["history"].as_array();
        let last = history.and_then(|entries| entries.last());
        let standing = status["regression"].as_array().map_or(0, Vec::len);
        assessment["metadata"]["name"] == self.assessment
            && status["observedGeneration"] == assessment["metadata"]["generation"]
            && status["stage"].as_u64() == self.stage
            && last.map_or(0, |entry| entry["sequence"].as_u64().unwrap_or_default())
                == self.entries
            && status["regressions"].as_u64().unwrap_or_default() == self.falls
            && standing == self.standing
    }
}

impl Step {
    /// Something is put there, or changed.
    pub fn apply(object: Value, then: impl Into<Vec<Expected>>) -> Self {
        Self {
            edit: Edit::Apply(object),
            then: then.into(),
        }
    }

    /// Something is removed.
    pub fn delete(kind: Kind, name: &'static str, then: impl Into<Vec<Expected>>) -> Self {
        Self {
            edit: Edit::Delete(kind, name),
            then: then.into(),
        }
    }
}

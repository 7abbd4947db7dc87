//! The smallest site that can fall: three capabilities, one per stage, and an assessment. Stage 3 while all
//! three are there, 2 without `third`, 1 without `second`, 0 without `first`.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;

/// The model that every ladder is scored against.
pub const MODEL: &str = "ladder";
/// The assessment.
pub const ASSESSMENT: &str = "site";
/// The capabilities, one per stage from 1 on.
pub const RUNGS: [&str; 3] = ["first", "second", "third"];

/// A site in a namespace of its own.
#[derive(Debug)]
pub struct Ladder<'a> {
    control_plane: &'a ControlPlane,
    /// The namespace.
    pub namespace: String,
}

/// The model: one criterion per stage.
pub fn model() -> Value {
    let criterion = |(index, name): (usize, &&str)| json!({"name": name, "stage": index + 1, "domain": "rungs", "title": name});
    json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "MaturityModel", "metadata": {"name": MODEL},
        "spec": {
            "title": "Ladder", "version": "1",
            "source": {
                "url": "https://gradus.dev", "licence": "Apache-2.0", "attribution": "Gradus",
                "completeness": "3 of 3", "disclaimer": "made for tests",
            },
            "scoring": {"walk": {"threshold": {"numerator": 7, "denominator": 10}}, "overall": {"over": "Criteria", "by": "Walk"}},
            "stages": [{"rank": 0}, {"rank": 1}, {"rank": 2}, {"rank": 3}],
            "domains": [{"name": "rungs", "title": "Rungs"}],
            "criteria": RUNGS.iter().enumerate().map(criterion).collect::<Vec<_>>(),
        },
    })
}

/// The assessment of a site by a model.
pub fn assessment(namespace: &str, model: &str) -> Value {
    json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "Assessment",
        "metadata": {"name": ASSESSMENT, "namespace": namespace},
        "spec": {"model": {"name": model}},
    })
}

/// A capability of a site, claimed `Present`, `Absent` or `Unknown`.
pub fn capability(namespace: &str, name: &str, claim: &str) -> Value {
    json!({
        "apiVersion": "gradus.dev/v1alpha1", "kind": "Capability",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"claim": claim},
    })
}

impl<'a> Ladder<'a> {
    /// Makes the namespace and all that is in it, at stage 3.
    ///
    /// # Errors
    ///
    /// When the API server refuses something.
    pub fn raise(control_plane: &'a ControlPlane, prefix: &str) -> Result<Self> {
        let namespace = control_plane.namespace(prefix)?;
        let ladder = Self {
            control_plane,
            namespace,
        };
        let mut items = vec![model(), assessment(&ladder.namespace, MODEL)];
        items.extend(RUNGS.map(|name| capability(&ladder.namespace, name, "Present")));
        ladder.apply(&items)?;
        Ok(ladder)
    }

    fn apply(&self, items: &[Value]) -> Result<()> {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        self.control_plane.apply(&list.to_string())
    }

    /// Scores the site against a model, which need not be there.
    ///
    /// # Errors
    ///
    /// When the API server refuses.
    pub fn follow(&self, model: &str) -> Result<()> {
        self.apply(&[assessment(&self.namespace, model)])
    }

    /// Adds capabilities that no criterion asks for.
    ///
    /// # Errors
    ///
    /// When the API server refuses.
    pub fn crowd(&self, names: impl IntoIterator<Item = String>) -> Result<()> {
        let names = names.into_iter();
        let crowd: Vec<Value> = names
            .map(|name| capability(&self.namespace, &name, "Present"))
            .collect();
        self.apply(&crowd)
    }

    /// Claims a capability `Present`, `Absent` or `Unknown`.
    ///
    /// # Errors
    ///
    /// When the API server refuses.
    pub fn claim(&self, name: &str, claim: &str) -> Result<()> {
        self.control_plane
            .apply(&capability(&self.namespace, name, claim).to_string())
    }

    /// Waits until the status shows a stage, and returns the assessment.
    ///
    /// # Errors
    ///
    /// When it does not within half a minute.
    pub fn until_stage(&self, stage: u32) -> Result<Value> {
        self.until(|assessment| assessment["status"]["stage"] == stage)
    }

    /// Waits until the assessment fits, and returns it.
    ///
    /// # Errors
    ///
    /// When it does not within half a minute.
    pub fn until(&self, fits: impl Fn(&Value) -> bool) -> Result<Value> {
        self.control_plane
            .until("assessments", &self.namespace, ASSESSMENT, fits)
    }

    /// The assessment as it is.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn now(&self) -> Result<Value> {
        self.control_plane
            .object("assessments", &self.namespace, ASSESSMENT)
    }

    /// The Events about the assessment.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn events(&self) -> Result<Vec<Value>> {
        self.control_plane
            .objects("events.events.k8s.io", Some(&self.namespace))
    }
}

/// What a history tells: `Rise 3`, `Fall 2`.
pub fn transitions(assessment: &Value) -> Vec<String> {
    let history = assessment["status"]["history"].as_array();
    let history = history.map(Vec::as_slice).unwrap_or_default();
    let entry = |entry: &Value| {
        let transition = entry["transition"].as_str().unwrap_or_default();
        format!("{transition} {}", entry["to"])
    };
    history.iter().map(entry).collect()
}

/// The status of a condition: `True`, `False` or `Unknown`.
///
/// # Errors
///
/// When the object has no such condition.
pub fn condition<'v>(object: &'v Value, kind: &str) -> Result<&'v Value> {
    let conditions = object["status"]["conditions"].as_array();
    let conditions = conditions.context("no conditions")?;
    let found = conditions
        .iter()
        .find(|condition| condition["type"] == kind);
    found.with_context(|| format!("no condition {kind}"))
}

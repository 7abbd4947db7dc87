//! Lives to hold the checks against: observations as a watch would see them.

use gradus_engine::digest::{canonical_json, sha256_hex};
use serde_json::{Value, json};

/// A life, and what was observed of it.
#[derive(Debug, Clone)]
pub(super) struct Life {
    /// What a watch saw.
    pub(super) observed: Vec<Value>,
    object: Value,
    history: Vec<Value>,
}

impl Life {
    /// An assessment of which nothing was observed.
    pub(super) fn new() -> Self {
        Self {
            observed: Vec::new(),
            object: json!({
                "kind": "Assessment",
                "metadata": {"name": "site", "namespace": "north", "uid": "u-1"},
                "spec": {},
                "status": {"assessed": true, "regressions": 0, "modelDigest": "digest"},
            }),
            history: Vec::new(),
        }
    }

    /// A rise, two falls and a restoration.
    pub(super) fn eventful() -> Self {
        Self::new()
            .moved(None, 5, None)
            .moved(Some(5), 3, Some("CapabilityLost"))
            .moved(Some(3), 2, Some("EvidenceLost"))
            .moved(Some(2), 5, None)
    }

    /// So many entries: a fall, a restoration, a fall, …
    pub(super) fn long(entries: usize) -> Self {
        let mut life = Self::new().moved(None, 5, None);
        while life.history.len() < entries {
            life = if life.history.len() % 2 == 1 {
                life.moved(Some(5), 4, Some("CapabilityLost"))
            } else {
                life.moved(Some(4), 5, None)
            };
        }
        life
    }

    /// A move of the stage: a fall when there is a cause.
    pub(super) fn moved(mut self, from: Option<u32>, to: u32, cause: Option<&str>) -> Self {
        self.write(from, to, cause);
        let sequence = self.history.len();
        let at = self.instant();
        let status = &mut self.object["status"];
        match (from, cause) {
            (None, _) => {
                status["first"] = json!({"stage": to, "at": at});
                status["highWater"] = json!({"modelDigest": "digest", "stage": to});
            }
            (Some(_), Some(_)) => {
                status["regressions"] = json!(status["regressions"].as_u64().unwrap() + 1);
                let fall = json!({"sequence": sequence});
                match status["regression"].as_array_mut() {
                    Some(standing) => standing.push(fall),
                    None => status["regression"] = json!([fall]),
                }
            }
            (Some(_), None) => status["regression"] = json!([]),
        }
        self.observe()
    }

    /// Another text of the model: a new mark, which is no fall.
    pub(super) fn new_mark(mut self, from: u32, to: u32, digest: &str) -> Self {
        self.write(Some(from), to, Some("ModelChanged"));
        let status = &mut self.object["status"];
        status["modelDigest"] = json!(digest);
        status["highWater"] = json!({"modelDigest": digest, "stage": to});
        self.observe()
    }

    /// A fall is acknowledged: the mark comes down to where it ended.
    pub(super) fn acknowledged(mut self, sequence: usize) -> Self {
        self.object["spec"] = json!({"regression": {"acknowledge": {"sequence": sequence}}});
        let status = &mut self.object["status"];
        status["regression"] = json!([]);
        status["highWater"]["stage"] = self.history[sequence - 1]["to"].clone();
        self.observe()
    }

    /// The observations with one more that tells nothing new.
    pub(super) fn repeated(self) -> Vec<Value> {
        self.observe().observed
    }

    fn instant(&self) -> String {
        format!("2026-01-01T00:{:02}:00Z", self.history.len())
    }

    fn write(&mut self, from: Option<u32>, to: u32, cause: Option<&str>) {
        let before = self.history.last().map(|entry| entry["digest"].clone());
        let mut entry = json!({"sequence": self.history.len() + 1, "to": to});
        if let Some(from) = from {
            entry["from"] = json!(from);
        }
        if let Some(cause) = cause {
            entry["cause"] = json!(cause);
            entry["capability"] = json!("wireless");
        }
        entry["at"] = json!(self.instant());
        let before = before.as_ref().and_then(Value::as_str).unwrap_or_default();
        entry["digest"] = json!(sha256_hex([before, canonical_json(&entry).as_str()]));
        self.history.push(entry);
        self.object["status"]["stageChangedAt"] = json!(self.instant());
    }

    fn observe(mut self) -> Self {
        let oldest = self.history.len().saturating_sub(20);
        self.object["status"]["history"] = json!(self.history[oldest..]);
        self.object["metadata"]["resourceVersion"] = json!((100 + self.observed.len()).to_string());
        self.observed.push(self.object.clone());
        self
    }
}

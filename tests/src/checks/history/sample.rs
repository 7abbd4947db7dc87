//! Lives to hold the checks against: observations as a watch would see them.
//!
//! The digests are computed here again, by the rule of the design.

use gradus_engine::digest::{canonical_json, sha256_hex};
use gradus_engine::ledger::{Edition, Entry, Fall, First, Ledger, Mark};
use gradus_engine::verdict::{Cause, Transition};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A life, and what was observed of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Life {
    /// What a watch saw.
    pub(super) observed: Vec<Value>,
    /// What it remembers.
    pub(super) ledger: Ledger,
    spec: Value,
}

impl Life {
    /// An assessment of which nothing was observed.
    pub(super) fn new() -> Self {
        let mut life = Self::default();
        life.ledger.edition = Some(Edition {
            model: "model".to_owned(),
            model_digest: "digest".to_owned(),
        });
        life
    }

    /// A rise, two falls and a restoration.
    pub(super) fn eventful() -> Self {
        Self::new()
            .rise(5)
            .fall(5, 3, Cause::CapabilityLost)
            .fall(3, 2, Cause::EvidenceLost)
            .restore(2, 5)
    }

    /// So many entries: a rise, a fall, a restoration, a fall, …
    pub(super) fn long(entries: u64) -> Self {
        let mut life = Self::new().rise(5);
        while life.ledger.sequence < entries {
            life = if life.ledger.standing.is_empty() {
                life.fall(5, 4, Cause::CapabilityLost)
            } else {
                life.restore(4, 5)
            };
        }
        life
    }

    /// The first stage.
    pub(super) fn rise(mut self, to: u32) -> Self {
        self.write(Transition::Rise, None, to, None);
        let at = self.now();
        self.ledger.first = Some(First { stage: to, at });
        self.mark(to);
        self.observe()
    }

    /// A fall.
    pub(super) fn fall(mut self, from: u32, to: u32, cause: Cause) -> Self {
        self.write(Transition::Fall, Some(from), to, Some(cause));
        self.ledger.regressions += 1;
        let since = self.now();
        self.ledger.standing.push(Fall {
            sequence: self.ledger.sequence,
            domain: None,
            from,
            to,
            recovered: None,
            since,
            cause,
            capability: None,
            evidence: None,
        });
        self.observe()
    }

    /// Another text of the model.
    pub(super) fn new_mark(mut self, from: u32, to: u32, digest: &str) -> Self {
        let cause = Some(Cause::ModelChanged);
        self.write(Transition::NewMark, Some(from), to, cause);
        self.ledger.edition = Some(Edition {
            model: "model".to_owned(),
            model_digest: digest.to_owned(),
        });
        self.mark(to);
        self.observe()
    }

    /// A fall is acknowledged: the mark comes down to where it ended.
    pub(super) fn acknowledge(mut self, sequence: u64) -> Self {
        self.spec = json!({"regression": {"acknowledge": {"sequence": sequence}}});
        let fall = self.ledger.standing.pop().unwrap();
        self.ledger.acknowledged = Some(sequence);
        self.mark(fall.to);
        self.observe()
    }

    /// One more observation.
    pub(super) fn observe(mut self) -> Self {
        let object = json!({
            "kind": "Assessment",
            "metadata": {
                "name": "site",
                "namespace": "north",
                "uid": "u-1",
                "resourceVersion": (100 + self.observed.len()).to_string(),
            },
            "spec": self.spec,
            "status": self.status(),
        });
        self.observed.push(object);
        self
    }

    /// Where an observation carries what.
    fn status(&self) -> Value {
        let ledger = &self.ledger;
        json!({
            "assessed": true,
            "stageChangedAt": ledger.stage_changed_at,
            "first": ledger.first,
            "highWater": ledger.high_water,
            "regressions": ledger.regressions,
            "regression": ledger.standing,
            "history": ledger.history,
            "ledger": {
                "edition": ledger.edition,
                "domainHighWater": ledger.domain_high_water,
                "historyAnchor": ledger.history_anchor,
                "acknowledged": ledger.acknowledged,
            },
        })
    }

    fn restore(mut self, from: u32, to: u32) -> Self {
        self.write(Transition::Restoration, Some(from), to, None);
        self.ledger.standing.clear();
        self.observe()
    }

    fn mark(&mut self, stage: u32) {
        let edition = self.ledger.edition.clone().unwrap();
        self.ledger.high_water = Some(Mark {
            model: edition.model,
            model_digest: edition.model_digest,
            stage,
            at: self.now(),
        });
    }

    fn now(&self) -> Timestamp {
        let minutes = i64::try_from(self.ledger.sequence).unwrap();
        Timestamp::from_second(1_767_225_600 + 60 * minutes).unwrap()
    }

    fn write(&mut self, transition: Transition, from: Option<u32>, to: u32, cause: Option<Cause>) {
        self.ledger.sequence += 1;
        self.ledger.stage_changed_at = Some(self.now());
        let mut entry = Entry {
            sequence: self.ledger.sequence,
            at: self.now(),
            transition,
            domain: None,
            from,
            to,
            cause,
            capability: cause.map(|_| "wireless".to_owned()),
            digest: String::new(),
        };
        let mut content = serde_json::to_value(&entry).unwrap();
        content.as_object_mut().unwrap().remove("digest");
        let before = self.ledger.history.last().map(|entry| entry.digest.clone());
        let before = before.unwrap_or_default();
        entry.digest = sha256_hex([before.as_str(), canonical_json(&content).as_str()]);
        self.ledger.history.push(entry);
        if self.ledger.history.len() > Ledger::HISTORY {
            self.ledger.history_anchor = Some(self.ledger.history.remove(0).digest);
        }
    }
}

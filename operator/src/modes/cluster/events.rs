//! Which Events are published, and which could not be yet.

use std::collections::BTreeSet;
use std::sync::Arc;

use gradus_engine::key::{ObjectKey, Uid};
use gradus_engine::ledger::Ledger;
use jiff::Timestamp;

use super::state::ClusterState;
use crate::outputs::events::publisher::EventPublisher;
use crate::outputs::events::{Occasion, occasions, transitions};

/// Publishes Events of what was committed, and remembers what found no room, or no leader.
#[derive(Debug)]
pub(super) struct EventBacklog {
    publisher: EventPublisher,
    /// Assessments of which something may not have been published.
    pending: BTreeSet<ObjectKey>,
}

impl EventBacklog {
    pub(super) fn new(publisher: EventPublisher) -> Self {
        Self {
            publisher,
            pending: BTreeSet::new(),
        }
    }

    /// Something of these assessments may not have been published: another replica led.
    pub(super) fn mark_pending(&mut self, assessments: impl Iterator<Item = ObjectKey>) {
        self.pending = assessments.collect();
    }

    /// An object is gone, and with it what was not published yet.
    pub(super) fn forget(&mut self, key: &ObjectKey) {
        self.pending.remove(key);
    }

    /// The server holds this ledger. Published at once, for the assessment may be deleted next; and again when there
    /// was no room, or another replica leads.
    pub(super) fn committed(
        &mut self,
        key: &ObjectKey,
        uid: &Uid,
        ledger: &Arc<Ledger>,
        leads: bool,
        now: Timestamp,
    ) {
        let transitions = || transitions(ledger);
        if !(leads && self.publisher.publish(key, uid, &transitions(), now)) {
            self.pending.insert(key.clone());
        }
    }

    /// Publishes pending Events. What does not fit, or was not settled yet, stays pending.
    pub(super) fn publish_pending(&mut self, state: &ClusterState) {
        let now = state.scorer.now();
        for key in std::mem::take(&mut self.pending) {
            let is_published = match state.scorer.snapshot().assessments.get(&key) {
                Some(view) => {
                    let transitions = transitions(&view.ledger);
                    self.publisher
                        .publish(&key, &view.life.uid, &transitions, now)
                }
                None => !state.objects.scores(&key),
            };
            if !is_published {
                self.pending.insert(key);
            }
        }
    }

    /// Publishes what happened to an object, now that the server holds what is said of it. False when there was no
    /// room.
    pub(super) fn publish_occasions(&mut self, key: &ObjectKey, state: &ClusterState) -> bool {
        let Some(known) = state.objects.get(key) else {
            return true;
        };
        let now = state.scorer.now();
        let occasions = occasions(state.scorer.snapshot(), key, now);
        self.publisher
            .publish(key, &known.life.uid, &occasions, now)
    }

    /// Publishes one thing that happened to an object, if there is room. What has no namespace gets no Events.
    pub(super) fn publish_one(
        &mut self,
        key: &ObjectKey,
        occasion: Occasion,
        state: &ClusterState,
    ) {
        let known = state.objects.get(key).filter(|_| key.kind.namespaced());
        if let Some(known) = known {
            let now = state.scorer.now();
            self.publisher
                .publish(key, &known.life.uid, &[occasion], now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use gradus_engine::key::Kind;
    use gradus_engine::view::Snapshot;

    use super::*;
    use crate::inputs::folder::scan;
    use crate::modes::folder::score_once;

    /// A target that must be held by the end of June, and what holds it until then.
    const DUE: &str = r#"
apiVersion: gradus.dev/v1alpha1
kind: MaturityModel
metadata: {name: small}
spec:
  title: A small model
  version: "1"
  owner: {team: us}
  source: {url: "https://example.org", licence: CC0-1.0, attribution: us, completeness: all, disclaimer: none}
  stages: [{rank: 0}, {rank: 1}, {rank: 2}]
  domains: [{name: all, title: All}]
  criteria:
  - {name: one, stage: 1, domain: all, title: One}
  - {name: two, stage: 2, domain: all, title: Two}
  scoring:
    walk: {threshold: {numerator: 1, denominator: 1}}
    overall: {over: Criteria, by: Walk}
---
apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: site}
spec: {model: {name: small}, owner: {team: us}, target: {stage: 2, by: "2026-06-30"}}
---
apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: one}
spec: {evidence: [{name: word, attestation: {minimum: 1}}]}
---
apiVersion: gradus.dev/v1alpha1
kind: Attestation
metadata: {name: word}
spec: {subject: {capability: one}, statement: it works, attestedBy: ada, method: Examine, issued: "2026-01-01", validUntil: "2026-06-30"}
---
apiVersion: gradus.dev/v1alpha1
kind: Waiver
metadata: {name: later}
spec: {assessment: site, criteria: [two], reason: Later, treatAs: Met, requestedBy: ada, approvedBy: bob, from: "2026-01-01", until: "2026-06-30"}
"#;

    fn scored(at: &str) -> (Snapshot, Timestamp) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("all.yaml"), DUE).unwrap();
        let reading = scan(&[folder.path().to_owned()], &mut std::io::empty());
        assert!(reading.findings.is_empty(), "{:?}", reading.findings);
        let at = at.parse().unwrap();
        (score_once(reading, at), at)
    }

    /// The reasons of what happened to every object until then.
    fn reasons(at: &str) -> Vec<&'static str> {
        let (snapshot, at) = scored(at);
        let key = |kind, name| ObjectKey::new(kind, "default", name);
        let keys = [
            key(Kind::Attestation, "word"),
            key(Kind::Waiver, "later"),
            key(Kind::Assessment, "site"),
        ];
        let all = keys.iter().flat_map(|key| occasions(&snapshot, key, at));
        all.map(|occasion| occasion.reason).collect()
    }

    #[test]
    fn what_lapses_ends_is_reached_or_missed_is_an_occasion_from_its_instant_on() {
        assert_eq!(reasons("2026-06-30T23:59:59Z"), ["TargetReached"]);
        assert_eq!(
            reasons("2026-07-01T00:00:00Z"),
            ["EvidenceExpired", "WaiverEnded", "TargetMissed"]
        );
    }
}

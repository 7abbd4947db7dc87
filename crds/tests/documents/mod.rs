//! Good documents of every kind, and ways to spoil them.

use serde_json::Value;

/// A document out of its text.
pub(crate) fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// A capability that uses every kind of field.
pub(crate) const CAPABILITY: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: remote-access-vpn, namespace: north, labels: {site: north}}
spec:
  type: remote-access-vpn
  claim: Present
  owner: {team: networks, contact: networks@example.org}
  facts: {protocol: wireguard, users: 4200, split: false}
  units: {total: 12, covered: 11}
  dependsOn: [{capability: directory-services, strength: Gate}]
  evidence:
  - name: gateway-up
    every: 5m
    maxAge: 1h
    grace: 10m
    http: {url: 'https://gateway.example.org/health', met: 'response.code == 200'}
  - {name: seen, attestation: {minimum: 1}}
";

/// An attestation of exactly three years.
pub(crate) const ATTESTATION: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Attestation
metadata: {name: vpn-seen, namespace: north}
spec:
  subject: {capability: remote-access-vpn}
  statement: Tried from three places.
  attestedBy: ada@example.org
  method: Test
  issued: '2026-01-31'
  validUntil: '2029-01-31'
";

/// An approved waiver.
pub(crate) const WAIVER: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Waiver
metadata: {name: vpn-late, namespace: north}
spec:
  assessment: north
  criteria: [remote-access-vpn]
  reason: The line comes in spring.
  requestedBy: ada@example.org
  approvedBy: grace@example.org
  from: '2026-11-01'
  until: '2027-03-31'
  treatAs: Met
";

/// A model of two criteria and a gate.
pub(crate) const MODEL: &str = "
apiVersion: gradus.dev/v1alpha1
kind: MaturityModel
metadata: {name: small-2026}
spec:
  title: Small
  version: '2026'
  source: {url: 'https://example.org', licence: CC0, attribution: nobody, completeness: 2 of 2, disclaimer: none}
  stages: [{rank: 0}, {rank: 1, gate: {external: true, validFor: P3Y}}]
  criteria:
  - {name: first, stage: 1, title: First}
  - {name: second, stage: 1, title: Second, requires: {capability: second, where: 'facts.mode == \"ha\"'}}
  scoring:
    walk: {threshold: {numerator: 7, denominator: 10}}
    overall: {over: Criteria, by: Walk}
";

/// A paused assessment with a target.
pub(crate) const ASSESSMENT: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: north, namespace: north}
spec:
  model: {name: infram-2018}
  attributes: {setting: [acute]}
  capabilities: {matchLabels: {site: north}}
  target: {stage: 6, upTo: 7, by: '2027-03-31'}
  engagement: {state: Paused, since: '2026-10-01', until: '2026-12-31', resumeWhen: {capability: directory-services}}
  regression: {holdFor: 1h30m}
";

/// A profile of two requirements.
pub(crate) const PROFILE: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Profile
metadata: {name: telephony-rollout}
spec:
  model: {name: nimm-2011}
  requirements:
  - {domain: network-services, minimum: 3}
  - {capability: fixed-lan, met: true}
";

//! What a fall may be blamed on: `docs/reference/scoring.md` §9 and the closed list of causes, by comparing
//! the site at two commits. A difference is to blame when undoing it alone brings back something that was
//! lost, or when it alone loses something; where no difference does, all of them are.

mod difference;
mod undo;

use std::collections::BTreeSet;

use gradus_engine::key::ObjectKey;
use gradus_engine::verdict::{Cause, Verdict};
use jiff::Timestamp;

use super::score::{Judgement, judge};
use crate::scene::Scene;
use difference::differences;

/// The inputs at one instant.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// The inputs.
    pub scene: &'a Scene,
    /// The instant.
    pub now: Timestamp,
}

/// One admissible way to blame a fall.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blame {
    /// Any of these causes.
    pub causes: BTreeSet<Cause>,
    /// Any of these capabilities, or none.
    pub capabilities: BTreeSet<String>,
    /// Any of these attestations, waivers, evidence items and dependencies, or none.
    pub evidence: BTreeSet<String>,
}

impl Blame {
    /// Whether this is what was said.
    pub fn fits(&self, cause: Cause, capability: Option<&str>, evidence: Option<&str>) -> bool {
        self.causes.contains(&cause)
            && capability.is_none_or(|name| self.capabilities.contains(name))
            && evidence.is_none_or(|name| self.evidence.contains(name))
    }
}

/// Every admissible way to blame a fall of an assessment, or of a domain of it, between two commits.
pub fn blames(before: At<'_>, after: At<'_>, key: &ObjectKey, domain: Option<&str>) -> Vec<Blame> {
    let judged = |at: At<'_>| judge(at.scene, key, at.now);
    let (Some(then), Some(now)) = (judged(before), judged(after)) else {
        return Vec::new();
    };
    let lost = lost(&then, &now);
    let all = differences(before, after, key);
    // The verdicts and the stage with some of the differences taken back.
    let without = |undone: &dyn Fn(usize) -> bool| {
        let mut scene = after.scene.clone();
        for (_, difference) in all.iter().enumerate().filter(|(place, _)| undone(*place)) {
            difference.undo(&mut scene, before, after.now);
        }
        judge(&scene, key, after.now)
    };
    let is_to_blame = |place: usize| {
        let mends = without(&|other| other == place).is_some_and(|undone| {
            lost.iter().any(|name| counts(undone.verdicts.get(name)))
                || stage(&undone, domain) > stage(&now, domain)
        });
        let breaks = || {
            without(&|other| other != place).is_some_and(|alone| {
                lost.iter().any(|name| !counts(alone.verdicts.get(name)))
                    || stage(&alone, domain) < stage(&then, domain)
            })
        };
        mends || breaks()
    };
    let mut blamed: Vec<usize> = (0..all.len()).filter(|place| is_to_blame(*place)).collect();
    if blamed.is_empty() {
        blamed = (0..all.len()).collect();
    }
    let blames = blamed.iter().map(|place| all[*place].blame(before, after));
    let mut blames: Vec<Blame> = blames.collect();
    if !now.assessed || !super::score::refers_to_anything(after.scene, key, after.now) {
        blames.push(Blame {
            causes: [Cause::ScopeChanged].into(),
            capabilities: BTreeSet::new(),
            evidence: BTreeSet::new(),
        });
    }
    blames
}

/// Criteria that counted and do not any more.
fn lost(then: &Judgement, now: &Judgement) -> Vec<String> {
    let counted = then.verdicts.iter();
    counted
        .filter(|(name, verdict)| counts(Some(verdict)) && !counts(now.verdicts.get(*name)))
        .map(|(name, _)| name.clone())
        .collect()
}

fn counts(verdict: Option<&Verdict>) -> bool {
    matches!(
        verdict,
        Some(Verdict::Met | Verdict::Held | Verdict::Waived)
    )
}

fn stage(judgement: &Judgement, domain: Option<&str>) -> Option<u32> {
    match domain {
        Some(domain) => judgement.domain_stages.get(domain).copied().flatten(),
        None => judgement.stage.proven,
    }
}

//! How much is shown: tiers that are switched on, under a ceiling.

use gradus_engine::view::Snapshot;

use super::assessment;
use super::catalogue::{self as family, Family, Tier};
use super::labels::reported;

/// Which tiers to show, and how many object series at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierPolicy {
    /// The tiers that are switched on. Core is always on, and so is the operator's own.
    pub tiers: Vec<Tier>,
    /// The most object series of a scrape; none when there is no ceiling.
    pub ceiling: Option<u64>,
}

/// What a scrape shows and what it leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelectedTiers {
    /// The tiers that are shown, in order.
    pub shown: Vec<Tier>,
    /// The tiers that are switched on and left out for the ceiling.
    pub left_out: Vec<Tier>,
}

impl TierPolicy {
    /// The default of the most object series of a scrape: about twice what a hundred
    /// thousand capabilities come to, each read by five models.
    // See D-101.
    pub const CEILING: u64 = 5_000_000;

    /// Which tiers of a snapshot are shown: whole ones only. Those that would pass the ceiling are left
    /// out, detail first.
    ///
    /// Samples are counted from how many objects there are, at most so many: dates that do not exist
    /// are counted too. To count what is really written would be to write it.
    pub fn choose(&self, snapshot: &Snapshot) -> SelectedTiers {
        let mut choice = SelectedTiers::default();
        let mut samples = 0;
        for tier in Tier::SWITCHES {
            if tier != Tier::Core && !self.tiers.contains(&tier) {
                continue;
            }
            samples += samples_at_most(snapshot, tier);
            if self.ceiling.is_none_or(|ceiling| samples <= ceiling) {
                choice.shown.push(tier);
            } else {
                choice.left_out.push(tier);
            }
        }
        choice
    }
}

impl Default for TierPolicy {
    fn default() -> Self {
        Self {
            tiers: vec![Tier::Core, Tier::Capability],
            ceiling: Some(Self::CEILING),
        }
    }
}

/// How many samples a tier has at most.
fn samples_at_most(snapshot: &Snapshot, tier: Tier) -> u64 {
    let (capabilities, items) = (
        snapshot.capabilities.len(),
        snapshot.capabilities.evidence_items(),
    );
    let samples = match tier {
        Tier::Core => core_samples(snapshot),
        Tier::Capability => {
            let impacts = snapshot.assessments.values().map(|view| view.impacts.len());
            impacts.sum::<usize>() * series_of(&family::CAPABILITY_IMPACT_CRITERIA)
                + capabilities * series_of(&family::CAPABILITY_STATE)
                + items * 2
        }
        Tier::Detail => {
            let objects = snapshot.models.size()
                + snapshot.assessments.size()
                + capabilities
                + snapshot.attestations.size()
                + snapshot.waivers.size();
            items * series_of(&family::EVIDENCE_STATE)
                + objects * series_of(&family::RESOURCE_CONDITION)
        }
        Tier::Operator => 0,
    };
    samples as u64
}

fn core_samples(snapshot: &Snapshot) -> usize {
    let families = assessment::ASSESSMENTS.iter().map(|(family, _)| family);
    let (by_domain, alone): (Vec<&Family>, Vec<&Family>) =
        families.partition(|family| family.labels.contains(&"domain"));
    let alone: usize = alone.into_iter().map(series_of).sum();
    let views = snapshot.assessments.values();
    let of_assessments: usize = views
        .map(|view| alone + by_domain.len() * reported(view).count())
        .sum();
    let programs = snapshot
        .models
        .values()
        .filter_map(|view| view.program.as_ref().ok());
    let stages: usize = programs.map(|program| program.model.stages.len()).sum();
    of_assessments + stages + snapshot.waivers.size()
}

/// How many series of a family an object has at most: one, or one for each value of a closed list by
/// which it is told apart.
fn series_of(family: &Family) -> usize {
    match family.labels.last() {
        Some(last) if !family.name.ends_with("_info") => family.values_of(last).len().max(1),
        _ => 1,
    }
}

//! Weights and counts per stage, kept up to date one criterion at a time.

use serde::Serialize;

use crate::arena::{DomainId, Id};
use crate::program::{Program, Statement};
use crate::verdict::{EvidenceClass, Verdict};

/// Counts of verdicts over scored positive criteria.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Met by themselves or a successor.
    pub met: u64,
    /// Held.
    pub held: u64,
    /// Unmet.
    pub unmet: u64,
    /// Unknown.
    pub unknown: u64,
    /// Not applicable.
    pub not_applicable: u64,
    /// Waived.
    pub waived: u64,
    /// All.
    pub of: u64,
}

/// What the applicable criteria rest on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Confidence {
    /// Met on probes.
    pub probed: u64,
    /// Met on attestations.
    pub attested: u64,
    /// Met on declarations.
    pub declared: u64,
    /// Held.
    pub held: u64,
    /// Waived.
    pub waived: u64,
    /// Unknown.
    pub unknown: u64,
}

/// Weights of one stage, overall or of one domain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StageTally {
    /// Applicable.
    pub(crate) of: u64,
    /// Met, held or waived.
    pub(crate) met: u64,
    /// Of these, waived.
    pub(crate) waived: u64,
    /// Unknown.
    pub(crate) unknown: u64,
}

/// All weights and counts of an assessment: first the stages overall, then those of each domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tallies {
    stages: Box<[StageTally]>,
    width: usize,
    pub(crate) counts: Tally,
    pub(crate) confidence: Confidence,
}

impl Tallies {
    pub(crate) fn new(program: &Program) -> Self {
        let width = program.model.stages.len();
        let rows = 1 + program.model.domains.len();
        Self {
            stages: vec![StageTally::default(); width * rows].into(),
            width,
            counts: Tally::default(),
            confidence: Confidence::default(),
        }
    }

    /// The stages overall, lowest first.
    pub(crate) fn overall(&self) -> &[StageTally] {
        self.stages.get(..self.width).unwrap_or_default()
    }

    /// The stages of one domain, lowest first.
    pub(crate) fn domain(&self, domain: DomainId) -> &[StageTally] {
        let start = (domain.place() + 1) * self.width;
        self.stages
            .get(start..start + self.width)
            .unwrap_or_default()
    }

    /// Takes a criterion's verdict in.
    pub(crate) fn add(&mut self, statement: &Statement, verdict: Verdict, class: EvidenceClass) {
        self.change(statement, verdict, class, |number, step| *number += step);
    }

    /// Takes a criterion's verdict out again.
    pub(crate) fn remove(&mut self, statement: &Statement, verdict: Verdict, class: EvidenceClass) {
        self.change(statement, verdict, class, |number, step| *number -= step);
    }

    fn change(
        &mut self,
        statement: &Statement,
        verdict: Verdict,
        class: EvidenceClass,
        step: impl Fn(&mut u64, u64),
    ) {
        if !statement.counts {
            return;
        }
        step(&mut self.counts.of, 1);
        step(count(&mut self.counts, verdict), 1);
        if let Some(number) = confidence(&mut self.confidence, verdict, class) {
            step(number, 1);
        }
        let Some(stage) = statement.stage.map(Id::place) else {
            return;
        };
        let rows = [Some(0), statement.domain.map(|domain| domain.place() + 1)];
        for row in rows.into_iter().flatten() {
            if let Some(tally) = self.stages.get_mut(row * self.width + stage) {
                weigh(tally, verdict, u64::from(statement.weight), &step);
            }
        }
    }
}

fn weigh(tally: &mut StageTally, verdict: Verdict, weight: u64, step: &impl Fn(&mut u64, u64)) {
    match verdict {
        Verdict::NotApplicable => return,
        Verdict::Met | Verdict::Held => step(&mut tally.met, weight),
        Verdict::Waived => {
            step(&mut tally.met, weight);
            step(&mut tally.waived, weight);
        }
        Verdict::Unknown => step(&mut tally.unknown, weight),
        Verdict::Unmet => {}
    }
    step(&mut tally.of, weight);
}

fn count(counts: &mut Tally, verdict: Verdict) -> &mut u64 {
    match verdict {
        Verdict::Met => &mut counts.met,
        Verdict::Held => &mut counts.held,
        Verdict::Unmet => &mut counts.unmet,
        Verdict::Unknown => &mut counts.unknown,
        Verdict::NotApplicable => &mut counts.not_applicable,
        Verdict::Waived => &mut counts.waived,
    }
}

fn confidence(
    confidence: &mut Confidence,
    verdict: Verdict,
    class: EvidenceClass,
) -> Option<&mut u64> {
    Some(match (verdict, class) {
        (Verdict::Met, EvidenceClass::Probed) => &mut confidence.probed,
        (Verdict::Met, EvidenceClass::Attested) => &mut confidence.attested,
        (Verdict::Met, EvidenceClass::Declared) => &mut confidence.declared,
        (Verdict::Held, _) => &mut confidence.held,
        (Verdict::Waived, _) => &mut confidence.waived,
        (Verdict::Unknown, _) => &mut confidence.unknown,
        (Verdict::Unmet | Verdict::NotApplicable, _) => return None,
    })
}

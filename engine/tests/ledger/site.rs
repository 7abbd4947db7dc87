//! A site whose scores are told by hand, folded step by step.

use gradus_engine::fold::{DomainStage, FoldInput, Folded, Loss, Overall, fold, verify};
use gradus_engine::ledger::{Because, Entry, Grounds, Ledger};
use gradus_engine::object::{OnModelChange, Regression};
use gradus_engine::verdict::Cause;
use jiff::{SignedDuration, Timestamp};

/// What the next fold is told.
pub(crate) struct Site {
    pub(crate) ledger: Ledger,
    pub(crate) model: &'static str,
    pub(crate) digest: &'static str,
    pub(crate) overall: Overall,
    pub(crate) assessed: bool,
    pub(crate) suspended: bool,
    pub(crate) regression: Regression,
    pub(crate) lost: Vec<Loss>,
    pub(crate) next_stage: Option<u32>,
    pub(crate) missing: u64,
    pub(crate) domain_missing: u64,
    pub(crate) grounds: Grounds,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self {
            ledger: Ledger::default(),
            model: "infram-2018",
            digest: "d1",
            overall: Overall::Whole,
            assessed: true,
            suspended: false,
            regression: Regression {
                hold_for: SignedDuration::ZERO,
                on_model_change: OnModelChange::NewMark,
                acknowledge: None,
            },
            lost: Vec::new(),
            next_stage: None,
            missing: 1,
            domain_missing: 1,
            grounds: Grounds::default(),
        }
    }

    /// A site under a model that has only domain stages.
    pub(crate) fn of_domains() -> Self {
        Self {
            overall: Overall::None,
            ..Self::new()
        }
    }

    /// What folding would give, uncommitted.
    pub(crate) fn folded(
        &self,
        stage: Option<u32>,
        domains: &[(&str, u32)],
        second: i64,
    ) -> Folded {
        let input = FoldInput {
            model: self.model.into(),
            model_digest: self.digest.into(),
            overall: self.overall,
            stage,
            next_stage: self.next_stage,
            missing: self.missing,
            domains: domains
                .iter()
                .map(|(name, stage)| DomainStage {
                    name: (*name).into(),
                    stage: *stage,
                    missing: self.domain_missing,
                })
                .collect(),
            assessed: self.assessed,
            suspended: self.suspended,
            regression: self.regression.clone(),
            losses: self.lost.clone(),
            grounds: self.grounds.clone(),
        };
        let folded = fold(&self.ledger, &input, at(second));
        let again = fold(&folded.ledger, &input, at(second));
        assert_eq!(again.ledger, folded.ledger, "folding again changes nothing");
        assert!(again.entries.is_empty(), "folding again tells nothing");
        assert_eq!(verify(&folded.ledger), Ok(()));
        folded
    }

    /// Folds and commits; gives the new entries as `(from, to, cause)`.
    pub(crate) fn stands(
        &mut self,
        stage: u32,
        second: i64,
    ) -> Vec<(Option<u32>, u32, Option<Cause>)> {
        self.commit(Some(stage), &[], second)
    }

    pub(crate) fn commit(
        &mut self,
        stage: Option<u32>,
        domains: &[(&str, u32)],
        second: i64,
    ) -> Vec<(Option<u32>, u32, Option<Cause>)> {
        let folded = self.folded(stage, domains, second);
        self.ledger = folded.ledger;
        folded
            .entries
            .iter()
            .map(
                |Entry {
                     from, to, cause, ..
                 }| (*from, *to, *cause),
            )
            .collect()
    }

    pub(crate) fn mark(&self) -> Option<u32> {
        self.ledger.high_water.as_ref().map(|mark| mark.stage)
    }

    /// The standing falls as `(sequence, from, to)`.
    pub(crate) fn standing(&self) -> Vec<(u64, u32, u32)> {
        self.ledger
            .standing
            .iter()
            .map(|fall| (fall.sequence, fall.from, fall.to))
            .collect()
    }
}

/// An instant, in seconds.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("an instant within range")
}

/// A lost criterion of a stage; `-` for no criterion is a gate.
pub(crate) fn lost(stage: u32, criterion: &str, since: Option<i64>, cause: Cause) -> Loss {
    Loss {
        stage: Some(stage),
        domain: None,
        criterion: (criterion != "-").then(|| criterion.into()),
        weight: u64::from(criterion != "-"),
        since: since.map(at),
        because: Because {
            cause,
            capability: Some(format!("{criterion}-object").as_str().into()),
            evidence: None,
        },
        unreadable: false,
    }
}

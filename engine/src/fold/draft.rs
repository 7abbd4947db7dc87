//! The ledger while it is being folded.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::blame::Blame;
use super::input::{DomainStage, FoldInput};
use super::ladder::Rung;
use super::{blame, chain};
use crate::ledger::{Because, Edition, Entry, Fall, First, Grounds, Ledger, Mark};
use crate::object::OnModelChange;
use crate::verdict::{Cause, Transition};

/// The fold's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// What to remember now; equal to the ledger before when nothing happened.
    pub ledger: Ledger,
    /// The history entries made by this fold, in sequence.
    pub entries: Vec<Entry>,
    /// When folding again can change something by time alone: the end of `holdFor`.
    pub next_due: Option<Timestamp>,
}

/// The ledger while it is being folded: the steps of [`super::fold`].
pub(super) struct Draft {
    pub(super) ledger: Ledger,
    pub(super) now: Timestamp,
    entries: Vec<Entry>,
    next_due: Option<Timestamp>,
    /// Whether the model's text changed under a mark that is kept.
    edited: bool,
    /// Whether a stage is lower than ever, and that is not told yet.
    pub(super) untold: bool,
}

/// What an entry of the history will say.
#[derive(Clone, Copy)]
pub(super) struct Move<'a> {
    pub(super) transition: Transition,
    /// The domain; none for the overall stage.
    pub(super) domain: Option<&'a str>,
    pub(super) from: Option<u32>,
    pub(super) to: u32,
    /// Where a reason is due.
    pub(super) because: Option<&'a Because>,
}

impl Draft {
    pub(super) fn new(ledger: &Ledger, now: Timestamp) -> Self {
        Self {
            ledger: ledger.clone(),
            now,
            entries: Vec::new(),
            next_due: None,
            edited: false,
            untold: false,
        }
    }

    /// Another model, or another text of it under `NewMark`, starts new marks; under `Keep`, the
    /// marks go over to the new text.
    pub(super) fn change_edition(&mut self, input: &FoldInput) {
        let edition = Edition {
            model: input.model.to_string(),
            model_digest: input.model_digest.to_string(),
        };
        let Some(before) = self.ledger.edition.replace(edition) else {
            return;
        };
        let same_model = *before.model == *input.model;
        if same_model && *before.model_digest == *input.model_digest {
            return;
        }
        if same_model && input.regression.on_model_change == OnModelChange::Keep {
            self.edited = true;
            if let Some(mark) = &mut self.ledger.high_water {
                mark.model_digest = input.model_digest.to_string();
            }
            self.ledger
                .standing
                .retain(|fall| fall.domain.is_none() == input.overall.is_some());
        } else {
            self.start_new_marks(input);
        }
    }

    /// The old marks go into history and are no fall; what stood under them ends.
    fn start_new_marks(&mut self, input: &FoldInput) {
        let model_changed = Because::of(Cause::ModelChanged);
        let overall = self.ledger.high_water.take();
        let mut domains = std::mem::take(&mut self.ledger.domain_high_water);
        self.ledger.standing.clear();
        self.ledger.below_since = None;
        self.ledger.domain_below_since.clear();
        match (input.overall.is_some(), input.stage, overall) {
            (true, Some(stage), Some(old)) => {
                self.write(Move {
                    transition: Transition::NewMark,
                    domain: None,
                    from: Some(old.stage),
                    to: stage,
                    because: Some(&model_changed),
                });
                self.set_mark(None, stage);
            }
            (false, _, _) => {
                for domain in &input.domains {
                    if let Some(old) = domains.remove(&*domain.name) {
                        self.write(Move {
                            transition: Transition::NewMark,
                            domain: Some(&domain.name),
                            from: Some(old),
                            to: domain.stage,
                            because: Some(&model_changed),
                        });
                        self.set_mark(Some(&domain.name), domain.stage);
                    }
                }
            }
            _ => {}
        }
    }

    /// An acknowledged fall ends, and the mark comes down to where the site stands now, but never
    /// below that fall: a deeper one is another fall and stands until it is acknowledged itself.
    pub(super) fn acknowledge(&mut self, input: &FoldInput) {
        let Some(sequence) = input.regression.acknowledge else {
            return;
        };
        if self.ledger.acknowledged.replace(sequence) == Some(sequence) {
            return;
        }
        let Some(index) = self
            .ledger
            .standing
            .iter()
            .position(|fall| fall.sequence == sequence)
        else {
            return;
        };
        let fall = self.ledger.standing.remove(index);
        let domain = fall.domain.as_deref();
        match stage_of(input, domain) {
            Some(stage) => self.set_mark(domain, stage.max(fall.to)),
            None => self.forget(domain),
        }
    }

    /// A domain that the model or the scope no longer has cannot be restored.
    fn forget(&mut self, domain: Option<&str>) {
        if let Some(domain) = domain {
            self.ledger.domain_high_water.remove(domain);
            self.ledger.domain_below_since.remove(domain);
        }
    }

    /// The stage itself moves at once.
    pub(super) fn move_stage(&mut self, input: &FoldInput) {
        if self.ledger.stage != input.stage {
            self.ledger.stage = input.stage;
            self.ledger.stage_changed_at = Some(self.now);
        }
        if let (None, Some(stage)) = (&self.ledger.first, input.stage) {
            self.ledger.first = Some(First {
                stage,
                at: self.now,
            });
        }
    }

    /// Every ladder, overall first; domains only keep marks beside an overall stage.
    pub(super) fn climb(&mut self, input: &FoldInput) {
        let hold_for = input.regression.hold_for;
        if let Some(stage) = input.stage {
            let blame = self.blame(blame::of_overall(input, stage));
            self.climb_ladder(&Rung {
                domain: None,
                stage,
                hold_for,
                blame,
            });
        }
        for domain in &input.domains {
            if input.overall.is_some() {
                self.keep_mark(domain);
            } else {
                let blame = self.blame(blame::of_domain(input, domain));
                self.climb_ladder(&Rung {
                    domain: Some(&domain.name),
                    stage: domain.stage,
                    hold_for,
                    blame,
                });
            }
        }
        let depth = |fall: &Fall| fall.from.saturating_sub(fall.to);
        self.ledger
            .standing
            .sort_by_key(|fall| (Reverse(depth(fall)), fall.sequence));
    }

    /// What the score rests on is remembered, unless the loss of what it rested on before is still to be told.
    pub(super) fn rest_on(&mut self, grounds: &Grounds) {
        if !self.untold {
            self.ledger.grounds.clone_from(grounds);
        }
    }

    fn blame(&self, mut blame: Blame) -> Blame {
        if self.edited {
            blame.because = Because::of(Cause::ModelChanged);
        }
        blame
    }

    fn keep_mark(&mut self, domain: &DomainStage) {
        let mark = self
            .ledger
            .domain_high_water
            .entry(domain.name.to_string())
            .or_default();
        *mark = domain.stage.max(*mark);
    }

    pub(super) fn set_mark(&mut self, domain: Option<&str>, stage: u32) {
        match (domain, &self.ledger.edition) {
            (Some(domain), _) => {
                self.ledger
                    .domain_high_water
                    .insert(domain.to_owned(), stage);
            }
            (
                None,
                Some(Edition {
                    model,
                    model_digest,
                }),
            ) => {
                let (model, model_digest) = (model.clone(), model_digest.clone());
                self.ledger.high_water = Some(Mark {
                    model,
                    model_digest,
                    stage,
                    at: self.now,
                });
            }
            (None, None) => {}
        }
    }

    /// Writes the next history entry and gives its sequence.
    pub(super) fn write(&mut self, told: Move<'_>) -> u64 {
        self.ledger.sequence = self.ledger.sequence.saturating_add(1);
        let before = self.ledger.history.last().map(|entry| entry.digest.clone());
        let mut entry = Entry {
            sequence: self.ledger.sequence,
            at: self.now,
            transition: told.transition,
            domain: told.domain.map(str::to_owned),
            from: told.from,
            to: told.to,
            cause: told.because.map(|because| because.cause),
            capability: told
                .because
                .and_then(|because| because.capability.as_deref())
                .map(str::to_owned),
            digest: String::new(),
        };
        entry.digest = chain::digest(before.as_deref().unwrap_or_default(), &entry);
        self.entries.push(entry.clone());
        self.ledger.history.push(entry);
        self.cut_history();
        self.ledger.sequence
    }

    fn cut_history(&mut self) {
        let excess = self.ledger.history.len().saturating_sub(Ledger::HISTORY);
        if let Some(last_cut) = self.ledger.history.drain(..excess).next_back() {
            self.ledger.history_anchor = Some(last_cut.digest);
        }
    }

    /// Asks to be folded again at an instant.
    pub(super) fn due(&mut self, at: Option<Timestamp>) {
        self.next_due = match (self.next_due, at) {
            (Some(earlier), Some(at)) => Some(earlier.min(at)),
            (earlier, at) => earlier.or(at),
        };
    }

    pub(super) fn finish(self) -> Folded {
        Folded {
            ledger: self.ledger,
            entries: self.entries,
            next_due: self.next_due,
        }
    }
}

fn stage_of(input: &FoldInput, domain: Option<&str>) -> Option<u32> {
    match domain {
        None => input.stage,
        Some(name) => input
            .domains
            .iter()
            .find(|domain| &*domain.name == name)
            .map(|domain| domain.stage),
    }
}

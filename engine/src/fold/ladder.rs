//! One ladder: the overall stage, or a domain's where there is no overall one.

use jiff::{SignedDuration, Timestamp};

use super::blame::Blame;
use super::draft::{Draft, Move};
use crate::ledger::Fall;
use crate::verdict::Transition;

/// Where a ladder stands now, and what keeps it from standing higher.
pub(super) struct Rung<'a> {
    /// The domain; none for the overall stage.
    pub(super) domain: Option<&'a str>,
    /// The stage.
    pub(super) stage: u32,
    /// How long it must stay lower to have fallen.
    pub(super) hold_for: SignedDuration,
    /// The loss that decides.
    pub(super) blame: Blame,
}

impl<'a> Rung<'a> {
    /// From where the history stands to here, for no reason that is to be told.
    fn moved(&self, transition: Transition, from: Option<u32>) -> Move<'a> {
        Move {
            transition,
            domain: self.domain,
            from,
            to: self.stage,
            because: None,
        }
    }
}

impl Draft {
    /// Moves the mark, begins or ends falls, and tells the history.
    pub(super) fn climb_ladder(&mut self, rung: &Rung<'_>) {
        let Some(mark) = self.mark(rung.domain) else {
            self.first_mark(rung);
            return;
        };
        let falls = self
            .ledger
            .standing
            .iter()
            .filter(|fall| fall.domain.as_deref() == rung.domain);
        let lowest = falls.map(|fall| fall.to).min().unwrap_or(mark);
        if rung.stage >= mark {
            self.reach_mark(rung, mark);
        } else if rung.stage < lowest {
            self.stay_below(rung, mark);
        } else {
            self.set_below_since(rung.domain, None);
            self.recover_partly(rung, mark);
        }
    }

    /// The overall ladder's first stage is told; domains begin in silence, or a model of many
    /// domains would fill the history on its first day.
    fn first_mark(&mut self, rung: &Rung<'_>) {
        if rung.domain.is_none() {
            self.write(rung.moved(Transition::Rise, None));
        }
        self.set_mark(rung.domain, rung.stage);
    }

    /// At the mark or above it, whatever stood ends. An acknowledgement may have brought the mark down to
    /// below what was told since a fall: nothing is restored then.
    fn reach_mark(&mut self, rung: &Rung<'_>, mark: u32) {
        let told = self.told(rung.domain, mark);
        if rung.stage > told {
            let transition = match self.last_fall(rung.domain) {
                Some(_) => Transition::Restoration,
                None => Transition::Rise,
            };
            self.write(rung.moved(transition, Some(told)));
        }
        self.ledger
            .standing
            .retain(|fall| fall.domain.as_deref() != rung.domain);
        self.set_below_since(rung.domain, None);
        if rung.stage > mark {
            self.set_mark(rung.domain, rung.stage);
        }
    }

    /// Lower than ever since the mark: a fall, when it has lasted. What cannot be read may be as it was.
    fn stay_below(&mut self, rung: &Rung<'_>, mark: u32) {
        if rung.blame.unreadable {
            self.untold = true;
            self.set_below_since(rung.domain, None);
            return;
        }
        let since = self.below_since(rung.domain).unwrap_or(self.now);
        let due = since.checked_add(rung.hold_for).ok();
        if due.is_some_and(|due| due <= self.now) {
            self.set_below_since(rung.domain, None);
            self.fall(rung, mark, since);
        } else {
            self.untold = true;
            self.set_below_since(rung.domain, Some(since));
            self.due(due);
        }
    }

    fn fall(&mut self, rung: &Rung<'_>, mark: u32, since: Timestamp) {
        let told = self.told(rung.domain, mark);
        let sequence = self.write(Move {
            because: Some(&rung.blame.because),
            ..rung.moved(Transition::Fall, Some(told))
        });
        self.ledger.regressions = self.ledger.regressions.saturating_add(1);
        self.ledger.standing.push(Fall {
            sequence,
            domain: rung.domain.map(str::to_owned),
            from: mark,
            to: rung.stage,
            recovered: None,
            since,
            cause: rung.blame.because.cause,
            capability: rung.blame.because.capability.as_deref().map(str::to_owned),
            evidence: rung.blame.because.evidence.as_deref().map(str::to_owned),
        });
    }

    /// Told once for every height, so that flapping below the mark does not fill the history.
    fn recover_partly(&mut self, rung: &Rung<'_>, mark: u32) {
        let told = self.told(rung.domain, mark);
        if rung.stage > told {
            self.write(rung.moved(Transition::Rise, Some(told)));
            if let Some(fall) = self.last_fall(rung.domain) {
                fall.recovered = Some(rung.stage);
            }
        }
    }

    /// Where the history says that the ladder stands.
    fn told(&mut self, domain: Option<&str>, mark: u32) -> u32 {
        self.last_fall(domain)
            .map_or(mark, |fall| fall.recovered.unwrap_or(fall.to))
    }

    fn last_fall(&mut self, domain: Option<&str>) -> Option<&mut Fall> {
        let falls = self
            .ledger
            .standing
            .iter_mut()
            .filter(|fall| fall.domain.as_deref() == domain);
        falls.max_by_key(|fall| fall.sequence)
    }

    fn mark(&self, domain: Option<&str>) -> Option<u32> {
        match domain {
            None => self.ledger.high_water.as_ref().map(|mark| mark.stage),
            Some(domain) => self.ledger.domain_high_water.get(domain).copied(),
        }
    }

    fn below_since(&self, domain: Option<&str>) -> Option<Timestamp> {
        match domain {
            None => self.ledger.below_since,
            Some(domain) => self.ledger.domain_below_since.get(domain).copied(),
        }
    }

    fn set_below_since(&mut self, domain: Option<&str>, since: Option<Timestamp>) {
        match (domain, since) {
            (None, since) => self.ledger.below_since = since,
            (Some(domain), Some(since)) => {
                self.ledger
                    .domain_below_since
                    .insert(domain.to_owned(), since);
            }
            (Some(domain), None) => {
                self.ledger.domain_below_since.remove(domain);
            }
        }
    }
}

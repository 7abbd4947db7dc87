//! Verdicts: satisfied, met, held, waived.

use std::collections::{BTreeMap, BTreeSet};

use gradus_engine::key::Name;
use gradus_engine::model::{Criterion, CriterionKind, Negates, Strength};
use gradus_engine::object::{Claim, TreatAs};
use gradus_engine::verdict::{Truth, Verdict};

use super::case::Case;
use super::truth::{all, any, not};
use super::{capability, requirement, time};

pub(in crate::oracle) type Verdicts = BTreeMap<String, Verdict>;

/// What the capabilities say of one criterion, before other criteria have their say.
#[derive(Debug, Clone, Copy)]
pub(in crate::oracle) struct Asked {
    /// `requires(c)`.
    pub(in crate::oracle) holds: Truth,
    /// A capability of a type that it asks for is claimed Present and does not hold.
    claimed_and_down: bool,
    /// `requires(c)` with every such capability taken at its claim.
    as_claimed: Truth,
    /// A capability of a type that it asks for is claimed Absent.
    denied: bool,
}

/// A case with what is asked of every criterion.
#[derive(Clone)]
pub(in crate::oracle) struct Site<'a> {
    pub(in crate::oracle) case: Case<'a>,
    pub(in crate::oracle) asked: BTreeMap<String, Asked>,
}

impl<'a> Site<'a> {
    /// Asks the capabilities.
    pub(in crate::oracle) fn of(case: Case<'a>) -> Self {
        let criteria = case.model.criteria.iter();
        let asked = criteria
            .map(|criterion| (criterion.name.to_string(), asked(&case, criterion)))
            .collect();
        Self { case, asked }
    }

    /// The verdict of every criterion.
    pub(in crate::oracle) fn verdicts(&self) -> Verdicts {
        let criteria = self.case.model.criteria.iter();
        criteria
            .map(|criterion| (criterion.name.to_string(), self.verdict(criterion)))
            .collect()
    }

    fn verdict(&self, criterion: &Criterion) -> Verdict {
        let holds = if criterion.kind == CriterionKind::Negative {
            self.describes(criterion)
        } else {
            Some(self.met(criterion))
        };
        let applies = self.applies(criterion) && !self.waived(criterion, TreatAs::NotApplicable);
        let Some(holds) = holds.filter(|_| applies) else {
            return Verdict::NotApplicable;
        };
        match holds {
            Truth::True if self.held(criterion) => Verdict::Held,
            Truth::True => Verdict::Met,
            _ if self.waived(criterion, TreatAs::Met) => Verdict::Waived,
            Truth::Unknown => Verdict::Unknown,
            Truth::False => Verdict::Unmet,
        }
    }

    pub(in crate::oracle) fn criterion(&self, name: &str) -> &'a Criterion {
        let mut criteria = self.case.model.criteria.iter();
        criteria
            .find(|known| *known.name == *name)
            .expect("a criterion of the model")
    }

    /// Not named as not applicable, and every asked attribute matches.
    pub(in crate::oracle) fn applies(&self, criterion: &Criterion) -> bool {
        let assessment = self.case.assessment;
        let mut excused = assessment.not_applicable.iter();
        let excused = !self.case.bare && excused.any(|(name, _)| *name == criterion.name);
        let matches = criterion.applies_to.iter().all(|(attribute, wanted)| {
            let stated = assessment.attributes.get(attribute);
            stated.is_some_and(|stated| stated.iter().any(|value| wanted.contains(value)))
        });
        matches && !excused
    }

    fn waived(&self, criterion: &Criterion, treat_as: TreatAs) -> bool {
        let case = &self.case;
        !case.bare
            && criterion.waivable
            && case.scene.waivers(case.namespace).any(|waiver| {
                *waiver.assessment == *case.name
                    && waiver.treat_as == treat_as
                    && waiver.criteria.contains(&criterion.name)
                    && time::waived(waiver, case.now)
            })
    }

    /// What it asks for, and every Gate: without waivers, one that does not apply is dropped.
    pub(super) fn satisfied(&self, this: &Criterion) -> Truth {
        let gates = this
            .depends_on
            .iter()
            .filter(|dependency| dependency.strength == Strength::Gate);
        let opened = gates
            .map(|gate| self.criterion(&gate.criterion))
            .filter(|first| self.applies(first))
            .map(|first| self.met(first));
        all([self.asked[&*this.name].holds].into_iter().chain(opened))
    }

    /// By itself or a successor; or held.
    pub(in crate::oracle) fn met(&self, this: &Criterion) -> Truth {
        if self.held(this) {
            Truth::True
        } else {
            self.stands(this)
        }
    }

    fn stands(&self, this: &Criterion) -> Truth {
        any([this]
            .into_iter()
            .chain(self.successors(this))
            .map(|criterion| self.satisfied(criterion)))
    }

    /// The applicable transitive successors.
    fn successors(&self, this: &Criterion) -> Vec<&'a Criterion> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<&Name> = this.superseded_by.iter().collect();
        while let Some(name) = waiting.pop() {
            if found.insert(name.to_string()) {
                waiting.extend(&self.criterion(name).superseded_by);
            }
        }
        found
            .iter()
            .map(|name| self.criterion(name))
            .filter(|successor| self.applies(successor))
            .collect()
    }

    fn held(&self, this: &Criterion) -> bool {
        this.kind == CriterionKind::Interim
            && self.stands(this) != Truth::True
            && !self.asked[&*this.name].denied
            && self.successors(this).iter().any(|successor| {
                let asked = &self.asked[&*successor.name];
                asked.claimed_and_down && asked.as_claimed == Truth::True
            })
    }

    /// Whether a negative criterion describes the site; none when everything it denies does not apply.
    fn describes(&self, this: &Criterion) -> Option<Truth> {
        let negates = this.negates.as_ref();
        let (names, some) = match negates.expect("a negative criterion denies something") {
            Negates::AnyOf(names) => (names, true),
            Negates::AllOf(names) => (names, false),
        };
        let denied: Vec<Truth> = names
            .iter()
            .map(|name| self.criterion(name))
            .filter(|denied| self.applies(denied))
            .map(|denied| self.met(denied))
            .collect();
        (!denied.is_empty()).then(|| not(if some { any(denied) } else { all(denied) }))
    }
}

fn asked(case: &Case<'_>, criterion: &Criterion) -> Asked {
    let types = requirement::asked_for(&criterion.requires);
    let asked_for = || {
        let selected = case.selected();
        selected.filter(|(_, stated)| types.contains(&stated.kind))
    };
    let at_claim = Case {
        at_claim: true,
        ..case.clone()
    };
    Asked {
        holds: requirement::holds(case, criterion),
        claimed_and_down: asked_for().any(|(name, _)| capability::claimed_and_down(case, name)),
        as_claimed: requirement::holds(&at_claim, criterion),
        denied: asked_for().any(|(_, stated)| stated.claim == Claim::Absent),
    }
}

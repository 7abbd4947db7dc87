//! What was found about a requirement, and how findings combine.

use std::sync::Arc;

use crate::capability::CapabilityNow;
use crate::program::Points;
use crate::verdict::{EvidenceClass, Reason, Truth};

/// What was found about a requirement or a part of it.
#[derive(Debug, Clone)]
pub(crate) struct Evaluation<'w> {
    pub(crate) truth: Truth,
    /// Why it is not true; of no meaning when it is.
    pub(crate) reason: Reason,
    /// How strong the evidence is; of no meaning when it is not true.
    pub(crate) class: EvidenceClass,
    /// The capability that decided.
    pub(crate) capability: Option<&'w Arc<CapabilityNow>>,
    /// Points, when a graded test answered.
    pub(crate) points: Option<Points>,
}

impl<'w> Evaluation<'w> {
    pub(crate) fn holds(class: EvidenceClass) -> Self {
        Self {
            truth: Truth::True,
            reason: Reason::PredicateFalse,
            class,
            capability: None,
            points: None,
        }
    }

    pub(crate) fn fails(reason: Reason) -> Self {
        Self {
            truth: Truth::False,
            reason,
            class: EvidenceClass::Declared,
            capability: None,
            points: None,
        }
    }

    pub(crate) fn unknown(reason: Reason) -> Self {
        Self {
            truth: Truth::Unknown,
            ..Self::fails(reason)
        }
    }

    pub(crate) fn at(mut self, capability: &'w Arc<CapabilityNow>) -> Self {
        self.capability = Some(capability);
        self
    }
}

/// What a part of a requirement came to, as far as combining it goes.
pub(crate) trait Part: Sized {
    fn truth(&self) -> Truth;
    fn class(&self) -> EvidenceClass;
    fn fails(reason: Reason) -> Self;
}

impl Part for Evaluation<'_> {
    fn truth(&self) -> Truth {
        self.truth
    }

    fn class(&self) -> EvidenceClass {
        self.class
    }

    fn fails(reason: Reason) -> Self {
        Self::fails(reason)
    }
}

/// What one leaf came to over all capabilities of its type: a finding without what shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) truth: Truth,
    pub(crate) reason: Reason,
    pub(crate) class: EvidenceClass,
}

impl From<&Evaluation<'_>> for Answer {
    fn from(found: &Evaluation<'_>) -> Self {
        Self {
            truth: found.truth,
            reason: found.reason,
            class: found.class,
        }
    }
}

impl Part for Answer {
    fn truth(&self) -> Truth {
        self.truth
    }

    fn class(&self) -> EvidenceClass {
        self.class
    }

    fn fails(reason: Reason) -> Self {
        Self {
            truth: Truth::False,
            reason,
            class: EvidenceClass::Declared,
        }
    }
}

/// Kleene and: a known false decides; a true is as strong as its weakest part.
pub(crate) fn all<P: Part>(parts: impl Iterator<Item = P>) -> Option<P> {
    parts.reduce(|decided, part| match part.truth().cmp(&decided.truth()) {
        std::cmp::Ordering::Less => part,
        std::cmp::Ordering::Equal
            if part.truth() == Truth::True && part.class() < decided.class() =>
        {
            part
        }
        _ => decided,
    })
}

/// Kleene or: a known true decides; a true is as strong as its strongest part.
pub(crate) fn any<P: Part>(parts: impl Iterator<Item = P>) -> Option<P> {
    parts.reduce(|decided, part| match part.truth().cmp(&decided.truth()) {
        std::cmp::Ordering::Greater => part,
        std::cmp::Ordering::Equal
            if part.truth() == Truth::True && part.class() > decided.class() =>
        {
            part
        }
        _ => decided,
    })
}

/// Kleene threshold: as strong as the weakest of the `count` strongest true parts.
pub(crate) fn at_least<P: Part>(count: u32, parts: &(impl Iterator<Item = P> + Clone)) -> P {
    let having = |truth: Truth| parts.clone().filter(move |part| part.truth() == truth);
    let wanted = count as usize;
    let certain = having(Truth::True).count();
    if certain >= wanted {
        let enough = |class: &EvidenceClass| {
            having(Truth::True)
                .filter(|part| part.class() >= *class)
                .count()
                >= wanted
        };
        let class = EvidenceClass::ALL.iter().rev().find(|class| enough(class));
        let class = class.copied().unwrap_or(EvidenceClass::Declared);
        let weakest = having(Truth::True).find(|part| part.class() == class);
        if let Some(weakest) = weakest {
            return weakest;
        }
    }
    let open = if certain + having(Truth::Unknown).count() >= wanted {
        having(Truth::Unknown).next()
    } else {
        having(Truth::False).next()
    };
    open.unwrap_or_else(|| P::fails(Reason::NotDeclared))
}

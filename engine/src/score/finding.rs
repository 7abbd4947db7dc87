//! What was found about a requirement, and how findings combine.

use std::sync::Arc;

use crate::program::Points;
use crate::verdict::{EvidenceClass, Reason, Truth};
use crate::world::CapabilityNow;

/// What was found about a requirement or a part of it.
#[derive(Debug, Clone)]
pub(crate) struct Finding<'w> {
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

impl<'w> Finding<'w> {
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

    /// Kleene and: a known false decides; a true is as strong as its weakest part.
    pub(crate) fn all(parts: impl Iterator<Item = Self>) -> Option<Self> {
        parts.reduce(|decided, part| match part.truth.cmp(&decided.truth) {
            std::cmp::Ordering::Less => part,
            std::cmp::Ordering::Equal
                if part.truth == Truth::True && part.class < decided.class =>
            {
                part
            }
            _ => decided,
        })
    }

    /// Kleene or: a known true decides; a true is as strong as its strongest part.
    pub(crate) fn any(parts: impl Iterator<Item = Self>) -> Option<Self> {
        parts.reduce(|decided, part| match part.truth.cmp(&decided.truth) {
            std::cmp::Ordering::Greater => part,
            std::cmp::Ordering::Equal
                if part.truth == Truth::True && part.class > decided.class =>
            {
                part
            }
            _ => decided,
        })
    }

    /// Kleene threshold: as strong as the weakest of the `count` strongest true parts.
    pub(crate) fn at_least(count: u32, parts: &(impl Iterator<Item = Self> + Clone)) -> Self {
        let having = |truth: Truth| parts.clone().filter(move |part| part.truth == truth);
        let wanted = count as usize;
        let certain = having(Truth::True).count();
        if certain >= wanted {
            let enough = |class: &EvidenceClass| {
                having(Truth::True)
                    .filter(|part| part.class >= *class)
                    .count()
                    >= wanted
            };
            let class = EvidenceClass::ALL.iter().rev().find(|class| enough(class));
            let class = class.copied().unwrap_or(EvidenceClass::Declared);
            let weakest = having(Truth::True).find(|part| part.class == class);
            return weakest.unwrap_or_else(|| Self::holds(class));
        }
        let open = if certain + having(Truth::Unknown).count() >= wanted {
            having(Truth::Unknown).next()
        } else {
            having(Truth::False).next()
        };
        open.unwrap_or_else(|| Self::fails(Reason::NotDeclared))
    }
}

//! One reading of the verdicts: Unknown counts as met, or it does not.

use gradus_engine::model::{Aggregate, Criterion, CriterionKind, Over};
use gradus_engine::verdict::Verdict;

use super::case::Case;
use super::verdict::{Site, Verdicts};

/// Verdicts and how they are read.
#[derive(Clone, Copy)]
pub(in crate::oracle) struct Reading<'r, 'a> {
    pub(in crate::oracle) site: &'r Site<'a>,
    pub(in crate::oracle) verdicts: &'r Verdicts,
    /// Unknown counts as met: the potential stage.
    pub(in crate::oracle) unknown_counts: bool,
    /// Every award that a gate asks for is taken to be there.
    pub(in crate::oracle) awarded: bool,
}

impl<'a> Reading<'_, 'a> {
    pub(super) fn case(&self) -> &Case<'a> {
        &self.site.case
    }

    /// The overall stage; none in models without one.
    pub(in crate::oracle) fn overall_stage(&self) -> Option<u32> {
        let scoring = &self.case().model.scoring;
        match (scoring.over, scoring.by) {
            (_, Aggregate::None) => None,
            (_, Aggregate::Walk) => self.walked_stage(None),
            (Over::Domains, Aggregate::Min) if scoring.leaf == Aggregate::Walk => {
                let roots = self.roots().into_iter();
                roots.filter_map(|domain| self.domain_stage(domain)).min()
            }
            _ => self.level(self.overall_points().as_ref()),
        }
    }

    /// The stage of a domain, walked or by its points.
    pub(super) fn stage_of_domain(&self, domain: &str) -> Option<u32> {
        if self.case().model.scoring.leaf == Aggregate::Walk {
            self.domain_stage(domain)
        } else {
            self.domain_level(domain)
        }
    }

    /// The applicable scored positive criteria, of one domain or of all.
    pub(super) fn counting(&self, domain: Option<&str>) -> Vec<&'a Criterion> {
        self.case()
            .model
            .criteria
            .iter()
            .filter(|criterion| criterion.scored && criterion.kind != CriterionKind::Negative)
            .filter(|criterion| self.verdicts[&*criterion.name] != Verdict::NotApplicable)
            .filter(|criterion| domain.is_none() || criterion.domain.as_deref() == domain)
            .collect()
    }

    /// Whether anything in or below a domain counts.
    pub(super) fn listed(&self, domain: &str) -> bool {
        !self.counting(Some(domain)).is_empty()
            || self.children(domain).iter().any(|child| self.listed(child))
    }

    pub(super) fn roots(&self) -> Vec<&'a str> {
        self.below(None)
    }

    pub(super) fn children(&self, domain: &str) -> Vec<&'a str> {
        self.below(Some(domain))
    }

    fn below(&self, parent: Option<&str>) -> Vec<&'a str> {
        let domains = self.case().model.domains.iter();
        domains
            .filter(|child| child.parent.as_deref() == parent)
            .map(|child| &*child.name)
            .collect()
    }
}

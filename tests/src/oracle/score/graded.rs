//! Points, means and levels, in exact fractions.

use gradus_engine::model::{
    Aggregate, Criterion, Leaf, Over, Requires, Scoring, Test, UnknownPoints,
};
use gradus_engine::verdict::{Truth, Verdict};
use num_bigint::BigInt;
use num_rational::BigRational;

use super::question;
use super::reading::Reading;

/// What a node of the tree is worth.
#[derive(Debug, Clone, PartialEq)]
enum Worth {
    /// There is nothing in it.
    Nothing,
    /// It cannot be told.
    Unknown,
    /// Points.
    Points(BigRational),
}

fn whole(number: i64) -> BigRational {
    BigRational::from_integer(number.into())
}

impl Reading<'_, '_> {
    /// The overall points of a graded model.
    pub(super) fn overall_points(&self) -> Option<BigRational> {
        match self.overall()? {
            Worth::Points(points) => Some(points),
            Worth::Nothing | Worth::Unknown => None,
        }
    }

    /// Whether what is unknown leaves the whole undetermined.
    pub(super) fn undetermined(&self) -> bool {
        self.overall() == Some(Worth::Unknown)
    }

    fn overall(&self) -> Option<Worth> {
        let scoring = &self.case().model.scoring;
        match (scoring.over, scoring.by) {
            (_, Aggregate::Walk | Aggregate::None) => None,
            (Over::Criteria, by) => Some(self.aggregate(by, &self.counting(None))),
            (Over::Domains, _) if scoring.leaf == Aggregate::Walk => None,
            (Over::Domains, by) => Some(self.of_domains(by, &self.roots())),
        }
    }

    /// The level of a domain's points.
    pub(super) fn domain_level(&self, domain: &str) -> Option<u32> {
        match self.node(domain) {
            Worth::Points(points) => self.level(Some(&points)),
            Worth::Nothing | Worth::Unknown => None,
        }
    }

    /// The highest level whose lowest points are not above the exact value.
    pub(super) fn level(&self, points: Option<&BigRational>) -> Option<u32> {
        level(points?, &self.case().model.scoring)
    }

    fn node(&self, domain: &str) -> Worth {
        let scoring = &self.case().model.scoring;
        let children = self.children(domain);
        if children.is_empty() {
            self.aggregate(scoring.leaf, &self.counting(Some(domain)))
        } else {
            self.of_domains(scoring.inner, &children)
        }
    }

    fn of_domains(&self, by: Aggregate, domains: &[&str]) -> Worth {
        let all = &self.case().model.domains;
        let weight = |name: &str| {
            let known = all.iter().find(|known| *known.name == *name);
            known.map_or(1, |known| known.weight)
        };
        let parts = domains.iter();
        aggregate(by, parts.map(|name| (weight(name), self.node(name))))
    }

    fn aggregate(&self, by: Aggregate, criteria: &[&Criterion]) -> Worth {
        let parts = criteria.iter();
        aggregate(by, parts.map(|one| (one.weight, self.worth(one))))
    }

    fn worth(&self, criterion: &Criterion) -> Worth {
        let verdict = self.verdicts[&*criterion.name];
        let Some((leaf, test)) = question_of(criterion) else {
            return match verdict {
                Verdict::NotApplicable => Worth::Nothing,
                Verdict::Met | Verdict::Held | Verdict::Waived => Worth::Points(whole(1)),
                Verdict::Unmet => Worth::Points(whole(0)),
                Verdict::Unknown => self.worth_of_unknown(0, 1),
            };
        };
        let (lowest, highest) = question::bounds(self.case().model, test).unwrap_or((0, 1));
        let now = || question::points(self.case(), leaf).map_or(Worth::Nothing, Worth::Points);
        let last = || question::last_known_points(self.case(), leaf);
        let by_itself = self.site.satisfied(criterion) == Truth::True;
        match verdict {
            Verdict::NotApplicable | Verdict::Waived => Worth::Nothing,
            Verdict::Unknown => self.worth_of_unknown(lowest, highest),
            Verdict::Unmet => now(),
            _ if by_itself => now(),
            // By a successor: never having had an answer of its own, it has the highest.
            Verdict::Met => Worth::Points(last().unwrap_or(whole(highest))),
            Verdict::Held => {
                last().map_or_else(|| self.worth_of_unknown(lowest, highest), Worth::Points)
            }
        }
    }

    fn worth_of_unknown(&self, lowest: i64, highest: i64) -> Worth {
        match self.case().model.scoring.unknown {
            UnknownPoints::Lowest if self.unknown_counts => Worth::Points(whole(highest)),
            UnknownPoints::Lowest => Worth::Points(whole(lowest)),
            UnknownPoints::Exclude => Worth::Nothing,
            UnknownPoints::Propagate => Worth::Unknown,
        }
    }
}

fn aggregate(by: Aggregate, parts: impl Iterator<Item = (u32, Worth)>) -> Worth {
    let mut known = Vec::new();
    for (weight, worth) in parts {
        match worth {
            Worth::Nothing => {}
            Worth::Unknown => return Worth::Unknown,
            Worth::Points(points) => known.push((whole(i64::from(weight)), points)),
        }
    }
    if known.is_empty() {
        return Worth::Nothing;
    }
    let sum: BigRational = known.iter().map(|(weight, points)| weight * points).sum();
    let weights: BigRational = known.iter().map(|(weight, _)| weight.clone()).sum();
    match by {
        Aggregate::Mean => Worth::Points(sum / weights),
        Aggregate::Sum => Worth::Points(sum),
        Aggregate::Min => known
            .into_iter()
            .map(|(_, points)| points)
            .min()
            .map_or(Worth::Nothing, Worth::Points),
        Aggregate::Walk | Aggregate::None => Worth::Nothing,
    }
}

fn question_of(criterion: &Criterion) -> Option<(&Leaf, &Test)> {
    match &criterion.requires {
        Requires::Leaf(leaf @ Leaf::Capability { test, .. }) if question::is_question(leaf) => {
            Some((leaf, test))
        }
        _ => None,
    }
}

fn level(points: &BigRational, scoring: &Scoring) -> Option<u32> {
    let reached = scoring.levels.iter().filter(|(_, numerator, denominator)| {
        BigRational::new((*numerator).into(), (*denominator).into()) <= *points
    });
    reached.map(|(rank, _, _)| *rank).max()
}

/// To the model's digits, half up, and down where rounding would reach another level.
pub(super) fn shown(points: &BigRational, scoring: &Scoring) -> String {
    let scale = BigRational::from_integer(BigInt::from(10).pow(scoring.digits));
    let half = BigRational::new(1.into(), 2.into());
    let rounded = (points * &scale + half).floor() / &scale;
    let truncated = (points * &scale).floor() / &scale;
    let same_level = level(&rounded, scoring) == level(points, scoring);
    decimal(
        if same_level { &rounded } else { &truncated },
        scoring.digits,
    )
}

fn decimal(value: &BigRational, digits: u32) -> String {
    let scaled = (value * BigRational::from_integer(BigInt::from(10).pow(digits))).to_integer();
    let text = scaled.to_string();
    if digits == 0 {
        return text;
    }
    let digits = digits as usize;
    let padded = format!("{text:0>width$}", width = digits + 1);
    let (before, after) = padded.split_at(padded.len() - digits);
    format!("{before}.{after}")
}

//! Points, means and levels, exact: rationals inside, decimals only to show.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use super::lane::Lane;
use super::walk::{Reading, climb};
use crate::arena::{CriterionId, DomainId, Table, row};
use crate::model::{Aggregate, Over, Scoring, UnknownPoints};
use crate::program::{Points, Program, Statement};
use crate::verdict::{Truth, Verdict};

/// What a node comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Nothing below it applies.
    Empty,
    /// It cannot be told.
    Unknown,
    /// Points.
    Known(BigRational),
}

/// A score under one reading, with how much of it is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scored {
    pub(crate) overall: Node,
    /// Per domain, in the model's order.
    pub(crate) domains: Table<DomainId, Node>,
}

/// Scores the whole tree. `awarded` opens stage gates in walked domains.
pub(crate) fn score(
    program: &Program,
    lane: &Lane,
    reading: Reading,
    awarded: Option<u32>,
) -> Scored {
    let scoring = &program.model.scoring;
    let listed = program.model.domains.iter();
    let mut domains: Table<DomainId, Node> = listed.map(|_| Node::Empty).collect();
    for root in &program.roots {
        visit(program, lane, reading, awarded, *root, &mut domains);
    }
    let overall = match (scoring.over, scoring.by) {
        (_, Aggregate::None) => Node::Empty,
        (Over::Criteria, Aggregate::Walk) => {
            let stages = &program.model.stages;
            rank_node(
                climb(
                    stages,
                    scoring.walk,
                    lane.tallies.overall(),
                    reading,
                    awarded,
                )
                .map(|r| r.rank),
            )
        }
        (Over::Criteria, by) => aggregate(by, criteria(program, lane, reading, |_| true)),
        (Over::Domains, by) => aggregate(by, weighted(program, &program.roots, &domains)),
    };
    Scored { overall, domains }
}

/// The domains are a tree of bounded depth: a model has at most some hundred domains.
fn visit(
    program: &Program,
    lane: &Lane,
    reading: Reading,
    awarded: Option<u32>,
    domain: DomainId,
    nodes: &mut Table<DomainId, Node>,
) {
    let scoring = &program.model.scoring;
    let children = &program.children[domain];
    let node = if children.is_empty() {
        leaf(program, lane, reading, awarded, domain)
    } else {
        for child in children {
            visit(program, lane, reading, awarded, *child, nodes);
        }
        aggregate(scoring.inner, weighted(program, children, nodes))
    };
    nodes[domain] = node;
}

fn leaf(
    program: &Program,
    lane: &Lane,
    reading: Reading,
    awarded: Option<u32>,
    domain: DomainId,
) -> Node {
    let scoring = &program.model.scoring;
    if scoring.leaf == Aggregate::Walk {
        let tallies = lane.tallies.domain(domain);
        if tallies.iter().all(|tally| tally.of == 0) {
            return Node::Empty;
        }
        return rank_node(
            climb(
                &program.model.stages,
                scoring.walk,
                tallies,
                reading,
                awarded,
            )
            .map(|reached| reached.rank),
        );
    }
    let here = |statement: &Statement| statement.domain == Some(domain);
    aggregate(scoring.leaf, criteria(program, lane, reading, here))
}

fn rank_node(rank: Option<u32>) -> Node {
    rank.map_or(Node::Empty, |rank| {
        Node::Known(BigRational::from_integer(BigInt::from(rank)))
    })
}

fn weighted(
    program: &Program,
    domains: &[DomainId],
    nodes: &Table<DomainId, Node>,
) -> Vec<(u32, Node)> {
    let weight = |id| row(&program.model.domains, id).weight;
    domains
        .iter()
        .map(|id| (weight(*id), nodes[*id].clone()))
        .collect()
}

fn criteria(
    program: &Program,
    lane: &Lane,
    reading: Reading,
    here: impl Fn(&Statement) -> bool,
) -> Vec<(u32, Node)> {
    program
        .criteria
        .entries()
        .filter(|(_, statement)| statement.counts && here(statement))
        .map(|(index, statement)| {
            (
                statement.weight,
                points(program, lane, reading, index, statement),
            )
        })
        .collect()
}

/// Points of one criterion. An answer that is lost keeps its points where the criterion still counts.
// See D-009, D-121.
pub(super) fn points(
    program: &Program,
    lane: &Lane,
    reading: Reading,
    index: CriterionId,
    statement: &Statement,
) -> Node {
    let known = |points: i64| Node::Known(BigRational::from_integer(BigInt::from(points)));
    let (lowest, highest) = statement
        .points
        .map_or((0, 1), |range| (range.lowest, range.highest));
    let unknown = || match (program.model.scoring.unknown, reading) {
        (UnknownPoints::Lowest, Reading::Proven) => known(lowest),
        (UnknownPoints::Lowest, Reading::Potential) => known(highest),
        (UnknownPoints::Exclude, _) => Node::Empty,
        (UnknownPoints::Propagate, _) => Node::Unknown,
    };
    let graded = statement.points.is_some();
    let by_itself = || lane.satisfied(program, index) == Truth::True;
    let last = || lane.last_points(statement);
    match lane.verdict(index) {
        Verdict::NotApplicable => Node::Empty,
        Verdict::Waived if graded => Node::Empty,
        Verdict::Met if graded && by_itself() => lane.points(statement).map_or_else(unknown, exact),
        Verdict::Met if graded => last().map_or_else(|| known(highest), exact),
        Verdict::Held if graded => last().map_or_else(unknown, exact),
        Verdict::Met | Verdict::Held | Verdict::Waived => known(1),
        Verdict::Unmet => known(lowest),
        Verdict::Unknown => unknown(),
    }
}

fn exact(points: Points) -> Node {
    let (numerator, denominator) = (BigInt::from(*points.numer()), BigInt::from(*points.denom()));
    Node::Known(BigRational::new(numerator, denominator))
}

fn aggregate(by: Aggregate, parts: Vec<(u32, Node)>) -> Node {
    if parts.iter().any(|(_, node)| *node == Node::Unknown) {
        return Node::Unknown;
    }
    let known: Vec<(BigInt, BigRational)> = parts
        .into_iter()
        .filter_map(|(weight, node)| match node {
            Node::Known(points) => Some((BigInt::from(weight), points)),
            Node::Empty | Node::Unknown => None,
        })
        .collect();
    let sum = || {
        known
            .iter()
            .map(|(weight, points)| points * weight)
            .sum::<BigRational>()
    };
    let weight = known.iter().map(|(weight, _)| weight).sum::<BigInt>();
    if known.is_empty() {
        return Node::Empty;
    }
    match by {
        Aggregate::Mean if weight.is_zero() => Node::Empty,
        Aggregate::Mean => Node::Known(sum() / weight),
        Aggregate::Sum => Node::Known(sum()),
        Aggregate::Min => known
            .into_iter()
            .map(|(_, points)| points)
            .min()
            .map_or(Node::Empty, Node::Known),
        Aggregate::Walk | Aggregate::None => Node::Empty,
    }
}

/// The level of exact points: the highest that starts at or below them.
// See D-018.
pub(crate) fn level(scoring: &Scoring, points: &BigRational) -> Option<u32> {
    let starts = |level: &&(u32, i64, i64)| {
        let from = BigRational::new(BigInt::from(level.1), BigInt::from(level.2.max(1)));
        from <= *points
    };
    scoring
        .levels
        .iter()
        .filter(starts)
        .map(|level| level.0)
        .max()
}

/// The stage that a node stands for: its level, or in a walked model its rank.
pub(crate) fn stage_of(program: &Program, node: &Node, ranks: bool) -> Option<u32> {
    let Node::Known(points) = node else {
        return None;
    };
    let scoring = &program.model.scoring;
    if ranks {
        return points
            .is_integer()
            .then(|| points.to_integer().to_u32())
            .flatten();
    }
    if scoring.levels.is_empty() {
        return None;
    }
    Some(level(scoring, points).unwrap_or_else(|| program.first_rank()))
}

/// Whether the overall node is a rank by itself: walked domains, of which the lowest decides.
pub(crate) fn overall_is_rank(scoring: &Scoring) -> bool {
    let minimum_of_walks = scoring.over == Over::Domains
        && scoring.by == Aggregate::Min
        && scoring.leaf == Aggregate::Walk
        && matches!(scoring.inner, Aggregate::Min | Aggregate::None);
    (scoring.over == Over::Criteria && scoring.by == Aggregate::Walk) || minimum_of_walks
}

/// Points to the model's digits, half-up, and truncated where rounding would cross a level.
pub(crate) fn shown(scoring: &Scoring, points: &BigRational) -> String {
    let scale = BigInt::from(10u32).pow(scoring.digits.min(9));
    let scaled = points * &scale;
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    let rounded = (&scaled + half).floor().to_integer();
    let crosses =
        level(scoring, &BigRational::new(rounded.clone(), scale.clone())) != level(scoring, points);
    let digits = if crosses {
        scaled.trunc().to_integer()
    } else {
        rounded
    };
    decimal(&digits, scoring.digits.min(9) as usize)
}

/// A number to some digits, half-up, whatever the levels.
pub(crate) fn decimals(points: &BigRational, digits: u32) -> String {
    let scaled = points * BigInt::from(10u32).pow(digits);
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    decimal(&(scaled + half).floor().to_integer(), digits as usize)
}

fn decimal(scaled: &BigInt, digits: usize) -> String {
    let sign = if scaled.is_negative() { "-" } else { "" };
    let text = format!("{:0>width$}", scaled.abs().to_string(), width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    if digits == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

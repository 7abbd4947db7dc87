//! Does a requirement hold? Kleene logic over the assessment's capabilities.

use std::sync::Arc;

use super::evaluation::{Evaluation, Part, all, any, at_least};
use crate::capability::{CapabilityNow, LastKnown};
use crate::interner::Symbol;
use crate::model::{Combine, Coverage, CoverageThreshold, Model, Quantifier};
use crate::object::{Claim, Units};
use crate::predicate::{Lookup, Slot, Values};
use crate::program::{Clause, Demand, Formula, Points, Program, Statement, Test, point_range};
use crate::question::Question;
use crate::verdict::{CapabilityState, EvidenceClass, Reason, Truth};

/// Where the capabilities of an assessment are found.
pub(crate) trait Scope {
    /// The selected capabilities of a type, by name.
    fn capabilities(&self, kind: Symbol) -> impl Iterator<Item = &Arc<CapabilityNow>> + Clone;
}

/// Evaluates what a criterion asks for.
pub(crate) fn evaluate<'w, S: Scope>(
    program: &Program,
    statement: &Statement,
    scope: &'w S,
) -> Evaluation<'w> {
    combine(&statement.formula, &|leaf| {
        clause(leaf, &program.model, statement.demand, scope)
    })
}

/// Combines what the leaves of a requirement came to.
pub(crate) fn combine<P: Part>(formula: &Formula, found: &impl Fn(&Clause) -> P) -> P {
    let each = |item| combine(item, found);
    let nothing = || P::fails(Reason::NotDeclared);
    match formula {
        Formula::Leaf(leaf) => found(leaf),
        Formula::AllOf(items) => all(items.iter().map(each)).unwrap_or_else(nothing),
        Formula::AnyOf(items) => any(items.iter().map(each)).unwrap_or_else(nothing),
        Formula::AtLeast(count, items) => at_least(*count, &items.iter().map(each)),
    }
}

/// Evaluates one leaf over all capabilities of its type.
pub(crate) fn clause<'w, S: Scope>(
    leaf: &Clause,
    model: &Model,
    demand: Demand,
    scope: &'w S,
) -> Evaluation<'w> {
    let capabilities = scope.capabilities(leaf.kind);
    over(
        leaf,
        model,
        &capabilities.map(|capability| weighed(leaf, model, demand, capability)),
    )
}

/// What a requirement would come to with every shaken capability taken at its claim.
// See D-120.
pub(crate) fn as_claimed<S: Scope>(program: &Program, statement: &Statement, scope: &S) -> Truth {
    let model = &program.model;
    let found = combine(&statement.formula, &|leaf| {
        let capabilities = scope.capabilities(leaf.kind);
        let taken = |capability| claimed(leaf, model, statement.demand, capability);
        over(leaf, model, &capabilities.map(taken))
    });
    found.truth
}

/// Combines what the capabilities of its type make of a leaf.
fn over<'w>(
    leaf: &Clause,
    model: &Model,
    findings: &(impl Iterator<Item = Evaluation<'w>> + Clone),
) -> Evaluation<'w> {
    let combined = match (point_range(leaf, model), leaf.quantifier) {
        (Some(range), _) => answers(leaf.combine, Points::from_integer(range.lowest), findings),
        (None, Quantifier::Any) => any(findings.clone()),
        (None, Quantifier::All) => all(findings.clone()),
    };
    combined.unwrap_or_else(|| Evaluation::fails(Reason::NotDeclared))
}

/// One capability under one leaf; a true on weaker evidence than is demanded is Unknown.
// See D-001.
pub(crate) fn weighed<'w>(
    leaf: &Clause,
    model: &Model,
    demand: Demand,
    capability: &'w Arc<CapabilityNow>,
) -> Evaluation<'w> {
    let found = test(leaf, model, capability);
    if found.truth != Truth::True {
        return found.at(capability);
    }
    if demand.external && !capability.derived.external {
        return Evaluation::unknown(Reason::NotAttested).at(capability);
    }
    if found.class < demand.at_least {
        return Evaluation::unknown(Reason::EvidenceTooWeak).at(capability);
    }
    found.at(capability)
}

/// One capability under one leaf; a shaken one as if it held, on whatever evidence.
pub(crate) fn claimed<'w>(
    leaf: &Clause,
    model: &Model,
    demand: Demand,
    capability: &'w Arc<CapabilityNow>,
) -> Evaluation<'w> {
    if capability.is_shaken() {
        at_claim(leaf, model, capability)
    } else {
        weighed(leaf, model, demand, capability)
    }
}

/// One capability that is claimed under one leaf, with its facts as last known.
pub(crate) fn at_claim<'w>(
    leaf: &Clause,
    model: &Model,
    capability: &'w Arc<CapabilityNow>,
) -> Evaluation<'w> {
    let facts = LastKnown(capability);
    let found = match &leaf.test {
        Test::Absent => Evaluation::fails(Reason::PredicateFalse),
        Test::Exists => Evaluation::holds(EvidenceClass::Declared),
        _ => asked(leaf, model, capability, &facts),
    };
    found.at(capability)
}

/// The points of a question by the answers as last known; none where there never was one.
// See D-121.
pub(crate) fn last_points<S: Scope>(leaf: &Clause, model: &Model, scope: &S) -> Option<Points> {
    let capabilities = scope.capabilities(leaf.kind);
    let known = capabilities
        .filter_map(|capability| asked(leaf, model, capability, &LastKnown(capability)).points);
    combined(leaf.combine, known)
}

fn test<'w>(leaf: &Clause, model: &Model, capability: &Arc<CapabilityNow>) -> Evaluation<'w> {
    let exists = existence(capability);
    if !capability.derived.readable {
        return exists;
    }
    if matches!(leaf.test, Test::Absent) {
        return absence(capability);
    }
    // Nobody has found out whether it is there: what is said of it is not found out either.
    if matches!(leaf.test, Test::Exists)
        || exists.truth == Truth::False
        || capability.record.claim == Claim::Unknown
    {
        return exists;
    }
    let found = asked(leaf, model, capability, &**capability);
    match (found.truth, exists.truth) {
        (Truth::True, Truth::True) => Evaluation {
            class: found.class.min(exists.class),
            ..found
        },
        (Truth::True, _) => exists,
        _ => found,
    }
}

/// What a leaf asks of a capability beyond its being there.
fn asked<'w>(
    leaf: &Clause,
    model: &Model,
    capability: &CapabilityNow,
    facts: &impl Values,
) -> Evaluation<'w> {
    match &leaf.test {
        Test::Exists | Test::Absent => Evaluation::holds(EvidenceClass::Declared),
        Test::Where(predicate) => {
            let truth = predicate.evaluate(facts);
            // Only the declaration of a capability states units.
            let class = match class_of(capability, predicate.reads()) {
                _ if predicate.reads_units() => EvidenceClass::Declared,
                class => class,
            };
            judged(truth, class, || supplier(capability, predicate.reads()))
        }
        Test::Coverage(coverage) => judged(
            covers(coverage, capability.record.units()),
            EvidenceClass::Declared,
            || Reason::ClaimUnknown,
        ),
        Test::Choice { .. } | Test::Grade { .. } => match leaf.test.question(model) {
            Some((slot, question)) => answer(capability, slot, question, facts.fact(slot)),
            None => Evaluation::unknown(Reason::ClaimUnknown),
        },
    }
}

/// Whether a capability is there.
pub(crate) fn existence<'w>(capability: &CapabilityNow) -> Evaluation<'w> {
    let derived = &capability.derived;
    match derived.state {
        CapabilityState::Proven | CapabilityState::Declared => Evaluation::holds(derived.class),
        CapabilityState::Absent => Evaluation::fails(Reason::DeclaredAbsent),
        CapabilityState::Refuted => Evaluation::fails(Reason::Refuted),
        CapabilityState::Degraded => Evaluation::fails(Reason::Degraded),
        CapabilityState::Unknown => {
            Evaluation::unknown(derived.reason.unwrap_or(Reason::ClaimUnknown))
        }
    }
}

/// Absence holds on a claim, never on silence.
// See D-005.
fn absence<'w>(capability: &CapabilityNow) -> Evaluation<'w> {
    let derived = &capability.derived;
    match (derived.state, capability.record.claim) {
        (CapabilityState::Absent, _) => Evaluation::holds(derived.class),
        (CapabilityState::Unknown, Claim::Unknown | Claim::Absent) => {
            Evaluation::unknown(derived.reason.unwrap_or(Reason::ClaimUnknown))
        }
        _ => Evaluation::fails(Reason::PredicateFalse),
    }
}

fn judged<'w>(
    truth: Truth,
    class: EvidenceClass,
    why_unknown: impl FnOnce() -> Reason,
) -> Evaluation<'w> {
    match truth {
        Truth::True => Evaluation::holds(class),
        Truth::False => Evaluation::fails(Reason::PredicateFalse),
        Truth::Unknown => Evaluation::unknown(why_unknown()),
    }
}

fn class_of(capability: &CapabilityNow, reads: &[Slot]) -> EvidenceClass {
    let classes = reads.iter().filter_map(|slot| capability.fact_class(*slot));
    classes.min().unwrap_or(capability.derived.class)
}

/// Why what is read cannot be told; of several reasons the first of the list, for slots are numbered
/// in the order in which this process met their names.
fn supplier(capability: &CapabilityNow, reads: &[Slot]) -> Reason {
    reads
        .iter()
        .filter_map(|slot| capability.fact_unknown(*slot))
        .min()
        .unwrap_or(Reason::ClaimUnknown)
}

/// Whether enough units are covered; what cannot be told is Unknown.
// See D-007.
pub(crate) fn covers(coverage: &Coverage, units: Option<&Units>) -> Truth {
    let (total, covered, demanded) = match units {
        None => return Truth::Unknown,
        Some(Units::Totals { .. })
            if !(coverage.exclude.is_empty() && coverage.must_use.is_empty()) =>
        {
            return Truth::Unknown;
        }
        Some(Units::Totals { total, covered }) => (u128::from(*total), u128::from(*covered), true),
        Some(Units::Items(items)) => {
            let counted = || {
                items
                    .iter()
                    .filter(|unit| !coverage.exclude.contains(&unit.name))
            };
            let covered = |name: &crate::key::Name| {
                items.iter().any(|unit| unit.name == *name && unit.covered)
            };
            (
                counted().map(|unit| u128::from(unit.weight)).sum(),
                counted()
                    .filter(|unit| unit.covered)
                    .map(|unit| u128::from(unit.weight))
                    .sum(),
                coverage.must_use.iter().all(covered),
            )
        }
    };
    let enough = match coverage.threshold {
        CoverageThreshold::Percent(_) if total == 0 => Truth::Unknown,
        CoverageThreshold::Percent(percent) => {
            Truth::from(100 * covered >= u128::from(percent) * total)
        }
        CoverageThreshold::Count(count) => Truth::from(covered >= u128::from(count)),
    };
    enough.and(Truth::from(demanded))
}

/// An answer that the question does not take is another mistake than none.
// See D-128.
fn answer<'w>(
    capability: &CapabilityNow,
    slot: Slot,
    question: Question<'_>,
    stated: Lookup<'_>,
) -> Evaluation<'w> {
    let Lookup::Known(stated) = stated else {
        return Evaluation::unknown(supplier(capability, &[slot]));
    };
    match question.points(stated) {
        Some(points) => Evaluation {
            points: Some(Points::from_integer(points)),
            ..Evaluation::holds(class_of(capability, &[slot]))
        },
        None => Evaluation::unknown(Reason::AnswerOutOfRange),
    }
}

/// Several answers to one question: an open one leaves it open, and one that is not there is worth
/// the least, so that losing a capability never raises points.
// See D-008.
fn answers<'w>(
    combine: Combine,
    lowest: Points,
    findings: &(impl Iterator<Item = Evaluation<'w>> + Clone),
) -> Option<Evaluation<'w>> {
    if let Some(open) = findings.clone().find(|found| found.truth == Truth::Unknown) {
        return Some(open);
    }
    let present = findings.clone().filter(|found| found.truth == Truth::True);
    let Some(found) = all(present) else {
        return findings.clone().next();
    };
    let points = findings.clone().map(|found| found.points.unwrap_or(lowest));
    Some(Evaluation {
        points: combined(combine, points),
        ..found
    })
}

fn combined(combine: Combine, mut points: impl Iterator<Item = Points>) -> Option<Points> {
    match combine {
        Combine::Min => points.min(),
        Combine::Max => points.max(),
        Combine::Mean => {
            let first = points.next()?;
            let (sum, count) = points.fold((first, 1), |(sum, count), one| (sum + one, count + 1));
            Some(sum / Points::from_integer(count))
        }
    }
}

//! `where` predicates beside the `cel` crate: programs compiled, the context built once and reused.

use std::collections::HashMap;

use anyhow::{Result, anyhow, ensure};
use cel::{Context, Program, Value};
use gradus_engine::delta::Delta;
use gradus_engine::fact::{FactValue, Facts};
use gradus_engine::interner::Interner;
use gradus_engine::object::Object;
use gradus_engine::predicate::{Lookup, Predicate, Slot, Values, parse};
use gradus_engine::verdict::Truth;

use crate::estate::Estate;
use crate::estate::model::WHERES;
use crate::measure::{race, timed};
use crate::report::{Bound, Report};

/// Capabilities that every predicate is asked about.
const CAPABILITIES: usize = 20;
/// How often all of it is asked in a round.
const TIMES: usize = 200;

/// Facts by slot, as the engine keeps them.
struct Stated(Box<[(Slot, FactValue)]>);

impl Values for Stated {
    fn fact(&self, slot: Slot) -> Lookup<'_> {
        let fact = self.0.iter().find(|fact| fact.0 == slot);
        fact.map_or(Lookup::Absent, |fact| Lookup::Known((&fact.1).into()))
    }

    fn units(&self) -> Option<(u64, u64)> {
        None
    }
}

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let mut names = Interner::default();
    let predicates: Vec<Predicate> = WHERES
        .iter()
        .map(|text| {
            let expression = parse(text).map_err(|errors| anyhow!("{text}: {errors:?}"))?;
            Ok(Predicate::compile(&expression, &mut |name| {
                Slot(names.intern(name).0)
            }))
        })
        .collect::<Result<_>>()?;
    let programs: Vec<Program> = WHERES
        .iter()
        .map(|text| Program::compile(text).map_err(|error| anyhow!("{text}: {error}")))
        .collect::<Result<_>>()?;
    let facts: Vec<Facts> = (0..CAPABILITIES).filter_map(facts).collect();
    let stated: Vec<Stated> = facts.iter().map(|facts| slots(facts, &mut names)).collect();
    let contexts: Vec<Context<'_, '_>> = facts.iter().map(context).collect();

    for (predicate, program) in predicates.iter().zip(&programs) {
        for (stated, context) in stated.iter().zip(&contexts) {
            let ours = predicate.evaluate(stated) == Truth::True;
            let theirs = program.execute(context)?;
            ensure!(
                Value::Bool(ours) == theirs,
                "{predicate}: {ours} here, {theirs:?} there"
            );
        }
    }
    let against = race(
        |_| {
            timed(|| {
                for _ in 0..TIMES {
                    for stated in &stated {
                        for predicate in &predicates {
                            std::hint::black_box(predicate.evaluate(stated));
                        }
                    }
                }
            })
        },
        |_| {
            timed(|| {
                for context in &contexts {
                    for program in &programs {
                        std::hint::black_box(program.execute(context).ok());
                    }
                }
            })
        },
    );
    let each = u32::try_from(CAPABILITIES * WHERES.len())?;
    let against = against.each(each).ours_each(u32::try_from(TIMES)?);
    report.add(
        "a where predicate, two comparisons on average",
        "cel 0.15, context reused",
        &against,
        Bound::Faster(20.0),
    );
    Ok(())
}

fn facts(kind: usize) -> Option<Facts> {
    match Estate::change(0, kind, 0) {
        Delta::Upsert {
            object: Object::Capability(capability),
            ..
        } => Some(capability.facts),
        _ => None,
    }
}

fn slots(facts: &Facts, names: &mut Interner) -> Stated {
    let mut slots: Vec<(Slot, FactValue)> = facts
        .iter()
        .map(|(name, value)| (Slot(names.intern(name).0), value.clone()))
        .collect();
    slots.sort_by_key(|fact| fact.0);
    Stated(slots.into())
}

fn context<'c>(facts: &Facts) -> Context<'c, 'c> {
    let facts: HashMap<String, Value> = facts
        .iter()
        .map(|(name, value)| {
            let value = match value {
                FactValue::Boolean(holds) => Value::Bool(*holds),
                FactValue::Integer(number) => Value::Int(*number),
                FactValue::Text(text) => Value::String(text.to_string().into()),
            };
            (name.to_string(), value)
        })
        .collect();
    let mut context = Context::default();
    context.add_variable_from_value("facts", facts);
    context
}

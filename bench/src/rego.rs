//! The peer's form of a model: the same criteria in Rego, for the virtual machine of regorus.
//!
//! Of the forms tried this is the fastest: one complete rule per criterion with its conditions
//! unrolled over constant paths, and nothing that iterates. Every rule is computed at most once an
//! evaluation, and undefined is false. Only leaves of which some must hold have rules of their own.

use std::fmt::Write;

use anyhow::Result;
use gradus_engine::delta::Delta;
use gradus_engine::fact::FactValue;
use gradus_engine::object::{Capability, Claim, Object};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Value};
use serde_json::{Map, json};

use crate::estate::Estate;
use crate::estate::model::{Clause, Shape, shape};

/// An assessment's model, ready to be evaluated.
pub(crate) struct Judge {
    machine: RegoVM,
}

impl Judge {
    /// The criteria's verdicts and nothing else, or the stage from them.
    pub(crate) fn of(estate: &Estate, model: usize, rule: &str) -> Result<Self> {
        let mut engine = Engine::new();
        engine.add_policy(format!("{model}.rego"), policy(estate, model)?)?;
        let entry = format!("data.gradus.{rule}");
        let compiled = engine.compile_with_entrypoint(&entry.as_str().into())?;
        let program = Compiler::compile_from_policy(&compiled, &[&entry])?;
        let mut machine = RegoVM::new_with_policy(compiled);
        machine.set_max_instructions(usize::MAX);
        machine.load_program(program);
        Ok(Self { machine })
    }

    /// Evaluates a site.
    pub(crate) fn evaluate(&mut self, site: &Value) -> Result<Value> {
        self.machine.set_input(site.clone());
        Ok(self.machine.execute()?)
    }
}

/// A site as input: the facts of what is present, by type.
pub(crate) fn input<'c>(capabilities: impl IntoIterator<Item = &'c Delta>) -> Result<Value> {
    let mut site = Map::new();
    for delta in capabilities {
        let Delta::Upsert {
            object: Object::Capability(capability),
            ..
        } = delta
        else {
            continue;
        };
        if capability.claim == Claim::Present {
            site.insert(capability.kind.to_string(), facts(capability));
        }
    }
    Value::from_json_str(&serde_json::Value::Object(site).to_string())
}

fn facts(capability: &Capability) -> serde_json::Value {
    let facts = capability.facts.iter().map(|(name, value)| {
        let value = match value {
            FactValue::Boolean(holds) => json!(holds),
            FactValue::Integer(number) => json!(number),
            FactValue::Text(text) => json!(text),
        };
        (name.to_string(), value)
    });
    serde_json::Value::Object(facts.collect())
}

fn policy(estate: &Estate, model: usize) -> Result<String> {
    let mut text = String::from("package gradus\n\nimport rego.v1\n\n");
    for criterion in 0..estate.criteria {
        rule(&mut text, criterion, &shape(model, criterion, estate.kinds))?;
    }
    text.push_str("verdicts := [\n");
    for criterion in 0..estate.criteria {
        writeln!(text, "  c{criterion},")?;
    }
    text.push_str("]\n\n");
    stages(&mut text, estate.criteria)?;
    Ok(text)
}

fn rule(text: &mut String, criterion: usize, shape: &Shape) -> Result<()> {
    writeln!(text, "default c{criterion} := 0\n")?;
    let bodies: Vec<String> = match shape {
        Shape::One(clause) => vec![condition(*clause)],
        Shape::All(clauses) => {
            vec![clauses.iter().map(|clause| condition(*clause)).collect()]
        }
        Shape::Any(clauses) => clauses.iter().map(|clause| condition(*clause)).collect(),
        Shape::TwoOf(clauses) => {
            for (leaf, clause) in clauses.iter().enumerate() {
                let condition = condition(*clause);
                writeln!(text, "default c{criterion}_{leaf} := 0\n")?;
                writeln!(text, "c{criterion}_{leaf} := 1 if {{\n{condition}}}\n")?;
            }
            let sum: Vec<String> = (0..clauses.len())
                .map(|leaf| format!("c{criterion}_{leaf}"))
                .collect();
            vec![format!("  {} >= 2\n", sum.join(" + "))]
        }
        Shape::Nested(first, between, last) => {
            let outer = condition(*first) + &condition(*last);
            between
                .iter()
                .map(|clause| outer.clone() + &condition(*clause))
                .collect()
        }
    };
    for body in bodies {
        writeln!(text, "c{criterion} := 1 if {{\n{body}}}\n")?;
    }
    Ok(())
}

/// A leaf as lines of a rule body.
fn condition(clause: Clause) -> String {
    let capability = format!("input.Type{:02}", clause.kind);
    let Some(text) = clause.asks else {
        return format!("  {capability}\n");
    };
    text.split(" && ")
        .map(|atom| format!("  {}\n", translated(atom).replace("facts", &capability)))
        .collect()
}

/// One comparison of the `where` grammar in Rego.
fn translated(atom: &str) -> String {
    let atom = atom.replace('\'', "\"").replace('[', "{").replace(']', "}");
    match atom.trim_end_matches(')').split_once(".startsWith(") {
        Some((whole, part)) => format!("startswith({whole}, {part})"),
        None => atom,
    }
}

/// The walk: nine tenths of every stage up to the one reached.
fn stages(text: &mut String, criteria: usize) -> Result<()> {
    let highest = 8;
    let rank_of = |criterion: &usize| 1 + criterion * highest / criteria;
    for rank in 1..=highest {
        let own: Vec<usize> = (0..criteria)
            .filter(|criterion| rank_of(criterion) == rank)
            .collect();
        let sum: Vec<String> = own
            .iter()
            .map(|criterion| format!("c{criterion}"))
            .collect();
        let of = own.len() * 9;
        writeln!(
            text,
            "s{rank} if {{\n  10 * ({}) >= {of}\n}}\n",
            sum.join(" + ")
        )?;
    }
    text.push_str("default stage := 0\n\n");
    for rank in (1..=highest).rev() {
        let below: String = (1..=rank).map(|rank| format!("  s{rank}\n")).collect();
        let link = if rank == highest {
            "stage := "
        } else {
            " else := "
        };
        write!(text, "{link}{rank} if {{\n{below}}}")?;
    }
    text.push('\n');
    Ok(())
}

//! Predicates and facts that sometimes fit each other.

use gradus_engine::fact::{FactValue, Facts};

use super::Rng;

pub(crate) const FACTS: [&str; 4] = ["mode", "zones", "split", "load"];

/// A value that the fact may have: mostly of its own type.
pub(crate) fn value(rng: &mut Rng, fact: &str) -> FactValue {
    let kind = if rng.chance(10) {
        rng.below(3)
    } else {
        u32::from(fact == "split") * 2 + u32::from(fact == "zones" || fact == "load")
    };
    match kind {
        0 => FactValue::Text((*rng.pick(&["active", "standby", "act"])).into()),
        1 => FactValue::Integer(i64::from(rng.below(5)) - 1),
        _ => FactValue::Boolean(rng.chance(60)),
    }
}

/// Some facts with values.
pub(crate) fn facts(rng: &mut Rng, percent: u32) -> Facts {
    let mut facts = Facts::new();
    for name in rng.some(&FACTS, percent) {
        facts.insert(name.into(), value(rng, name));
    }
    facts
}

/// A text of the `where` grammar.
pub fn predicate(rng: &mut Rng, depth: u32) -> String {
    match if depth == 0 { 9 } else { rng.below(10) } {
        0 | 1 => format!(
            "{} && {}",
            predicate(rng, depth - 1),
            predicate(rng, depth - 1)
        ),
        2 | 3 => format!(
            "({} || {})",
            predicate(rng, depth - 1),
            predicate(rng, depth - 1)
        ),
        4 => format!("!({})", predicate(rng, depth - 1)),
        _ => atom(rng),
    }
}

fn atom(rng: &mut Rng) -> String {
    let fact = *rng.pick(&FACTS);
    match rng.below(9) {
        0 => format!("has(facts.{fact})"),
        1 => "facts.split".to_owned(),
        2 => {
            let method = rng.pick(&["startsWith", "endsWith", "contains"]);
            format!("facts.mode.{method}('{}')", rng.pick(&["act", "by", "xy"]))
        }
        3 => format!(
            "facts.mode in ['active', \"{}\"]",
            rng.pick(&["standby", "none"])
        ),
        4 => format!("facts.zones in [{}, -1]", rng.below(4)),
        5 => format!(
            "units.{} {} {}",
            rng.pick(&["total", "covered"]),
            operator(rng),
            rng.below(8)
        ),
        6 => format!("{} {} facts.zones", rng.below(4), operator(rng)),
        7 => format!("facts.{fact} {} {}", operator(rng), literal(rng)),
        _ => format!("facts.{fact} {} facts.{}", operator(rng), rng.pick(&FACTS)),
    }
}

fn operator(rng: &mut Rng) -> &'static str {
    ["==", "!=", "<", "<=", ">", ">="][rng.below(6) as usize]
}

fn literal(rng: &mut Rng) -> String {
    match rng.below(3) {
        0 => format!("'{}'", rng.pick(&["active", "standby"])),
        1 => (i64::from(rng.below(5)) - 1).to_string(),
        _ => rng.chance(50).to_string(),
    }
}

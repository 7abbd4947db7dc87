//! `where` means what CEL means: random texts and sites, with the `cel` crate as the oracle.
//!
//! Where the two differ on purpose (a fact that is absent, of another type, or Unknown), the
//! oracle is asked a guarded text: `has` and `type` around every atom, and an error in place of
//! Unknown, since CEL's connectives treat errors as Kleene's treat Unknown. Where they do not
//! differ, it is asked the very same text.

mod generator;
#[path = "../where_support/mod.rs"]
mod where_support;

use std::collections::HashMap;

use cel::{Context, Program, Value};
use generator::{FACTS, Generator, Pair, Random};
use gradus_engine::fact::FactValue;
use gradus_engine::predicate::parse;
use gradus_engine::verdict::Truth;
use where_support::{Site, Stated};

const EXPRESSIONS: usize = 10_000;
const SITES: usize = 64;
const SITES_EACH: usize = 6;

/// The parser of the oracle recurses deeply, more so when it is not optimised.
const STACK: usize = 32 << 20;

/// A site, the same for the oracle, and whether each fact is stated with its usual type.
struct Place {
    site: Site,
    oracle: Context<'static, 'static>,
    usual: bool,
}

fn place(random: &mut Random, usual: bool) -> Place {
    let mut site = Site::default();
    let mut facts: HashMap<String, Value> = HashMap::new();
    let mut unknown: HashMap<String, Value> = HashMap::new();
    for (name, kind) in FACTS {
        let chance = if usual { 0 } else { random.below(100) };
        let value = match chance {
            0..55 => random.value(kind),
            55..70 => {
                let kind = random.a_type();
                random.value(kind)
            }
            _ => {
                if chance >= 85 {
                    site = site.with(name, Stated::Unknown);
                }
                unknown.insert(name.to_owned(), (chance >= 85).into());
                continue;
            }
        };
        unknown.insert(name.to_owned(), false.into());
        facts.insert(name.to_owned(), for_oracle(&value));
        site = site.with(name, Stated::Known(value));
    }
    let mut units: HashMap<String, Value> = HashMap::new();
    if usual || random.percent(70) {
        let (total, covered) = (
            random.pick(&[0, 1, 3, 16, 4200]),
            random.pick(&[0, 1, 2, 255]),
        );
        site = site.with_units(total, covered);
        units.insert(
            "total".to_owned(),
            Value::Int(i64::try_from(total).expect("small")),
        );
        units.insert(
            "covered".to_owned(),
            Value::Int(i64::try_from(covered).expect("small")),
        );
    }
    let mut oracle = Context::default();
    oracle.add_variable_from_value("facts", facts);
    oracle.add_variable_from_value("unknown", unknown);
    oracle.add_variable_from_value("units", units);
    Place {
        site,
        oracle,
        usual,
    }
}

fn for_oracle(value: &FactValue) -> Value {
    match value {
        FactValue::Boolean(holds) => Value::Bool(*holds),
        FactValue::Integer(number) => Value::Int(*number),
        FactValue::Text(text) => Value::from(text.to_string()),
    }
}

/// What the oracle says; its errors stand for Unknown.
fn oracle(program: &Program, place: &Place) -> Truth {
    match program.execute(&place.oracle) {
        Ok(Value::Bool(holds)) => Truth::from(holds),
        Ok(other) => panic!("{other:?} is no truth"),
        Err(_) => Truth::Unknown,
    }
}

/// How often each answer was compared, so that a generator gone dull is noticed.
#[derive(Debug, Default)]
struct Tally {
    truths: HashMap<Truth, usize>,
    same_text: usize,
}

fn compare_all() -> Tally {
    let mut generator = Generator {
        random: Random(0x6772_6164_7573),
    };
    let places: Vec<_> = (0..SITES)
        .map(|number| place(&mut generator.random, number % 4 == 0))
        .collect();
    let mut tally = Tally::default();
    for _ in 0..EXPRESSIONS {
        let pair = generator.expression();
        compare_one(&mut generator.random, &pair, &places, &mut tally);
    }
    tally
}

fn compare_one(random: &mut Random, pair: &Pair, places: &[Place], tally: &mut Tally) {
    let Pair { text, guarded, .. } = pair;
    let program = Program::compile(guarded).unwrap_or_else(|error| panic!("{guarded}: {error}"));
    for _ in 0..SITES_EACH {
        let place = &places[random.below(places.len())];
        let (ours, theirs) = (place.site.ask(text), oracle(&program, place));
        assert_eq!(ours, theirs, "{text}\nguarded: {guarded}\n{:?}", place.site);
        *tally.truths.entry(ours).or_default() += 1;
    }
    let canonical = parse(text).expect("valid").to_string();
    let same = Program::compile(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let shown = Program::compile(&canonical).unwrap_or_else(|error| panic!("{canonical}: {error}"));
    for place in places
        .iter()
        .filter(|place| place.usual && pair.usual)
        .take(SITES_EACH)
    {
        let ours = place.site.ask(text);
        assert_eq!(ours, oracle(&same, place), "{text}\n{:?}", place.site);
        assert_eq!(ours, oracle(&shown, place), "{canonical}\n{:?}", place.site);
        tally.same_text += 1;
    }
}

#[test]
fn ten_thousand_texts_mean_what_cel_means() {
    let tally = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(compare_all)
        .expect("a thread")
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    for truth in Truth::ALL {
        let count = tally.truths.get(truth).copied().unwrap_or_default();
        assert!(
            count > EXPRESSIONS / 2,
            "{truth} was compared only {count} times: {tally:?}"
        );
    }
    assert!(tally.same_text > EXPRESSIONS, "{tally:?}");
}

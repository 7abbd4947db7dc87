//! Values to ask `where` predicates about.

use std::collections::BTreeMap;

use gradus_engine::fact::FactValue;
use gradus_engine::predicate::{Lookup, Predicate, Slot, Values, parse};
use gradus_engine::verdict::Truth;

/// What is known of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stated {
    Unknown,
    Known(FactValue),
}

/// The facts and units of one capability; slots are given in the order of the names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    pub(crate) facts: BTreeMap<String, Stated>,
    pub(crate) units: Option<(u64, u64)>,
}

/// A site together with the names behind the slots of one predicate.
pub(crate) struct Slots<'s> {
    names: Vec<String>,
    site: &'s Site,
}

impl Values for Slots<'_> {
    fn fact(&self, slot: Slot) -> Lookup<'_> {
        match self.site.facts.get(&self.names[slot.0 as usize]) {
            None => Lookup::Absent,
            Some(Stated::Unknown) => Lookup::Unknown,
            Some(Stated::Known(value)) => Lookup::Known(value.into()),
        }
    }

    fn units(&self) -> Option<(u64, u64)> {
        self.site.units
    }
}

impl Site {
    /// The fact stated.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Stated>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// The units stated.
    pub(crate) fn with_units(mut self, total: u64, covered: u64) -> Self {
        self.units = Some((total, covered));
        self
    }

    /// The text compiled for this site.
    pub(crate) fn compile(&self, text: &str) -> (Predicate, Slots<'_>) {
        let expression = parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        let mut names = Vec::new();
        let predicate = Predicate::compile(&expression, &mut |name| intern(&mut names, name));
        (predicate, Slots { names, site: self })
    }

    /// The truth of a text.
    pub(crate) fn ask(&self, text: &str) -> Truth {
        let (predicate, slots) = self.compile(text);
        predicate.evaluate(&slots)
    }
}

fn intern(names: &mut Vec<String>, name: &str) -> Slot {
    let position = names
        .iter()
        .position(|known| known == name)
        .unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        });
    Slot(u32::try_from(position).expect("few names"))
}

impl From<&str> for Stated {
    fn from(text: &str) -> Self {
        Stated::Known(FactValue::Text(text.into()))
    }
}

impl From<i64> for Stated {
    fn from(number: i64) -> Self {
        Stated::Known(FactValue::Integer(number))
    }
}

impl From<bool> for Stated {
    fn from(holds: bool) -> Self {
        Stated::Known(FactValue::Boolean(holds))
    }
}

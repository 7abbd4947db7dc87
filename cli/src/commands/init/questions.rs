//! What a model asks of each type of capability.

use gradus_engine::model::{Criterion, Item, Leaf, Model, Requires, Test};

/// What the criteria of a model ask of one type of capability.
#[derive(Debug)]
pub(super) struct Questions<'a> {
    /// The type.
    pub(super) capability: &'a str,
    /// The criteria that read it, with the conditions they state beyond its presence.
    pub(super) criteria: Vec<(&'a Criterion, Vec<String>)>,
    /// The facts that the criteria read; each name occurs once.
    pub(super) facts: Vec<Fact>,
    /// Whether a criterion reads its units.
    pub(super) units: bool,
}

/// A fact that a criterion reads.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) name: String,
    /// A value of the right type.
    pub(super) example: String,
    /// The values that are valid, where the criterion limits them.
    pub(super) valid: Option<String>,
}

/// Types in the order in which the model first asks for them.
pub(super) fn questions(model: &Model) -> Vec<Questions<'_>> {
    let mut all: Vec<Questions<'_>> = Vec::new();
    for criterion in &model.criteria {
        for leaf in leaves(&criterion.requires) {
            let (Leaf::Capability { capability, .. } | Leaf::Absent(capability)) = leaf;
            let known = all.iter_mut().find(|it| *it.capability == **capability);
            if let Some(known) = known {
                known.add(model, criterion, leaf);
            } else {
                let mut questions = Questions::of(capability);
                questions.add(model, criterion, leaf);
                all.push(questions);
            }
        }
    }
    all
}

impl<'a> Questions<'a> {
    fn of(capability: &'a str) -> Self {
        Self {
            capability,
            criteria: Vec::new(),
            facts: Vec::new(),
            units: false,
        }
    }

    fn add(&mut self, model: &Model, criterion: &'a Criterion, leaf: &Leaf) {
        let conditions = condition(leaf);
        match self.criteria.last_mut() {
            Some((known, all)) if known.name == criterion.name => all.extend(conditions),
            _ => self
                .criteria
                .push((criterion, conditions.into_iter().collect())),
        }
        let Leaf::Capability { test, .. } = leaf else {
            return;
        };
        self.units |= matches!(test, Test::Coverage(_));
        for fact in facts(model, test) {
            if self.facts.iter().all(|known| known.name != fact.name) {
                self.facts.push(fact);
            }
        }
    }
}

fn leaves(requires: &Requires) -> Vec<&Leaf> {
    let items = match requires {
        Requires::Leaf(leaf) => return vec![leaf],
        Requires::AllOf(items) | Requires::AnyOf(items) | Requires::AtLeast { of: items, .. } => {
            items
        }
    };
    items
        .iter()
        .flat_map(|item| match item {
            Item::Leaf(leaf) => std::slice::from_ref(leaf),
            Item::AnyOf(leaves) => leaves.as_slice(),
        })
        .collect()
}

fn condition(leaf: &Leaf) -> Option<String> {
    match leaf {
        Leaf::Absent(_) => Some("Met by `claim: Absent`.".to_owned()),
        Leaf::Capability {
            test: Test::Where(text),
            ..
        } => Some(format!("Condition: {text}")),
        Leaf::Capability { .. } => None,
    }
}

fn facts(model: &Model, test: &Test) -> Vec<Fact> {
    match test {
        Test::Exists | Test::Coverage(_) => Vec::new(),
        Test::Where(text) => compared(text),
        Test::Grade { fact, min, max } => vec![Fact {
            name: fact.to_string(),
            example: min.to_string(),
            valid: Some(format!("{min} to {max}")),
        }],
        Test::Choice { fact, scale } => {
            let scale = model.scales.iter().find(|known| known.name == *scale);
            let answers: Vec<&str> = scale
                .iter()
                .flat_map(|scale| &scale.answers)
                .map(|(answer, ..)| &**answer)
                .collect();
            let (example, valid) = match answers.first() {
                Some(first) => ((*first).to_owned(), answers.join(", ")),
                None => ("0".to_owned(), "a whole number".to_owned()),
            };
            vec![Fact {
                name: fact.to_string(),
                example,
                valid: Some(valid),
            }]
        }
    }
}

/// The facts that a condition compares with a whole number or a Boolean, with the value it names.
fn compared(condition: &str) -> Vec<Fact> {
    let words: Vec<&str> = condition.split_whitespace().collect();
    words
        .windows(3)
        .filter_map(|window| {
            let [fact, _, value] = window else {
                return None;
            };
            let name = fact.trim_start_matches(['(', '!']).strip_prefix("facts.")?;
            let value = value.trim_end_matches(')');
            let usable = value.parse::<bool>().is_ok() || value.parse::<i64>().is_ok();
            usable.then(|| Fact {
                name: name.to_owned(),
                example: value.to_owned(),
                valid: None,
            })
        })
        .collect()
}

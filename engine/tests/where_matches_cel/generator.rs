//! Random texts of the `where` grammar, each with what the oracle is asked.

use std::fmt::Write;

use gradus_engine::fact::FactValue;
use gradus_engine::predicate::LONGEST;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Integer,
    Boolean,
}

/// Facts, and the type that each has when it has its usual one.
pub(super) const FACTS: [(&str, Type); 7] = [
    ("mode", Type::Text),
    ("vendor", Type::Text),
    ("users", Type::Integer),
    ("zones", Type::Integer),
    ("split", Type::Boolean),
    ("encrypted", Type::Boolean),
    ("in2", Type::Text),
];

pub(super) const TEXTS: [&str; 16] = [
    "",
    "a",
    "A",
    "active",
    "active/active",
    "active/standby",
    "it's",
    "\"",
    "\\",
    "a\nb\t\r",
    "ä",
    "日本",
    "😀",
    "\u{7f}",
    "r'x'",
    "z && facts.a",
];

pub(super) const INTEGERS: [i64; 12] = [
    i64::MIN,
    -9_007_199_254_740_991,
    -5,
    -1,
    0,
    1,
    2,
    3,
    16,
    255,
    4200,
    i64::MAX,
];

pub(super) const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

pub(super) const TESTS: [&str; 3] = ["startsWith", "endsWith", "contains"];

/// `SplitMix64`: the same texts and sites on every run and machine.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    pub(super) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub(super) fn a_type(&mut self) -> Type {
        self.pick(&[Type::Text, Type::Integer, Type::Boolean])
    }

    pub(super) fn value(&mut self, of: Type) -> FactValue {
        match of {
            Type::Text => FactValue::Text(self.pick(&TEXTS).into()),
            Type::Integer => FactValue::Integer(self.pick(&INTEGERS)),
            Type::Boolean => FactValue::Boolean(self.percent(50)),
        }
    }
}

/// A text, and the guarded text for the oracle, grown together.
#[derive(Default)]
pub(super) struct Pair {
    pub(super) text: String,
    pub(super) guarded: String,
    /// Whether no atom mixes types, so that on usual facts CEL says the same of the same text.
    pub(super) usual: bool,
}

impl Pair {
    fn both(&mut self, part: &str) {
        self.text.push_str(part);
        self.guarded.push_str(part);
    }

    /// An atom: `plain` in the text, the same within its guards for the oracle.
    fn atom(&mut self, plain: &str, guards: &[String], unknown: &[&str]) {
        self.text.push_str(plain);
        self.guarded.push('(');
        for name in unknown {
            write!(self.guarded, "unknown.{name} ? 1 / 0 == 1 : ").expect("a string");
        }
        for guard in guards {
            write!(self.guarded, "{guard} && ").expect("a string");
        }
        write!(self.guarded, "{plain})").expect("a string");
    }
}

/// One side of a comparison.
pub(super) struct Side {
    text: String,
    kind: Option<Type>,
    fact: Option<(&'static str, Type)>,
    units: bool,
}

impl Side {
    fn usual(&self) -> Type {
        self.kind
            .or(self.fact.map(|(_, usual)| usual))
            .expect("a side has a type")
    }

    /// That it is stated.
    fn stated(&self) -> Option<String> {
        (self.fact.is_some() || self.units).then(|| format!("has({})", self.text.trim()))
    }
}

pub(super) struct Generator {
    pub(super) random: Random,
}

impl Generator {
    pub(super) fn expression(&mut self) -> Pair {
        loop {
            let mut pair = Pair {
                usual: true,
                ..Pair::default()
            };
            self.any(&mut pair, 3);
            if pair.text.chars().count() <= LONGEST {
                return pair;
            }
        }
    }

    fn blank(&mut self, pair: &mut Pair) {
        let blank = self
            .random
            .pick(&["", " ", " ", " ", "\n", "\t ", "\r\n  "]);
        pair.both(blank);
    }

    fn any(&mut self, pair: &mut Pair, depth: usize) {
        self.chain(pair, "||", |this, pair| {
            this.chain(pair, "&&", |this, pair| this.unary(pair, depth));
        });
    }

    fn chain(&mut self, pair: &mut Pair, symbol: &str, link: impl Fn(&mut Self, &mut Pair)) {
        link(self, pair);
        while self.random.percent(35) {
            self.blank(pair);
            pair.both(symbol);
            self.blank(pair);
            link(self, pair);
        }
    }

    fn unary(&mut self, pair: &mut Pair, depth: usize) {
        let denials = [0, 0, 0, 0, 1, 1, 2, 3][self.random.below(8)];
        for _ in 0..denials {
            pair.both("!");
            self.blank(pair);
        }
        if depth > 0 && self.random.percent(25) {
            pair.both("(");
            self.any(pair, depth - 1);
            pair.both(")");
        } else if denials > 0 && self.random.percent(60) {
            pair.both("(");
            self.relation(pair);
            pair.both(")");
        } else if denials > 0 {
            self.member(pair);
        } else if self.random.percent(60) {
            self.relation(pair);
        } else {
            self.member(pair);
        }
    }

    /// An atom that `!` may stand before.
    fn member(&mut self, pair: &mut Pair) {
        match self.random.below(8) {
            0 => pair.both(["true", "false"][self.random.below(2)]),
            1 | 2 => self.has(pair),
            3..=5 => self.text_test(pair),
            _ => self.flag(pair),
        }
    }

    fn has(&mut self, pair: &mut Pair) {
        if self.random.percent(20) {
            pair.atom(
                self.random
                    .pick(&["has(units.total)", "has( units.covered )"]),
                &[],
                &[],
            );
        } else {
            let (name, _) = self.random.pick(&FACTS);
            pair.atom(&format!("has(facts.{name})"), &[], &[name]);
        }
    }

    fn flag(&mut self, pair: &mut Pair) {
        let (name, usual) = self.random.pick(&FACTS);
        pair.usual &= usual == Type::Boolean;
        let guards = [
            format!("has(facts.{name})"),
            format!("type(facts.{name}) == bool"),
        ];
        pair.atom(&format!("facts.{name}"), &guards, &[name]);
    }

    fn text_test(&mut self, pair: &mut Pair) {
        let text = self.side(Some(Type::Text));
        let part = self.side(Some(Type::Text));
        let plain = format!(
            "{}.{}({})",
            text.text.trim(),
            self.random.pick(&TESTS),
            part.text
        );
        let mut guards = Vec::new();
        let mut unknown = Vec::new();
        for (name, usual) in [text.fact, part.fact].into_iter().flatten() {
            guards.push(format!("has(facts.{name}) && type(facts.{name}) == string"));
            unknown.push(name);
            pair.usual &= usual == Type::Text;
        }
        pair.atom(&plain, &guards, &unknown);
    }

    fn relation(&mut self, pair: &mut Pair) {
        if self.random.percent(30) {
            self.among(pair);
        } else {
            self.comparison(pair);
        }
    }

    fn comparison(&mut self, pair: &mut Pair) {
        let left = self.side(None);
        let wanted = if left.fact.is_some() && self.random.percent(15) {
            self.random.a_type()
        } else {
            left.usual()
        };
        let right = self.side(Some(wanted));
        let symbol = self.random.pick(&COMPARISONS);
        let plain = format!("{}{symbol}{}", left.text, right.text);
        pair.usual &= left.usual() == right.usual();
        let mut guards: Vec<String> = [left.stated(), right.stated()]
            .into_iter()
            .flatten()
            .collect();
        guards.push(format!("type({}) == type({})", left.text, right.text));
        let unknown: Vec<_> = [left.fact, right.fact].into_iter().flatten().collect();
        let unknown: Vec<_> = unknown.into_iter().map(|(name, _)| name).collect();
        pair.atom(&plain, &guards, &unknown);
    }

    fn among(&mut self, pair: &mut Pair) {
        let needle = self.side(None);
        let mut list = Vec::new();
        for _ in 0..=self.random.below(4) {
            let kind = if needle.fact.is_some() && self.random.percent(20) {
                self.random.a_type()
            } else {
                needle.usual()
            };
            list.push(self.literal(kind));
        }
        let comma = self.random.pick(&["", "", ",", " , "]);
        let plain = format!("{} in [{}{comma}]", needle.text, list.join(","));
        let guards: Vec<String> = needle.stated().into_iter().collect();
        let unknown: Vec<_> = needle.fact.iter().map(|(name, _)| *name).collect();
        pair.atom(&plain, &guards, &unknown);
    }

    /// A literal, a fact or units, of one type if wanted: a fact by its usual one, mostly.
    fn side(&mut self, wanted: Option<Type>) -> Side {
        let kind = wanted.unwrap_or_else(|| self.random.a_type());
        let blank = self.random.pick(&["", " ", " ", "\n"]);
        if kind == Type::Integer && self.random.percent(15) {
            let text = self.random.pick(&["units.total", "units.covered"]);
            let text = format!("{text}{blank}");
            return Side {
                text,
                kind: Some(kind),
                fact: None,
                units: true,
            };
        }
        if self.random.percent(65) {
            let usual: Vec<_> = FACTS
                .iter()
                .copied()
                .filter(|(_, of)| *of == kind)
                .collect();
            let stray = self.random.percent(10);
            let fact = if stray {
                self.random.pick(&FACTS)
            } else {
                self.random.pick(&usual)
            };
            let dot = self.random.pick(&[".", ".", " . "]);
            let text = format!("facts{dot}{}{blank}", fact.0);
            return Side {
                text,
                kind: None,
                fact: Some(fact),
                units: false,
            };
        }
        let text = format!("{}{blank}", self.literal(kind));
        Side {
            text,
            kind: Some(kind),
            fact: None,
            units: false,
        }
    }

    fn literal(&mut self, of: Type) -> String {
        match self.random.value(of) {
            FactValue::Boolean(holds) => holds.to_string(),
            FactValue::Integer(number) => self.integer(number),
            FactValue::Text(text) => self.text(&text),
        }
    }

    fn integer(&mut self, number: i64) -> String {
        let sign = if number < 0 { "-" } else { "" };
        match self.random.below(4) {
            0 => format!("{sign}0x{:x}", number.unsigned_abs()),
            1 => format!("{sign}0x{:X}", number.unsigned_abs()),
            _ => number.to_string(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        let plain = !text.contains(['\\', '\n', '\r', '\'', '"']);
        match self.random.below(8) {
            0 if !text.contains(['\'', '\n', '\r']) => format!("r'{text}'"),
            1 if !text.contains(['"', '\n', '\r']) => format!("R\"{text}\""),
            2 if plain => format!("'''{text}'''"),
            3 if !text.contains(['"', '\\', '\r']) => format!("\"\"\"{text}\"\"\""),
            4 if plain => format!("'{text}'"),
            5 | 6 => self.escaped(text, '"'),
            _ => self.escaped(text, '\''),
        }
    }

    fn escaped(&mut self, text: &str, quote: char) -> String {
        let mut literal = String::from(quote);
        for character in text.chars() {
            let code = u32::from(character);
            let must = character == quote || matches!(character, '\\' | '\n' | '\r');
            if !must && self.random.percent(80) {
                literal.push(character);
                continue;
            }
            match (self.random.below(4), character) {
                (0, _) if code < 0x100 => write!(literal, "\\x{code:02x}"),
                (1, _) if code < 0x100 => write!(literal, "\\{code:03o}"),
                (2, _) if code < 0x1_0000 => write!(literal, "\\u{code:04X}"),
                (3, '\n') => write!(literal, "\\n"),
                (3, '\r') => write!(literal, "\\r"),
                (3, '\\' | '\'' | '"') => write!(literal, "\\{character}"),
                _ => write!(literal, "\\U{code:08x}"),
            }
            .expect("a string");
        }
        literal.push(quote);
        literal
    }
}

//! The text of a scrape, written sample by sample without a model of it in memory.

use std::io::{self, Write};

use super::catalogue::{Family, Type};
use super::format::Format;

/// Bytes that are gathered before they are handed on.
const GATHERED: usize = 32 * 1024;
/// Room for the longest line that is usual, so that gathering never grows what it gathers in.
const LINE: usize = 4 * 1024;

/// One scrape on its way out.
pub(super) struct Exposition<'o> {
    out: &'o mut dyn Write,
    format: Format,
    text: Vec<u8>,
}

/// Writes the samples of one family; its header goes before the first of them.
pub(super) struct Samples<'e, 'o> {
    exposition: &'e mut Exposition<'o>,
    family: &'e Family,
    begun: bool,
    /// `name{`, the beginning of every line.
    head: Vec<u8>,
    /// What ends a line, for each value of the last label when its values are a closed list.
    listed: Vec<Vec<u8>>,
}

/// A number that an object holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'v> {
    Count(u64),
    Instant(i64),
    Decimal(&'v str),
}

/// A number as it is written: whole, or a decimal that somebody has rounded already, so never `NaN`.
pub(super) trait Number {
    /// Puts it in the place of the [`NOUGHT`] that a text ends with.
    fn replace_nought(self, text: &mut Vec<u8>);
}

/// How most lines end; a digit is sooner changed than written.
const NOUGHT: &[u8; 2] = b"0\n";

/// Puts a number that is written already in the place of a nought.
fn replace_nought(text: &mut Vec<u8>, number: &str) {
    if let ([digit], [.., nought, _]) = (number.as_bytes(), text.as_mut_slice()) {
        *nought = *digit;
        return;
    }
    text.truncate(text.len().saturating_sub(NOUGHT.len()));
    text.extend_from_slice(number.as_bytes());
    text.push(b'\n');
}

macro_rules! whole {
    ($($integer:ty),+) => {
        $(impl Number for $integer {
            fn replace_nought(self, text: &mut Vec<u8>) {
                match (u8::try_from(self), text.as_mut_slice()) {
                    (Ok(digit @ 0..=9), [.., nought, _]) => *nought = b'0' + digit,
                    _ => replace_nought(text, itoa::Buffer::new().format(self)),
                }
            }
        })+
    };
}

whole!(u32, u64, i64, usize);

impl Number for u8 {
    fn replace_nought(self, text: &mut Vec<u8>) {
        u32::from(self).replace_nought(text);
    }
}

impl Number for Value<'_> {
    fn replace_nought(self, text: &mut Vec<u8>) {
        match self {
            Value::Count(count) => count.replace_nought(text),
            Value::Instant(seconds) => seconds.replace_nought(text),
            Value::Decimal(number) => number.replace_nought(text),
        }
    }
}

impl From<bool> for Value<'_> {
    fn from(holds: bool) -> Self {
        Value::Count(u64::from(holds))
    }
}

impl From<u32> for Value<'_> {
    fn from(count: u32) -> Self {
        Value::Count(u64::from(count))
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Value::Count(count)
    }
}

impl From<i64> for Value<'_> {
    fn from(seconds: i64) -> Self {
        Value::Instant(seconds)
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Value::Decimal(text)
    }
}

impl Number for &str {
    fn replace_nought(self, text: &mut Vec<u8>) {
        replace_nought(text, self);
    }
}

impl<'o> Exposition<'o> {
    pub(super) fn new(format: Format, out: &'o mut dyn Write) -> Self {
        Self {
            out,
            format,
            text: Vec::with_capacity(GATHERED + LINE),
        }
    }

    pub(super) fn samples<'e>(&'e mut self, family: &'e Family) -> Samples<'e, 'o> {
        let mut head = Vec::with_capacity(64);
        head.extend_from_slice(family.name.as_bytes());
        if !family.labels.is_empty() {
            head.push(b'{');
        }
        let last = family.labels.last().copied().unwrap_or_default();
        let ending = |value: &&str| format!(",{last}=\"{value}\"}} 0\n").into_bytes();
        Samples {
            exposition: self,
            family,
            begun: false,
            head,
            listed: family.values_of(last).iter().map(ending).collect(),
        }
    }

    /// What stands before the samples of a family. OpenMetrics names a counter without its `_total`.
    pub(super) fn header(&mut self, name: &str, kind: Type, help: &str) {
        let name = match self.format {
            Format::OpenMetrics if kind == Type::Counter => {
                name.strip_suffix("_total").unwrap_or(name)
            }
            Format::OpenMetrics | Format::Classic => name,
        };
        let header = format!("# HELP {name} {help}\n# TYPE {name} {kind}\n");
        self.text.extend_from_slice(header.as_bytes());
    }

    pub(super) fn line(&mut self, line: &[u8]) -> io::Result<()> {
        self.text.extend_from_slice(line);
        self.hand_on()
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }

    fn hand_on(&mut self) -> io::Result<()> {
        if self.text.len() >= GATHERED {
            self.out.write_all(&self.text)?;
            self.text.clear();
        }
        Ok(())
    }

    /// Ends the text. Without an end, half a scrape could pass for a whole one.
    pub(super) fn end(mut self) -> io::Result<()> {
        if self.format == Format::OpenMetrics {
            self.text.extend_from_slice(b"# EOF\n");
        }
        self.out.write_all(&self.text)
    }
}

impl Samples<'_, '_> {
    /// Writes one sample: labels as they were formed, and a number.
    pub(super) fn put(&mut self, labels: &[&str], value: impl Number) -> io::Result<()> {
        self.begin(labels);
        let text = &mut self.exposition.text;
        if !self.family.labels.is_empty() {
            text.push(b'}');
        }
        text.extend_from_slice(b" 0\n");
        value.replace_nought(text);
        self.exposition.hand_on()
    }

    /// Writes one sample when there is a value at all.
    pub(super) fn put_some(
        &mut self,
        labels: &[&str],
        value: Option<impl Number>,
    ) -> io::Result<()> {
        match value {
            Some(value) => self.put(labels, value),
            None => Ok(()),
        }
    }

    /// Writes one sample for every value of the last label.
    pub(super) fn put_each<N: Number>(
        &mut self,
        labels: &[&str],
        values: impl IntoIterator<Item = N>,
    ) -> io::Result<()> {
        let begins = self.begin(labels);
        let text = &mut self.exposition.text;
        let beginning = begins..text.len();
        for (place, (value, listed)) in values.into_iter().zip(&self.listed).enumerate() {
            // What the lines have in common is put together once, for the first of them.
            if place > 0 {
                text.extend_from_within(beginning.clone());
            }
            text.extend_from_slice(listed);
            value.replace_nought(text);
        }
        self.exposition.hand_on()
    }

    /// Writes 1 for one value of the last label, and 0 for every other.
    pub(super) fn put_one_of(&mut self, labels: &[&str], chosen: usize) -> io::Result<()> {
        let values = (0..self.listed.len()).map(|place| u8::from(place == chosen));
        self.put_each(labels, values)
    }

    /// Writes what a line begins with, and says where that is.
    fn begin(&mut self, labels: &[&str]) -> usize {
        if !self.begun {
            self.begun = true;
            let Family {
                name, kind, help, ..
            } = self.family;
            self.exposition.header(name, *kind, help);
        }
        let text = &mut self.exposition.text;
        let begins = text.len();
        text.extend_from_slice(&self.head);
        for label in labels {
            text.extend_from_slice(label.as_bytes());
        }
        begins
    }
}

//! Prometheus text format 0.0.4, written sample by sample without a model of it in memory.

use std::fmt::Display;
use std::io::{self, Write};

use super::catalogue::Family;

/// Labels that are escaped once and written in many families: what names an object.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    text: Vec<u8>,
    labels: usize,
}

impl Identity {
    /// Escapes the values of the first labels of a family.
    pub(super) fn new(labels: &[&str], values: &[&str]) -> Self {
        let mut text = Vec::with_capacity(64);
        for (label, value) in labels.iter().zip(values) {
            append_label(&mut text, label, value);
        }
        Self {
            text,
            labels: labels.len().min(values.len()),
        }
    }
}

/// Writes the samples of one family; its header goes before the first of them.
pub(super) struct Samples<'a> {
    out: &'a mut dyn Write,
    family: &'a Family,
    started: bool,
    line: Vec<u8>,
}

impl<'a> Samples<'a> {
    pub(super) fn new(family: &'a Family, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            family,
            started: false,
            line: Vec::with_capacity(256),
        }
    }

    /// Writes one sample: an identity, the values of the family's remaining labels, and a number.
    ///
    /// The number is an integer or a decimal text, so that it can never be `NaN`.
    pub(super) fn put(
        &mut self,
        identity: &Identity,
        rest: &[&str],
        value: impl Display,
    ) -> io::Result<()> {
        if !self.started {
            self.started = true;
            header(self.family, self.out)?;
        }
        self.line.clear();
        self.line.extend_from_slice(self.family.name.as_bytes());
        if !self.family.labels.is_empty() {
            self.line.push(b'{');
            self.line.extend_from_slice(&identity.text);
            let labels = self.family.labels.iter().skip(identity.labels);
            for (label, value) in labels.zip(rest) {
                append_label(&mut self.line, label, value);
            }
            // Every label has a comma behind it; the last one makes place for the end.
            self.line.pop();
            self.line.push(b'}');
        }
        writeln!(self.line, " {value}")?;
        self.out.write_all(&self.line)
    }

    /// Writes one sample when there is a value at all.
    pub(super) fn put_some(
        &mut self,
        identity: &Identity,
        value: Option<impl Display>,
    ) -> io::Result<()> {
        match value {
            Some(value) => self.put(identity, &[], value),
            None => Ok(()),
        }
    }
}

fn header(family: &Family, out: &mut dyn Write) -> io::Result<()> {
    let Family {
        name, kind, help, ..
    } = family;
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn append_label(line: &mut Vec<u8>, label: &str, value: &str) {
    line.extend_from_slice(label.as_bytes());
    line.extend_from_slice(b"=\"");
    for byte in value.bytes() {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'"' => line.extend_from_slice(b"\\\""),
            b'\n' => line.extend_from_slice(b"\\n"),
            other => line.push(other),
        }
    }
    line.extend_from_slice(b"\",");
}

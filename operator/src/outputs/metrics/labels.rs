//! Labels as they are written: how the text that the cache keeps of an object is rendered, and taken apart again.
//!
//! The text has a line a piece; an escaped label has no line break in it.

use gradus_engine::object::{EngagementState, Mode};
use gradus_engine::view::CompactCapability;
use gradus_engine::view::{AssessmentView, DomainView};
use jiff::Timestamp;
use memchr::{memchr, memrchr};

use super::catalogue as family;

/// The labels of an assessment's series.
#[derive(Debug, Clone, Copy)]
pub(super) struct AssessmentLabels<'v> {
    /// What every series of it begins with.
    pub(super) identity: &'v str,
    /// The other pieces. They are looked for when they are asked for: most families need none.
    rest: &'v str,
}

impl<'v> AssessmentLabels<'v> {
    /// Takes the text of an assessment apart.
    pub(super) fn of(text: &'v str) -> Self {
        let (identity, rest) = split(text);
        Self { identity, rest }
    }

    /// What may change about it.
    pub(super) fn info(self) -> &'v str {
        self.piece(0)
    }

    /// Why it fell; empty when no fall is raised.
    pub(super) fn regression(self) -> &'v str {
        self.piece(1)
    }

    /// One for every reported domain, in their order.
    pub(super) fn domains(self) -> impl Iterator<Item = &'v str> + use<'v> {
        Pieces(self.rest).skip(2)
    }

    fn piece(self, place: usize) -> &'v str {
        Pieces(self.rest).nth(place).unwrap_or_default()
    }
}

/// The pieces of a text, of which the last may be missing.
#[derive(Debug, Clone)]
struct Pieces<'v>(&'v str);

impl<'v> Iterator for Pieces<'v> {
    type Item = &'v str;

    fn next(&mut self) -> Option<&'v str> {
        if self.0.is_empty() {
            return None;
        }
        let (piece, rest) = split(self.0);
        self.0 = rest;
        Some(piece)
    }
}

/// The first piece of a text, and all others.
fn split(text: &str) -> (&str, &str) {
    cut(text, memchr(b'\n', text.as_bytes()))
}

/// The same where the piece is a digit or two: looked for nearby.
fn split_number(text: &str) -> (&str, &str) {
    cut(text, text.bytes().position(|byte| byte == b'\n'))
}

/// What is before a line break, and what is after it.
fn cut(text: &str, end: Option<usize>) -> (&str, &str) {
    let parts = end.and_then(|end| Some((text.get(..end)?, text.get(end + 1..)?)));
    parts.unwrap_or((text, ""))
}

/// The domains that have series.
pub(super) fn reported(view: &AssessmentView) -> impl Iterator<Item = &DomainView> + Clone {
    view.domains.iter().filter(|domain| domain.report)
}

/// Renders an assessment.
pub(super) fn render_assessment(view: &AssessmentView) -> String {
    let mut text = String::with_capacity(256);
    append_name(&mut text, view);
    text.push(',');
    append_pairs(&mut text, &[("model", &view.spec.model)]);
    append_info(&mut text, view);
    append_regression(&mut text, view);
    for domain in reported(view) {
        text.push_str("\n,");
        append_pairs(&mut text, &[("domain", &domain.name)]);
    }
    text
}

/// The identity without the model.
fn append_name(text: &mut String, view: &AssessmentView) {
    let key = &view.key;
    append_pairs(
        text,
        &[("namespace", &key.namespace), ("assessment", &key.name)],
    );
}

/// What losing each capability would cost an assessment, as its series say it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ImpactLabels<'v> {
    /// The assessment's identity without the model: what every series begins with.
    pub(super) name: &'v str,
    rest: &'v str,
}

impl<'v> ImpactLabels<'v> {
    /// Takes the text of its impacts apart.
    pub(super) fn of(text: &'v str) -> Self {
        let (name, rest) = split(text);
        Self { name, rest }
    }

    /// A capability's label, and the numbers of criteria, primary and secondary.
    pub(super) fn each(self) -> impl Iterator<Item = (&'v str, [&'v str; 2])> + use<'v> {
        let mut rest = self.rest;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (capability, numbers) = split(rest);
            let (primary, secondary) = split_number(numbers);
            let (secondary, others) = split_number(secondary);
            rest = others;
            Some((capability, [primary, secondary]))
        })
    }
}

/// Renders the impacts of an assessment.
pub(super) fn render_impacts(view: &AssessmentView) -> String {
    let mut text = String::with_capacity(64 + 48 * view.impacts.len());
    append_name(&mut text, view);
    text.push('\n');
    for impact in &view.impacts {
        text.push(',');
        append_pairs(&mut text, &[("capability", &impact.capability)]);
        for number in [impact.primary, impact.secondary] {
            text.push('\n');
            text.push_str(itoa::Buffer::new().format(number));
        }
        text.push('\n');
    }
    text
}

fn append_info(text: &mut String, view: &AssessmentView) {
    let spec = &view.spec;
    let version = view.program.as_ref();
    let engagement = match spec.engagement.state {
        _ if view.paused => "paused",
        EngagementState::Active | EngagementState::Paused => "active",
        EngagementState::NotEngaged => "not_engaged",
        EngagementState::Withdrawn => "withdrawn",
    };
    let mode = match spec.mode {
        Mode::Prescriptive => "prescriptive",
        Mode::Descriptive => "descriptive",
    };
    text.push_str("\n,");
    append_pairs(
        text,
        &[
            (
                "model_version",
                version.map_or("", |program| &program.model.version),
            ),
            ("team", spec.owner.team.as_deref().unwrap_or_default()),
            ("scope", spec.scope.as_deref().unwrap_or_default()),
            (
                "organisation",
                spec.organisation.as_deref().unwrap_or_default(),
            ),
            ("engagement", engagement),
            ("mode", mode),
        ],
    );
}

/// The worst fall: several domains may have fallen for the same cause.
fn append_regression(text: &mut String, view: &AssessmentView) {
    text.push('\n');
    let Some(fall) = view.ledger.standing.first().filter(|_| view.regressed()) else {
        return;
    };
    text.push(',');
    append_pairs(
        text,
        &[
            ("cause", fall.cause.as_label()),
            ("capability", fall.capability.as_deref().unwrap_or_default()),
            ("evidence", fall.evidence.as_deref().unwrap_or_default()),
        ],
    );
}

/// The labels of a capability's series.
#[derive(Debug, Clone, Copy)]
pub(super) struct CapabilityLabels<'v> {
    /// What every series of it begins with.
    pub(super) identity: &'v str,
    rest: &'v str,
}

/// The labels of an evidence item's series, beside those of its capability; and its instants in seconds,
/// empty where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct EvidenceLabels<'v> {
    /// Its name and its kind.
    pub(super) item: &'v str,
    pub(super) observed_at: &'v str,
    pub(super) expires_at: &'v str,
}

impl<'v> CapabilityLabels<'v> {
    /// Takes the text of a capability apart.
    pub(super) fn of(text: &'v str) -> Self {
        let (identity, rest) = split(text);
        Self { identity, rest }
    }

    /// One for every evidence item, in their order.
    pub(super) fn evidence(self) -> impl Iterator<Item = EvidenceLabels<'v>> + use<'v> {
        let mut pieces = Pieces(self.rest);
        std::iter::from_fn(move || {
            Some(EvidenceLabels {
                item: pieces.next()?,
                observed_at: pieces.next()?,
                expires_at: pieces.next()?,
            })
        })
    }
}

impl<'v> EvidenceLabels<'v> {
    /// Its name alone: a kind has no comma in it.
    pub(super) fn name(self) -> &'v str {
        let end = memrchr(b',', self.item.as_bytes());
        end.and_then(|end| self.item.get(..end)).unwrap_or_default()
    }
}

/// Renders a capability.
pub(super) fn render_capability(capability: CompactCapability<'_>) -> String {
    let key = capability.key();
    let mut text = String::with_capacity(32 + key.namespace.len() + key.name.len());
    append_pairs(
        &mut text,
        &[("namespace", &key.namespace), ("capability", &key.name)],
    );
    for item in capability.evidence() {
        text.push_str("\n,");
        let kind = item.kind.as_label();
        append_pairs(&mut text, &[("evidence", &item.name), ("kind", kind)]);
        append_instant(&mut text, item.observed_at);
        append_instant(&mut text, item.expires_at);
    }
    // The last piece may be empty, and is there.
    text.push('\n');
    text
}

fn append_instant(text: &mut String, instant: Option<Timestamp>) {
    text.push('\n');
    if let Some(at) = instant {
        text.push_str(itoa::Buffer::new().format(at.as_second()));
    }
}

/// The first labels of a family, for what is written once in a scrape.
pub(super) fn first(family: &family::Family, values: &[&str]) -> String {
    let pairs: Vec<(&str, &str)> = family
        .labels
        .iter()
        .copied()
        .zip(values.iter().copied())
        .collect();
    let mut text = String::with_capacity(64);
    append_pairs(&mut text, &pairs);
    text
}

/// Appends labels with a comma between two.
pub(super) fn append_pairs(text: &mut String, pairs: &[(&str, &str)]) {
    for (index, (label, value)) in pairs.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(label);
        text.push_str("=\"");
        append_escaped(text, value);
        text.push('"');
    }
}

fn append_escaped(text: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            other => text.push(other),
        }
    }
}

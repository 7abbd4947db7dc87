//! Annotations that a user adds to alerts: names and templates that Prometheus accepts.
//!
//! Why a part of the template language only: one annotation that Prometheus cannot read makes it refuse the whole file, and
//! with it every alert. See D-145.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Functions of Prometheus 2.42 that turn one value into text.
const FUNCTIONS: [&str; 10] = [
    "humanize",
    "humanize1024",
    "humanizeDuration",
    "humanizePercentage",
    "humanizeTimestamp",
    "stripDomain",
    "stripPort",
    "title",
    "toLower",
    "toUpper",
];

/// What an annotation may ask for, for people.
const FORMS: &str = "write {{ $labels.namespace }}, {{ $value | humanize }} or {{ printf \"%.1f\" $value }}; text with two opening braces is written {{ \"{{\" }}";

/// Annotations by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Annotations(BTreeMap<AnnotationName, AnnotationText>);

impl Annotations {
    /// The annotations as texts.
    pub(super) fn texts(self) -> BTreeMap<String, String> {
        let annotations = self.0.into_iter();
        annotations.map(|(name, text)| (name.0, text.0)).collect()
    }
}

/// The name of an annotation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct AnnotationName(String);

impl TryFrom<String> for AnnotationName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if begins_well && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Ok(Self(name));
        }
        Err(format!(
            "{name:?} is not the name of an annotation; write letters, digits and underscores, beginning with a letter"
        ))
    }
}

/// The text of an annotation, which may be a template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct AnnotationText(String);

impl TryFrom<String> for AnnotationText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_unseen = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        if text.contains(is_unseen) {
            return Err(format!("{text:?} has a control character; leave it out"));
        }
        let mut rest = text.as_str();
        while let Some((_, after)) = rest.split_once("{{") {
            let Some((action, after)) = end_of_action(after) else {
                return Err(format!(
                    "{text:?} opens a template and does not close it; {FORMS}"
                ));
            };
            if !is_pipeline(action) {
                return Err(format!(
                    "{{{{{action}}}}} cannot be used in an annotation; {FORMS}"
                ));
            }
            rest = after;
        }
        Ok(Self(text))
    }
}

/// What stands within an action, and what follows it. Braces within quotes end nothing.
fn end_of_action(text: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            '}' if !is_quoted => {
                return Some((text.get(..at)?, text.get(at..)?.strip_prefix("}}")?));
            }
            _ => {}
        }
    }
    None
}

/// `VALUE | FUNCTION | …`.
fn is_pipeline(action: &str) -> bool {
    let Some(words) = words(action) else {
        return false;
    };
    let mut parts = words.split(|word| *word == "|");
    parts.next().is_some_and(is_value) && parts.all(is_function)
}

fn is_value(words: &[&str]) -> bool {
    match words {
        [operand] => is_operand(operand),
        ["printf", format, operands @ ..] => {
            is_text(format) && operands.iter().all(|it| is_operand(it))
        }
        ["or", first, operands @ ..] => {
            is_operand(first) && operands.iter().all(|it| is_operand(it))
        }
        [function, operand] => FUNCTIONS.contains(function) && is_operand(operand),
        _ => false,
    }
}

fn is_function(words: &[&str]) -> bool {
    match words {
        [function] => FUNCTIONS.contains(function),
        ["printf", format] => is_text(format),
        _ => false,
    }
}

fn is_operand(word: &str) -> bool {
    let is_label = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let label = word
        .strip_prefix("$labels.")
        .or_else(|| word.strip_prefix("$externalLabels."));
    matches!(word, "$value" | "$externalURL") || label.is_some_and(is_label) || is_text(word)
}

/// A text in quotes without escapes.
fn is_text(word: &str) -> bool {
    let inner = word
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.contains(['"', '\\', '\n']))
}

/// The words of an action; a text in quotes is one. None where words run into each other.
fn words(action: &str) -> Option<Vec<&str>> {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut words = Vec::new();
    let mut rest = action.trim_matches(is_blank);
    while !rest.is_empty() {
        let end = if let Some(after) = rest.strip_prefix('"') {
            after.find('"')? + 2
        } else if rest.starts_with('|') {
            1
        } else {
            rest.find(|c: char| is_blank(c) || matches!(c, '|' | '"'))
                .unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at_checked(end)?;
        let is_apart =
            word == "|" || after.is_empty() || after.starts_with(|c| is_blank(c) || c == '|');
        if !is_apart {
            return None;
        }
        words.push(word);
        rest = after.trim_start_matches(is_blank);
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotation_may_show_labels_and_the_value() {
        for good in [
            "plain text, 5% of {it}",
            "{{ $value }}",
            "{{$labels.namespace}}/{{ $externalLabels.site }}",
            "{{ $value | humanize }}{{ $value|humanizeDuration|title }}",
            "{{ printf \"%.1f of %s\" $value $labels.model }}",
            "{{ $value | printf \"%.2f\" }}",
            "{{ or $labels.exported_namespace $labels.namespace }}",
            "{{ humanize $value }}",
            "{{ \"{{\" }} and }}",
        ] {
            assert!(AnnotationText::try_from(good.to_owned()).is_ok(), "{good}");
        }
    }

    #[test]
    fn control_character_is_refused() {
        for bad in ["a\u{85}b", "\u{0}", "{{ \"\u{9b}\" }}"] {
            let said = AnnotationText::try_from(bad.to_owned()).unwrap_err();
            assert!(said.contains("control character"), "{bad:?}: {said}");
        }
        assert!(AnnotationText::try_from("two\nlines".to_owned()).is_ok());
    }

    #[test]
    fn what_prometheus_cannot_read_is_refused() {
        for bad in [
            "{{",
            "{{ $labels.namespace",
            "Usage is at {{}}% of it",
            "{{ }}",
            "{{ $value | humanizeNope }}",
            "{{ $vale }}",
            "{{ $labels. }}",
            "{{ $labels.a-b }}",
            "{{ range query `up` }}x",
            "{{ if $value }}a{{ end }}",
            "{{ end }}",
            "{{ $value | }}",
            "{{ | humanize }}",
            "{{ $value }",
            "{{ $value } }",
            "{{ \"open }}",
            "{{ \"a\"\"b\" }}",
            "{{ printf }}",
            "{{{ $value }}}",
            "{{- $value -}}",
        ] {
            let said = AnnotationText::try_from(bad.to_owned()).unwrap_err();
            assert!(said.contains("{{ $value | humanize }}"), "{bad}: {said}");
        }
    }
}

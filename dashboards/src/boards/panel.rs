//! A panel: one question, what is asked for it, and how the answer looks.

use serde::Serialize;

use super::field::{Field, Override};
use super::grid::Place;
use super::panels::Kind;
use super::target::{Datasource, Target};
use super::transformation::Transformation;

/// A panel.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Panel {
    pub(super) id: u32,
    pub(super) grid_pos: Place,
    /// The title.
    pub(super) title: &'static str,
    /// The question that it answers, and how to read the answer.
    pub(super) description: &'static str,
    #[serde(flatten)]
    pub(super) kind: Kind,
    #[serde(flatten)]
    asked: Option<Asked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat_direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_per_row: Option<u32>,
}

/// What is asked for a panel, and how the answer looks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    datasource: Datasource,
    targets: Vec<Target>,
    field_config: FieldConfig,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transformations: Vec<Transformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct FieldConfig {
    defaults: Field,
    overrides: Vec<Override>,
}

impl Panel {
    /// A panel that asks nothing.
    pub(super) fn quiet(title: &'static str, description: &'static str, kind: Kind) -> Self {
        Self {
            id: 0,
            grid_pos: Place::default(),
            title,
            description,
            kind,
            asked: None,
            repeat: None,
            repeat_direction: None,
            max_per_row: None,
        }
    }

    /// A panel that asks; its queries become A, B, C and so on.
    pub(super) fn asking(
        title: &'static str,
        description: &'static str,
        kind: Kind,
        defaults: Field,
        targets: Vec<Target>,
    ) -> Self {
        let letters = 'A'..='Z';
        let targets = letters
            .zip(targets)
            .map(|(letter, target)| target.named(letter.to_string()));
        let asked = Asked {
            datasource: Datasource::chosen(),
            targets: targets.collect(),
            field_config: FieldConfig {
                defaults,
                overrides: Vec::new(),
            },
            transformations: Vec::new(),
            interval: None,
        };
        Self {
            asked: Some(asked),
            ..Self::quiet(title, description, kind)
        }
    }

    /// Its queries.
    pub(super) fn targets(&self) -> &[Target] {
        self.asked.as_ref().map_or(&[], |asked| &asked.targets)
    }

    fn with(mut self, change: impl FnOnce(&mut Asked)) -> Self {
        if let Some(asked) = &mut self.asked {
            change(asked);
        }
        self
    }

    /// How some of its values look.
    pub(super) fn overridden(self, overrides: Vec<Override>) -> Self {
        self.with(|asked| asked.field_config.overrides = overrides)
    }

    /// What is done with its answers first.
    pub(super) fn transformed(self, transformations: Vec<Transformation>) -> Self {
        self.with(|asked| asked.transformations = transformations)
    }

    /// The shortest step of its histories: one in which rules were evaluated at least once.
    pub(super) fn step_of_at_least(self, interval: &'static str) -> Self {
        self.with(|asked| asked.interval = Some(interval))
    }

    /// One of it for each chosen value of a variable, side by side.
    pub(super) fn repeated_by(self, variable: &'static str, max_per_row: u32) -> Self {
        Self {
            repeat: Some(variable),
            repeat_direction: Some("h"),
            max_per_row: Some(max_per_row),
            ..self
        }
    }
}

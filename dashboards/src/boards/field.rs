//! How values look: unit, text, colour. No colour stands alone: what it says is also a text beside it.

use serde::Serialize;
use serde_json::{Value, json};

use super::panels::Custom;

/// How the values of a panel look, unless an override says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Field {
    unit: &'static str,
    no_value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decimals: Option<u32>,
    color: Color,
    mappings: Vec<Mapping>,
    thresholds: Thresholds,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom: Option<Custom>,
}

impl Field {
    /// Values of a unit, and what is said when there are none.
    pub(super) fn new(unit: &'static str, no_value: &'static str) -> Self {
        Self {
            unit,
            no_value,
            min: None,
            decimals: None,
            color: Color::Thresholds,
            mappings: Vec::new(),
            thresholds: Thresholds::steps(&[]),
            links: Vec::new(),
            custom: None,
        }
    }

    /// A scale that begins at zero.
    pub(super) fn from_zero(self) -> Self {
        Self {
            min: Some(0),
            ..self
        }
    }

    /// Whole numbers.
    pub(super) fn whole(self) -> Self {
        Self {
            decimals: Some(0),
            ..self
        }
    }

    /// A colour per series; which is which is said by the legend.
    pub(super) fn color_per_series(self) -> Self {
        Self {
            color: Color::PaletteClassicByName,
            ..self
        }
    }

    /// Texts for values.
    pub(super) fn mapped(self, mappings: Vec<Mapping>) -> Self {
        Self { mappings, ..self }
    }

    /// A colour from each value on.
    pub(super) fn colored(self, steps: &[(i64, &'static str)]) -> Self {
        Self {
            thresholds: Thresholds::steps(steps),
            ..self
        }
    }

    /// Where a click leads.
    pub(super) fn linked(self, link: Link) -> Self {
        Self {
            links: vec![link],
            ..self
        }
    }
}

/// How a colour is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "mode", rename_all = "kebab-case")]
enum Color {
    Thresholds,
    PaletteClassicByName,
}

/// The colour of what is below the first step, and of what nothing is known of.
pub(super) const NEUTRAL: &str = "text";

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Thresholds {
    mode: &'static str,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Step {
    value: Option<i64>,
    color: &'static str,
}

impl Thresholds {
    fn steps(steps: &[(i64, &'static str)]) -> Self {
        let lowest = Step {
            value: None,
            color: NEUTRAL,
        };
        let steps = steps.iter().map(|(value, color)| Step {
            value: Some(*value),
            color,
        });
        Self {
            mode: "absolute",
            steps: [lowest].into_iter().chain(steps).collect(),
        }
    }
}

/// A text in place of a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Mapping {
    #[serde(rename = "type")]
    kind: &'static str,
    options: Value,
}

/// Texts and colours in place of values.
pub(super) fn texts(texts: &[(&str, &str, &str)]) -> Mapping {
    let options = texts
        .iter()
        .enumerate()
        .map(|(index, (value, text, color))| {
            let result = json!({ "text": text, "color": color, "index": index });
            ((*value).to_owned(), result)
        });
    Mapping {
        kind: "value",
        options: Value::Object(options.collect()),
    }
}

/// A text where nothing was recorded.
pub(super) fn nothing(text: &str) -> Mapping {
    Mapping {
        kind: "special",
        options: json!({ "match": "null", "result": { "text": text, "color": NEUTRAL } }),
    }
}

/// A link on a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Link {
    title: &'static str,
    url: &'static str,
}

impl Link {
    /// A link of this title.
    pub(super) const fn new(title: &'static str, url: &'static str) -> Self {
        Self { title, url }
    }
}

/// How the values of some columns or series look.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Override {
    matcher: Matcher,
    properties: Vec<Property>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Matcher {
    id: &'static str,
    options: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Property {
    id: &'static str,
    value: Value,
}

impl Override {
    /// Of the column or series of this name.
    pub(super) fn of(name: &str) -> Self {
        Self::matching("byName", name)
    }

    /// Of what a query answers.
    pub(super) fn of_query(ref_id: &str) -> Self {
        Self::matching("byFrameRefID", ref_id)
    }

    fn matching(id: &'static str, options: &str) -> Self {
        Self {
            matcher: Matcher {
                id,
                options: options.to_owned(),
            },
            properties: Vec::new(),
        }
    }

    fn with(mut self, id: &'static str, value: Value) -> Self {
        self.properties.push(Property { id, value });
        self
    }

    /// The unit.
    pub(super) fn unit(self, unit: &str) -> Self {
        self.with("unit", json!(unit))
    }

    /// The name that people read.
    pub(super) fn named(self, name: &str) -> Self {
        self.with("displayName", json!(name))
    }

    /// Texts for values.
    pub(super) fn mapped(self, mappings: &[Mapping]) -> Self {
        self.with("mappings", json!(mappings))
    }

    /// One colour; what it says is said by the name beside it.
    pub(super) fn color(self, color: &str) -> Self {
        self.with("color", json!({ "mode": "fixed", "fixedColor": color }))
    }

    /// The colour of a cell's text, as its mapping says.
    pub(super) fn colored_text(self) -> Self {
        self.with("custom.cellOptions", json!({ "type": "color-text" }))
    }

    /// Where a click leads.
    pub(super) fn linked(self, link: &Link) -> Self {
        self.with("links", json!([link]))
    }
}

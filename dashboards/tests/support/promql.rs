//! Parses an expression, and finds metrics, labels and values that are not exported.

use std::fmt;

use promql_parser::label::{MatchOp, Matchers};
use promql_parser::parser::{
    self, AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality,
    VectorSelector,
};

use super::metrics::{Labels, Values, metric, replica_labels};

/// A mistake in an expression, a panel or a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mistake {
    /// The kind of mistake. Tests refer to it.
    pub(crate) name: &'static str,
    /// Where, and what to do.
    pub(crate) about: String,
}

impl Mistake {
    /// A mistake of this name.
    pub(crate) fn new(name: &'static str, about: impl Into<String>) -> Self {
        Self {
            name,
            about: about.into(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.name, self.about)
    }
}

/// The result of reading an expression.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The labels that the resulting series can have. None for a number.
    pub(crate) labels: Option<Labels>,
    /// The selectors.
    pub(crate) selectors: Vec<VectorSelector>,
    /// The mistakes.
    pub(crate) mistakes: Vec<Mistake>,
}

/// Reads an expression without variables of Grafana.
pub(crate) fn read(expression: &str) -> Read {
    let mut reader = Reader(Read::default());
    match parser::parse(expression) {
        Ok(parsed) => reader.0.labels = reader.walk(&parsed, Use::AsItIs),
        Err(error) => reader.mistake("syntax", format!("{error} in {expression}")),
    }
    reader.0
}

/// How a selected series is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// By its value.
    AsItIs,
    /// By its rate.
    Rate,
}

struct Reader(Read);

impl Reader {
    fn mistake(&mut self, name: &'static str, about: impl Into<String>) {
        self.0.mistakes.push(Mistake::new(name, about));
    }

    /// The labels that the resulting series can have. None for a number or a text.
    fn walk(&mut self, expression: &Expr, how: Use) -> Option<Labels> {
        match expression {
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => None,
            Expr::Paren(inner) => self.walk(&inner.expr, how),
            Expr::Unary(inner) => self.walk(&inner.expr, how),
            Expr::Subquery(inner) => self.walk(&inner.expr, how),
            Expr::VectorSelector(selector) => Some(self.selector(selector, how)),
            Expr::MatrixSelector(selector) => Some(self.selector(&selector.vs, how)),
            Expr::Aggregate(aggregate) => Some(self.aggregate(aggregate)),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Call(call) => self.call(call),
        }
    }

    fn selector(&mut self, selector: &VectorSelector, how: Use) -> Labels {
        self.0.selectors.push(selector.clone());
        let Some(name) = &selector.name else {
            self.mistake("selector without metric", selector.to_string());
            return Labels::new();
        };
        let Some(metric) = metric(name) else {
            self.mistake(
                "unknown metric",
                format!("{name} is neither exported nor recorded"),
            );
            return matched(&selector.matchers);
        };
        for label in matched(&selector.matchers) {
            if !metric.labels.contains(&label) {
                self.mistake("unknown label", format!("{name} has no label {label}"));
            }
        }
        for about in unknown_values(&selector.matchers, metric.values) {
            self.mistake("unknown value", format!("{name} never has {about}"));
        }
        match (metric.counter, how) {
            (true, Use::AsItIs) => self.mistake("counter without rate", name.as_str()),
            (false, Use::Rate) => self.mistake("rate of a gauge", name.as_str()),
            _ => {}
        }
        metric.labels
    }

    fn aggregate(&mut self, aggregate: &AggregateExpr) -> Labels {
        let operator = aggregate.op.to_string();
        let below = self.walk(&aggregate.expr, Use::AsItIs).unwrap_or_default();
        let chooses = ["topk", "bottomk", "limitk", "limit_ratio"].contains(&operator.as_str());
        let mut kept = match &aggregate.modifier {
            Some(LabelModifier::Include(labels)) => {
                self.known(&labels.labels, &below, &operator);
                labels.labels.iter().cloned().collect()
            }
            Some(LabelModifier::Exclude(labels)) => {
                let known = &below | &replica_labels();
                self.known(&labels.labels, &known, &operator);
                &below - &labels.labels.iter().cloned().collect()
            }
            None => Labels::new(),
        };
        if let ("count_values", Some(Expr::StringLiteral(label))) =
            (operator.as_str(), aggregate.param.as_deref())
        {
            kept.insert(label.val.clone());
        }
        if chooses { below } else { kept }
    }

    fn binary(&mut self, binary: &BinaryExpr) -> Option<Labels> {
        let left = self.walk(&binary.lhs, Use::AsItIs);
        let right = self.walk(&binary.rhs, Use::AsItIs);
        let (left, right) = match (left, right) {
            (Some(left), Some(right)) => (left, right),
            (left, right) => return left.or(right),
        };
        let operator = binary.op.to_string();
        let modifier = binary.modifier.as_ref();
        let matching = modifier.and_then(|modifier| modifier.matching.as_ref());
        if let Some(LabelModifier::Include(labels)) = matching {
            self.known(&labels.labels, &(&left & &right), &operator);
        } else if matching.is_none() && operator != "or" && left != right {
            self.mistake(
                "operands that never match",
                format!("{operator} between {left:?} and {right:?}; say on (…)"),
            );
        }
        Some(match operator.as_str() {
            "or" => &left | &right,
            "and" | "unless" => left,
            _ => self.matched(
                &left,
                &right,
                matching,
                modifier.map(|modifier| &modifier.card),
            ),
        })
    }

    /// The labels after arithmetic or a comparison of two vectors.
    fn matched(
        &mut self,
        left: &Labels,
        right: &Labels,
        matching: Option<&LabelModifier>,
        cardinality: Option<&VectorMatchCardinality>,
    ) -> Labels {
        let (many, one, taken) = match cardinality {
            Some(VectorMatchCardinality::ManyToOne(taken)) => (left, right, Some(taken)),
            Some(VectorMatchCardinality::OneToMany(taken)) => (right, left, Some(taken)),
            _ => (left, right, None),
        };
        match (taken, matching) {
            (Some(taken), _) => {
                self.known(&taken.labels, one, "group");
                many | &taken.labels.iter().cloned().collect()
            }
            (None, Some(LabelModifier::Include(labels))) => labels.labels.iter().cloned().collect(),
            (None, Some(LabelModifier::Exclude(labels))) => {
                many - &labels.labels.iter().cloned().collect()
            }
            (None, None) => many.clone(),
        }
    }

    fn call(&mut self, call: &Call) -> Option<Labels> {
        let name = call.func.name;
        let how = match name {
            "rate" | "irate" | "increase" | "resets" => Use::Rate,
            _ => Use::AsItIs,
        };
        let arguments: Vec<Option<Labels>> = call
            .args
            .args
            .iter()
            .map(|argument| self.walk(argument, how))
            .collect();
        let mut labels = arguments.into_iter().flatten().next()?;
        let text = |index: usize| match call.args.args.get(index).map(|argument| &**argument) {
            Some(Expr::StringLiteral(text)) => text.val.clone(),
            _ => String::new(),
        };
        match name {
            "label_replace" => {
                let source = text(3);
                if !source.is_empty() {
                    self.known(&[source], &labels, name);
                }
                labels.insert(text(1));
            }
            "histogram_quantile" if !labels.remove("le") => {
                self.mistake("quantile without le", call.to_string());
            }
            "scalar" => return None,
            // Why: an absent series has only the labels of the equality matchers.
            "absent" | "absent_over_time" => {
                return call.args.args.first().map(|argument| asked_for(argument));
            }
            _ => {}
        }
        Some(labels)
    }

    fn known(&mut self, labels: &[String], known: &Labels, operator: &str) {
        for label in labels.iter().filter(|label| !known.contains(*label)) {
            self.mistake(
                "unknown label",
                format!("{operator} names {label}, which its operand does not have"),
            );
        }
    }
}

/// The labels that a selector compares with one value.
fn asked_for(expression: &Expr) -> Labels {
    let matchers = match expression {
        Expr::VectorSelector(selector) => &selector.matchers,
        Expr::MatrixSelector(selector) => &selector.vs.matchers,
        _ => return Labels::new(),
    };
    let equal = matchers.matchers.iter();
    equal
        .filter(|matcher| matches!(matcher.op, MatchOp::Equal))
        .map(|matcher| matcher.name.clone())
        .collect()
}

/// Values in matchers that are not on the closed list of their label. A regular expression is read as its alternatives.
fn unknown_values(matchers: &Matchers, lists: Values) -> Vec<String> {
    let mut unknown = Vec::new();
    for matcher in &matchers.matchers {
        let Some((_, list)) = lists.iter().find(|(label, _)| *label == matcher.name) else {
            continue;
        };
        for value in matcher.value.split('|') {
            let is_plain = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if is_plain && !list.contains(&value) {
                unknown.push(format!("{}=\"{value}\"", matcher.name));
            }
        }
    }
    unknown
}

fn matched(matchers: &Matchers) -> Labels {
    let alternatives = matchers.or_matchers.iter().flatten();
    matchers
        .matchers
        .iter()
        .chain(alternatives)
        .map(|matcher| matcher.name.clone())
        .collect()
}

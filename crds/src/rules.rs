//! Rules over more than one field: each in CEL for the API server, and beside it its native twin.
//! A rule over an object before and after an update has no twin, since a folder knows no updates.

use gradus_engine::key::Kind;
use jiff::civil::Date;
use serde_json::{Value, json};

/// One rule.
pub(crate) struct Rule {
    /// The kind.
    pub(crate) kind: Kind,
    /// The value it is about, `[]` for every item of a list.
    pub(crate) at: &'static str,
    /// The field below that value that is to blame.
    pub(crate) field: Option<&'static str>,
    /// What is wrong when it does not hold.
    pub(crate) message: &'static str,
    /// The rule in CEL.
    pub(crate) cel: &'static str,
    /// The same rule over the value. Values of wrong types hold: the schema speaks of them.
    pub(crate) twin: Twin,
}

/// The native side of a rule.
pub(crate) enum Twin {
    /// A test of the value.
    Holds(fn(&Value) -> bool),
    /// None: the rule compares with the object before.
    Transition,
    /// None: the rule compares with the object before, and also speaks of an object that was not there.
    Creation,
}

impl Rule {
    /// The rule as a CRD carries it.
    pub(crate) fn validation(&self) -> Value {
        let mut validation = json!({"rule": self.cel, "message": self.message});
        if let Some(fields) = validation.as_object_mut() {
            if let Some(field) = self.field {
                fields.insert("fieldPath".to_owned(), format!(".{field}").into());
            }
            if matches!(self.twin, Twin::Creation) {
                fields.insert("optionalOldSelf".to_owned(), true.into());
            }
        }
        validation
    }
}

/// The rules at one place of one kind, in order.
pub(crate) fn at(kind: Kind, place: &str) -> impl Iterator<Item = &'static Rule> {
    RULES
        .iter()
        .filter(move |rule| rule.kind == kind && rule.at == place)
}

/// Nothing but the approval of a waiver may change: this rule stands on each of its fields.
const fn unchanged(kind: Kind, at: &'static str) -> Rule {
    Rule {
        kind,
        at,
        field: None,
        message: "never changes: delete the object and create another",
        cel: "self == oldSelf",
        twin: Twin::Transition,
    }
}

/// Every rule.
pub(crate) static RULES: &[Rule] = &[
    Rule {
        kind: Kind::MaturityModel,
        at: "spec.scoring.walk.threshold",
        field: Some("numerator"),
        message: "a threshold is at most 1: the numerator is not above the denominator",
        cel: "self.numerator <= self.denominator",
        twin: Twin::Holds(|threshold| rising(threshold, "numerator", "denominator")),
    },
    Rule {
        kind: Kind::MaturityModel,
        at: "spec.scoring",
        field: Some("overall"),
        message: "walk, with its threshold, is needed where leaf or overall is Walk",
        cel: "has(self.walk) || (self.overall.by != 'Walk' && !(has(self.leaf) && self.leaf == 'Walk'))",
        twin: Twin::Holds(|scoring| {
            has(scoring, "walk")
                || (scoring.pointer("/overall/by") != Some(&json!("Walk"))
                    && scoring.get("leaf") != Some(&json!("Walk")))
        }),
    },
    Rule {
        kind: Kind::MaturityModel,
        at: "spec.criteria[]",
        field: Some("requires"),
        message: "atLeast.count is not above the number of its items",
        cel: "!has(self.requires) || !has(self.requires.atLeast) || \
              self.requires.atLeast.count <= size(self.requires.atLeast.of)",
        twin: Twin::Holds(|criterion| {
            let at_least = criterion
                .pointer("/requires/atLeast")
                .unwrap_or(&Value::Null);
            match (
                at_least.get("count").and_then(integer),
                at_least.get("of").and_then(Value::as_array),
            ) {
                (Some(count), Some(items)) => {
                    count <= i64::try_from(items.len()).unwrap_or(i64::MAX)
                }
                _ => true,
            }
        }),
    },
    Rule {
        kind: Kind::MaturityModel,
        at: "spec.criteria[]",
        field: Some("negates"),
        message: "only a criterion of kind Negative negates others",
        cel: "!has(self.negates) || (has(self.kind) && self.kind == 'Negative')",
        twin: Twin::Holds(|criterion| {
            !has(criterion, "negates") || criterion.get("kind") == Some(&json!("Negative"))
        }),
    },
    Rule {
        kind: Kind::Profile,
        at: "spec.requirements[]",
        field: Some("maximum"),
        message: "the maximum is not below the minimum",
        cel: "!has(self.minimum) || !has(self.maximum) || self.minimum <= self.maximum",
        twin: Twin::Holds(|requirement| rising(requirement, "minimum", "maximum")),
    },
    Rule {
        kind: Kind::Capability,
        at: "spec.units",
        field: Some("covered"),
        message: "no more units are covered than there are",
        cel: "!has(self.total) || !has(self.covered) || self.covered <= self.total",
        twin: Twin::Holds(|units| rising(units, "covered", "total")),
    },
    Rule {
        kind: Kind::Capability,
        at: "spec.evidence[]",
        field: None,
        message: "a probe needs every and maxAge: how often it looks, and how long that lasts",
        cel: "has(self.attestation) || (has(self.every) && has(self.maxAge))",
        twin: Twin::Holds(|item| {
            has(item, "attestation") || (has(item, "every") && has(item, "maxAge"))
        }),
    },
    Rule {
        kind: Kind::Attestation,
        at: "spec",
        field: None,
        message: "an attestation is never edited: delete it and create another",
        cel: "self == oldSelf",
        twin: Twin::Transition,
    },
    Rule {
        kind: Kind::Attestation,
        at: "spec",
        field: Some("validUntil"),
        message: "validUntil is not before issued",
        cel: "self.issued <= self.validUntil",
        twin: Twin::Holds(|spec| {
            days(spec, "issued", "validUntil", |issued, until| {
                issued <= until
            })
        }),
    },
    Rule {
        kind: Kind::Attestation,
        at: "spec",
        field: Some("validUntil"),
        message: "validUntil is at most three years after issued",
        cel: "self.validUntil.getFullYear() - self.issued.getFullYear() < 3 || \
              (self.validUntil.getFullYear() - self.issued.getFullYear() == 3 && \
              (self.validUntil.getMonth() < self.issued.getMonth() || \
              (self.validUntil.getMonth() == self.issued.getMonth() && \
              self.validUntil.getDate() <= self.issued.getDate())))",
        twin: Twin::Holds(|spec| {
            days(spec, "issued", "validUntil", |issued, until| {
                let years = until.year() - issued.year();
                years < 3
                    || (years == 3
                        && (until.month(), until.day()) <= (issued.month(), issued.day()))
            })
        }),
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("approvedBy"),
        message: "a waiver is created without approvedBy; another person adds it by an update",
        cel: "oldSelf.hasValue() || !has(self.approvedBy)",
        twin: Twin::Creation,
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("approvedBy"),
        message: "an approval is never withdrawn: delete the waiver",
        cel: "!has(oldSelf.approvedBy) || has(self.approvedBy)",
        twin: Twin::Transition,
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("ticket"),
        message: "never changes: delete the object and create another",
        cel: "has(self.ticket) == has(oldSelf.ticket)",
        twin: Twin::Transition,
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("approvedBy"),
        message: "nobody approves their own request",
        cel: "!has(self.approvedBy) || self.approvedBy != self.requestedBy",
        twin: Twin::Holds(|spec| {
            !has(spec, "approvedBy") || spec.get("approvedBy") != spec.get("requestedBy")
        }),
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("until"),
        message: "until is not before from",
        cel: "self.from <= self.until",
        twin: Twin::Holds(|spec| days(spec, "from", "until", |from, until| from <= until)),
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("until"),
        message: "until is at most 400 days after from",
        // Years first: CEL cannot subtract days that are centuries apart.
        cel: "self.until <= self.from || (self.until.getFullYear() - self.from.getFullYear() <= 2 && \
              self.until - self.from <= duration('9600h'))",
        twin: Twin::Holds(|spec| {
            days(spec, "from", "until", |from, until| {
                until.duration_since(from).as_hours() <= 9600
            })
        }),
    },
    unchanged(Kind::Waiver, "spec.assessment"),
    unchanged(Kind::Waiver, "spec.criteria"),
    unchanged(Kind::Waiver, "spec.reason"),
    unchanged(Kind::Waiver, "spec.ticket"),
    unchanged(Kind::Waiver, "spec.requestedBy"),
    unchanged(Kind::Waiver, "spec.approvedBy"),
    unchanged(Kind::Waiver, "spec.from"),
    unchanged(Kind::Waiver, "spec.until"),
    unchanged(Kind::Waiver, "spec.treatAs"),
    Rule {
        kind: Kind::Assessment,
        at: "spec.target",
        field: Some("upTo"),
        message: "upTo is an aspiration above the target's stage, not below it",
        cel: "!has(self.upTo) || self.stage <= self.upTo",
        twin: Twin::Holds(|target| rising(target, "stage", "upTo")),
    },
    Rule {
        kind: Kind::Assessment,
        at: "spec.engagement",
        field: Some("until"),
        message: "until is not before since",
        cel: "!has(self.since) || !has(self.until) || self.since <= self.until",
        twin: Twin::Holds(|engagement| {
            days(engagement, "since", "until", |since, until| since <= until)
        }),
    },
];

/// Whether a field is there, as CEL's `has()` sees it: a null is dropped before.
fn has(value: &Value, field: &str) -> bool {
    value.get(field).is_some_and(|field| !field.is_null())
}

/// A whole number, also when it is written 4.0.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().and_then(crate::facts::whole))
}

/// Whether one field is not above the other; holds when either is not there.
fn rising(value: &Value, lower: &str, upper: &str) -> bool {
    match (
        value.get(lower).and_then(integer),
        value.get(upper).and_then(integer),
    ) {
        (Some(lower), Some(upper)) => lower <= upper,
        _ => true,
    }
}

/// Whether two days stand as they should; holds when either is not there.
fn days(value: &Value, from: &str, until: &str, stand: fn(Date, Date) -> bool) -> bool {
    match (
        value.get(from).and_then(day),
        value.get(until).and_then(day),
    ) {
        (Some(from), Some(until)) => stand(from, until),
        _ => true,
    }
}

/// A calendar day written `2027-03-31`, and in no other way.
pub(crate) fn day(value: &Value) -> Option<Date> {
    let text = value.as_str().filter(|text| text.len() == 10)?;
    text.parse().ok()
}

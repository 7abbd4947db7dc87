//! Rules over more than one field: each in CEL for the API server, and beside it its native check, which names
//! the values. A rule that compares an update with the stored object has no native check: a folder has no updates.

use gradus_engine::key::Kind;
use jiff::civil::Date;
use serde_json::{Value, json};

/// One rule.
pub(crate) struct Rule {
    /// The kind.
    pub(crate) kind: Kind,
    /// The value it is about, `[]` for every item of a list.
    pub(crate) at: &'static str,
    /// The field below that value at which a violation is reported.
    pub(crate) field: Option<&'static str>,
    /// The rule in words, as the API server reports it; the help of the native finding.
    pub(crate) message: &'static str,
    /// The rule in CEL.
    pub(crate) cel: &'static str,
    /// The same rule in Rust.
    pub(crate) check: NativeCheck,
}

/// The native side of a rule.
pub(crate) enum NativeCheck {
    /// What is wrong with a value, in words that name it; none when the rule holds, and for values of a wrong
    /// type, which the schema reports.
    Fault(fn(&Value) -> Option<String>),
    /// None: the rule compares an update with the stored object.
    Transition,
    /// None: the rule compares with the stored object, and also applies to a creation.
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
            if matches!(self.check, NativeCheck::Creation) {
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

/// The rule of every field of a waiver: only its approval may be added.
const fn unchanged(kind: Kind, at: &'static str) -> Rule {
    Rule {
        kind,
        at,
        field: None,
        message: "cannot be changed; delete the object and create a new one",
        cel: "self == oldSelf",
        check: NativeCheck::Transition,
    }
}

/// Every rule.
pub(crate) static RULES: &[Rule] = &[
    Rule {
        kind: Kind::MaturityModel,
        at: "spec.scoring.walk.threshold",
        field: Some("numerator"),
        message: "numerator must not be greater than denominator: a threshold is at most 1",
        cel: "self.numerator <= self.denominator",
        check: NativeCheck::Fault(|threshold| greater(threshold, "numerator", "denominator")),
    },
    Rule {
        kind: Kind::MaturityModel,
        at: "spec.scoring",
        field: Some("overall"),
        message: "walk, with its threshold, is required when leaf or overall.by is Walk",
        cel: "has(self.walk) || (self.overall.by != 'Walk' && !(has(self.leaf) && self.leaf == 'Walk'))",
        check: NativeCheck::Fault(|scoring| {
            let walks = [("overall.by", "/overall/by"), ("leaf", "/leaf")]
                .into_iter()
                .find(|(_, pointer)| scoring.pointer(pointer) == Some(&json!("Walk")));
            let (name, _) = walks.filter(|_| !has(scoring, "walk"))?;
            Some(format!("{name} is Walk, and walk is missing"))
        }),
    },
    Rule {
        kind: Kind::MaturityModel,
        at: "spec.criteria[]",
        field: Some("requires"),
        message: "atLeast.count must not be greater than the number of items in atLeast.of",
        cel: "!has(self.requires) || !has(self.requires.atLeast) || \
              self.requires.atLeast.count <= size(self.requires.atLeast.of)",
        check: NativeCheck::Fault(|criterion| {
            let at_least = criterion.pointer("/requires/atLeast")?;
            let count = at_least.get("count").and_then(integer)?;
            let items = at_least.get("of")?.as_array()?.len();
            let enough = count <= i64::try_from(items).unwrap_or(i64::MAX);
            (!enough).then(|| format!("atLeast.count is {count}, and atLeast.of has only {items}"))
        }),
    },
    Rule {
        kind: Kind::MaturityModel,
        at: "spec.criteria[]",
        field: Some("negates"),
        message: "negates is only for a criterion of kind Negative",
        cel: "!has(self.negates) || (has(self.kind) && self.kind == 'Negative')",
        check: NativeCheck::Fault(|criterion| {
            let kind = criterion.get("kind").and_then(Value::as_str);
            let wrong = has(criterion, "negates") && kind != Some("Negative");
            wrong.then(|| format!("negates is set, and kind is {}", kind.unwrap_or("Standard")))
        }),
    },
    Rule {
        kind: Kind::Profile,
        at: "spec.requirements[]",
        field: Some("maximum"),
        message: "maximum must not be less than minimum",
        cel: "!has(self.minimum) || !has(self.maximum) || self.minimum <= self.maximum",
        check: NativeCheck::Fault(|requirement| less(requirement, "maximum", "minimum")),
    },
    Rule {
        kind: Kind::Capability,
        at: "spec.units",
        field: Some("covered"),
        message: "covered must not be greater than total",
        cel: "!has(self.total) || !has(self.covered) || self.covered <= self.total",
        check: NativeCheck::Fault(|units| greater(units, "covered", "total")),
    },
    Rule {
        kind: Kind::Capability,
        at: "spec.evidence[]",
        field: None,
        message: "a probe must set every (how often it runs) and maxAge (how long a result is valid)",
        cel: "has(self.attestation) || (has(self.every) && has(self.maxAge))",
        check: NativeCheck::Fault(|item| {
            let missing = |field: &&str| !has(item, field);
            let missing: Vec<&str> = ["every", "maxAge"].into_iter().filter(missing).collect();
            let wrong = item.is_object() && !has(item, "attestation") && !missing.is_empty();
            wrong.then(|| format!("the probe does not set {}", missing.join(" and ")))
        }),
    },
    Rule {
        kind: Kind::Attestation,
        at: "spec",
        field: None,
        message: "an attestation cannot be changed; delete it and create a new one",
        cel: "self == oldSelf",
        check: NativeCheck::Transition,
    },
    Rule {
        kind: Kind::Attestation,
        at: "spec",
        field: Some("validUntil"),
        message: "validUntil must not be before issued",
        cel: "self.issued <= self.validUntil",
        check: NativeCheck::Fault(|spec| before(spec, "validUntil", "issued")),
    },
    Rule {
        kind: Kind::Attestation,
        at: "spec",
        field: Some("validUntil"),
        message: "validUntil must be at most three years after issued",
        cel: "self.validUntil.getFullYear() - self.issued.getFullYear() < 3 || \
              (self.validUntil.getFullYear() - self.issued.getFullYear() == 3 && \
              (self.validUntil.getMonth() < self.issued.getMonth() || \
              (self.validUntil.getMonth() == self.issued.getMonth() && \
              self.validUntil.getDate() <= self.issued.getDate())))",
        check: NativeCheck::Fault(|spec| {
            let (issued, until) = days(spec, "issued", "validUntil")?;
            let years = until.year() - issued.year();
            let within = years < 3
                || (years == 3 && (until.month(), until.day()) <= (issued.month(), issued.day()));
            let said =
                || format!("validUntil ({until}) is more than three years after issued ({issued})");
            (!within).then(said)
        }),
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("approvedBy"),
        message: "a waiver must be created without approvedBy; another person adds it with an update",
        cel: "oldSelf.hasValue() || !has(self.approvedBy)",
        check: NativeCheck::Creation,
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("approvedBy"),
        message: "approvedBy cannot be removed; delete the waiver",
        cel: "!has(oldSelf.approvedBy) || has(self.approvedBy)",
        check: NativeCheck::Transition,
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("ticket"),
        message: "cannot be changed; delete the object and create a new one",
        cel: "has(self.ticket) == has(oldSelf.ticket)",
        check: NativeCheck::Transition,
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("approvedBy"),
        message: "approvedBy must be another person than requestedBy",
        cel: "!has(self.approvedBy) || self.approvedBy != self.requestedBy",
        check: NativeCheck::Fault(|spec| {
            let person = spec.get("approvedBy")?.as_str()?;
            let same = spec.get("requestedBy")?.as_str()? == person;
            same.then(|| format!("approvedBy and requestedBy are both {person}"))
        }),
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("until"),
        message: "until must not be before from",
        cel: "self.from <= self.until",
        check: NativeCheck::Fault(|spec| before(spec, "until", "from")),
    },
    Rule {
        kind: Kind::Waiver,
        at: "spec",
        field: Some("until"),
        message: "until must be at most 400 days after from",
        // Why: years first, since CEL cannot subtract days that are centuries apart.
        cel: "self.until <= self.from || (self.until.getFullYear() - self.from.getFullYear() <= 2 && \
              self.until - self.from <= duration('9600h'))",
        check: NativeCheck::Fault(|spec| {
            let (from, until) = days(spec, "from", "until")?;
            let length = until.duration_since(from).as_hours() / 24;
            (length > 400).then(|| format!("until ({until}) is {length} days after from ({from})"))
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
        message: "upTo must not be less than stage",
        cel: "!has(self.upTo) || self.stage <= self.upTo",
        check: NativeCheck::Fault(|target| less(target, "upTo", "stage")),
    },
    Rule {
        kind: Kind::Assessment,
        at: "spec.engagement",
        field: Some("until"),
        message: "until must not be before since",
        cel: "!has(self.since) || !has(self.until) || self.since <= self.until",
        check: NativeCheck::Fault(|engagement| before(engagement, "until", "since")),
    },
];

/// Whether a field is set, as CEL's `has()` sees it: a null counts as left out.
fn has(value: &Value, field: &str) -> bool {
    value.get(field).is_some_and(|field| !field.is_null())
}

/// A whole number, also when it is written 4.0.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().and_then(crate::facts::whole))
}

/// That a number is less than another one; none when it is not, or one of them is missing.
fn less(value: &Value, field: &str, than: &str) -> Option<String> {
    let (number, other) = (integer(value.get(field)?)?, integer(value.get(than)?)?);
    (number < other).then(|| format!("{field} ({number}) is less than {than} ({other})"))
}

/// That a number is greater than another one; none when it is not, or one of them is missing.
fn greater(value: &Value, field: &str, than: &str) -> Option<String> {
    let (number, other) = (integer(value.get(field)?)?, integer(value.get(than)?)?);
    (number > other).then(|| format!("{field} ({number}) is greater than {than} ({other})"))
}

/// That a day is before another one; none when it is not, or one of them is missing.
fn before(value: &Value, field: &str, than: &str) -> Option<String> {
    let (day, other) = days(value, field, than)?;
    (day < other).then(|| format!("{field} ({day}) is before {than} ({other})"))
}

/// Two days; none when one of them is missing.
fn days(value: &Value, one: &str, other: &str) -> Option<(Date, Date)> {
    Some((day(value.get(one)?)?, day(value.get(other)?)?))
}

/// A calendar day written `2027-03-31`, and in no other way.
pub(crate) fn day(value: &Value) -> Option<Date> {
    let text = value.as_str().filter(|text| text.len() == 10)?;
    text.parse().ok()
}

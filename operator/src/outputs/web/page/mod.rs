//! The pages: what a view says, put into words and shapes for a template. Nothing is scored here.

mod assessment;
mod capability;
mod chip;
mod criteria;
mod fleet;
mod glyphs;
mod heatmap;
mod history;
mod ladder;
mod missing;
mod model;
mod runway;
mod shape;
mod taken_down;

use std::ops::Range;
use std::sync::Arc;

use gradus_crds::wording::{self, calendar};
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::Snapshot;
use gradus_manifests::finding::{Finding, Snippet};

pub(super) use assessment::assessment;
pub(super) use capability::capability;
pub(super) use fleet::fleet;
pub(super) use missing::missing;
pub(super) use model::model;

use super::assets;
use super::link;
use super::published_state::PublishedState;

/// How many findings a page shows; `gradus lint` shows all.
const FINDINGS: usize = 50;

/// What every page has around it: the snapshot it is made from, and what is wrong with documents.
pub(super) struct Frame {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) version: u64,
    pub(super) findings: Findings,
    pub(super) assets: assets::Paths,
}

impl Frame {
    /// Takes what is published now.
    pub(super) fn of(source: &dyn PublishedState) -> Self {
        // The version first: a page may be newer than it says, never older.
        let version = *source.versions().borrow();
        Self {
            findings: Findings::of(&source.findings()),
            snapshot: source.snapshot(),
            version,
            assets: assets::paths(),
        }
    }

    fn as_of(&self) -> String {
        calendar::minute(self.snapshot.at)
    }
}

/// What is wrong with the documents: errors first, and no more than a page bears.
pub(super) struct Findings {
    errors: usize,
    warnings: usize,
    rows: Vec<FindingRow>,
}

impl Findings {
    fn of(findings: &[Finding]) -> Self {
        let (errors, warnings): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| finding.is_error());
        let first = errors.iter().chain(&warnings).take(FINDINGS);
        Self {
            rows: first.map(|finding| FindingRow::of(finding)).collect(),
            errors: errors.len(),
            warnings: warnings.len(),
        }
    }

    fn summary(&self) -> String {
        let parts: Vec<String> = [
            (self.errors, wording::count(self.errors, "error", "errors")),
            (
                self.warnings,
                wording::count(self.warnings, "warning", "warnings"),
            ),
        ]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(_, words)| words)
        .collect();
        format!("{} in the documents", parts.join(" and "))
    }

    /// How many are not shown.
    fn others(&self) -> usize {
        (self.errors + self.warnings).saturating_sub(self.rows.len())
    }
}

/// One thing that is wrong with a document.
pub(super) struct FindingRow {
    error: bool,
    word: &'static str,
    place: String,
    object: Option<Link>,
    code: &'static str,
    message: String,
    help: Option<String>,
    snippet: Option<SnippetText>,
}

impl FindingRow {
    fn of(finding: &Finding) -> Self {
        let diagnostic = &finding.diagnostic;
        Self {
            error: finding.is_error(),
            word: if finding.is_error() {
                "Error"
            } else {
                "Warning"
            },
            place: match finding.line {
                0 => finding.file.to_string(),
                line => format!("{}:{line}:{}", finding.file, finding.column),
            },
            object: finding.object.as_ref().map(Link::to),
            code: diagnostic.code,
            message: match diagnostic.path.as_str() {
                "" => diagnostic.message.clone(),
                path => format!("{path}: {}", diagnostic.message),
            },
            help: diagnostic.help.clone(),
            snippet: finding.snippet.as_ref().and_then(SnippetText::of),
        }
    }
}

/// A few lines of a document in three parts: the middle one is wrong.
pub(super) struct SnippetText {
    before: String,
    wrong: String,
    after: String,
}

impl SnippetText {
    fn of(snippet: &Snippet) -> Option<Self> {
        let part = |range: Range<usize>| snippet.text.get(range).map(str::to_owned);
        Some(Self {
            before: part(0..snippet.start)?,
            wrong: part(snippet.start..snippet.end)?,
            after: part(snippet.end..snippet.text.len())?,
        })
    }
}

/// A text that leads somewhere, or only a text.
pub(super) struct Link {
    text: String,
    href: Option<String>,
}

impl Link {
    fn to(key: &ObjectKey) -> Self {
        let href = match key.kind {
            Kind::Assessment => Some(link::assessment(key)),
            Kind::Capability => Some(link::capability(&key.namespace, &key.name)),
            Kind::MaturityModel => Some(link::model(&key.name)),
            Kind::Profile | Kind::Attestation | Kind::Waiver => None,
        };
        Self {
            text: key.to_string(),
            href,
        }
    }

    fn new(text: impl Into<String>, href: String) -> Self {
        Self {
            text: text.into(),
            href: Some(href),
        }
    }
}

//! What is new in a published version: transitions with their causes, changed numbers, findings, health.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use gradus_crds::wording::{sentence, transition};
use gradus_engine::key::ObjectKey;
use gradus_engine::ledger::Entry;
use gradus_engine::verdict::Transition;
use gradus_engine::view::AssessmentView;
use gradus_operator::scoring::{CommittedEntry, Published};
use jiff::Timestamp;

use crate::names;
use crate::output::summary;
use crate::output::text::Tone;

/// News that a live table shows at most.
const LATEST: usize = 6;

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct News {
    /// When.
    pub(super) at: Timestamp,
    /// The subject: an assessment, a document, the folder.
    pub(super) about: String,
    /// What happened.
    pub(super) text: String,
    /// The emphasis.
    pub(super) tone: Tone,
}

/// What is new since the version that was shown last.
#[derive(Debug, Default)]
pub(super) struct Newsreel {
    shown: BTreeMap<ObjectKey, Numbers>,
    /// The sequence of the last transition that was shown.
    transitions: BTreeMap<ObjectKey, u64>,
    findings: BTreeSet<String>,
    health: Option<String>,
    latest: VecDeque<News>,
    begun: bool,
}

/// The numbers of an assessment whose changes are news.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Numbers {
    stage: Option<u32>,
    potential: Option<u32>,
    missing: u64,
    score: Option<String>,
    problem: Option<String>,
}

impl Numbers {
    fn of(view: &AssessmentView) -> Self {
        Self {
            stage: view.stage,
            potential: view.potential_stage,
            missing: view.missing,
            score: view.score.as_ref().map(|score| score.shown.clone()),
            problem: view.problem.as_ref().map(|problem| problem.message.clone()),
        }
    }

    /// What changed, in words; none when nothing did.
    fn changes(&self, now: &Self) -> Option<(String, Tone)> {
        let number =
            |number: Option<u32>| number.map_or("none".to_owned(), |number| number.to_string());
        if let Some(problem) = now.problem.as_ref().filter(|_| self.problem != now.problem) {
            return Some((format!("cannot be scored: {problem}"), Tone::Bad));
        }
        let mut parts = Vec::new();
        let mut part = |what: &str, before: String, after: String| {
            if before != after {
                parts.push(format!("{what} {before} → {after}"));
            }
        };
        part("stage", number(self.stage), number(now.stage));
        part("potential", number(self.potential), number(now.potential));
        part("missing", self.missing.to_string(), now.missing.to_string());
        let points = |numbers: &Self| numbers.score.clone().unwrap_or("none".to_owned());
        part("points", points(self), points(now));
        let tone = match self.stage.cmp(&now.stage) {
            std::cmp::Ordering::Greater => Tone::Bad,
            std::cmp::Ordering::Less => Tone::Good,
            std::cmp::Ordering::Equal => Tone::Plain,
        };
        (!parts.is_empty()).then(|| (parts.join(", "), tone))
    }
}

impl Newsreel {
    /// What is new, in the order in which it is shown.
    pub(super) fn take(&mut self, published: &Published) -> Vec<News> {
        let mut news = self.of_removed(published);
        let mut moved = self.of_commits(published);
        news.extend(self.of_assessments(published, &mut moved));
        news.extend(moved.into_iter().map(|(_, news)| news));
        news.extend(self.of_findings(published));
        news.extend(self.of_health(published));
        if self.begun {
            self.latest.extend(news.iter().cloned());
            let surplus = self.latest.len().saturating_sub(LATEST);
            self.latest.drain(..surplus);
        }
        self.begun = true;
        news
    }

    /// The last news since the start, oldest first.
    pub(super) fn latest(&self) -> impl Iterator<Item = &News> {
        self.latest.iter()
    }

    fn of_removed(&mut self, published: &Published) -> Vec<News> {
        let views = &published.snapshot.assessments;
        let removed = self.shown.extract_if(.., |key, _| !views.contains_key(key));
        removed
            .map(|(key, _)| News {
                at: published.snapshot.at,
                about: names::of(&key),
                text: "was removed".to_owned(),
                tone: Tone::Doubt,
            })
            .collect()
    }

    /// New assessments, and changed numbers. The numbers that change with a transition go to its line.
    fn of_assessments(
        &mut self,
        published: &Published,
        moved: &mut [(ObjectKey, News)],
    ) -> Vec<News> {
        let commits = published.health.trouble().is_none();
        let mut news = Vec::new();
        for (key, view) in &published.snapshot.assessments {
            let now = Numbers::of(view);
            let (text, tone) = match self.shown.get(key) {
                None => {
                    let text = format!("{}. {}", summary::headline(view), sentence(view));
                    (text, Tone::Plain)
                }
                // Why: the commit follows at once with its cause, and one change is one line.
                Some(_) if commits && is_committed_soon(view) => continue,
                Some(shown) => {
                    let Some((text, tone)) = shown.changes(&now) else {
                        continue;
                    };
                    if let Some((_, transition)) = moved.iter_mut().rfind(|(of, _)| of == key) {
                        transition.text = format!("{} ({text})", transition.text);
                        self.shown.insert(key.clone(), now);
                        continue;
                    }
                    (text, tone)
                }
            };
            self.shown.insert(key.clone(), now);
            news.push(News {
                at: published.snapshot.at,
                about: names::of(key),
                text,
                tone,
            });
        }
        news
    }

    fn of_commits(&mut self, published: &Published) -> Vec<(ObjectKey, News)> {
        let mut news = Vec::new();
        for CommittedEntry { assessment, entry } in published.committed.iter() {
            let last = self.transitions.entry(assessment.clone()).or_default();
            if *last >= entry.sequence {
                continue;
            }
            *last = entry.sequence;
            if let Some(shown) = self.shown.get_mut(assessment)
                && entry.domain.is_none()
            {
                shown.stage = Some(entry.to);
            }
            let falls = published.snapshot.assessments.get(assessment);
            let falls = falls.map_or(&[][..], |view| &view.ledger.standing);
            let fall = falls.iter().find(|fall| fall.sequence == entry.sequence);
            let (text, tone) = moved(entry, fall.and_then(|fall| fall.evidence.as_deref()));
            let about = names::of(assessment);
            let told = News {
                at: entry.at,
                about,
                text,
                tone,
            };
            news.push((assessment.clone(), told));
        }
        news
    }

    fn of_findings(&mut self, published: &Published) -> Vec<News> {
        let at = published.snapshot.at;
        let mut now = BTreeSet::new();
        let mut news = Vec::new();
        for finding in published.findings.iter() {
            let said = finding.to_string();
            if !self.findings.contains(&said) {
                let tone = if finding.is_error() {
                    Tone::Bad
                } else {
                    Tone::Doubt
                };
                news.push(News {
                    at,
                    about: "document".to_owned(),
                    text: said.clone(),
                    tone,
                });
            }
            now.insert(said);
        }
        for mended in self.findings.difference(&now) {
            let text = format!("corrected: {mended}");
            news.push(News {
                at,
                about: "document".to_owned(),
                text,
                tone: Tone::Good,
            });
        }
        self.findings = now;
        news
    }

    fn of_health(&mut self, published: &Published) -> Option<News> {
        let health = published.health.trouble().map(str::to_owned);
        if health == self.health {
            return None;
        }
        self.health.clone_from(&health);
        let (text, tone) = match health {
            Some(trouble) => (trouble, Tone::Bad),
            None => (
                "everything can be read and committed again".to_owned(),
                Tone::Good,
            ),
        };
        Some(News {
            at: published.snapshot.at,
            about: "folder".to_owned(),
            text,
            tone,
        })
    }
}

/// Whether the stage differs from the committed one, and nothing delays the commit.
fn is_committed_soon(view: &AssessmentView) -> bool {
    view.suspended().is_none()
        && view.problem.is_none()
        && view.assessed
        && view.ledger.stage != view.stage
        && view.spec.regression.hold_for.is_zero()
}

/// A committed transition, with its cause.
fn moved(entry: &Entry, evidence: Option<&str>) -> (String, Tone) {
    let tone = match entry.transition {
        Transition::Fall => Tone::Bad,
        Transition::Rise if entry.from.is_none() => Tone::Plain,
        Transition::Rise | Transition::Restoration => Tone::Good,
        Transition::NewMark => Tone::Plain,
    };
    (transition::entry(entry, evidence), tone)
}

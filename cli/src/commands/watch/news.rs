//! What is new in what was published: moves with their causes, findings, health.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use gradus_engine::key::ObjectKey;
use gradus_engine::ledger::Entry;
use gradus_engine::view::AssessmentView;
use gradus_operator::modes::folder::{Published, Transition};
use gradus_operator::outputs::wording::sentence::{cause, sentence};
use jiff::Timestamp;

use crate::commands::score::summary;
use crate::names;
use crate::output::text::Tone;

/// News that a live table has room for.
const LATEST: usize = 6;

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct News {
    /// When.
    pub(super) at: Timestamp,
    /// Of what: an assessment, a file, the state.
    pub(super) about: String,
    /// What.
    pub(super) text: String,
    /// How it is meant.
    pub(super) tone: Tone,
}

/// What was told already.
#[derive(Debug, Default)]
pub(super) struct Newsreel {
    standings: BTreeMap<ObjectKey, Standing>,
    told: BTreeMap<ObjectKey, u64>,
    findings: BTreeSet<String>,
    health: Option<String>,
    latest: VecDeque<News>,
    begun: bool,
}

/// What moves in an assessment and is worth a line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    assessed: bool,
    stage: Option<u32>,
    potential: Option<u32>,
    missing: u64,
    score: Option<String>,
    problem: Option<String>,
}

impl Standing {
    fn of(view: &AssessmentView) -> Self {
        Self {
            assessed: view.assessed,
            stage: view.stage,
            potential: view.potential_stage,
            missing: view.missing,
            score: view.score.as_ref().map(|score| score.shown.clone()),
            problem: view.problem.as_ref().map(|problem| problem.message.clone()),
        }
    }

    fn differs(&self, now: &Self) -> Option<(String, Tone)> {
        let number =
            |number: Option<u32>| number.map_or("none".to_owned(), |number| number.to_string());
        if let Some(problem) = now.problem.as_ref().filter(|_| self.problem != now.problem) {
            return Some((format!("cannot be scored now: {problem}"), Tone::Bad));
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
        let points = |standing: &Self| standing.score.clone().unwrap_or("none".to_owned());
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
    /// What is new, in the order in which it is best told.
    pub(super) fn take(&mut self, published: &Published) -> Vec<News> {
        let mut news = self.of_assessments(published);
        news.extend(self.of_transitions(published));
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

    /// The last news since it began, oldest first.
    pub(super) fn latest(&self) -> impl Iterator<Item = &News> {
        self.latest.iter()
    }

    fn of_assessments(&mut self, published: &Published) -> Vec<News> {
        let at = published.snapshot.at;
        let mut news = Vec::new();
        let views = &published.snapshot.assessments;
        let gone: Vec<ObjectKey> = self
            .standings
            .keys()
            .filter(|key| !views.contains_key(key))
            .cloned()
            .collect();
        for key in gone {
            self.standings.remove(&key);
            news.push(News {
                at,
                about: names::of(&key),
                text: "is gone".to_owned(),
                tone: Tone::Doubt,
            });
        }
        for (key, view) in views {
            let now = Standing::of(view);
            let said = match self.standings.get(key) {
                None => Some((
                    format!("{}. {}", summary::headline(view), sentence(view)),
                    Tone::Plain,
                )),
                Some(before) => before.differs(&now),
            };
            self.standings.insert(key.clone(), now);
            news.extend(said.map(|(text, tone)| News {
                at,
                about: names::of(key),
                text,
                tone,
            }));
        }
        news
    }

    fn of_transitions(&mut self, published: &Published) -> Vec<News> {
        let mut news = Vec::new();
        for Transition { assessment, entry } in published.transitions.iter() {
            let told = self.told.entry(assessment.clone()).or_default();
            if *told >= entry.sequence {
                continue;
            }
            *told = entry.sequence;
            let (text, tone) = moved(entry);
            news.push(News {
                at: entry.at,
                about: names::of(assessment),
                text,
                tone,
            });
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
            let text = format!("no longer: {mended}");
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
        let health = published.health.ready().err();
        if health == self.health {
            return None;
        }
        self.health.clone_from(&health);
        let (text, tone) = match health {
            Some(trouble) => (trouble, Tone::Bad),
            None => (
                "everything can be read and kept again".to_owned(),
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

/// A committed move, with its cause.
fn moved(entry: &Entry) -> (String, Tone) {
    let whose = entry
        .domain
        .as_ref()
        .map(|domain| format!("{domain}: "))
        .unwrap_or_default();
    let why = entry
        .cause
        .map(|why| format!(": {}", cause(why, entry.capability.as_deref(), None)));
    let why = why.unwrap_or_default();
    match entry.from {
        None => (
            format!("{whose}first mark at stage {}{why}", entry.to),
            Tone::Plain,
        ),
        Some(from) if from > entry.to => (
            format!("{whose}fell from stage {from} to stage {}{why}", entry.to),
            Tone::Bad,
        ),
        Some(from) if from < entry.to => (
            format!("{whose}rose from stage {from} to stage {}{why}", entry.to),
            Tone::Good,
        ),
        Some(_) => (
            format!("{whose}new mark at stage {}{why}", entry.to),
            Tone::Plain,
        ),
    }
}

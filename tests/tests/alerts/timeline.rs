//! The one line of time on which all stories happen, in front of one Prometheus and one Alertmanager.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use gradus_tests::ladder::RUNGS;
use gradus_tests::monitoring::{MonitoringStack, Notification, Notified, Release};
use serde_json::Value;

use crate::environment::{Environment, Gone};
use crate::story::{Story, Word};

/// What a person must be told of falls with.
const FALL: &str = "GradusStageRegressed";
/// How long what must be told may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How long nothing more may be told: longer than an alert goes on by itself.
const QUIET: Duration = Duration::from_secs(12);

/// Who is gone while the sites change, and who when all was told of that.
pub(crate) const CHAPTERS: [(Gone, Gone); 7] = [
    (Gone::Nobody, Gone::Nobody),
    (Gone::Nobody, Gone::Operator),
    (Gone::Operator, Gone::Prometheus),
    (Gone::Prometheus, Gone::Leader),
    (Gone::Leader, Gone::Nobody),
    (Gone::Nobody, Gone::Leader),
    (Gone::Nobody, Gone::Nobody),
];

/// What was told of every site, by its namespace.
type Told = BTreeMap<String, Vec<Word>>;

pub(crate) struct Timeline<G> {
    // Dropped in this order: whoever asks before whom it asks.
    stack: MonitoringStack,
    environment: G,
    stories: Vec<Story>,
    told: Told,
}

impl<G: Environment> Timeline<G> {
    /// Begins the stories: their sites are there, and are scraped.
    pub(crate) fn begin(release: Release, environment: G, stories: Vec<Story>) -> Result<Self> {
        let settings = environment.settings()?;
        let stack = MonitoringStack::start(release, settings, &["alertname", "namespace"])?;
        Ok(Self {
            stack,
            environment,
            stories,
            told: Told::new(),
        })
    }

    /// Lives through all chapters, and holds what was told to what had to be told in each.
    pub(crate) fn live(mut self) -> Result<()> {
        for (number, (during, after)) in CHAPTERS.into_iter().enumerate() {
            self.gone(during, |timeline| timeline.turn(number))?;
            for story in &self.stories {
                if let Some(word) = &story.chapters[number].told {
                    let told = self.told.entry(story.namespace.clone());
                    told.or_default().push(word.clone());
                }
            }
            self.wait_for_notifications(number)?;
            self.gone(after, |_| Ok(()))?;
            std::thread::sleep(QUIET);
            let told = notified(&self.stack.receiver.notifications())?;
            ensure!(
                told == self.told,
                "in chapter {number}: {}",
                self.difference(&told)
            );
        }
        Ok(())
    }

    /// Does something while somebody is gone.
    fn gone(&mut self, who: Gone, something: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        match who {
            Gone::Nobody => something(self),
            Gone::Prometheus => {
                self.stack.prometheus.stop()?;
                something(self)?;
                self.stack.prometheus.resume()
            }
            Gone::Operator | Gone::Leader => {
                self.environment.kill(who)?;
                something(self)?;
                self.environment.revive()
            }
        }
    }

    /// Every site becomes as it is in a chapter.
    fn turn(&mut self, number: usize) -> Result<()> {
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for story in self.stories.iter().filter(|_| number > 0) {
            let [before, now] =
                [number - 1, number].map(|number| story.chapters[number].site.objects());
            changed.extend(
                now.iter()
                    .filter(|object| !before.contains(object))
                    .cloned(),
            );
            let is_there = |object: &Value| now.iter().any(|other| is_same(object, other));
            gone.extend(before.into_iter().filter(|object| !is_there(object)));
        }
        self.environment.change(&changed, &gone)
    }

    /// Waits until everything expected was notified.
    fn wait_for_notifications(&self, number: usize) -> Result<()> {
        let end = Instant::now() + TIMEOUT;
        loop {
            let told = notified(&self.stack.receiver.notifications())?;
            if told == self.told {
                return Ok(());
            }
            ensure!(
                Instant::now() < end,
                "in chapter {number}: {}",
                self.difference(&told)
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn difference(&self, told: &Told) -> String {
        let nothing = Vec::new();
        let names = self.told.keys().chain(told.keys());
        let names: std::collections::BTreeSet<_> = names.collect();
        let differing = names.into_iter().filter_map(|name| {
            let [must, was] = [&self.told, told].map(|told| told.get(name).unwrap_or(&nothing));
            (must != was).then(|| format!("\n{name}: must be told {must:?}, was {was:?}"))
        });
        differing.collect()
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    ["/kind", "/metadata/name"]
        .iter()
        .all(|field| one.pointer(field) == other.pointer(field))
}

/// What notifications say of each site. A notification without a fall, or of anything else, is an error.
fn notified(notifications: &[Notification]) -> Result<Told> {
    let mut told = Told::new();
    for alert in notifications
        .iter()
        .flat_map(|notification| &notification.alerts)
    {
        ensure!(
            alert.label("alertname") == FALL,
            "nothing of this kind happened: {alert:#?}"
        );
        let namespace = alert.label("namespace").to_owned();
        told.entry(namespace).or_default().push(word(alert));
    }
    Ok(told)
}

fn word(alert: &Notified) -> Word {
    if !alert.fires() {
        return Word::Ended;
    }
    let description = alert.annotation("description");
    let named = |rung: &&&str| description.contains(&format!("capability {rung}."));
    Word::Fell(
        RUNGS
            .iter()
            .find(named)
            .copied()
            .unwrap_or_default()
            .to_owned(),
    )
}

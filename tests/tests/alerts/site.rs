//! A site of a story: three rungs, and what happens to them.

use gradus_tests::ladder::{self, MODEL, RUNGS};
use gradus_tests::random::Rng;
use serde_json::{Value, json};

/// How an assessment takes a fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Temper {
    /// At once.
    Plain,
    /// Not within the hour.
    Patient,
    /// Never: it only reports.
    Descriptive,
}

/// What is declared of a rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rung {
    There,
    Lost,
    /// Nothing that can be read: nobody knows.
    Mistyped,
}

#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) namespace: String,
    pub(crate) temper: Temper,
    pub(crate) rungs: [Rung; 3],
    pub(crate) paused: bool,
    pub(crate) assessed: bool,
}

impl Site {
    /// A site as a story begins, whole or not.
    pub(crate) fn random(namespace: String, rng: &mut Rng) -> Self {
        let temper = match rng.below(10) {
            0 => Temper::Patient,
            1 => Temper::Descriptive,
            _ => Temper::Plain,
        };
        let mut site = Self {
            namespace,
            temper,
            rungs: [Rung::There; 3],
            paused: false,
            assessed: true,
        };
        if rng.chance(30) {
            site.lose(rng);
        }
        site
    }

    /// One thing happens, or nothing. Somebody may have made a typing error.
    pub(crate) fn change(&mut self, rng: &mut Rng, typing_errors: bool) {
        if self.rungs.contains(&Rung::Mistyped) {
            self.rungs = [Rung::There; 3];
            return;
        }
        match rng.below(100) {
            _ if !self.assessed => {}
            0..45 => self.lose(rng),
            45..75 => self.rungs = [Rung::There; 3],
            75..85 if typing_errors => self.mistype(rng),
            85..94 => self.paused = !self.paused,
            94..97 => self.assessed = false,
            _ => {}
        }
    }

    fn lose(&mut self, rng: &mut Rng) {
        self.rungs[rng.below(3) as usize] = Rung::Lost;
    }

    /// Only where nothing is lost, so that what nobody knows is all that could have fallen.
    fn mistype(&mut self, rng: &mut Rng) {
        if self.rungs == [Rung::There; 3] && !self.paused {
            self.rungs[rng.below(3) as usize] = Rung::Mistyped;
        }
    }

    /// The first rung that is missing, on which the stage rests.
    pub(crate) fn missing(&self) -> Option<usize> {
        self.rungs.iter().position(|rung| *rung != Rung::There)
    }

    /// Its objects as people write them.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let rungs = RUNGS.iter().zip(self.rungs);
        let capabilities = rungs.map(|(name, rung)| self.capability(name, rung));
        let assessment = self.assessed.then(|| self.assessment());
        capabilities.chain(assessment).collect()
    }

    fn capability(&self, name: &str, rung: Rung) -> Value {
        let claim = match rung {
            Rung::Lost => "Absent",
            Rung::There | Rung::Mistyped => "Present",
        };
        let mut capability = ladder::capability(&self.namespace, name, claim);
        if rung == Rung::Mistyped {
            capability["spec"]["facts"] = json!({"Mode": "full"});
        }
        capability
    }

    fn assessment(&self) -> Value {
        let mut assessment = ladder::assessment(&self.namespace, MODEL);
        match self.temper {
            Temper::Plain => {}
            Temper::Patient => assessment["spec"]["regression"] = json!({"holdFor": "1h"}),
            Temper::Descriptive => assessment["spec"]["mode"] = json!("Descriptive"),
        }
        if self.paused {
            assessment["spec"]["engagement"] = json!({"state": "Paused", "reason": "Works."});
        }
        assessment
    }
}

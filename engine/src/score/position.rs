//! Where a lane stands: its stage, the next one, its domains.

use super::graded::{self, Node};
use super::lane::Lane;
use super::tally::StageTally;
use super::walk::{Reading, climb, required};
use crate::arena::{CriterionId, DomainId};
use crate::model::{Aggregate, UnknownPoints};
use crate::program::{Program, Statement};
use crate::verdict::Verdict::{Held, Met, NotApplicable, Unknown, Unmet, Waived};

/// A lane of a program, under the highest outside award in force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position<'a> {
    pub(crate) program: &'a Program,
    pub(crate) lane: &'a Lane,
    pub(crate) awarded: Option<u32>,
}

/// The rank or level that is reached under each reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stages {
    pub(crate) proven: Option<u32>,
    pub(crate) potential: Option<u32>,
}

/// The lowest stage above the proven one that does not pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NextStage {
    pub(crate) rank: Option<u32>,
    /// Weight missing for it.
    pub(crate) missing: u64,
}

/// One domain that has applicable criteria.
#[derive(Debug, Clone)]
pub(crate) struct DomainPosition {
    pub(crate) id: DomainId,
    pub(crate) node: Node,
    pub(crate) stage: Option<u32>,
    /// Weight met, of it and the domains below it.
    pub(crate) met: u64,
    /// Weight applicable.
    pub(crate) of: u64,
    /// Weight required for its next stage.
    pub(crate) required: u64,
    /// Weight missing for its next stage.
    pub(crate) missing: u64,
}

/// Whether the overall stage is a rank by itself rather than a level of points.
pub(crate) fn is_walked(program: &Program) -> bool {
    program.walks_overall() || graded::overall_is_rank(&program.model.scoring)
}

impl Position<'_> {
    /// The proven and the potential stage.
    pub(crate) fn stages(self) -> Stages {
        Stages {
            proven: self.stage(Reading::Proven),
            potential: self.stage(Reading::Potential),
        }
    }

    /// The stage under one reading.
    pub(crate) fn stage(self, reading: Reading) -> Option<u32> {
        let Self {
            program,
            lane,
            awarded,
        } = self;
        let scoring = &program.model.scoring;
        if program.walks_overall() {
            let (stages, tallies) = (&program.model.stages, lane.tallies.overall());
            let reached = climb(stages, scoring.walk, tallies, reading, awarded);
            return reached.map(|found| found.rank);
        }
        let scored = graded::score(program, lane, reading, awarded);
        graded::stage_of(program, &scored.overall, graded::overall_is_rank(scoring))
    }

    /// The criteria whose points cannot be told, where that leaves the whole undetermined.
    // See D-123.
    pub(crate) fn undetermined(self) -> Vec<CriterionId> {
        let Self {
            program,
            lane,
            awarded,
        } = self;
        let overall = || graded::score(program, lane, Reading::Proven, awarded).overall;
        if program.model.scoring.unknown != UnknownPoints::Propagate || overall() != Node::Unknown {
            return Vec::new();
        }
        let open = |(index, statement): &(CriterionId, &Statement)| {
            let points = || graded::points(program, lane, Reading::Proven, *index, statement);
            statement.counts && points() == Node::Unknown
        };
        let criteria = program.criteria.entries().filter(open);
        criteria.map(|(index, _)| index).collect()
    }

    /// The lowest stage above the proven one that does not pass.
    pub(crate) fn next(self, domains: &[DomainPosition], stage: Option<u32>) -> NextStage {
        if self.program.walks_overall() {
            return self.next_of(self.lane.tallies.overall());
        }
        let Some(stage) = stage else {
            return NextStage::default();
        };
        let scoring = &self.program.model.scoring;
        let ranks = graded::overall_is_rank(scoring);
        let lowest = domains
            .iter()
            .filter(|domain| ranks && domain.stage == Some(stage));
        let ranks_above = self.program.model.stages.iter().map(|stage| stage.rank);
        let levels_above = scoring.levels.iter().map(|level| level.0);
        NextStage {
            rank: ranks_above
                .chain(levels_above)
                .filter(|rank| *rank > stage)
                .min(),
            missing: lowest.map(|domain| domain.missing).sum(),
        }
    }

    fn next_of(self, tallies: &[StageTally]) -> NextStage {
        let model = &self.program.model;
        let walk = model.scoring.walk;
        let reached = climb(&model.stages, walk, tallies, Reading::Proven, self.awarded);
        let Some(stopped) = reached.and_then(|reached| reached.stopped_at) else {
            return NextStage::default();
        };
        let missing = tallies
            .get(stopped)
            .map(|tally| required(walk, tally.of).saturating_sub(tally.met));
        NextStage {
            rank: model.stages.get(stopped).map(|stage| stage.rank),
            missing: missing.unwrap_or_default(),
        }
    }

    /// Domains in the model's order; those without applicable criteria are left out.
    pub(crate) fn domains(self) -> Vec<DomainPosition> {
        let program = self.program;
        let nodes = graded::score(program, self.lane, Reading::Proven, self.awarded).domains;
        let walked = program.model.scoring.leaf == Aggregate::Walk;
        nodes
            .entries()
            .filter_map(|(id, node)| {
                let (met, of) = self.weights(id);
                if of == 0 {
                    return None;
                }
                let (required, missing) = self.needed(id);
                Some(DomainPosition {
                    id,
                    stage: graded::stage_of(program, node, walked && self.is_rank(id)),
                    node: node.clone(),
                    met,
                    of,
                    required,
                    missing,
                })
            })
            .collect()
    }

    /// Whether a domain of a walked model comes out as a rank: a leaf, or the lowest of its children.
    fn is_rank(self, domain: DomainId) -> bool {
        self.program.children[domain].is_empty()
            || self.program.model.scoring.inner == Aggregate::Min
    }

    /// Weight met and weight applicable, of a domain and all domains below it.
    fn weights(self, domain: DomainId) -> (u64, u64) {
        let (mut met, mut of) = (0, 0);
        let mut waiting = vec![domain];
        while let Some(next) = waiting.pop() {
            waiting.extend(&self.program.children[next]);
            for (index, statement) in self.program.criteria.entries() {
                if !statement.counts || statement.domain != Some(next) {
                    continue;
                }
                let weight = u64::from(statement.weight);
                match self.lane.verdict(index) {
                    NotApplicable => {}
                    Met | Held | Waived => {
                        met += weight;
                        of += weight;
                    }
                    Unmet | Unknown => of += weight,
                }
            }
        }
        (met, of)
    }

    /// Weight required and missing for a walked domain's next stage.
    fn needed(self, domain: DomainId) -> (u64, u64) {
        let model = &self.program.model;
        if model.scoring.leaf != Aggregate::Walk {
            return (0, 0);
        }
        let tallies = self.lane.tallies.domain(domain);
        let next = self.next_of(tallies);
        let index = model
            .stages
            .iter()
            .position(|stage| Some(stage.rank) == next.rank);
        let tally = index.and_then(|index| tallies.get(index));
        (
            tally.map_or(0, |tally| required(model.scoring.walk, tally.of)),
            next.missing,
        )
    }
}

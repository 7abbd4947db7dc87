//! One capability changed: what settling costs, beside evaluating the touched assessments afresh.

use std::cell::RefCell;
use std::time::Duration;

use anyhow::{Result, ensure};
use gradus_engine::delta::Delta;
use gradus_engine::key::Name;
use gradus_engine::query::oracle;
use gradus_engine::verdict::Verdict;
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use regorus::Value;

use crate::estate::{Estate, hospital_group, noon};
use crate::measure::{race, timed};
use crate::rego::{self, Judge};
use crate::report::{Bound, Report};

const SITES: usize = 1_500;
const FEW_SITES: usize = 100;
/// Sites that change in every round: as many in the small world as in the large one, so that both
/// find as much of what they touch in the processor's caches.
const TOUCHED: usize = 50;

/// The policy engine.
const REGORUS: &str = "regorus 0.14 (RVM)";

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let estate = hospital_group(SITES);
    let mut world = estate.world();
    let snapshot = world.snapshot();
    let mut verdicts = judges(&estate, "verdicts")?;
    let mut stages = judges(&estate, "stage")?;
    agrees(&estate, &snapshot, &mut verdicts, &mut stages)?;

    let evaluate = |judges: &mut [Judge], inputs: &[Value]| {
        timed(|| {
            for input in inputs {
                for judge in judges.iter_mut() {
                    std::hint::black_box(judge.evaluate(input).ok());
                }
            }
        })
    };
    let inputs: Vec<Vec<Value>> = (0..2)
        .map(|turn| inputs(&estate, turn))
        .collect::<Result<_>>()?;
    let of = |round: usize| inputs[round % 2].as_slice();

    let changes = u32::try_from(TOUCHED)?;
    let name = format!("one change in {SITES} sites x 75 capabilities x 5 models of 200 criteria");
    let many = RefCell::new(Changing {
        world,
        sites: SITES,
        turn: 0,
    });
    let against = race(
        |_| many.borrow_mut().change(false),
        |round| evaluate(&mut verdicts, of(round)),
    );
    let peer = format!("{REGORUS}, 5 x 200 verdicts");
    report.add(&name, &peer, &against.each(changes), Bound::Faster(50.0));
    let against = race(
        |_| many.borrow_mut().change(false),
        |round| evaluate(&mut stages, of(round)),
    );
    let peer = format!("{REGORUS}, 5 x the stage");
    report.add(&name, &peer, &against.each(changes), Bound::Unbounded);

    let against = race(
        |_| many.borrow_mut().change(false),
        |_| rescore(&many.borrow().world, &estate),
    );
    let peer = "own scoring from scratch of those 5";
    report.add(&name, peer, &against.each(changes), Bound::Faster(20.0));

    let against = race(
        |_| many.borrow_mut().change(true),
        |round| evaluate(&mut stages, of(round)),
    );
    let peer = format!("{REGORUS}, 5 x the stage");
    report.add(
        "the same, all views rendered",
        &peer,
        &against.each(changes),
        Bound::Unbounded,
    );
    flat(report, &name)
}

/// The same change in a small estate: worlds of which nothing was rendered yet, alike but for size.
fn flat(report: &mut Report, name: &str) -> Result<()> {
    let of = |sites| Changing {
        world: hospital_group(sites).world(),
        sites,
        turn: 0,
    };
    let (mut many, mut few) = (of(SITES), of(FEW_SITES));
    let against = race(|_| many.change(false), |_| few.change(false));
    let peer = format!("the same in {FEW_SITES} sites");
    let each = against.each(u32::try_from(TOUCHED)?);
    report.add(name, &peer, &each, Bound::AtMost(1.2));
    Ok(())
}

fn judges(estate: &Estate, rule: &str) -> Result<Vec<Judge>> {
    (0..estate.models)
        .map(|model| Judge::of(estate, model, rule))
        .collect()
}

fn touched(sites: usize) -> impl Iterator<Item = usize> {
    (0..TOUCHED).map(move |number| number * (sites / TOUCHED))
}

/// A world in which something else changes every turn.
struct Changing {
    world: World,
    sites: usize,
    turn: usize,
}

impl Changing {
    /// Applies and settles one change at each of some sites, one after the other.
    fn change(&mut self, rendered: bool) -> Duration {
        self.turn += 1;
        let changes: Vec<Delta> = touched(self.sites)
            .map(|site| Estate::change(site, self.turn * 7 % 75, self.turn))
            .collect();
        timed(|| {
            for change in changes {
                self.world.apply(change);
                self.world.settle(noon(), usize::MAX);
                if rendered {
                    self.world.snapshot();
                }
            }
        })
    }
}

fn rescore(world: &World, estate: &Estate) -> Duration {
    let keys: Vec<_> = touched(estate.sites)
        .flat_map(|site| (0..estate.models).map(move |model| Estate::assessment_key(site, model)))
        .collect();
    timed(|| {
        for key in &keys {
            std::hint::black_box(oracle::rescore(world, key));
        }
    })
}

fn inputs(estate: &Estate, turn: usize) -> Result<Vec<Value>> {
    touched(estate.sites)
        .map(|site| {
            let capabilities: Vec<Delta> = (0..estate.kinds)
                .map(|kind| Estate::change(site, kind, turn))
                .collect();
            rego::input(&capabilities)
        })
        .collect()
}

/// Both judge every touched site alike.
fn agrees(
    estate: &Estate,
    snapshot: &Snapshot,
    verdicts: &mut [Judge],
    stages: &mut [Judge],
) -> Result<()> {
    let inputs = inputs(estate, 0)?;
    for (site, input) in touched(estate.sites).zip(&inputs) {
        for model in 0..estate.models {
            let key = Estate::assessment_key(site, model);
            let view = snapshot.assessments.get(&key);
            let view = view.ok_or_else(|| anyhow::anyhow!("{key} is not scored"))?;
            ensure!(view.problem.is_none(), "{key}: {:?}", view.problem);
            let ours: Vec<(&Name, bool)> = view
                .criteria
                .iter()
                .map(|row| (&row.name, row.verdict == Verdict::Met))
                .collect();
            let theirs = verdicts[model].evaluate(input)?;
            let theirs: Vec<bool> = theirs
                .as_array()?
                .iter()
                .map(|met| *met == Value::from(1))
                .collect();
            ensure!(
                theirs.len() == ours.len(),
                "{key}: regorus answers {} criteria",
                theirs.len()
            );
            for ((name, ours), theirs) in ours.iter().zip(theirs) {
                ensure!(
                    *ours == theirs,
                    "{key}, {name}: met is {ours} here and {theirs} there"
                );
            }
            let stage = stages[model].evaluate(input)?;
            let ours = view.stage.unwrap_or_default();
            ensure!(
                stage == Value::from(u64::from(ours)),
                "{key}: stage {ours} here, {stage} there"
            );
        }
    }
    Ok(())
}

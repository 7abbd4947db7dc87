//! Losing every capability in turn: counting, beside one plain score and beside scoring afresh.

use anyhow::{Result, ensure};
use gradus_engine::key::ObjectKey;
use gradus_engine::query::{self, oracle};

use crate::estate::{Estate, hospital_group};
use crate::measure::{race, timed};
use crate::report::{Bound, Report};

const SITES: usize = 20;

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let estate = hospital_group(SITES);
    let world = estate.world();
    let keys: Vec<ObjectKey> = (0..SITES)
        .flat_map(|site| (0..estate.models).map(move |model| Estate::assessment_key(site, model)))
        .collect();
    for key in &keys {
        let counted = query::impact(&world, key);
        ensure!(!counted.is_empty(), "{key} has nothing to lose");
        ensure!(
            counted == oracle::impact_by_scoring(&world, key),
            "{key}: counting and scoring differ"
        );
    }
    let all = |of: &dyn Fn(&ObjectKey)| timed(|| keys.iter().for_each(of));
    let counting = || {
        all(&|key| {
            std::hint::black_box(query::impact(&world, key));
        })
    };

    let name = "impact of losing each of 75 capabilities, 200 criteria";
    let against = race(
        |_| counting(),
        |_| {
            all(&|key| {
                std::hint::black_box(oracle::rescore(&world, key));
            })
        },
    );
    let each = u32::try_from(keys.len())?;
    report.add(
        name,
        "one plain score",
        &against.each(each),
        Bound::AtMost(1.5),
    );
    let against = race(
        |_| counting(),
        |_| {
            all(&|key| {
                std::hint::black_box(oracle::impact_by_scoring(&world, key));
            })
        },
    );
    report.add(
        name,
        "scoring afresh for each",
        &against.each(each),
        Bound::Faster(50.0),
    );
    Ok(())
}

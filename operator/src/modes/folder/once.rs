//! One-shot scoring of a folder: everything read, scored once, committed nowhere.

use std::sync::Arc;

use gradus_engine::delta::Delta;
use gradus_engine::fold::fold;
use gradus_engine::object::Life;
use gradus_engine::view::Snapshot;
use gradus_engine::world::World;
use jiff::Timestamp;

use super::objects::FolderObjects;
use crate::clock::ManualClock;
use crate::inputs::folder::Reading;
use crate::scoring::Scorer;
use crate::store::one_shot_uid;

/// The name of what was read among the sources of metrics, of which one-shot scoring has none.
const DOCUMENTS: &str = "documents";

/// Scores what was read, as of an instant. Every assessment remembers what it would after its first commit.
pub fn score_once(reading: Reading, at: Timestamp) -> Snapshot {
    Snapshot::clone(scored(reading, at).snapshot())
}

/// The world that [`score_once`] shows, for those who ask more of it.
pub fn world_of(reading: Reading, at: Timestamp) -> World {
    scored(reading, at).into_world()
}

fn scored(reading: Reading, at: Timestamp) -> Scorer {
    let mut scorer = Scorer::new(Arc::new(ManualClock::at(at)), None);
    let mut objects = FolderObjects::default();
    let mut deltas = Vec::new();
    for (key, document) in reading.documents {
        let life = Life {
            uid: one_shot_uid(&key),
            generation: 1,
        };
        objects.upsert(document, life, None, &mut deltas);
    }
    scorer.apply(DOCUMENTS, deltas);
    scorer.settle();
    let views = scorer.snapshot().assessments.values();
    let ledgers = views.filter_map(|view| {
        let input = scorer.fold_input(&view.key)?;
        let ledger = fold(&view.ledger, input, at).ledger;
        (ledger != *view.ledger).then(|| Delta::Ledger {
            assessment: view.life.uid.clone(),
            ledger: ledger.into(),
        })
    });
    let ledgers: Vec<Delta> = ledgers.collect();
    scorer.apply(DOCUMENTS, ledgers);
    scorer.settle();
    scorer.refresh_snapshot();
    scorer
}

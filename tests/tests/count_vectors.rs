//! The seventy percent are of each stage, never pooled.

use gradus_tests::site::{Site, criterion, model, walked};

/// INFRAM's stage sizes, and nothing else of it.
const SIZES: [u32; 7] = [6, 3, 4, 4, 4, 2, 3];

fn name(stage: usize, number: u32) -> String {
    format!("stage-{stage}-number-{number}")
}

fn site(met: [u32; 7]) -> Site {
    let criteria = (1..).zip(SIZES).flat_map(|(stage, size)| {
        (0..size).map(move |number| criterion(&name(stage as usize, number), Some(stage)))
    });
    let fixture = model(7, Vec::new(), criteria.collect(), walked());
    let declared: Vec<String> = (1..)
        .zip(met)
        .flat_map(|(stage, met)| (0..met).map(move |number| name(stage, number)))
        .collect();
    // Something that no criterion of a stage needs, so that nothing met is still assessed.
    Site::of(fixture)
        .lacks([name(1, 5).as_str()])
        .has(declared.iter().map(String::as_str))
}

#[test]
fn the_count_vectors_come_out() {
    let vectors = [
        ([0, 0, 0, 0, 0, 0, 0], 0),
        ([4, 0, 0, 0, 0, 0, 0], 0),
        ([5, 0, 0, 0, 0, 0, 0], 1),
        ([5, 2, 4, 4, 4, 2, 3], 1),
        ([6, 3, 3, 3, 2, 0, 0], 4),
        ([6, 3, 4, 3, 2, 2, 3], 4),
        ([6, 3, 4, 2, 0, 0, 0], 3),
        ([6, 3, 4, 4, 3, 1, 3], 5),
        ([5, 3, 3, 3, 3, 2, 3], 7),
        ([6, 3, 4, 4, 4, 2, 2], 6),
        ([2, 3, 4, 4, 4, 2, 3], 0),
    ];
    for (met, stage) in vectors {
        assert_eq!(site(met).stage(), Some(stage), "{met:?}");
    }
}

#[test]
fn the_missing_criterion_of_row_four_not_applicable_opens_the_whole_ladder() {
    let excused = site([5, 2, 4, 4, 4, 2, 3]).without([name(2, 2).as_str()]);
    let view = excused.view();
    assert_eq!(view.stage, Some(7));
    assert_eq!(
        view.stage_without_waivers,
        Some(1),
        "what the site excuses itself from is always shown"
    );
}

#[test]
fn missing_is_what_the_next_stage_still_needs() {
    let view = site([5, 1, 0, 0, 0, 0, 0]).view();
    assert_eq!((view.next_stage, view.missing), (Some(2), 2));
}

//! All assessments: who stands where, and who is in trouble.

use askama::Template;
use gradus_crds::wording::count;
use gradus_crds::wording::sentence;
use gradus_engine::view::AssessmentView;

use super::super::link;
use super::chip::{Chip, Trouble, chips, trouble};
use super::ladder::{Ladder, ladder};
use super::{Frame, Link};

/// Assessments on one page.
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "fleet.html")]
struct Page<'a> {
    frame: &'a Frame,
    headline: String,
    rows: Vec<Row>,
    turn: Option<Turn>,
}

/// Which part of the list this is, and where the parts beside it are.
struct Turn {
    part: String,
    previous: Option<Link>,
    next: Option<Link>,
}

struct Row {
    tone: &'static str,
    heading: Link,
    namespace: String,
    model: Link,
    stage: Option<String>,
    /// The highest stage of the ladder.
    top: Option<u32>,
    /// The stage is the last one known, or nothing of it is committed.
    faded: bool,
    score: Option<String>,
    target: Option<u32>,
    sentence: String,
    chips: Vec<Chip>,
    ladder: Option<Ladder>,
}

/// Renders a page of the fleet, the most trouble first; none when the fleet has no such page.
pub(in crate::outputs::web) fn fleet(
    frame: &Frame,
    number: usize,
) -> Option<askama::Result<String>> {
    let mut views: Vec<&AssessmentView> = frame
        .snapshot
        .assessments
        .values()
        .map(AsRef::as_ref)
        .collect();
    views.sort_by_key(|view| (trouble(view), &view.key));
    let before = number.checked_sub(1)?.checked_mul(ROWS)?;
    let rest = views
        .get(before..)
        .filter(|rest| before == 0 || !rest.is_empty())?;
    let rows: Vec<Row> = rest.iter().take(ROWS).map(|view| row(view)).collect();
    let page = Page {
        frame,
        headline: headline(&views),
        turn: turn(number, before, rows.len(), views.len()),
        rows,
    };
    Some(page.render())
}

/// None where everything is on one page.
fn turn(number: usize, before: usize, shown: usize, all: usize) -> Option<Turn> {
    let link = |text: &str, number: usize| Link::new(text, format!("/?page={number}"));
    let last = before + shown;
    (shown < all).then(|| Turn {
        part: format!("{} to {last} of {all}", before + 1),
        previous: (number > 1).then(|| link("Previous", number - 1)),
        next: (last < all).then(|| link("Next", number + 1)),
    })
}

fn row(view: &AssessmentView) -> Row {
    let spec = &view.spec;
    let model = view.program.as_ref().map_or_else(
        || spec.model.to_string(),
        |program| program.model.title.clone(),
    );
    Row {
        tone: trouble(view).class(),
        heading: Link::new(
            spec.scope.as_ref().unwrap_or(&view.key.name).as_ref(),
            link::assessment(&view.key),
        ),
        namespace: view.key.namespace.to_string(),
        model: Link::new(model, link::model(&spec.model)),
        stage: view.shown_stage().map(|stage| stage.to_string()),
        top: view.stages.last().map(|stage| stage.rank),
        faded: view.problem.is_some() || view.suspended().is_some(),
        score: view.score.as_ref().map(|score| score.shown.clone()),
        target: spec.target.as_ref().map(|target| target.stage),
        sentence: sentence(view),
        chips: chips(view),
        ladder: ladder(view),
    }
}

/// The fleet in one sentence.
fn headline(views: &[&AssessmentView]) -> String {
    let troubles: Vec<Trouble> = views.iter().map(|view| trouble(view)).collect();
    let number = |which: &[Trouble]| {
        troubles
            .iter()
            .filter(|trouble| which.contains(trouble))
            .count()
    };
    let parts: Vec<String> = [
        (number(&[Trouble::Fell]), "fell"),
        (number(&[Trouble::NotScored]), "cannot be scored"),
        (number(&[Trouble::BelowTarget]), "below target"),
        (number(&[Trouble::AtRisk, Trouble::WillFall]), "at risk"),
        (number(&[Trouble::Stale]), "with stale sources"),
        (number(&[Trouble::NotAssessed]), "not assessed"),
        (number(&[Trouble::Suspended]), "suspended"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{number} {word}"))
    .collect();
    let of = count(views.len(), "assessment", "assessments");
    match parts.as_slice() {
        _ if views.is_empty() => "No assessment is declared yet.".to_owned(),
        [] => format!("{of}, none below its high-water mark or at risk."),
        parts => format!("{of}: {}.", parts.join(", ")),
    }
}

//! The heat map: domains by stages, every criterion a glyph.

use gradus_crds::wording::lists;
use gradus_engine::key::Name;
use gradus_engine::model::{Criterion, CriterionKind, Domain, Model};
use gradus_engine::view::{AssessmentView, CriterionView};

use super::super::link;
use super::glyphs;

/// Criteria by domain and stage.
pub(super) struct Heatmap {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

impl Heatmap {
    /// Whether a criterion is shown in a second domain.
    pub(super) fn has_guests(&self) -> bool {
        self.rows
            .iter()
            .flat_map(|row| &row.cells)
            .flatten()
            .any(|mark| mark.guest)
    }
}

/// One domain.
pub(super) struct Row {
    pub(super) title: String,
    /// `depth-0` at the top of the tree.
    pub(super) depth: &'static str,
    pub(super) cells: Vec<Vec<Mark>>,
}

/// One criterion.
pub(super) struct Mark {
    pub(super) glyph: &'static str,
    /// `Met: title`, with the points in graded models.
    pub(super) says: String,
    pub(super) href: String,
    /// Shown in a second domain, counted in its own.
    pub(super) guest: bool,
}

/// Draws the map; none when there is nothing to draw.
pub(super) fn heatmap(view: &AssessmentView) -> Option<Heatmap> {
    let model = &view.program.as_ref()?.model;
    let drawn: Vec<(&CriterionView, &Criterion)> = view
        .criteria
        .iter()
        .filter_map(|row| Some((row, model.criteria.get(row.index)?)))
        .filter(|(_, criterion)| criterion.scored && criterion.kind != CriterionKind::Negative)
        .collect();
    let mut stages: Vec<Option<u32>> = drawn.iter().map(|(_, criterion)| criterion.stage).collect();
    stages.sort_unstable();
    stages.dedup();
    let columns = stages
        .iter()
        .map(|stage| stage.map_or_else(|| "Answers".to_owned(), |rank| rank.to_string()))
        .collect();
    let rows: Vec<Row> = in_tree_order(model)
        .into_iter()
        .map(|(domain, depth)| row(domain, depth, &stages, &drawn))
        .filter(|row| row.cells.iter().any(|cell| !cell.is_empty()) || row.depth == "depth-0")
        .collect();
    (!rows.is_empty()).then_some(Heatmap { columns, rows })
}

fn row(
    domain: Option<&Domain>,
    depth: &'static str,
    stages: &[Option<u32>],
    drawn: &[(&CriterionView, &Criterion)],
) -> Row {
    let cell = |stage: &Option<u32>| {
        let here = drawn
            .iter()
            .filter(|(_, criterion)| criterion.stage == *stage);
        here.filter_map(|(row, criterion)| mark(domain, row, criterion))
            .collect()
    };
    let title = domain.map_or_else(|| "No domain".to_owned(), |domain| domain.title.clone());
    Row {
        title,
        depth,
        cells: stages.iter().map(cell).collect(),
    }
}

fn mark(domain: Option<&Domain>, row: &CriterionView, criterion: &Criterion) -> Option<Mark> {
    let here: Option<&Name> = domain.map(|domain| &domain.name);
    let guest = here.is_some_and(|name| criterion.also_in.contains(name));
    (guest || criterion.domain.as_ref() == here).then(|| Mark {
        glyph: glyphs::of_verdict(row.verdict),
        says: says(row, criterion),
        href: link::criterion(&criterion.name),
        guest,
    })
}

fn says(row: &CriterionView, criterion: &Criterion) -> String {
    let word = lists::verdict(row.verdict);
    match &row.points {
        Some(points) => format!("{word}, {points} points: {}", criterion.title),
        None => format!("{word}: {}", criterion.title),
    }
}

const DEPTHS: [&str; 4] = ["depth-0", "depth-1", "depth-2", "depth-3"];

/// Domains with their depth, parents before children; `None` stands for criteria without one.
fn in_tree_order(model: &Model) -> Vec<(Option<&Domain>, &'static str)> {
    let mut ordered = Vec::new();
    let mut waiting: Vec<(&Domain, usize)> = children(model, None)
        .into_iter()
        .map(|domain| (domain, 0))
        .collect();
    // A tree has no more nodes than domains; a model that is none was refused, and stops here.
    while let Some((domain, depth)) = waiting
        .pop()
        .filter(|_| ordered.len() < model.domains.len())
    {
        ordered.push((
            Some(domain),
            DEPTHS.get(depth).copied().unwrap_or("depth-3"),
        ));
        waiting.extend(
            children(model, Some(&domain.name))
                .into_iter()
                .map(|child| (child, depth + 1)),
        );
    }
    if model
        .criteria
        .iter()
        .any(|criterion| criterion.domain.is_none())
    {
        ordered.push((None, "depth-0"));
    }
    ordered
}

/// The domains below one, last first: they are taken from the end.
fn children<'a>(model: &'a Model, parent: Option<&Name>) -> Vec<&'a Domain> {
    model
        .domains
        .iter()
        .rev()
        .filter(|domain| domain.parent.as_ref() == parent)
        .collect()
}

//! Every criterion of an assessment, stage by stage, with its verdict and why.

use gradus_crds::wording::lists;
use gradus_engine::key::Name;
use gradus_engine::model::{Criterion, CriterionKind, Model};
use gradus_engine::verdict::Verdict;
use gradus_engine::view::{AssessmentView, CriterionView};

use super::super::link;
use super::Link;
use super::glyphs;

/// The criteria of one stage.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) rows: Vec<CriterionRow>,
}

/// One criterion.
pub(super) struct CriterionRow {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) domain: Option<String>,
    pub(super) guidance: Option<String>,
    pub(super) glyph: &'static str,
    pub(super) word: &'static str,
    pub(super) points: Option<String>,
    /// Why, or by what: the second line of the verdict.
    pub(super) why: Vec<String>,
    pub(super) capability: Option<Link>,
    pub(super) owner: Option<String>,
    /// What kind of criterion it is, unless it is an ordinary one.
    pub(super) kind: Option<&'static str>,
}

/// All criteria, by stage; those outside every fraction come last.
pub(super) fn groups(view: &AssessmentView) -> Vec<Group> {
    let Some(program) = &view.program else {
        return Vec::new();
    };
    let model = &program.model;
    let mut groups: Vec<(GroupKey, Group)> = Vec::new();
    for row in &view.criteria {
        let Some(criterion) = model.criteria.get(row.index) else {
            continue;
        };
        let key = GroupKey::of(criterion);
        let row = criterion_row(view, model, criterion, row);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.rows.push(row),
            None => groups.push((
                key,
                Group {
                    title: key.title(model),
                    rows: vec![row],
                },
            )),
        }
    }
    groups.sort_by_key(|(key, _)| *key);
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The title of a criterion, or its name when the model has none of that name.
pub(super) fn title(view: &AssessmentView, name: &Name) -> String {
    let criteria = view
        .program
        .iter()
        .flat_map(|program| &program.model.criteria);
    let found = criteria
        .into_iter()
        .find(|criterion| criterion.name == *name);
    found.map_or_else(|| name.to_string(), |criterion| criterion.title.clone())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum GroupKey {
    Stage(u32),
    Graded,
    Unscored,
    Negative,
}

impl GroupKey {
    fn of(criterion: &Criterion) -> Self {
        match (criterion.kind, criterion.scored, criterion.stage) {
            (CriterionKind::Negative, ..) => GroupKey::Negative,
            (_, false, _) => GroupKey::Unscored,
            (_, true, Some(rank)) => GroupKey::Stage(rank),
            (_, true, None) => GroupKey::Graded,
        }
    }

    fn title(self, model: &Model) -> String {
        match self {
            GroupKey::Stage(rank) => {
                let stage = model.stages.iter().find(|stage| stage.rank == rank);
                match stage.and_then(|stage| stage.name.as_deref()) {
                    Some(name) => format!("Stage {rank}: {name}"),
                    None => format!("Stage {rank}"),
                }
            }
            GroupKey::Graded => "Answers".to_owned(),
            GroupKey::Unscored => "Outside the count".to_owned(),
            GroupKey::Negative => "What describes the site, and is never counted".to_owned(),
        }
    }
}

fn criterion_row(
    view: &AssessmentView,
    model: &Model,
    criterion: &Criterion,
    row: &CriterionView,
) -> CriterionRow {
    let negative = criterion.kind == CriterionKind::Negative;
    let domain = model
        .domains
        .iter()
        .find(|domain| Some(&domain.name) == criterion.domain.as_ref());
    let capability =
        |name: &Name| Link::new(name.as_ref(), link::capability(&view.key.namespace, name));
    CriterionRow {
        name: criterion.name.to_string(),
        title: criterion.title.clone(),
        domain: domain.map(|domain| domain.title.clone()),
        guidance: criterion.guidance.clone(),
        glyph: if negative {
            negative_glyph(row)
        } else {
            glyphs::of_verdict(row.verdict)
        },
        word: if negative {
            negative_word(row)
        } else {
            lists::verdict(row.verdict)
        },
        points: row.points.clone(),
        why: why(view, row),
        capability: row.capability.as_ref().map(capability),
        owner: row.owner.as_ref().map(ToString::to_string),
        kind: (criterion.kind == CriterionKind::Interim).then_some("interim"),
    }
}

/// A negative criterion credits nothing: it describes the site, or does not.
fn negative_word(row: &CriterionView) -> &'static str {
    match row.verdict {
        Verdict::Met => "Describes the site",
        Verdict::Unmet => "Does not describe it",
        other => lists::verdict(other),
    }
}

fn negative_glyph(row: &CriterionView) -> &'static str {
    match row.verdict {
        Verdict::Met => "describes",
        Verdict::Unmet => "none",
        other => glyphs::of_verdict(other),
    }
}

fn why(view: &AssessmentView, row: &CriterionView) -> Vec<String> {
    let mut why = Vec::new();
    why.extend(row.reason.map(|reason| lists::reason(reason).to_owned()));
    why.extend(row.class.map(|class| lists::class(class).to_owned()));
    why.extend(
        row.met_by
            .as_ref()
            .map(|name| format!("stands for it: {}", title(view, name))),
    );
    why.extend(row.note.clone());
    why
}

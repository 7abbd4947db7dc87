//! References that run in a circle.

use super::names::Names;
use crate::arena::{CriterionId, Id, row};
use crate::diagnostic::Diagnostic;
use crate::key::Name;
use crate::model::{Criterion, Model};
use crate::program::graph::{Edges, transitive};

/// Dependencies, whatever their strength, and successors run in no circle.
// See D-019.
pub(super) fn cycles(model: &Model, names: &Names<'_>) -> Vec<Diagnostic> {
    let edges = |of: fn(&Criterion) -> Vec<&Name>| -> Edges<CriterionId> {
        let id = |name: &Name| Some(CriterionId::of(names.criteria.get(&**name)?.0));
        model
            .criteria
            .iter()
            .map(|criterion| of(criterion).into_iter().filter_map(id).collect())
            .collect()
    };
    let dependencies = edges(|criterion| {
        criterion
            .depends_on
            .iter()
            .map(|edge| &edge.criterion)
            .collect()
    });
    let successors = edges(|criterion| criterion.superseded_by.iter().collect());
    [
        ("dependsOn", "DependencyCycle", dependencies),
        ("supersededBy", "SupersessionCycle", successors),
    ]
    .into_iter()
    .filter_map(|(field, code, edges)| circle(model, field, code, &edges))
    .collect()
}

fn circle(
    model: &Model,
    field: &str,
    code: &'static str,
    edges: &Edges<CriterionId>,
) -> Option<Diagnostic> {
    let reachable = transitive(edges);
    let on: Vec<CriterionId> = reachable
        .entries()
        .filter(|(id, list)| list.binary_search(id).is_ok())
        .map(|(id, _)| id)
        .collect();
    let first = on.first()?.place();
    let named: Vec<&str> = on
        .iter()
        .map(|id| &*row(&model.criteria, *id).name)
        .take(8)
        .collect();
    Some(
        Diagnostic::error(
            code,
            format!("spec.criteria[{first}].{field}"),
            format!("runs in a circle through {}", named.join(", ")),
        )
        .with_help("remove one of these references"),
    )
}

//! Files that name each other in a circle.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

use super::arrow::Arrow;

/// Groups of files of which each reaches each other along the arrows, of more than `allowed` files.
pub fn circles(arrows: &BTreeSet<Arrow>, allowed: usize) -> Vec<Vec<&str>> {
    let edges = arrows.iter().map(|arrow| (&*arrow.from, &*arrow.to));
    let graph: DiGraphMap<&str, ()> = DiGraphMap::from_edges(edges);
    let mut circles = kosaraju_scc(&graph);
    circles.retain(|circle| circle.len() > allowed);
    for circle in &mut circles {
        circle.sort_unstable();
    }
    circles.sort_unstable();
    circles
}

//! Reachability and order over small graphs, as edges from each node.

use std::collections::BTreeSet;

use crate::arena::{Id, Table};

/// The nodes that each node points to.
pub(super) type Edges<I> = Table<I, Vec<I>>;

/// Everything reachable from each node, itself excluded unless it lies on a cycle, sorted.
pub(super) fn transitive<I: Id + Ord>(edges: &Edges<I>) -> Edges<I> {
    edges
        .entries()
        .map(|(start, _)| reachable(edges, start))
        .collect()
}

fn reachable<I: Id + Ord>(edges: &Edges<I>, start: I) -> Vec<I> {
    let mut seen = BTreeSet::new();
    let mut waiting = edges[start].clone();
    while let Some(node) = waiting.pop() {
        if seen.insert(node) {
            waiting.extend(&edges[node]);
        }
    }
    seen.into_iter().collect()
}

/// The edges the other way round.
pub(super) fn reversed<I: Id>(edges: &Edges<I>) -> Edges<I> {
    let mut back: Edges<I> = edges.iter().map(|_| Vec::new()).collect();
    for (from, targets) in edges.entries() {
        for target in targets {
            back[*target].push(from);
        }
    }
    back
}

/// All nodes, each after everything it points to; or the nodes that are on or behind a cycle.
pub(super) fn ordered<I: Id + Ord>(edges: &Edges<I>) -> Result<Vec<I>, Vec<I>> {
    let back = reversed(edges);
    let mut open: Table<I, usize> = edges.iter().map(Vec::len).collect();
    let mut ready: BTreeSet<I> = open
        .entries()
        .filter(|(_, count)| **count == 0)
        .map(|(node, _)| node)
        .collect();
    let mut order = Vec::with_capacity(edges.len());
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for waiting in &back[node] {
            open[*waiting] -= 1;
            if open[*waiting] == 0 {
                ready.insert(*waiting);
            }
        }
    }
    if order.len() == edges.len() {
        return Ok(order);
    }
    let behind = open.entries().filter(|(_, count)| **count > 0);
    Err(behind.map(|(node, _)| node).collect())
}

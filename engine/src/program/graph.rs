//! Reachability and order over small graphs of indices.

use std::collections::BTreeSet;

/// Everything reachable from each node, itself excluded unless it lies on a cycle, sorted.
pub(super) fn transitive(edges: &[Vec<u32>]) -> Vec<Vec<u32>> {
    (0..edges.len())
        .map(|start| reachable(edges, start))
        .collect()
}

fn reachable(edges: &[Vec<u32>], start: usize) -> Vec<u32> {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<u32> = edges.get(start).cloned().unwrap_or_default();
    while let Some(node) = waiting.pop() {
        if seen.insert(node) {
            waiting.extend(edges.get(node as usize).into_iter().flatten());
        }
    }
    seen.into_iter().collect()
}

/// The edges the other way round.
pub(super) fn reversed(edges: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut back = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        for target in targets {
            if let (Some(sources), Ok(from)) = (back.get_mut(*target as usize), u32::try_from(from))
            {
                sources.push(from);
            }
        }
    }
    back
}

/// All nodes, each after everything it points to; or the nodes that are on or behind a cycle.
pub(super) fn ordered(edges: &[Vec<u32>]) -> Result<Vec<u32>, Vec<u32>> {
    let back = reversed(edges);
    let mut open: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut ready: BTreeSet<u32> = (0u32..)
        .zip(&open)
        .filter(|(_, count)| **count == 0)
        .map(|(node, _)| node)
        .collect();
    let mut order = Vec::with_capacity(edges.len());
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for waiting in back.get(node as usize).into_iter().flatten() {
            if let Some(count) = open.get_mut(*waiting as usize) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(*waiting);
                }
            }
        }
    }
    if order.len() == edges.len() {
        return Ok(order);
    }
    Err((0u32..)
        .zip(&open)
        .filter(|(_, count)| **count > 0)
        .map(|(node, _)| node)
        .collect())
}

//! What waits, by namespace. Each namespace has its turn: however much one of them wants, no other waits for more than one
//! thing of it.

use std::collections::{HashMap, VecDeque};

use gradus_engine::key::Name;

/// First come, first served within a namespace; namespaces take turns.
#[derive(Debug)]
pub(crate) struct FairQueue<T> {
    lanes: HashMap<Name, VecDeque<T>>,
    /// The namespaces that have something, the next one first.
    turns: VecDeque<Name>,
    length: usize,
}

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self {
            lanes: HashMap::new(),
            turns: VecDeque::new(),
            length: 0,
        }
    }
}

impl<T> FairQueue<T> {
    pub(crate) fn push(&mut self, namespace: &Name, item: T) {
        let lane = self.lanes.entry(namespace.clone()).or_default();
        if lane.is_empty() {
            self.turns.push_back(namespace.clone());
        }
        lane.push_back(item);
        self.length += 1;
    }

    /// The first thing that may go, of the first namespace that has one. That namespace is the last from then on.
    pub(crate) fn pop(&mut self, may_go: impl Fn(&Name, &T) -> bool) -> Option<T> {
        let found = self.turns.iter().enumerate().find_map(|(turn, namespace)| {
            let mut lane = self.lanes.get(namespace)?.iter();
            Some((turn, lane.position(|item| may_go(namespace, item))?))
        });
        let (turn, place) = found?;
        let namespace = self.turns.remove(turn)?;
        let lane = self.lanes.get_mut(&namespace)?;
        let item = lane.remove(place);
        if lane.is_empty() {
            self.lanes.remove(&namespace);
        } else {
            self.turns.push_back(namespace);
        }
        self.length -= 1;
        item
    }

    /// Forgets a namespace: how much of it waited.
    pub(crate) fn remove(&mut self, namespace: &Name) -> usize {
        let removed = self.lanes.remove(namespace).map_or(0, |lane| lane.len());
        self.turns.retain(|turn| turn != namespace);
        self.length -= removed;
        removed
    }

    /// How much waits.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// How much of a namespace waits.
    pub(crate) fn len_of(&self, namespace: &Name) -> usize {
        self.lanes.get(namespace).map_or(0, VecDeque::len)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The namespaces that have something.
    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &Name> {
        self.turns.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(items: &[(&str, u32)]) -> FairQueue<u32> {
        let mut queue = FairQueue::default();
        for (namespace, item) in items {
            queue.push(&Name::from(*namespace), *item);
        }
        queue
    }

    fn drained(mut queue: FairQueue<u32>) -> Vec<u32> {
        std::iter::from_fn(|| queue.pop(|_, _| true)).collect()
    }

    #[test]
    fn namespaces_take_turns_and_each_keeps_its_order() {
        let mut items: Vec<(&str, u32)> = (0..100).map(|item| ("loud", item)).collect();
        items.extend([("quiet", 1000), ("quiet", 1001), ("other", 2000)]);
        let order = drained(queue(&items));
        assert_eq!(
            order.iter().take(6).collect::<Vec<_>>(),
            [&0, &1000, &2000, &1, &1001, &2]
        );
        assert_eq!(order.len(), items.len());
    }

    #[test]
    fn namespace_whose_things_may_not_go_does_not_hold_up_another() {
        let mut queue = queue(&[("loud", 1), ("loud", 2), ("quiet", 3)]);
        assert_eq!(queue.pop(|namespace, _| &**namespace != "loud"), Some(3));
        assert_eq!(queue.pop(|_, item| *item != 1), Some(2));
        assert_eq!(queue.pop(|_, item| *item != 1), None);
        assert_eq!((queue.len(), queue.len_of(&"loud".into())), (1, 1));
        assert_eq!(queue.remove(&"quiet".into()), 0);
        assert_eq!(queue.remove(&"loud".into()), 1);
        assert!(queue.is_empty() && queue.namespaces().next().is_none());
    }
}

//! Numbers out of a seed.

/// A small generator (splitmix64): the same seed, the same numbers, for ever.
#[derive(Debug, Clone)]
pub struct Rng {
    state: u64,
    numbered: u64,
}

impl Rng {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed,
            numbered: 0,
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number that was not given before.
    pub fn next_number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }

    /// A number below a limit, which is at least 1.
    pub fn below(&mut self, limit: u32) -> u32 {
        let below = self.next() % u64::from(limit);
        u32::try_from(below).unwrap_or_default()
    }

    /// Yes, so many times in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    ///
    /// # Panics
    ///
    /// When there are none.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let length = u32::try_from(list.len()).expect("a short list");
        &list[self.below(length) as usize]
    }

    /// Some of them, in their order.
    pub fn some<T: Clone>(&mut self, list: &[T], percent: u32) -> Vec<T> {
        list.iter()
            .filter(|_| self.chance(percent))
            .cloned()
            .collect()
    }

    /// Brings them into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let limit = u32::try_from(last + 1).unwrap_or(u32::MAX);
            list.swap(last, self.below(limit) as usize);
        }
    }
}

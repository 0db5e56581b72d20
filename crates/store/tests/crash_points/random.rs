//! A small seeded generator, so that every sample can be drawn again.

/// `SplitMix64`.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator for one part of an exploration, independent of what others have drawn.
    pub(crate) fn derived(seed: u64, part: &str) -> Self {
        let digest = blake3::keyed_hash(blake3::hash(&seed.to_le_bytes()).as_bytes(), part.as_bytes());
        Self(digest.as_bytes()[..8].iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let drawn = u128::from(self.next()) * bound as u128;
        usize::try_from(drawn >> 64).expect("it is below the bound")
    }

    /// `count` different numbers below `bound`, in order; all of them if there are no more.
    pub(crate) fn pick(&mut self, bound: usize, count: usize) -> Vec<usize> {
        if bound <= count {
            return (0..bound).collect();
        }
        let mut picked = std::collections::BTreeSet::new();
        while picked.len() < count {
            picked.insert(self.below(bound));
        }
        picked.into_iter().collect()
    }
}

//! A random order of any range of numbers without storing it.

/// Maps 0 to `size − 1` to themselves in an order that the seed chooses.
///
/// A Feistel network over the next power of four, whose results outside the range are sent through again until they
/// are inside (cycle walking; on average fewer than four rounds). Source: Black and Rogaway 2002, "Ciphers with
/// Arbitrary Finite Domains".
#[derive(Debug, Clone)]
pub(super) struct Permutation {
    size: u64,
    half_bits: u32,
    keys: [u64; ROUNDS],
}

/// Four make a network random in theory; two more, because the halves may be a few bits only.
const ROUNDS: usize = 6;

impl Permutation {
    pub(super) fn new(size: u64, seed: u64) -> Self {
        let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
        let mut key = seed;
        let keys = [(); ROUNDS].map(|()| {
            key = key.wrapping_add(0x9E37_79B9_7F4A_7C15);
            mixed(key)
        });
        Self { size, half_bits: bits.div_ceil(2).max(1), keys }
    }

    /// Where a number goes; `None` outside the range.
    pub(super) fn get(&self, number: u64) -> Option<u64> {
        if number >= self.size {
            return None;
        }
        let mut number = self.network(number);
        while number >= self.size {
            number = self.network(number);
        }
        Some(number)
    }

    fn network(&self, number: u64) -> u64 {
        let mask = (1_u64 << self.half_bits) - 1;
        let (mut left, mut right) = (number >> self.half_bits, number & mask);
        for key in self.keys {
            (left, right) = (right, left ^ (mixed(right ^ key) & mask));
        }
        left << self.half_bits | right
    }
}

/// The finalizer of `SplitMix64`.
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_number_comes_once() {
        for size in [1, 2, 3, 4, 5, 17, 174, 1_000, 65_537] {
            let permutation = Permutation::new(size, 42);
            let seen: BTreeSet<u64> = (0..size).filter_map(|number| permutation.get(number)).collect();
            assert_eq!(seen.len() as u64, size);
            assert!(seen.iter().all(|number| *number < size));
            assert_eq!(permutation.get(size), None);
        }
        let huge = Permutation::new(1 << 53, 1);
        assert!((0..1_000).filter_map(|number| huge.get(number)).all(|number| number < 1 << 53));
    }

    #[test]
    fn each_place_is_as_likely() {
        // How often number 0 goes to each of 8 places over 8,000 seeds: 1,000 each, deviation 30.
        let mut counts = [0_i32; 8];
        for seed in 0..8_000 {
            let place = Permutation::new(8, seed).get(0).expect("a place");
            counts[usize::try_from(place).expect("small")] += 1;
        }
        assert!(counts.iter().all(|count| (count - 1_000).abs() < 150), "{counts:?}");
    }
}

//! Seeded random numbers, the same on every machine.

/// xoshiro256++ (Blackman and Vigna 2019), its state filled by `SplitMix64` from the seed as its authors advise.
///
/// For simulations, not for secrets.
#[derive(Clone, Debug)]
pub struct Generator {
    state: [u64; 4],
}

impl Generator {
    /// Starts from any seed, zero included.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let mut seed = seed;
        Self { state: [(); 4].map(|()| split_mix(&mut seed)) }
    }

    /// The next 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.state;
        let result = s0.wrapping_add(s3).rotate_left(23).wrapping_add(s0);
        let s2 = s2 ^ s0;
        let s3 = s3 ^ s1;
        self.state = [s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), s3.rotate_left(45)];
        result
    }

    /// A number in [0, 1): the upper 53 bits.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.next_u64() >> 11) as f64 * STEP
    }

    /// A whole number below `bound`; zero for a bound of zero.
    ///
    /// The upper half of a 128-bit product (Lemire 2019) without his rejection: the bias is below `bound`/2⁶⁴.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the upper half is below the bound, which is a usize"
    )]
    pub fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.next_u64()) * bound as u128;
        (product >> 64) as usize
    }

    /// Puts the values in a random order, each order as likely (Fisher and Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

/// The next number of `SplitMix64` (Steele, Lea and Flood 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors that circulate with the authors' reference code: `SplitMix64` from 1234567, xoshiro256++ from
    /// the state 1, 2, 3, 4.
    #[test]
    fn reference_vectors() {
        let mut state = 1_234_567;
        let numbers = [(); 3].map(|()| split_mix(&mut state));
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
        let mut generator = Generator { state: [1, 2, 3, 4] };
        let numbers = [(); 5].map(|()| generator.next_u64());
        let expected =
            [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn ranges() {
        let mut generator = Generator::from_seed(0);
        let mut seen = [0_u32; 7];
        for _ in 0..70_000 {
            seen[generator.below(7)] += 1;
            assert!((0.0..1.0).contains(&generator.unit()));
        }
        // 10,000 each; five standard deviations are 463.
        assert!(seen.iter().all(|count| count.abs_diff(10_000) < 463), "{seen:?}");
        assert_eq!(generator.below(0), 0);
        assert_eq!(generator.below(1), 0);
    }

    #[test]
    fn a_shuffle_keeps_all_and_reaches_every_order() {
        let mut generator = Generator::from_seed(7);
        let mut orders = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let mut values = [1, 2, 3, 4];
            generator.shuffle(&mut values);
            orders.insert(values);
            values.sort_unstable();
            assert_eq!(values, [1, 2, 3, 4]);
        }
        assert_eq!(orders.len(), 24);
    }
}

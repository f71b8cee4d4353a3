/// Reproducible random numbers without state: draw `n` of a stream is a function of the stream and `n` alone,
/// so any day can be worked out without the days before it.
///
/// The hash is the finalizer of splitmix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", 2014), whose outputs for consecutive counters are independent for all that prices need.
/// Only integer arithmetic, `+ − × ÷ √` and `libm`, so every machine draws the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Draws(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Draws {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(GOLDEN)))
    }

    /// Another stream, told apart by a number.
    pub(crate) fn stream(self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number.wrapping_add(GOLDEN))))
    }

    /// Another stream, told apart by a name (FNV-1a).
    pub(crate) fn named(self, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        self.stream(hash)
    }

    pub(crate) fn bits(self, n: u64) -> u64 {
        mix(self.0.wrapping_add(n.wrapping_mul(GOLDEN)))
    }

    /// Between 0 and 1, both excluded.
    pub(crate) fn uniform(self, n: u64) -> f64 {
        const SCALE: f64 = 1.0 / 9_007_199_254_740_992.0; // 2^-53
        ((self.bits(n) >> 11) as f64 + 0.5) * SCALE
    }

    /// From 0 to `below` − 1; `below` must not be zero. The bias of the multiplication is under 2^-32.
    pub(crate) fn below(self, n: u64, below: u32) -> u32 {
        let product = (self.bits(n) >> 32) * u64::from(below);
        u32::try_from(product >> 32).unwrap_or_default()
    }

    /// Normally distributed, mean 0 and deviation 1.
    pub(crate) fn normal(self, n: u64) -> f64 {
        inverse_normal(self.uniform(n))
    }
}

/// The quantile of the normal distribution: P. J. Acklam's rational approximation (2003), relative error below
/// 1.2e-9. One draw makes one value, and only one in twenty needs a logarithm.
fn inverse_normal(p: f64) -> f64 {
    const LOW: f64 = 0.02425;
    if p < LOW {
        tail((-2.0 * libm::log(p)).sqrt())
    } else if p <= 1.0 - LOW {
        let q = p - 0.5;
        let r = q * q;
        let numerator =
            ((((-3.969_683_028_665_376e1 * r + 2.209_460_984_245_205e2) * r - 2.759_285_104_469_687e2) * r
                + 1.383_577_518_672_69e2)
                * r
                - 3.066_479_806_614_716e1)
                * r
                + 2.506_628_277_459_239;
        let denominator =
            ((((-5.447_609_879_822_406e1 * r + 1.615_858_368_580_409e2) * r - 1.556_989_798_598_866e2) * r
                + 6.680_131_188_771_972e1)
                * r
                - 1.328_068_155_288_572e1)
                * r
                + 1.0;
        numerator * q / denominator
    } else {
        -tail((-2.0 * libm::log(1.0 - p)).sqrt())
    }
}

fn tail(q: f64) -> f64 {
    let numerator =
        ((((-7.784_894_002_430_293e-3 * q - 3.223_964_580_411_365e-1) * q - 2.400_758_277_161_838) * q
            - 2.549_732_539_343_734)
            * q
            + 4.374_664_141_464_968)
            * q
            + 2.938_163_982_698_783;
    let denominator =
        (((7.784_695_709_041_462e-3 * q + 3.224_671_290_700_398e-1) * q + 2.445_134_137_142_996) * q
            + 3.754_408_661_907_416)
            * q
            + 1.0;
    numerator / denominator
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_splitmix64() {
        // First outputs of splitmix64 with seed 1234567, as published with the reference implementation.
        let stream = Draws(1_234_567);
        assert_eq!(
            [stream.bits(1), stream.bits(2), stream.bits(3)],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn quantiles_of_the_normal_distribution() {
        // From tables.
        for (p, want) in [
            (0.5, 0.0),
            (0.841_344_746_068_542_9, 1.0),
            (0.975, 1.959_963_984_540_054),
            (0.01, -2.326_347_874_040_841),
            (0.999_968_328_758_166_9, 4.0),
        ] {
            assert!((inverse_normal(p) - want).abs() < 2e-8, "{p}: {}", inverse_normal(p));
        }
    }

    #[test]
    fn moments_of_the_draws() {
        let stream = Draws::from_seed(7).named("moments");
        let n = 100_000_u32;
        let values: Vec<f64> = (0..u64::from(n)).map(|i| stream.normal(i)).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(n);
        // Five standard errors.
        assert!(mean.abs() < 0.016, "{mean}");
        assert!((variance - 1.0).abs() < 0.023, "{variance}");
        assert!((0..1000).all(|i| stream.below(i, 6) < 6));
    }
}

use std::time::Duration;

use crate::draw::Draws;

/// Waits between attempts: doubling, bounded, and spread so that a thousand clients do not come back at once.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    longest: Duration,
    draws: Draws,
    failures: u32,
    drawn: u64,
}

impl Backoff {
    pub(super) fn new(first: Duration, longest: Duration, seed: u64) -> Self {
        Self { first, longest, draws: Draws::from_seed(seed).named("backoff"), failures: 0, drawn: 0 }
    }

    /// How long to wait after another failure: between half of the bound and the bound.
    pub(super) fn next(&mut self) -> Duration {
        let doublings = self.failures.min(20);
        self.failures = self.failures.saturating_add(1);
        self.drawn += 1;
        let bound = self.first.saturating_mul(1 << doublings).min(self.longest);
        bound.mul_f64(0.5 + 0.5 * self.draws.uniform(self.drawn))
    }

    /// It worked: the next failure is the first again.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_with_jitter() {
        let ms = Duration::from_millis;
        let mut backoff = Backoff::new(ms(500), ms(8000), 1);
        let waits: Vec<Duration> = (0..50).map(|_| backoff.next()).collect();
        for (wait, bound) in waits.iter().zip([500, 1000, 2000, 4000, 8000, 8000, 8000].map(ms)) {
            assert!(*wait >= bound / 2 && *wait <= bound, "{wait:?} of {bound:?}");
        }
        let late = &waits[5..];
        assert!(late.iter().all(|wait| *wait <= ms(8000)));
        assert!(late.iter().max() > late.iter().min(), "spread");
        backoff.reset();
        assert!(backoff.next() <= ms(500));
        let same: Vec<Duration> = {
            let mut again = Backoff::new(ms(500), ms(8000), 1);
            (0..50).map(|_| again.next()).collect()
        };
        assert_eq!(waits, same, "the seed decides");
    }
}

use wickflow_shared::protocol::paper::PaperEquity;
use wickflow_shared::time::Timestamp;

/// Most samples of a run.
const MOST: usize = 2048;

/// Equity at closes, in a bounded number of samples: when there is no room, two become one from then on.
#[derive(Debug, Clone)]
pub(crate) struct Sampler {
    bars_per_sample: u32,
    samples: Vec<Sample>,
    /// Bars in the last sample.
    filled: u32,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    time: Timestamp,
    equity: f64,
    low: f64,
    high: f64,
}

impl Default for Sampler {
    fn default() -> Self {
        Self { bars_per_sample: 1, samples: Vec::new(), filled: 0 }
    }
}

impl Sampler {
    /// Takes a bar's close with the lowest and highest equity within the bar.
    pub(crate) fn push(&mut self, time: Timestamp, equity: f64, low: f64, high: f64) {
        match self.samples.last_mut() {
            Some(last) if self.filled < self.bars_per_sample => {
                *last = Sample { time, equity, low: last.low.min(low), high: last.high.max(high) };
                self.filled += 1;
            }
            _ => {
                if self.samples.len() >= MOST {
                    self.thin_out();
                }
                self.samples.push(Sample { time, equity, low, high });
                self.filled = 1;
            }
        }
    }

    /// The samples so far.
    pub(crate) fn equity(&self) -> PaperEquity {
        PaperEquity {
            bars_per_sample: self.bars_per_sample,
            time: self.samples.iter().map(|sample| sample.time).collect(),
            equity: self.samples.iter().map(|sample| sample.equity).collect(),
            low: self.samples.iter().map(|sample| sample.low).collect(),
            high: self.samples.iter().map(|sample| sample.high).collect(),
        }
    }

    fn thin_out(&mut self) {
        let pairs = self.samples.chunks(2).filter_map(|pair| {
            let last = pair.last()?;
            let low = pair.iter().map(|sample| sample.low).fold(f64::INFINITY, f64::min);
            let high = pair.iter().map(|sample| sample.high).fold(f64::NEG_INFINITY, f64::max);
            Some(Sample { low, high, ..*last })
        });
        self.samples = pairs.collect();
        self.bars_per_sample = self.bars_per_sample.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_bounded_and_extremes_are_kept() {
        let mut sampler = Sampler::default();
        let bars: u32 = 100_000;
        for bar in 0..bars {
            let equity = f64::from(bar % 1000);
            let low = if bar == 77_777 { -5.0 } else { equity };
            let high = if bar == 55_555 { 5e6 } else { equity };
            sampler.push(Timestamp(i64::from(bar)), equity, low, high);
        }
        let equity = sampler.equity();
        assert_eq!(equity.bars_per_sample, 64);
        assert_eq!(equity.time.len(), 100_000_usize.div_ceil(64));
        assert!(equity.time.is_sorted());
        assert_eq!(equity.time.last(), Some(&Timestamp(99_999)));
        assert_eq!(equity.time.first(), Some(&Timestamp(63)));
        assert_eq!(equity.low.iter().copied().fold(f64::INFINITY, f64::min).to_bits(), (-5.0_f64).to_bits());
        assert_eq!(equity.high.iter().copied().fold(0.0, f64::max).to_bits(), 5e6_f64.to_bits());
    }
}

//! Drawdowns one by one, from peak through trough to recovery.

use serde::Serialize;

/// One fall below a peak, and the way back if it came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Episode {
    /// Time of the peak: the last sample at it, in UTC milliseconds.
    pub start_ms: i64,
    /// Time of the lowest sample; the first of equals.
    pub trough_ms: i64,
    /// Time of the first sample at or above the peak again; `None` while the episode is open.
    pub recovery_ms: Option<i64>,
    /// (peak − trough) / peak.
    pub depth: f64,
    /// From the peak to the recovery; an open episode counts to the last sample.
    pub length_ms: i64,
}

/// The episodes of (UTC milliseconds, equity) samples in ascending time, in order of their start.
///
/// Other reports leave out the episode that is still open, often the longest. Nothing is found below a peak that
/// is not positive.
#[must_use]
pub fn episodes(samples: &[(i64, f64)]) -> Vec<Episode> {
    let mut found = Vec::new();
    let mut open: Option<Episode> = None;
    let Some((mut peak_ms, mut peak)) = samples.first().copied() else { return found };
    for (time_ms, equity) in samples.iter().copied() {
        if equity >= peak || peak <= 0.0 {
            if let Some(episode) = open.take() {
                let length_ms = time_ms.saturating_sub(episode.start_ms);
                found.push(Episode { recovery_ms: Some(time_ms), length_ms, ..episode });
            }
            (peak_ms, peak) = (time_ms, equity);
            continue;
        }
        let depth = (peak - equity) / peak;
        let episode = open.get_or_insert(Episode {
            start_ms: peak_ms,
            trough_ms: time_ms,
            recovery_ms: None,
            depth,
            length_ms: 0,
        });
        if depth > episode.depth {
            episode.depth = depth;
            episode.trough_ms = time_ms;
        }
        episode.length_ms = time_ms.saturating_sub(episode.start_ms);
    }
    found.extend(open);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_falls_the_last_still_open() {
        let equity = [100.0, 100.0, 90.0, 75.0, 80.0, 100.0, 120.0, 90.0, 96.0];
        let samples: Vec<_> = equity.iter().enumerate().map(|(i, e)| (i as i64 * 10, *e)).collect();
        let expected = [
            Episode { start_ms: 10, trough_ms: 30, recovery_ms: Some(50), depth: 0.25, length_ms: 40 },
            Episode { start_ms: 60, trough_ms: 70, recovery_ms: None, depth: 0.25, length_ms: 20 },
        ];
        assert_eq!(episodes(&samples), expected);
    }

    #[test]
    fn none_in_a_rise_or_without_samples() {
        assert_eq!(episodes(&[]), []);
        assert_eq!(episodes(&[(0, 1.0), (1, 1.0), (2, 3.0)]), []);
        assert_eq!(episodes(&[(0, 0.0), (1, -1.0)]), []);
    }

    #[test]
    fn ruin_is_a_depth_of_one() {
        let found = episodes(&[(0, 10.0), (1, 0.0), (5, 0.0)]);
        let expected = Episode { start_ms: 0, trough_ms: 1, recovery_ms: None, depth: 1.0, length_ms: 5 };
        assert_eq!(found, [expected]);
    }
}

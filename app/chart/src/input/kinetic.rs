//! Scrolling that goes on after a flick and comes to rest.

/// Movement older than this does not count, milliseconds.
const MEMORY_MS: f64 = 80.0;
/// Share of the speed that is left after a millisecond.
const DRAG: f64 = 0.997;
/// CSS pixels per millisecond: slower is at rest.
const AT_REST: f64 = 0.02;
const FASTEST: f64 = 6.0;
const SAMPLES: usize = 8;

/// The last positions of a pointer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Track {
    samples: [(f64, f64); SAMPLES],
    len: usize,
}

/// A picture in motion.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kinetic {
    /// CSS pixels per millisecond.
    speed: f64,
    time_ms: f64,
}

impl Track {
    pub(super) fn add(&mut self, time_ms: f64, x: f64) {
        if self.len == SAMPLES {
            self.samples.rotate_left(1);
            self.len -= 1;
        }
        if let Some(slot) = self.samples.get_mut(self.len) {
            *slot = (time_ms, x);
            self.len += 1;
        }
    }

    /// The motion when the pointer lifts at `time_ms`, if it still moved then.
    pub(super) fn release(&self, time_ms: f64) -> Option<Kinetic> {
        let recent = self.samples.iter().take(self.len).filter(|(at, _)| time_ms - at <= MEMORY_MS);
        let (mut first, mut last) = (None, None);
        for sample in recent {
            first.get_or_insert(*sample);
            last = Some(*sample);
        }
        let ((from_ms, from_x), (to_ms, to_x)) = (first?, last?);
        let elapsed = to_ms - from_ms;
        if elapsed < 8.0 {
            return None;
        }
        let speed = ((to_x - from_x) / elapsed).clamp(-FASTEST, FASTEST);
        (speed.abs() > AT_REST * 10.0).then_some(Kinetic { speed, time_ms })
    }
}

impl Kinetic {
    /// Distance covered until `time_ms`; `None` when at rest.
    pub(super) fn advance(&mut self, time_ms: f64) -> Option<f64> {
        let elapsed = (time_ms - self.time_ms).clamp(0.0, 100.0);
        self.time_ms = time_ms;
        let after = self.speed * (DRAG.ln() * elapsed).exp();
        let distance = (after - self.speed) / DRAG.ln();
        self.speed = after;
        (after.abs() > AT_REST).then_some(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flick_runs_out() {
        let mut track = Track::default();
        for step in 0..20 {
            track.add(f64::from(step) * 10.0, f64::from(step) * 12.0);
        }
        let mut motion = track.release(195.0).unwrap();
        let mut way = 0.0;
        let mut frames = 0;
        while let Some(distance) = motion.advance(195.0 + f64::from(frames) * 16.0) {
            way += distance;
            frames += 1;
            assert!(frames < 1000, "it must come to rest");
        }
        // Speed 1.2 px/ms, less 0.3 % a millisecond, until rest.
        assert!((380.0..400.0).contains(&way), "{way}");
    }

    #[test]
    fn a_pointer_at_rest_lets_go_gently() {
        let mut track = Track::default();
        track.add(0.0, 0.0);
        track.add(10.0, 50.0);
        assert!(track.release(500.0).is_none(), "it stood still before lifting");
        assert!(Track::default().release(0.0).is_none());
    }
}

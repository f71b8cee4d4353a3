//! Shaking a node off its wires.

/// Turns of the pointer that make a shake.
const TURNS: u32 = 4;

/// Time between turns, milliseconds: a hand that turns more slowly just looks for a place.
const PAUSE_MS: f64 = 250.0;

/// Way between turns, CSS pixels: less is a tremor.
const WAY: f64 = 15.0;

/// Watches a drag for quick turns from side to side. Start a new one with each drag.
#[derive(Clone, Debug, Default)]
pub struct Shake {
    /// Where the pointer was farthest on its present way.
    extreme: Option<f64>,
    /// When it turned last.
    turned_ms: f64,
    rightward: bool,
    turns: u32,
}

impl Shake {
    /// Takes the pointer's `x` in CSS pixels at a time in milliseconds. True once, when the shake is complete.
    pub fn moved(&mut self, x: f64, time_ms: f64) -> bool {
        let extreme = *self.extreme.get_or_insert(x);
        let onward = if self.rightward { x - extreme } else { extreme - x };
        if onward >= 0.0 {
            self.extreme = Some(x);
        }
        if onward > -WAY {
            return false;
        }
        self.turns = if time_ms - self.turned_ms <= PAUSE_MS { self.turns + 1 } else { 1 };
        self.rightward = !self.rightward;
        self.extreme = Some(x);
        self.turned_ms = time_ms;
        let complete = self.turns == TURNS;
        if complete {
            self.turns = 0;
        }
        complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shakes(moves: &[(f64, f64)]) -> usize {
        let mut shake = Shake::default();
        moves.iter().filter(|(x, time)| shake.moved(*x, *time)).count()
    }

    /// `steps` moves of `step` pixels to each side in turn.
    fn zigzag(sides: i32, steps: i32, step: f64, pause: f64) -> Vec<(f64, f64)> {
        let (mut x, mut time, mut moves) = (0.0, 0.0, Vec::new());
        for side in 0..sides {
            for _ in 0..steps {
                x += if side % 2 == 0 { step } else { -step };
                time += pause;
                moves.push((x, time));
            }
        }
        moves
    }

    #[test]
    fn quick_turns_are_a_shake() {
        assert_eq!(shakes(&zigzag(6, 5, 8.0, 16.0)), 1);
    }

    #[test]
    fn a_tremor_a_search_and_a_drag_are_none() {
        assert_eq!(shakes(&zigzag(20, 2, 4.0, 16.0)), 0);
        assert_eq!(shakes(&zigzag(8, 10, 8.0, 60.0)), 0);
        assert_eq!(shakes(&zigzag(1, 100, 8.0, 16.0)), 0);
    }
}

use wickflow_strategy::plan::GuardKind;

use super::Sim;
use super::order::{Move, Terms};

/// Points of a candle's path that share its volume (rule B4).
const POINTS: f64 = 4.0;

impl Sim<'_> {
    /// Units that stand ahead of a limit order that arrives now (rule L-3): infinitely many where nothing is known of the
    /// volume, or where the profile has no queues.
    pub(super) fn ahead(&self) -> f64 {
        match self.config.profile.queue {
            Some(queue) if self.state.volume > 0.0 => self.state.volume * (f64::from(queue.ahead_bps) / 1e4),
            _ => f64::INFINITY,
        }
    }

    /// What a point trades at its price takes from the queues there.
    pub(super) fn shorten_queues(&mut self, row: usize, movement: &Move) {
        let traded = self.state.volume / POINTS;
        let is_there = |limit: f64| limit.total_cmp(&movement.to).is_eq();
        for entry in &mut self.state.resting {
            if matches!(entry.terms, Some(Terms::Limit(limit)) if is_there(limit)) {
                entry.ahead -= traded;
            }
        }
        let targets = self.state.guards.iter_mut().filter(|guard| guard.kind == GuardKind::TakeProfit);
        for guard in targets.filter(|guard| guard.first_row <= row && is_there(guard.level)) {
            guard.ahead -= traded;
        }
    }
}

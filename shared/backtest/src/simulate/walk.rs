use wickflow_shared::market::Bucket;
use wickflow_shared::portfolio::PositionSide;

use super::Sim;
use super::event::At;
use super::inputs::Bar;
use super::order::Move;
use crate::config::{BarPath, Tie};
use crate::fill::Step;

/// A bar that is simulated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub row: usize,
    pub bar: Bar,
    /// The close before it.
    pub before: Option<f64>,
    /// 0 when unknown, or when nothing asks for it.
    pub volume: f64,
    /// Units after a split right before it for one before; 1 without a split.
    pub ratio: f64,
    /// The finer candles that the bar consists of, where they are known (rule B3).
    pub finer: &'a [FinerBar],
}

impl Turn<'_> {
    /// The price before the bar.
    pub(crate) fn from(&self) -> f64 {
        self.before.unwrap_or(self.bar.open) / self.ratio
    }
}

/// A candle within a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FinerBar {
    pub bucket: Bucket,
    pub bar: Bar,
    pub volume: f64,
}

/// The way of the price through a candle, as far as it has come.
pub(crate) struct Walk {
    row: usize,
    bar: Bar,
    path: Path,
    pub price: f64,
}

impl Walk {
    /// The point that comes next.
    pub(crate) fn next_step(&self) -> Option<Step> {
        let next = self.path.left.checked_sub(1)?;
        self.path.points.get(next).map(|(_, step)| *step)
    }
}

/// The points of a bar that are still to come, the next one last.
struct Path {
    points: [(f64, Step); 3],
    left: usize,
}

impl Path {
    fn next(&mut self) -> Option<(f64, Step)> {
        self.left = self.left.checked_sub(1)?;
        self.points.get(self.left).copied()
    }
}

/// An entry that filled on the way, and at what price: in the adverse profile the rest of the bar is seen anew.
pub(super) struct Entered {
    pub price: f64,
    pub is_limit: bool,
}

impl Sim<'_> {
    /// The price goes along a candle's path, coming from the price before it.
    pub(super) fn walk(&mut self, row: usize, from: f64, bar: &Bar) {
        let mut walk = self.set_out(row, from, bar);
        if !self.state.log.is_ruined && !self.is_reached(bar) {
            self.visit_all(bar);
            return;
        }
        while self.advance(&mut walk) {}
    }

    /// The price goes along the paths of the finer candles, one after the other. A trailing stop moves at the end of
    /// each: what came first is known there (rule B5).
    pub(super) fn walk_finer(&mut self, turn: &Turn<'_>) {
        let mut from = turn.from();
        for (place, finer) in turn.finer.iter().enumerate() {
            if self.state.log.is_ruined {
                break;
            }
            if place > 0 {
                self.ratchet();
            }
            self.clock.focus(Some(finer.bucket));
            self.state.volume = finer.volume;
            if self.is_reached(&finer.bar) {
                self.walk(turn.row, from, &finer.bar);
            } else {
                self.visit_all(&finer.bar);
            }
            from = finer.bar.close;
        }
        self.clock.focus(None);
        self.state.volume = turn.volume;
    }

    /// The price comes to a candle's open.
    pub(crate) fn set_out(&mut self, row: usize, from: f64, bar: &Bar) -> Walk {
        self.meet(At { row, step: Step::Open }, Move { from, to: bar.open, is_opening: true }, bar);
        Walk { row, bar: *bar, path: self.path(bar), price: bar.open }
    }

    /// The price comes to the next point; whether there was one.
    pub(crate) fn advance(&mut self, walk: &mut Walk) -> bool {
        if self.state.log.is_ruined {
            return false;
        }
        let Some((to, step)) = walk.path.next() else { return false };
        let movement = Move { from: walk.price, to, is_opening: false };
        let entered = self.meet(At { row: walk.row, step }, movement, &walk.bar);
        walk.price = to;
        if let Some(entered) = entered.filter(|_| self.config.profile.path == BarPath::AdverseFirst) {
            walk.path = self.path_after_entry(&walk.bar, &entered);
            walk.price = entered.price;
        }
        true
    }

    /// The points after the open (rules B1 and B2).
    fn path(&self, bar: &Bar) -> Path {
        let (up, down) = (bar.high - bar.open, bar.open - bar.low);
        let is_nearer = match self.config.profile.tie {
            Tie::LowFirst => up < down,
            Tie::HighFirst => up <= down,
        };
        let high_first = match (self.config.profile.path, self.state.account.side()) {
            (BarPath::NearerFirst, _) | (_, None) => is_nearer,
            (BarPath::AdverseFirst, Some(side)) => side == PositionSide::Short,
            (BarPath::FavorableFirst, Some(side)) => side == PositionSide::Long,
        };
        let (first, second) = if high_first { (bar.high, bar.low) } else { (bar.low, bar.high) };
        let points = [(bar.close, Step::Close), (second, Step::SecondExtreme), (first, Step::FirstExtreme)];
        Path { points, left: 3 }
    }

    /// The points after an entry within the bar, at their worst for it: a stop entry has the extreme in its favor still
    /// to come, a limit entry may have it behind it.
    fn path_after_entry(&self, bar: &Bar, entered: &Entered) -> Path {
        let (against, in_favor) = match self.state.account.side() {
            Some(PositionSide::Short) => (bar.high, bar.low),
            _ => (bar.low, bar.high),
        };
        let (first, second) = ((against, Step::SecondExtreme), (in_favor, Step::SecondExtreme));
        let points = [(bar.close, Step::Close), if entered.is_limit { first } else { second }, first];
        Path { points, left: if entered.is_limit { 2 } else { 3 } }
    }
}

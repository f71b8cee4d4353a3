use std::ops::Range;

use super::drawdown::Fall;
use super::{Curve, Stretch};
use crate::fold::{BlockCloses, HeldFold, count, least, most, share};
use crate::result::Segment;
use crate::trade::Trade;

/// How many bars of a stretch are looked at together.
const BLOCK: usize = 64;

/// What equity did on the whole. Depths are positive fractions of the peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurveSummary {
    /// Bars of the run.
    pub bars: usize,
    /// Bars in which a position was held, if only for a part of them.
    pub bars_held: usize,
    /// The deepest fall from one close to a later one; cash at the start counts as a close.
    pub max_drawdown: f64,
    /// The deepest fall within bars: the position is marked at the best and the worst price of each bar, of which the
    /// best is taken to come first; in a bar with fills, at the points of the path.
    pub max_drawdown_intrabar: f64,
    /// The deepest fall within bars, in cash; not always the moment of the deepest fraction.
    pub max_drawdown_cash: f64,
    /// How far the last close is below the highest.
    pub current_drawdown: f64,
    /// Bars from a highest close to the recovery, the longest; an open fall counts to the end.
    pub longest_drawdown_bars: usize,
    /// Bars since the highest close while equity is below it.
    pub open_drawdown_bars: usize,
    /// Mean over all closes of what is held over equity, both in cash; a close without equity counts as 0.
    pub capital_exposure: f64,
    /// Mean equity over all closes.
    pub mean_equity: f64,
    /// Everything bought and sold, in cash.
    pub traded: f64,
}

impl CurveSummary {
    /// The share of bars in which a position was held.
    #[must_use]
    pub fn time_in_market(&self) -> f64 {
        share(count(self.bars_held), count(self.bars))
    }

    /// How often equity was traded: everything bought and sold over mean equity.
    #[must_use]
    pub fn turnover(&self) -> f64 {
        share(self.traded, self.mean_equity)
    }
}

/// Some bars of one holding, all with fills (then it is one bar) or none, and what their closes come to.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// The fills of the bar.
    pub fills: Option<&'a Segment>,
    /// The bars.
    pub rows: Range<usize>,
    /// Cash at their closes.
    pub cash: f64,
    /// Units held at their closes; negative when short.
    pub position: f64,
    /// Lowest equity at a close.
    pub worst: f64,
    /// Highest equity at a close.
    pub best: f64,
    /// What is held over equity at a close, both in cash, at most; a close without equity counts as 0.
    pub largest_share: f64,
}

/// Sums over all parts.
struct Totals {
    closes: Fall,
    within: Fall,
    bars_held: usize,
    exposure: f64,
    equity: f64,
}

impl<'a> Curve<'a> {
    /// Drawdowns, exposure and turnover.
    #[must_use]
    pub fn summary(&self) -> CurveSummary {
        self.summary_by_parts(|_| ())
    }

    /// As [`summary`](Self::summary), and tells of every part of the run, in order.
    #[must_use]
    pub fn summary_by_parts(&self, mut each: impl FnMut(&Part<'a>)) -> CurveSummary {
        let fall = Fall::new(self.run.start_cash);
        let mut totals = Totals { closes: fall, within: fall, bars_held: 0, exposure: 0.0, equity: 0.0 };
        let mut trades = self.run.trades.iter().peekable();
        for stretch in self.stretches() {
            if let Some(fills) = stretch.fills {
                each(&self.with_fills(fills, &mut totals));
            }
            if stretch.position.abs() > 0.0 {
                while trades.next_if(|trade| (trade.exit_bar as usize) < stretch.to).is_some() {}
                let bounds = trades.peek().and_then(|trade| bounds(trade, &stretch));
                self.held(&stretch, bounds, &mut totals, &mut each);
            } else if stretch.from < stretch.to {
                each(&flat(&stretch, &mut totals));
            }
        }
        let bars = (self.run.end_bar - self.run.first_bar) as usize;
        let (closes, within) = (totals.closes.end(), totals.within.end());
        CurveSummary {
            bars,
            bars_held: totals.bars_held,
            max_drawdown: closes.depth,
            max_drawdown_intrabar: within.depth,
            max_drawdown_cash: within.cash,
            current_drawdown: share(closes.peak - self.run.final_equity, closes.peak),
            longest_drawdown_bars: closes.longest,
            open_drawdown_bars: closes.open,
            capital_exposure: share(totals.exposure, count(bars)),
            mean_equity: share(totals.equity, count(bars)),
            traded: self.run.fills.iter().map(|fill| fill.notional()).sum(),
        }
    }

    /// A bar with fills.
    fn with_fills(&self, fills: &'a Segment, totals: &mut Totals) -> Part<'a> {
        let row = fills.bar as usize;
        let close = self.close.get(row).copied().unwrap_or_default();
        let equity = fills.cash + fills.position * close;
        let largest_share = share((fills.position * close).abs(), equity);
        totals.closes.push(equity, equity);
        totals.within.push(fills.high_equity, fills.low_equity);
        totals.bars_held += usize::from(fills.held);
        totals.exposure += largest_share;
        totals.equity += equity;
        Part {
            fills: Some(fills),
            rows: row..row + 1,
            cash: fills.cash,
            position: fills.position,
            worst: equity,
            best: equity,
            largest_share,
        }
    }

    /// A stretch with a position, block by block: a block without a new peak is a matter of its extremes. Those within
    /// bars are not looked for where the bounds of the trade say that they do not matter.
    fn held(
        &self,
        stretch: &Stretch<'a>,
        bounds: Option<(f64, f64)>,
        totals: &mut Totals,
        each: &mut impl FnMut(&Part<'a>),
    ) {
        let Stretch { from, to, cash, position, .. } = *stretch;
        let equity = |price: f64| cash + position * price;
        let ordered = |low: f64, high: f64| {
            if position > 0.0 { (equity(high), equity(low)) } else { (equity(low), equity(high)) }
        };
        let mut fold = HeldFold::new(cash, position);
        let mut rows = from..from;
        for close in self.close.get(from..to).unwrap_or_default().chunks(BLOCK) {
            rows = rows.end..rows.end + close.len();
            let BlockCloses { lowest, highest, largest_share } = fold.block(close);
            let (best, worst) = ordered(lowest, highest);
            if !totals.closes.push_below(best, worst, close.len()) {
                close.iter().for_each(|close| totals.closes.push(equity(*close), equity(*close)));
            }
            each(&Part { fills: None, rows: rows.clone(), cash, position, worst, best, largest_share });
        }
        totals.exposure += fold.shares();
        totals.equity += cash * count(to - from) + position * fold.prices();
        totals.bars_held += to - from;
        let is_between = |(best, worst)| totals.within.push_between(best, worst, to - from);
        if bounds.is_some_and(is_between) {
            return;
        }
        let cut = |prices: &'a [f64]| prices.get(from..to).unwrap_or_default().chunks(BLOCK);
        for (lows, highs) in cut(self.low).zip(cut(self.high)) {
            let (best, worst) = ordered(least(lows), most(highs));
            if !totals.within.push_below(best, worst, lows.len()) {
                for (low, high) in lows.iter().zip(highs) {
                    let (best, worst) = ordered(*low, *high);
                    totals.within.push(best, worst);
                }
            }
        }
    }
}

/// Highest and lowest equity that a stretch can have come to, when it is all that lies between the one entry of a trade
/// and its one exit. After a split the prices of the trade are others, and so is its quantity.
#[expect(clippy::float_cmp, reason = "what was entered is what is held, to the last bit")]
fn bounds(trade: &Trade, stretch: &Stretch<'_>) -> Option<(f64, f64)> {
    let equity = |price: f64| stretch.cash + stretch.position * price;
    let is_whole = trade.entries == 1
        && trade.exits == 1
        && trade.exit_bar as usize == stretch.to
        && stretch.fills.is_some_and(|fills| fills.bar == trade.entry_bar)
        && trade.quantity == stretch.position.abs();
    is_whole.then(|| (equity(trade.best_price), equity(trade.worst_price)))
}

/// A stretch without a position.
fn flat<'a>(stretch: &Stretch<'a>, totals: &mut Totals) -> Part<'a> {
    let (bars, cash) = (stretch.to - stretch.from, stretch.cash);
    totals.closes.push_flat(cash, bars);
    totals.within.push_flat(cash, bars);
    totals.equity += cash * count(bars);
    Part {
        fills: None,
        rows: stretch.from..stretch.to,
        cash,
        position: 0.0,
        worst: cash,
        best: cash,
        largest_share: 0.0,
    }
}

use wickflow_shared::market::Bucket;
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::Series;

use super::{LegRun, PlanLeg};
use crate::config::RunConfig;
use crate::detail::Detail;
use crate::fill::{Cause, Step};
use crate::simulate::{
    Bar, BarClock, Bars, Begun, Clock, Elsewhere, FinerBar, Inputs, Late, Sim, State, Turn, Values, Walk,
    bucket_of, marking_fill, point_within, row_number, span_of,
};

/// A symbol while it is run: one event after the other.
pub(super) struct Runner<'a> {
    pub series: &'a Series,
    config: &'a RunConfig,
    detail: Option<&'a Detail>,
    /// The finer candle that the price is in.
    focus: Option<Bucket>,
    inputs: Inputs<'a>,
    late: Option<&'a mut dyn Late>,
    bars: Bars<'a>,
    state: State,
    first: usize,
    end: usize,
    /// Splits: the row before which each happens, and its ratio.
    splits: Vec<(usize, f64)>,
    /// The next bar, or the one that is going on.
    row: usize,
    stage: Stage,
    /// The last price.
    mark: f64,
}

/// How far the bar has come.
enum Stage {
    /// It has not begun: when it will.
    Before(Timestamp),
    /// On the way, with the time of the next point.
    Walking(Timestamp, Ongoing, Walk),
    /// The way along a finer candle is over: the time of the next one's open.
    Between(Timestamp, Ongoing),
    /// All but its close has been.
    Closing(Timestamp, Ongoing),
    /// There are no more bars.
    Over,
}

/// A bar that has begun.
struct Ongoing {
    turn: Turn<'static>,
    begun: Begun,
    bucket: Bucket,
    /// The part of the candle that is walked along in which the exchange is open.
    span: Bucket,
    /// The finer candles of the bar, and how many have been set out on.
    finer: Vec<FinerBar>,
    begun_finer: usize,
}

impl<'a> Runner<'a> {
    pub(super) fn new(leg: PlanLeg<'a>) -> Self {
        let PlanLeg { plan, columns, late, series, detail, config } = leg;
        let rows = series.rows().min(u32::MAX as usize);
        let end = config.rows.to.min(rows);
        let first = config.rows.from.min(end);
        let row_of = |time| series.candles().open_times().partition_point(|open| *open < time);
        let mut runner = Self {
            series,
            config,
            detail,
            focus: None,
            inputs: Inputs::new(plan, columns),
            late,
            bars: Bars::new(series),
            state: State::new(config.cash),
            first,
            end,
            splits: config.splits.iter().map(|split| (row_of(split.time), split.ratio)).collect(),
            row: first,
            stage: Stage::Over,
            mark: 0.0,
        };
        runner.stage = runner.before();
        runner
    }

    /// Values that follow from what is held warm up on the bars before the first.
    pub(super) fn warm(&mut self) {
        let first = self.first;
        if let Some(mut sim) = self.sim() {
            (0..first).for_each(|row| sim.look_flat(row));
        }
    }

    /// When the first bar to simulate opens.
    pub(super) fn start_time(&self) -> Option<Timestamp> {
        let rows = self.series.candles().open_times();
        rows.get(self.first).copied().filter(|_| self.first < self.end)
    }

    /// When something happens next.
    pub(super) fn next_time(&self) -> Option<Timestamp> {
        match &self.stage {
            Stage::Before(time)
            | Stage::Walking(time, ..)
            | Stage::Between(time, _)
            | Stage::Closing(time, _) => Some(*time),
            Stage::Over => None,
        }
    }

    /// Whether what happens next is an open that closes a position and opens none.
    pub(super) fn brings_cash(&self) -> bool {
        matches!(self.stage, Stage::Before(_)) && self.state.only_closes()
    }

    /// The next event, on this cash and beside these positions; whether the bar has closed.
    pub(super) fn happen(&mut self, cash: f64, elsewhere: Elsewhere) -> bool {
        self.state.account.cash = cash;
        self.state.account.elsewhere = elsewhere;
        (self.state.log.low_equity, self.state.log.high_equity) = (f64::INFINITY, f64::NEG_INFINITY);
        self.stage = match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Before(_) => self.open(),
            Stage::Walking(_, ongoing, walk) => self.walk(ongoing, walk),
            Stage::Between(_, ongoing) => self.enter_finer(ongoing),
            Stage::Closing(_, ongoing) => {
                self.close(&ongoing);
                return true;
            }
            Stage::Over => Stage::Over,
        };
        false
    }

    fn open(&mut self) -> Stage {
        let (row, before) = (self.row, self.row.checked_sub(1));
        let (Some(bar), Some(bucket)) = (self.bars.at(row), bucket_of(self.series, row)) else {
            return Stage::Over;
        };
        let first = self.first;
        let split = |all: f64, (at, ratio): &(usize, f64)| {
            if *at == row && row > first { all * ratio } else { all }
        };
        let turn = Turn {
            row,
            bar,
            before: before.and_then(|before| self.bars.close.get(before)).copied(),
            volume: self.bars.volume(row),
            ratio: self.splits.iter().fold(1.0, split),
            finer: &[],
        };
        let Some(mut sim) = self.sim() else { return Stage::Over };
        let begun = sim.begin(&turn);
        let is_idle = sim.state.is_idle();
        if is_idle {
            sim.mark(bar.open);
        }
        self.mark = bar.open;
        let mut finer = Vec::new();
        if let Some(detail) = self.detail.filter(|_| !is_idle) {
            detail.read(row, &mut finer);
        }
        let span = span_of(self.series.calendar(), bucket);
        let ongoing = Ongoing { turn, begun, bucket, span, finer, begun_finer: 0 };
        if is_idle {
            Stage::Closing(bucket.close, ongoing)
        } else if ongoing.finer.is_empty() {
            self.set_out(ongoing, turn.from(), &bar)
        } else {
            self.enter_finer(ongoing)
        }
    }

    fn set_out(&mut self, ongoing: Ongoing, from: f64, bar: &Bar) -> Stage {
        let row = self.row;
        let walk = self.sim().map(|mut sim| sim.set_out(row, from, bar));
        self.mark = bar.open;
        match walk {
            Some(walk) => self.go_on(ongoing, walk),
            None => Stage::Over,
        }
    }

    /// The next finer candle, from the last price.
    fn enter_finer(&mut self, mut ongoing: Ongoing) -> Stage {
        let Some(finer) = ongoing.finer.get(ongoing.begun_finer).copied() else {
            return Stage::Closing(ongoing.bucket.close, ongoing);
        };
        let from = if ongoing.begun_finer > 0 { self.mark } else { ongoing.turn.from() };
        if ongoing.begun_finer > 0
            && let Some(mut sim) = self.sim()
        {
            sim.ratchet();
        }
        ongoing.begun_finer += 1;
        ongoing.span = span_of(self.series.calendar(), finer.bucket);
        self.focus = Some(finer.bucket);
        self.state.volume = finer.volume;
        self.set_out(ongoing, from, &finer.bar)
    }

    fn walk(&mut self, ongoing: Ongoing, mut walk: Walk) -> Stage {
        if let Some(mut sim) = self.sim() {
            sim.advance(&mut walk);
        }
        self.mark = walk.price;
        self.go_on(ongoing, walk)
    }

    fn go_on(&self, ongoing: Ongoing, walk: Walk) -> Stage {
        let next = ongoing.finer.get(ongoing.begun_finer).map(|next| next.bucket);
        match (walk.next_step(), next) {
            _ if self.is_ruined() => Stage::Closing(ongoing.bucket.close, ongoing),
            (Some(step), _) => Stage::Walking(point_within(ongoing.span, step), ongoing, walk),
            (None, Some(next)) => {
                let span = span_of(self.series.calendar(), next);
                Stage::Between(point_within(span, Step::Open), ongoing)
            }
            (None, None) => Stage::Closing(ongoing.bucket.close, ongoing),
        }
    }

    fn close(&mut self, ongoing: &Ongoing) {
        self.mark = ongoing.turn.bar.close;
        self.focus = None;
        self.state.volume = ongoing.turn.volume;
        if let Some(mut sim) = self.sim() {
            sim.end(&ongoing.turn, &ongoing.begun);
        }
        self.row += 1;
        self.stage = if self.is_ruined() { Stage::Over } else { self.before() };
    }

    /// Waits for the next bar.
    fn before(&self) -> Stage {
        match bucket_of(self.series, self.row).filter(|_| self.row < self.end) {
            Some(bucket) => Stage::Before(point_within(span_of(self.series.calendar(), bucket), Step::Open)),
            None => Stage::Over,
        }
    }

    fn sim(&mut self) -> Option<Sim<'_>> {
        let bucket = |row| bucket_of(self.series, row);
        let clock = BarClock {
            calendar: self.series.calendar(),
            nominal_ms: self.series.timeframe().nominal_ms(),
            bucket: bucket(self.row)?,
            before: self.row.checked_sub(1).and_then(bucket),
            finer: self.focus,
        };
        Some(Sim {
            config: self.config,
            inputs: &self.inputs,
            values: match &mut self.late {
                Some(late) => Values::Late(&mut **late, self.series),
                None => Values::None,
            },
            clock: Clock::Bar(clock),
            is_walking: true,
            state: &mut self.state,
        })
    }

    /// Everything is to be closed at the next price.
    pub(super) fn force(&mut self, cause: Cause) {
        if let Some(mut sim) = self.sim() {
            sim.force(cause);
        }
        self.state.alarm = None;
    }

    /// Nothing more happens; a bar that has begun closes, but is not looked at.
    pub(super) fn stop(&mut self) {
        self.state.log.is_ruined = true;
        self.stage = match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Walking(_, ongoing, _) | Stage::Between(_, ongoing) => {
                Stage::Closing(ongoing.bucket.close, ongoing)
            }
            Stage::Closing(time, ongoing) => Stage::Closing(time, ongoing),
            Stage::Before(_) | Stage::Over => Stage::Over,
        };
    }

    pub(super) fn take_alarm(&mut self) -> Option<Cause> {
        self.state.alarm.take()
    }

    pub(super) fn cash(&self) -> f64 {
        self.state.account.cash
    }

    /// Lowest and highest equity of the last event.
    pub(super) fn extremes(&self) -> (f64, f64) {
        (self.state.log.low_equity, self.state.log.high_equity)
    }

    /// How many fills there were.
    pub(super) fn fills(&self) -> usize {
        self.state.log.fills.len()
    }

    pub(super) fn is_held(&self) -> bool {
        self.state.account.held.is_some()
    }

    pub(super) fn is_ruined(&self) -> bool {
        self.state.log.is_ruined
    }

    /// What is held, at the last price.
    pub(super) fn value(&self) -> f64 {
        self.state.account.position * self.mark
    }

    /// Adds what is held.
    pub(super) fn add_to(&self, sum: &mut Elsewhere) {
        if !self.is_held() {
            return;
        }
        let (value, margin) = (self.value(), &self.config.margin);
        let (initial, maintenance) = if value > 0.0 {
            (margin.long_initial, margin.long_maintenance)
        } else {
            (margin.short_initial, margin.short_maintenance)
        };
        sum.value += value;
        sum.initial += value.abs() * initial;
        sum.maintenance += value.abs() * maintenance;
        sum.is_held = true;
    }

    pub(super) fn finish(self) -> LegRun {
        let last = self.row.checked_sub(1).filter(|last| *last >= self.first);
        let last = last.and_then(|last| {
            Some((last, *self.series.close_times().get(last)?, *self.bars.close.get(last)?))
        });
        let open_trade = last
            .and_then(|(row, time, close)| self.state.account.open_trade(&marking_fill(row, time, close)));
        let State { account, log, .. } = self.state;
        let closed: f64 = log.trades.iter().map(|trade| trade.pnl).sum();
        LegRun {
            symbol: self.series.symbol().clone(),
            first_bar: row_number(self.first),
            end_bar: row_number(self.row),
            position: account.position,
            pnl: closed + open_trade.map_or(0.0, |open| open.marked.pnl),
            fills: log.fills,
            trades: log.trades,
            open_trade,
            rejects: log.rejects,
            counts: log.counts,
        }
    }
}

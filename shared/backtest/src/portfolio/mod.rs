//! Several symbols on one account: each has its own values, orders and guards, and all share the cash.
//!
//! Everything happens in the order of time, on the union of the symbols' bars: points of bars that are walked through,
//! and closes at which a strategy looks. What happens at the same time goes in the order in which the symbols are
//! given, so the first gets the cash; but symbols that only close a position at an open go before the others. A symbol without a bar at a time stands at its last price, and fills nothing.

mod curve;
mod error;
mod leg;
mod result;

use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::Series;
use wickflow_strategy::plan::Plan;
use wickflow_strategy::{Evaluation, Live, Program};

pub use self::error::PortfolioError;
pub use self::result::{LegRun, PortfolioPoint, PortfolioRun, SequenceFill};

use self::leg::Runner;
use crate::config::RunConfig;
use crate::detail::Detail;
use crate::fill::Cause;
use crate::simulate::{Columns, Elsewhere, Late};

/// A symbol of a portfolio: a compiled strategy and the series that it was evaluated for.
#[derive(Clone, Copy)]
pub struct Leg<'a> {
    /// The strategy.
    pub program: &'a Program,
    /// Its values over the series.
    pub evaluation: &'a Evaluation,
    /// The candles.
    pub series: &'a Series,
    /// Finer candles that orders are matched along (rule B3), those of the series.
    pub detail: Option<&'a Detail>,
    /// The settings. Cash is that of the whole account, the same for every symbol; all else is the symbol's own.
    pub config: &'a RunConfig,
}

/// A symbol of a portfolio before compilation is known of: a plan, the values that are known beforehand, and what works
/// out the others.
pub struct PlanLeg<'a> {
    /// What to order.
    pub plan: &'a Plan,
    /// The values that are known for every bar.
    pub columns: &'a dyn Columns,
    /// Those that follow from what is held.
    pub late: Option<&'a mut dyn Late>,
    /// The candles.
    pub series: &'a Series,
    /// Finer candles, as in [`Leg`].
    pub detail: Option<&'a Detail>,
    /// The settings, as in [`Leg`].
    pub config: &'a RunConfig,
}

/// The most symbols of a portfolio.
pub const MAX_LEGS: usize = 1000;

/// Runs compiled strategies over their symbols on one account.
///
/// # Errors
/// [`PortfolioError`] when a setting is out of range, symbols are given twice, or their cash differs.
pub fn run_portfolio(legs: &[Leg<'_>]) -> Result<PortfolioRun, PortfolioError> {
    let mut lives: Vec<Option<Live>> =
        legs.iter().map(|leg| Live::new(leg.program, leg.evaluation)).collect();
    let plans = legs.iter().zip(&mut lives).map(|(leg, live)| PlanLeg {
        plan: leg.program.plan(),
        columns: leg.evaluation,
        late: live.as_mut().map(|live| live as &mut dyn Late),
        series: leg.series,
        detail: leg.detail,
        config: leg.config,
    });
    simulate_portfolio(plans.collect())
}

/// Runs plans over their symbols on one account.
///
/// # Errors
/// As [`run_portfolio`].
pub fn simulate_portfolio(legs: Vec<PlanLeg<'_>>) -> Result<PortfolioRun, PortfolioError> {
    let start_cash = check(&legs)?;
    let mut runners: Vec<Runner<'_>> = legs.into_iter().map(Runner::new).collect();
    let mut valued: Vec<usize> = (0..runners.len()).collect();
    let symbol = |place: &usize| runners.get(*place).map(|runner| runner.series.symbol().clone());
    valued.sort_by_cached_key(symbol);
    runners.iter_mut().for_each(Runner::warm);
    let start_time = runners.iter().filter_map(Runner::start_time).min();
    let mut portfolio = Portfolio {
        start_time,
        runners,
        valued,
        start_cash,
        cash: start_cash,
        is_ending: false,
        low_equity: f64::INFINITY,
        high_equity: f64::NEG_INFINITY,
        curve: Vec::new(),
        sequence: Vec::new(),
    };
    portfolio.run();
    Ok(portfolio.finish())
}

/// The cash at the start.
fn check(legs: &[PlanLeg<'_>]) -> Result<f64, PortfolioError> {
    let Some(first) = legs.first() else { return Err(PortfolioError::Empty) };
    if legs.len() > MAX_LEGS {
        return Err(PortfolioError::TooMany { found: legs.len() });
    }
    let mut symbols: Vec<&Symbol> = legs.iter().map(|leg| leg.series.symbol()).collect();
    symbols.sort();
    if let Some([twice, _]) = symbols.array_windows().find(|[symbol, next]| symbol == next) {
        return Err(PortfolioError::Twice((*twice).clone()));
    }
    let cash = first.config.cash;
    for leg in legs {
        leg.config.check()?;
        if let Some(detail) = leg.detail {
            detail.check(leg.series)?;
        }
        if leg.config.cash.total_cmp(&cash).is_ne() {
            let symbol = leg.series.symbol().clone();
            return Err(PortfolioError::Cash { first: cash, found: leg.config.cash, symbol });
        }
    }
    Ok(cash)
}

/// A run over several symbols.
struct Portfolio<'a> {
    runners: Vec<Runner<'a>>,
    /// The order in which positions are added up: by symbol, so that it does not matter in which order they are given.
    valued: Vec<usize>,
    start_time: Option<Timestamp>,
    start_cash: f64,
    cash: f64,
    /// Whether equity fell to zero or below: what is held is closed, nothing is ordered any more.
    is_ending: bool,
    /// Lowest and highest equity since the last point of the curve.
    low_equity: f64,
    high_equity: f64,
    curve: Vec<PortfolioPoint>,
    sequence: Vec<SequenceFill>,
}

impl Portfolio<'_> {
    fn run(&mut self) {
        let mut closing: Option<Timestamp> = None;
        while let Some((time, place)) = self.next() {
            if let Some(closed) = closing.filter(|closed| *closed < time) {
                self.sample(closed);
                closing = None;
            }
            if self.happen(place) {
                closing = Some(time);
            }
            if self.is_ruined() && !self.runners.iter().any(Runner::is_held) {
                self.runners.iter_mut().for_each(Runner::stop);
            }
        }
        if let Some(closed) = closing {
            self.sample(closed);
        }
    }

    /// What happens next: when, and to which symbol. At one time, opens that only close positions come first, so that a
    /// portfolio can be turned over; else the symbol that is given first.
    fn next(&self) -> Option<(Timestamp, usize)> {
        let key =
            |(place, runner): (usize, &Runner<'_>)| Some((runner.next_time()?, !runner.brings_cash(), place));
        let (time, _, place) = self.runners.iter().enumerate().filter_map(key).min()?;
        Some((time, place))
    }

    /// One event of a symbol, on the cash of all; whether its bar has closed.
    fn happen(&mut self, place: usize) -> bool {
        let elsewhere = self.elsewhere(place);
        let Some(runner) = self.runners.get_mut(place) else { return false };
        let fills = runner.fills();
        let has_closed = runner.happen(self.cash, elsewhere);
        self.cash = runner.cash();
        let (low, high) = runner.extremes();
        self.low_equity = self.low_equity.min(low);
        self.high_equity = self.high_equity.max(high);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let new = (fills..runner.fills()).map(|fill| SequenceFill { leg: number(place), fill: number(fill) });
        self.sequence.extend(new);
        if let Some(cause) = runner.take_alarm() {
            self.sound(cause);
        }
        has_closed
    }

    /// Everything is to be closed, in every symbol at its next price.
    fn sound(&mut self, cause: Cause) {
        self.is_ending |= cause == Cause::Liquidation;
        let cause = if self.is_ending { Cause::Liquidation } else { cause };
        for runner in &mut self.runners {
            runner.force(cause);
            if self.is_ending && !runner.is_held() {
                runner.stop();
            }
        }
    }

    fn is_ruined(&self) -> bool {
        self.is_ending || self.runners.iter().any(Runner::is_ruined)
    }

    /// What the other symbols hold.
    fn elsewhere(&self, place: usize) -> Elsewhere {
        let others = self.valued.iter().filter(|other| **other != place);
        let mut sum = Elsewhere::default();
        for runner in others.filter_map(|other| self.runners.get(*other)) {
            runner.add_to(&mut sum);
        }
        sum
    }

    /// A point of the curve: every symbol at its last price.
    fn sample(&mut self, time: Timestamp) {
        let mut all = Elsewhere::default();
        let (mut exposure, mut held) = (0.0, 0);
        for runner in self.valued.iter().filter_map(|place| self.runners.get(*place)) {
            runner.add_to(&mut all);
            exposure += runner.value().abs();
            held += u32::from(runner.is_held());
        }
        let equity = self.cash + all.value;
        let (low_equity, high_equity) = (self.low_equity.min(equity), self.high_equity.max(equity));
        let cash = self.cash;
        self.curve.push(PortfolioPoint { time, cash, equity, low_equity, high_equity, exposure, held });
        (self.low_equity, self.high_equity) = (f64::INFINITY, f64::NEG_INFINITY);
    }

    fn finish(self) -> PortfolioRun {
        let is_ruined = self.is_ruined();
        let final_equity = self.curve.last().map_or(self.start_cash, |point| point.equity);
        PortfolioRun {
            start_time: self.start_time,
            start_cash: self.start_cash,
            cash: self.cash,
            final_equity,
            legs: self.runners.into_iter().map(Runner::finish).collect(),
            curve: self.curve,
            sequence: self.sequence,
            is_ruined,
        }
    }
}

use serde::Serialize;
use wickflow_backtest::config::FeeOrder;
use wickflow_backtest::{Run, RunConfig};
use wickflow_shared::order::{LiquiditySide, OrderSide};
use wickflow_strategy::data::Series;

use crate::curve::bars_of;
use crate::input::ReportInput;

/// Buy and hold: all cash of the start in the instrument, at the open of the first simulated bar, held to the last close.
///
/// It pays the taker fee of the settings once, no slippage, and buys whole lots where the settings have lots. It is not
/// sold at the end, as a position that is still open is not.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Benchmark {
    /// Price paid.
    pub entry_price: f64,
    /// Units bought.
    pub quantity: f64,
    /// Fee paid.
    pub fee: f64,
    /// Cash and position at the last close.
    pub final_equity: f64,
    /// Final equity over the cash at the start, − 1.
    pub total_return: f64,
    #[serde(skip)]
    cash_left: f64,
    #[serde(skip)]
    entry_bar: usize,
}

impl Benchmark {
    /// `None` without bars.
    pub(crate) fn of(run: &Run, series: &Series, config: &RunConfig) -> Option<Self> {
        let bars = bars_of(run, series);
        let candles = series.candles();
        let (entry_price, last) = (*candles.opens().get(bars.start)?, bars.end.checked_sub(1)?);
        if bars.is_empty() || entry_price <= 0.0 || run.start_cash <= 0.0 {
            return None;
        }
        let order = |quantity: f64| FeeOrder {
            side: OrderSide::Buy,
            liquidity: LiquiditySide::Taker,
            time: candles.open_times().get(bars.start).copied().unwrap_or_default(),
            notional: quantity * entry_price,
            quantity,
            notional_before: 0.0,
            quantity_before: 0.0,
        };
        let mut quantity = run.start_cash / entry_price;
        // What the fee takes shrinks the order and with it the fee; a few rounds settle it to the last digits.
        for _ in 0..20 {
            let affordable = run.start_cash - config.fees.fee(&order(quantity));
            quantity = (affordable / entry_price).max(0.0);
        }
        if config.lot_size > 0.0 {
            quantity = (quantity / config.lot_size).floor() * config.lot_size;
        }
        let fee = if quantity > 0.0 { config.fees.fee(&order(quantity)) } else { 0.0 };
        let cash_left = run.start_cash - quantity * entry_price - fee;
        let entry_bar = bars.start;
        let mut benchmark =
            Self { entry_price, quantity, fee, final_equity: 0.0, total_return: 0.0, cash_left, entry_bar };
        benchmark.final_equity = benchmark.equity_at(last, series, config)?;
        benchmark.total_return = benchmark.final_equity / run.start_cash - 1.0;
        Some(benchmark)
    }

    /// The start, and its equity at the last bar of each day: `samples` are those of the run.
    pub(crate) fn at_days(
        &self,
        samples: &[(i64, f64)],
        rows: impl Iterator<Item = usize>,
        input: &ReportInput,
    ) -> Vec<(i64, f64)> {
        let days = samples.iter().skip(1).zip(rows);
        let held = |(day, row): (&(i64, f64), usize)| {
            Some((day.0, self.equity_at(row, input.series, input.config)?))
        };
        samples.first().copied().into_iter().chain(days.filter_map(held)).collect()
    }

    /// Its equity at a bar's close; splits since the purchase multiply the units.
    pub(crate) fn equity_at(&self, bar: usize, series: &Series, config: &RunConfig) -> Option<f64> {
        let times = series.candles().open_times();
        let bought = times.get(self.entry_bar)?;
        let now = times.get(bar)?;
        let splits = config.splits.iter().filter(|split| split.time > *bought && split.time <= *now);
        let units = splits.fold(self.quantity, |units, split| units * split.ratio);
        Some(self.cash_left + units * series.candles().closes().get(bar)?)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Case, slope};
    use wickflow_backtest::config::{FeeModel, Split};

    /// 10,000 at 100 with 1 %: 10,000 ÷ 101 units, worth 119 each at the end.
    #[test]
    fn all_cash_goes_in_and_pays_its_fee() {
        let case = Case::new(slope(20, 1.0)).with(|case| case.config.fees = FeeModel::bps(100.0));
        let held = case.report().benchmark.unwrap();
        assert!((held.quantity - 10_000.0 / 101.0).abs() < 1e-9, "{held:?}");
        assert!((held.final_equity - 119.0 * 10_000.0 / 101.0).abs() < 1e-6, "{held:?}");
        assert!((held.fee - 100.0 * held.quantity * 0.01).abs() < 1e-9);
    }

    #[test]
    fn lots_and_splits() {
        let case = Case::new(slope(20, 1.0)).with(|case| {
            case.config.fees = FeeModel::Free;
            case.config.lot_size = 30.0;
            case.config.splits = vec![Split { time: case.candles[10].open_time, ratio: 2.0 }];
        });
        let held = case.report().benchmark.unwrap();
        assert!((held.quantity - 90.0).abs() < 1e-12 && (held.fee).abs() < 1e-12);
        assert!((held.final_equity - (1000.0 + 180.0 * 119.0)).abs() < 1e-6, "{held:?}");
        let report = case.report();
        let before = report.curve.equity[9].benchmark.unwrap();
        assert!((before - (1000.0 + 90.0 * 109.0)).abs() < 1e-6);
    }

    #[test]
    fn nothing_to_hold() {
        assert_eq!(Case::new(std::iter::empty()).report().benchmark, None);
    }
}

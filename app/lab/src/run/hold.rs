use wickflow_backtest::config::FeeOrder;
use wickflow_backtest::{Run, RunConfig};
use wickflow_shared::order::{LiquiditySide, OrderSide};
use wickflow_strategy::data::Series;

/// Buy and hold, as the report has it: all cash of the start at the open of the first bar, the taker fee paid once, whole
/// lots where there are lots. A test holds it against the report.
pub(super) struct Hold<'a> {
    series: &'a Series,
    config: &'a RunConfig,
    first: usize,
    quantity: f64,
    cash_left: f64,
}

impl<'a> Hold<'a> {
    /// `None` without bars.
    pub(super) fn new(run: &Run, series: &'a Series, config: &'a RunConfig) -> Option<Self> {
        let first = run.first_bar as usize;
        let price = *series.candles().opens().get(first)?;
        let time = *series.candles().open_times().get(first)?;
        if run.end_bar <= run.first_bar || price <= 0.0 || run.start_cash <= 0.0 {
            return None;
        }
        let fee = |quantity: f64| {
            config.fees.fee(&FeeOrder {
                side: OrderSide::Buy,
                liquidity: LiquiditySide::Taker,
                time,
                notional: quantity * price,
                quantity,
                notional_before: 0.0,
                quantity_before: 0.0,
            })
        };
        let mut quantity = run.start_cash / price;
        // What the fee takes shrinks the order and with it the fee.
        for _ in 0..20 {
            quantity = ((run.start_cash - fee(quantity)) / price).max(0.0);
        }
        if config.lot_size > 0.0 {
            quantity = (quantity / config.lot_size).floor() * config.lot_size;
        }
        let paid = if quantity > 0.0 { fee(quantity) } else { 0.0 };
        let cash_left = run.start_cash - quantity * price - paid;
        Some(Self { series, config, first, quantity, cash_left })
    }

    /// Its equity at a bar's close; NaN where there is no such bar. Splits since the purchase multiply the units.
    pub(super) fn at(&self, bar: usize) -> f64 {
        let candles = self.series.candles();
        let times = (candles.open_times().get(self.first), candles.open_times().get(bar));
        let ((Some(bought), Some(now)), Some(close)) = (times, candles.closes().get(bar)) else {
            return f64::NAN;
        };
        let splits = self.config.splits.iter().filter(|split| split.time > *bought && split.time <= *now);
        self.cash_left + splits.fold(self.quantity, |units, split| units * split.ratio) * close
    }
}

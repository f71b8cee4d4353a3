//! How a run is set up: everything but the strategy and the candles.

mod fee;
mod india;
mod profile;
mod slippage;
mod step;

use serde::{Deserialize, Serialize};
use wickflow_shared::time::Timestamp;

pub use fee::{FeeModel, FeeOrder};
pub use india::{IndiaRates, IndiaSegment};
pub use profile::{
    BarPath, EntryTiming, FillProfile, GuardStart, LimitFill, Queue, StopLimitFill, Tie, UnknownProfile,
};
pub use slippage::Slippage;
pub(crate) use slippage::Taking;
pub(crate) use step::steps;

/// The settings of a run. Fees and slippage are always named, never zero by silence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// Cash at the start, in the quote currency.
    pub cash: f64,
    /// What fills cost (rule K2).
    pub fees: FeeModel,
    /// How far taking fills slip (rule K1).
    pub slippage: Slippage,
    /// How orders meet the candles.
    pub profile: FillProfile,
    /// Fills that slip are rounded against the trader to whole multiples of it; 0 for none.
    #[serde(default)]
    pub tick_size: f64,
    /// Sizes of entries are rounded down to whole multiples of it; 0 for none.
    #[serde(default)]
    pub lot_size: f64,
    /// What positions must be covered with.
    #[serde(default)]
    pub margin: Margin,
    /// Whether more may be sold than is held.
    #[serde(default = "yes")]
    pub allow_short: bool,
    /// Seed of everything that is drawn.
    #[serde(default)]
    pub seed: u64,
    /// The bars to simulate, as rows of the series; those before it still warm the strategy up.
    #[serde(default)]
    pub rows: Rows,
    /// Splits of candles that were not adjusted for them, ascending.
    #[serde(default)]
    pub splits: Vec<Split>,
}

fn yes() -> bool {
    true
}

/// Rows of a series: [from, to), cut to what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The first.
    pub from: usize,
    /// The one after the last.
    pub to: usize,
}

impl Default for Rows {
    fn default() -> Self {
        Self { from: 0, to: usize::MAX }
    }
}

/// What positions must be covered with, as fractions of their value.
///
/// An entry is refused unless equity after it covers the initial margin of the whole position (rule K3): at 1 that
/// is a cash account, for which cash must not fall below zero. Below the maintenance margin the position is closed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Margin {
    /// For a long position to be opened.
    pub long_initial: f64,
    /// For a short position to be opened.
    pub short_initial: f64,
    /// For a long position to be kept; 0 when only ruin counts.
    pub long_maintenance: f64,
    /// For a short position to be kept; 0 when only ruin counts.
    pub short_maintenance: f64,
}

impl Default for Margin {
    fn default() -> Self {
        Self { long_initial: 1.0, short_initial: 1.0, long_maintenance: 0.0, short_maintenance: 0.0 }
    }
}

/// New units for old ones, before the first bar that opens at or after `time`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// When.
    pub time: Timestamp,
    /// Units after the split for one before: 4 when one share becomes four.
    pub ratio: f64,
}

/// Why a configuration was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// A number is out of its range.
    #[error("{field} must be {accepted}, not {value}")]
    Range {
        /// Which setting.
        field: &'static str,
        /// What would be accepted.
        accepted: &'static str,
        /// The value seen.
        value: f64,
    },
    /// Finer candles were prepared for other bars.
    #[error("the finer candles were prepared for other bars than those that are run over")]
    Detail,
    /// The splits are not in the order of time.
    #[error("splits must be in the order of time, each at its own time")]
    SplitOrder,
}

/// The largest amount of cash: sums of squares of what follows from it still fit.
const LARGEST: f64 = 1e18;

impl RunConfig {
    /// A cash account with these fees and slippage under the default profile.
    #[must_use]
    pub fn new(cash: f64, fees: FeeModel, slippage: Slippage) -> Self {
        Self {
            cash,
            fees,
            slippage,
            profile: FillProfile::next_open(),
            tick_size: 0.0,
            lot_size: 0.0,
            margin: Margin::default(),
            allow_short: true,
            seed: 0,
            rows: Rows::default(),
            splits: Vec::new(),
        }
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`ConfigError`] naming the first that is out of range.
    pub fn check(&self) -> Result<(), ConfigError> {
        let positive = |field, value: f64| {
            in_range(field, value, f64::MIN_POSITIVE, LARGEST, "above 0 and at most 1e18")
        };
        let fraction = |field, value| in_range(field, value, 0.0, 100.0, "between 0 and 100");
        positive("cash", self.cash)?;
        in_range("tick_size", self.tick_size, 0.0, 1e9, "between 0 and 1e9")?;
        in_range("lot_size", self.lot_size, 0.0, 1e9, "between 0 and 1e9")?;
        fraction("margin.long_maintenance", self.margin.long_maintenance)?;
        fraction("margin.short_maintenance", self.margin.short_maintenance)?;
        let initial = |field, value| in_range(field, value, 0.001, 100.0, "between 0.001 and 100");
        initial("margin.long_initial", self.margin.long_initial)?;
        initial("margin.short_initial", self.margin.short_initial)?;
        if let Some(queue) = self.profile.queue {
            let ahead = f64::from(queue.ahead_bps);
            in_range("profile.queue.ahead_bps", ahead, 0.0, 1e6, "between 0 and 1000000")?;
        }
        self.fees.check()?;
        self.slippage.check()?;
        for split in &self.splits {
            in_range("splits.ratio", split.ratio, 1e-6, 1e6, "between 1e-6 and 1e6")?;
        }
        if self.splits.is_sorted_by(|a, b| a.time < b.time) { Ok(()) } else { Err(ConfigError::SplitOrder) }
    }
}

impl RunConfig {
    /// A quantity rounded down to whole lots.
    pub(crate) fn whole_lots(&self, quantity: f64) -> f64 {
        let lot = self.lot_size;
        // A quantity that is a whole number of lots but for the last bits of a float is one.
        if lot > 0.0 { steps((quantity / lot * (1.0 + 1e-12) + 1e-9).floor(), lot) } else { quantity }
    }

    /// A price of an order as the nearest whole number of ticks.
    pub(crate) fn on_tick(&self, price: f64) -> f64 {
        let tick = self.tick_size;
        if tick > 0.0 { steps((price / tick + 0.5).floor(), tick) } else { price }
    }
}

/// Refuses what is not a number within [least, most].
pub(crate) fn in_range(
    field: &'static str,
    value: f64,
    least: f64,
    most: f64,
    accepted: &'static str,
) -> Result<(), ConfigError> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(ConfigError::Range { field, accepted, value }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_named() {
        let good = RunConfig::new(1000.0, FeeModel::bps(10.0), Slippage::None);
        assert_eq!(good.check(), Ok(()));
        let check = |bad: RunConfig, field: &str| {
            let error = bad.check().unwrap_err().to_string();
            assert!(error.starts_with(field), "{error}");
        };
        for cash in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e308] {
            check(RunConfig { cash, ..good.clone() }, "cash must be above 0");
        }
        check(RunConfig { lot_size: -1.0, ..good.clone() }, "lot_size");
        check(RunConfig { fees: FeeModel::bps(f64::NAN), ..good.clone() }, "fees");
        check(RunConfig { slippage: Slippage::Bps { bps: 1e9 }, ..good.clone() }, "slippage");
        let split = |time| Split { time: Timestamp(time), ratio: 2.0 };
        check(RunConfig { splits: vec![split(5), split(5)], ..good.clone() }, "splits must be in the order");
        check(RunConfig { splits: vec![Split { ratio: 0.0, ..split(5) }], ..good }, "splits.ratio");
    }

    #[test]
    fn a_configuration_reads_back() {
        let config = RunConfig::new(1000.0, FeeModel::bps(10.0), Slippage::Ticks { ticks: 1 });
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<RunConfig>(&text).unwrap(), config);
        let short =
            r#"{"cash": 1000, "fees": {"model": "free"}, "slippage": {"model": "none"}, "profile": "lean"}"#;
        let read: RunConfig = serde_json::from_str(short).unwrap();
        assert_eq!((read.profile, read.allow_short), (FillProfile::lean(), true));
        assert!(serde_json::from_str::<RunConfig>(&short.replace("lean", "kind")).is_err());
    }
}

//! Settings of a run, as flags.

use wickflow_backtest::config::{FeeModel, IndiaSegment, Margin, Slippage, Split};
use wickflow_backtest::{FillProfile, RunConfig};
use wickflow_shared::market::Instrument;
use wickflow_shared::time::Zone;

use super::super::CliError;
use crate::import;

/// How orders are filled and paid for.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// Cash at the start, in the quote currency.
    #[arg(long, default_value_t = 10_000.0)]
    cash: f64,
    /// Fee of every fill, in hundredths of a percent of what it costs.
    #[arg(long, default_value_t = 10.0, conflicts_with_all = ["fee_per_share", "fees"])]
    fee_bps: f64,
    /// Fee of fills that waited as limit orders, if it differs.
    #[arg(long, value_name = "BPS", conflicts_with_all = ["fee_per_share", "fees"])]
    maker_bps: Option<f64>,
    /// Fee of each unit instead.
    #[arg(long, value_name = "MONEY")]
    fee_per_share: Option<f64>,
    /// Least fee: of a fill, or of an order by units.
    #[arg(long, default_value_t = 0.0, value_name = "MONEY")]
    fee_min: f64,
    /// A market's charges instead, item by item, at the rates in force on the day.
    #[arg(long, conflicts_with = "fee_per_share")]
    fees: Option<Charges>,
    /// How much worse than the reference a taking fill is, in hundredths of a percent.
    #[arg(long, default_value_t = 0.0, conflicts_with_all = ["slippage_ticks", "slippage"])]
    slippage_bps: f64,
    /// The same in ticks.
    #[arg(long, value_name = "TICKS", conflicts_with = "slippage")]
    slippage_ticks: Option<u16>,
    /// A model of market impact instead.
    #[arg(long)]
    slippage: Option<Impact>,
    /// How orders meet candles: next-open, signal-close, optimistic, tradingview, lean or adverse-first.
    #[arg(long, default_value = "next-open", value_name = "NAME")]
    fill_profile: String,
    /// Steps of prices that slip. Default: the instrument's, for a file none.
    #[arg(long)]
    tick_size: Option<f64>,
    /// Steps of quantities. Default: the instrument's, for a file none.
    #[arg(long)]
    lot_size: Option<f64>,
    /// How many times its equity a position may be worth.
    #[arg(long, default_value_t = 1.0)]
    leverage: f64,
    /// Refuse to sell more than is held.
    #[arg(long)]
    no_short: bool,
    /// A split that the candles were not adjusted for, such as 2015-07-08=2 when one share became two; ascending.
    #[arg(long = "split", value_name = "TIME=RATIO", value_parser = split)]
    splits: Vec<Split>,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// A split as it is written.
fn split(text: &str) -> Result<Split, String> {
    let (time, ratio) = text.split_once('=').ok_or("write it as TIME=RATIO, such as 2015-07-08=2")?;
    let time = import::time(time.as_bytes(), &Zone::utc(), None)?;
    let ratio = ratio.parse().map_err(|_| format!("{ratio:?} is not a number"))?;
    Ok(Split { time, ratio })
}

/// Charges of a market.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Charges {
    /// Nothing.
    Free,
    /// Indian shares, sold on the day they are bought.
    IndiaIntraday,
    /// Indian shares, delivered.
    IndiaDelivery,
    /// Indian futures.
    IndiaFutures,
    /// Indian options.
    IndiaOptions,
}

/// Models of market impact.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Impact {
    /// The squared share of the candle's volume, as LEAN's model.
    VolumeShare,
    /// The square root of the share of the candle's volume.
    SquareRoot,
}

impl RunArgs {
    /// The settings, checked.
    ///
    /// # Errors
    /// [`CliError::BadInput`] when a number is out of range or there is no such profile.
    pub fn config(&self, instrument: Option<&Instrument>) -> Result<RunConfig, CliError> {
        let profile = FillProfile::named(&self.fill_profile).map_err(CliError::bad_input)?;
        let default = |given: Option<f64>, of: fn(&Instrument) -> f64| {
            given.or_else(|| instrument.map(of)).unwrap_or_default()
        };
        if !(self.leverage >= 1.0 && self.leverage <= 1_000.0) {
            return Err(CliError::bad_input(format!(
                "--leverage must be between 1 and 1000, not {}",
                self.leverage
            )));
        }
        let initial = 1.0 / self.leverage;
        let config = RunConfig {
            profile,
            tick_size: default(self.tick_size, |instrument| instrument.tick_size.to_f64()),
            lot_size: default(self.lot_size, |instrument| instrument.lot_size.to_f64()),
            margin: Margin { long_initial: initial, short_initial: initial, ..Margin::default() },
            allow_short: !self.no_short,
            seed: self.seed,
            splits: self.splits.clone(),
            ..RunConfig::new(self.cash, self.fee_model(), self.slippage())
        };
        config.check().map_err(CliError::bad_input)?;
        Ok(config)
    }

    fn fee_model(&self) -> FeeModel {
        let india = |segment| FeeModel::India { segment, rates: Vec::new() };
        match (self.fees, self.fee_per_share) {
            (Some(Charges::Free), _) => FeeModel::Free,
            (Some(Charges::IndiaIntraday), _) => india(IndiaSegment::EquityIntraday),
            (Some(Charges::IndiaDelivery), _) => india(IndiaSegment::EquityDelivery),
            (Some(Charges::IndiaFutures), _) => india(IndiaSegment::Futures),
            (Some(Charges::IndiaOptions), _) => india(IndiaSegment::Options),
            (None, Some(per_share)) => FeeModel::PerShare { per_share, min: self.fee_min, max_bps: 0.0 },
            (None, None) => FeeModel::Percentage {
                maker_bps: self.maker_bps.unwrap_or(self.fee_bps),
                taker_bps: self.fee_bps,
                min: self.fee_min,
            },
        }
    }

    fn slippage(&self) -> Slippage {
        match (self.slippage, self.slippage_ticks) {
            // LEAN's own numbers.
            (Some(Impact::VolumeShare), _) => Slippage::VolumeShare { limit_bps: 250.0, impact_bps: 1_000.0 },
            // About one daily standard deviation for the whole volume.
            (Some(Impact::SquareRoot), _) => Slippage::SquareRoot { impact_bps: 100.0, noise: 0.0 },
            (None, Some(ticks)) => Slippage::Ticks { ticks },
            (None, None) if self.slippage_bps == 0.0 => Slippage::None,
            (None, None) => Slippage::Bps { bps: self.slippage_bps },
        }
    }
}

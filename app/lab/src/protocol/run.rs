use serde::{Deserialize, Serialize};

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Grows from run to run; every reply has it, so that the page can tell newer from older.
    pub seq: u64,
    /// The strategy, as text. Left out: that of the request before, so that a slider sends its parameter alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Parameters that are changed after reading the document, and stay changed for later runs without one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetParam>,
    /// How it is run.
    pub settings: Settings,
    /// How much is wanted.
    #[serde(default)]
    pub detail: Detail,
}

/// A changed parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetParam {
    /// The node's id; `$name` for a named parameter of the strategy, and then `param` is empty.
    pub node: String,
    /// The parameter.
    #[serde(default)]
    pub param: String,
    /// Its value.
    pub value: serde_json::Value,
}

/// How much of a result is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Headline figures, curves and trades.
    #[default]
    Quick,
    /// Also [`Details`](super::Details), once nothing newer waits.
    Full,
}

/// How a strategy is run. The same settings, document and candles give the same run hash on the command line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The key of the candles that are traded. Others that the strategy reads are found by symbol among those loaded.
    pub series: String,
    /// Candles that open before this are cut off, as with `--from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// And those that open at or after this, as with `--to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// Bars that close at or before this warm the strategy up and are not traded, as those before a paper run began.
    /// Searches trade all bars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_from: Option<i64>,
    /// Cash at the start, in the quote currency.
    #[serde(default = "default_cash")]
    pub cash: f64,
    /// What fills cost.
    #[serde(default)]
    pub fees: Fees,
    /// How far taking fills slip.
    #[serde(default)]
    pub slippage: Slippage,
    /// How orders meet candles: the name of a fill profile.
    #[serde(default = "default_profile")]
    pub fill_profile: String,
    /// Steps of prices that slip; 0 for none. For an instrument of the server its own.
    #[serde(default)]
    pub tick_size: f64,
    /// Steps of quantities; 0 for none. For an instrument of the server its own.
    #[serde(default)]
    pub lot_size: f64,
    /// How many times its equity a position may be worth, 1 to 1000.
    #[serde(default = "default_leverage")]
    pub leverage: f64,
    /// Whether more may be sold than is held.
    #[serde(default = "yes")]
    pub allow_short: bool,
    /// Seed of everything that is drawn.
    #[serde(default)]
    pub seed: u64,
    /// Splits that the candles were not adjusted for, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<Split>,
}

impl Settings {
    /// The defaults of the command line over some candles.
    #[must_use]
    pub fn new(series: impl Into<String>) -> Self {
        Self {
            series: series.into(),
            from: None,
            to: None,
            trade_from: None,
            cash: default_cash(),
            fees: Fees::default(),
            slippage: Slippage::default(),
            fill_profile: default_profile(),
            tick_size: 0.0,
            lot_size: 0.0,
            leverage: default_leverage(),
            allow_short: true,
            seed: 0,
            splits: Vec::new(),
        }
    }
}

fn default_cash() -> f64 {
    10_000.0
}

fn default_profile() -> String {
    "next-open".to_owned()
}

fn default_leverage() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

/// What fills cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "model")]
pub enum Fees {
    /// Nothing.
    Free,
    /// A share of the value, at least `min` for each fill.
    Percentage {
        /// Share when the order waited, in hundredths of a percent.
        maker_bps: f64,
        /// Share when it took, in hundredths of a percent.
        taker_bps: f64,
        /// Least fee of one fill.
        #[serde(default)]
        min: f64,
    },
    /// So much a unit, at least `min` for each order.
    PerShare {
        /// Fee of one unit.
        per_share: f64,
        /// Least fee of one order.
        #[serde(default)]
        min: f64,
        /// Most, in hundredths of a percent of the value; 0 for none.
        #[serde(default)]
        max_bps: f64,
    },
    /// The items of an Indian contract note, by the built-in rates.
    India {
        /// `equity_intraday`, `equity_delivery`, `futures` or `options`.
        segment: IndiaSegment,
    },
}

impl Default for Fees {
    /// A tenth of a percent, as on the command line.
    fn default() -> Self {
        Self::Percentage { maker_bps: 10.0, taker_bps: 10.0, min: 0.0 }
    }
}

/// What is traded in India.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndiaSegment {
    /// Shares that are sold again on the day they are bought.
    EquityIntraday,
    /// Shares that are delivered.
    EquityDelivery,
    /// Futures.
    Futures,
    /// Options.
    Options,
}

/// How much worse than the reference price a taking fill is.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "model")]
pub enum Slippage {
    /// Not at all.
    #[default]
    None,
    /// A number of ticks; without a tick size nothing.
    Ticks {
        /// How many.
        ticks: u16,
    },
    /// A share of the price.
    Bps {
        /// In hundredths of a percent.
        bps: f64,
    },
    /// By the squared share of the candle's volume.
    VolumeShare {
        /// Largest share that counts, in hundredths of a percent.
        limit_bps: f64,
        /// Impact at a share of one, in hundredths of a percent.
        impact_bps: f64,
    },
    /// By the square root of the share of the candle's volume.
    SquareRoot {
        /// Impact at a share of one, in hundredths of a percent.
        impact_bps: f64,
        /// How much it varies, between 0 and 1.
        noise: f64,
    },
}

/// New units for old ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// When.
    pub time: i64,
    /// Units after the split for one before.
    pub ratio: f64,
}

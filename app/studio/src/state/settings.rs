//! How strategies are run: what the settings bar shows, and what the engine is told.

use serde::{Deserialize, Serialize};
use wickflow_lab::protocol::{Fees, Settings, Slippage};

/// Candles that are loaded when nothing else is asked for.
const DEFAULT_BARS: u32 = 20_000;

/// Where candles come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An instrument of the server.
    Server {
        /// Its symbol.
        symbol: String,
    },
    /// Made-up candles, for trying out without a server.
    Synthetic {
        /// Another seed, another market.
        seed: u64,
    },
    /// A file of the user's, by its name. It is kept for as long as the page is.
    File {
        /// Its name.
        name: String,
    },
}

/// The choices of the settings bar. Kept in this browser, and no part of the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunChoices {
    /// Where candles come from.
    pub source: Source,
    /// Their span: `1h`.
    pub timeframe: String,
    /// How many of the latest are run over.
    pub bars: u32,
    /// Cash at the start.
    pub cash: f64,
    /// What fills cost.
    pub fees: Fees,
    /// How far taking fills slip.
    pub slippage: Slippage,
    /// How orders meet candles.
    pub fill_profile: String,
    /// How many times its equity a position may be worth.
    pub leverage: f64,
    /// Whether more may be sold than is held.
    pub allow_short: bool,
}

impl Default for RunChoices {
    fn default() -> Self {
        let Settings { cash, fees, slippage, fill_profile, leverage, allow_short, .. } = Settings::new("");
        Self {
            source: Source::Synthetic { seed: 42 },
            timeframe: "1h".to_owned(),
            bars: DEFAULT_BARS,
            cash,
            fees,
            slippage,
            fill_profile,
            leverage,
            allow_short,
        }
    }
}

impl RunChoices {
    /// How the engine names the candles of these choices: equal keys, equal candles.
    #[must_use]
    pub fn key(&self) -> String {
        let Self { timeframe, bars, .. } = self;
        match &self.source {
            Source::Server { symbol } => format!("{symbol} {timeframe} {bars}"),
            Source::Synthetic { seed } => format!("synthetic {seed} {timeframe} {bars}"),
            Source::File { name } => format!("file {name}"),
        }
    }

    /// What the engine is told. Steps of price and quantity are the instrument's.
    #[must_use]
    pub fn settings(&self, tick_size: f64, lot_size: f64) -> Settings {
        Settings {
            cash: self.cash,
            fees: self.fees.clone(),
            slippage: self.slippage,
            fill_profile: self.fill_profile.clone(),
            leverage: self.leverage,
            allow_short: self.allow_short,
            tick_size,
            lot_size,
            ..Settings::new(self.key())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_storage_and_name_their_candles() {
        let choices =
            RunChoices { source: Source::Server { symbol: "SIM:ALPHA".to_owned() }, ..RunChoices::default() };
        let text = serde_json::to_string(&choices).unwrap();
        assert_eq!(serde_json::from_str::<RunChoices>(&text).unwrap(), choices);
        assert_eq!(choices.key(), "SIM:ALPHA 1h 20000");
        assert_ne!(choices.key(), RunChoices { bars: 10, ..choices.clone() }.key());
        assert_eq!(choices.settings(0.5, 1.0).series, choices.key());
    }
}

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use wickflow_shared::market::{Currency, Symbol};
use wickflow_shared::num::Money;
use wickflow_shared::time::{Timeframe, Timestamp, TimestampError};

/// Where market data come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum FeedSource {
    /// The simulated market.
    Sim,
    /// Imported history of one instrument, played as if live.
    Replay {
        /// Which.
        symbol: Symbol,
        /// The series to play; `None` for the finest one imported.
        timeframe: Option<Timeframe>,
    },
    /// Coinbase's public feed.
    Coinbase,
}

impl FromStr for FeedSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &dyn fmt::Display| {
            format!(
                "{text:?} is no feed ({why}); use sim, replay:SYMBOL, replay:SYMBOL@TIMEFRAME or coinbase"
            )
        };
        match text.split_once(':') {
            None if text == "sim" => Ok(Self::Sim),
            None if text == "coinbase" => Ok(Self::Coinbase),
            Some(("replay", rest)) => {
                let (symbol, timeframe) = match rest.rsplit_once('@') {
                    Some((symbol, timeframe)) => {
                        (symbol, Some(timeframe.parse::<Timeframe>().map_err(|error| wrong(&error))?))
                    }
                    None => (rest, None),
                };
                Ok(Self::Replay {
                    symbol: symbol.parse::<Symbol>().map_err(|error| wrong(&error))?,
                    timeframe,
                })
            }
            _ => Err(wrong(&"there is none of that name")),
        }
    }
}

/// When a replay begins; `None` for where it chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ReplayStart(pub Option<Timestamp>);

impl FromStr for ReplayStart {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        text.parse().map(|time| Self(Some(time))).map_err(|error: TimestampError| error.to_string())
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON document per line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err(format!("{text:?} is no log format; use pretty or json")),
        }
    }
}

/// Amounts by currency, written `USD=100000,EUR=5000`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PaperCash(pub BTreeMap<Currency, Money>);

impl FromStr for PaperCash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut amounts = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (currency, amount) = part
                .split_once('=')
                .ok_or_else(|| format!("{part:?} is not an amount such as USD=100000"))?;
            let currency: Currency = currency.trim().parse().map_err(|error| format!("{part:?}: {error}"))?;
            let amount: Money = amount.trim().parse().map_err(|error| format!("{part:?}: {error}"))?;
            if amount.is_negative() || amount.is_zero() {
                return Err(format!("{part:?}: the amount must be above zero"));
            }
            if amounts.insert(currency, amount).is_some() {
                return Err(format!("{currency} is given twice"));
            }
        }
        if amounts.is_empty() {
            return Err("at least one amount such as USD=100000 is needed".into());
        }
        Ok(Self(amounts))
    }
}

/// Origins such as `http://127.0.0.1:8081`, separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origins(pub Vec<String>);

impl FromStr for Origins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut origins = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let host = part.strip_prefix("http://").or_else(|| part.strip_prefix("https://"));
            match host {
                Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@']) => {
                    origins.push(part.to_ascii_lowercase());
                }
                _ => return Err(format!("{part:?} is no origin such as http://127.0.0.1:8081")),
            }
        }
        Ok(Self(origins))
    }
}

/// Words separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Words(pub Vec<String>);

impl FromStr for Words {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        Ok(Self(words.map(str::to_owned).collect()))
    }
}

/// Text that is never shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// The text.
    #[must_use]
    pub fn get(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "none" } else { "hidden" })
    }
}

impl FromStr for Hidden {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

macro_rules! try_from_text {
    ($($type:ty),+) => {$(
        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }
    )+};
}

try_from_text!(FeedSource, LogFormat, PaperCash, Origins, ReplayStart, Words);

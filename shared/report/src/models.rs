use serde::Serialize;
use wickflow_backtest::RunConfig;
use wickflow_backtest::config::{
    BarPath, EntryTiming, FeeModel, FillProfile, GuardStart, IndiaSegment, LimitFill, Slippage,
};

use crate::words::{money, number};

/// What the run assumed, in words: nothing is free or exact without being said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Models {
    /// The fill profile's name, or `own`.
    pub profile: String,
    /// How orders meet candles.
    pub fills: String,
    /// What fills cost.
    pub fees: String,
    /// How far taking fills slip.
    pub slippage: String,
    /// What positions are covered with.
    pub account: String,
}

impl Models {
    pub(crate) fn of(config: &RunConfig) -> Self {
        Self {
            profile: config.profile.name().unwrap_or("own").to_owned(),
            fills: fills(&config.profile),
            fees: fees(&config.fees),
            slippage: slippage(config.slippage, config.tick_size),
            account: account(config),
        }
    }
}

fn fills(profile: &FillProfile) -> String {
    let entry = match profile.entry {
        EntryTiming::NextOpen => "market orders fill at the next bar's open",
        EntryTiming::SignalClose => "market orders fill at the close of the signal's own bar",
    };
    let limit = match profile.limit {
        LimitFill::Through => "limits when the price trades through them",
        LimitFill::Touch => "limits when the price touches them",
    };
    let path = match profile.path {
        BarPath::NearerFirst => "within a bar the extreme nearer to the open comes first",
        BarPath::AdverseFirst => "within a bar what hurts the position comes first",
        BarPath::FavorableFirst => "within a bar what helps the position comes first",
    };
    let guards = match profile.guards {
        GuardStart::EntryBar => "stops and targets work from the entry's bar on",
        GuardStart::NextBar => "stops and targets work from the bar after the entry on",
    };
    format!("{entry}; {limit}; {path}; {guards}")
}

fn fees(model: &FeeModel) -> String {
    let at_least = |min: f64| if min > 0.0 { format!(", at least {}", money(min)) } else { String::new() };
    match model {
        FeeModel::Free => "no fees".to_owned(),
        FeeModel::Percentage { maker_bps, taker_bps, min } => format!(
            "maker {} %, taker {} % of the value{}",
            number(maker_bps / 100.0),
            number(taker_bps / 100.0),
            at_least(*min)
        ),
        FeeModel::PerShare { per_share, min, max_bps } => {
            let most = if *max_bps > 0.0 {
                format!(", at most {} % of the value", number(max_bps / 100.0))
            } else {
                String::new()
            };
            format!("{} a unit{}{most}", number(*per_share), at_least(*min))
        }
        FeeModel::India { segment, rates } => {
            let segment = match segment {
                IndiaSegment::EquityIntraday => "intraday equity",
                IndiaSegment::EquityDelivery => "delivered equity",
                IndiaSegment::Futures => "futures",
                IndiaSegment::Options => "options",
            };
            let rates = if rates.is_empty() { "built-in" } else { "given" };
            format!("Indian charges for {segment}, itemized, {rates} rates by date")
        }
    }
}

fn slippage(model: Slippage, tick_size: f64) -> String {
    match model {
        Slippage::None => "none".to_owned(),
        Slippage::Ticks { ticks } => format!("{ticks} ticks of {}", number(tick_size)),
        Slippage::Bps { bps } => format!("{} % of the price", number(bps / 100.0)),
        Slippage::VolumeShare { limit_bps, impact_bps } => format!(
            "by share of the bar's volume, counted up to {} %, impact {} % at the whole volume",
            number(limit_bps / 100.0),
            number(impact_bps / 100.0)
        ),
        Slippage::SquareRoot { impact_bps, noise } => format!(
            "square root of the share of the bar's volume × {} %, varying by {} %",
            number(impact_bps / 100.0),
            number(noise * 100.0)
        ),
    }
}

fn account(config: &RunConfig) -> String {
    let margin = &config.margin;
    let kind = if margin.long_initial >= 1.0 && margin.short_initial >= 1.0 {
        "without leverage".to_owned()
    } else {
        format!(
            "margin: long {} %, short {} % to open, {} % and {} % to keep",
            number(margin.long_initial * 100.0),
            number(margin.short_initial * 100.0),
            number(margin.long_maintenance * 100.0),
            number(margin.short_maintenance * 100.0)
        )
    };
    let shorts = if config.allow_short { "short selling allowed" } else { "no short selling" };
    format!("{} in cash, {kind}, {shorts}", money(config.cash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_said_aloud() {
        let config = RunConfig {
            tick_size: 0.05,
            ..RunConfig::new(10_000.0, FeeModel::bps(10.0), Slippage::Ticks { ticks: 2 })
        };
        let models = Models::of(&config);
        assert_eq!(models.profile, "next-open");
        assert_eq!(models.fees, "maker 0.1 %, taker 0.1 % of the value");
        assert_eq!(models.slippage, "2 ticks of 0.05");
        assert_eq!(models.account, "10,000.00 in cash, without leverage, short selling allowed");
        assert!(
            models
                .fills
                .starts_with("market orders fill at the next bar's open; limits when the price trades")
        );
        let free = RunConfig::new(1.0, FeeModel::Free, Slippage::None);
        assert_eq!(
            (Models::of(&free).fees.as_str(), Models::of(&free).slippage.as_str()),
            ("no fees", "none")
        );
        let share = FeeModel::PerShare { per_share: 0.005, min: 1.0, max_bps: 100.0 };
        assert_eq!(fees(&share), "0.005 a unit, at least 1.00, at most 1 % of the value");
    }
}

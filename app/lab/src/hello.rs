use wickflow_backtest::FillProfile;
use wickflow_backtest::config::{BarPath, EntryTiming, GuardStart, LimitFill};
use wickflow_optimize::Metric;
use wickflow_shared::time::Timeframe;
use wickflow_strategy::catalogue::catalogue_json;
use wickflow_strategy::document::{MAX_BYTES, VERSION};
use wickflow_strategy::templates::TEMPLATES;

use crate::message::count32;
use crate::protocol::{
    self, FeePreset, Fees, FillProfileInfo, Hello, IndiaSegment, SearchMetric, Slippage, SlippagePreset,
    Template,
};
use crate::{run, series};

/// Searches that a worker coordinates at once.
pub(crate) const MAX_SEARCHES: usize = 4;

/// What the lab offers.
pub(crate) fn hello() -> Hello {
    Hello {
        protocol: protocol::VERSION,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        document_version: VERSION,
        catalogue: catalogue_json().to_string(),
        templates: templates(),
        fill_profiles: FillProfile::NAMED.iter().map(profile).collect(),
        fees: fees(),
        slippage: slippage(),
        search_metrics: Metric::ALL
            .iter()
            .map(|metric| SearchMetric { name: metric.name().to_owned(), is_cost: metric.is_cost() })
            .collect(),
        timeframes: Timeframe::COMMON.iter().map(ToString::to_string).collect(),
        limits: limits(),
    }
}

fn limits() -> protocol::Limits {
    let compiler = wickflow_strategy::Limits::default();
    protocol::Limits {
        nodes: count32(compiler.nodes),
        edges: count32(compiler.edges),
        document_bytes: count32(MAX_BYTES),
        candles: count32(series::MAX_CANDLES),
        series: count32(series::MAX_SERIES),
        column_bytes: count32(run::COLUMN_BYTES),
        curve_points: count32(run::CURVE_POINTS),
        trades: count32(run::MAX_TRADES),
        searches: count32(MAX_SEARCHES),
    }
}

fn templates() -> Vec<Template> {
    let template = |template: &wickflow_strategy::templates::Template| {
        let settings = template.document().ok()?.wickflow;
        Some(Template {
            id: template.name.to_owned(),
            name: settings.name,
            description: settings.description,
            timeframe: settings.timeframe,
            document: template.text.to_owned(),
        })
    };
    TEMPLATES.iter().filter_map(template).collect()
}

fn profile((name, profile): &(&'static str, FillProfile)) -> FillProfileInfo {
    let entry = match profile.entry {
        EntryTiming::NextOpen => "Market orders fill at the next bar's open",
        EntryTiming::SignalClose => "Market orders fill at the close they were decided on",
    };
    let limit = match profile.limit {
        LimitFill::Through => "limits fill when the price trades through them",
        LimitFill::Touch => "limits fill when the price touches them",
    };
    let path = match profile.path {
        BarPath::NearerFirst => "the extreme nearer to a bar's open comes first",
        BarPath::AdverseFirst => "what hurts the position comes first",
        BarPath::FavorableFirst => "what helps the position comes first",
    };
    let guards = match profile.guards {
        GuardStart::EntryBar => "stops and targets work from the entry's bar on",
        GuardStart::NextBar => "stops and targets work from the bar after the entry on",
    };
    let description = format!("{entry}; {limit}; {path}; {guards}.");
    FillProfileInfo { name: (*name).to_owned(), description }
}

fn fees() -> Vec<FeePreset> {
    let percentage = |taker_bps, maker_bps| Fees::Percentage { maker_bps, taker_bps, min: 0.0 };
    let india = |segment| Fees::India { segment };
    let presets = [
        ("0.1 %", "A tenth of a percent of every fill, as small accounts pay for coins.", Fees::default()),
        ("0.05 % / 0.02 %", "Half of that when taking, 0.02 % when the order waited.", percentage(5.0, 2.0)),
        ("0.6 % / 0.4 %", "What a retail exchange charges its smallest accounts.", percentage(60.0, 40.0)),
        (
            "Per share",
            "0.005 a unit, at least 1 for an order, at most 1 % of its value.",
            Fees::PerShare { per_share: 0.005, min: 1.0, max_bps: 100.0 },
        ),
        (
            "India, intraday",
            "Shares sold on the day they are bought, item by item.",
            india(IndiaSegment::EquityIntraday),
        ),
        ("India, delivery", "Shares that are delivered, item by item.", india(IndiaSegment::EquityDelivery)),
        ("India, futures", "Futures, item by item.", india(IndiaSegment::Futures)),
        ("India, options", "Options, item by item; prices are premiums.", india(IndiaSegment::Options)),
        ("Free", "No fees: only to see what they cost.", Fees::Free),
    ];
    let preset = |(name, description, fees): (&str, &str, Fees)| FeePreset {
        name: name.to_owned(),
        description: description.to_owned(),
        fees,
    };
    presets.into_iter().map(preset).collect()
}

fn slippage() -> Vec<SlippagePreset> {
    let presets = [
        ("None", "Fills at the reference price.", Slippage::None),
        ("0.01 %", "Fills that take are 0.01 % worse.", Slippage::Bps { bps: 1.0 }),
        ("0.05 %", "Fills that take are 0.05 % worse.", Slippage::Bps { bps: 5.0 }),
        (
            "One tick",
            "Fills that take are a tick worse; without a tick size nothing.",
            Slippage::Ticks { ticks: 1 },
        ),
        (
            "Square root",
            "By the square root of the share of the candle's volume: 1 % for all of it.",
            Slippage::SquareRoot { impact_bps: 100.0, noise: 0.0 },
        ),
        (
            "Volume share",
            "By the squared share of the candle's volume, of which 2.5 % count at most.",
            Slippage::VolumeShare { limit_bps: 250.0, impact_bps: 1_000.0 },
        ),
    ];
    let preset = |(name, description, slippage): (&str, &str, Slippage)| SlippagePreset {
        name: name.to_owned(),
        description: description.to_owned(),
        slippage,
    };
    presets.into_iter().map(preset).collect()
}

//! Mounts a chart on `#chart` and offers a few functions to the page's scripts.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;
use wickflow_chart::web::Widget;
use wickflow_chart::{LineKind, Marker, Options, Outcome, Palette, PriceLine, PriceMode, Side, Zone};

use crate::walk;

thread_local! {
    static WIDGET: RefCell<Option<Widget>> = const { RefCell::new(None) };
}

fn widget() -> Result<Widget, JsValue> {
    WIDGET.with_borrow(Clone::clone).ok_or_else(|| "mount() comes first".into())
}

/// Shows `count` bars of a random walk in `host`.
#[wasm_bindgen]
pub fn mount(host: &HtmlElement, legend: HtmlElement, count: u32, light: bool) -> Result<(), JsValue> {
    let palette = if light { Palette::light() } else { Palette::default() };
    let widget = Widget::mount(host, Options { palette, ..Options::default() })?;
    let handle = widget.clone();
    widget.on_outcome(move |outcome| match outcome {
        Outcome::HoverChanged | Outcome::Announce(_) => write_legend(&handle, &legend),
        Outcome::LineDropped(dropped) => {
            legend.set_text_content(Some(&format!("{} to {}", dropped.id, dropped.price)))
        }
        // The walk is all there is.
        Outcome::HistoryWanted(_) => handle.update(|chart| chart.has_more_history(false)),
        _ => {}
    });
    widget.update(|chart| chart.set_candles(walk::bars(count)));
    WIDGET.set(Some(widget));
    Ok(())
}

fn write_legend(widget: &Widget, legend: &HtmlElement) {
    let text = widget.with(|chart| {
        chart.hovered().map(|read| {
            let bar = read.bar;
            format!(
                "O {:.2} H {:.2} L {:.2} C {:.2} {:+.2}",
                bar.open, bar.high, bar.low, bar.close, read.change
            )
        })
    });
    legend.set_text_content(text.as_deref());
}

/// Shows `bars` bars in the middle of the data, away from its edges.
#[wasm_bindgen(js_name = showBars)]
pub fn show_bars(bars: u32) -> Result<(), JsValue> {
    widget()?.update(|chart| {
        let middle = |chart: &wickflow_chart::Chart| {
            let (first, last) = (chart.first()?.time, chart.last()?.time);
            let half = i64::from(bars) * 30_000;
            let center = i64::midpoint(first, last);
            Some(((center - half).max(first), (center + half - 60_000).min(last)))
        };
        if let Some((from, to)) = middle(chart) {
            chart.show_range(from, to);
        }
    });
    Ok(())
}

/// Number of bars in view.
#[wasm_bindgen]
pub fn visible() -> Result<usize, JsValue> {
    Ok(widget()?.with(|chart| chart.visible().map_or(0, |visible| visible.bars)))
}

#[wasm_bindgen(js_name = showLatest)]
pub fn show_latest(bars: usize) -> Result<(), JsValue> {
    widget()?.update(|chart| chart.show_bars(bars));
    Ok(())
}

/// Amends the newest bar `count` times.
#[wasm_bindgen]
pub fn tick(count: u32) -> Result<(), JsValue> {
    widget()?.update(|chart| {
        for k in 0..count {
            let Some(mut bar) = chart.last().copied() else { return };
            let close = bar.open + (f64::from(k) * 0.37).sin() * 1.5;
            bar.close = (close * 100.0).round() / 100.0;
            bar.high = bar.high.max(bar.close);
            bar.low = bar.low.min(bar.close);
            bar.volume += f64::from(k);
            // A finite price within its own high and low is never refused.
            let _ = chart.upsert(bar);
        }
    });
    Ok(())
}

/// Lines and markers around the newest price, log scale and an exchange's zone: what the demo page shows.
#[wasm_bindgen]
pub fn decorate() -> Result<(), JsValue> {
    widget()?.update(|chart| {
        let Some(last) = chart.last().copied() else { return };
        let line = |id: &str, price: f64, kind, side, label: &str, pnl: &str| PriceLine {
            id: id.to_owned(),
            price: chart.options().price_format.snap(price),
            kind,
            side: Some(side),
            label: label.to_owned(),
            pnl: pnl.to_owned(),
            draggable: kind != LineKind::Position,
        };
        let lines = vec![
            line("order", last.close - 6.0, LineKind::Order, Side::Buy, "Buy 0.5", ""),
            line("position", last.close - 2.0, LineKind::Position, Side::Buy, "Long 1.2", "+12.40"),
            line("stop", last.close - 10.0, LineKind::StopLoss, Side::Sell, "Stop 1.2", "-40.00"),
            line("target", last.close + 5.0, LineKind::TakeProfit, Side::Sell, "Target 1.2", "+31.00"),
        ];
        let markers = chart
            .bars_between(last.time - 60_000 * 60, last.time)
            .step_by(7)
            .enumerate()
            .map(|(i, bar)| Marker {
                id: format!("fill-{i}"),
                time: bar.time,
                price: bar.close,
                side: if i % 2 == 0 { Side::Buy } else { Side::Sell },
                text: "0.5".to_owned(),
            })
            .collect();
        chart.set_lines(lines);
        chart.set_markers(markers);
        chart.set_countdown("00:42");
        chart.set_zone(Zone::fixed(330));
    });
    Ok(())
}

#[wasm_bindgen(js_name = setMode)]
pub fn set_mode(mode: &str) -> Result<(), JsValue> {
    let mode = match mode {
        "log" => PriceMode::Log,
        "percent" => PriceMode::Percent,
        _ => PriceMode::Linear,
    };
    widget()?.update(|chart| chart.set_price_mode(mode));
    Ok(())
}

#[wasm_bindgen(js_name = setHollow)]
pub fn set_hollow(hollow: bool) -> Result<(), JsValue> {
    widget()?.update(|chart| chart.set_hollow_up(hollow));
    Ok(())
}

/// The chart in words.
#[wasm_bindgen]
pub fn summary() -> Result<String, JsValue> {
    Ok(widget()?.with(wickflow_chart::Chart::summary))
}

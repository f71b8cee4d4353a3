//! Mounts the charts and offers a few functions to the page's scripts.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;
use wickflow_chart::web::Widget;
use wickflow_chart::{
    Chart, Options, Outcome, Palette, Pane, Study, StudyInk, StudyOutcome, StudyPalette, StudyStyle, Trade,
};

use crate::{figures, walk};

thread_local! {
    static WIDGET: RefCell<Option<Widget>> = const { RefCell::new(None) };
}

/// Shows `count` bars of a random walk in `host`, with studies and trades if wanted, and below it the equity if there is
/// a place.
#[wasm_bindgen]
pub fn mount(
    host: &HtmlElement,
    below: Option<HtmlElement>,
    count: u32,
    light: bool,
    studies: bool,
    with_trades: bool,
) -> Result<(), JsValue> {
    let palette = if light { Palette::light() } else { Palette::default() };
    let inks = if light { StudyPalette::light() } else { StudyPalette::default() };
    let options = Options { palette, ..Options::default() };
    let widget = Widget::mount(host, options.clone())?;
    let handle = widget.clone();
    widget.on_outcome(move |outcome| {
        // The walk is all there is.
        if let Outcome::HistoryWanted(_) = outcome {
            handle.update(|chart| chart.has_more_history(false));
        }
    });
    let bars = walk::bars(count);
    widget.update(|chart| chart.set_candles(bars.clone()));
    if studies {
        let (fast, slow) = (figures::average(&bars, 12), figures::average(&bars, 48));
        let trades = figures::trades(&bars, &fast, &slow);
        let equity = figures::equity(&bars, &trades);
        let shown = if with_trades { trades } else { Vec::new() };
        widget.update(|chart| add_studies(chart, &bars, (fast, slow), shown, inks.clone()));
        if let Some(below) = below {
            follow(
                &widget,
                &below,
                Options { volume: false, last_price_line: false, ..options },
                equity,
                inks,
            )?;
        }
    }
    WIDGET.set(Some(widget));
    Ok(())
}

/// Six studies, four of them in two panes, and the trades.
fn add_studies(
    chart: &mut Chart,
    bars: &[wickflow_chart::Bar],
    (fast, slow): (Vec<f64>, Vec<f64>),
    trades: Vec<Trade>,
    palette: StudyPalette,
) {
    let Some(first) = bars.first().map(|bar| bar.time) else { return };
    let difference = figures::each(&fast, &slow, |fast, slow| fast - slow);
    let share = figures::each(&difference, &slow, |difference, slow| 50.0 + 5000.0 * difference / slow);
    let above = difference.iter().map(|difference| f64::from(*difference > 0.0)).collect();
    let of = |id: &str, values| Study::new(id, id, first, values);
    chart.update_studies(|studies| {
        studies.set_palette(palette);
        studies.set_panes(vec![
            Pane::new("difference", "Difference").share(0.18),
            Pane::new("share", "Share").share(0.14).guides(&[30.0, 70.0]),
        ]);
        studies.set_studies(vec![
            of("Mean 12", fast).ink(StudyInk::Blue),
            of("Mean 48", slow).ink(StudyInk::Orange).width(2),
            of("Difference", difference.clone())
                .in_pane("difference")
                .style(StudyStyle::Histogram { base: 0.0 })
                .ink(StudyInk::Gray),
            of("Line", difference).in_pane("difference").ink(StudyInk::Purple),
            of("Share", share).in_pane("share").ink(StudyInk::Green),
            of("Above", above).in_pane("share").style(StudyStyle::Signal).ink(StudyInk::Cyan),
        ]);
        studies.set_trades(trades);
    });
}

/// A chart of the equity that shows the same time and the same crosshair.
fn follow(
    prices: &Widget,
    host: &HtmlElement,
    options: Options,
    equity: Vec<f64>,
    palette: StudyPalette,
) -> Result<(), JsValue> {
    let curves = Widget::mount(host, options)?;
    let times: Vec<i64> =
        prices.with(|chart| chart.bars_between(i64::MIN, i64::MAX).map(|bar| bar.time).collect());
    curves.update(|chart| {
        chart.has_more_history(false);
        chart.set_times(&times);
        chart.update_studies(|studies| {
            studies.set_bars_visible(false);
            studies.set_palette(palette);
            let first = times.first().copied().unwrap_or_default();
            let study = Study::new("equity", "Equity", first, equity);
            studies.set_studies(vec![study.style(StudyStyle::Area { base: 1000.0 })]);
        });
    });
    for (from, to) in [(prices, &curves), (&curves, prices)] {
        let (own, other) = (from.clone(), to.clone());
        from.on_study_outcome(move |outcome| {
            if let StudyOutcome::RangeChanged(range) = outcome {
                let axis = |widget: &Widget| widget.with(|chart| chart.layout().price_axis.width);
                let widest = axis(&own).max(axis(&other));
                // Plots of one width, so that the same time is one above the other.
                for widget in [&own, &other].into_iter().filter(|widget| axis(widget) < widest) {
                    widget.update(|chart| chart.update_studies(|studies| studies.set_axis_width(widest)));
                }
                other.update(|chart| chart.set_visible_range(range));
            }
        });
        let (own, other) = (from.clone(), to.clone());
        from.on_outcome(move |outcome| match outcome {
            Outcome::HoverChanged | Outcome::Announce(_) => {
                let time = own.with(|chart| chart.hovered().map(|read| read.bar.time));
                other.update(|chart| chart.set_cursor_time(time));
            }
            Outcome::HistoryWanted(_) => own.update(|chart| chart.has_more_history(false)),
            _ => {}
        });
    }
    Ok(())
}

/// Shows `bars` bars in the middle of the data, away from its edges.
#[wasm_bindgen(js_name = showBars)]
pub fn show_bars(bars: u32) -> Result<(), JsValue> {
    let widget = WIDGET.with_borrow(Clone::clone).ok_or("mount() comes first")?;
    widget.update(|chart| {
        let (Some(first), Some(last)) = (chart.first(), chart.last()) else { return };
        let (first, last) = (first.time, last.time);
        let half = i64::from(bars) * 30_000;
        let center = i64::midpoint(first, last);
        chart.show_range((center - half).max(first), (center + half - 60_000).min(last));
    });
    Ok(())
}

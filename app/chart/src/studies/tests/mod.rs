//! What studies promise their owner: pictures here, the rest beside it.

mod follow;
mod hands;
mod inks;
mod picture;

use super::*;
use crate::view::tests::{START, STEP, small, snapshot};
use crate::{Bar, Chart, Side};

const NAN: f64 = f64::NAN;

/// A wide chart of the eight bars with every kind of study.
fn full(dpr: f64) -> Chart {
    let mut chart = small(dpr, |_| {});
    chart.resize(400.0, 320.0, dpr);
    chart.update_studies(|studies| {
        studies.set_panes(vec![
            Pane::new("rsi", "RSI").share(0.25).guides(&[30.0, 70.0]).range(0.0, 100.0),
            Pane::new("macd", "MACD").share(0.2),
        ]);
        let of = |id: &str, values: &[f64]| Study::new(id, id, START, values.to_vec());
        let upper = [NAN, 105.0, 106.0, 107.0, 107.0, 106.0, 105.0, 104.0];
        let lower = vec![NAN, 99.0, 98.0, 97.0, NAN, 96.0, 95.0, 96.0];
        studies.set_studies(vec![
            of("Bands", &upper).style(StudyStyle::Band { other: lower }).ink(StudyInk::Gray),
            of("SMA", &[NAN, NAN, 101.7, 103.0, 103.5, 102.2, 99.5, 99.2]).width(2),
            Study::new("stop", "Stop", START + 3 * STEP, vec![99.0, 99.0, NAN, 97.0, 97.0])
                .style(StudyStyle::Step)
                .ink(StudyInk::Orange),
            of("entry", &[0.0, 1.0, 0.0, 0.0, 1.0, 0.0, NAN, 1.0])
                .style(StudyStyle::Signal)
                .ink(StudyInk::Green),
            of("RSI 14", &[50.0, 60.0, 55.0, 82.0, 60.0, 25.0, 30.0, 45.0])
                .in_pane("rsi")
                .ink(StudyInk::Purple),
            of("Histogram", &[0.0, 0.5, 0.25, 1.5, 0.5, -1.0, -1.25, -0.001])
                .in_pane("macd")
                .style(StudyStyle::Histogram { base: 0.0 })
                .ink(StudyInk::Cyan),
            of("Area", &[0.1, 0.2, 0.3, NAN, NAN, 0.5, NAN, 0.2])
                .in_pane("macd")
                .style(StudyStyle::Area { base: 0.0 })
                .ink(StudyInk::Yellow),
            of("lost", &[1.0; 8]).in_pane("no such pane"),
            Study::new("early", "Early", START - STEP, vec![1.0; 8]),
        ]);
        let trade = |entry: i64, exit: i64, prices: [f64; 2], side, pnl| Trade {
            entry_time: START + entry * STEP,
            entry_price: prices[0],
            exit_time: START + exit * STEP + 1,
            exit_price: prices[1],
            side,
            pnl,
        };
        studies.set_trades(vec![
            trade(1, 3, [102.0, 106.0], Side::Buy, 4.0),
            trade(4, 6, [104.0, 105.5], Side::Sell, -1.5),
        ]);
        studies.select_trade(Some(0));
        studies.set_step(Some(START + 5 * STEP));
        studies.set_breakpoints(vec![START + 2 * STEP, START + 6 * STEP]);
    });
    chart
}

#[test]
fn everything_at_once() {
    let mut chart = full(1.0);
    chart.hover(300.0, 60.0);
    snapshot("studies", &chart);
}

#[test]
fn everything_at_two_pixels_with_the_pointer_in_a_pane() {
    let mut chart = full(2.0);
    chart.hover(300.0, 200.0);
    snapshot("studies_2x", &chart);
}

/// Two thousand bars of a saw, and studies along them.
fn far() -> Chart {
    let mut chart = small(1.0, |options| options.volume = false);
    let price = |at: i64| 100.0 + (at % 97) as f64;
    let bars = (0..2000).map(|at| {
        let price = price(at);
        Bar::new(START + at * STEP, price, price + 3.0, price - 2.0, price + 1.0, 1.0)
    });
    chart.set_candles(bars.collect());
    chart.update_studies(|studies| {
        studies.set_panes(vec![Pane::new("a", "A").share(0.3)]);
        let values = |pick: fn(i64) -> f64| (0..2000).map(pick).collect::<Vec<_>>();
        let of = |id: &str, pick: fn(i64) -> f64| Study::new(id, id, START, values(pick));
        let band = StudyStyle::Band { other: values(|at| 80.0 + (at / 10) as f64 * 0.1) };
        studies.set_studies(vec![
            of("band", |at| 120.0 + (at / 10) as f64 * 0.1).style(band),
            of("line", |at| if at % 500 < 100 { NAN } else { 130.0 - (at % 97) as f64 }).width(2),
            of("step", |at| 100.0 + (at / 400) as f64).style(StudyStyle::Step),
            of("fires", |at| f64::from(at % 400 == 0)).style(StudyStyle::Signal),
            of("bars", |at| (at % 31) as f64 - 15.0).style(StudyStyle::Histogram { base: 0.0 }).in_pane("a"),
            of("area", |at| (at % 800) as f64 / 80.0).style(StudyStyle::Area { base: NAN }).in_pane("a"),
        ]);
        let trade = |at: i64| Trade {
            entry_time: START + at * STEP,
            entry_price: price(at),
            exit_time: START + (at + 3) * STEP,
            exit_price: price(at + 3),
            side: if at % 2 == 0 { Side::Buy } else { Side::Sell },
            pnl: price(at + 3) - price(at),
        };
        studies.set_trades((0..1500).step_by(5).map(trade).collect());
        studies.set_breakpoints((0..1000).map(|at| START + at * STEP).collect());
    });
    chart.fit();
    chart
}

#[test]
fn far_away_everything_merges() {
    snapshot("studies_far", &far());
}

#[test]
fn curves_without_candles() {
    let mut chart = small(1.0, |options| options.volume = false);
    chart.set_times(&(0..8).map(|at| START + at * STEP).collect::<Vec<_>>());
    chart.update_studies(|studies| {
        studies.set_bars_visible(false);
        let of = |id: &str, values: [f64; 8]| Study::new(id, id, START, values.to_vec());
        studies.set_studies(vec![
            of("Equity", [100.0, 101.0, 103.0, 102.0, 105.0, 104.0, 107.0, 109.0])
                .style(StudyStyle::Area { base: 100.0 }),
            of("Hold", [100.0, 99.0, 98.0, 99.5, 101.0, 103.0, 102.0, 104.0]).ink(StudyInk::Gray),
        ]);
    });
    chart.set_cursor_time(Some(START + 3 * STEP));
    snapshot("curves", &chart);
    let shown = chart.visible().unwrap();
    assert_eq!(shown.bars, 8);
    assert!(chart.y_from_price(109.0).unwrap() > 0.0 && chart.y_from_price(98.0).unwrap() < 134.0);
    let summary = chart.summary();
    assert!(
        summary.starts_with("Chart of curves, 8 points in view, from Fri 20 Nov 2026 09:15"),
        "{summary}"
    );
    assert!(summary.ends_with("Studies: Equity, Hold."), "{summary}");
    assert_eq!(chart.cursor_text(), "Fri 20 Nov 2026 10:00, Equity 102.0, Hold 99.5");
}

//! What studies promise their owner: pictures, gestures, and that charts keep together.

use super::*;
use crate::view::tests::{START, STEP, small, snapshot};
use crate::{Chart, Side};

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

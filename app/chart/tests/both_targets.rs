//! The native half of a comparison: `tests/web.rs` makes the same picture in the browser and compares it with the same
//! file.
#![cfg(not(target_arch = "wasm32"))]

use wickflow_chart::{Bar, Chart, Layer, Options, View};

#[test]
fn the_picture_is_the_one_on_file() {
    let mut chart = Chart::new(Options::default());
    chart.resize(300.0, 200.0, 2.0);
    let bars = (0..90).map(|i| {
        let price = 100.0 + f64::from(i * 7 % 23);
        let close = price + f64::from(i % 3) - 1.0;
        Bar::new(i64::from(i) * 60_000, price, price + 2.5, price - 1.5, close, f64::from(i % 5))
    });
    chart.set_candles(bars.collect());
    let got = View::default().draw(&chart, Layer::Base).to_string();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/both_targets.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &got).unwrap();
    }
    assert_eq!(got, std::fs::read_to_string(path).unwrap());
}

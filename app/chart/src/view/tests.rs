//! Draw lists: snapshots of small charts, and what must hold for every picture.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::{Bar, LineKind, Marker, Options, PriceFormat, PriceLine, PriceMode, Side, Zone};

/// 2026-11-20T09:15 in Kolkata.
pub(crate) const START: i64 = 1_795_146_300_000;
pub(crate) const STEP: i64 = 15 * 60_000;

/// Eight hand-made quarters of an hour.
fn bars() -> Vec<Bar> {
    let rows = [
        (100.0, 104.0, 99.0, 103.0, 50.0),
        (103.0, 105.0, 101.0, 101.0, 80.0),
        (101.0, 101.0, 101.0, 101.0, 0.0),
        (101.0, 108.0, 100.0, 107.0, 120.0),
        (107.0, 107.0, 102.0, 102.5, 60.0),
        (102.5, 103.0, 96.0, 97.0, 200.0),
        (97.0, 99.0, 95.0, 99.0, 90.0),
        (99.0, 102.0, 98.0, 101.5, 30.0),
    ];
    rows.iter().zip(0..).map(|((o, h, l, c, v), i)| Bar::new(START + i * STEP, *o, *h, *l, *c, *v)).collect()
}

pub(crate) fn small(dpr: f64, change: impl FnOnce(&mut Options)) -> Chart {
    let mut options = Options {
        bar_spacing: 20.0,
        right_offset: 1.0,
        zone: Zone::fixed(330),
        price_format: PriceFormat { tick_size: 0.5, precision: 1, grouping: true },
        ..Options::default()
    };
    change(&mut options);
    let mut chart = Chart::new(options);
    chart.resize(240.0, 160.0, dpr);
    chart.set_candles(bars());
    chart
}

/// Compares with a file, or writes it when `UPDATE_SNAPSHOTS` is set.
pub(crate) fn snapshot(name: &str, chart: &Chart) {
    let mut view = View::default();
    let mut got = format!("# base\n{}", view.draw(chart, Layer::Base));
    let _ = write!(got, "# overlay\n{}", view.draw(chart, Layer::Overlay));
    let path = format!("{}/src/view/snapshots/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &got).unwrap();
        // To look at: the same as a picture.
        let svg = view.draw(chart, Layer::Base).to_svg(chart).replace("</svg>\n", "");
        let overlay = view.draw(chart, Layer::Overlay).to_svg(chart);
        let both = svg + overlay.split_once('\n').map_or("", |(_, rest)| rest);
        std::fs::write(std::env::temp_dir().join(format!("{name}.svg")), both).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(got, expected, "{name} differs; look at it, then set UPDATE_SNAPSHOTS=1");
}

#[test]
fn plain() {
    let mut chart = small(1.0, |_| {});
    chart.hover(90.0, 60.0);
    snapshot("plain", &chart);
}

#[test]
fn hollow_at_two_pixels() {
    snapshot("hollow_2x", &small(2.0, |options| options.hollow_up = true));
}

#[test]
fn log_without_volume_at_one_and_a_half() {
    snapshot(
        "log_1_5x",
        &small(1.5, |options| {
            options.price_mode = PriceMode::Log;
            options.volume = false;
        }),
    );
}

#[test]
fn percent_without_grid() {
    snapshot(
        "percent",
        &small(1.0, |options| {
            options.price_mode = PriceMode::Percent;
            options.grid = false;
        }),
    );
}

#[test]
fn merged_columns() {
    let mut chart = small(1.0, |_| {});
    chart.set_candles(
        (0..2000)
            .map(|i| {
                let price = 100.0 + f64::from(i % 97);
                Bar::new(
                    START + i64::from(i) * STEP,
                    price,
                    price + 3.0,
                    price - 2.0,
                    price + f64::from(i % 3) - 1.0,
                    f64::from(i % 11),
                )
            })
            .collect(),
    );
    chart.fit();
    snapshot("merged", &chart);
}

#[test]
fn lines_and_markers() {
    let mut chart = small(1.0, |_| {});
    chart.resize(420.0, 200.0, 1.0);
    let line = |id: &str, price, kind, side, label: &str, pnl: &str| PriceLine {
        id: id.to_owned(),
        price,
        kind,
        side,
        label: label.to_owned(),
        pnl: pnl.to_owned(),
        draggable: true,
    };
    chart.set_lines(vec![
        line("order", 98.0, LineKind::Order, Some(Side::Buy), "Buy 1", ""),
        line("position", 100.0, LineKind::Position, None, "Long 2", "+3.0"),
        line("stop", 96.5, LineKind::StopLoss, None, "", ""),
        line("off", 500.0, LineKind::TakeProfit, None, "Target", ""),
    ]);
    let marker = |id: &str, bar: i64, price, side| Marker {
        id: id.to_owned(),
        time: START + bar * STEP + 1,
        price,
        side,
        text: "1".to_owned(),
    };
    chart.set_markers(vec![
        marker("a", 1, 103.0, Side::Buy),
        marker("b", 3, 106.0, Side::Sell),
        marker("c", 3, 106.5, Side::Sell),
    ]);
    chart.set_countdown("04:59");
    snapshot("lines", &chart);
}

#[test]
fn an_empty_chart_is_a_background() {
    let mut chart = Chart::new(Options::default());
    chart.resize(100.0, 50.0, 2.0);
    let mut view = View::default();
    let list = view.draw(&chart, Layer::Base).to_string();
    assert!(list.starts_with("Background 0,0+200x100\n"), "{list}");
    assert!(!list.contains("Up") && !list.contains('"'), "{list}");
    assert!(view.draw(&chart, Layer::Overlay).ops().is_empty());
}

#[test]
fn buffers_are_reused() {
    let chart = small(1.0, |_| {});
    let mut view = View::default();
    let first = view.draw(&chart, Layer::Base).clone();
    assert_eq!(view.draw(&chart, Layer::Base).to_string(), first.to_string());
}

#[test]
fn a_sprite_that_only_moves_keeps_its_fingerprint() {
    let mut chart = small(1.0, |_| {});
    let mut view = View::default();
    let mut at = |x, y| {
        chart.hover(x, y);
        view.draw(&chart, Layer::Overlay).sprites().to_vec()
    };
    let (here, right, below) = (at(90.0, 60.0), at(110.0, 60.0), at(90.0, 80.0));
    assert_eq!(here.len(), 4, "two lines, two labels");
    let same = |a: &[Sprite], b: &[Sprite]| -> Vec<bool> {
        a.iter().zip(b).map(|(a, b)| a.fingerprint == b.fingerprint).collect()
    };
    assert_eq!(same(&here, &right), [true, true, true, false], "only the time changes");
    assert_eq!(same(&here, &below), [true, true, false, true], "only the price changes");
    assert_ne!(here[0].area, right[0].area);
}

#[test]
fn svg_is_well_formed() {
    let mut chart = small(1.0, |options| "a\"<b>".clone_into(&mut options.font_family));
    chart.set_countdown("<&>");
    let svg = View::default().draw(&chart, Layer::Base).to_svg(&chart);
    assert!(svg.contains("a&quot;&lt;b&gt;") && svg.contains("&lt;&amp;&gt;"));
    assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
    assert!(svg.ends_with("</svg>\n"));
}

/// Rectangles of an ink.
fn rects(list: &DrawList, wanted: &[Ink]) -> Vec<PixelRect> {
    let of = |op: &Op| matches!(op, Op::Rects { ink, .. } if wanted.contains(ink));
    list.ops().iter().filter(|op| of(op)).flat_map(|op| list.rects(op).iter().copied()).collect()
}

proptest! {
    /// Panning moves the whole picture by whole pixels: candles never change their widths on the way.
    #[test]
    fn panning_shifts_every_candle_alike(
        spacing in 0.05f64..30.0, dpr in prop::sample::select(vec![1.0, 1.25, 2.0]), steps in 1i32..40,
    ) {
        let mut chart = Chart::new(Options { bar_spacing: spacing, volume: false, last_price_line: false, ..Options::default() });
        chart.resize(500.0, 300.0, dpr);
        chart.set_candles((0..20_000).map(|i| {
            // The same prices throughout: the price scale does not move.
            let close = if i % 2 == 0 { 11.0 } else { 12.0 };
            Bar::new(i * STEP, 11.0, 13.0, 10.0, close, 1.0)
        }).collect());
        chart.zoom_at(250.0, spacing / chart.bar_spacing());
        chart.pan_by(700.0);
        let candles = |chart: &Chart| {
            let mut found = rects(View::default().draw(chart, Layer::Base), &[Ink::Up, Ink::Down]);
            found.sort_by_key(|rect| rect.x);
            found
        };
        let before = candles(&chart);
        let shift = f64::from(steps);
        chart.pan_by(shift / dpr);
        let after = candles(&chart);
        let right = 400;
        let moved: Vec<_> = before.iter().filter(|r| r.x > 40 && r.right() + steps < right).map(|r| PixelRect { x: r.x + steps, ..*r }).collect();
        prop_assert!(!moved.is_empty());
        for rect in moved {
            prop_assert!(after.contains(&rect), "{:?} is not where it should be", rect);
        }
    }

    /// Everything stays on the canvas and candles within the plot, at any size, zoom and scale.
    #[test]
    fn nothing_is_drawn_outside(
        width in 0.0f64..600.0, height in 0.0f64..400.0, dpr in 0.5f64..4.0, zoom in 0.001f64..50.0,
        scale in 0.1f64..20.0, pan in -3000.0f64..3000.0, log in any::<bool>(),
    ) {
        let mut chart = small(1.0, |options| {
            options.price_mode = if log { PriceMode::Log } else { PriceMode::Linear };
            options.last_price_line = false;
        });
        chart.resize(width, height, dpr);
        chart.zoom_at(width / 2.0, zoom);
        chart.pan_by(pan);
        chart.scale_price_by(scale);
        chart.hover(width / 3.0, height / 3.0);
        let mut view = View::default();
        let frame = super::frame::Frame::new(&chart);
        let list = view.draw(&chart, Layer::Base);
        for rect in rects(list, &[Ink::Up, Ink::Down, Ink::WickUp, Ink::WickDown, Ink::VolumeUp, Ink::VolumeDown, Ink::Grid]) {
            prop_assert!(rect.x >= 0 && rect.right() <= frame.plot.right(), "{:?}", rect);
            prop_assert!(rect.y >= 0 && rect.bottom() <= frame.plot.bottom(), "{:?}", rect);
            prop_assert!(!rect.is_empty());
        }
        let overlay = view.draw(&chart, Layer::Overlay);
        for sprite in overlay.sprites() {
            for op in overlay.sprite_ops(sprite) {
                for rect in overlay.rects(op) {
                    prop_assert!(rect.x >= sprite.area.x && rect.right() <= sprite.area.right());
                    prop_assert!(rect.y >= sprite.area.y && rect.bottom() <= sprite.area.bottom());
                }
            }
        }
    }
}

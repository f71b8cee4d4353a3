//! What a chart promises its owner.

use proptest::prelude::*;

use crate::{
    Bar, BarError, Chart, Damage, Fit, HistoryRequest, LineKind, Marker, Options, Placed, PriceFormat,
    PriceLine, PriceMode, Side, Zone,
};

const MINUTE: i64 = 60_000;

fn bar(minute: i64) -> Bar {
    let price = 100.0 + (minute as f64 * 0.7).sin() * 5.0 + (minute as f64 * 0.013).cos() * 20.0;
    Bar::new(minute * MINUTE, price, price + 1.0, price - 1.0, price + 0.5, 10.0)
}

fn bars(from: i64, to: i64) -> Vec<Bar> {
    (from..to).map(bar).collect()
}

fn chart(options: Options) -> Chart {
    let mut chart = Chart::new(options);
    chart.resize(800.0, 400.0, 1.0);
    chart.set_candles(bars(0, 1000));
    chart
}

fn line(id: &str, price: f64) -> PriceLine {
    PriceLine {
        id: id.to_owned(),
        price,
        kind: LineKind::Order,
        side: Some(Side::Sell),
        label: "Sell 1".to_owned(),
        pnl: String::new(),
        draggable: true,
    }
}

#[track_caller]
fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-6, "{a} is not {b}");
}

#[test]
fn the_opening_view_is_taken_up_with_size_and_bars_in_any_order() {
    let check = |fit, shown: std::ops::RangeInclusive<usize>| {
        let options = || Options { opening_view: fit, ..Options::default() };
        let mut late_size = Chart::new(options());
        late_size.set_candles(bars(0, 1000));
        assert!(late_size.visible().is_none());
        late_size.resize(800.0, 400.0, 1.0);
        let visible = late_size.visible().unwrap();
        assert_eq!(chart(options()).visible().unwrap(), visible);
        assert!(shown.contains(&visible.bars), "{fit:?} shows {}", visible.bars);
        assert_eq!(visible.to, 999 * MINUTE);
    };
    check(Fit::Newest, 95..=105);
    check(Fit::Bars(200), 199..=201);
    check(Fit::All, 1000..=1000);
}

#[test]
fn a_live_chart_follows_and_a_scrolled_one_stays() {
    let mut chart = chart(Options::default());
    let x = chart.x_from_time(999 * MINUTE).unwrap();
    assert_eq!(chart.upsert(bar(1000)), Ok(Placed::Appended));
    near(chart.x_from_time(1000 * MINUTE).unwrap(), x);
    chart.pan_by(300.0);
    assert!(!chart.is_following());
    let x = chart.x_from_time(900 * MINUTE).unwrap();
    chart.upsert(bar(1001)).unwrap();
    near(chart.x_from_time(900 * MINUTE).unwrap(), x);
    chart.scroll_to_latest();
    assert!(chart.is_following());
}

#[test]
fn late_bars_leave_what_is_in_view_where_it_is() {
    // Odd minutes are missing.
    let mut chart = Chart::new(Options::default());
    chart.resize(800.0, 400.0, 1.0);
    chart.set_candles((0..1000).map(|i| bar(i * 2)).collect());
    chart.go_to_time(1000 * MINUTE);
    let x = |chart: &Chart| chart.x_from_time(1000 * MINUTE).unwrap();
    let before = x(&chart);
    for minute in [1, 301, 701, 1301, 1701, 1997] {
        assert_eq!(chart.upsert(bar(minute)), Ok(Placed::Inserted));
        near(x(&chart), before);
    }
    for minute in [1701, 1, 0, 1998, 1997] {
        assert!(chart.remove(minute * MINUTE));
        near(x(&chart), before);
    }
    assert!(!chart.remove(1));
}

#[test]
fn a_late_bar_just_before_the_newest_keeps_a_live_chart_at_the_end() {
    let mut chart = chart(Options::default());
    let x = chart.x_from_time(999 * MINUTE).unwrap();
    let late = Bar { time: 999 * MINUTE - 1000, ..bar(999) };
    assert_eq!(chart.upsert(late), Ok(Placed::Inserted));
    near(chart.x_from_time(999 * MINUTE).unwrap(), x);
}

#[test]
fn bad_bars_are_refused_and_nothing_changes() {
    let mut chart = chart(Options::default());
    let (before, last) = (chart.visible(), chart.last().copied());
    assert_eq!(chart.upsert(Bar { close: f64::NAN, ..bar(999) }), Err(BarError::NotFinite));
    assert_eq!(chart.upsert(Bar { high: 0.0, ..bar(1000) }), Err(BarError::OutsideHighLow));
    assert_eq!((chart.visible(), chart.last().copied()), (before, last));
    let refused = chart.set_candles(vec![bar(0), Bar { volume: -1.0, ..bar(1) }, bar(2)]);
    assert_eq!((refused.count, refused.first, chart.len()), (1, Some((1, BarError::NegativeVolume)), 2));
}

#[test]
fn fresh_data_of_the_same_instrument_keeps_the_view() {
    let mut chart = chart(Options::default());
    chart.go_to_time(500 * MINUTE);
    chart.zoom_at(200.0, 1.7);
    let x = chart.x_from_time(510 * MINUTE).unwrap();
    chart.replace_candles(bars(300, 1200));
    near(chart.x_from_time(510 * MINUTE).unwrap(), x);
    chart.scroll_to_latest();
    let x = chart.x_from_time(1199 * MINUTE).unwrap();
    chart.replace_candles(bars(0, 1300));
    near(chart.x_from_time(1299 * MINUTE).unwrap(), x);
    chart.replace_candles(Vec::new());
    assert!(chart.is_empty() && chart.readout().is_none());
}

#[test]
fn history_is_asked_for_once_and_again_after_an_answer() {
    let mut chart = chart(Options::default());
    assert_eq!(chart.needs_history(), None, "the view is far from the oldest bar");
    chart.pan_by(1.0e5);
    let wanted = chart.needs_history();
    assert_eq!(wanted, Some(HistoryRequest { before: 0, bars: 500 }));
    assert_eq!(chart.needs_history(), None, "one request at a time");
    chart.history_failed();
    assert_eq!(chart.needs_history(), wanted);
    chart.prepend(bars(-50, 0));
    assert_eq!(chart.needs_history(), Some(HistoryRequest { before: -50 * MINUTE, bars: 500 }));
    chart.has_more_history(false);
    assert_eq!(chart.needs_history(), None);
    chart.has_more_history(true);
    assert!(chart.needs_history().is_some());
    chart.prepend(bars(-2000, -50));
    assert_eq!(chart.needs_history(), None, "enough for now");
}

#[test]
fn a_time_before_all_bars_is_reached_when_they_come() {
    let mut chart = chart(Options::default());
    assert!(!chart.go_to_time(-3000 * MINUTE));
    let wanted = chart.needs_history().unwrap();
    assert!((3000..4000).contains(&wanted.bars), "{}", wanted.bars);
    chart.prepend(bars(-2000, 0));
    assert!(chart.needs_history().is_some(), "still on the way");
    chart.prepend(bars(-4000, -2000));
    near(chart.x_from_time(-3000 * MINUTE).unwrap(), chart.layout().plot.width / 2.0);
    assert!(chart.go_to_time(500 * MINUTE));
    chart.has_more_history(false);
    assert!(chart.go_to_time(-9000 * MINUTE), "the oldest bar is as near as it gets");
}

#[test]
fn the_readout_is_the_hovered_bar_or_else_the_newest() {
    let mut chart = chart(Options::default());
    chart.set_forming(true);
    let newest = chart.readout().unwrap();
    assert_eq!((newest.bar, newest.hovered, newest.forming), (bar(999), false, true));
    near(newest.change, bar(999).close - bar(998).close);
    near(newest.change_percent.unwrap(), (bar(999).close / bar(998).close - 1.0) * 100.0);
    chart.hover(chart.x_from_time(960 * MINUTE).unwrap() + 2.0, 100.0);
    let hovered = chart.hovered().unwrap();
    assert_eq!((hovered.bar, hovered.hovered, hovered.forming), (bar(960), true, false));
    chart.upsert(bar(1000)).unwrap();
    assert_eq!(chart.hovered().unwrap().bar, bar(961), "the pointer stays and the bars move");
    chart.hover(799.0, 100.0);
    assert!(chart.hovered().is_none(), "not over the axis");
    chart.fit();
    chart.move_cursor_to_end(false);
    let first = chart.hovered().unwrap();
    near(first.change, 0.5);
}

#[test]
fn a_crosshair_set_by_time_goes_with_its_bar() {
    let mut chart = chart(Options::default());
    chart.set_cursor_time(Some(960 * MINUTE + 30_000));
    assert_eq!(chart.cursor_time(), Some(960 * MINUTE));
    chart.upsert(bar(1000)).unwrap();
    assert_eq!(chart.cursor_time(), Some(960 * MINUTE));
    chart.set_cursor_time(None);
    assert!(chart.hovered().is_none());
}

#[test]
fn damage_tells_the_least_that_must_be_drawn() {
    let mut chart = chart(Options::default());
    chart.take_damage();
    let mut check = |change: &dyn Fn(&mut Chart), level: Damage| {
        change(&mut chart);
        assert_eq!(chart.take_damage(), level);
    };
    check(&|_| {}, Damage::None);
    check(&|chart| chart.hover(100.0, 100.0), Damage::Cursor);
    check(&|chart| chart.hover(100.0, 100.0), Damage::None);
    check(&|chart| chart.leave(), Damage::Cursor);
    check(&|chart| chart.pan_by(10.0), Damage::Light);
    check(&|chart| chart.pan_by(0.0), Damage::None);
    check(&|chart| assert!(chart.upsert(bar(999)).is_ok()), Damage::Light);
    check(&|chart| chart.set_zone(Zone::fixed(60)), Damage::Light);
    check(&|chart| chart.set_lines(vec![line("a", 100.0)]), Damage::Light);
    check(&|chart| chart.set_lines(vec![line("a", 100.0)]), Damage::None);
    check(&|chart| chart.set_countdown("00:10"), Damage::Light);
    check(&|chart| chart.set_countdown("00:10"), Damage::None);
    check(&|chart| chart.resize(700.0, 400.0, 1.0), Damage::Full);
    check(&|chart| chart.set_palette(crate::Palette::light()), Damage::Full);
}

#[test]
fn the_price_axis_grows_with_the_prices_and_does_not_shrink_back() {
    let mut chart = chart(Options::default());
    let narrow = chart.layout().price_axis.width;
    chart.upsert(Bar::new(1000 * MINUTE, 2.0e6, 2.0e6, 2.0e6, 2.0e6, 1.0)).unwrap();
    let wide = chart.layout().price_axis.width;
    assert!(wide > narrow);
    chart.remove(1000 * MINUTE);
    near(chart.layout().price_axis.width, wide);
    chart.set_candles(bars(0, 10));
    near(chart.layout().price_axis.width, narrow);
}

#[test]
fn lines_are_found_by_stroke_and_label_and_moved_in_ticks() {
    let mut chart = chart(Options {
        price_format: PriceFormat { tick_size: 0.25, precision: 2, grouping: true },
        ..Options::default()
    });
    let visible = chart.visible().unwrap();
    let price = f64::midpoint(visible.high, visible.low).round();
    chart.set_lines(vec![line("a", price), line("b", price), line("far", 1.0e6), line("nan", f64::NAN)]);
    assert_eq!(chart.lines().len(), 3);
    let y = chart.y_from_price(price).unwrap();
    let at = |chart: &Chart, x: f64, y: f64| chart.line_at(x, y).map(|line| line.id.clone());
    assert_eq!(at(&chart, 100.0, y + 3.0).as_deref(), Some("b"), "of equals the one drawn on top");
    assert_eq!(at(&chart, 100.0, y + 6.0), None);
    let axis = chart.layout().price_axis.x + 10.0;
    assert_eq!(at(&chart, axis, y - 9.0).as_deref(), Some("a"), "labels stand apart");
    assert_eq!(at(&chart, axis, y + 9.0).as_deref(), Some("b"));
    assert!(!chart.start_line_drag("nobody"));
    assert!(chart.start_line_drag("a"));
    let (_, moved) = chart.drag_line_to(y - 30.3).unwrap();
    near(moved, (chart.price_from_y(y - 30.3).unwrap() * 4.0).round() / 4.0);
    chart.set_lines(vec![line("a", price + 7.0), line("b", price)]);
    near(chart.lines()[0].price, moved);
    let dropped = chart.end_line_drag().unwrap();
    near(dropped.previous, price + 7.0);
    assert!(chart.start_line_drag("a"));
    chart.set_lines(Vec::new());
    assert_eq!(chart.drag_line_to(100.0), None, "the order is gone");
    assert_eq!(chart.end_line_drag(), None);
}

#[test]
fn markers_are_found_at_their_tips() {
    let mut chart = chart(Options::default());
    let marker = |id: &str, minute: i64| Marker {
        id: id.to_owned(),
        time: minute * MINUTE + 5000,
        price: bar(minute).close,
        side: Side::Buy,
        text: String::new(),
    };
    chart.set_markers(vec![
        marker("b", 970),
        marker("a", 960),
        Marker { price: f64::NAN, ..marker("c", 965) },
    ]);
    assert_eq!(chart.markers().len(), 2);
    let (x, y) = (chart.x_from_time(960 * MINUTE).unwrap(), chart.y_from_price(bar(960).close).unwrap());
    assert_eq!(chart.marker_at(x + 4.0, y + 4.0).map(|marker| marker.id.as_str()), Some("a"));
    assert_eq!(chart.marker_at(x + 30.0, y + 60.0), None);
}

#[test]
fn words_say_what_is_in_view() {
    let mut chart = Chart::new(Options { zone: Zone::fixed(330), ..Options::default() });
    assert_eq!(chart.summary(), "Candlestick chart without candles.");
    chart.resize(800.0, 400.0, 1.0);
    chart.set_candles(vec![
        Bar::new(1_795_271_400_000, 1000.0, 1500.0, 900.0, 1200.0, 2500.0),
        Bar::new(1_795_271_460_000, 1200.0, 1300.0, 800.0, 1100.0, 5.0),
    ]);
    chart.set_lines(vec![line("a", 1250.0)]);
    assert_eq!(
        chart.summary(),
        "Candlestick chart, 2 candles in view, from Sat 21 Nov 2026 20:00 to Sat 21 Nov 2026 20:01. \
         It opens at 1,000.00 and closes at 1,100.00, +10.00%. \
         Highest 1,500.00 at Sat 21 Nov 2026 20:00. Lowest 800.00 at Sat 21 Nov 2026 20:01. \
         Lines: sell order Sell 1 at 1,250.00."
    );
    assert_eq!(chart.cursor_text(), "");
    chart.set_forming(true);
    chart.move_cursor(0);
    assert_eq!(
        chart.cursor_text(),
        "Sat 21 Nov 2026 20:01, open 1,200.00, high 1,300.00, low 800.00, close 1,100.00, volume 5, \
         change -8.33%, still forming"
    );
}

#[test]
fn columns_make_the_same_chart_as_bars() {
    let rows = bars(0, 50);
    let column = |get: fn(&Bar) -> f64| rows.iter().map(get).collect::<Vec<_>>();
    let times: Vec<_> = rows.iter().map(|bar| bar.time).collect();
    let columns = [
        column(|bar| bar.open),
        column(|bar| bar.high),
        column(|bar| bar.low),
        column(|bar| bar.close),
        column(|bar| bar.volume),
    ];
    let mut chart = Chart::new(Options::default());
    chart.set_columns(&times, columns.each_ref().map(Vec::as_slice));
    assert_eq!(chart.bars_between(i64::MIN, i64::MAX).copied().collect::<Vec<_>>(), rows);
    assert_eq!(chart.bars_between(10 * MINUTE, 12 * MINUTE).count(), 2);
}

/// Calls everything that takes numbers, in a chart that may be empty or without size.
fn poke(chart: &mut Chart, x: f64, y: f64) {
    chart.hover(x, y);
    chart.pan_by(x);
    chart.zoom_at(x, y);
    chart.zoom_by(y);
    chart.scale_price_by(y);
    chart.pan_price_by(x);
    chart.show_range(i64::MIN, i64::MAX);
    chart.go_to_time(i64::MAX);
    chart.go_to_time(i64::MIN);
    chart.move_cursor(i64::MIN);
    chart.move_cursor(i64::MAX);
    chart.set_cursor_time(Some(i64::MIN));
    chart.fit();
    chart.show_bars(0);
    chart.show_bars(usize::MAX);
    chart.scroll_to_latest();
    chart.resize(x, y, x);
    chart.set_lines(vec![line("a", y)]);
    chart.start_line_drag("a");
    chart.drag_line_to(y);
    chart.end_line_drag();
    let _ = (chart.line_at(x, y), chart.marker_at(x, y), chart.price_from_y(y), chart.y_from_price(x));
    let _ = (chart.time_from_x(x), chart.x_from_time(i64::MAX), chart.x_from_time(i64::MIN), chart.summary());
    let mut view = crate::View::default();
    view.draw(chart, crate::Layer::Base);
    view.draw(chart, crate::Layer::Overlay);
}

#[test]
fn nothing_panics() {
    let numbers = [
        0.0,
        -1.0,
        0.3,
        1.0,
        50.0,
        1.0e4,
        1.0e300,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MIN_POSITIVE,
    ];
    for mode in [PriceMode::Linear, PriceMode::Log, PriceMode::Percent] {
        for count in [0, 1, 2, 300] {
            let mut chart = Chart::new(Options { price_mode: mode, ..Options::default() });
            chart.set_candles(bars(0, count));
            for x in numbers {
                for y in numbers {
                    poke(&mut chart, x, y);
                    chart.resize(300.0, 200.0, 2.0);
                    poke(&mut chart, x, y);
                }
            }
        }
    }
}

#[test]
fn extreme_prices_are_drawn() {
    for (low, high) in [
        (0.0, 0.0),
        (-5.0, -1.0),
        (1.0e-300, 1.0e300),
        (f64::MIN / 4.0, f64::MAX / 4.0),
        (1.0e12, 1.0e12 + 1.0),
    ] {
        for mode in [PriceMode::Linear, PriceMode::Log, PriceMode::Percent] {
            let mut chart = Chart::new(Options { price_mode: mode, ..Options::default() });
            chart.resize(300.0, 200.0, 1.0);
            chart.set_candles((0..10).map(|i| Bar::new(i, low, high, low, high, 0.0)).collect());
            poke(&mut chart, 20.0, 30.0);
        }
    }
}

proptest! {
    /// The bars in view stand on the same pixels after any amount of history arrived, at any zoom.
    #[test]
    fn history_arrives_without_a_jump(
        zoom in 0.01f64..8.0, pan in -2000.0f64..9000.0, dpr in prop::sample::select(vec![1.0, 1.5, 2.0, 3.0]),
        counts in prop::collection::vec(1i64..3000, 1..4), hover in any::<bool>(),
    ) {
        let mut chart = chart(Options::default());
        chart.resize(800.0, 400.0, dpr);
        chart.zoom_at(400.0, zoom);
        chart.pan_by(pan);
        if hover {
            chart.hover(400.0, 200.0);
        }
        let mut oldest = 0;
        for count in counts {
            let mut view = crate::View::default();
            let inside = chart.in_view().first > chart.series().first_index();
            let (before, overlay) = (view.draw(&chart, crate::Layer::Base).to_string(), view.draw(&chart, crate::Layer::Overlay).to_string());
            let shown = chart.visible();
            let at = chart.x_from_time(990 * MINUTE);
            chart.prepend(bars(oldest - count, oldest));
            oldest -= count;
            prop_assert_eq!(chart.x_from_time(990 * MINUTE), at);
            // Bars beyond the left edge do not show; where the edge of the data was in view, new ones appear there.
            if inside {
                prop_assert_eq!(chart.visible(), shown);
                prop_assert_eq!(view.draw(&chart, crate::Layer::Overlay).to_string(), overlay);
                let candles = |list: &str| list.lines().filter(|line| line.starts_with("Up") || line.starts_with("Down") || line.starts_with("Wick") || line.starts_with("Volume")).map(str::to_owned).collect::<Vec<_>>();
                prop_assert_eq!(candles(&view.draw(&chart, crate::Layer::Base).to_string()), candles(&before));
            }
        }
    }

    #[test]
    fn the_time_under_the_cursor_survives_zoom(x in 100.0f64..600.0, factor in 0.3f64..3.0, pan in 0.0f64..3000.0) {
        let mut chart = chart(Options::default());
        chart.pan_by(pan);
        let time = chart.time_from_x(x).unwrap();
        let before = chart.x_from_time(time).unwrap();
        let spacing = chart.bar_spacing();
        chart.zoom_at(x, factor);
        // The bar's own distance to the pointer scales and nothing else.
        let expected = x + (before - x) * chart.bar_spacing() / spacing;
        prop_assert!((chart.x_from_time(time).unwrap() - expected).abs() < 1e-6);
    }

    /// Any sequence of moves keeps some bars in view and the range positive.
    #[test]
    fn bars_are_never_lost(moves in prop::collection::vec((-3000.0f64..3000.0, 0.1f64..10.0, 0.0f64..800.0), 1..30)) {
        let mut chart = chart(Options::default());
        for (pan, factor, x) in moves {
            chart.pan_by(pan);
            chart.zoom_at(x, factor);
            let visible = chart.visible().expect("some bars are in view");
            prop_assert!(visible.bars >= 1 && visible.low < visible.high);
            prop_assert!(chart.time_from_x(x).is_some());
        }
    }
}

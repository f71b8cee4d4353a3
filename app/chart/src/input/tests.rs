//! Gestures as scripts: events in, and what became of the chart.

use super::*;
use crate::{Bar, Chart, LineKind, Options, PriceFormat, PriceLine, Side};

const MINUTE: i64 = 60_000;

struct Hands {
    chart: Chart,
    gestures: Gestures,
    time_ms: f64,
}

impl Hands {
    /// 800 by 400, a thousand bars between 90 and 110, one line at 100.
    fn new() -> Self {
        let mut chart = Chart::new(Options {
            price_format: PriceFormat { tick_size: 0.5, precision: 2, grouping: true },
            ..Options::default()
        });
        chart.resize(800.0, 400.0, 1.0);
        let bars = (0..1000)
            .map(|i| Bar::new(i * MINUTE, 95.0, 110.0, 90.0, if i % 2 == 0 { 99.0 } else { 93.0 }, 5.0));
        chart.set_candles(bars.collect());
        chart.has_more_history(false);
        chart.set_lines(vec![PriceLine {
            id: "a".to_owned(),
            price: 100.0,
            kind: LineKind::Order,
            side: Some(Side::Buy),
            label: String::new(),
            pnl: String::new(),
            draggable: true,
        }]);
        Self { chart, gestures: Gestures::default(), time_ms: 1000.0 }
    }

    fn pointer(&mut self, kind: PointerKind, id: i32, x: f64, y: f64) -> Pointer {
        self.time_ms += 16.0;
        Pointer { id, kind, x, y, time_ms: self.time_ms }
    }

    fn send(&mut self, event: InputEvent) -> Response {
        self.gestures.on(event, &mut self.chart)
    }

    fn down(&mut self, kind: PointerKind, id: i32, x: f64, y: f64) -> Response {
        let pointer = self.pointer(kind, id, x, y);
        self.send(InputEvent::Down { pointer, button: Button::Primary })
    }

    fn to(&mut self, kind: PointerKind, id: i32, x: f64, y: f64) -> Response {
        let pointer = self.pointer(kind, id, x, y);
        self.send(InputEvent::Move(pointer))
    }

    fn up(&mut self, kind: PointerKind, id: i32, x: f64, y: f64) -> Response {
        let pointer = self.pointer(kind, id, x, y);
        self.send(InputEvent::Up(pointer))
    }

    fn wheel(&mut self, x: f64, y: f64, dx: f64, dy: f64) {
        self.send(InputEvent::Wheel { x, y, dx, dy, unit: WheelUnit::Pixel, ctrl: false, shift: false });
    }

    fn key(&mut self, key: Key) -> Response {
        self.send(InputEvent::Key { key, shift: false, ctrl: false })
    }

    /// Where the bar of minute 950 stands.
    fn x(&self) -> f64 {
        self.chart.x_from_time(950 * MINUTE).unwrap()
    }

    fn y(&self, price: f64) -> f64 {
        self.chart.y_from_price(price).unwrap()
    }
}

use PointerKind::{Mouse, Touch};

#[track_caller]
fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-6, "{a} is not {b}");
}

#[test]
fn dragging_keeps_the_bar_under_the_pointer() {
    let mut hands = Hands::new();
    let x = hands.x();
    assert!(hands.down(Mouse, 1, 300.0, 150.0).handled);
    hands.to(Mouse, 1, 302.0, 150.0);
    near(hands.x(), x);
    let moving = hands.to(Mouse, 1, 350.0, 180.0);
    assert_eq!(moving.cursor, CursorShape::Grabbing);
    near(hands.x(), x + 50.0);
    hands.to(Mouse, 1, 340.0, 180.0);
    near(hands.x(), x + 40.0);
    let end = hands.up(Mouse, 1, 340.0, 180.0);
    assert!(!end.animate, "a mouse does not flick");
    hands.to(Mouse, 1, 500.0, 180.0);
    near(hands.x(), x + 40.0);
    assert!(hands.chart.is_price_scale_automatic());
}

#[test]
fn prices_move_only_after_their_scale_was_set_by_hand() {
    let mut hands = Hands::new();
    let y = hands.y(100.0);
    hands.down(Mouse, 1, 780.0, 100.0);
    hands.to(Mouse, 1, 780.0, 160.0);
    hands.up(Mouse, 1, 780.0, 160.0);
    assert!(!hands.chart.is_price_scale_automatic());
    assert!((hands.y(110.0) - hands.y(90.0)).abs() < 250.0, "dragging the axis down makes candles shorter");
    let (y_110, before) = (hands.y(110.0), hands.chart.price_from_y(100.0));
    hands.down(Mouse, 1, 300.0, 20.0);
    hands.to(Mouse, 1, 300.0, 60.0);
    hands.up(Mouse, 1, 300.0, 60.0);
    near(hands.y(110.0), y_110 + 40.0);
    assert_ne!(hands.chart.price_from_y(100.0), before);
    for _ in 0..2 {
        hands.down(Mouse, 1, 780.0, 100.0);
        hands.up(Mouse, 1, 780.0, 100.0);
    }
    assert!(hands.chart.is_price_scale_automatic(), "a double click resets");
    near(hands.y(100.0), y);
}

#[test]
fn the_wheel_zooms_where_the_pointer_is() {
    let mut hands = Hands::new();
    let x = hands.x();
    let spacing = hands.chart.bar_spacing();
    hands.wheel(x, 100.0, 0.0, -100.0);
    near(hands.x(), x);
    near(hands.chart.bar_spacing(), spacing * 0.1f64.exp());
    hands.wheel(x, 100.0, 0.0, 1.0e9);
    near(hands.chart.bar_spacing(), spacing * 0.1f64.exp() / 2.0);
    hands.wheel(x, 100.0, 0.0, f64::NAN);
    hands.wheel(x, 100.0, f64::INFINITY, 0.0);
    near(hands.x(), x);
    hands.wheel(x, 100.0, 30.0, 5.0);
    near(hands.x(), x - 30.0);
}

#[test]
fn the_wheel_scales_prices_over_their_axis() {
    let mut hands = Hands::new();
    let spacing = hands.chart.bar_spacing();
    hands.wheel(780.0, 100.0, 0.0, 100.0);
    near(hands.chart.bar_spacing(), spacing);
    assert!(!hands.chart.is_price_scale_automatic());
}

#[test]
fn the_time_axis_scales_and_resets() {
    let mut hands = Hands::new();
    let spacing = hands.chart.bar_spacing();
    hands.down(Mouse, 1, 300.0, 390.0);
    hands.to(Mouse, 1, 400.0, 390.0);
    hands.up(Mouse, 1, 400.0, 390.0);
    near(hands.chart.bar_spacing(), spacing * 0.5f64.exp());
    for _ in 0..2 {
        hands.down(Mouse, 1, 300.0, 390.0);
        hands.up(Mouse, 1, 300.0, 390.0);
    }
    near(hands.chart.bar_spacing(), spacing);
}

#[test]
fn a_line_is_dragged_in_ticks() {
    let mut hands = Hands::new();
    let y = hands.y(100.0);
    assert_eq!(hands.to(Mouse, 1, 300.0, y + 2.0).cursor, CursorShape::RowResize);
    hands.down(Mouse, 1, 300.0, y + 2.0);
    let target = hands.y(104.6);
    let dragging = hands.to(Mouse, 1, 300.0, target);
    assert_eq!(dragging.outcome, Some(Outcome::LineDragging { id: "a".to_owned(), price: 104.5 }));
    let dropped = hands.up(Mouse, 1, 300.0, target);
    let outcome = crate::DragOutcome { id: "a".to_owned(), price: 104.5, previous: 100.0 };
    assert_eq!(dropped.outcome, Some(Outcome::LineDropped(outcome)));
    near(hands.chart.lines()[0].price, 104.5);
}

#[test]
fn a_line_drag_can_be_given_up() {
    for by_key in [true, false] {
        let mut hands = Hands::new();
        let y = hands.y(100.0);
        hands.down(Mouse, 1, 300.0, y);
        hands.to(Mouse, 1, 300.0, y - 50.0);
        assert!(hands.chart.lines()[0].price > 101.0);
        if by_key {
            hands.key(Key::Escape);
        } else {
            hands.send(InputEvent::Cancel { id: 1 });
        }
        near(hands.chart.lines()[0].price, 100.0);
        assert_eq!(hands.up(Mouse, 1, 300.0, y - 50.0).outcome, None);
    }
}

#[test]
fn clicks_tell_what_they_hit() {
    let mut hands = Hands::new();
    let y = hands.y(100.0);
    hands.down(Mouse, 1, 300.0, y);
    assert_eq!(hands.up(Mouse, 1, 300.0, y).outcome, Some(Outcome::LineClicked { id: "a".to_owned() }));
    let (x, y) = (hands.x(), hands.y(95.2));
    hands.down(Mouse, 1, x, y);
    assert_eq!(hands.up(Mouse, 1, x, y).outcome, Some(Outcome::Clicked { time: 950 * MINUTE, price: 95.0 }));
    let pointer = hands.pointer(Mouse, 1, x, y);
    let menu = hands.send(InputEvent::Down { pointer, button: Button::Secondary });
    assert_eq!(
        menu.outcome,
        Some(Outcome::ContextMenu { x, y, time: 950 * MINUTE, price: 95.0, line: None })
    );
}

#[test]
fn hovering_tells_when_the_bar_changes() {
    let mut hands = Hands::new();
    let x = hands.x();
    let first = hands.to(Mouse, 1, x, 100.0);
    assert_eq!(
        (first.outcome, first.cursor, first.handled),
        (Some(Outcome::HoverChanged), CursorShape::Crosshair, false)
    );
    assert_eq!(hands.to(Mouse, 1, x + 1.0, 120.0).outcome, None);
    assert_eq!(hands.to(Mouse, 1, x + 7.0, 120.0).outcome, Some(Outcome::HoverChanged));
    let pointer = hands.pointer(Mouse, 1, 900.0, 120.0);
    assert_eq!(hands.send(InputEvent::Leave(pointer)).outcome, Some(Outcome::HoverChanged));
    assert!(hands.chart.hovered().is_none());
}

#[test]
fn two_fingers_pinch_about_their_middle() {
    let mut hands = Hands::new();
    let spacing = hands.chart.bar_spacing();
    hands.down(Touch, 1, 200.0, 100.0);
    hands.down(Touch, 2, 300.0, 100.0);
    let under = hands.chart.time_scale().index_from_x(250.0);
    hands.to(Touch, 1, 150.0, 100.0);
    hands.to(Touch, 2, 350.0, 100.0);
    near(hands.chart.bar_spacing(), spacing * 2.0);
    near(hands.chart.time_scale().index_from_x(250.0), under);
    hands.up(Touch, 1, 150.0, 100.0);
    let x = hands.x();
    hands.to(Touch, 2, 360.0, 100.0);
    near(hands.x(), x + 10.0);
}

#[test]
fn a_flick_goes_on_and_a_touch_stops_it() {
    let mut hands = Hands::new();
    hands.down(Touch, 1, 100.0, 100.0);
    for step in 1..10 {
        hands.to(Touch, 1, 100.0 + f64::from(step) * 20.0, 100.0);
    }
    let lifted = hands.up(Touch, 1, 280.0, 100.0);
    assert!(lifted.animate);
    let x = hands.x();
    let time_ms = hands.time_ms + 16.0;
    assert!(hands.send(InputEvent::Frame { time_ms }).animate);
    assert!(hands.x() > x + 10.0);
    hands.down(Touch, 1, 100.0, 100.0);
    let stopped = hands.x();
    hands.send(InputEvent::Frame { time_ms: time_ms + 32.0 });
    near(hands.x(), stopped);
}

#[test]
fn without_inertia_a_flick_ends_with_the_touch() {
    let mut hands = Hands::new();
    hands.gestures.set_inertia(false);
    hands.down(Touch, 1, 100.0, 100.0);
    for step in 1..10 {
        hands.to(Touch, 1, 100.0 + f64::from(step) * 20.0, 100.0);
    }
    assert!(!hands.up(Touch, 1, 280.0, 100.0).animate);
}

#[test]
fn a_long_press_brings_the_crosshair_until_the_next_tap() {
    let mut hands = Hands::new();
    let x = hands.x();
    assert!(hands.down(Touch, 1, x, 100.0).animate, "the machine waits for time to pass");
    assert!(hands.chart.hovered().is_none(), "a touch alone shows nothing");
    let time_ms = hands.time_ms + 500.0;
    assert_eq!(hands.send(InputEvent::Frame { time_ms }).outcome, Some(Outcome::HoverChanged));
    hands.to(Touch, 1, x - 70.0, 110.0);
    near(hands.x(), x);
    assert_eq!(hands.chart.hovered().unwrap().bar.time, 940 * MINUTE);
    hands.up(Touch, 1, x - 70.0, 110.0);
    let lifted = hands.pointer(Touch, 1, x - 70.0, 110.0);
    hands.send(InputEvent::Leave(lifted));
    assert!(hands.chart.hovered().is_some());
    hands.time_ms += 5000.0;
    hands.down(Touch, 1, 300.0, 100.0);
    hands.up(Touch, 1, 300.0, 100.0);
    assert!(hands.chart.hovered().is_none());
}

#[test]
fn keys_move_the_crosshair_by_bars() {
    let mut hands = Hands::new();
    let time = |hands: &Hands| hands.chart.cursor_time().map(|time| time / MINUTE);
    let check = |hands: &mut Hands, key, shift, expected: i64| {
        let response = hands.send(InputEvent::Key { key, shift, ctrl: false });
        assert!(response.handled);
        assert!(matches!(response.outcome, Some(Outcome::Announce(text)) if text.contains("close 9")));
        assert_eq!(time(hands), Some(expected), "{key:?}");
    };
    check(&mut hands, Key::Left, false, 999);
    check(&mut hands, Key::Left, false, 998);
    check(&mut hands, Key::Left, true, 988);
    check(&mut hands, Key::Right, false, 989);
    check(&mut hands, Key::Home, false, 0);
    assert_eq!(hands.chart.visible().unwrap().from, 0, "the view follows");
    check(&mut hands, Key::Left, false, 0);
    check(&mut hands, Key::End, false, 999);
    check(&mut hands, Key::Right, false, 999);
    assert!(hands.chart.is_following());
    assert_eq!(hands.key(Key::Escape).outcome, Some(Outcome::HoverChanged));
    assert_eq!(time(&hands), None);
    assert!(!hands.key(Key::Escape).handled, "with nothing to close the page may have it");
}

#[test]
fn strange_events_change_nothing() {
    let mut hands = Hands::new();
    let before = hands.x();
    hands.up(Mouse, 7, 10.0, 10.0);
    hands.to(Mouse, 1, f64::NAN, f64::NAN);
    hands.down(Mouse, 1, f64::NAN, 50.0);
    hands.to(Mouse, 1, f64::INFINITY, 50.0);
    hands.up(Mouse, 1, f64::NAN, 50.0);
    hands.send(InputEvent::Frame { time_ms: f64::NAN });
    hands.send(InputEvent::Cancel { id: 99 });
    near(hands.x(), before);
}

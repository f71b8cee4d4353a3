//! Panes and trades under pointer and keys.

use super::super::*;
use crate::{
    Bar, Button, Chart, CursorShape, Gestures, InputEvent, Key, Options, Outcome, Pointer, PointerKind,
    Response, Side,
};

const MINUTE: i64 = 60_000;

struct Hands {
    chart: Chart,
    gestures: Gestures,
    time_ms: f64,
}

impl Hands {
    /// 800 by 400, two panes, and two trades that meet at minute 950.
    fn new() -> Self {
        let mut chart = Chart::new(Options::default());
        chart.resize(800.0, 400.0, 1.0);
        chart.set_candles((0..1000).map(|at| Bar::new(at * MINUTE, 95.0, 110.0, 90.0, 99.0, 5.0)).collect());
        let trade = |entry: i64, exit: i64, prices: [f64; 2]| Trade {
            entry_time: entry * MINUTE,
            entry_price: prices[0],
            exit_time: exit * MINUTE,
            exit_price: prices[1],
            side: Side::Buy,
            pnl: prices[1] - prices[0],
        };
        chart.update_studies(|studies| {
            studies.set_panes(vec![Pane::new("a", "Speed").share(0.25), Pane::new("b", "Heat").share(0.25)]);
            studies.set_trades(vec![trade(950, 970, [105.0, 95.0]), trade(930, 950, [95.0, 100.0])]);
        });
        Self { chart, gestures: Gestures::default(), time_ms: 1000.0 }
    }

    fn at(&mut self, x: f64, y: f64) -> Pointer {
        self.time_ms += 500.0;
        Pointer { id: 1, kind: PointerKind::Mouse, x, y, time_ms: self.time_ms }
    }

    fn send(&mut self, event: InputEvent) -> Response {
        self.gestures.on(event, &mut self.chart)
    }

    fn to(&mut self, x: f64, y: f64) -> Response {
        let pointer = self.at(x, y);
        self.send(InputEvent::Move(pointer))
    }

    fn down(&mut self, x: f64, y: f64) {
        let pointer = self.at(x, y);
        self.send(InputEvent::Down { pointer, button: Button::Primary });
    }

    fn up(&mut self, x: f64, y: f64) -> Response {
        let pointer = self.at(x, y);
        self.send(InputEvent::Up(pointer))
    }

    fn click(&mut self, x: f64, y: f64) -> Response {
        self.down(x, y);
        self.up(x, y)
    }

    fn place(&self, minute: i64, price: f64) -> (f64, f64) {
        (self.chart.x_from_time(minute * MINUTE).unwrap(), self.chart.y_from_price(price).unwrap())
    }

    /// What was told, but for stretches of time.
    fn told(&mut self) -> Vec<StudyOutcome> {
        std::iter::from_fn(|| self.chart.next_study_outcome())
            .filter(|outcome| !matches!(outcome, StudyOutcome::RangeChanged(_)))
            .collect()
    }

    fn shares(&self) -> Vec<f64> {
        self.chart.studies().unwrap().panes().map(|pane| (pane.share * 1000.0).round() / 1000.0).collect()
    }
}

#[test]
fn a_separator_is_dragged() {
    let mut hands = Hands::new();
    let body = hands.chart.layout().body;
    let edge = body.y + body.height * 0.75 + 2.5;
    assert_eq!(hands.to(300.0, edge).cursor, CursorShape::RowResize);
    let before = hands.chart.time_range();
    hands.down(300.0, edge);
    hands.to(300.0, edge + 10.0);
    hands.to(310.0, edge + body.height * 0.1);
    hands.up(310.0, edge + body.height * 0.1);
    let shares = hands.shares();
    assert!((shares[0] - 0.35).abs() < 0.01 && (shares[1] - 0.15).abs() < 0.01, "{shares:?}");
    assert_eq!(hands.chart.time_range(), before, "it pans nothing");
    let told = hands.told();
    let [StudyOutcome::PanesResized(heights)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(heights.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    // Panes that are set anew keep what was dragged.
    hands.chart.update_studies(|studies| {
        studies.set_panes(vec![Pane::new("c", "C"), Pane::new("b", "Heat")]);
    });
    assert_eq!(hands.shares(), [0.2, shares[1]]);
    hands.chart.update_studies(|studies| studies.set_pane_share("b", 0.3));
    assert_eq!(hands.shares(), [0.2, 0.3]);
}

#[test]
fn a_separator_is_moved_by_keys() {
    let mut hands = Hands::new();
    let mut key = |key, shift| hands.send(InputEvent::Key { key, shift, ctrl: false });
    let said = |response: Response| match response.outcome {
        Some(Outcome::Announce(text)) => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(said(key(Key::Up, false)), "Pane Heat, 25 percent of the height");
    assert_eq!(said(key(Key::Up, false)), "Pane Speed, 25 percent of the height");
    assert_eq!(
        said(key(Key::Up, false)),
        "Pane Speed, 25 percent of the height",
        "there is no pane above it"
    );
    assert_eq!(said(key(Key::Up, true)), "Pane Speed, 27 percent of the height");
    assert_eq!(said(key(Key::Down, false)), "Pane Heat, 25 percent of the height");
    assert_eq!(said(key(Key::Down, true)), "Pane Heat, 23 percent of the height");
    assert_eq!(hands.shares(), [0.29, 0.231]);
    let mut plain = Chart::new(Options::default());
    let response =
        Gestures::default().on(InputEvent::Key { key: Key::Up, shift: false, ctrl: false }, &mut plain);
    assert!(!response.handled, "without panes the page scrolls");
}

#[test]
fn trades_are_hovered_and_picked() {
    let mut hands = Hands::new();
    let entry = hands.place(950, 105.0);
    assert_eq!(hands.to(entry.0, entry.1).cursor, CursorShape::Pointer);
    assert_eq!(hands.told(), [StudyOutcome::TradeHovered(Some(0))]);
    hands.to(entry.0 + 1.0, entry.1);
    assert_eq!(hands.told(), []);
    let exit = hands.place(950, 100.0);
    hands.to(exit.0, exit.1);
    assert_eq!(hands.told(), [StudyOutcome::TradeHovered(Some(1))]);
    assert_eq!(hands.click(exit.0, exit.1).outcome, None);
    assert_eq!(hands.told(), [StudyOutcome::TradePicked(Some(1))]);
    assert_eq!(hands.chart.studies().unwrap().selected_trade(), Some(1));
    let middle = hands.place(960, 100.0);
    hands.click(middle.0, middle.1);
    assert_eq!(
        hands.told(),
        [StudyOutcome::TradePicked(Some(0)), StudyOutcome::TradeHovered(Some(0)),],
        "the line between entry and exit counts too"
    );
    hands.click(middle.0, middle.1);
    assert_eq!(hands.told(), [StudyOutcome::TradePicked(None)]);
    hands.to(middle.0, 5.0);
    assert_eq!(hands.told(), [StudyOutcome::TradeHovered(None)]);
    assert!(matches!(hands.click(middle.0, 5.0).outcome, Some(Outcome::Clicked { .. })));
}

#[test]
fn panes_pan_and_are_clicked() {
    let mut hands = Hands::new();
    let (x, y) = (300.0, 320.0);
    assert_eq!(hands.to(x, y).cursor, CursorShape::Crosshair);
    assert!(hands.chart.readout().is_some_and(|read| read.hovered));
    let time = hands.chart.time_from_x(x).unwrap();
    assert_eq!(hands.click(x, y).outcome, None);
    assert_eq!(hands.told(), [StudyOutcome::PaneClicked { pane: "b".to_owned(), time }]);
    hands.down(x, y);
    hands.to(x + 70.0, y);
    hands.up(x + 70.0, y);
    let moved = hands.chart.x_from_time(time).unwrap();
    assert!((moved - x - 70.0).abs() < 4.0, "{moved}");
}

#[test]
fn nobody_listening_costs_no_memory() {
    let mut hands = Hands::new();
    for at in 0..500 {
        let (x, y) = hands.place(950, 105.0);
        hands.to(x, if at % 2 == 0 { y } else { 5.0 });
    }
    assert!(hands.told().len() <= 64);
}

//! The simulator against the exact engine that paper accounts trade on: the same orders over the same candles, decided
//! here a second time, fill on the same bars, at the same prices, by the same rules.
//!
//! Volumes are left unknown, since what an event trades limits fills there and not here, and the legs of a bracket have
//! levels from the signal's close, since there an order carries them from the start.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::float_cmp, reason = "tests")]

mod common;

use common::{Lab, candles};
use proptest::collection::vec;
use proptest::prelude::*;
use wickflow_shared::account::Command;
use wickflow_shared::market::{Bucket, CandleColumns, Instrument, TickSource, bar_path};
use wickflow_shared::num::Price;
use wickflow_shared::order::{Bracket, OrderRequest, OrderSide, OrderType, Rule};
use wickflow_shared::testing::{Desk, instrument, order};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::plan::{
    Action, ActionKind, Direction, Distance, EntryOrder, From, GuardKind, Size, Value,
};

const UNITS: &str = "2";

/// Ticks of a unit, and a tick: floats do not have most multiples of the last two.
const GRIDS: [(i32, &str); 3] = [(2, "0.5"), (20, "0.05"), (100, "0.01")];

/// A strategy with one entry and one exit; offsets are in ticks from the signal's close.
#[derive(Debug, Clone)]
struct Case {
    grid: usize,
    steps: Vec<(i32, i32, i32, i32, bool)>,
    enters: Vec<bool>,
    exits: Vec<bool>,
    is_long: bool,
    order_type: u8,
    offsets: [i32; 2],
    stop_loss: Option<i32>,
    take_profit: Option<i32>,
}

fn case() -> impl Strategy<Value = Case> {
    let steps = vec((-6_i32..=6, -10_i32..=10, 0_i32..6, 0_i32..6, proptest::bool::weighted(0.2)), 2..60);
    let rows = |weight| vec(proptest::bool::weighted(weight), 60);
    let bracket = (proptest::option::of(5_i32..14), proptest::option::of(5_i32..14));
    let order = (any::<bool>(), 0_u8..4, proptest::array::uniform2(-4_i32..=4));
    (0_usize..3, steps, rows(0.3), rows(0.15), order, bracket).prop_map(
        |(grid, steps, enters, exits, (is_long, order_type, offsets), (stop_loss, take_profit))| Case {
            grid,
            steps,
            enters,
            exits,
            is_long,
            order_type,
            offsets,
            stop_loss,
            take_profit,
        },
    )
}

impl Case {
    /// The float nearest to so many ticks.
    fn price_of(&self, ticks: i32) -> f64 {
        f64::from(ticks) / f64::from(GRIDS[self.grid].0)
    }

    fn instrument(&self) -> Instrument {
        Instrument { tick_size: GRIDS[self.grid].1.parse().unwrap(), ..instrument() }
    }

    fn candles(&self) -> CandleColumns {
        let mut price = 400_i32;
        let mut bars = Vec::new();
        for (gap, change, up, down, jumps) in &self.steps {
            let open = (price + if *jumps { *gap } else { 0 }).max(100);
            let close = (open + change).max(100);
            let (high, low) = (open.max(close) + up, open.min(close) - down);
            bars.push([open, high, low, close].map(|ticks| self.price_of(ticks)));
            price = close;
        }
        let with_volume = candles(&bars);
        with_volume.iter().map(|candle| wickflow_shared::market::Candle { volume: 0.0, ..candle }).collect()
    }

    fn side(&self) -> OrderSide {
        if self.is_long { OrderSide::Buy } else { OrderSide::Sell }
    }

    /// Levels of stop-loss and take-profit beside a close.
    fn levels(&self) -> [Option<i32>; 2] {
        let sign = if self.is_long { 1 } else { -1 };
        [self.stop_loss.map(|ticks| -sign * ticks), self.take_profit.map(|ticks| sign * ticks)]
    }

    fn lab(&self) -> Lab {
        let tick_size = GRIDS[self.grid].1.parse().unwrap();
        let mut lab = Lab::new(self.candles()).config(|config| config.tick_size = tick_size);
        let rows = self.steps.len();
        let on = |flags: &[bool]| (0..rows).filter(|row| flags[*row]).collect::<Vec<_>>();
        let beside = |lab: &mut Lab, ticks: i32| {
            let closes = lab.series.candles().closes().to_vec();
            lab.numbers(closes.iter().map(|close| close + self.price_of(ticks)).collect())
        };
        let [first, second]: [Value; 2] = self.offsets.map(|ticks| beside(&mut lab, ticks));
        let order = match self.order_type {
            0 => EntryOrder::Market,
            1 => EntryOrder::Limit(first),
            2 => EntryOrder::Stop(first),
            _ => EntryOrder::StopLimit { stop: first, limit: second },
        };
        let direction = if self.is_long { Direction::Long } else { Direction::Short };
        let size = Size::Units(lab.constant(UNITS.parse().unwrap()));
        let when = lab.on(&on(&self.enters));
        lab.plan.actions.push(Action {
            node: String::new(),
            when,
            kind: common::enter(direction, order, size),
        });
        let when = lab.on(&on(&self.exits));
        let kind = ActionKind::Exit { direction: None, fraction: 1.0 };
        lab.plan.actions.push(Action { node: String::new(), when, kind });
        for (kind, ticks) in [GuardKind::StopLoss, GuardKind::TakeProfit].into_iter().zip(self.levels()) {
            if let Some(ticks) = ticks {
                let level = beside(&mut lab, ticks);
                lab.plan.guards.push(common::guard(kind, Distance::Level(level), From::SignalClose));
            }
        }
        lab
    }

    /// The entry order at a close.
    fn request(&self, close: f64) -> OrderRequest {
        let price = |ticks: i32| {
            Price::from_f64_nearest(close + self.price_of(ticks), self.instrument().tick_size).unwrap()
        };
        let kinds = [OrderType::Market, OrderType::Limit, OrderType::StopMarket, OrderType::StopLimit];
        let order_type = kinds[usize::from(self.order_type)];
        let [stop_loss, take_profit] = self.levels().map(|level| level.map(price));
        let has_bracket = stop_loss.is_some() || take_profit.is_some();
        let [first, second] = self.offsets.map(price);
        OrderRequest {
            limit_price: match order_type {
                OrderType::Limit => Some(first),
                OrderType::StopLimit => Some(second),
                _ => None,
            },
            stop_price: order_type.has_stop_price().then_some(first),
            bracket: has_bracket.then_some(Bracket { stop_loss, take_profit }),
            ..order(self.side(), order_type, UNITS)
        }
    }
}

/// What filled: the bar's minute, buy or sell, price, rule.
type Short = (i64, OrderSide, f64, Rule);

/// The case on the exact engine.
fn exact(case: &Case) -> Vec<Short> {
    let instrument = case.instrument();
    let mut desk = Desk::new(instrument.clone(), "1000000");
    let mut fills = Vec::new();
    for (row, candle) in case.candles().iter().enumerate() {
        let bucket = Bucket { open: candle.open_time, close: Timestamp(candle.open_time.0 + 60_000) };
        for tick in bar_path(&candle, bucket, &instrument).unwrap() {
            for fill in desk.tick(&tick) {
                let TickSource::Bar { open_time, .. } = fill.receipt.tick.source else { panic!("a bar") };
                let price = fill.price.to_string().parse().unwrap();
                fills.push((open_time.0 / 60_000, fill.side, price, fill.receipt.rule));
            }
        }
        decide(case, &mut desk, row, candle.close);
    }
    fills
}

/// The strategy at a close, in commands.
fn decide(case: &Case, desk: &mut Desk, row: usize, close: f64) {
    let held = desk.held();
    let quantity = held.trim_start_matches('-');
    let (enters, exits) = (case.enters[row], case.exits[row]);
    if exits && held != "0" {
        let close =
            OrderRequest { reduce_only: true, ..order(case.side().opposite(), OrderType::Market, quantity) };
        desk.submit(close);
    }
    if enters && !exits && held == "0" {
        let resting: Vec<_> = desk.account().open_orders().map(|order| order.id).collect();
        for order_id in resting {
            desk.run(&Command::CancelOrder { order_id });
        }
        desk.submit(case.request(close));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn both_engines_make_the_same_fills(case in case()) {
        let run = case.lab().run();
        let ours: Vec<Short> = run
            .fills
            .iter()
            .map(|fill| (i64::from(fill.bar), fill.side, fill.price, fill.rule))
            .collect();
        prop_assert_eq!(ours, exact(&case));
        prop_assert!(run.fills.iter().all(|fill| fill.quantity == 2.0), "whole orders fill");
    }
}

//! What holds for every plan over every series of candles.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::float_cmp, clippy::panic, reason = "tests")]

mod common;

use common::{Lab, candles};
use proptest::collection::vec;
use proptest::prelude::*;
use wickflow_backtest::config::{EntryTiming, FeeModel, FillProfile, IndiaSegment, Margin, Slippage, Split};
use wickflow_backtest::{Cause, Curve, CurveSummary, Pace, Run, Sketch, Step, sketch};
use wickflow_shared::order::Rule;
use wickflow_shared::time::Timestamp;
use wickflow_stats::Drawdown;
use wickflow_strategy::plan::{
    Action, ActionKind, Direction, Distance, EntryOrder, From, Guard, GuardKind, Size, Value,
};

/// Candles in steps of a half, so that levels are met exactly now and then, with gaps.
fn bars() -> impl Strategy<Value = Vec<[f64; 4]>> {
    let step = (-4_i32..=4, -12_i32..=12, 0_i32..8, 0_i32..8, 0_u8..5);
    vec(step, 2..120).prop_map(|steps| {
        let mut price = 200_i32;
        let mut bars = Vec::new();
        for (gap, change, up, down, kind) in steps {
            let gap = if kind == 0 { gap * 4 } else { gap / 4 };
            let open = (price + gap).max(40);
            let close = (open + change).max(40);
            let (high, low) = (open.max(close) + up, open.min(close) - down);
            bars.push([open, high, low.max(1), close].map(|halves| f64::from(halves) / 2.0));
            price = close;
        }
        bars
    })
}

#[derive(Debug, Clone)]
struct RandomAction {
    rows: Vec<bool>,
    kind: u8,
    is_long: bool,
    order: u8,
    offset: [i32; 2],
    size: (u8, u8),
    expiry: u32,
    most: u32,
    only_adds: bool,
}

fn action() -> impl Strategy<Value = RandomAction> {
    let order = (0_u8..5, proptest::array::uniform2(-10_i32..10), 0_u32..6);
    let size = (0_u8..6, 1_u8..120);
    (vec(proptest::bool::weighted(0.1), 120), 0_u8..8, any::<bool>(), order, size, 1_u32..4, 0_u8..8)
        .prop_map(|(rows, kind, is_long, (order, offset, expiry), size, most, adds)| RandomAction {
            rows,
            kind,
            is_long,
            order,
            offset,
            size,
            expiry,
            most,
            only_adds: adds == 0,
        })
}

type RandomGuard = (u8, u8, u8, Option<bool>, bool, bool);

fn guard() -> impl Strategy<Value = RandomGuard> {
    (0_u8..3, 0_u8..4, 1_u8..20, any::<Option<bool>>(), any::<bool>(), any::<bool>())
}

#[derive(Debug, Clone)]
struct Setup {
    bars: Vec<[f64; 4]>,
    actions: Vec<RandomAction>,
    guards: Vec<RandomGuard>,
    profile: usize,
    money: (u8, u8, u8, u8),
    split: Option<(u8, bool)>,
    from: usize,
}

fn setup() -> impl Strategy<Value = Setup> {
    let money = (0_u8..4, 0_u8..5, 0_u8..3, 0_u8..4);
    let split = proptest::option::weighted(0.2, (0_u8..120, any::<bool>()));
    (bars(), vec(action(), 1..5), vec(guard(), 0..4), 0_usize..7, money, split, 0_usize..6).prop_map(
        |(bars, actions, guards, profile, money, split, from)| Setup {
            bars,
            actions,
            guards,
            profile,
            money,
            split,
            from,
        },
    )
}

/// The close of each row and so many halves.
fn beside_close(lab: &mut Lab, halves: i32) -> Value {
    let closes = lab.series.candles().closes().to_vec();
    lab.numbers(closes.iter().map(|close| close + f64::from(halves) / 2.0).collect())
}

fn kind(lab: &mut Lab, action: &RandomAction) -> ActionKind {
    let direction = if action.is_long { Direction::Long } else { Direction::Short };
    match action.kind {
        0 | 1 => return ActionKind::Exit { direction: Some(direction), fraction: 1.0 },
        2 => return ActionKind::Exit { direction: None, fraction: 0.4 },
        3 => return ActionKind::CancelEntries,
        _ => {}
    }
    let [first, second] = action.offset.map(|halves| beside_close(lab, halves));
    let order = match action.order {
        0 | 1 => EntryOrder::Market,
        2 => EntryOrder::Limit(first),
        3 => EntryOrder::Stop(first),
        _ => EntryOrder::StopLimit { stop: first, limit: second },
    };
    let (how, number) = action.size;
    let value = lab.constant(f64::from(number));
    let size = match how {
        0 => Size::Units(value),
        1 => Size::Cash(value),
        2 => Size::PercentOfEquity(value),
        3 => Size::Risk { percent: value, distance: lab.constant(20.0), max_percent: 300.0 },
        4 => Size::Volatility { percent: value, volatility: lab.constant(60.0), max_percent: 100.0 },
        _ => Size::Kelly { share: 0.5, lookback: 3, start_percent: 20.0, max_percent: 80.0 },
    };
    ActionKind::Enter {
        direction,
        order,
        size,
        expiry_bars: action.expiry,
        max_entries: action.most,
        only_adds: action.only_adds,
    }
}

fn lab(setup: &Setup) -> Lab {
    let mut lab = Lab::new(candles(&setup.bars));
    let rows = setup.bars.len();
    for action in &setup.actions {
        let on: Vec<usize> = (0..rows).filter(|row| action.rows[*row]).collect();
        let when = lab.on(&on);
        let kind = kind(&mut lab, action);
        lab.plan.actions.push(Action { node: String::new(), when, kind });
    }
    for (kind, distance, number, direction, is_fill, follows) in &setup.guards {
        let value = lab.constant(f64::from(*number));
        let distance = match distance {
            0 => Distance::Percent(value),
            1 => Distance::Price(value),
            2 => Distance::Level(beside_close(&mut lab, i32::from(*number) - 10)),
            _ => Distance::Risk(value),
        };
        lab.plan.guards.push(Guard {
            node: String::new(),
            direction: direction.map(|long| if long { Direction::Long } else { Direction::Short }),
            kind: [GuardKind::StopLoss, GuardKind::TakeProfit, GuardKind::TrailingStop][usize::from(*kind)],
            distance,
            from: if *is_fill { From::Fill } else { From::SignalClose },
            follows: *follows,
        });
    }
    let (fees, slippage, margin, lots) = setup.money;
    lab.config(|config| {
        config.profile =
            FillProfile::NAMED.get(setup.profile).map_or(FillProfile::queue_aware(), |named| named.1);
        config.rows.from = setup.from;
        config.fees = match fees {
            0 => FeeModel::Free,
            1 => FeeModel::Percentage { maker_bps: 5.0, taker_bps: 10.0, min: 0.0 },
            2 => FeeModel::PerShare { per_share: 0.01, min: 1.0, max_bps: 100.0 },
            _ => FeeModel::India { segment: IndiaSegment::EquityIntraday, rates: Vec::new() },
        };
        config.slippage = match slippage {
            0 => Slippage::None,
            1 => Slippage::Ticks { ticks: 1 },
            2 => Slippage::Bps { bps: 5.0 },
            3 => Slippage::VolumeShare { limit_bps: 250.0, impact_bps: 1000.0 },
            _ => Slippage::SquareRoot { impact_bps: 20.0, noise: 0.5 },
        };
        if margin > 0 {
            config.margin = Margin { long_initial: 0.2, short_initial: 0.2, ..Margin::default() };
        }
        if margin > 1 {
            config.margin.long_maintenance = 0.15;
            config.margin.short_maintenance = 0.15;
        }
        config.lot_size = if lots > 0 { 0.5 } else { 0.0 };
        config.tick_size = if lots > 1 { 0.5 } else { 0.0 };
        config.splits = setup
            .split
            .map(|(minute, up)| Split {
                time: Timestamp(i64::from(minute) * 60_000),
                ratio: if up { 2.0 } else { 0.5 },
            })
            .into_iter()
            .collect();
    })
}

/// Cash and position from nothing but the fills; splits apart.
fn folded(run: &Run) -> (f64, f64) {
    run.fills.iter().fold((run.start_cash, 0.0), |(cash, position), fill| {
        let signed = fill.signed_quantity();
        (cash - signed * fill.price - fill.fee, position + signed)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn skipping_bars_changes_nothing(setup in setup()) {
        let lab = lab(&setup);
        prop_assert_eq!(lab.run_at(Pace::Skipping), lab.run_at(Pace::EveryBar));
    }

    #[test]
    fn rule_t6_cash_and_position_are_what_the_fills_add_up_to(mut setup in setup()) {
        setup.split = None;
        let run = lab(&setup).run_at(Pace::Skipping);
        let (cash, position) = folded(&run);
        prop_assert!((cash - run.cash).abs() < 1e-6 && (position - run.position).abs() < 1e-6);
        let closed: f64 = run.trades.iter().map(|trade| trade.pnl).sum();
        let open = run.open_trade.map_or(0.0, |open| open.marked.pnl);
        prop_assert!((run.start_cash + closed + open - run.final_equity).abs() < 1e-6);
        prop_assert_eq!(run.open_trade.is_some(), run.position != 0.0);
    }

    #[test]
    fn no_fill_is_outside_its_bar_or_worse_than_its_limit(mut setup in setup()) {
        setup.money.1 = 0;
        let lab = lab(&setup);
        for fill in lab.run_at(Pace::Skipping).fills {
            let candle = lab.series.candles().get(fill.bar as usize).unwrap();
            prop_assert!((candle.low..=candle.high).contains(&fill.price), "{fill:?} {candle:?}");
            prop_assert!(fill.quantity > 0.0 && fill.fee >= 0.0 && fill.slippage == 0.0);
        }
    }

    #[test]
    fn slippage_never_helps(mut setup in setup()) {
        setup.money.1 = 2;
        for fill in lab(&setup).run_at(Pace::Skipping).fills {
            let waited = matches!(fill.rule, Rule::LimitTradedThrough | Rule::LimitGap);
            // A limit within the market may have nothing left to slip.
            prop_assert!(fill.slippage > 0.0 || waited || fill.rule == Rule::MarketableLimit, "{:?}", fill);
            prop_assert!(fill.slippage == 0.0 || !waited, "{:?}", fill);
        }
    }

    /// On an account of its own a symbol of a portfolio does what it does alone, on every bar.
    #[test]
    fn a_portfolio_of_one_is_the_run(setup in setup()) {
        let lab = lab(&setup);
        let run = lab.run_at(Pace::Skipping);
        let portfolio = common::portfolio(&[&lab]);
        let [leg] = &portfolio.legs[..] else { panic!("one leg") };
        prop_assert_eq!(&leg.fills, &run.fills);
        prop_assert_eq!(&leg.trades, &run.trades);
        prop_assert_eq!(&leg.rejects, &run.rejects);
        prop_assert_eq!(&leg.open_trade, &run.open_trade);
        prop_assert_eq!((leg.counts, leg.first_bar, leg.end_bar), (run.counts, run.first_bar, run.end_bar));
        prop_assert_eq!((portfolio.cash.to_bits(), leg.position.to_bits()), (run.cash.to_bits(), run.position.to_bits()));
        prop_assert_eq!(portfolio.final_equity.to_bits(), run.final_equity.to_bits());
        prop_assert_eq!(portfolio.is_ruined, run.is_ruined);
        let bits = |equity: f64| equity.to_bits();
        let curve: Vec<u64> = portfolio.curve.iter().map(|point| bits(point.equity)).collect();
        let closes: Vec<u64> = Curve::new(&run, &lab.series).closes().into_iter().map(bits).collect();
        prop_assert_eq!(curve, closes);
        prop_assert_eq!(portfolio.days(&wickflow_shared::time::Zone::utc()), Curve::new(&run, &lab.series).days());
        let (got, want) = (portfolio.summary(), Curve::new(&run, &lab.series).summary());
        let depths = |of: &CurveSummary| {
            [of.max_drawdown, of.max_drawdown_intrabar, of.max_drawdown_cash, of.current_drawdown, of.capital_exposure,
                of.mean_equity, of.traded]
        };
        for (got, want) in depths(&got).into_iter().zip(depths(&want)) {
            prop_assert!((got - want).abs() <= 1e-9 * want.abs().max(1.0), "{} {}", got, want);
        }
        let bars = |of: &CurveSummary| [of.bars, of.bars_held, of.longest_drawdown_bars, of.open_drawdown_bars];
        prop_assert_eq!(bars(&got), bars(&want));
        for segment in &run.segments {
            let point = portfolio.curve[(segment.bar - run.first_bar) as usize];
            prop_assert_eq!((point.low_equity, point.high_equity), (segment.low_equity, segment.high_equity));
        }
    }

    /// Rule T1: what happens later changes nothing before.
    #[test]
    fn a_shorter_run_is_the_beginning_of_a_longer_one(setup in setup(), cut in 1_usize..100) {
        let whole = lab(&setup);
        let cut = cut.min(setup.bars.len());
        let short = lab(&setup).config(|config| config.rows.to = cut);
        let (long, short) = (whole.run_at(Pace::Skipping), short.run_at(Pace::Skipping));
        prop_assert!(short.fills.len() <= long.fills.len());
        prop_assert_eq!(&short.fills[..], &long.fills[..short.fills.len()]);
        prop_assert!(long.fills[short.fills.len()..].iter().all(|fill| fill.bar as usize >= cut));
    }

    /// Rules C3 and C4: a market order fills at the open after its signal, or at the signal's close where that is asked.
    #[test]
    fn orders_fill_after_their_signal(setup in setup()) {
        let lab = lab(&setup);
        for fill in lab.run_at(Pace::Skipping).fills {
            if let Cause::Action(index) = fill.cause
                && fill.rule == Rule::MarketAtLast
            {
                let on = &setup.actions[usize::from(index)].rows;
                let bar = fill.bar as usize;
                match fill.step {
                    Step::Open => prop_assert!(bar > 0 && on[bar - 1]),
                    Step::AfterClose => prop_assert!(on[bar]),
                    step => prop_assert!(false, "a market order at {:?}", step),
                }
            }
        }
    }

    /// A sketch is what the simulator comes to, to the last bit.
    #[test]
    fn a_sketch_has_the_equity_and_the_gains_of_the_run(mut setup in setup()) {
        (setup.guards, setup.split) = (Vec::new(), None);
        (setup.money.0, setup.money.1) = (setup.money.0 % 2, setup.money.1 % 3);
        for action in &mut setup.actions {
            (action.order, action.size.0) = (0, action.size.0 % 3);
            action.kind = if action.kind == 2 { 0 } else { action.kind };
        }
        let lab = lab(&setup);
        let (mut sketched, mut copied) = (Sketch::default(), Sketch::default());
        let is_plain = sketch(&lab.plan, &lab.series, &lab.table, &lab.config, &mut sketched);
        let run = lab.run_at(Pace::Skipping);
        copied.copy(&run);
        if is_plain {
            prop_assert_eq!(&sketched, &copied);
            let curve = Curve::new(&run, &lab.series);
            prop_assert!(sketched.day_ends(&lab.series).eq(curve.day_ends()));
        } else {
            // Nothing was lost for it: only what may come to ruin, or fills at the signal's close, is left out.
            let at_close = lab.config.profile.entry == EntryTiming::SignalClose;
            let leveraged = lab.config.margin.long_initial < 1.0;
            let is_short = run.fills.iter().scan(0.0, |held, fill| {
                *held += fill.signed_quantity();
                Some(*held < -1e-9)
            });
            prop_assert!(at_close || leveraged || is_short.into_iter().any(|short| short));
        }
    }

    /// The curve from stretches is the one bar by bar.
    #[test]
    fn the_curve_is_the_one_bar_by_bar(mut setup in setup()) {
        setup.split = None;
        let lab = lab(&setup);
        let run = lab.run_at(Pace::Skipping);
        let curve = Curve::new(&run, &lab.series);
        let closes = curve.closes();
        prop_assert_eq!(closes.len(), (run.end_bar - run.first_bar) as usize);
        let mut drawdown = Drawdown::new(run.start_cash);
        let (mut held, mut exposure) = (0, 0.0);
        for bar in run.first_bar..run.end_bar {
            let candle = lab.series.candles().get(bar as usize).unwrap();
            let upto = Run { fills: run.fills.iter().filter(|fill| fill.bar <= bar).copied().collect(), ..run.clone() };
            let (cash, position) = folded(&upto);
            let equity = cash + position * candle.close;
            prop_assert!((equity - curve.at(bar).unwrap()).abs() < 1e-6);
            prop_assert!((equity - closes[(bar - run.first_bar) as usize]).abs() < 1e-6);
            let filled = run.fills.iter().any(|fill| fill.bar == bar);
            let segment = run.segments.iter().find(|segment| segment.bar == bar);
            prop_assert_eq!(filled, segment.is_some());
            let marks = [candle.high, candle.low].map(|price| cash + position * price);
            let [high, low] = match segment {
                Some(segment) => [segment.high_equity, segment.low_equity],
                None => [marks[0].max(marks[1]), marks[0].min(marks[1])],
            };
            prop_assert!(low <= closes[(bar - run.first_bar) as usize] + 1e-6);
            drawdown.push(high, low, closes[(bar - run.first_bar) as usize]);
            held += usize::from(filled || position.abs() > 1e-9);
            exposure += if equity > 0.0 { (position * candle.close).abs() / equity } else { 0.0 };
        }
        let (summary, want) = (curve.summary(), drawdown.summary());
        prop_assert!((summary.max_drawdown - want.close.unwrap()).abs() < 1e-9);
        prop_assert!((summary.max_drawdown_intrabar - want.intrabar.unwrap()).abs() < 1e-9);
        prop_assert!((summary.max_drawdown_cash - want.intrabar_cash).abs() < 1e-6);
        prop_assert!((summary.current_drawdown - want.current.unwrap()).abs() < 1e-9);
        let want = (want.longest_bars, want.open_bars);
        prop_assert_eq!((summary.longest_drawdown_bars as u64, summary.open_drawdown_bars as u64), want);
        prop_assert_eq!(summary.bars_held, held);
        prop_assert!((summary.capital_exposure * summary.bars as f64 - exposure).abs() < 1e-6);
        let mean = closes.iter().sum::<f64>() / closes.len().max(1) as f64;
        prop_assert!((summary.mean_equity - mean).abs() < 1e-6);
    }
}

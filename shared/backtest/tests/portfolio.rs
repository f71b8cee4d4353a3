//! Several symbols on one account; what happens is worked out by hand, or follows from runs of one symbol.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::float_cmp, clippy::panic, reason = "tests")]

mod common;
mod samples;

use std::collections::BTreeMap;
use std::sync::Arc;

use common::{Lab, Order, portfolio};
use proptest::collection::vec;
use proptest::prelude::*;
use samples::{config, plain, ugly};
use wickflow_backtest::config::{FeeModel, FillProfile, Margin};
use wickflow_backtest::{
    Cause, Curve, Leg, LegRun, PortfolioError, PortfolioKey, PortfolioRun, Reject, RejectReason, RunConfig,
    Step, portfolio_hash, run_portfolio, run_program, simulate_portfolio,
};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Candle, CandleColumns};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::plan::{Direction, Distance, GuardKind, Size};
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluator, Limits, compile};

const STILL: [f64; 4] = [100.0; 4];
const LONG: Direction = Direction::Long;

/// A symbol with bars of a minute, at these minutes.
fn at(symbol: &str, bars: &[(i64, [f64; 4])]) -> Lab {
    let candles: CandleColumns = bars
        .iter()
        .map(|(minute, [open, high, low, close])| Candle {
            high: *high,
            low: *low,
            close: *close,
            volume: 1000.0,
            ..Candle::flat(Timestamp(minute * 60_000), *open)
        })
        .collect();
    candles.check().unwrap();
    let like = common::series(candles);
    let (timeframe, calendar) = (like.timeframe(), like.calendar().clone());
    let symbol = format!("TEST:{symbol}").parse().unwrap();
    Lab::over(Series::new(symbol, timeframe, calendar, like.candles().clone()))
}

fn of(symbol: &str, bars: &[[f64; 4]]) -> Lab {
    at(symbol, &(0..).zip(bars.iter().copied()).collect::<Vec<_>>())
}

/// What filled: bar, price, signed quantity.
fn fills(leg: &LegRun) -> Vec<(u32, f64, f64)> {
    leg.fills.iter().map(|fill| (fill.bar, fill.price, fill.signed_quantity())).collect()
}

#[test]
fn the_first_symbol_gets_the_cash() {
    let [a, b] = ["A", "B"].map(|symbol| of(symbol, &[STILL; 3]).buy(&[0], 60.0));
    for labs in [[&a, &b], [&b, &a]] {
        let run = portfolio(&labs);
        assert_eq!(fills(&run.legs[0]), [(1, 100.0, 60.0)]);
        // 60 × 100 are asked for, 10,000 − 6,000 are there.
        let (bar, cause, reason) = (1, Cause::Action(0), RejectReason::InsufficientCash);
        let refused = Reject { bar, cause, reason, needed: 6_000.0, available: 4_000.0 };
        assert_eq!((fills(&run.legs[1]), &run.legs[1].rejects[..]), (vec![], &[refused][..]));
        assert_eq!((run.cash, run.final_equity), (4_000.0, 10_000.0));
    }
}

#[test]
fn a_share_of_equity_is_one_of_the_whole_account() {
    // 60 % of 10,000 twice: the second is not made smaller (rule K3).
    let half = |symbol, percent| {
        let mut lab = of(symbol, &[STILL, STILL, [100.0, 120.0, 100.0, 120.0], [120.0; 4], [120.0; 4]]);
        let size = Size::PercentOfEquity(lab.constant(percent));
        lab.enter_sized(&[0, 3], LONG, Order::Market, size).exit(&[2], 1.0)
    };
    let (a, b) = (half("A", 50.0), half("B", 50.0));
    let run = portfolio(&[&a, &b]);
    // 5,000 each; sold at 120 that makes 12,000, of which each takes a half.
    for leg in &run.legs {
        assert_eq!(fills(leg), [(1, 100.0, 50.0), (3, 120.0, -50.0), (4, 120.0, 50.0)]);
        assert_eq!((leg.pnl, leg.trades.len()), (1_000.0, 1));
    }
    let greedy = portfolio(&[&half("A", 60.0), &half("B", 60.0)]);
    assert_eq!((greedy.legs[1].counts.rejects, fills(&greedy.legs[1]).len()), (2, 0));
}

#[test]
fn one_can_be_sold_to_buy_another_at_the_same_open() {
    let bars = [STILL; 4];
    let all = |symbol, rows: &[usize]| {
        let mut lab = of(symbol, &bars);
        let size = Size::PercentOfEquity(lab.constant(100.0));
        lab.enter_sized(rows, LONG, Order::Market, size)
    };
    let (old, new) = (all("A", &[0]).exit(&[1], 1.0), all("B", &[1]));
    for labs in [[&old, &new], [&new, &old]] {
        let run = portfolio(&labs);
        let order: Vec<_> =
            run.fills().map(|(leg, fill)| (labs[leg].series.symbol().name(), fill.bar)).collect();
        assert_eq!(order, [("A", 1), ("A", 2), ("B", 2)]);
        assert_eq!((run.cash, run.legs.iter().all(|leg| leg.rejects.is_empty())), (0.0, true));
    }
}

/// A's target at 110 is met on the way to the first extreme, B's limit at 95 on the way to the second: what A's sale
/// brings pays for B, though B is given first.
#[test]
fn within_a_bar_cash_comes_and_goes_in_the_order_of_time() {
    let a = of("A", &[STILL, STILL, [100.0, 111.0, 80.0, 100.0], STILL]).buy(&[0], 100.0).guard(
        GuardKind::TakeProfit,
        Distance::Price,
        10.0,
    );
    let b = of("B", &[STILL, STILL, [100.0, 102.0, 94.0, 100.0], STILL]).enter(
        &[1],
        LONG,
        Order::Limit(95.0),
        90.0,
    );
    let run = portfolio(&[&b, &a]);
    assert_eq!(
        (fills(&run.legs[0]), run.legs[0].fills[0].step),
        (vec![(2, 95.0, 90.0)], Step::SecondExtreme)
    );
    assert_eq!(run.fills().map(|(leg, fill)| (leg, fill.bar)).collect::<Vec<_>>(), [(1, 1), (1, 2), (0, 2)]);
    // 10,000 + 100 × 10 − 90 × 95.
    assert_eq!((run.cash, run.legs[1].pnl), (2_450.0, 1_000.0));
    // With its low first, B's limit is met when A's target is: then the order of the symbols decides.
    let early = of("B", &[STILL, STILL, [100.0, 106.5, 94.0, 100.0], STILL]);
    let early = early.enter(&[1], LONG, Order::Limit(95.0), 90.0);
    let (first, second) = (portfolio(&[&a, &early]), portfolio(&[&early, &a]));
    assert_eq!(fills(&first.legs[1]), [(2, 95.0, 90.0)]);
    let refused = &second.legs[0].rejects;
    assert_eq!((refused[0].needed, refused[0].available, refused.len()), (8_550.0, 0.0, 1));
}

/// B has no bars at minutes 1 and 3: it stands at its last close, and its order waits for minute 4.
#[test]
fn a_symbol_without_a_bar_stands_still() {
    let a = of("A", &[STILL; 6]);
    let b = at("B", &[(0, STILL), (2, [100.0, 110.0, 100.0, 110.0]), (4, [120.0; 4]), (5, [130.0; 4])]);
    let b = b.buy(&[0], 10.0).exit(&[1], 1.0);
    let run = portfolio(&[&a, &b]);
    assert_eq!(fills(&run.legs[1]), [(1, 100.0, 10.0), (2, 120.0, -10.0)]);
    let minutes: Vec<_> = run.legs[1].fills.iter().map(|fill| fill.time.0 / 60_000).collect();
    assert_eq!(minutes, [2, 4]);
    let curve: Vec<_> = run
        .curve
        .iter()
        .map(|point| (point.time.0 / 60_000, point.equity, point.held, point.exposure))
        .collect();
    let flat = |minute| (minute, 10_000.0, 0, 0.0);
    let held = |minute| (minute, 10_100.0, 1, 1_100.0);
    assert_eq!(curve, [flat(1), flat(2), held(3), held(4), (5, 10_200.0, 0, 0.0), (6, 10_200.0, 0, 0.0)]);
    // Within minute 2 from 100 to 110; minute 4 opens at 120.
    let span = |place: usize| (run.curve[place].low_equity, run.curve[place].high_equity);
    assert_eq!(
        [span(2), span(3), span(4)],
        [(10_000.0, 10_100.0), (10_100.0, 10_100.0), (10_200.0, 10_200.0)]
    );
}

/// First A trades, then B: B goes on with what A has left.
#[test]
fn one_after_the_other_is_two_runs() {
    let bars: Vec<[f64; 4]> = plain()
        .candles()
        .iter()
        .take(400)
        .map(|candle| [candle.open, candle.high, candle.low, candle.close])
        .collect();
    let build = |symbol, from: i64, bars: &[[f64; 4]]| {
        let mut lab = at(symbol, &(from..).zip(bars.iter().copied()).collect::<Vec<_>>());
        let size = Size::PercentOfEquity(lab.constant(100.0));
        let lab =
            lab.enter_sized(&[3, 40, 90, 130], LONG, Order::Market, size).exit(&[30, 70, 120, 150], 1.0);
        lab.config(|config| config.fees = FeeModel::bps(10.0))
    };
    let a = build("A", 0, &bars[..200]);
    let b = build("B", 300, &bars[200..]);
    let both = portfolio(&[&b, &a]);
    let first = a.run();
    let second = b.config(|config| config.cash = first.cash).run();
    assert_eq!((&both.legs[1].fills, &both.legs[0].fills), (&first.fills, &second.fills));
    assert_eq!(both.final_equity.to_bits(), second.final_equity.to_bits());
    assert_eq!(both.curve.len(), 400);
    let fills: Vec<_> = both.fills().map(|(leg, _)| leg).collect();
    assert!(fills.is_sorted_by(|first, second| first >= second) && fills.len() == 16);
}

#[test]
fn rule_k4_a_margin_call_closes_everything_everywhere() {
    let margin = Margin { long_initial: 0.2, long_maintenance: 0.1, ..Margin::default() };
    let fall = [STILL, STILL, [100.0, 100.0, 75.0, 76.0], [76.0; 4]];
    let [a, b] = [("A", fall), ("B", [STILL, STILL, [100.0, 100.0, 99.0, 99.0], [98.0; 4]])]
        .map(|(symbol, bars)| of(symbol, &bars).buy(&[0], 200.0).config(|config| config.margin = margin));
    let run = portfolio(&[&a, &b]);
    // 40,000 were bought for 10,000: at A's low of 75 and B's open of 100 equity is 5,000, a tenth of 35,000 is less.
    assert_eq!(run.curve[2].low_equity, 4_800.0, "A at 75, then B at 99");
    assert!(run.legs.iter().all(|leg| leg.position == 200.0));
    let deeper = [STILL, STILL, [100.0, 100.0, 66.0, 67.0], [76.0; 4]];
    let a = of("A", &deeper).buy(&[0], 200.0).config(|config| config.margin = margin);
    let run = portfolio(&[&a, &b]);
    // At 66, its second extreme, it is 3,200, a tenth of 33,200 is more. A closes at its last point; B, which comes
    // after A at every point, at its second extreme of 99.
    let exit = |leg: &LegRun| (leg.fills[1].cause, leg.fills[1].price, leg.fills[1].step);
    let exits: Vec<_> = run.legs.iter().map(exit).collect();
    let call = Cause::MarginCall;
    assert_eq!(exits, [(call, 67.0, Step::Close), (call, 99.0, Step::SecondExtreme)]);
    assert_eq!((run.is_ruined, run.cash), (false, 10_000.0 - 200.0 * 33.0 - 200.0));
}

#[test]
fn rule_k4_ruin_ends_every_symbol() {
    let bars = [STILL, STILL, [100.0, 250.0, 100.0, 240.0], STILL, STILL];
    let a = of("A", &bars).short(&[0], 80.0);
    let b = of("B", &[STILL; 5]).buy(&[0], 20.0).buy(&[3], 1.0);
    let c = of("C", &[STILL; 5]).buy(&[3], 1.0);
    let run = portfolio(&[&b, &c, &a]);
    // 10,000 − 80 × 150 at A's high, the second extreme: A and B close at their last point, C never begins.
    let ends: Vec<_> = run.legs.iter().map(|leg| (leg.end_bar, leg.fills.len(), leg.position)).collect();
    assert_eq!(ends, [(3, 2, 0.0), (3, 0, 0.0), (3, 2, 0.0)]);
    assert_eq!((run.legs[2].fills[1].cause, run.legs[0].fills[1].step), (Cause::Liquidation, Step::Close));
    assert!(run.is_ruined);
    assert_eq!((run.final_equity, run.curve.len()), (10_000.0 - 80.0 * 140.0, 3));
}

#[test]
fn what_is_no_portfolio_is_refused() {
    let a = of("A", &[STILL; 3]);
    assert_eq!(simulate_portfolio(Vec::new()), Err(PortfolioError::Empty));
    let twice = simulate_portfolio(vec![a.leg(), a.leg()]);
    assert!(matches!(twice, Err(PortfolioError::Twice(_))));
    let richer = of("B", &[STILL; 3]).config(|config| config.cash = 20_000.0);
    let error = simulate_portfolio(vec![a.leg(), richer.leg()]).unwrap_err();
    assert!(error.to_string().contains("10000") && error.to_string().contains("20000"), "{error}");
    let wrong = of("C", &[STILL; 3]).config(|config| config.lot_size = -1.0);
    assert!(matches!(simulate_portfolio(vec![wrong.leg()]), Err(PortfolioError::Config(_))));
    let none = of("D", &[]);
    let run = portfolio(&[&none, &a]);
    assert_eq!((run.final_equity, run.curve.len(), run.legs[0].end_bar), (10_000.0, 3, 0));
}

#[test]
fn the_hash_covers_every_symbol_and_their_order() {
    let [a, b] = ["A", "B"].map(|symbol| of(symbol, &[STILL; 3]).buy(&[0], 60.0));
    let hash = |labs: &[&Lab]| {
        let key = |lab: &&Lab| (lab.series.digest(), lab.config.clone());
        let keys: Vec<_> = labs.iter().map(key).collect();
        let keys: Vec<_> = keys
            .iter()
            .map(|(candles, config)| PortfolioKey {
                strategy: Digest::of(b"one"),
                candles: *candles,
                finer: None,
                config,
            })
            .collect();
        portfolio_hash(&keys, &portfolio(labs))
    };
    assert_eq!(hash(&[&a, &b]), hash(&[&a, &b]));
    let seeded = of("B", &[STILL; 3]).buy(&[0], 60.0).config(|config| config.seed = 1);
    for other in [hash(&[&b, &a]), hash(&[&a]), hash(&[&a, &seeded])] {
        assert_ne!(hash(&[&a, &b]), other);
    }
}

#[test]
fn every_template_on_two_symbols() {
    let rename = |series: &Series, symbol: &str| {
        let candles = Arc::new(series.candles().slice(0..1_500));
        let symbol = symbol.parse().unwrap();
        Arc::new(Series::new(symbol, series.timeframe(), series.calendar().clone(), candles))
    };
    let series = [rename(&plain(), "SIM:A"), rename(&ugly(), "SIM:B")];
    let mut count = 0;
    for (turn, template) in TEMPLATES.iter().enumerate() {
        let program = compile(&template.document().unwrap(), &Limits::default()).unwrap();
        let config = RunConfig { profile: FillProfile::NAMED[turn % 6].1, ..config(turn) };
        let evaluations = series
            .each_ref()
            .map(|series| Evaluator::new(Dataset::new(series.clone())).evaluate(&program).unwrap());
        let leg = |place: usize| Leg {
            program: &program,
            evaluation: &evaluations[place],
            series: &series[place],
            detail: None,
            config: &config,
        };
        // Alone, each is the run of one symbol.
        for place in [0, 1] {
            let alone = run_portfolio(&[leg(place)]).unwrap();
            let run = run_program(&program, &evaluations[place], &series[place], &config).unwrap();
            assert_eq!((&alone.legs[0].fills, alone.cash), (&run.fills, run.cash), "{}", template.name);
            let equity: Vec<f64> = alone.curve.iter().map(|point| point.equity).collect();
            assert_eq!(equity, Curve::new(&run, &series[place]).closes());
        }
        let both = run_portfolio(&[leg(0), leg(1)]).unwrap();
        let pnl: f64 = both.legs.iter().map(|leg| leg.pnl).sum();
        assert!((both.start_cash + pnl - both.final_equity).abs() < 1e-6, "{}", template.name);
        count += both.sequence.len();
    }
    assert!(count > 400, "{count} fills prove little");
}

/// A symbol that trades at random: which minutes it has, its steps, and what it does.
#[derive(Debug, Clone)]
struct Random {
    steps: Vec<(bool, i32, i32, i32)>,
    buys: Vec<bool>,
    shorts: Vec<bool>,
    exits: Vec<bool>,
    units: u8,
    order: u8,
    stop: Option<u8>,
}

const ROWS: usize = 60;

fn random() -> impl Strategy<Value = Random> {
    let step = (proptest::bool::weighted(0.8), -8_i32..=8, 0_i32..6, 0_i32..6);
    let signals = |odds| vec(proptest::bool::weighted(odds), ROWS);
    let how = (1_u8..40, 0_u8..3, proptest::option::of(1_u8..12));
    (vec(step, ROWS), signals(0.15), signals(0.1), signals(0.15), how).prop_map(
        |(steps, buys, shorts, exits, (units, order, stop))| Random {
            steps,
            buys,
            shorts,
            exits,
            units,
            order,
            stop,
        },
    )
}

impl Random {
    fn lab(&self, symbol: &str, profile: FillProfile, cash: f64) -> Lab {
        let mut price = 200_i32;
        let mut bars = Vec::new();
        for (minute, (is_there, change, up, down)) in (0..).zip(&self.steps) {
            let (open, close) = (price, (price + change).max(60));
            let (high, low) = (open.max(close) + up, open.min(close) - down);
            price = close;
            if *is_there {
                bars.push((minute, [open, high, low, close].map(|halves| f64::from(halves) / 2.0)));
            }
        }
        let rows = |signals: &[bool]| (0..bars.len()).filter(|row| signals[*row]).collect::<Vec<_>>();
        let order = [Order::Market, Order::Limit(99.0), Order::Stop(102.0)][usize::from(self.order)];
        let units = f64::from(self.units);
        let mut lab = at(symbol, &bars)
            .enter(&rows(&self.buys), LONG, order, units)
            .short(&rows(&self.shorts), units)
            .exit(&rows(&self.exits), 1.0)
            .profile(profile);
        if let Some(stop) = self.stop {
            lab = lab.guard(GuardKind::StopLoss, Distance::Price, f64::from(stop) / 2.0);
        }
        lab.config(|config| {
            config.cash = cash;
            config.fees = FeeModel::bps(10.0);
        })
    }
}

/// Cash and equity at each point of the curve, from nothing but the fills and the closes.
fn folded(labs: &[&Lab], run: &PortfolioRun) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for point in &run.curve {
        let (mut cash, mut value) = (run.start_cash, 0.0);
        for (lab, leg) in labs.iter().zip(&run.legs) {
            let mut position = 0.0;
            for fill in leg.fills.iter().filter(|fill| fill.time <= point.time) {
                cash -= fill.signed_quantity() * fill.price + fill.fee;
                position += fill.signed_quantity();
            }
            let closed = lab.series.close_times().partition_point(|time| *time <= point.time);
            let last = closed.checked_sub(1).map_or(0.0, |last| lab.series.candles().closes()[last]);
            value += position * last;
        }
        points.push((cash, cash + value));
    }
    points
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Rule T6 at every close of the union, and no fill where a symbol has no bar.
    #[test]
    fn rule_t6_the_account_is_what_the_fills_add_up_to(
        randoms in vec(random(), 1..4), profile in 0_usize..6,
    ) {
        let profile = FillProfile::NAMED[profile].1;
        let labs: Vec<Lab> =
            ["A", "B", "C"].iter().zip(&randoms).map(|(symbol, random)| random.lab(symbol, profile, 10_000.0)).collect();
        let labs: Vec<&Lab> = labs.iter().collect();
        let run = portfolio(&labs);
        for (point, (cash, equity)) in run.curve.iter().zip(folded(&labs, &run)) {
            prop_assert!((point.cash - cash).abs() < 1e-6 && (point.equity - equity).abs() < 1e-6);
            prop_assert!(point.low_equity <= point.equity && point.equity <= point.high_equity);
        }
        let times: Vec<_> = run.curve.iter().map(|point| point.time).collect();
        prop_assert!(times.is_sorted_by(|a, b| a < b));
        let pnl: f64 = run.legs.iter().map(|leg| leg.pnl).sum();
        prop_assert!((run.start_cash + pnl - run.final_equity).abs() < 1e-6);
        for (lab, leg) in labs.iter().zip(&run.legs) {
            for fill in &leg.fills {
                let candle = lab.series.candles().get(fill.bar as usize).unwrap();
                prop_assert!((candle.low..=candle.high).contains(&fill.price));
                prop_assert!(candle.open_time < fill.time);
            }
        }
        let in_order: Vec<_> = run.fills().map(|(_, fill)| fill.time).collect();
        prop_assert!(in_order.is_sorted());
        prop_assert_eq!(in_order.len(), run.legs.iter().map(|leg| leg.fills.len()).sum::<usize>());
    }

    /// With cash for all, in which order symbols are given changes nothing but the order of what happens at one time.
    #[test]
    fn the_order_of_symbols_matters_for_cash_alone(randoms in vec(random(), 3), profile in 0_usize..6) {
        let profile = FillProfile::NAMED[profile].1;
        let labs: Vec<Lab> =
            ["A", "B", "C"].iter().zip(&randoms).map(|(symbol, random)| random.lab(symbol, profile, 1e6)).collect();
        let by_symbol = |order: [usize; 3]| -> (BTreeMap<String, LegRun>, PortfolioRun) {
            let run = portfolio(&order.map(|place| &labs[place]));
            (run.legs.iter().map(|leg| (leg.symbol.to_string(), leg.clone())).collect(), run)
        };
        let (first, run) = by_symbol([0, 1, 2]);
        for order in [[2, 1, 0], [1, 2, 0]] {
            let (other, other_run) = by_symbol(order);
            prop_assert_eq!(&first, &other);
            prop_assert!((run.final_equity - other_run.final_equity).abs() < 1e-6);
            let times = |run: &PortfolioRun| run.fills().map(|(_, fill)| fill.time).collect::<Vec<_>>();
            prop_assert_eq!(times(&run), times(&other_run));
        }
    }
}

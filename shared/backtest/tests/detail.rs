//! Rule B3: finer candles decide what a bar alone leaves open.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::float_cmp, reason = "tests")]

mod common;
mod samples;

use std::sync::Arc;

use common::{Lab, candles, folded};
use proptest::collection::vec;
use proptest::prelude::*;
use samples::{config, plain, sessions};
use wickflow_backtest::config::{FeeModel, FillProfile, Slippage};
use wickflow_backtest::{
    ConfigError, Coverage, Detail, DetailError, Fill, Forward, ForwardError, Keep, Pace, PlanLeg, Run, Step,
    run_hash, run_hash_in_detail, run_program_in_detail, simulate_in_detail, simulate_portfolio,
};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Candle, CandleColumns, aggregate};
use wickflow_shared::order::Rule;
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::plan::{
    Action, ActionKind, Direction, Distance, EntryOrder, From, GuardKind, Size, Value,
};
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluator, Limits, compile};

fn detailed(lab: &Lab, minutes: CandleColumns) -> (Run, Coverage) {
    let detail = Detail::new(&lab.series, Arc::new(common::series(minutes))).unwrap();
    let run = |pace| {
        simulate_in_detail(&lab.plan, &lab.series, Some(&detail), &lab.table, None, &lab.config, pace)
            .unwrap()
    };
    let skipping = run(Pace::Skipping);
    assert!(skipping == run(Pace::EveryBar), "skipping bars changes nothing");
    let coverage = detail.coverage(skipping.first_bar, skipping.end_bar);
    (skipping, coverage)
}

const STILL: [f64; 4] = [100.0; 4];

/// Two bars of five minutes. In the second the price first goes to 102.5, then to 98: its low is the nearer one.
const MINUTES: [[f64; 4]; 10] = [
    STILL,
    STILL,
    STILL,
    STILL,
    STILL,
    [100.0, 100.5, 99.5, 100.0],
    [100.0, 101.0, 99.8, 101.0],
    [101.0, 102.5, 100.9, 102.0],
    [102.0, 102.0, 98.0, 98.5],
    [98.5, 99.0, 98.2, 98.5],
];

/// Long at the second bar's open, out at 98 or at 102.
fn bracket() -> Lab {
    Lab::over(folded(&common::series(candles(&MINUTES)), 5))
        .buy(&[0], 1.0)
        .guard(GuardKind::StopLoss, Distance::Price, 2.0)
        .guard(GuardKind::TakeProfit, Distance::Price, 2.0)
}

#[test]
fn rule_b3_minutes_decide_between_stop_and_target() {
    let lab = bracket();
    let alone = lab.run();
    assert_eq!((alone.fills[1].price, alone.counts.ambiguous_exits), (98.0, 1), "the nearer extreme first");
    let (run, coverage) = detailed(&lab, candles(&MINUTES));
    assert_eq!(coverage, Coverage { bars: 2, detailed: 2, gaps: 0, disagreeing: 0 });
    // The seventh minute: 101, 100.9, 102.5, 102; two thirds of it are over at its high.
    let exit = run.fills[1];
    assert_eq!((exit.bar, exit.price, exit.rule), (1, 102.0, Rule::LimitTradedThrough));
    assert_eq!((exit.time, exit.step), (Timestamp(7 * 60_000 + 1 + 2 * 19_999), Step::SecondExtreme));
    assert_eq!((run.fills[0].time, run.counts.ambiguous_exits), (Timestamp(5 * 60_000 + 1), 0));
    let trade = run.trades[0];
    assert_eq!((trade.mae, trade.mfe, trade.exit_time), (0.5, 2.0, exit.time));
    // What a bar's own path would guess in the worst case does not matter any more.
    let worst = lab.profile(FillProfile::adverse_first());
    assert_eq!(detailed(&worst, candles(&MINUTES)).0.fills[1].price, 102.0);
}

#[test]
fn rule_b3_a_bar_with_gaps_goes_its_own_way() {
    let lab = bracket();
    let without = |minute: usize| {
        let whole = candles(&MINUTES);
        (0..10).filter(|row| *row != minute).filter_map(|row| whole.get(row)).collect::<CandleColumns>()
    };
    for minute in 5..10 {
        let (run, coverage) = detailed(&lab, without(minute));
        assert_eq!(coverage, Coverage { bars: 2, detailed: 1, gaps: 1, disagreeing: 0 }, "{minute}");
        assert_eq!(run, lab.run(), "{minute}");
    }
    // A minute that knows of a price that the bar does not.
    let mut other = MINUTES;
    other[6][1] = 103.0;
    let (run, coverage) = detailed(&lab, candles(&other));
    assert_eq!((coverage.disagreeing, run.fills[1].price), (1, 98.0));
    let (run, coverage) = detailed(&lab, CandleColumns::default());
    assert_eq!((coverage, run), (Coverage { bars: 2, gaps: 2, ..Coverage::default() }, lab.run()));
}

/// Long from 100 with a trail of 2: minutes go to 103 and back to 101.5. The bar alone tests the old level of 98 only.
#[test]
fn rule_b5_a_trailing_stop_follows_from_minute_to_minute() {
    let mut minutes = [STILL; 15];
    minutes[6] = [100.0, 103.0, 100.0, 103.0];
    minutes[7] = [103.0, 103.0, 101.5, 102.0];
    minutes[8] = [102.0, 102.0, 100.5, 101.0];
    for minute in minutes.iter_mut().skip(9) {
        *minute = [101.0; 4];
    }
    let lab = Lab::over(folded(&common::series(candles(&minutes)), 5)).buy(&[0], 1.0).guard(
        GuardKind::TrailingStop,
        Distance::Price,
        2.0,
    );
    assert_eq!(lab.fills()[1..], [(2, 101.0, -1.0)], "known at the next bar only");
    let exit = detailed(&lab, candles(&minutes)).0.fills[1];
    assert_eq!((exit.bar, exit.price, exit.rule), (1, 101.0, Rule::StopTouched));
    assert_eq!(exit.time.0 / 60_000, 8);
}

#[test]
fn rule_b3_a_gap_between_minutes_is_a_jump() {
    let mut minutes = MINUTES;
    minutes[7] = [103.0, 103.5, 102.8, 103.0];
    minutes[8] = [103.0, 103.0, 98.0, 98.5];
    let lab = Lab::over(folded(&common::series(candles(&minutes)), 5));
    let lab = lab.buy(&[0], 1.0).guard(GuardKind::TakeProfit, Distance::Price, 2.0);
    let exit = detailed(&lab, candles(&minutes)).0.fills[1];
    assert_eq!((exit.price, exit.rule, exit.step), (103.0, Rule::LimitGap, Step::Open));
}

#[test]
fn detail_of_something_else_is_refused() {
    let minutes = Arc::new(common::series(candles(&MINUTES)));
    let same = Detail::new(&minutes, minutes.clone()).map(|_| ());
    let (bars, found) = (Timeframe::M1, Timeframe::M1);
    assert_eq!(same, Err(DetailError::Timeframe { bars, found }));
    let other = Detail::new(&folded(&minutes, 5), plain()).map(|_| ());
    assert!(matches!(other, Err(DetailError::Symbol { .. })));
}

#[test]
fn detail_serves_the_series_that_it_was_prepared_for() {
    let minutes = Arc::new(common::series(candles(&MINUTES)));
    let lab = bracket();
    for minutes_of_bar in [2, 10] {
        let detail = Detail::new(&folded(&minutes, minutes_of_bar), minutes.clone()).unwrap();
        let (plan, series, columns) = (&lab.plan, &lab.series, &lab.table);
        let run = simulate_in_detail(plan, series, Some(&detail), columns, None, &lab.config, Pace::Skipping);
        assert_eq!(run, Err(ConfigError::Detail));
        assert!(simulate_portfolio(vec![PlanLeg { detail: Some(&detail), ..lab.leg() }]).is_err());
    }
}

#[test]
fn sessions_are_covered_up_to_their_last_bar() {
    let fives = sessions();
    let calendar = fives.calendar();
    for timeframe in [Timeframe::Minutes(15), Timeframe::Minutes(60), Timeframe::Day] {
        let longer = Arc::new(aggregate(fives.candles(), timeframe, calendar));
        let bars = Series::new(fives.symbol().clone(), timeframe, calendar.clone(), longer);
        let coverage = Detail::new(&bars, fives.clone()).unwrap().coverage(0, u32::MAX);
        // The candles end within the last day.
        assert_eq!(coverage.detailed + coverage.gaps, coverage.bars, "{timeframe}");
        assert!(coverage.gaps <= 1 && coverage.bars > 50, "{timeframe}: {coverage:?}");
    }
}

/// What is traded before the exchange opens belongs to no bar of its hours: a daily candle does not know those prices.
#[test]
fn finer_candles_outside_of_hours_do_not_count() {
    let fives = sessions();
    let calendar = fives.calendar();
    let daily = Arc::new(aggregate(fives.candles(), Timeframe::Day, calendar));
    let days = Series::new(fives.symbol().clone(), Timeframe::Day, calendar.clone(), daily);
    let early: CandleColumns = fives
        .candles()
        .iter()
        .flat_map(|candle| {
            let is_first = !calendar.is_open(candle.open_time.plus_ms(-1));
            let open_time = candle.open_time.plus_ms(-3_600_000);
            let before = Candle { open_time, high: candle.high * 2.0, ..candle };
            is_first.then_some(before).into_iter().chain([candle])
        })
        .collect();
    let (symbol, timeframe) = (fives.symbol().clone(), fives.timeframe());
    let early = Arc::new(Series::new(symbol, timeframe, calendar.clone(), Arc::new(early)));
    let coverage = |finer: &Arc<Series>| Detail::new(&days, finer.clone()).unwrap().coverage(0, u32::MAX);
    assert!(early.rows() > fives.rows() + 50);
    assert_eq!(coverage(&early), coverage(&fives));
}

#[test]
fn the_hash_tells_detail_apart() {
    let lab = bracket();
    let (run, _) = detailed(&lab, candles(&MINUTES));
    let [strategy, bars, minutes, others] =
        [&b"strategy"[..], b"bars", b"minutes", b"others"].map(Digest::of);
    let hash = |finer| run_hash_in_detail(&strategy, &bars, finer, &lab.config, &run);
    assert_ne!(hash(&minutes), hash(&others));
    assert_ne!(hash(&minutes), run_hash(&strategy, &bars, &lab.config, &run));
}

/// Signals come at closes of five minutes; everything else is drawn.
#[derive(Debug, Clone)]
struct Case {
    steps: Vec<(i32, i32, i32, i32)>,
    enters: Vec<(Vec<bool>, bool, u8, [i32; 2])>,
    exits: Vec<bool>,
    guards: Vec<(u8, u8, u8, bool)>,
    money: (u8, u8, u8),
}

const BARS: usize = 24;

fn case() -> impl Strategy<Value = Case> {
    let step = (-3_i32..=3, -8_i32..=8, 0_i32..6, 0_i32..6);
    let signals = |odds| vec(proptest::bool::weighted(odds), BARS);
    let enter = (signals(0.2), any::<bool>(), 0_u8..4, proptest::array::uniform2(-9_i32..9));
    let guard = (0_u8..3, 0_u8..3, 1_u8..14, any::<bool>());
    (vec(step, BARS * 5), vec(enter, 1..4), signals(0.1), vec(guard, 0..4), (0_u8..3, 0_u8..4, 0_u8..4))
        .prop_map(|(steps, enters, exits, guards, money)| Case { steps, enters, exits, guards, money })
}

impl Case {
    fn minutes(&self) -> CandleColumns {
        let mut price = 200_i32;
        let mut bars = Vec::new();
        for (gap, change, up, down) in &self.steps {
            let open = (price + gap / 3 * 4).max(60);
            let close = (open + change).max(60);
            let (high, low) = (open.max(close) + up, open.min(close) - down);
            bars.push([open, high, low, close].map(|halves| f64::from(halves) / 2.0));
            price = close;
        }
        candles(&bars)
    }

    /// The strategy over a series whose rows are so many for each bar of five minutes.
    fn lab(&self, series: Series, rows_of_bar: usize) -> Lab {
        let mut lab = Lab::over(series);
        let on = |lab: &mut Lab, signals: &[bool]| {
            let rows = (0..BARS).filter(|bar| signals[*bar]).map(|bar| (bar + 1) * rows_of_bar - 1);
            lab.on(&rows.collect::<Vec<_>>())
        };
        let beside = |lab: &mut Lab, halves: i32| -> Value {
            let closes = lab.series.candles().closes().to_vec();
            lab.numbers(closes.iter().map(|close| close + f64::from(halves) / 2.0).collect())
        };
        for (signals, is_long, order, offsets) in &self.enters {
            let when = on(&mut lab, signals);
            let [first, second] = offsets.map(|halves| beside(&mut lab, halves));
            let order = match order {
                0 => EntryOrder::Market,
                1 => EntryOrder::Limit(first),
                2 => EntryOrder::Stop(first),
                _ => EntryOrder::StopLimit { stop: first, limit: second },
            };
            let direction = if *is_long { Direction::Long } else { Direction::Short };
            let size = Size::PercentOfEquity(lab.constant(60.0));
            let kind = common::enter(direction, order, size);
            lab.plan.actions.push(Action { node: String::new(), when, kind });
        }
        let when = on(&mut lab, &self.exits);
        let kind = ActionKind::Exit { direction: None, fraction: 1.0 };
        lab.plan.actions.push(Action { node: String::new(), when, kind });
        for (kind, distance, number, is_fill) in &self.guards {
            let value = lab.constant(f64::from(*number) / 2.0);
            let distance = match distance {
                0 => Distance::Percent(value),
                1 => Distance::Price(value),
                _ => Distance::Risk(value),
            };
            let kind =
                [GuardKind::StopLoss, GuardKind::TakeProfit, GuardKind::TrailingStop][usize::from(*kind)];
            let from = if *is_fill { From::Fill } else { From::SignalClose };
            lab.plan.guards.push(common::guard(kind, distance, from));
        }
        let (fees, slippage, profile) = self.money;
        let names = ["next-open", "optimistic", "tradingview", "adverse-first"];
        lab.profile(FillProfile::named(names[usize::from(profile)]).unwrap()).config(|config| {
            config.fees = [
                FeeModel::Free,
                FeeModel::bps(10.0),
                FeeModel::PerShare { per_share: 0.01, min: 1.0, max_bps: 50.0 },
            ][usize::from(fees)]
            .clone();
            config.slippage = match slippage {
                0 => Slippage::None,
                1 => Slippage::Bps { bps: 5.0 },
                2 => Slippage::VolumeShare { limit_bps: 250.0, impact_bps: 1_000.0 },
                _ => Slippage::SquareRoot { impact_bps: 20.0, noise: 0.5 },
            };
        })
    }
}

/// A fill but for its bar.
fn without_bar(fill: &Fill) -> Fill {
    Fill { bar: 0, ..*fill }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1200))]

    /// A strategy that decides every five minutes makes the same fills over minutes as over bars of five minutes with
    /// minutes as detail.
    #[test]
    fn rule_b3_minutes_and_bars_with_minutes_agree(case in case()) {
        let minutes = case.minutes();
        let truth = case.lab(common::series(minutes.clone()), 5).run();
        let lab = case.lab(folded(&common::series(minutes.clone()), 5), 1);
        let (run, coverage) = detailed(&lab, minutes);
        prop_assert_eq!(coverage.detailed as usize, BARS);
        let want: Vec<Fill> = truth.fills.iter().map(without_bar).collect();
        let got: Vec<Fill> = run.fills.iter().map(without_bar).collect();
        prop_assert_eq!(got, want);
        prop_assert_eq!(run.counts, truth.counts);
        prop_assert_eq!(run.final_equity.to_bits(), truth.final_equity.to_bits());
        let detail = Detail::new(&lab.series, Arc::new(common::series(case.minutes()))).unwrap();
        let portfolio = simulate_portfolio(vec![PlanLeg { detail: Some(&detail), ..lab.leg() }]).unwrap();
        let leg = &portfolio.legs[0];
        prop_assert_eq!((&leg.fills, &leg.trades, leg.counts), (&run.fills, &run.trades, run.counts));
        prop_assert_eq!((portfolio.cash, portfolio.final_equity), (run.cash, run.final_equity));
        for (trade, true_trade) in run.trades.iter().zip(&truth.trades) {
            prop_assert_eq!((trade.mae, trade.mfe, trade.pnl), (true_trade.mae, true_trade.mfe, true_trade.pnl));
        }
    }
}

/// Minutes of which every hundredth is missing.
fn with_gaps(series: &Series) -> Series {
    let kept: CandleColumns = series
        .candles()
        .iter()
        .enumerate()
        .filter(|(row, _)| row % 100 != 57)
        .map(|(_, candle)| candle)
        .collect();
    Series::new(series.symbol().clone(), series.timeframe(), series.calendar().clone(), Arc::new(kept))
}

fn forward(
    program: &wickflow_strategy::Program,
    bars: &Series,
    minutes: &Series,
    turn: usize,
    profile: FillProfile,
) -> Forward {
    let config = wickflow_backtest::RunConfig { profile, ..config(turn) };
    let forward = Forward::new(program, bars.timeframe(), bars.calendar().clone(), config).unwrap();
    let mut forward = forward.keeping(Keep::All).in_detail(minutes.timeframe()).unwrap();
    let mut next = 0;
    for (candle, close) in bars.candles().iter().zip(bars.close_times()) {
        while minutes.candles().open_times().get(next).is_some_and(|open| open < close) {
            forward.push_finer(&minutes.candles().get(next).unwrap()).unwrap();
            next += 1;
        }
        forward.push(&candle).unwrap();
    }
    forward
}

#[test]
fn bar_by_bar_is_the_batch_in_detail() {
    let whole = plain();
    let bars = Arc::new(folded(&whole, 15));
    let minutes = Arc::new(with_gaps(&whole));
    let detail = Detail::new(&bars, minutes.clone()).unwrap();
    let mut fills = 0;
    for (turn, template) in TEMPLATES.iter().cycle().take(36).enumerate() {
        let program = compile(&template.document().unwrap(), &Limits::default()).unwrap();
        let profile = FillProfile::NAMED[turn % 6].1;
        let run = forward(&program, &bars, &minutes, turn / 6, profile);
        let evaluation = Evaluator::new(Dataset::new(bars.clone())).evaluate(&program).unwrap();
        let config = run.config();
        let want = run_program_in_detail(&program, &evaluation, &bars, &detail, &config).unwrap();
        assert_eq!(run.run().unwrap(), want, "{} {turn}", template.name);
        assert_eq!(run.coverage(), detail.coverage(want.first_bar, want.end_bar));
        assert!(run.coverage().gaps > 50 && run.coverage().detailed > 200, "{:?}", run.coverage());
        fills += want.fills.len();
    }
    assert!(fills > 300, "{fills} fills prove little");
}

#[test]
fn finer_candles_that_do_not_fit_are_refused() {
    let program = compile(&TEMPLATES[0].document().unwrap(), &Limits::default()).unwrap();
    let calendar = plain().calendar().clone();
    let new = || Forward::new(&program, Timeframe::Minutes(15), calendar.clone(), config(0)).unwrap();
    let candle = |minute: i64| Candle::flat(Timestamp(minute * 60_000), 100.0);
    assert_eq!(new().push_finer(&candle(0)), Err(ForwardError::NotInDetail));
    let minutes = Timeframe::Minutes(10);
    assert!(matches!(new().in_detail(minutes), Err(ForwardError::Finer { .. })));
    let mut forward = new().in_detail(Timeframe::M1).unwrap();
    forward.push_finer(&candle(3)).unwrap();
    assert!(matches!(forward.push_finer(&candle(3)), Err(ForwardError::Order { .. })));
    forward.push(&candle(0)).unwrap();
    assert!(matches!(forward.push_finer(&candle(14)), Err(ForwardError::Order { .. })), "its bar is over");
    // However many come, no more than a bar's are held.
    for minute in 15..40_000 {
        forward.push_finer(&candle(minute)).unwrap();
    }
    forward.push(&candle(15)).unwrap();
    assert_eq!(forward.coverage(), Coverage { bars: 2, gaps: 2, ..Coverage::default() });
}

//! The rules of `docs/fill-rules.md` over candles, one test each; prices worked out by hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::float_cmp, reason = "tests")]

mod common;

use common::{Lab, Order, enter};
use wickflow_backtest::config::{FeeModel, FillProfile, Margin, Queue, Slippage, Split};
use wickflow_backtest::{Cause, Curve, Late, Pace, RejectReason, Run, Step, run_hash, simulate};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Candle, CandleColumns};
use wickflow_shared::order::Rule;
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::Series;
use wickflow_strategy::plan::{
    AccountView, Action, ActionKind, Direction, Distance, EntryOrder, Guard, GuardKind, Size, Value,
};

const LONG: Direction = Direction::Long;
/// A bar that stands still.
const STILL: [f64; 4] = [100.0; 4];

fn last(run: &Run) -> (u32, f64, Rule, Step) {
    let fill = run.fills.last().unwrap();
    (fill.bar, fill.price, fill.rule, fill.step)
}

#[test]
fn rule_c3_a_signal_fills_at_the_next_open() {
    let bars = [STILL, [103.0, 104.0, 102.0, 103.0], STILL];
    let lab = Lab::of(&bars).buy(&[0], 2.0);
    assert_eq!(lab.fills(), [(1, 103.0, 2.0)]);
    assert_eq!(last(&lab.run()), (1, 103.0, Rule::MarketAtLast, Step::Open));
    let close = lab.profile(FillProfile::signal_close());
    assert_eq!(last(&close.run()), (0, 100.0, Rule::MarketAtLast, Step::AfterClose));
}

#[test]
fn rule_c3_a_signal_at_the_last_close_fills_nothing() {
    assert!(Lab::of(&[STILL, STILL]).buy(&[1], 1.0).fills().is_empty());
}

#[test]
fn rule_c6_what_contradicts_itself_enters_nothing() {
    let bars = [STILL; 4];
    let both = Lab::of(&bars).buy(&[0, 2], 1.0).short(&[0], 1.0);
    let run = both.run();
    assert_eq!((run.counts.conflicts, run.fills.len(), run.fills[0].bar), (1, 1, 3));
    let with_exit = Lab::of(&bars).buy(&[0], 1.0).exit(&[0], 1.0);
    assert_eq!((with_exit.run().counts.conflicts, with_exit.fills()), (1, vec![]));
    // An exit of a long position and a short entry go together.
    let kind = ActionKind::Exit { direction: Some(LONG), fraction: 1.0 };
    let turn = Lab::of(&bars).buy(&[0], 1.0).act(&[1], kind).short(&[1], 1.0);
    assert_eq!(turn.fills(), [(1, 100.0, 1.0), (2, 100.0, -1.0), (2, 100.0, -1.0)]);
}

#[test]
fn rule_c7_an_open_position_is_marked_and_reported_apart() {
    let lab = Lab::of(&[STILL, [100.0, 112.0, 99.0, 110.0]]).buy(&[0], 3.0);
    let run = lab.config(|config| config.fees = FeeModel::bps(10.0)).run();
    assert!(run.trades.is_empty());
    let open = run.open_trade.unwrap();
    assert_eq!((open.quantity, open.entry_price, open.mark, open.unrealized_pnl), (3.0, 100.0, 110.0, 30.0));
    assert!((open.marked.pnl - 29.7).abs() < 1e-9 && (run.final_equity - 10_029.7).abs() < 1e-9);
    assert_eq!((open.marked.mae, open.marked.mfe, open.marked.exit_cause), (3.0, 36.0, Cause::EndOfData));
}

/// The bar goes 100, 101, 95, 98 or, were the low nearer, 100, 95, 101, 98.
#[test]
fn rule_b1_the_nearer_extreme_comes_first() {
    let bracket = |bar: [f64; 4]| {
        Lab::of(&[STILL, bar]).buy(&[0], 1.0).guard(GuardKind::StopLoss, Distance::Price, 1.0).guard(
            GuardKind::TakeProfit,
            Distance::Price,
            1.0,
        )
    };
    let run = |bar, profile| bracket(bar).profile(profile).run();
    let high_nearer = [100.0, 102.0, 95.0, 98.0];
    let got = run(high_nearer, FillProfile::next_open());
    assert_eq!(last(&got), (1, 101.0, Rule::LimitTradedThrough, Step::FirstExtreme));
    assert_eq!(got.counts.ambiguous_exits, 1);
    let got = run([100.0, 105.0, 98.0, 98.0], FillProfile::next_open());
    assert_eq!(last(&got), (1, 99.0, Rule::StopTouched, Step::FirstExtreme));
    // Equally near: ours takes the low, the tradingview profile the high.
    let tie = [100.0, 102.0, 98.0, 100.0];
    assert_eq!(last(&run(tie, FillProfile::next_open())).1, 99.0);
    assert_eq!(last(&run(tie, FillProfile::tradingview())).1, 101.0);
    // Rule B2, and its opposite.
    assert_eq!(last(&run(high_nearer, FillProfile::adverse_first())).1, 99.0);
    assert_eq!(last(&run([100.0, 105.0, 98.0, 98.0], FillProfile::optimistic())).1, 101.0);
}

/// A limit entry on the way down, with a target above and a stop below in one bar.
#[test]
fn rule_b2_an_entry_within_the_bar_meets_the_worst_of_it() {
    let lab = Lab::of(&[STILL, [100.0, 104.0, 90.0, 96.0], STILL])
        .enter(&[0], LONG, Order::Limit(95.0), 1.0)
        .guard(GuardKind::StopLoss, Distance::Price, 4.0)
        .guard(GuardKind::TakeProfit, Distance::Price, 2.0)
        .profile(FillProfile::adverse_first());
    assert_eq!(lab.fills(), [(1, 95.0, 1.0), (1, 91.0, -1.0)]);
    // A stop entry that runs into its target, were it not for the low.
    let lab = Lab::of(&[STILL, [100.0, 108.0, 97.0, 105.0], STILL])
        .enter(&[0], LONG, Order::Stop(103.0), 1.0)
        .guard(GuardKind::StopLoss, Distance::Price, 2.0)
        .guard(GuardKind::TakeProfit, Distance::Price, 2.0);
    assert_eq!(lab.fills(), [(1, 103.0, 1.0), (1, 105.0, -1.0)]);
    let adverse = lab.profile(FillProfile::adverse_first());
    assert_eq!(adverse.fills(), [(1, 103.0, 1.0), (1, 101.0, -1.0)]);
}

/// Long from 100 with a trail of 3: the bar that makes the high of 106 is tested against the old level.
#[test]
fn rule_b5_an_old_trailing_stop_is_tested_before_it_moves() {
    let bars =
        [STILL, [100.0, 101.0, 99.0, 101.0], [101.0, 106.0, 100.5, 105.0], [105.0, 105.0, 102.0, 104.0]];
    let lab = Lab::of(&bars).buy(&[0], 1.0).guard(GuardKind::TrailingStop, Distance::Price, 3.0);
    assert_eq!(last(&lab.run()), (3, 103.0, Rule::StopTouched, Step::SecondExtreme));
    let trade = lab.run().trades[0];
    assert_eq!((trade.mae, trade.mfe, trade.worst_price, trade.best_price), (1.0, 6.0, 99.0, 106.0));
    assert_eq!((trade.initial_risk, trade.r_multiple(), trade.bars()), (Some(3.0), Some(1.0), 2));
    let short = Lab::of(&[STILL, [100.0, 101.0, 95.0, 95.0], [95.0, 99.0, 95.0, 99.0]])
        .short(&[0], 1.0)
        .guard(GuardKind::TrailingStop, Distance::Percent, 2.0);
    assert_eq!(last(&short.run()).1, 96.9);
}

#[test]
fn rule_l1_a_touch_fills_only_where_the_profile_says_so() {
    let lab = Lab::of(&[STILL, [100.0, 101.0, 98.0, 99.0]]).enter(&[0], LONG, Order::Limit(98.0), 1.0);
    assert!(lab.fills().is_empty());
    let touch = lab.profile(FillProfile::tradingview());
    assert_eq!(touch.fills(), [(1, 98.0, 1.0)]);
}

/// A buy at 98 behind a quarter of 1,000 units; each bar that comes down to 98 trades 250 there.
#[test]
fn rule_l3_a_touch_fills_what_is_first_in_the_queue() {
    let touch = [100.0, 101.0, 98.0, 99.0];
    let queued = |bars: &[[f64; 4]], ahead_bps: u32| {
        let lab = Lab::of(bars).enter(&[0], LONG, Order::Limit(98.0), 1.0);
        lab.profile(FillProfile { queue: Some(Queue { ahead_bps }), ..FillProfile::next_open() })
    };
    // 250 − 250 is not less than nothing; the second touch brings it to −250.
    assert!(queued(&[STILL, touch, STILL], 2_500).fills().is_empty());
    let twice = queued(&[STILL, touch, touch], 2_500).run();
    assert_eq!(last(&twice), (2, 98.0, Rule::LimitTradedThrough, Step::SecondExtreme));
    assert_eq!(queued(&[STILL, touch, touch], 2_499).fills(), [(1, 98.0, 1.0)]);
    let thrice = [STILL, touch, touch, touch];
    assert_eq!(queued(&thrice, 7_499).fills(), [(3, 98.0, 1.0)]);
    assert!(queued(&thrice, 7_500).fills().is_empty());
    // Trading through fills, whatever stands ahead.
    let through = [100.0, 101.0, 97.5, 99.0];
    assert_eq!(queued(&[STILL, through], 1_000_000).fills(), [(1, 98.0, 1.0)]);
    // Coming near is no touch, and without a volume nothing is known.
    assert!(queued(&[STILL, [100.0, 101.0, 98.1, 99.0]], 0).fills().is_empty());
    let silent: CandleColumns =
        common::candles(&thrice).iter().map(|candle| Candle { volume: 0.0, ..candle }).collect();
    let lab = Lab::new(silent).enter(&[0], LONG, Order::Limit(98.0), 1.0);
    assert!(lab.profile(FillProfile::queue_aware()).fills().is_empty());
}

/// Long from the second bar on, with a target that is read anew at each close; the last two bars come up to 103.
#[test]
fn rule_l3_a_limit_that_moves_goes_to_the_back() {
    let touches = |high: f64| [100.0, high, 100.0, 100.0];
    let bars = [STILL, STILL, touches(102.0), touches(103.0), touches(103.0)];
    let exits = |levels: [f64; 5]| {
        let mut lab = Lab::of(&bars).buy(&[0], 1.0).profile(FillProfile::queue_aware());
        let level = Distance::Level(lab.numbers(levels.to_vec()));
        let guard = common::guard(GuardKind::TakeProfit, level, wickflow_strategy::plan::From::Fill);
        lab.plan.guards.push(Guard { follows: true, ..guard });
        lab.fills()[1..].to_vec()
    };
    // 250 of 1,000 units stand ahead, and each touch trades 250.
    assert_eq!(exits([103.0; 5]), [(4, 103.0, -1.0)]);
    // Come from 102 before both touches.
    assert_eq!(exits([102.0, 102.0, 103.0, 103.0, 103.0]), [(4, 103.0, -1.0)]);
    // Gone to 104 for the first touch, and at the back for the second.
    assert_eq!(exits([103.0, 103.0, 104.0, 103.0, 103.0]), []);
}

#[test]
fn rule_l2_a_gap_fills_a_limit_at_the_open() {
    let bars = [STILL, STILL, [95.0, 97.0, 94.0, 96.0]];
    let lab = Lab::of(&bars).enter(&[0], LONG, Order::Limit(98.0), 1.0);
    assert_eq!(last(&lab.run()), (2, 95.0, Rule::LimitGap, Step::Open));
}

#[test]
fn rule_l6_a_limit_within_the_market_takes_at_the_open() {
    let lab = Lab::of(&[STILL, [101.0, 102.0, 100.0, 101.0]]).enter(&[0], LONG, Order::Limit(103.0), 1.0);
    let lab = lab.config(|config| config.slippage = Slippage::Bps { bps: 500.0 });
    let run = lab.run();
    assert_eq!(last(&run), (1, 103.0, Rule::MarketableLimit, Step::Open));
    assert_eq!(run.fills[0].slippage, 2.0, "never beyond the limit");
}

#[test]
fn rule_s1_a_stop_fills_at_its_price_or_at_the_gap() {
    let buy = |bar| Lab::of(&[STILL, bar]).enter(&[0], LONG, Order::Stop(103.0), 1.0);
    let through = buy([101.0, 105.0, 100.0, 104.0]);
    assert_eq!(last(&through.run()), (1, 103.0, Rule::StopTouched, Step::SecondExtreme));
    assert_eq!(last(&buy([104.0, 105.0, 103.5, 104.0]).run()), (1, 104.0, Rule::StopGap, Step::Open));
    assert!(buy([101.0, 102.0, 100.0, 101.0]).fills().is_empty());
    let slips = through.config(|config| {
        config.slippage = Slippage::Ticks { ticks: 2 };
        config.tick_size = 0.25;
    });
    assert_eq!(slips.fills(), [(1, 103.5, 1.0)]);
}

/// Up to 106 the stop at 103 is touched; the limit of 102 is met on the way down to 99 only.
#[test]
fn rule_s2_a_stop_limit_fills_on_later_points() {
    let bars = [STILL, [101.0, 106.0, 99.0, 103.0], [103.0, 103.0, 101.0, 102.5]];
    let lab = |limit| Lab::of(&bars).enter(&[0], LONG, Order::StopLimit(103.0, limit), 1.0);
    // The low is nearer: 101, 99, 106, 103. On the way to 103 the limit of 102 is not met; the next bar does.
    assert_eq!(last(&lab(102.0).run()), (2, 102.0, Rule::LimitTradedThrough, Step::SecondExtreme));
    let lean = lab(104.0).profile(FillProfile::lean());
    assert_eq!(last(&lean.run()), (1, 104.0, Rule::LimitTradedThrough, Step::Close));
    let lean = lab(102.0).profile(FillProfile::lean());
    assert_eq!(lean.fills(), [], "no close is below 102");
}

#[test]
fn rule_s3_the_first_leg_cancels_the_other() {
    let bars = [STILL, STILL, [100.0, 103.0, 100.0, 101.0], [101.0, 101.0, 90.0, 91.0]];
    let lab = Lab::of(&bars).buy(&[0], 1.0).guard(GuardKind::StopLoss, Distance::Percent, 2.0).guard(
        GuardKind::TakeProfit,
        Distance::Percent,
        2.0,
    );
    assert_eq!(lab.fills(), [(1, 100.0, 1.0), (2, 102.0, -1.0)]);
    assert_eq!(lab.run().trades[0].exit_cause, Cause::Guard(1));
    assert_eq!(lab.run().trades[0].r_multiple(), Some(1.0));
}

#[test]
fn rule_s4_a_target_in_multiples_of_the_risk() {
    let bars = [STILL, STILL, [100.0, 107.0, 100.0, 107.0]];
    let lab = Lab::of(&bars).buy(&[0], 1.0).guard(GuardKind::TakeProfit, Distance::Risk, 3.0).guard(
        GuardKind::StopLoss,
        Distance::Price,
        2.0,
    );
    assert_eq!(last(&lab.run()).1, 106.0);
}

#[test]
fn rule_s5_an_exit_takes_no_more_than_there_is() {
    let bars = [STILL; 6];
    let lab = Lab::of(&bars).buy(&[0], 4.0).exit(&[1, 2], 0.5).exit(&[2, 3], 1.0);
    let fills = [(1, 100.0, 4.0), (2, 100.0, -2.0), (3, 100.0, -1.0), (3, 100.0, -1.0)];
    assert_eq!(lab.fills(), fills);
    let lots = Lab::of(&bars).buy(&[0], 3.0).exit(&[1], 0.5).config(|config| config.lot_size = 1.0);
    assert_eq!(lots.fills(), [(1, 100.0, 3.0), (2, 100.0, -1.0)], "rounded down to a lot");
}

#[test]
fn guards_start_with_the_entry_bar_or_the_next() {
    let bars = [STILL, [100.0, 101.0, 97.0, 100.0], [100.0, 101.0, 99.5, 100.0], [100.0, 100.0, 98.0, 98.0]];
    let lab = Lab::of(&bars).buy(&[0], 1.0).guard(GuardKind::StopLoss, Distance::Price, 1.0);
    assert_eq!(last(&lab.run()).0, 1);
    let next = lab.profile(FillProfile::lean());
    assert_eq!(last(&next.run()).0, 3);
}

#[test]
fn a_reversal_is_one_order_with_two_fills() {
    let lab = Lab::of(&[STILL; 4]).buy(&[0], 2.0).short(&[1], 3.0);
    let run = lab.run();
    assert_eq!(lab.fills(), [(1, 100.0, 2.0), (2, 100.0, -2.0), (2, 100.0, -3.0)]);
    assert_eq!((run.fills[1].order, run.fills[2].order, run.position), (2, 2, -3.0));
    assert_eq!((run.trades.len(), run.counts.orders), (1, 2));
}

#[test]
fn a_position_takes_no_more_entries_than_it_may() {
    let mut lab = Lab::of(&[STILL; 8]);
    let size = Size::Units(lab.constant(1.0));
    let kind = |only_adds| ActionKind::Enter {
        direction: LONG,
        order: EntryOrder::Market,
        size: size.clone(),
        expiry_bars: 0,
        max_entries: 3,
        only_adds,
    };
    let adds = lab.act(&[0, 3, 4, 5], kind(true)).act(&[1], kind(false));
    assert_eq!(adds.fills().iter().map(|fill| fill.0).collect::<Vec<_>>(), [2, 4, 5]);
    assert_eq!(adds.run().position, 3.0);
}

#[test]
fn resting_entries_expire_move_and_are_canceled() {
    let dip = [100.0, 100.0, 97.0, 100.0];
    let bars = [STILL, STILL, STILL, dip, STILL];
    let rest = |lab: Lab, rows: &[usize], expiry_bars| {
        let mut lab = lab;
        let (price, units) = (lab.constant(98.0), lab.constant(1.0));
        let kind = enter(LONG, EntryOrder::Limit(price), Size::Units(units));
        let ActionKind::Enter { direction, order, size, max_entries, only_adds, .. } = kind else { panic!() };
        lab.act(rows, ActionKind::Enter { direction, order, size, expiry_bars, max_entries, only_adds })
    };
    assert_eq!(rest(Lab::of(&bars), &[0], 0).fills().len(), 1);
    assert_eq!(rest(Lab::of(&bars), &[0], 3).fills().len(), 1);
    let expired = rest(Lab::of(&bars), &[0], 2).run();
    assert_eq!((expired.fills.len(), expired.counts.expired), (0, 1));
    let moved = rest(Lab::of(&bars), &[0, 1], 2).run();
    assert_eq!((moved.fills.len(), moved.counts.canceled), (1, 1));
    let canceled = rest(Lab::of(&bars), &[0], 0).act(&[1], ActionKind::CancelEntries).run();
    assert_eq!((canceled.fills.len(), canceled.counts.canceled), (0, 1));
}

#[test]
fn rule_k3_what_cannot_be_paid_is_refused_not_made_smaller() {
    let lab = Lab::of(&[STILL; 3]).buy(&[0], 101.0);
    let run = lab.run();
    let reject = run.rejects[0];
    assert_eq!((run.fills.len(), run.counts.rejects, reject.reason), (0, 1, RejectReason::InsufficientCash));
    assert_eq!((reject.bar, reject.needed, reject.available), (1, 10_100.0, 10_000.0));
    // Fees count, and all of the cash can be spent.
    let all = |fees: FeeModel| {
        let mut lab = Lab::of(&[STILL; 3]).config(|config| config.fees = fees);
        let size = Size::PercentOfEquity(lab.constant(100.0));
        lab.enter_sized(&[0], LONG, Order::Market, size).run()
    };
    for fees in [FeeModel::bps(10.0), FeeModel::PerShare { per_share: 0.5, min: 1.0, max_bps: 0.0 }] {
        let run = all(fees);
        assert_eq!(run.rejects, []);
        assert!(run.cash.abs() < 1e-6, "{}", run.cash);
    }
    assert_eq!(Lab::of(&[STILL; 3]).buy(&[0], 100.0).config(|c| c.fees = FeeModel::bps(1.0)).fills(), []);
    let margin = Lab::of(&[STILL; 3]).buy(&[0], 101.0);
    let margin = margin.config(|c| c.margin = Margin { long_initial: 0.5, ..Margin::default() });
    assert_eq!((margin.run().cash, margin.run().position), (-100.0, 101.0));
}

#[test]
fn rule_k3_shorts_need_permission_and_margin() {
    let lab = Lab::of(&[STILL; 3]).short(&[0], 101.0);
    assert_eq!(lab.run().rejects[0].reason, RejectReason::InsufficientMargin);
    let not = Lab::of(&[STILL; 3]).short(&[0], 1.0).config(|config| config.allow_short = false);
    assert_eq!(not.run().rejects[0].reason, RejectReason::ShortNotAllowed);
}

#[test]
fn rule_k4_ruin_closes_everything_and_ends_the_run() {
    let bars = [STILL, STILL, [100.0, 250.0, 100.0, 240.0], STILL, STILL];
    let lab = Lab::of(&bars).short(&[0], 100.0).buy(&[2, 3], 1.0);
    let run = lab.run();
    // At 250 equity is 20,000 − 25,000; the next point of the path is the close.
    assert_eq!(last(&run), (2, 240.0, Rule::MarketAtLast, Step::Close));
    assert_eq!((run.fills[1].cause, run.is_ruined, run.end_bar), (Cause::Liquidation, true, 3));
    assert_eq!(run.final_equity, -4_000.0);
}

#[test]
fn rule_k4_a_margin_call_closes_and_the_run_goes_on() {
    let margin = Margin { long_initial: 0.2, long_maintenance: 0.1, ..Margin::default() };
    let bars = [STILL, STILL, [100.0, 100.0, 88.0, 89.0], STILL, STILL];
    let lab = Lab::of(&bars).buy(&[0], 500.0).buy(&[3], 10.0).config(|config| config.margin = margin);
    // At 88 equity is 50,000 − 40,000 − 6,000 = 4,000, less than a tenth of 44,000; the next point is the close.
    let run = lab.run();
    assert_eq!((run.fills[1].cause, run.fills[1].price, run.is_ruined), (Cause::MarginCall, 89.0, false));
    assert_eq!(run.fills[2].bar, 4);
}

#[test]
fn rule_m2_a_fill_after_missing_candles_is_marked() {
    let mut candles = common::candles(&[STILL; 4]);
    let mut late = candles.get(3).unwrap();
    late.open_time = Timestamp(late.open_time.0 + 2 * 3_600_000);
    candles.push(&late);
    let run = Lab::new(candles).buy(&[3], 1.0).run();
    assert_eq!((run.fills[0].stale, run.counts.stale_fills), (true, 1));
}

#[test]
fn what_is_missing_is_refused() {
    let mut lab = Lab::of(&[STILL; 6]);
    let gap = lab.numbers(vec![f64::NAN; 6]);
    let price = lab.constant(1.0);
    let sized = lab.act(&[0], enter(LONG, EntryOrder::Market, Size::Units(gap)));
    let priced = sized.act(&[1], enter(LONG, EntryOrder::Limit(gap), Size::Units(price)));
    let mut guarded = priced.buy(&[2], 1.0);
    guarded.plan.guards.push(common::guard(
        GuardKind::StopLoss,
        Distance::Price(gap),
        wickflow_strategy::plan::From::Fill,
    ));
    let run = guarded.run();
    let reasons: Vec<_> = run.rejects.iter().map(|reject| reject.reason).collect();
    let want = [RejectReason::MissingSize, RejectReason::MissingPrice, RejectReason::MissingLevel];
    assert_eq!((reasons, run.counts.missing_guards, run.fills.len()), (want.to_vec(), 1, 1));
}

#[test]
fn sizes_by_hand() {
    let size = |make: &dyn Fn(&mut Lab) -> Size| {
        let mut lab = Lab::of(&[STILL; 3]);
        let size = make(&mut lab);
        lab.enter_sized(&[0], LONG, Order::Market, size).run().position
    };
    assert_eq!(size(&|lab| Size::Cash(lab.constant(500.0))), 5.0);
    assert_eq!(size(&|lab| Size::PercentOfEquity(lab.constant(25.0))), 25.0);
    // 1 % of 10,000 over a stop that is 4 away.
    let risk = |distance: f64| {
        size(&move |lab| Size::Risk {
            percent: lab.constant(1.0),
            distance: lab.constant(distance),
            max_percent: 50.0,
        })
    };
    assert_eq!(risk(4.0), 25.0);
    // One hundredth away it would be 10,000 units; half of equity buys 50.
    assert_eq!(risk(0.01), 50.0);
    // A fifth of the instrument's 50 % a year.
    let volatility = |lab: &mut Lab, volatility| Size::Volatility {
        percent: lab.constant(10.0),
        volatility: lab.constant(volatility),
        max_percent: 80.0,
    };
    assert_eq!(size(&|lab| volatility(lab, 50.0)), 20.0);
    assert_eq!(size(&|lab| volatility(lab, 1.0)), 80.0, "ten times equity otherwise");
    let kelly = |_: &mut Lab| Size::Kelly { share: 0.5, lookback: 2, start_percent: 7.0, max_percent: 50.0 };
    assert!((size(&kelly) - 7.0).abs() < 1e-12);
}

/// Trades of +20 %, −10 % and +20 %: p = 2/3, b = 2, Kelly 2/3 − 1/6 = 1/2; of it a half.
#[test]
fn kelly_by_hand() {
    let up = [100.0, 120.0, 100.0, 120.0];
    let down = [100.0, 100.0, 90.0, 90.0];
    let bars = [STILL, up, [120.0; 4], STILL, down, [90.0; 4], STILL, up, [120.0; 4], STILL, STILL];
    let size = Size::Kelly { share: 0.5, lookback: 3, start_percent: 10.0, max_percent: 90.0 };
    let lab = Lab::of(&bars).enter_sized(&[0, 3, 6, 9], LONG, Order::Market, size).exit(&[1, 4, 7], 1.0);
    let run = lab.run();
    assert_eq!(run.trades.len(), 3);
    let equity = run.start_cash + run.trades.iter().map(|trade| trade.pnl).sum::<f64>();
    assert!((run.position * 100.0 / equity - 0.25).abs() < 1e-9);
}

#[test]
fn a_split_changes_units_and_levels() {
    let half = [50.0, 50.5, 49.5, 50.0];
    let bars = [STILL, STILL, half, [50.0, 50.0, 48.0, 48.5]];
    let split = Split { time: Timestamp(120_000), ratio: 2.0 };
    let lab = Lab::of(&bars).buy(&[0], 1.0).guard(GuardKind::StopLoss, Distance::Percent, 2.0);
    let lab = lab.config(|config| config.splits = vec![split]);
    let run = lab.run();
    assert_eq!(lab.fills(), [(1, 100.0, 1.0), (3, 49.0, -2.0)]);
    assert_eq!((run.trades[0].pnl, run.trades[0].quantity, run.trades[0].entry_price), (-2.0, 2.0, 50.0));
    assert_eq!(Curve::new(&run, &lab.series).closes(), [10_000.0, 10_000.0, 10_000.0, 9_998.0]);
}

#[test]
fn days_end_at_midnight_of_the_zone() {
    let lab = Lab::of(&[STILL; 2000]).buy(&[1438], 1.0);
    let mut run = lab.run();
    run.segments[0].cash += 5.0;
    let days = Curve::new(&run, &lab.series).days();
    let got: Vec<_> = days.iter().map(|sample| (sample.time.0 / 60_000, sample.equity)).collect();
    assert_eq!(got, [(0, 10_000.0), (1440, 10_005.0), (2000, 10_005.0)]);
    let none = lab.config(|config| config.rows.to = 0).run();
    assert_eq!((none.final_equity, Curve::new(&none, &lab_series()).days().len()), (10_000.0, 0));
}

fn lab_series() -> wickflow_strategy::data::Series {
    common::series(common::candles(&[STILL]))
}

#[test]
fn nothing_happens_without_candles_and_with_one() {
    for bars in [vec![], vec![STILL]] {
        let lab = Lab::of(&bars).buy(&[0], 1.0);
        let run = lab.run();
        assert_eq!((run.fills.len(), run.final_equity), (0, 10_000.0));
        assert_eq!(Curve::new(&run, &lab.series).summary().max_drawdown, 0.0);
    }
}

#[test]
fn the_run_hash_tells_runs_apart() {
    let lab = Lab::of(&[STILL, [100.0, 101.0, 99.0, 100.5], STILL]).buy(&[0], 1.0).short(&[1], 2.0);
    let run = lab.run();
    let (strategy, candles) = (Digest::of(b"strategy"), Digest::of(b"candles"));
    let hash = run_hash(&strategy, &candles, &lab.config, &run);
    assert_eq!(hash, run_hash(&strategy, &candles, &lab.config, &lab.run()));
    let mut moved = run.clone();
    moved.fills[0].price = moved.fills[0].price.next_up();
    let mut seeded = lab.config.clone();
    seeded.seed = 1;
    for other in [
        run_hash(&candles, &strategy, &lab.config, &run),
        run_hash(&strategy, &candles, &lab.config, &moved),
        run_hash(&strategy, &candles, &seeded, &run),
    ] {
        assert_ne!(hash, other);
    }
}

/// Exits after two closes in the position, as values that follow from what is held say.
struct AfterTwoCloses {
    rows: Vec<usize>,
    bars: f64,
}

impl Late for AfterTwoCloses {
    fn step(&mut self, _: &Series, row: usize, account: &AccountView) {
        self.rows.push(row);
        self.bars = account.bars_since_entry;
    }

    fn register(&self, value: Value) -> f64 {
        assert_eq!(value, Value(99));
        if self.bars.is_nan() { f64::NAN } else { f64::from(u8::from(self.bars >= 2.0)) }
    }
}

#[test]
fn late_values_see_every_close_once_with_what_is_held() {
    let bars = [STILL; 8];
    let mut lab = Lab::of(&bars).buy(&[1, 6], 1.0).config(|config| config.rows.from = 1);
    let kind = ActionKind::Exit { direction: None, fraction: 1.0 };
    lab.plan.actions.push(Action { node: String::new(), when: Value(99), kind });
    let mut late = AfterTwoCloses { rows: Vec::new(), bars: f64::NAN };
    let run =
        simulate(&lab.plan, &lab.series, &lab.table, Some(&mut late), &lab.config, Pace::Skipping).unwrap();
    let bars: Vec<_> = run.fills.iter().map(|fill| fill.bar).collect();
    // In at 2; the closes of 2, 3 and 4 are 0, 1 and 2 bars after that.
    assert_eq!(bars, [2, 5, 7]);
    assert_eq!(late.rows, (0..8).collect::<Vec<_>>(), "rows before the run warm up");
}

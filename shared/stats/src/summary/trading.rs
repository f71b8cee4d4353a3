//! The trades.

use super::{List, Unit};
use crate::trades::{Outcomes, TradeResult, TradeStats};

pub(super) fn add(list: &mut List, trades: &[TradeResult]) {
    let stats = TradeStats::of(trades);
    add_outcomes(list, &stats.all);
    add_size(list, &stats);
    add_quality(list, &stats);
    add_time_and_excursion(list, &stats);
    add_sides(list, &stats);
}

fn add_outcomes(list: &mut List, all: &Outcomes) {
    list.add(("trades", "Trades"), all.count as f64, Unit::Count, "Closed trades.");
    list.add(("wins", "Wins"), all.wins as f64, Unit::Count, "Trades above zero, net of fees.");
    list.add(("losses", "Losses"), all.losses as f64, Unit::Count, "Trades below zero, net of fees.");
    list.add(
        ("break_evens", "Break-evens"),
        all.break_evens() as f64,
        Unit::Count,
        "Trades of exactly zero.",
    );
    list.add(
        ("win_rate", "Win rate"),
        all.win_rate(),
        Unit::Fraction,
        "Wins / (wins + losses); break-evens stay out.",
    );
    list.add(
        ("profit_factor", "Profit factor"),
        all.profit_factor(),
        Unit::Ratio,
        "Gross profit / gross loss, cash net of fees.",
    );
    list.add(
        ("payoff_ratio", "Payoff ratio"),
        all.payoff_ratio(),
        Unit::Ratio,
        "Average win / average loss, in cash.",
    );
    list.add(("gross_profit", "Gross profit"), all.gross_profit, Unit::Cash, "Sum of the wins, net of fees.");
    list.add(
        ("gross_loss", "Gross loss"),
        all.gross_loss,
        Unit::Cash,
        "Sum of the losses, net of fees, counted positive.",
    );
    list.add(("average_win", "Average win"), all.average_win(), Unit::Cash, "Gross profit / wins.");
    list.add(
        ("average_loss", "Average loss"),
        all.average_loss(),
        Unit::Cash,
        "Gross loss / losses, counted positive.",
    );
}

fn add_size(list: &mut List, stats: &TradeStats) {
    list.add(("expectancy", "Expectancy"), stats.pnl.mean, Unit::Cash, "Mean profit per trade, net of fees.");
    list.add(
        ("expectancy_r", "Expectancy in R"),
        stats.expectancy_r,
        Unit::RiskMultiple,
        "Mean profit / initial risk, over trades with an initial stop.",
    );
    list.add(
        ("average_trade_return", "Average trade return"),
        stats.return_fraction.mean,
        Unit::Fraction,
        "Mean of the trades' returns on their entry value.",
    );
    list.add(("median_trade", "Median trade"), stats.pnl.median, Unit::Cash, "Middle profit, net of fees.");
    list.add(("best_trade", "Best trade"), stats.pnl.best, Unit::Cash, "Highest profit, net of fees.");
    list.add(("worst_trade", "Worst trade"), stats.pnl.worst, Unit::Cash, "Lowest profit, net of fees.");
    list.add(
        ("best_trade_share", "Share of the best trade"),
        stats.concentration.best_share,
        Unit::Fraction,
        "Best trade / gross profit.",
    );
    list.add(
        ("profit_concentration", "Profit concentration"),
        stats.concentration.hhi,
        Unit::Ratio,
        "Herfindahl index Σ(win / gross profit)²: 1/wins when equal, 1 when one trade is all.",
    );
}

fn add_quality(list: &mut List, stats: &TradeStats) {
    list.add(
        ("sqn", "System quality number"),
        stats.sqn,
        Unit::Ratio,
        "√N · mean/standard deviation of trade profits; says little below 30 trades.",
    );
    list.add(
        ("sqn_capped", "System quality number, N ≤ 100"),
        stats.sqn_capped,
        Unit::Ratio,
        "The same with N capped at 100 (Tharp's variant).",
    );
    list.add(
        ("kelly", "Kelly fraction"),
        stats.kelly,
        Unit::Fraction,
        "p − (1 − p)/(average win/average loss), break-evens left out.",
    );
    list.add(
        ("half_kelly", "Half Kelly"),
        stats.kelly.scaled(0.5),
        Unit::Fraction,
        "Half the Kelly fraction.",
    );
    let streaks = stats.streaks;
    const RUNS: &str = "In the order of exits; break-evens neither lengthen nor end a run.";
    list.add(("win_streak", "Longest run of wins"), streaks.wins as f64, Unit::Count, RUNS);
    list.add(("loss_streak", "Longest run of losses"), streaks.losses as f64, Unit::Count, RUNS);
}

fn add_time_and_excursion(list: &mut List, stats: &TradeStats) {
    list.add(("mean_trade_bars", "Mean bars held"), stats.bars.mean, Unit::Bars, "From entry to exit.");
    list.add(("median_trade_bars", "Median bars held"), stats.bars.median, Unit::Bars, "From entry to exit.");
    list.add(
        ("mean_trade_duration", "Mean time held"),
        stats.duration_ms.mean,
        Unit::Milliseconds,
        "From entry to exit, closed hours included.",
    );
    list.add(
        ("median_trade_duration", "Median time held"),
        stats.duration_ms.median,
        Unit::Milliseconds,
        "From entry to exit, closed hours included.",
    );
    list.add(
        ("mean_mae", "Mean adverse excursion"),
        stats.mean_mae,
        Unit::Cash,
        "Mean of the deepest open losses, counted positive.",
    );
    list.add(
        ("mean_mfe", "Mean favorable excursion"),
        stats.mean_mfe,
        Unit::Cash,
        "Mean of the highest open profits.",
    );
    list.add(
        ("end_trade_drawdown", "Mean end-trade drawdown"),
        stats.mean_end_trade_drawdown,
        Unit::Cash,
        "Mean of highest open profit − profit at the exit.",
    );
}

fn add_sides(list: &mut List, stats: &TradeStats) {
    for (side, count, rate, factor, profit) in [
        (
            &stats.long,
            ("long_trades", "Long trades"),
            ("long_win_rate", "Win rate, long"),
            ("long_profit_factor", "Profit factor, long"),
            ("long_net_profit", "Net profit, long"),
        ),
        (
            &stats.short,
            ("short_trades", "Short trades"),
            ("short_win_rate", "Win rate, short"),
            ("short_profit_factor", "Profit factor, short"),
            ("short_net_profit", "Net profit, short"),
        ),
    ] {
        list.add(count, side.count as f64, Unit::Count, "Closed trades of this side.");
        list.add(rate, side.win_rate(), Unit::Fraction, "Wins / (wins + losses) of this side.");
        list.add(factor, side.profit_factor(), Unit::Ratio, "Gross profit / gross loss of this side.");
        list.add(profit, side.net_profit(), Unit::Cash, "Sum of this side's profits, net of fees.");
    }
}

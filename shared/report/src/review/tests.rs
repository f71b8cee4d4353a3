//! Every finding by a run that has it, and one that has not.

use std::collections::BTreeSet;

use wickflow_backtest::config::{FeeModel, FillProfile, Slippage};
use wickflow_backtest::{Cause, Reject, RejectReason, Step};
use wickflow_shared::market::Calendar;
use wickflow_shared::order::OrderSide;
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use super::{CHECKS, Finding, Severity};
use crate::testing::{Case, flat, slope, swing};

/// The finding of a code that the first run has and the second has not.
fn check(code: &str, with: &Case, without: &Case) -> Finding {
    let found = with.finding(code);
    assert!(without.finding(code).is_none(), "{code} without cause: {:?}", without.finding(code));
    let found = found.unwrap_or_else(|| panic!("{code} was not found"));
    assert!(!found.evidence.is_empty() && !found.text.is_empty(), "{found:?}");
    assert!(!found.text.contains("NaN") && !found.text.contains("inf "), "{}", found.text);
    assert!(found.evidence.iter().all(|evidence| evidence.value.is_finite()), "{found:?}");
    found
}

/// Forty trades that win by turns, ten bars apart.
fn many() -> Case {
    Case::new(swing(400)).trades(1, 10, 4, 10.0)
}

#[test]
fn there_are_enough_checks() {
    assert!(CHECKS.len() >= 40);
    assert_eq!(CHECKS.iter().map(|check| *check as usize).collect::<BTreeSet<_>>().len(), CHECKS.len());
}

#[test]
fn gravest_first() {
    let review = Case::new(swing(50)).trade(1, 5, 10.0).report().review;
    assert!(review.len() > 2 && review.is_sorted_by_key(|finding| finding.severity), "{review:?}");
}

mod sample {
    use super::*;

    #[test]
    fn no_trades() {
        let found = check("no_trades", &Case::new(flat(50)), &Case::new(flat(50)).trade(1, 3, 1.0));
        assert_eq!(found.severity, Severity::Serious);
        assert!(found.text.contains("50 bars"), "{}", found.text);
    }

    #[test]
    fn too_few_trades() {
        let few = Case::new(swing(300)).trades(1, 20, 4, 10.0);
        assert_eq!(check("too_few_trades", &few, &many()).severity, Severity::Caution);
        let very_few = Case::new(swing(50)).trade(1, 3, 1.0);
        assert_eq!(very_few.finding("too_few_trades").unwrap().severity, Severity::Serious);
        assert!(
            Case::new(swing(50)).finding("too_few_trades").is_none(),
            "no trades at all is another finding"
        );
    }

    #[test]
    fn few_days() {
        let minutes = |every: i64| {
            Case::new(swing(400)).trades(1, 10, 4, 10.0).with(|case| {
                case.timeframe = Timeframe::Minutes(1);
                let start = case.candles[0].open_time;
                for (index, candle) in (0..).zip(&mut case.candles) {
                    candle.open_time = start.plus_ms(index * every);
                }
                let times: Vec<Timestamp> = case.candles.iter().map(|candle| candle.open_time).collect();
                for trade in &mut case.run.trades {
                    trade.entry_time = times[trade.entry_bar as usize];
                    trade.exit_time = times[trade.exit_bar as usize];
                }
            })
        };
        let found = check("few_days", &minutes(60_000), &minutes(86_400_000));
        assert!(found.text.contains("1 day:"), "{}", found.text);
    }

    #[test]
    fn many_parameters() {
        check(
            "many_parameters",
            &many().with(|case| case.parameters = 5),
            &many().with(|case| case.parameters = 3),
        );
    }

    /// One early gain and then nothing: a Sharpe ratio far from sure.
    #[test]
    fn not_significant() {
        let lucky =
            Case::new((0..200).map(|bar| if bar % 7 == 3 { 104.0 } else { 100.0 + (bar % 3) as f64 }))
                .hold(1, 50.0);
        check("not_significant", &lucky, &many());
    }

    #[test]
    fn too_good() {
        let steady =
            Case::new(slope(200, 0.3).enumerate().map(|(bar, close)| close + 0.1 * (bar % 2) as f64))
                .hold(1, 50.0);
        let found = check("too_good", &steady, &Case::new(flat(200)).trades(1, 10, 4, 1.0));
        assert_eq!(found.severity, Severity::Serious);
    }
}

mod concentration {
    use super::*;

    /// Five trades that hardly move and one that makes everything.
    fn one_winner() -> Case {
        let closes = (0..200).map(|bar| if bar < 100 { 100.0 } else { 130.0 });
        (0..5).fold(Case::new(closes).trade(98, 103, 50.0), |case, index| {
            case.trade(110 + 10 * index, 115 + 10 * index, 5.0)
        })
    }

    #[test]
    fn one_trade() {
        let found = check("one_trade", &one_winner(), &many());
        assert_eq!((found.trades.as_slice(), found.severity), (&[1][..], Severity::Serious));
    }

    #[test]
    fn one_month() {
        let found = check("one_month", &one_winner(), &many());
        assert!(found.text.starts_with("2024-04 made"), "{}", found.text);
    }

    #[test]
    fn hidden_losers() {
        check("hidden_losers", &one_winner(), &many());
    }

    #[test]
    fn edge_days() {
        let early = Case::new((0..200).map(|bar| if bar < 5 { 100.0 } else { 130.0 })).trade(1, 8, 50.0);
        assert!(check("edge_days", &early, &many()).text.starts_with("The first 10 of 200 days"));
        let late = Case::new((0..200).map(|bar| if bar < 195 { 100.0 } else { 130.0 })).hold(100, 50.0);
        assert!(late.finding("edge_days").unwrap().text.starts_with("The last 10"));
    }

    #[test]
    fn open_position() {
        let closes = || (0..200).map(|bar| if bar < 190 { 100.0 } else { 130.0 });
        let open = Case::new(closes()).trade(1, 3, 10.0).hold(100, 10.0);
        let found = check("open_position", &open, &many());
        assert_eq!(found.severity, Severity::Serious, "closed trades alone lose their fees");
    }
}

mod profiles {
    use super::*;

    #[test]
    fn profile_spread() {
        let other = |equity: f64| {
            many().with(|case| {
                let chosen = case.run.clone();
                let mut other = chosen.clone();
                other.final_equity = equity;
                case.profiles = vec![("next-open", chosen), ("adverse-first", other)];
            })
        };
        let near = many().run.final_equity - 100.0;
        let found = check("profile_spread", &other(9_000.0), &other(near));
        assert_eq!(found.severity, Severity::Serious, "one of two profiles loses");
        assert!(found.text.contains("1 of 2 profiles"), "{}", found.text);
    }

    #[test]
    fn kind_profile() {
        let found = check(
            "kind_profile",
            &many().with(|case| case.config.profile = FillProfile::optimistic()),
            &many(),
        );
        assert!(found.text.contains("touches it, and within a bar"), "{}", found.text);
    }
}

mod costs {
    use super::*;

    #[test]
    fn costs_eat_the_edge() {
        let dear =
            Case::new(swing(400)).with(|case| case.config.fees = FeeModel::bps(500.0)).trades(1, 10, 4, 10.0);
        let found = check("costs_eat_the_edge", &dear, &many());
        assert_eq!(found.severity, Severity::Serious);
    }

    #[test]
    fn no_slippage() {
        let slips = many().with(|case| case.config.slippage = Slippage::Bps { bps: 2.0 });
        check("no_slippage", &many(), &slips);
    }

    #[test]
    fn no_fees() {
        let free = Case::new(swing(50)).with(|case| case.config.fees = FeeModel::Free).trade(1, 5, 1.0);
        check("no_fees", &free, &many());
    }

    /// 0.05 made on 200 traded after fees of nothing: 2.5 bps.
    #[test]
    fn thin_edge() {
        let thin =
            Case::new(slope(100, 0.01)).with(|case| case.config.fees = FeeModel::Free).trade(1, 6, 10.0);
        let found = check("thin_edge", &thin, &many());
        assert!((found.evidence[0].value - 2.5).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn high_turnover() {
        check("high_turnover", &Case::new(flat(200)).trades(1, 2, 1, 99.0), &many());
    }
}

mod fills {
    use super::*;

    #[test]
    fn signal_close() {
        let at_close = |case: &mut Case| {
            case.config.profile = FillProfile::signal_close();
            case.run.fills[0].step = Step::AfterClose;
        };
        assert_eq!(check("signal_close", &many().with(at_close), &many()).severity, Severity::Serious);
    }

    #[test]
    fn stale_fills() {
        let stale = many().with(|case| {
            case.run.fills[3].stale = true;
            case.run.counts.stale_fills = 1;
        });
        assert_eq!(check("stale_fills", &stale, &many()).bars, [stale.run.fills[3].bar]);
    }

    #[test]
    fn ambiguous_brackets() {
        let ambiguous = |exits| many().with(|case| case.run.counts.ambiguous_exits = exits);
        check("ambiguous_brackets", &ambiguous(2), &ambiguous(1));
    }

    #[test]
    fn same_bar() {
        let found = check("same_bar", &Case::new(swing(400)).trades(1, 10, 0, 1.0), &many());
        assert_eq!(found.trades.len(), super::super::MAX_POINTERS);
    }

    #[test]
    fn fills_at_extremes() {
        let lucky = many().with(|case| {
            for fill in &mut case.run.fills {
                let candle = case.candles[fill.bar as usize];
                fill.price = if fill.side == OrderSide::Buy { candle.low } else { candle.high };
            }
        });
        check("fills_at_extremes", &lucky, &many());
    }

    #[test]
    fn no_volume() {
        let silent = many().with(|case| case.candles[1].volume = 0.0);
        assert_eq!(check("no_volume", &silent, &many()).bars, [1]);
        let unknown = many().with(|case| case.candles.iter_mut().for_each(|candle| candle.volume = 0.0));
        assert!(unknown.finding("no_volume").is_none(), "the series does not know volumes");
    }

    #[test]
    fn large_orders() {
        let thin = |volume: f64| many().with(move |case| case.candles[1].volume = volume);
        assert_eq!(check("large_orders", &thin(50.0), &thin(200.0)).severity, Severity::Caution);
        assert_eq!(thin(5.0).finding("large_orders").unwrap().severity, Severity::Serious);
    }
}

mod risk {
    use super::*;

    /// Up to 130, down to 60, and where it began.
    fn crash() -> Case {
        let closes = (0..200).map(|bar| match bar {
            0..50 => 100.0 + 0.6 * bar as f64,
            50..120 => 130.0 - (bar - 50) as f64,
            _ => 60.0 + 0.5 * (bar - 120) as f64,
        });
        Case::new(closes).hold(1, 90.0)
    }

    #[test]
    fn ruin() {
        let ruined = many().with(|case| case.run.is_ruined = true);
        assert_eq!(check("ruin", &ruined, &many()).severity, Severity::Serious);
    }

    #[test]
    fn deep_drawdown() {
        assert_eq!(check("deep_drawdown", &crash(), &many()).severity, Severity::Serious);
    }

    #[test]
    fn under_water() {
        check("under_water", &crash(), &many());
    }

    #[test]
    fn stagnation() {
        check("stagnation", &crash(), &many());
    }

    #[test]
    fn leverage() {
        let found = check("leverage", &Case::new(swing(100)).trade(1, 9, 200.0), &many());
        assert_eq!((found.severity, found.title), (Severity::Caution, "Leverage"));
        let close_call = Case::new(swing(100))
            .with(|case| case.config.margin.long_maintenance = 0.4)
            .trade(1, 9, 200.0)
            .finding("leverage")
            .unwrap();
        assert_eq!(close_call.severity, Severity::Serious);
    }

    #[test]
    fn margin_calls() {
        let called = many().with(|case| case.run.fills[5].cause = Cause::MarginCall);
        assert_eq!(check("margin_calls", &called, &many()).bars, [called.run.fills[5].bar]);
    }

    #[test]
    fn losing_streak() {
        let losing = Case::new(flat(200)).trades(1, 10, 4, 10.0);
        let found = check("losing_streak", &losing, &many());
        assert_eq!((found.trades.first(), found.evidence[0].value), (Some(&1), 20.0));
    }
}

mod market {
    use super::*;

    #[test]
    fn worse_than_holding() {
        let late = Case::new(slope(100, 1.0)).trade(90, 95, 10.0);
        check("worse_than_holding", &late, &Case::new(slope(100, -0.5)).trade(90, 95, 10.0));
    }

    #[test]
    fn beta_as_alpha() {
        let holding =
            Case::new(swing(200).zip(slope(200, 0.1)).map(|(swing, slope)| swing + slope)).hold(1, 95.0);
        check("beta_as_alpha", &holding, &many());
    }

    #[test]
    fn always_in_market() {
        check("always_in_market", &Case::new(swing(100)).hold(1, 10.0), &many());
    }

    #[test]
    fn hardly_in_market() {
        check("hardly_in_market", &Case::new(swing(200)).trade(1, 2, 10.0), &many());
    }

    #[test]
    fn flat_equity() {
        let found = check("flat_equity", &Case::new(swing(200)).trade(1, 5, 10.0), &many());
        assert_eq!(found.bars, [6, 199]);
    }

    #[test]
    fn one_sided() {
        let rising = Case::new(slope(200, 0.5)).trades(1, 10, 4, 10.0);
        let mixed = Case::new(slope(200, 0.5)).trade(1, 3, -1.0).trades(11, 10, 4, 10.0);
        check("one_sided", &rising, &mixed);
        let falling = Case::new(slope(200, -0.2)).trades(1, 10, 4, -10.0);
        assert_eq!(falling.finding("one_sided").unwrap().title, "Only shorts in a falling market");
    }
}

mod trading {
    use super::*;

    #[test]
    fn churn() {
        check("churn", &Case::new(swing(200)).trades(1, 5, 1, 1.0), &many());
    }

    /// Three wins of about ten, then a loss of about forty, over and over.
    #[test]
    fn poor_payoff() {
        let closes = (0..400).map(|bar| 100.0 + (bar % 40) as f64 * if bar % 40 < 30 { 1.0 } else { 0.0 });
        let case = Case::new(closes).trades(1, 10, 9, 1.0).with(|case| {
            for (index, trade) in case.run.trades.iter_mut().enumerate() {
                trade.pnl = if index % 4 == 3 { -40.0 } else { 10.0 };
            }
        });
        check("poor_payoff", &case, &many());
    }

    #[test]
    fn rejected_orders() {
        let refused = many().with(|case| {
            case.run.counts.rejects = 1;
            let (cause, reason) = (Cause::Action(0), RejectReason::InsufficientCash);
            case.run.rejects.push(Reject { bar: 7, cause, reason, needed: 20.0, available: 10.0 });
        });
        let found = check("rejected_orders", &refused, &many());
        assert_eq!((found.bars.as_slice(), found.severity), (&[7][..], Severity::Caution));
        assert!(found.text.contains("cash did not cover"), "{}", found.text);
    }

    #[test]
    fn conflicting_signals() {
        check("conflicting_signals", &many().with(|case| case.run.counts.conflicts = 3), &many());
    }

    #[test]
    fn missing_guards() {
        check("missing_guards", &many().with(|case| case.run.counts.missing_guards = 3), &many());
    }
}

mod stability {
    use super::*;

    #[test]
    fn autocorrelation() {
        let held = Case::new(swing(200)).hold(1, 50.0);
        let found = check("autocorrelation", &held, &Case::new(flat(200)).hold(1, 50.0));
        assert!(found.evidence[0].value > 0.5, "five up and five down: {found:?}");
    }

    #[test]
    fn unstable() {
        let closes =
            (0..200).map(|bar| if bar < 100 { 100.0 + bar as f64 } else { 200.0 - 0.3 * (bar - 100) as f64 });
        let found = check("unstable", &Case::new(closes).hold(1, 50.0), &many());
        assert_eq!(found.severity, Severity::Serious, "the second half loses");
    }
}

mod data {
    use super::*;

    #[test]
    fn data_gaps() {
        let holes = many().with(|case| drop(case.candles.drain(100..103)));
        let found = check("data_gaps", &holes, &many());
        assert_eq!((found.bars.as_slice(), found.evidence[1].value), (&[100][..], 3.0));
    }

    /// Hourly candles of a market that is open from 9 to 17 on weekdays: nights and weekends are no gaps.
    #[test]
    fn closed_markets_are_no_gaps() {
        let window = wickflow_shared::market::SessionWindow { open: 540, close: 1020 };
        let weekly = std::array::from_fn(|day| if day < 5 { vec![window] } else { Vec::new() });
        let calendar =
            Calendar::with_sessions(Zone::utc(), weekly, std::collections::BTreeMap::new()).unwrap();
        let hours = (0..14)
            .flat_map(|day| (0..24).map(move |hour| Timestamp::from_civil(2024, 1, 1 + day, hour, 0, 0)));
        let open: Vec<Timestamp> = hours.filter(|time| calendar.is_open(*time)).collect();
        assert_eq!(open.len(), 80);
        let case = |times: Vec<Timestamp>| {
            Case::new(flat(times.len())).trade(1, 3, 1.0).with(|case| {
                case.timeframe = Timeframe::Minutes(60);
                case.calendar = calendar.clone();
                case.candles.iter_mut().zip(times).for_each(|(candle, time)| candle.open_time = time);
            })
        };
        // Friday's last two hours, and Monday's first.
        let holes: Vec<Timestamp> = open
            .iter()
            .enumerate()
            .filter(|(index, _)| !(38..41).contains(index))
            .map(|(_, time)| *time)
            .collect();
        let found = check("data_gaps", &case(holes), &case(open.clone()));
        assert_eq!((found.bars.as_slice(), found.evidence[1].value), (&[38][..], 3.0));
    }
}

mod strategy {
    use super::*;

    #[test]
    fn look_ahead() {
        let proven = |leaks| many().with(move |case| case.proofs.leaks = Some(leaks));
        assert_eq!(check("look_ahead", &proven(2), &proven(0)).severity, Severity::Serious);
    }

    #[test]
    fn long_warm_up() {
        let slow = Case::new(swing(100))
            .trade(50, 55, 1.0)
            .with(|case| case.document = case.document.replace("\"period\": 3", "\"period\": 40"));
        let found = check("long_warm_up", &slow, &many());
        assert!(found.evidence[0].value >= 39.0, "{found:?}");
        let warmed = slow.with(|case| case.run.first_bar = 45);
        assert!(warmed.finding("long_warm_up").is_none(), "the bars before the first one warmed it up");
    }

    #[test]
    fn warm_up_drift() {
        let drifts = |percent| many().with(move |case| case.proofs.drift_percent = Some(percent));
        check("warm_up_drift", &drifts(-24.0), &drifts(0.07));
    }

    #[test]
    fn compile_warnings() {
        let unused = many().with(|case| {
            let node = r#"{"nodes": [{"id": "idle", "type": "data.candle"},"#;
            case.document = case.document.replacen("{\"nodes\": [", node, 1);
        });
        check("compile_warnings", &unused, &many());
    }
}

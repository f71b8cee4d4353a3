use super::*;

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
        assert_eq!(found.trades.len(), crate::review::MAX_POINTERS);
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

mod orders {
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

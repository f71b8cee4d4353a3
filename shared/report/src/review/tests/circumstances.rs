use super::*;

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

mod data {
    use super::*;

    #[test]
    fn data_gaps() {
        let holes = many().with(|case| drop(case.candles.drain(100..103)));
        let found = check("data_gaps", &holes, &many());
        assert_eq!((found.bars.as_slice(), found.evidence[1].value), (&[100][..], 3.0));
    }

    #[test]
    fn price_jumps() {
        let split = Case::new((0..100).map(|bar| if bar < 40 { 100.0 } else { 25.0 })).trade(1, 5, 1.0).with(
            |case| {
                (case.candles[40].open, case.candles[40].high) = (25.0, 25.5);
            },
        );
        let told = |split: &Case| {
            let time = split.candles[40].open_time;
            vec![wickflow_backtest::config::Split { time, ratio: 4.0 }]
        };
        let found = check("price_jumps", &split, &many());
        assert_eq!((found.bars.as_slice(), found.evidence[1].value), (&[40][..], 0.25));
        let splits = told(&split);
        assert!(split.with(|case| case.config.splits = splits).finding("price_jumps").is_none());
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

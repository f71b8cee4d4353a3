use super::*;

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
    fn short_time() {
        let found = check("short_time", &Case::new(swing(60)).trade(1, 5, 1.0), &many());
        assert!(found.text.contains("60 days"), "{}", found.text);
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

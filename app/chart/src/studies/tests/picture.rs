//! What holds for every picture with studies.

use proptest::prelude::*;

use super::super::*;
use crate::view::{PathPoint, SUBPIXELS, column_start};
use crate::{Bar, Chart, DrawList, Ink, Layer, Op, Options, PixelRect, Side, View};

const MINUTE: i64 = 60_000;

fn rects(list: &DrawList, wanted: Ink) -> Vec<PixelRect> {
    let of = |op: &Op| matches!(op, Op::Rects { ink, .. } if *ink == wanted);
    list.ops().iter().filter(|op| of(op)).flat_map(|op| list.rects(op).iter().copied()).collect()
}

/// Upright strokes of one pixel, as the rectangles that they cover.
fn segments(list: &DrawList, wanted: Ink) -> Vec<PixelRect> {
    let of = |op: &Op| matches!(op, Op::Stroke { ink, width: 1, .. } if *ink == wanted);
    let pair = |pair: &[PathPoint]| {
        let [top, bottom] = [0, 1].map(|at| pair[at].y / SUBPIXELS);
        assert_eq!(pair[0].x, pair[1].x);
        PixelRect::new(pair[0].x / SUBPIXELS, top, 1, bottom - top)
    };
    list.ops().iter().filter(|op| of(op)).flat_map(|op| list.path(op).chunks(2).map(pair)).collect()
}

fn walk(seed: u64, len: usize) -> Vec<f64> {
    let mut state = seed | 1;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            if state.is_multiple_of(9) { f64::NAN } else { (state % 2001) as f64 / 100.0 - 10.0 }
        })
        .collect()
}

fn chart(bars: i64, dpr: f64) -> Chart {
    let mut chart =
        Chart::new(Options { volume: false, last_price_line: false, grid: false, ..Options::default() });
    chart.resize(500.0, 400.0, dpr);
    chart.set_candles((0..bars).map(|at| Bar::new(at * MINUTE, 10.0, 12.0, 9.0, 11.0, 1.0)).collect());
    chart
}

fn trades(seed: u64, count: usize, bars: i64) -> Vec<Trade> {
    let numbers = walk(seed, count * 2);
    let trade = |(at, pair): (usize, &[f64])| Trade {
        entry_time: (at as i64 * 7919 % bars) * MINUTE,
        entry_price: pair[0],
        exit_time: (at as i64 * 7919 % bars + at as i64 % 40) * MINUTE,
        exit_price: pair[1],
        side: if at % 2 == 0 { Side::Buy } else { Side::Sell },
        pnl: pair[1] - pair[0],
    };
    numbers.chunks(2).enumerate().map(trade).collect()
}

#[test]
fn many_trades_cost_pixels() {
    let mut chart = chart(100_000, 1.0);
    let mut ops = |count| {
        chart.update_studies(|studies| studies.set_trades(trades(5, count, 100_000)));
        chart.fit();
        let mut view = View::default();
        let list = view.draw(&chart, Layer::Base);
        let shapes = |op: &Op| list.rects(op).len() + list.path(op).len();
        list.ops().iter().map(shapes).sum::<usize>()
    };
    let (none, many, more) = (ops(0), ops(20_000), ops(100_000));
    assert!(many < none + 2000, "{none} {many}");
    assert!(more < none + 2000, "{none} {more}");
}

proptest! {
    /// Histograms and signals at every zoom: each column from the lowest to the highest of its values, each tick where
    /// a value fires, compared value by value.
    #[test]
    fn upright_studies_show_the_true_extremes(seed in any::<u64>(), len in 1usize..900, zoom in 0.02f64..1.0) {
        let mut chart = chart(1000, 1.0);
        let values = walk(seed, len);
        chart.update_studies(|studies| {
            studies.set_panes(vec![Pane::new("p", "P").share(0.4).range(-10.0, 10.0)]);
            studies.set_studies(vec![
                Study::new("h", "H", 50 * MINUTE, values.clone())
                    .in_pane("p").style(StudyStyle::Histogram { base: 0.0 }).ink(StudyInk::Red),
                Study::new("s", "S", 50 * MINUTE, values.iter().map(|v| f64::from(*v > 9.0)).collect())
                    .in_pane("p").style(StudyStyle::Signal).ink(StudyInk::Cyan),
            ]);
        });
        chart.fit();
        chart.zoom_at(250.0, zoom / chart.bar_spacing());
        let mut view = View::default();
        let list = view.draw(&chart, Layer::Base);
        let frame = crate::view::Frame::new(&chart);
        let studies = chart.studies().unwrap();
        let pane = frame.device(studies.panes[0].area);
        let scale = studies.panes[0].scale;
        let prices = crate::view::PricePositions::linear(scale.low, scale.high, pane);
        let all = crate::model::Extent { first: 50, end: (50 + len as i64).min(1000) };
        let (mut histogram, mut signals) = (Vec::new(), Vec::new());
        for x in 0..frame.plot.width {
            let first = column_start(frame.bars, x).max(all.first);
            let end = column_start(frame.bars, x + 1).min(all.end);
            let own = || (first..end).map(|at| values[usize::try_from(at - 50).unwrap()]).filter(|v| !v.is_nan());
            if own().next().is_none() {
                continue;
            }
            let (low, high) = own().fold((0.0f64, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
            let (top, bottom) = (prices.y(high), prices.y(low));
            let zero = prices.y(0.0);
            let (top, bottom) = if top == bottom {
                (zero - i32::from(high > 0.0), zero + i32::from(low < 0.0))
            } else {
                (top, bottom)
            };
            if top < bottom {
                histogram.push(PixelRect::new(x, top, 1, bottom - top));
            }
            if own().any(|v| v > 9.0) {
                signals.push(x);
            }
        }
        prop_assert_eq!(segments(list, StudyInk::Red.line()), histogram);
        let ticks = rects(list, StudyInk::Cyan.line());
        prop_assert!(ticks.iter().all(|rect| (rect.y, rect.height) == (pane.bottom() - 7, 5)));
        let ticks: Vec<i32> = ticks.iter().flat_map(|rect| rect.x..rect.right()).collect();
        prop_assert_eq!(ticks, signals);
    }

    /// Merged trades show the true range of the prices that they stand for.
    #[test]
    fn merged_trades_show_their_true_range(seed in any::<u64>(), count in 0usize..600, from in 0usize..600, to in 0usize..600) {
        let given = trades(seed, count, 400);
        let merging = trades::Trades::new(given.clone());
        let mut sorted: Vec<_> = given
            .into_iter()
            .filter(|trade| trade.entry_price.is_finite() && trade.exit_price.is_finite())
            .collect();
        sorted.sort_by_key(|trade| trade.entry_time);
        prop_assert_eq!(merging.len(), sorted.len());
        let naive = sorted.get(from..to).filter(|some| !some.is_empty());
        let got = merging.merged(from, to.min(sorted.len()));
        prop_assert!(naive.is_none() || got.is_some());
        if let (Some(naive), Some(got)) = (naive, got) {
            let prices = || naive.iter().flat_map(|trade| [trade.entry_price, trade.exit_price]);
            prop_assert_eq!(got.prices.low.to_bits(), prices().fold(f64::INFINITY, f64::min).to_bits());
            prop_assert_eq!(got.prices.high.to_bits(), prices().fold(f64::NEG_INFINITY, f64::max).to_bits());
            prop_assert!((got.pnl - naive.iter().map(|trade| trade.pnl).sum::<f64>()).abs() < 1e-6);
        }
    }

    /// Nothing panics and nothing stands on the axes or in another pane, at any size, zoom and scale.
    #[test]
    fn rectangles_stay_in_their_panes(
        seed in any::<u64>(), width in 0.0f64..700.0, height in 0.0f64..500.0, dpr in 0.5f64..4.0,
        zoom in 0.001f64..50.0, pan in -3000.0f64..3000.0, scale in 0.1f64..20.0, share in -1.0f64..2.0,
        shift in -300i64..300, style in 0usize..6, bars_visible in any::<bool>(),
    ) {
        let mut chart = chart(300, 1.0);
        let style = [
            StudyStyle::Line, StudyStyle::Step, StudyStyle::Histogram { base: f64::NAN }, StudyStyle::Area { base: 1e9 },
            StudyStyle::Band { other: walk(seed ^ 77, 250) }, StudyStyle::Signal,
        ][style].clone();
        chart.update_studies(|studies| {
            studies.set_bars_visible(bars_visible);
            studies.set_panes(vec![Pane::new("p", "P").share(share).guides(&[0.0]).range(-2.0, 3.0), Pane::new("q", "Q").range(1.0, 1.0)]);
            let of = |id: &str| Study::new(id, id, shift * MINUTE, walk(seed, 300)).style(style.clone());
            studies.set_studies(vec![of("a"), of("b").in_pane("p").ink(StudyInk::Red), of("c").in_pane("q")]);
            studies.set_trades(trades(seed, 200, 300));
            studies.select_trade(Some(3));
            studies.set_step(Some(shift * MINUTE));
            studies.set_breakpoints(vec![i64::MIN, shift * MINUTE, i64::MAX]);
        });
        chart.resize(width, height, dpr);
        chart.zoom_at(width / 2.0, zoom);
        chart.pan_by(pan);
        chart.scale_price_by(scale);
        chart.hover(width / 3.0, height * 0.8);
        chart.next_study_outcome();
        let _ = (chart.summary(), chart.cursor_text(), chart.study_readout());
        let mut view = View::default();
        let frame = crate::view::Frame::new(&chart);
        let list = view.draw(&chart, Layer::Base);
        let pane = frame.device(chart.studies().unwrap().panes[0].area);
        for ink in [StudyInk::Red.line(), StudyInk::Red.fill()] {
            let merged = chart.bar_spacing() * dpr < 1.0;
            let upright = if merged { segments(list, ink) } else { Vec::new() };
            for rect in rects(list, ink).into_iter().chain(upright) {
                prop_assert!(!rect.is_empty() && rect.within(pane) == rect, "{:?} outside {:?}", rect, pane);
            }
        }
        for ink in [StudyInk::Red.line(), StudyInk::Red.fill()] {
            let paths = list.ops().iter().filter(|op| op.ink() == ink).flat_map(|op| list.path(op));
            for point in paths {
                let rows = pane.y * SUBPIXELS..=pane.bottom() * SUBPIXELS;
                prop_assert!(rows.contains(&point.y), "{:?} outside {:?}", point, pane);
            }
        }
        for ink in [StudyInk::Blue.line(), StudyInk::Blue.fill(), palette::SPAN, palette::STEP, palette::STEP_FILL] {
            for rect in rects(list, ink) {
                prop_assert!(!rect.is_empty() && rect.within(frame.body) == rect, "{:?} outside {:?}", rect, frame.body);
            }
        }
        view.draw(&chart, Layer::Overlay);
    }
}

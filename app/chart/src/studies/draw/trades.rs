//! Trades: marks at entry and exit, joined by a line; where many begin close together, as one.

use super::{Area, corner};
use crate::geometry::{PixelRect, ceil_index, float, pixel};
use crate::studies::Studies;
use crate::studies::palette::SPAN;
use crate::studies::trades::{Merged, Trade};
use crate::view::{DrawList, PathPoint};
use crate::{Ink, Side};

/// Half width of marks, CSS pixels.
const HALF: f64 = 4.0;
/// Trades that begin in one stretch of this width merge, CSS pixels.
const STRETCH: f64 = 8.0;
/// As many in one stretch are still drawn one by one.
const MAX_SINGLE: usize = 2;
/// Dash and gap of the lines of lost trades, CSS pixels.
const DASH: f64 = 4.0;

/// The shade behind the selected trade, from its first bar to its last.
pub(super) fn span(list: &mut DrawList, area: Area<'_>, studies: &Studies) {
    let Some(trade) = studies.trades.selected().and_then(|at| studies.trades.get(at)) else { return };
    let series = area.chart.series();
    let frame = area.frame;
    if let (Some(from), Some(to)) = (series.index_at(trade.entry_time), series.index_at(trade.exit_time)) {
        let edge = |position: f64| pixel(position * frame.bars.spacing - frame.bars.scroll);
        let (left, right) = (edge(float(from) - 0.5), edge(float(to) + 0.5));
        let rect = PixelRect { x: frame.plot.x + left, width: (right - left).max(frame.hair), ..area.rect };
        list.rect(SPAN, rect.within(area.rect));
    }
}

pub(super) fn draw(list: &mut DrawList, area: Area<'_>, studies: &Studies) {
    let trades = &studies.trades;
    let view = area.chart.in_view();
    if view.is_empty() || trades.len() == 0 {
        return;
    }
    let time_of = |index: i64| area.chart.time_from_index(index).unwrap_or(i64::MAX);
    // Stretches are whole numbers of bars counted from bar 0: what merges does not change while panning.
    let stretch = ceil_index(STRETCH / area.chart.bar_spacing()).max(1);
    let mut singles: Vec<&Trade> = Vec::new();
    let mut merged: Vec<(i64, Merged)> = Vec::new();
    let mut block = view.first.div_euclid(stretch);
    let mut at = trades.entered_from(time_of(block * stretch));
    singles.extend(trades.reaching(at, time_of(view.first)).map(|(_, trade)| trade));
    let end = trades.entered_from(time_of(view.end));
    while at < end {
        let next = trades.entered_from(time_of((block + 1) * stretch)).max(at).min(end);
        if next - at > MAX_SINGLE {
            merged.extend(trades.merged(at, next).map(|all| (block * stretch + stretch / 2, all)));
        } else {
            singles.extend((at..next).filter_map(|at| trades.nth(at)));
        }
        at = next;
        // On to the stretch of the next entry.
        let entry = trades.nth(at).and_then(|trade| area.chart.series().index_at(trade.entry_time));
        block = entry.map_or(block + 1, |index| index.div_euclid(stretch)).max(block + 1);
    }
    let selected = trades.selected().and_then(|at| trades.get(at));
    draw_merged(list, area, &merged);
    draw_singles(list, area, &singles, area.frame.hair);
    if let Some(trade) = selected {
        draw_singles(list, area, &[trade], 2 * area.frame.hair);
    }
}

/// A thin bar from the lowest to the highest price of the trades: the candles stay in sight.
fn draw_merged(list: &mut DrawList, area: Area<'_>, merged: &[(i64, Merged)]) {
    let width = area.frame.px(HALF / 2.0).max(2);
    for (won, ink) in [(true, Ink::Up), (false, Ink::Down)] {
        let bars = merged.iter().filter(|(_, all)| (all.pnl >= 0.0) == won).map(|(index, all)| {
            let x = area.frame.plot.x + pixel(area.frame.bars.x(*index)) - width / 2;
            let (top, bottom) = (area.prices.y(all.prices.high), area.prices.y(all.prices.low));
            PixelRect { x, y: top, width, height: (bottom - top).max(area.frame.hair) }.within(area.rect)
        });
        list.batch(ink, bars);
    }
}

fn draw_singles(list: &mut DrawList, area: Area<'_>, trades: &[&Trade], width: i32) {
    let ends: Vec<(&Trade, [f64; 2], [f64; 2])> = trades
        .iter()
        .filter_map(|trade| {
            let series = area.chart.series();
            let entry = series.index_at(trade.entry_time)?;
            let exit = series.index_at(trade.exit_time)?;
            let from = [area.x(entry), area.prices.exact_y(trade.entry_price)];
            Some((*trade, from, [area.x(exit), area.prices.exact_y(trade.exit_price)]))
        })
        .collect();
    // Apart from the candles below, which have the same colors.
    let lines =
        ends.iter().flat_map(|(_, from, to)| [corner(from[0], from[1], true), corner(to[0], to[1], false)]);
    list.stroke(Ink::MarkerOutline, width + 2 * area.frame.hair, lines);
    let of = |won: bool| ends.iter().filter(move |(trade, ..)| trade.is_won() == won);
    let solid =
        of(true).flat_map(|(_, from, to)| [corner(from[0], from[1], true), corner(to[0], to[1], false)]);
    list.stroke(Ink::Up, width, solid);
    let dashed = of(false).flat_map(|(_, from, to)| dashes(area, *from, *to));
    list.stroke(Ink::Down, width, dashed);
    let inside = |[x, y]: [f64; 2]| {
        let rect = area.rect;
        (f64::from(rect.x)..f64::from(rect.right())).contains(&x)
            && (f64::from(rect.y)..f64::from(rect.bottom())).contains(&y)
    };
    let rim = HALF * area.frame.dpr / 2.0;
    let rims = ends.iter().flat_map(|(trade, from, to)| {
        let entry = arrow(area, *from, trade.side, width, rim);
        let entry = entry.into_iter().filter(move |_| inside(*from));
        entry.chain(diamond(area, *to, width, rim).into_iter().filter(move |_| inside(*to)))
    });
    list.fill(Ink::MarkerOutline, rims);
    for (side, ink) in [(Side::Buy, Ink::Buy), (Side::Sell, Ink::Sell)] {
        let entries = ends.iter().filter(|(trade, from, _)| trade.side == side && inside(*from));
        list.fill(ink, entries.flat_map(|(_, at, _)| arrow(area, *at, side, width, 0.0)));
    }
    for (won, ink) in [(true, Ink::Up), (false, Ink::Down)] {
        let exits = of(won).filter(|(_, _, to)| inside(*to));
        list.fill(ink, exits.flat_map(|(_, _, at)| diamond(area, *at, width, 0.0)));
    }
}

/// A triangle whose tip is at the price: from below for a long trade, from above for a short one. `rim` is what it is
/// larger than that on all sides.
fn arrow(area: Area<'_>, [x, y]: [f64; 2], side: Side, width: i32, rim: f64) -> [PathPoint; 3] {
    let half = half(area, width);
    let up = if side == Side::Buy { 1.0 } else { -1.0 };
    let (tip, base) = (y - rim * up, y + (1.8 * half + rim / 2.0) * up);
    let half = half + rim;
    [corner(x, tip, true), corner(x + half, base, false), corner(x - half, base, false)]
}

/// A diamond whose middle is at the price.
fn diamond(area: Area<'_>, [x, y]: [f64; 2], width: i32, rim: f64) -> [PathPoint; 4] {
    let half = half(area, width) + rim;
    [
        corner(x, y - half, true),
        corner(x + half, y, false),
        corner(x, y + half, false),
        corner(x - half, y, false),
    ]
}

/// Half width of a mark; those with thicker lines are larger.
fn half(area: Area<'_>, width: i32) -> f64 {
    HALF * area.frame.dpr + f64::from(width - area.frame.hair)
}

/// Pieces of a line, those left and right of the plot left out: costs by pixels, however long the line.
fn dashes(area: Area<'_>, from: [f64; 2], to: [f64; 2]) -> impl Iterator<Item = PathPoint> {
    let length = (to[0] - from[0]).hypot(to[1] - from[1]);
    let period = (2.0 * DASH * area.frame.dpr).max(length / MAX_DASHES);
    let along = move |distance: f64| {
        let share = if length > 0.0 { (distance / length).min(1.0) } else { 0.0 };
        [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
    };
    let (left, right) = (f64::from(area.rect.x), f64::from(area.rect.right()));
    let mut distance = 0.0;
    std::iter::from_fn(move || {
        let here = (distance < length).then_some(distance);
        distance += period;
        here
    })
    .map(move |start| (along(start), along(start + period / 2.0)))
    .filter(move |(a, b)| a[0].max(b[0]) >= left && a[0].min(b[0]) <= right)
    .flat_map(|(a, b)| [corner(a[0], a[1], true), corner(b[0], b[1], false)])
}

/// Longer lines have longer dashes.
const MAX_DASHES: f64 = 500.0;

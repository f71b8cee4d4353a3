//! Studies by style: fills below the candles, lines and signals above them.

use super::cells::{cells, rects};
use super::pen::Pen;
use super::{Area, DENSE};
use crate::geometry::{PixelRect, pixel};
use crate::model::Extent;
use crate::studies::column::Column;
use crate::studies::study::{Curve, Shape};
use crate::view::{DrawList, body_width};

/// Height of a tick of a signal and distance to the next row, CSS pixels.
const TICK: f64 = 5.0;
const TICK_ROW: f64 = 7.0;

/// Draws areas, bands and histograms.
pub(super) fn draw_fill(list: &mut DrawList, area: Area<'_>, curve: &Curve) {
    let Some(start) = curve.start(area.chart.series()) else { return };
    match curve.shape {
        Shape::Histogram { base } => {
            let base = if base.is_finite() { base } else { 0.0 };
            histogram(list, area, curve, start, base);
        }
        Shape::Area { base } => {
            let floor = area.rect.bottom();
            let base = if base.is_finite() { area.prices.y(base) } else { floor };
            let base = base.clamp(area.rect.y, floor);
            fill(list, area, curve, start, |at| Some((curve.values.get(at)?, None)), base);
        }
        Shape::Band => {
            let both = |at| Some((curve.values.get(at)?, Some(curve.other.get(at)?)));
            fill(list, area, curve, start, both, 0);
        }
        Shape::Line | Shape::Step | Shape::Signal => {}
    }
}

/// Draws lines: of a band both edges.
pub(super) fn draw_line(list: &mut DrawList, area: Area<'_>, curve: &Curve) {
    let Some(start) = curve.start(area.chart.series()) else { return };
    match curve.shape {
        Shape::Line | Shape::Area { .. } => line(list, area, curve, &curve.values, start),
        Shape::Step => step_line(list, area, curve, start),
        Shape::Band => {
            line(list, area, curve, &curve.values, start);
            line(list, area, curve, &curve.other, start);
        }
        Shape::Histogram { .. } | Shape::Signal => {}
    }
}

/// Draws signals in rows from the bottom up.
pub(super) fn draw_signals<'a>(list: &mut DrawList, area: Area<'_>, curves: impl Iterator<Item = &'a Curve>) {
    let signals = curves.filter(|curve| curve.shape == Shape::Signal);
    for (row, curve) in (0i32..).zip(signals) {
        let Some(start) = curve.start(area.chart.series()) else { continue };
        let y = area.rect.bottom() - area.frame.px(TICK_ROW).saturating_mul(row + 1);
        let tick = PixelRect { x: -1, y, width: 0, height: area.frame.px(TICK) };
        let mut run = tick;
        for (x, width, bars) in columns(area, curve, start) {
            let range = curve.values.extremes(bars.first - start, bars.end - start);
            if !range.is_some_and(|range| range.low < 0.0 || range.high > 0.0) {
                continue;
            }
            if x == run.right() {
                run.width += width;
            } else {
                list.rect(curve.ink.line(), run.within(area.rect));
                run = PixelRect { x, width, ..tick };
            }
        }
        list.rect(curve.ink.line(), run.within(area.rect));
    }
}

/// The bars of a curve in view, one more on each side.
fn around_view(area: Area<'_>, curve: &Curve, start: i64) -> Extent {
    let view = area.chart.in_view();
    let first = (view.first - 1).max(start);
    Extent { first, end: (view.end + 1).min(curve.end(start)).max(first) }
}

/// Places of upright shapes: left edge, width and bars, one by one or by pixel columns.
fn columns<'a>(
    area: Area<'a>,
    curve: &Curve,
    start: i64,
) -> Box<dyn Iterator<Item = (i32, i32, Extent)> + 'a> {
    let frame = area.frame;
    let all = Extent { first: start, end: curve.end(start) };
    if frame.bars.spacing < 1.0 {
        return Box::new(area.columns.holding(all).map(move |(x, bars)| (frame.plot.x + x, 1, bars)));
    }
    let width = body_width(area.chart.bar_spacing(), frame.dpr);
    let view = around_view(area, curve, start);
    Box::new((view.first..view.end).map(move |index| {
        let left = frame.plot.x + pixel(frame.bars.x(index) - f64::from(width) / 2.0);
        (left, width, Extent { first: index, end: index + 1 })
    }))
}

fn histogram(list: &mut DrawList, area: Area<'_>, curve: &Curve, start: i64, base: f64) {
    let level = area.prices.y(base);
    let bars = columns(area, curve, start).filter_map(|(x, width, bars)| {
        let range = curve.values.extremes(bars.first - start, bars.end - start)?;
        let mut top = area.prices.y(range.high).min(level);
        let mut bottom = area.prices.y(range.low).max(level);
        // What is not nothing shows.
        if top == bottom {
            top -= i32::from(range.high > base);
            bottom += i32::from(range.low < base);
        }
        Some(PixelRect { x, y: top, width, height: bottom - top }.within(area.rect))
    });
    list.columns(curve.ink.line(), bars);
}

fn thickness(area: Area<'_>, curve: &Curve) -> i32 {
    area.frame.hair * i32::from(curve.width)
}

fn line(list: &mut DrawList, area: Area<'_>, curve: &Curve, column: &Column, start: i64) {
    let thick = thickness(area, curve);
    // Strokes of one device pixel are cheap, others are not.
    if area.frame.bars.spacing < if thick == 1 { 1.0 } else { DENSE } {
        let cells = cells(column, start, area.columns, area.prices, false);
        let rects = rects(&cells, area.frame.plot.x, thick).map(|rect| rect.within(area.rect));
        list.columns(curve.ink.line(), rects);
        return;
    }
    let view = around_view(area, curve, start);
    // Rows are named by their upper edges: the middle of a line of odd thickness is half a pixel lower.
    let lower = if thick % 2 == 1 { 0.5 } else { 0.0 };
    let value = |index: i64| column.get(index - start);
    let mut pen = Pen::new(area.rows);
    for index in view.first..view.end {
        let Some(here) = value(index) else { continue };
        let (x, y) = (area.x(index), area.prices.exact_y(here) + lower);
        let begins = index == view.first || value(index - 1).is_none();
        if begins && value(index + 1).is_none() {
            // A value between two gaps is a dot.
            let dot = f64::from(thick);
            pen.begin(x - dot, y);
            pen.to(x + dot, y);
        } else if begins {
            pen.begin(x, y);
        } else {
            pen.to(x, y);
        }
    }
    list.stroke(curve.ink.line(), thick, pen.path());
}

fn step_line(list: &mut DrawList, area: Area<'_>, curve: &Curve, start: i64) {
    let (frame, thick) = (area.frame, thickness(area, curve));
    if frame.bars.spacing < DENSE {
        let cells = cells(&curve.values, start, area.columns, area.prices, true);
        let rects = rects(&cells, frame.plot.x, thick).map(|rect| rect.within(area.rect));
        list.columns(curve.ink.line(), rects);
        return;
    }
    let view = around_view(area, curve, start);
    let row = |index: i64| Some(area.prices.y(curve.values.get(index - start)?));
    let edge = |index: i64| frame.plot.x + pixel(frame.bars.x(index) - frame.bars.spacing / 2.0);
    let pieces = (view.first..view.end).flat_map(|index| {
        let left = edge(index);
        let here = row(index);
        let level = here.map(|y| PixelRect::new(left, y - thick / 2, edge(index + 1) - left, thick));
        let rise = here.zip(row(index - 1)).map(|(y, before)| {
            let height = (y - before).abs() + thick;
            PixelRect::new(left - thick / 2, y.min(before) - thick / 2, thick, height)
        });
        [rise, level].into_iter().flatten().map(|rect| rect.within(area.rect))
    });
    list.batch(curve.ink.line(), pieces);
}

/// Fills between two values per bar, or between one and the row `base`.
fn fill(
    list: &mut DrawList,
    area: Area<'_>,
    curve: &Curve,
    start: i64,
    values: impl Fn(i64) -> Option<(f64, Option<f64>)>,
    base: i32,
) {
    if area.frame.bars.spacing < DENSE {
        dense_fill(list, area, curve, start, base);
        return;
    }
    let view = around_view(area, curve, start);
    let mut pen = Pen::new(area.rows);
    let mut from = view.first;
    while from < view.end {
        let until = (from..view.end).find(|index| values(index - start).is_none()).unwrap_or(view.end);
        if until - from > 1 {
            for index in from..until {
                let Some((value, _)) = values(index - start) else { continue };
                let (x, y) = (area.x(index), area.prices.exact_y(value));
                if index == from { pen.begin(x, y) } else { pen.to(x, y) }
            }
            for index in (from..until).rev() {
                let Some((_, other)) = values(index - start) else { continue };
                pen.to(area.x(index), other.map_or(f64::from(base), |other| area.prices.exact_y(other)));
            }
        }
        from = until + 1;
    }
    list.fill(curve.ink.fill(), pen.path());
}

/// The same by pixel columns: from the highest to the lowest of what each holds.
fn dense_fill(list: &mut DrawList, area: Area<'_>, curve: &Curve, start: i64, base: i32) {
    let plot = area.frame.plot;
    let band = curve.shape == Shape::Band;
    let upper = cells(&curve.values, start, area.columns, area.prices, false);
    let lower = if band { cells(&curve.other, start, area.columns, area.prices, false) } else { Vec::new() };
    let mut others = lower.iter().peekable();
    let columns = upper.iter().filter_map(|cell| {
        let (top, bottom) = if band {
            while others.next_if(|other| other.x < cell.x).is_some() {}
            let other = others.peek().filter(|other| other.x == cell.x)?;
            (cell.top.min(other.top), cell.bottom.max(other.bottom))
        } else {
            (cell.top.min(base), cell.bottom.max(base))
        };
        let rect = PixelRect { x: plot.x + cell.x, y: top, width: 1, height: bottom - top };
        Some(rect.within(area.rect))
    });
    list.columns(curve.ink.fill(), columns);
}

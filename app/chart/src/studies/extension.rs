//! [`Studies`] as the chart's extension.

use std::fmt::Write as _;

use super::column::Range;
use super::number::{decimals_of_step, push_value};
use super::pane::{self, GAP, Placed};
use super::study::Curve;
use super::{Studies, StudyOutcome};
use crate::geometry::Rect;
use crate::model::{
    Act, Element, Extension, Extent, GlyphWidths, LABEL_PADDING, Layout, PriceScale, Series, TimeTick,
};
#[cfg(target_arch = "wasm32")]
use crate::view::Op;
use crate::view::{CandleBatches, DrawList, Frame, draw_candles};
use crate::{Chart, CursorShape, Key};

/// Share of the height that one press moves the edge of a pane.
const KEY_STEP: f64 = 0.02;
/// More outcomes than anybody waits for; the oldest go.
const MAX_QUEUE: usize = 64;

impl Extension for Studies {
    fn boxed(&self) -> Box<dyn Extension> {
        Box::new(self.clone())
    }

    fn shows_bars(&self) -> bool {
        self.bars_visible
    }

    fn lay_out(&mut self, layout: &Layout) -> f64 {
        pane::lay_out(&mut self.panes, layout.body)
    }

    fn axis_text(&self, glyphs: &GlyphWidths, font_size: f64) -> f64 {
        let mut widest = (self.axis_width - 2.0 * LABEL_PADDING) / font_size;
        let mut text = String::new();
        for placed in &self.panes {
            let decimals = decimals_of_step(placed.step(font_size));
            for value in [placed.scale.low, placed.scale.high] {
                text.clear();
                push_value(&mut text, value, decimals);
                widest = widest.max(glyphs.width(&text));
            }
        }
        widest
    }

    fn autoscale(&mut self, series: &Series, view: Extent, price: &mut PriceScale) {
        let in_view = |curve: &Curve| match curve.start(series) {
            Some(start) => curve.extremes(view.first - start, view.end - start),
            None => Range::EMPTY,
        };
        let mut panes = std::mem::take(&mut self.panes);
        for placed in &mut panes {
            let mut values = Range::EMPTY;
            let id = placed.pane.id.as_str();
            let own = |curve: &&Curve| matches!(&curve.place, super::Place::Pane(pane) if pane == id);
            self.curves.iter().filter(own).for_each(|curve| values.join(in_view(curve)));
            placed.autoscale(values);
        }
        self.panes = panes;
        let mut prices = Range::EMPTY;
        self.curves_in(None).for_each(|curve| prices.join(in_view(curve)));
        let mut base = self.cursor_price(series, view.first);
        if self.bars_visible
            && let (Some(all), Some(first)) = (series.extremes(view.first, view.end), series.get(view.first))
        {
            prices.join(Range { low: all.low, high: all.high });
            base = Some(first.close);
        }
        if let Some(Range { low, high }) = prices.some() {
            price.set_data(low, high, base.unwrap_or(low));
        }
    }

    fn draw(
        &self,
        list: &mut DrawList,
        chart: &Chart,
        frame: &Frame,
        ticks: &[TimeTick],
        candles: &mut CandleBatches,
    ) {
        self.draw_under(list, chart, frame);
        if self.bars_visible {
            draw_candles(list, chart, frame, candles);
        }
        self.draw_over(list, chart, frame, ticks);
    }

    #[cfg(target_arch = "wasm32")]
    fn paint(&self, context: &web_sys::CanvasRenderingContext2d, list: &DrawList, op: &Op, color: &str) {
        crate::web::paint(context, list, op, color);
    }

    fn draw_overlay(&self, list: &mut DrawList, chart: &Chart, frame: &Frame) {
        self.draw_legends(list, chart, frame);
        self.draw_pane_crosshair(list, chart, frame);
    }

    fn color(&self, number: u8) -> &str {
        self.palette.color(number)
    }

    fn hit(&self, chart: &Chart, x: f64, y: f64, reach: f64) -> Option<Element> {
        let body = chart.layout().body;
        if !body.contains(x, y) {
            return None;
        }
        for (at, placed) in self.panes.iter().enumerate().filter(|(_, placed)| !placed.area.is_empty()) {
            let edge = placed.area.y - GAP / 2.0;
            if (y - edge).abs() <= reach.max(GAP / 2.0) {
                return Some(Element::Separator(at));
            }
            if placed.area.contains(x, y) {
                return Some(Element::Pane(at));
            }
        }
        self.trades.at(chart, x, y, reach.max(6.0)).map(Element::Trade)
    }

    fn cursor(&self, element: Element) -> CursorShape {
        match element {
            Element::Separator(_) => CursorShape::RowResize,
            Element::Pane(_) => CursorShape::Crosshair,
            Element::Trade(_) => CursorShape::Pointer,
        }
    }

    fn is_draggable(&self, element: Element) -> bool {
        matches!(element, Element::Separator(_))
    }

    fn act(&mut self, act: Act, body: Rect) -> bool {
        match act {
            Act::Point(element) => self.point_at(element),
            Act::Drag(Element::Separator(at), y) => return self.drag_separator(at, y - GAP / 2.0, body),
            Act::Drag(..) => {}
            Act::Click(element, time) => return self.click(element, time),
            Act::Key(key, shift) => {
                self.words = self.press(key, shift, body);
                return self.words.is_some();
            }
        }
        false
    }

    fn take_words(&mut self) -> Option<String> {
        self.words.take()
    }

    fn cursor_price(&self, series: &Series, index: i64) -> Option<f64> {
        self.curves_in(None).find_map(|curve| curve.value(series, index))
    }

    fn describe_bar(&self, chart: &Chart, index: i64, out: &mut String) {
        self.push_values(chart, index, out);
    }

    fn describe(&self, chart: &Chart, out: &mut String) {
        if !self.bars_visible {
            describe_view(chart, out);
        }
        for (title, pane) in std::iter::once(("Studies", None))
            .chain(self.panes.iter().enumerate().map(|(at, placed)| (placed.pane.name.as_str(), Some(at))))
        {
            let mut names = self.curves_in(pane).map(|curve| curve.name.as_str()).peekable();
            if names.peek().is_some() {
                let kind = if pane.is_some() { "Pane " } else { "" };
                let _ = write!(out, " {kind}{title}: ");
                for (at, name) in names.enumerate() {
                    let _ = write!(out, "{}{name}", if at > 0 { ", " } else { "" });
                }
                out.push('.');
            }
        }
        if let Some(visible) = chart.visible().filter(|_| self.trades.len() > 0) {
            let until = visible.to.saturating_add(chart.step_ms());
            let entered = self.trades.entered_from(until) - self.trades.entered_from(visible.from);
            let _ = write!(out, " {entered} of {} trades begin in view.", self.trades.len());
        }
        if self.marks.count() > 0 {
            let _ = write!(out, " {} breakpoints.", self.marks.count());
        }
    }

    fn outcome(&mut self, chart: &Chart) -> Option<StudyOutcome> {
        if let Some(outcome) = self.queue.pop_front() {
            return Some(outcome);
        }
        let shown = chart.time_range();
        if shown == self.told {
            return None;
        }
        self.told = shown;
        shown.map(StudyOutcome::RangeChanged)
    }
}

impl Studies {
    fn point_at(&mut self, element: Option<Element>) {
        let trade = if let Some(Element::Trade(at)) = element { Some(at) } else { None };
        if trade != self.hovered {
            self.hovered = trade;
            self.tell(StudyOutcome::TradeHovered(trade));
        }
    }

    fn drag_separator(&mut self, at: usize, y: f64, body: Rect) -> bool {
        let moved = pane::drag_edge(&mut self.panes, at, y, body);
        if moved {
            self.tell_heights();
        }
        moved
    }

    /// Returns whether the picture changed.
    fn click(&mut self, element: Element, time: i64) -> bool {
        match element {
            Element::Separator(at) => self.focus = Some(at),
            Element::Pane(at) => {
                let pane = self.panes.get(at).map(|placed| placed.pane.id.clone()).unwrap_or_default();
                self.tell(StudyOutcome::PaneClicked { pane, time });
                return false;
            }
            Element::Trade(at) => {
                let picked = Some(at).filter(|at| self.trades.selected() != Some(*at));
                self.trades.select(picked);
                self.tell(StudyOutcome::TradePicked(picked));
            }
        }
        true
    }

    /// Chooses a pane or moves its upper edge. Returns what to say.
    fn press(&mut self, key: Key, shift: bool, body: Rect) -> Option<String> {
        let last = self.panes.len().checked_sub(1)?;
        let up = key == Key::Up;
        let at = match self.focus.filter(|at| *at <= last) {
            None if up => last,
            None => 0,
            Some(at) if shift => at,
            Some(at) if up => at.saturating_sub(1),
            Some(at) => (at + 1).min(last),
        };
        self.focus = Some(at);
        if shift {
            let edge = self.panes.get(at)?.area.y - GAP;
            let step = KEY_STEP * body.height;
            self.drag_separator(at, if up { edge - step } else { edge + step }, body);
        }
        let Placed { pane, .. } = self.panes.get(at)?;
        Some(format!("Pane {}, {:.0} percent of the height", pane.name, pane.share * 100.0))
    }

    fn tell(&mut self, outcome: StudyOutcome) {
        if self.queue.len() >= MAX_QUEUE {
            self.queue.pop_front();
        }
        self.queue.push_back(outcome);
    }

    fn tell_heights(&mut self) {
        // Only the last of a drag counts.
        self.queue.retain(|outcome| !matches!(outcome, StudyOutcome::PanesResized(_)));
        let heights = self.panes.iter().map(|placed| (placed.pane.id.clone(), placed.pane.share)).collect();
        self.tell(StudyOutcome::PanesResized(heights));
    }
}

/// What is in view of a chart without candles.
fn describe_view(chart: &Chart, out: &mut String) {
    let Some(visible) = chart.visible() else {
        out.push_str("Chart of curves without points.");
        return;
    };
    let many = if visible.bars == 1 { "" } else { "s" };
    let _ = write!(out, "Chart of curves, {} point{many} in view, from ", visible.bars);
    chart.push_time(out, visible.from);
    out.push_str(" to ");
    chart.push_time(out, visible.to);
    out.push('.');
}

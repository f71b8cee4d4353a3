//! [`Studies`] as the chart's extension.

use std::fmt::Write as _;

use super::column::Range;
use super::number::{decimals_of_step, push_value};
use super::pane::{self, GAP, Placed};
use super::study::Curve;
use super::{Studies, StudyOutcome};
use crate::geometry::Rect;
use crate::model::{Element, Extension, Extent, LABEL_PADDING, Layout, PriceSpan, Series, Stage, TimeTick};
use crate::view::{DrawList, Frame};
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

    fn axis_text(&self, width: &dyn Fn(&str) -> f64, font_size: f64) -> f64 {
        let mut widest = (self.axis_width - 2.0 * LABEL_PADDING) / font_size;
        let mut text = String::new();
        for placed in &self.panes {
            let decimals = decimals_of_step(placed.step(font_size));
            for value in [placed.scale.low, placed.scale.high] {
                text.clear();
                push_value(&mut text, value, decimals);
                widest = widest.max(width(&text));
            }
        }
        widest
    }

    fn autoscale(&mut self, series: &Series, view: Extent, bars: Option<PriceSpan>) -> Option<PriceSpan> {
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
        if let Some(bars) = bars.filter(|_| self.bars_visible) {
            prices.join(Range { low: bars.low, high: bars.high });
        }
        self.curves_in(None).for_each(|curve| prices.join(in_view(curve)));
        if prices.is_empty() {
            return None;
        }
        let base = bars.filter(|_| self.bars_visible).map(|bars| bars.base);
        let base = base.or_else(|| self.cursor_price(series, view.first)).unwrap_or(prices.low);
        Some(PriceSpan { low: prices.low, high: prices.high, base })
    }

    fn draw(&self, stage: Stage, list: &mut DrawList, chart: &Chart, frame: &Frame, ticks: &[TimeTick]) {
        match stage {
            Stage::UnderBars => self.draw_under(list, chart, frame),
            Stage::OverBars => self.draw_over(list, chart, frame, ticks),
        }
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

    fn point_at(&mut self, element: Option<Element>) {
        let trade = if let Some(Element::Trade(at)) = element { Some(at) } else { None };
        if trade != self.hovered {
            self.hovered = trade;
            self.tell(StudyOutcome::TradeHovered(trade));
        }
    }

    fn is_draggable(&self, element: Element) -> bool {
        matches!(element, Element::Separator(_))
    }

    fn drag(&mut self, element: Element, y: f64, body: Rect) -> bool {
        let Element::Separator(at) = element else { return false };
        let moved = pane::drag_edge(&mut self.panes, at, y - GAP / 2.0, body);
        if moved {
            self.tell_heights();
        }
        moved
    }

    fn click(&mut self, element: Element, time: i64) {
        match element {
            Element::Separator(at) => self.focus = Some(at),
            Element::Pane(at) => {
                if let Some(placed) = self.panes.get(at) {
                    let pane = placed.pane.id.clone();
                    self.tell(StudyOutcome::PaneClicked { pane, time });
                }
            }
            Element::Trade(at) => {
                let picked = Some(at).filter(|at| self.trades.selected() != Some(*at));
                self.trades.select(picked);
                self.tell(StudyOutcome::TradePicked(picked));
            }
        }
    }

    fn key(&mut self, key: Key, shift: bool, body: Rect) -> Option<String> {
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
            if pane::drag_edge(&mut self.panes, at, if up { edge - step } else { edge + step }, body) {
                self.tell_heights();
            }
        }
        let Placed { pane, .. } = self.panes.get(at)?;
        Some(format!("Pane {}, {:.0} percent of the height", pane.name, pane.share * 100.0))
    }

    fn cursor_price(&self, series: &Series, index: i64) -> Option<f64> {
        self.curves_in(None).find_map(|curve| curve.value(series, index))
    }

    fn describe_bar(&self, chart: &Chart, index: i64, out: &mut String) {
        self.push_values(chart, index, out);
    }

    fn describe(&self, chart: &Chart, out: &mut String) {
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

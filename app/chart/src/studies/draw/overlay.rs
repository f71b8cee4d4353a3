//! Legends with values at the crosshair, and the crosshair in panes.

use crate::geometry::PixelRect;
use crate::model::LABEL_PADDING;
use crate::studies::Studies;
use crate::studies::number::{decimals_of_step, push_value};
use crate::view::{DrawList, Frame, axis_label_area};
use crate::{Chart, Ink};

/// Distance of a legend from the upper left corner, CSS pixels.
const INSET: (f64, f64) = (8.0, 4.0);
/// Between the parts of a legend: color and name, one study and the next, CSS pixels.
const KEY: f64 = 8.0;
const KEY_GAP: f64 = 5.0;
const ITEM_GAP: f64 = 14.0;
/// Widths are multiples of this, CSS pixels: a canvas that keeps its size while figures change costs less.
const WIDTH_STEP: f64 = 64.0;
/// Dash and gap of the crosshair, CSS pixels.
const DASH: f64 = 4.0;

impl Studies {
    /// One sprite for the plot and one for each pane.
    pub(in crate::studies) fn draw_legends(&self, list: &mut DrawList, chart: &Chart, frame: &Frame) {
        if !self.legend || chart.layout().plot.is_empty() {
            return;
        }
        let plot = chart.layout().plot;
        self.draw_legend(list, chart, frame, None, (plot.x, plot.y + self.legend_top));
        for (at, placed) in self.panes.iter().enumerate().filter(|(_, placed)| !placed.area.is_empty()) {
            self.draw_legend(list, chart, frame, Some(at), (placed.area.x, placed.area.y));
        }
    }

    fn draw_legend(
        &self,
        list: &mut DrawList,
        chart: &Chart,
        frame: &Frame,
        pane: Option<usize>,
        (left, top): (f64, f64),
    ) {
        let index = chart.readout_index();
        let room = chart.layout().plot.width - 2.0 * INSET.0;
        let mut items: Vec<(Ink, String, f64)> = Vec::new();
        let mut width = 0.0;
        for curve in self.curves_in(pane) {
            let mut text = curve.name.clone();
            let value_from = text.len() + 1;
            text.push(' ');
            curve.push_text(chart, index, &mut text);
            if text.len() <= value_from {
                text.truncate(value_from.saturating_sub(1));
            }
            let item = KEY + KEY_GAP + chart.text_width(&text) + ITEM_GAP;
            // What does not fit is in the readout all the same.
            if width + item > room {
                break;
            }
            width += item;
            items.push((curve.ink.line(), text, item));
        }
        if items.is_empty() {
            return;
        }
        let width = ((width / WIDTH_STEP).ceil() * WIDTH_STEP).min(room);
        let (x, y) = (frame.px(left + INSET.0), frame.px(top + INSET.1));
        let area = PixelRect::new(x, y, frame.px(width), frame.px(chart.label_height()));
        list.sprite(area, |list| {
            let middle = area.y + area.height / 2;
            let key = frame.px(KEY);
            let mut at = 0.0;
            for (ink, text, width) in &items {
                let left = area.x + frame.px(at);
                list.rect(*ink, PixelRect::new(left, middle - key / 4, key, (key / 2).max(1)));
                list.text_with(Ink::Text, middle + frame.baseline, |out| out.push_str(text));
                list.place_last_text(left + frame.px(KEY + KEY_GAP));
                at += width;
            }
        });
    }

    /// The horizontal line and its label, where the pointer is in a pane.
    pub(in crate::studies) fn draw_pane_crosshair(&self, list: &mut DrawList, chart: &Chart, frame: &Frame) {
        let Some(y) = chart.crosshair().and_then(|crosshair| crosshair.y) else { return };
        let Some(placed) = self.panes.iter().find(|placed| placed.area.contains(placed.area.x, y)) else {
            return;
        };
        let pane = frame.device(placed.area);
        let row = PixelRect { y: frame.px(y) - frame.hair / 2, height: frame.hair, ..pane }.within(pane);
        let (dash, period) = (frame.px(DASH).max(1), usize::try_from(frame.px(2.0 * DASH)).unwrap_or(8));
        list.sprite(row, |list| {
            let starts = (row.x..row.right()).step_by(period.max(2));
            list.batch(Ink::Crosshair, starts.map(|x| PixelRect { x, width: dash, ..row }.within(row)));
        });
        if chart.layout().price_axis.is_empty() {
            return;
        }
        let height = frame.px(chart.label_height());
        let label = axis_label_area(chart, frame, frame.px(y), height);
        let decimals = decimals_of_step(placed.step(chart.options().font_size)).saturating_add(1);
        list.sprite(label, |list| {
            list.rect(Ink::CrosshairLabel, label);
            let value = placed.value_from_y(y);
            list.text_with(Ink::CrosshairLabelText, frame.px(y) + frame.baseline, |out| {
                push_value(out, value, decimals);
            });
            list.place_last_text(label.x - frame.hair + frame.px(LABEL_PADDING));
        });
    }
}

//! What a chart asks of the layers that not every chart has: studies, lower panes, trades and marks.
//!
//! The chart holds them behind a trait object. A program that never calls
//! [`Chart::update_studies`](crate::Chart::update_studies) has no implementation of the trait, so none of their code
//! is linked into it.

use std::any::Any;
use std::fmt;

use super::{Extent, Layout, Series, TimeTick};
use crate::geometry::Rect;
use crate::studies::StudyOutcome;
use crate::view::{DrawList, Frame};
use crate::{Chart, CursorShape, Key};

/// When in a frame the extension draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// After the grid, before the candles.
    UnderBars,
    /// After the candles, before axes and price lines.
    OverBars,
}

/// Something of the extension that the pointer can be over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// The line above the lower pane of this position.
    Separator(usize),
    /// A lower pane.
    Pane(usize),
    /// A trade, by its position in the caller's list.
    Trade(usize),
}

/// Lowest and highest value that the price scale has to show, and the price of zero percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PriceSpan {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) base: f64,
}

pub(crate) trait Extension: Any + fmt::Debug {
    fn boxed(&self) -> Box<dyn Extension>;
    /// Whether candles, volume and last price are shown.
    fn shows_bars(&self) -> bool;
    /// Divides the body of the chart. Returns the height that remains for the plot, CSS pixels.
    fn lay_out(&mut self, layout: &Layout) -> f64;
    /// Width that the labels of the lower panes need, in font sizes, given the widths of texts.
    fn axis_text(&self, width: &dyn Fn(&str) -> f64, font_size: f64) -> f64;
    /// Fits the scales of the panes to what is in view. `bars` are the extremes of the candles; returns what the price
    /// scale has to show.
    fn autoscale(&mut self, series: &Series, view: Extent, bars: Option<PriceSpan>) -> Option<PriceSpan>;
    fn draw(&self, stage: Stage, list: &mut DrawList, chart: &Chart, frame: &Frame, ticks: &[TimeTick]);
    /// Adds to the layer of the crosshair.
    fn draw_overlay(&self, list: &mut DrawList, chart: &Chart, frame: &Frame);
    /// The color of [`Ink::Extra`](crate::Ink::Extra).
    fn color(&self, number: u8) -> &str;
    fn hit(&self, chart: &Chart, x: f64, y: f64, reach: f64) -> Option<Element>;
    /// How the pointer looks over an element.
    fn cursor(&self, element: Element) -> CursorShape;
    /// The pointer is over this element now.
    fn point_at(&mut self, element: Option<Element>);
    /// Whether a drag that begins at this element belongs to it; otherwise it pans.
    fn is_draggable(&self, element: Element) -> bool;
    /// Drags an element to a height. Returns whether the layout changed.
    fn drag(&mut self, element: Element, y: f64, body: Rect) -> bool;
    /// An element was clicked, above or below the bar of this time.
    fn click(&mut self, element: Element, time: i64);
    /// Acts on a key that the chart itself has no use for. Returns what to say.
    fn key(&mut self, key: Key, shift: bool, body: Rect) -> Option<String>;
    /// Height of the crosshair on a bar, where it was put by key, in the plot.
    fn cursor_price(&self, series: &Series, index: i64) -> Option<f64>;
    /// Adds values of a bar in words.
    fn describe_bar(&self, chart: &Chart, index: i64, out: &mut String);
    /// Adds what is shown in words.
    fn describe(&self, chart: &Chart, out: &mut String);
    /// The oldest outcome that nobody has heard of.
    fn outcome(&mut self, chart: &Chart) -> Option<StudyOutcome>;
}

impl Clone for Box<dyn Extension> {
    fn clone(&self) -> Self {
        (**self).boxed()
    }
}

//! What a chart asks of the layers that not every chart has: studies, lower panes, trades and marks.
//!
//! The chart holds them behind a trait object. A program that never calls
//! [`Chart::update_studies`](crate::Chart::update_studies) has no implementation of the trait, so none of their code
//! is linked into it.

use std::any::Any;
use std::fmt;

use super::{Extent, GlyphWidths, Layout, PriceScale, Series, TimeTick};
use crate::geometry::Rect;
use crate::studies::StudyOutcome;
#[cfg(target_arch = "wasm32")]
use crate::view::Op;
use crate::view::{CandleBatches, DrawList, Frame};
use crate::{Chart, CursorShape, Key};

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

/// What the user does to the extension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Act {
    /// The pointer is over this element now.
    Point(Option<Element>),
    /// Drags an element to a height.
    Drag(Element, f64),
    /// Clicks an element, above or below the bar of this time.
    Click(Element, i64),
    /// Presses a key that the chart itself has no use for, perhaps with shift.
    Key(Key, bool),
}

pub(crate) trait Extension: Any + fmt::Debug {
    fn boxed(&self) -> Box<dyn Extension>;
    /// Whether candles, volume and last price are shown.
    fn shows_bars(&self) -> bool;
    /// Divides the body of the chart. Returns the height that remains for the plot, CSS pixels.
    fn lay_out(&mut self, layout: &Layout) -> f64;
    /// Width that the labels of the lower panes need, in font sizes.
    fn axis_text(&self, glyphs: &GlyphWidths, font_size: f64) -> f64;
    /// Fits the scales of plot and panes to what is in view.
    fn autoscale(&mut self, series: &Series, view: Extent, price: &mut PriceScale);
    /// Draws what stands between grid and axes; the candles too, where they are shown.
    fn draw(
        &self,
        list: &mut DrawList,
        chart: &Chart,
        frame: &Frame,
        ticks: &[TimeTick],
        candles: &mut CandleBatches,
    );
    /// Executes an operation that only extensions draw with. (Here, so that it is not linked without them.)
    #[cfg(target_arch = "wasm32")]
    fn paint(&self, context: &web_sys::CanvasRenderingContext2d, list: &DrawList, op: &Op, color: &str);
    /// Adds to the layer of the crosshair.
    fn draw_overlay(&self, list: &mut DrawList, chart: &Chart, frame: &Frame);
    /// The color of [`Ink::Extra`](crate::Ink::Extra).
    fn color(&self, number: u8) -> &str;
    fn hit(&self, chart: &Chart, x: f64, y: f64, reach: f64) -> Option<Element>;
    /// How the pointer looks over an element.
    fn cursor(&self, element: Element) -> CursorShape;
    /// Whether a drag that begins at this element belongs to it; otherwise it pans.
    fn is_draggable(&self, element: Element) -> bool;
    /// Returns whether the picture changed.
    fn act(&mut self, act: Act, body: Rect) -> bool;
    /// What a key found, in words, once.
    fn take_words(&mut self) -> Option<String>;
    /// Height of the crosshair on a bar, where it was put by key, in the plot.
    fn cursor_price(&self, series: &Series, index: i64) -> Option<f64>;
    /// Adds values of a bar in words.
    fn describe_bar(&self, chart: &Chart, index: i64, out: &mut String);
    /// Adds what is shown in words: to those about the candles, without candles all of it.
    fn describe(&self, chart: &Chart, out: &mut String);
    /// The oldest outcome that nobody has heard of.
    fn outcome(&mut self, chart: &Chart) -> Option<StudyOutcome>;
}

impl Clone for Box<dyn Extension> {
    fn clone(&self) -> Self {
        (**self).boxed()
    }
}

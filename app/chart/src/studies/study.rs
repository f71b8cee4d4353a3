//! One study: a column of values along the bars, and how it is drawn.

use super::column::{Column, Range};
use crate::Ink;

/// Colors for studies, in an order whose neighbors also differ for the color-blind; use them from the first on.
/// What they are is in [`StudyPalette`](super::StudyPalette).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum StudyInk {
    #[default]
    Blue,
    Orange,
    Purple,
    Green,
    Yellow,
    Red,
    Cyan,
    Gray,
}

impl StudyInk {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Blue,
        Self::Orange,
        Self::Purple,
        Self::Green,
        Self::Yellow,
        Self::Red,
        Self::Cyan,
        Self::Gray,
    ];

    /// The color for study number `n`, counted from 0: after the last comes the first again.
    #[must_use]
    pub fn nth(n: usize) -> Self {
        Self::ALL.get(n % Self::ALL.len()).copied().unwrap_or_default()
    }

    pub(super) fn line(self) -> Ink {
        Ink::Extra(self as u8)
    }

    pub(super) fn fill(self) -> Ink {
        Ink::Extra(self as u8 + super::palette::FIRST_FILL)
    }
}

/// Where a study is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Over the candles, on the price scale.
    #[default]
    Price,
    /// In the lower pane with this [id](super::Pane::id). Without that pane the study is not shown.
    Pane(String),
}

/// How values are drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum StudyStyle {
    /// Straight from bar to bar.
    #[default]
    Line,
    /// Level over each bar's width: for values that hold until they change, as positions.
    Step,
    /// Upright from `base`.
    Histogram { base: f64 },
    /// A line, and the area from it to `base`; to the lower edge of the pane if that is not finite.
    Area { base: f64 },
    /// The area between the values and these other ones, with both edges as lines.
    Band { other: Vec<f64> },
    /// A tick at the bottom of the pane for each value that is neither 0 nor a gap; several studies of this style
    /// stand one above the other.
    Signal,
}

/// A column of values along the bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The application's own identity; unique among the studies of a chart.
    pub id: String,
    /// Shown in the legend of the pane.
    pub name: String,
    pub place: Place,
    pub style: StudyStyle,
    pub ink: StudyInk,
    /// Width of lines, 1 or 2 CSS pixels.
    pub width: u8,
    /// Decimals of its values in words; `None` for those of the price format on the price scale, and in panes for as
    /// many as their size asks.
    pub decimals: Option<u8>,
    /// Open time of the bar that the first value belongs to, UTC milliseconds. The following values belong to the
    /// following bars. If the chart has no bar of exactly this time the study is not shown.
    pub first_time: i64,
    /// One per bar. What is not finite is a gap.
    pub values: Vec<f64>,
}

impl Study {
    /// A line over the candles, one pixel wide, in the first color.
    #[must_use]
    pub fn new(id: &str, name: &str, first_time: i64, values: Vec<f64>) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            place: Place::Price,
            style: StudyStyle::Line,
            ink: StudyInk::Blue,
            width: 1,
            decimals: None,
            first_time,
            values,
        }
    }

    /// In a lower pane.
    #[must_use]
    pub fn in_pane(mut self, pane: &str) -> Self {
        self.place = Place::Pane(pane.to_owned());
        self
    }

    #[must_use]
    pub fn style(mut self, style: StudyStyle) -> Self {
        self.style = style;
        self
    }

    #[must_use]
    pub fn ink(mut self, ink: StudyInk) -> Self {
        self.ink = ink;
        self
    }

    #[must_use]
    pub fn width(mut self, width: u8) -> Self {
        self.width = width;
        self
    }
}

/// A study with what drawing needs of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Curve {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) shape: Shape,
    pub(super) ink: StudyInk,
    pub(super) width: u8,
    pub(super) decimals: Option<u8>,
    pub(super) first_time: i64,
    pub(super) values: Column,
    /// The other edge of a band; otherwise empty.
    pub(super) other: Column,
}

/// [`StudyStyle`] without its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    Line,
    Step,
    Histogram { base: f64 },
    Area { base: f64 },
    Band,
    Signal,
}

impl Curve {
    pub(super) fn new(study: Study) -> Self {
        let (shape, other) = match study.style {
            StudyStyle::Line => (Shape::Line, Vec::new()),
            StudyStyle::Step => (Shape::Step, Vec::new()),
            StudyStyle::Histogram { base } => (Shape::Histogram { base }, Vec::new()),
            StudyStyle::Area { base } => (Shape::Area { base }, Vec::new()),
            StudyStyle::Band { other } => (Shape::Band, other),
            StudyStyle::Signal => (Shape::Signal, Vec::new()),
        };
        Self {
            id: study.id,
            name: study.name,
            place: study.place,
            shape,
            ink: study.ink,
            width: study.width.clamp(1, 2),
            decimals: study.decimals,
            first_time: study.first_time,
            values: Column::new(study.values),
            other: Column::new(other),
        }
    }

    pub(super) fn set_values(&mut self, values: Vec<f64>) {
        self.values = Column::new(values);
    }

    /// Extremes of what is drawn for positions `[from, to)`.
    pub(super) fn extremes(&self, from: i64, to: i64) -> Range {
        let mut all = self.values.extremes(from, to).unwrap_or(Range::EMPTY);
        match self.shape {
            Shape::Signal => return Range::EMPTY,
            Shape::Band => all.join(self.other.extremes(from, to).unwrap_or(Range::EMPTY)),
            Shape::Histogram { base } | Shape::Area { base } if base.is_finite() && !all.is_empty() => {
                all.add(base);
            }
            _ => {}
        }
        all
    }
}

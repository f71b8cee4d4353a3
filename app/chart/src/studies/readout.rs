//! Values of the studies at a bar.

use super::number::{decimals_for, push_value};
use super::study::{Curve, Shape};
use super::{Place, Studies, StudyInk};
use crate::Chart;
use crate::geometry::index;
use crate::model::Series;

/// The value of a study at a bar.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyValue {
    pub id: String,
    pub name: String,
    /// `None` on the price scale.
    pub pane: Option<String>,
    pub ink: StudyInk,
    /// `None` in gaps and where the study has no value.
    pub value: Option<f64>,
    /// The other edge of a band.
    pub other: Option<f64>,
    /// In words, with the study's decimals; empty in gaps.
    pub text: String,
}

impl Chart {
    /// Values of all studies at the bar under the crosshair, otherwise at the newest bar, in the order of the studies.
    #[must_use]
    pub fn study_readout(&self) -> Vec<StudyValue> {
        self.study_values(self.readout_index())
    }

    /// Values of all studies at the bar that contains this time.
    #[must_use]
    pub fn study_readout_at(&self, time: i64) -> Vec<StudyValue> {
        self.series().index_at(time).map_or_else(Vec::new, |index| self.study_values(index))
    }

    pub(super) fn readout_index(&self) -> i64 {
        self.crosshair().map_or(self.series().end_index() - 1, |crosshair| crosshair.index)
    }

    fn study_values(&self, index: i64) -> Vec<StudyValue> {
        let Some(studies) = self.studies() else { return Vec::new() };
        let read = |curve: &Curve| {
            let mut text = String::new();
            curve.push_text(self, index, &mut text);
            StudyValue {
                id: curve.id.clone(),
                name: curve.name.clone(),
                pane: if let Place::Pane(pane) = &curve.place { Some(pane.clone()) } else { None },
                ink: curve.ink,
                value: curve.value(self.series(), index),
                other: curve.start(self.series()).and_then(|start| curve.other.get(index - start)),
                text,
            }
        };
        studies.curves.iter().map(read).collect()
    }
}

impl Studies {
    /// Adds names and values at a bar, each after a comma.
    pub(super) fn push_values(&self, chart: &Chart, index: i64, out: &mut String) {
        for curve in &self.curves {
            let mut text = String::new();
            curve.push_text(chart, index, &mut text);
            if !text.is_empty() {
                for part in [", ", &curve.name, " ", &text] {
                    out.push_str(part);
                }
            }
        }
    }
}

impl Curve {
    /// Logical index of the bar of the first value.
    pub(super) fn start(&self, series: &Series) -> Option<i64> {
        let start = series.lower_bound(self.first_time);
        series.get(start).filter(|bar| bar.time == self.first_time).map(|_| start)
    }

    /// One past the logical index of the last value, given that of the first.
    pub(super) fn end(&self, start: i64) -> i64 {
        start + index(self.values.len().max(self.other.len()))
    }

    pub(super) fn value(&self, series: &Series, index: i64) -> Option<f64> {
        self.values.get(index - self.start(series)?)
    }

    /// The value at a bar in words; nothing in gaps.
    pub(super) fn push_text(&self, chart: &Chart, index: i64, out: &mut String) {
        let Some(at) = self.start(chart.series()).map(|start| index - start) else { return };
        let decimals = self.decimals.unwrap_or_else(|| match self.place {
            Place::Price => chart.options().price_format.precision,
            Place::Pane(_) => decimals_for(self.values.all()),
        });
        match (self.shape, self.values.get(at)) {
            (Shape::Signal, value) => {
                out.push_str(if value.is_some_and(|value| value.abs() > 0.0) { "yes" } else { "no" });
            }
            (_, Some(value)) => push_value(out, value, decimals),
            (_, None) => {}
        }
        if let Some(other) = self.other.get(at) {
            if !out.is_empty() {
                out.push_str(" to ");
            }
            push_value(out, other, decimals);
        }
    }
}

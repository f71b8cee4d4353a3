//! Lower panes: how they share the height, their scales and guides.

use super::column::Range;
use crate::geometry::Rect;
use crate::model::nice_step;

/// No pane gets lower than this, CSS pixels, while there is room.
const LEAST_HEIGHT: f64 = 28.0;
/// The same for the plot above them.
const LEAST_PLOT: f64 = 60.0;
/// Room between a pane and what is above it, CSS pixels: the separator.
pub(super) const GAP: f64 = 5.0;
/// Share of a pane kept free above and below its values.
const MARGIN: f64 = 0.08;
/// Labels are at least so many font sizes apart.
const LABEL_GAP: f64 = 2.2;

/// A lower pane with a scale of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Pane {
    /// The application's own identity; comes back in outcomes.
    pub id: String,
    /// In words, for those who do not see it.
    pub name: String,
    /// Height as a share of the height of plot and panes together, 0 to 0.8.
    pub share: f64,
    /// Constant levels, as 30 and 70.
    pub guides: Vec<f64>,
    /// Lowest and highest value of the scale, as 0 and 100; otherwise it follows what is in view.
    pub range: Option<(f64, f64)>,
}

impl Pane {
    /// A pane of a fifth of the height that follows what is in view.
    #[must_use]
    pub fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), share: 0.2, guides: Vec::new(), range: None }
    }

    #[must_use]
    pub fn share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    #[must_use]
    pub fn guides(mut self, guides: &[f64]) -> Self {
        self.guides = guides.to_vec();
        self
    }

    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }
}

/// A pane with its place and scale.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) pane: Pane,
    /// CSS pixels from the chart's top left corner.
    pub(super) area: Rect,
    /// Values at the lower and upper edge.
    pub(super) scale: Range,
}

impl Placed {
    pub(super) fn new(mut pane: Pane) -> Self {
        pane.share = sane_share(pane.share);
        pane.guides.retain(|guide| guide.is_finite());
        pane.range = pane.range.filter(|(low, high)| low.is_finite() && high.is_finite() && low < high);
        Self { pane, area: Rect::default(), scale: Range { low: 0.0, high: 1.0 } }
    }

    /// Fits the scale to the extremes of what is in view.
    pub(super) fn autoscale(&mut self, mut values: Range) {
        if let Some((low, high)) = self.pane.range {
            values = Range { low, high };
        } else {
            // Guides belong to the picture: an oscillator between them would look wild.
            self.pane.guides.iter().for_each(|guide| values.add(*guide));
        }
        if values.is_empty() {
            return;
        }
        let Range { mut low, mut high } = values;
        let least = low.abs().max(high.abs()) * 1.0e-9;
        if high - low <= least {
            let around = (low.abs() * 0.005).max(least).max(1.0e-9);
            (low, high) = (low - around, high + around);
        }
        let margin = (high - low) * MARGIN / (1.0 - 2.0 * MARGIN);
        let scale = Range { low: low - margin, high: high + margin };
        if scale.low.is_finite() && scale.high.is_finite() {
            self.scale = scale;
        }
    }

    /// Distance between the values that get a label.
    pub(super) fn step(&self, font_size: f64) -> f64 {
        let labels = (self.area.height / (font_size * LABEL_GAP)).max(1.0);
        nice_step((self.scale.high - self.scale.low) / labels, 0.0)
    }

    pub(super) fn value_from_y(&self, y: f64) -> f64 {
        let Range { low, high } = self.scale;
        high - (y - self.area.y) / self.area.height.max(1.0) * (high - low)
    }
}

/// Places panes at the bottom of the body, in their order from top to bottom. Returns the height left for the plot.
pub(super) fn lay_out(panes: &mut [Placed], body: Rect) -> f64 {
    let wanted: f64 = panes.iter().map(|placed| wanted_height(placed, body.height)).sum();
    let room = (body.height - LEAST_PLOT).max(0.0);
    // All give way alike where they want too much; a chart too low for them shows none.
    let factor = if wanted > room { room / wanted } else { 1.0 };
    let shown = factor > 0.3;
    let mut bottom = body.bottom();
    for placed in panes.iter_mut().rev() {
        let height = if shown { (wanted_height(placed, body.height) * factor).round() } else { 0.0 };
        bottom -= height;
        let gap = if shown { GAP } else { 0.0 };
        placed.area = Rect { x: body.x, y: bottom + gap, width: body.width, height: (height - gap).max(0.0) };
    }
    (bottom - body.y).max(0.0)
}

/// Moves the upper edge of a pane to a height: the pane and what is above it share what they had.
/// Returns whether anything changed.
pub(super) fn drag_edge(panes: &mut [Placed], at: usize, y: f64, body: Rect) -> bool {
    if !(body.height > 0.0 && y.is_finite()) {
        return false;
    }
    let Some(area) = panes.get(at).map(|placed| placed.area).filter(|area| !area.is_empty()) else {
        return false;
    };
    let above = at.checked_sub(1).and_then(|above| panes.get(above)).map(|placed| placed.area);
    let top = above.map_or(body.y + LEAST_PLOT, |above| above.y - GAP + LEAST_HEIGHT);
    let y = y.clamp(top.min(area.y - GAP), (area.bottom() - LEAST_HEIGHT).max(top.min(area.y - GAP)));
    let moved = (area.y - GAP - y) / body.height;
    if moved.abs() * body.height < 0.5 {
        return false;
    }
    // From what is drawn now: shares that asked for too much are settled first.
    for placed in panes.iter_mut() {
        placed.pane.share = sane_share((placed.area.height + GAP) / body.height);
    }
    if let Some(placed) = panes.get_mut(at) {
        placed.pane.share = sane_share(placed.pane.share + moved);
    }
    if let Some(placed) = at.checked_sub(1).and_then(|above| panes.get_mut(above)) {
        placed.pane.share = sane_share(placed.pane.share - moved);
    }
    true
}

fn wanted_height(placed: &Placed, body: f64) -> f64 {
    (placed.pane.share * body).max(LEAST_HEIGHT)
}

fn sane_share(share: f64) -> f64 {
    if share.is_finite() { share.clamp(0.02, 0.8) } else { 0.2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: Rect = Rect { x: 0.0, y: 0.0, width: 500.0, height: 400.0 };

    fn panes(shares: &[f64]) -> Vec<Placed> {
        shares.iter().map(|share| Placed::new(Pane::new("a", "A").share(*share))).collect()
    }

    fn heights(panes: &[Placed]) -> Vec<f64> {
        panes.iter().map(|placed| placed.area.height + GAP).collect()
    }

    #[test]
    fn panes_take_their_shares_from_the_bottom() {
        let mut two = panes(&[0.25, 0.1]);
        assert_eq!(lay_out(&mut two, BODY).to_bits(), 260f64.to_bits());
        assert_eq!(heights(&two), [100.0, 40.0]);
        assert_eq!(two[0].area.y.to_bits(), (260.0 + GAP).to_bits());
        assert_eq!(two[1].area.bottom().to_bits(), 400f64.to_bits());
    }

    #[test]
    fn the_plot_keeps_some_height_and_tiny_charts_have_no_panes() {
        let mut three = panes(&[0.5, 0.5, 0.5]);
        assert!(lay_out(&mut three, BODY) >= LEAST_PLOT - 2.0);
        let tiny = Rect { height: 70.0, ..BODY };
        assert_eq!(lay_out(&mut three, tiny).to_bits(), 70f64.to_bits());
        assert!(three.iter().all(|placed| placed.area.is_empty()));
        assert_eq!(lay_out(&mut three, Rect::default()).to_bits(), 0f64.to_bits());
    }

    #[test]
    fn an_edge_moves_between_its_neighbors() {
        let mut two = panes(&[0.25, 0.25]);
        lay_out(&mut two, BODY);
        assert!(drag_edge(&mut two, 1, 320.0, BODY));
        assert_eq!(lay_out(&mut two, BODY).to_bits(), 200f64.to_bits(), "the plot keeps its height");
        assert_eq!(heights(&two), [120.0, 80.0]);
        assert!(drag_edge(&mut two, 0, -1000.0, BODY));
        assert_eq!(lay_out(&mut two, BODY).to_bits(), LEAST_PLOT.to_bits());
        assert!(drag_edge(&mut two, 1, 1000.0, BODY));
        lay_out(&mut two, BODY);
        assert_eq!(heights(&two)[1].to_bits(), LEAST_HEIGHT.to_bits());
        assert!(!drag_edge(&mut two, 7, 10.0, BODY) && !drag_edge(&mut two, 0, f64::NAN, BODY));
    }

    #[test]
    fn scales_hold_values_and_guides() {
        let mut placed = Placed::new(Pane::new("rsi", "RSI").guides(&[30.0, 70.0, f64::NAN]));
        placed.autoscale(Range { low: 40.0, high: 60.0 });
        assert!(placed.scale.low < 30.0 && placed.scale.high > 70.0);
        let mut fixed = Placed::new(Pane::new("rsi", "RSI").range(0.0, 100.0));
        fixed.autoscale(Range { low: 40.0, high: 400.0 });
        assert!(fixed.scale.high < 110.0);
        for (low, high) in [(0.0, 0.0), (5.0, 5.0), (f64::MIN, f64::MAX), (1.0, -1.0)] {
            let mut odd = Placed::new(Pane::new("x", "X"));
            odd.autoscale(Range { low, high });
            assert!(odd.scale.low < odd.scale.high && odd.scale.low.is_finite());
        }
    }
}

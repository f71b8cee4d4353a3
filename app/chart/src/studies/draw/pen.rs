//! Paths that stay within a pane: on panes with a range of their own, values may lie beyond it.

use super::corner;
use crate::view::PathPoint;

/// Collects a path; what lies beyond the rows runs along their edge.
pub(super) struct Pen {
    path: Vec<PathPoint>,
    /// Highest and lowest row that may be drawn on.
    rows: (f64, f64),
    at: Option<(f64, f64)>,
}

impl Pen {
    pub(super) fn new(rows: (f64, f64)) -> Self {
        Self { path: Vec::new(), rows, at: None }
    }

    /// Begins a path here.
    pub(super) fn begin(&mut self, x: f64, y: f64) {
        self.at = None;
        self.to(x, y);
    }

    /// Goes straight on to here; an edge of the rows that lies between is a corner.
    pub(super) fn to(&mut self, x: f64, y: f64) {
        let (top, bottom) = self.rows;
        if let Some((from_x, from_y)) = self.at {
            let edges = if from_y < y { [top, bottom] } else { [bottom, top] };
            for edge in edges.into_iter().filter(|edge| (from_y - edge) * (y - edge) < 0.0) {
                let share = (edge - from_y) / (y - from_y);
                self.path.push(corner(from_x + (x - from_x) * share, edge, false));
            }
        }
        self.path.push(corner(x, y.clamp(top, bottom.max(top)), self.at.is_none()));
        self.at = Some((x, y));
    }

    pub(super) fn path(self) -> Vec<PathPoint> {
        self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::SUBPIXELS;

    fn drawn(rows: (f64, f64), points: &[(f64, f64)]) -> Vec<(i32, i32, bool)> {
        let mut pen = Pen::new(rows);
        for (at, (x, y)) in points.iter().enumerate() {
            if at == 0 { pen.begin(*x, *y) } else { pen.to(*x, *y) }
        }
        let whole = |point: PathPoint| (point.x / SUBPIXELS, point.y / SUBPIXELS, point.begins);
        pen.path().into_iter().map(whole).collect()
    }

    #[test]
    fn a_line_leaves_and_enters_where_it_crosses_the_edge() {
        let got = drawn((10.0, 20.0), &[(0.0, 15.0), (10.0, 5.0), (20.0, 25.0)]);
        let expected = [
            (0, 15, true),
            (5, 10, false),
            (10, 10, false),
            (12, 10, false),
            (17, 20, false),
            (20, 20, false),
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn without_edges_it_is_left_alone() {
        let endless = (f64::NEG_INFINITY, f64::INFINITY);
        let got = drawn(endless, &[(0.0, -900.0), (10.0, 900.0)]);
        assert_eq!(got, [(0, -900, true), (10, 900, false)]);
        assert_eq!(drawn((10.0, 20.0), &[(0.0, 11.0), (1.0, 19.0)]), [(0, 11, true), (1, 19, false)]);
    }
}

//! Parts that nothing joins, beside and below each other.

use super::LayoutOptions;
use super::place::up_to_grid;
use crate::geometry::Point;

/// Width of a row as a multiple of the square root of the area.
const BREADTH: f64 = 1.6;

/// A box that takes more than this share of the width has its row for itself.
const ALONE: f64 = 0.34;

/// Top left corners for boxes: in rows, as they come.
pub(super) fn pack(boxes: &[(f64, f64)], options: &LayoutOptions) -> Vec<Point> {
    let gap = options.row_gap;
    let area: f64 = boxes.iter().map(|(width, height)| (width + gap) * (height + gap)).sum();
    let widest = boxes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    let breadth = widest.max(area.sqrt() * BREADTH);
    let (mut corner, mut row) = (Point::default(), 0.0_f64);
    let place = |(width, height): &(f64, f64)| {
        let alone = *width > breadth * ALONE;
        if corner.x > 0.0 && (alone || corner.x + width > breadth) {
            corner = Point::new(0.0, up_to_grid(corner.y + row + gap, options.grid));
            row = 0.0;
        }
        let here = corner;
        row = row.max(*height);
        // Beyond the breadth the next one begins a new row.
        corner.x = if alone { breadth } else { up_to_grid(corner.x + width + gap, options.grid) };
        here
    };
    boxes.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_boxes_share_rows_below_a_large_one() {
        let boxes = [(1000.0, 300.0), (200.0, 100.0), (200.0, 100.0), (700.0, 50.0)];
        let corners = pack(&boxes, &LayoutOptions::default());
        let corners: Vec<(f64, f64)> = corners.into_iter().map(|corner| (corner.x, corner.y)).collect();
        assert_eq!(corners, [(0.0, 0.0), (0.0, 340.0), (240.0, 340.0), (0.0, 480.0)]);
    }
}

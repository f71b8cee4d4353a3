//! Executes the operations that only charts with studies draw with: strokes and fills of paths.

use web_sys::CanvasRenderingContext2d;

use crate::view::{DrawList, Op, PathPoint, SUBPIXELS};

/// Strokes or fills; the fill color is set already.
pub(crate) fn paint(context: &CanvasRenderingContext2d, list: &DrawList, op: &Op, color: &str) {
    context.begin_path();
    for PathPoint { x, y, begins } in list.path(op) {
        let [x, y] = [x, y].map(|at| f64::from(*at) / f64::from(SUBPIXELS));
        if *begins {
            context.move_to(x, y);
        } else {
            context.line_to(x, y);
        }
    }
    if let Op::Stroke { width, .. } = op {
        context.set_stroke_style_str(color);
        context.set_line_width(f64::from(*width));
        // Tips would stand beyond the values.
        context.set_line_join("bevel");
        context.stroke();
    } else {
        context.fill();
    }
}

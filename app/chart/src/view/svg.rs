//! Draw lists as SVG: the same picture without a browser, for reports and for looking at a test.

use std::fmt::Write as _;

use super::{DrawList, Op, PathPoint, SUBPIXELS};
use crate::Chart;

impl DrawList {
    /// The picture as an SVG document, in the chart's size, palette and font.
    #[must_use]
    pub fn to_svg(&self, chart: &Chart) -> String {
        let (width, height) = chart.size();
        let dpr = chart.dpr();
        let options = chart.options();
        let mut out = String::new();
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
             font-size=\"{}\" font-family=\"",
            width * dpr,
            height * dpr,
            options.font_size * dpr,
        );
        escape(&mut out, &options.font_family);
        out.push_str("\">\n");
        for op in self.ops() {
            let ink = op.ink();
            if let Op::Text { x, y, .. } = op {
                let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" fill=\"");
                escape(&mut out, chart.color(ink));
                out.push_str("\">");
                escape(&mut out, self.text(op));
                out.push_str("</text>\n");
                continue;
            }
            if let Op::Stroke { width, .. } = op {
                let _ = write!(
                    out,
                    "<path fill=\"none\" stroke-linejoin=\"bevel\" stroke-width=\"{width}\" stroke=\""
                );
            } else {
                out.push_str("<path fill=\"");
            }
            escape(&mut out, chart.color(ink));
            out.push_str("\" d=\"");
            for rect in self.rects(op) {
                let _ = write!(out, "M{} {}h{}v{}h{}z", rect.x, rect.y, rect.width, rect.height, -rect.width);
            }
            for (at, [x, y]) in self.points(op).iter().enumerate() {
                let _ = write!(out, "{}{x} {y}", if at == 0 { 'M' } else { 'L' });
            }
            for PathPoint { x, y, begins } in self.path(op) {
                let [x, y] = [x, y].map(|at| f64::from(*at) / f64::from(SUBPIXELS));
                let _ = write!(out, "{}{x} {y}", if *begins { 'M' } else { 'L' });
            }
            out.push_str("\"/>\n");
        }
        out.push_str("</svg>\n");
        out
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

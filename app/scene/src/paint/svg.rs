//! A draw list as a file: for thumbnails and for pictures to keep.

use std::fmt::Write;

use super::draw_list::{DrawList, Op};
use super::ink::Ink;

impl DrawList {
    /// An SVG document of this size, in the list's pixels. `color` gives each ink a CSS color.
    #[must_use]
    pub fn to_svg(&self, size: (i32, i32), font: &str, color: impl Fn(Ink) -> String) -> String {
        let (width, height) = size;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{}\">\n",
            escaped(font)
        );
        for op in self.ops() {
            let (Op::Rects { ink, .. } | Op::Strokes { ink, .. } | Op::Text { ink, .. }) = *op;
            // Writing to a string does not fail.
            let _ = self.write_svg(op, &escaped(&color(ink)), &mut svg);
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn write_svg(&self, op: &Op, color: &str, svg: &mut String) -> std::fmt::Result {
        match *op {
            Op::Rects { .. } => {
                write!(svg, "<path fill=\"{color}\" d=\"")?;
                for rect in self.rects(op) {
                    write!(svg, "M{} {}h{}v{}h{}z", rect.x, rect.y, rect.width, rect.height, -rect.width)?;
                }
                svg.push_str("\"/>\n");
            }
            Op::Strokes { width, .. } => {
                write!(svg, "<path fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" d=\"")?;
                self.strokes(op).iter().try_for_each(|stroke| write!(svg, "{stroke}"))?;
                svg.push_str("\"/>\n");
            }
            Op::Text { size, x, y, .. } => {
                let text = escaped(self.text(op));
                writeln!(
                    svg,
                    "<text fill=\"{color}\" font-size=\"{size:.2}\" x=\"{x}\" y=\"{y}\">{text}</text>"
                )?;
            }
        }
        Ok(())
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML has no place for other control characters.
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::PixelRect;

    #[test]
    fn text_from_a_document_stays_text() {
        let mut list = DrawList::default();
        list.rect(Ink::CARD, PixelRect::new(1, 2, 30, 4));
        list.write(Ink::CARD_TITLE, 13.0, (5, 6), ["<script>\u{1}&", ""]);
        let svg = list.to_svg((40, 20), "sans-serif", |ink| format!("\"{}", ink.index()));
        assert_eq!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"20\" viewBox=\"0 0 40 20\" \
             font-family=\"sans-serif\">\n\
             <path fill=\"&quot;5\" d=\"M1 2h30v4h-30z\"/>\n\
             <text fill=\"&quot;7\" font-size=\"13.00\" x=\"5\" y=\"6\">&lt;script&gt; &amp;</text>\n\
             </svg>\n"
        );
    }
}

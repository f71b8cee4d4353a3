//! Widths of texts, without asking a browser.

/// Advance widths of the printable ASCII characters, in ems.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyphs {
    advances: Vec<f64>,
}

/// What a character that was not measured takes, in ems: a wide guess.
const OTHER: f64 = 0.62;

const ELLIPSIS: &str = "…";

impl Default for Glyphs {
    fn default() -> Self {
        Self::measure(|_| OTHER)
    }
}

impl Glyphs {
    /// Asks `advance` for the width of each printable ASCII character, in ems.
    #[must_use]
    pub fn measure(advance: impl FnMut(char) -> f64) -> Self {
        Self { advances: (' '..='~').map(advance).collect() }
    }

    /// Width of a text in a font of this size, in the size's unit.
    #[must_use]
    pub fn width(&self, text: &str, size: f64) -> f64 {
        text.chars().map(|c| self.advance(c)).sum::<f64>() * size
    }

    /// The longest beginning of a text that fits, and an ellipsis if that is not all of it.
    pub(super) fn fit<'a>(&self, text: &'a str, size: f64, room: f64) -> [&'a str; 2] {
        let room = room / size;
        let (mut width, mut keep) = (0.0, 0);
        for (start, c) in text.char_indices() {
            if width + OTHER <= room {
                keep = start;
            }
            width += self.advance(c);
            if width > room {
                let kept = text.get(..keep).unwrap_or_default().trim_end();
                return [kept, if kept.is_empty() { "" } else { ELLIPSIS }];
            }
        }
        [text, ""]
    }

    fn advance(&self, c: char) -> f64 {
        let index = u32::from(c).checked_sub(u32::from(' '));
        index.and_then(|index| self.advances.get(index as usize)).copied().unwrap_or(OTHER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_does_not_fit_ends_with_an_ellipsis() {
        let glyphs = Glyphs::measure(|_| 0.5);
        assert_eq!(glyphs.fit("moving average", 10.0, 70.0), ["moving average", ""]);
        assert_eq!(glyphs.fit("moving average", 10.0, 40.0), ["moving", "…"]);
        assert_eq!(glyphs.fit("moving average", 10.0, 45.0), ["moving", "…"]);
        assert_eq!(glyphs.fit("moving average", 10.0, 4.0), ["", ""]);
        assert_eq!(glyphs.fit("äöü", 10.0, 18.6), ["äöü", ""]);
    }
}

//! The colors of studies and marks.

use crate::Ink;

/// Numbers of [`Ink::Extra`]: lines first, then as many fills, then these.
pub(super) const FIRST_FILL: u8 = 8;
pub(super) const SPAN: Ink = Ink::Extra(16);
pub(super) const STEP: Ink = Ink::Extra(17);
pub(super) const BREAKPOINT: Ink = Ink::Extra(18);
pub(super) const GUIDE: Ink = Ink::Extra(19);
pub(super) const STEP_FILL: Ink = Ink::Extra(20);

/// Colors as CSS strings. Wins and losses have those of rising and falling candles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyPalette {
    /// By [`StudyInk`](super::StudyInk).
    pub lines: [String; 8],
    /// The same for areas; let what is below shine through.
    pub fills: [String; 8],
    /// Behind the selected trade, translucent.
    pub span: String,
    /// The bar that a debugger stands at.
    pub step: String,
    /// Behind that bar, translucent.
    pub step_fill: String,
    pub breakpoint: String,
    /// Constant levels in panes, and the lines between panes.
    pub guide: String,
}

/// Searched for by machine: a contrast of 3 to the background, and as much difference as can be between neighbors in
/// the order, and among the first four, for usual sight and for either kind of red-green blindness.
impl Default for StudyPalette {
    /// For dark backgrounds.
    fn default() -> Self {
        Self::of(
            ["#5badf2", "#e89c42", "#a34deb", "#50e6a9", "#feeb56", "#f72052", "#4ed5f5", "#7a8798"],
            ["#7aa2d42e", "#ffd166", "#ff6b81", "#4a5565"],
        )
    }
}

impl StudyPalette {
    /// For light backgrounds.
    #[must_use]
    pub fn light() -> Self {
        Self::of(
            ["#3472b7", "#965102", "#9627de", "#1b8e58", "#a0940d", "#a31231", "#0e92ae", "#4d535a"],
            ["#1667c020", "#9a6a00", "#c21f45", "#aab4c1"],
        )
    }

    fn of(lines: [&str; 8], [span, step, breakpoint, guide]: [&str; 4]) -> Self {
        Self {
            lines: lines.map(str::to_owned),
            fills: lines.map(|line| format!("{line}30")),
            span: span.to_owned(),
            step: step.to_owned(),
            step_fill: format!("{step}55"),
            breakpoint: breakpoint.to_owned(),
            guide: guide.to_owned(),
        }
    }

    pub(super) fn color(&self, number: u8) -> &str {
        match Ink::Extra(number) {
            SPAN => &self.span,
            STEP => &self.step,
            BREAKPOINT => &self.breakpoint,
            GUIDE => &self.guide,
            STEP_FILL => &self.step_fill,
            _ => {
                let mut all = self.lines.iter().chain(&self.fills);
                all.nth(usize::from(number)).map_or("", String::as_str)
            }
        }
    }
}

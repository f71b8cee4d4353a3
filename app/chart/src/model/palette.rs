//! The colors of a chart, as CSS strings that the page takes from its design tokens.

/// Every color the chart uses. Any CSS color is fine; `background` should be opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    pub background: String,
    pub grid: String,
    /// The hairline between plot and axes.
    pub axis_line: String,
    pub text: String,
    /// Labels of the finer steps.
    pub text_muted: String,
    pub up: String,
    pub down: String,
    pub wick_up: String,
    pub wick_down: String,
    pub volume_up: String,
    pub volume_down: String,
    pub crosshair: String,
    pub crosshair_label: String,
    pub crosshair_label_text: String,
    /// Text on labels filled with `up`, `down`, `buy`, `sell`, `stop_loss`, `take_profit` or `position`.
    pub label_text: String,
    pub buy: String,
    pub sell: String,
    pub stop_loss: String,
    pub take_profit: String,
    pub position: String,
    /// Ring around fill markers, and the text beside them.
    pub marker_outline: String,
    pub marker_text: String,
}

impl Default for Palette {
    /// A quiet dark theme.
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            background: own("#0f1319"),
            grid: own("#1b212b"),
            axis_line: own("#2a323e"),
            text: own("#c3cad5"),
            text_muted: own("#8b95a5"),
            up: own("#26a69a"),
            down: own("#ef5350"),
            wick_up: own("#26a69a"),
            wick_down: own("#ef5350"),
            volume_up: own("#17413f"),
            volume_down: own("#4a2a2e"),
            crosshair: own("#7c8798"),
            crosshair_label: own("#3a4453"),
            crosshair_label_text: own("#f2f4f7"),
            label_text: own("#0b0e13"),
            buy: own("#4c9df3"),
            sell: own("#f08a3c"),
            stop_loss: own("#ef5350"),
            take_profit: own("#26a69a"),
            position: own("#9aa7ba"),
            marker_outline: own("#0f1319"),
            marker_text: own("#c3cad5"),
        }
    }
}

impl Palette {
    /// A light theme with the same meaning of colors.
    #[must_use]
    pub fn light() -> Self {
        let own = str::to_owned;
        Self {
            background: own("#ffffff"),
            grid: own("#eef1f5"),
            axis_line: own("#d9dfe7"),
            text: own("#1c2430"),
            text_muted: own("#5d6a7b"),
            up: own("#0f8f83"),
            down: own("#d93a3a"),
            wick_up: own("#0f8f83"),
            wick_down: own("#d93a3a"),
            volume_up: own("#c9e7e3"),
            volume_down: own("#f6d3d2"),
            crosshair: own("#8591a3"),
            crosshair_label: own("#2b3442"),
            crosshair_label_text: own("#ffffff"),
            label_text: own("#ffffff"),
            buy: own("#1f6fd0"),
            sell: own("#b85a10"),
            stop_loss: own("#c92f2f"),
            take_profit: own("#0b7a70"),
            position: own("#536174"),
            marker_outline: own("#ffffff"),
            marker_text: own("#1c2430"),
        }
    }
}

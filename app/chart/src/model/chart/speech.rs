//! The chart in words, for those who do not see it.

use std::fmt::Write as _;

use super::Chart;
use crate::model::{
    LineKind, PriceLine, ReadOut, Side, push_date_time, push_percent, push_price, push_volume,
};

impl Chart {
    /// What is in view, in a few sentences: the text twin of the picture.
    #[must_use]
    pub fn summary(&self) -> String {
        if let Some(extension) = self.extension().filter(|extension| !extension.shows_bars()) {
            let mut out = String::new();
            extension.describe(self, &mut out);
            return out;
        }
        let Some((visible, view)) = self.visible().map(|visible| (visible, self.in_view())) else {
            return "Candlestick chart without candles.".to_owned();
        };
        let mut out = String::from("Candlestick chart, ");
        let _ = write!(
            out,
            "{} {} in view, from ",
            visible.bars,
            if visible.bars == 1 { "candle" } else { "candles" }
        );
        self.push_time(&mut out, visible.from);
        out.push_str(" to ");
        self.push_time(&mut out, visible.to);
        out.push_str(". ");
        if let Some(all) = self.series().merged(view.first, view.end) {
            out.push_str("It opens at ");
            self.push_price(&mut out, all.open);
            out.push_str(" and closes at ");
            self.push_price(&mut out, all.close);
            if all.open > 0.0 {
                out.push_str(", ");
                push_percent(&mut out, (all.close / all.open - 1.0) * 100.0);
            }
            out.push_str(". ");
        }
        let time_where = |wanted: &dyn Fn(&crate::Bar) -> bool| {
            self.series().range(view.first, view.end).find(|(_, bar)| wanted(bar)).map(|(_, bar)| bar.time)
        };
        let high = time_where(&|bar| bar.high >= visible.high);
        let low = time_where(&|bar| bar.low <= visible.low);
        for (name, price, time) in [("Highest ", visible.high, high), ("Lowest ", visible.low, low)] {
            out.push_str(name);
            self.push_price(&mut out, price);
            if let Some(time) = time {
                out.push_str(" at ");
                self.push_time(&mut out, time);
            }
            out.push_str(". ");
        }
        if !self.lines().is_empty() {
            out.push_str("Lines: ");
            for (at, line) in self.lines().iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                self.push_line(&mut out, line);
            }
            out.push('.');
        }
        out.truncate(out.trim_end().len());
        if let Some(extension) = self.extension() {
            extension.describe(self, &mut out);
        }
        out
    }

    /// The bar under the crosshair in words, for a live region; empty when there is none.
    #[must_use]
    pub fn cursor_text(&self) -> String {
        let mut out = String::new();
        let Some(read) = self.hovered() else { return out };
        self.push_time(&mut out, read.bar.time);
        if self.shows_bars() {
            self.push_bar(&mut out, &read);
        }
        if let (Some(extension), Some(crosshair)) = (self.extension(), self.crosshair()) {
            extension.describe_bar(self, crosshair.index, &mut out);
        }
        out
    }

    fn push_bar(&self, out: &mut String, read: &ReadOut) {
        for (name, price) in [
            ("open", read.bar.open),
            ("high", read.bar.high),
            ("low", read.bar.low),
            ("close", read.bar.close),
        ] {
            let _ = write!(out, ", {name} ");
            self.push_price(out, price);
        }
        out.push_str(", volume ");
        push_volume(out, read.bar.volume);
        if let Some(percent) = read.change_percent {
            out.push_str(", change ");
            push_percent(out, percent);
        }
        if read.forming {
            out.push_str(", still forming");
        }
    }

    pub(crate) fn push_time(&self, out: &mut String, time: i64) {
        push_date_time(out, &self.options().zone.civil(time), self.step_ms());
    }

    fn push_price(&self, out: &mut String, price: f64) {
        push_price(out, price, self.options().price_format);
    }

    fn push_line(&self, out: &mut String, line: &PriceLine) {
        let kind = match (line.kind, line.side) {
            (LineKind::Order, Some(Side::Buy)) => "buy order",
            (LineKind::Order, Some(Side::Sell)) => "sell order",
            (LineKind::Order, None) => "order",
            (LineKind::StopLoss, _) => "stop-loss",
            (LineKind::TakeProfit, _) => "take-profit",
            (LineKind::Position, Some(Side::Sell)) => "short position",
            (LineKind::Position, _) => "position",
            (LineKind::Reference, _) => "reference",
        };
        out.push_str(kind);
        if !line.label.is_empty() {
            let _ = write!(out, " {}", line.label);
        }
        out.push_str(" at ");
        self.push_price(out, line.price);
        if !line.pnl.is_empty() {
            let _ = write!(out, ", {}", line.pnl);
        }
    }
}

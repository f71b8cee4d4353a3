//! Numbers and times as text, appended to a caller's buffer so that drawing allocates nothing.

use std::fmt::Write as _;

use super::PriceFormat;
use super::time_ticks::{TimeTick, Turn};
use super::zone::Civil;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY_MS: i64 = 86_400_000;

/// A price with the instrument's decimals.
pub(crate) fn push_price(out: &mut String, price: f64, format: PriceFormat) {
    let precision = usize::from(format.precision.min(12));
    push_fixed(out, price, precision, format.grouping);
}

/// A percentage with sign and two decimals.
pub(crate) fn push_percent(out: &mut String, percent: f64) {
    if percent >= 0.005 {
        out.push('+');
    }
    push_fixed(out, percent, 2, false);
    out.push('%');
}

/// A volume with three or four digits and K, M, B or T.
pub(crate) fn push_volume(out: &mut String, volume: f64) {
    for (unit, name) in [(1.0e12, 'T'), (1.0e9, 'B'), (1.0e6, 'M'), (1.0e3, 'K')] {
        if volume >= unit * 0.999_95 {
            let _ = write!(out, "{:.2}{name}", volume / unit);
            return;
        }
    }
    let decimals = if volume >= 100.0 || volume.fract().abs() < 1.0e-9 { 0 } else { 3 };
    let _ = write!(out, "{volume:.decimals$}");
}

/// As short as the turn allows: `2026`, `Nov`, `21`, `14:30`, `14:30:15`.
pub(crate) fn push_tick(out: &mut String, tick: &TimeTick) {
    let Civil { year, month, day, hour, minute, second, .. } = tick.civil;
    let _ = match tick.turn {
        Turn::Year => write!(out, "{year}"),
        Turn::Month => write!(out, "{}", month_name(month)),
        Turn::Day => write!(out, "{day}"),
        Turn::Minute => write!(out, "{hour:02}:{minute:02}"),
        Turn::Second => write!(out, "{hour:02}:{minute:02}:{second:02}"),
    };
}

/// `Sat 21 Nov 2026 14:30`, as far as bars of that duration differ.
pub(crate) fn push_date_time(out: &mut String, civil: &Civil, step_ms: i64) {
    let Civil { year, month, day, hour, minute, second, weekday } = *civil;
    let weekday = WEEKDAYS.get(usize::from(weekday)).copied().unwrap_or_default();
    let _ = write!(out, "{weekday} {day} {} {year}", month_name(month));
    if step_ms < DAY_MS {
        let _ = write!(out, " {hour:02}:{minute:02}");
        if step_ms < 60_000 {
            let _ = write!(out, ":{second:02}");
        }
    }
}

/// A text as wide as [`push_date_time`] gets, in common fonts.
pub(crate) fn widest_date_time(step_ms: i64) -> &'static str {
    if step_ms >= DAY_MS {
        "Wed 28 Nov 2028"
    } else if step_ms >= 60_000 {
        "Wed 28 Nov 2028 20:08"
    } else {
        "Wed 28 Nov 2028 20:08:08"
    }
}

fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default()
}

/// A number with so many decimals, and commas between thousands.
pub(crate) fn push_fixed(out: &mut String, value: f64, precision: usize, grouping: bool) {
    let start = out.len();
    let _ = write!(out, "{value:.precision$}");
    let written = out.get(start..).unwrap_or_default();
    if written.starts_with('-') && written.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.')) {
        out.remove(start);
    }
    if grouping {
        let written = out.get(start..).unwrap_or_default();
        let signed = usize::from(written.starts_with('-'));
        let whole = written.find('.').unwrap_or(written.len());
        let mut at = whole;
        while at > signed + 3 {
            at -= 3;
            out.insert(start + at, ',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::zone::civil_from_ms;
    use super::*;

    fn text(write: impl Fn(&mut String)) -> String {
        let mut out = String::from("x");
        write(&mut out);
        out.split_off(1)
    }

    #[test]
    fn prices() {
        let price = |value, precision, grouping| {
            text(|out| push_price(out, value, PriceFormat { tick_size: 0.0, precision, grouping }))
        };
        assert_eq!(price(61_234.5, 2, true), "61,234.50");
        assert_eq!(price(1_234_567.0, 0, true), "1,234,567");
        assert_eq!(price(123.0, 0, true), "123");
        assert_eq!(price(-1234.5, 1, true), "-1,234.5");
        assert_eq!(price(-123.5, 1, true), "-123.5");
        assert_eq!(price(-0.001, 2, true), "0.00");
        assert_eq!(price(1234.5, 1, false), "1234.5");
        assert_eq!(price(0.000_012_34, 8, true), "0.00001234");
    }

    #[test]
    fn volumes_and_percent() {
        let volume = |v| text(|out| push_volume(out, v));
        assert_eq!([0.0, 7.0, 0.125, 999.0, 1000.0].map(volume), ["0", "7", "0.125", "999", "1.00K"]);
        assert_eq!([999_960.0, 1.5e9, 2.0e13].map(volume), ["1.00M", "1.50B", "20.00T"]);
        let percent = |v| text(|out| push_percent(out, v));
        assert_eq!([1.234, -0.5, 0.0, -0.001].map(percent), ["+1.23%", "-0.50%", "0.00%", "0.00%"]);
    }

    #[test]
    fn dates_name_what_bars_differ_in() {
        let at = |step| text(|out| push_date_time(out, &civil_from_ms(1_795_271_415_000), step));
        assert_eq!(at(1000), "Sat 21 Nov 2026 14:30:15");
        assert_eq!(at(60_000), "Sat 21 Nov 2026 14:30");
        assert_eq!(at(DAY_MS), "Sat 21 Nov 2026");
    }
}

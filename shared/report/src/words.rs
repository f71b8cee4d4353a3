//! Numbers and times as people read them. Fractions become percent here and nowhere else.

use wickflow_shared::time::{Timestamp, Zone};

/// An amount of money: two decimals, thousands apart.
pub(crate) fn money(amount: f64) -> String {
    figure(amount)
}

/// A fraction as percent.
pub(crate) fn percent(fraction: f64) -> String {
    format!("{} %", figure(fraction * 100.0))
}

/// A fraction as percent with its sign.
pub(crate) fn signed_percent(fraction: f64) -> String {
    if fraction > 0.0 { format!("+{}", percent(fraction)) } else { percent(fraction) }
}

/// A fraction as percent with one decimal and no sign of percent, for tables; never `-0.0`.
pub(crate) fn tenths(fraction: f64) -> String {
    let text = format!("{:.1}", fraction * 100.0);
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// A price or a quantity: seven digits where it has as many, at least two decimals for them and at most eight.
///
/// More are noise of slippage and of sizes in percent: a price made as ticks × tick size differs from the one meant in the
/// last bits, and the shortest text that reads back the same would show sixteen digits.
pub(crate) fn number(value: f64) -> String {
    const DIGITS: usize = 7;
    let whole = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5].iter().filter(|power| value.abs() >= **power).count();
    let decimals = if whole == 0 { 8 } else { (DIGITS - whole).max(2) };
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A plain figure with two decimals; from ten billion on with a power of ten, so that columns keep their width.
pub(crate) fn figure(value: f64) -> String {
    if value.abs() >= 1e10 { format!("{value:.2e}") } else { grouped(&format!("{value:.2}")) }
}

/// A whole number, thousands apart.
pub(crate) fn count(value: usize) -> String {
    grouped(&value.to_string())
}

/// `1 trade`, `2 trades`.
pub(crate) fn plural(value: usize, singular: &str) -> String {
    format!("{} {singular}{}", count(value), if value == 1 { "" } else { "s" })
}

/// Date and time of day in a zone, without seconds.
pub(crate) fn moment(time: Timestamp, zone: &Zone) -> String {
    let c = zone.local(time).civil();
    format!("{:04}-{:02}-{:02} {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute)
}

/// Date in a zone.
pub(crate) fn date(time: Timestamp, zone: &Zone) -> String {
    let c = zone.local(time).civil();
    format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)
}

/// A span of time in its two largest units.
pub(crate) fn span(ms: f64) -> String {
    let minutes = ms / 60_000.0;
    let (hours, days) = (minutes / 60.0, minutes / 1440.0);
    if days >= 730.5 {
        format!("{:.1} years", days / 365.25)
    } else if days >= 2.0 {
        format!("{days:.0} days")
    } else if hours >= 2.0 {
        format!("{hours:.1} hours")
    } else {
        format!("{minutes:.0} minutes")
    }
}

/// Commas between thousands.
fn grouped(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, rest) = text.find('.').map_or((text, ""), |at| text.split_at(at));
    let mut out = String::with_capacity(text.len() + text.len() / 3 + 1);
    let is_zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    if !is_zero {
        out.push_str(sign);
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && digit.is_ascii_digit() {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        for (value, expected) in [
            (0.0, "0.00"),
            (-0.001, "0.00"),
            (999.999, "1,000.00"),
            (-1_234_567.891, "-1,234,567.89"),
            (123_456.0, "123,456.00"),
        ] {
            assert_eq!(money(value), expected);
        }
        assert_eq!((percent(0.1234), signed_percent(0.5)), ("12.34 %".to_owned(), "+50.00 %".to_owned()));
        assert_eq!(percent(12.5), "1,250.00 %");
        assert_eq!((percent(5.789e11), money(-2.5e17)), ("5.79e13 %".to_owned(), "-2.50e17".to_owned()));
        assert_eq!((tenths(-0.0001), tenths(-0.0561)), ("0.0".to_owned(), "-5.6".to_owned()));
        for (value, expected) in
            [(10_007.0 * 0.01, "100.07"), (0.000_123, "0.000123"), (5.0, "5"), (-0.0, "0")]
        {
            assert_eq!(number(value), expected);
        }
        assert_eq!(
            (plural(1, "trade"), plural(1200, "trade")),
            ("1 trade".to_owned(), "1,200 trades".to_owned())
        );
    }

    #[test]
    fn times_for_people() {
        let zone = Zone::fixed("Asia/Kolkata", 330).unwrap();
        let time = Timestamp::from_civil(2024, 1, 31, 20, 0, 0);
        assert_eq!(
            (moment(time, &zone).as_str(), date(time, &zone).as_str()),
            ("2024-02-01 01:30", "2024-02-01")
        );
        for (ms, expected) in [
            (60e3, "1 minutes"),
            (3.6e6 * 30.0, "30.0 hours"),
            (864e5 * 40.0, "40 days"),
            (864e5 * 1461.0, "4.0 years"),
        ] {
            assert_eq!(span(ms), expected);
        }
    }
}

//! Numbers and times as people read them: grouped digits, true minus signs, times in the instrument's zone.

use wickflow_shared::market::{Currency, Instrument};
use wickflow_shared::num::{Decimal, Money, Price, Quantity, RoundingStrategy};
use wickflow_shared::time::{Timestamp, Zone};

/// U+2212: as wide as a plus, so that columns of changes stay aligned.
const MINUS: char = '−';
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Digits in groups: three by three, or as India counts (12,34,567) for amounts in rupees.
fn grouped(digits: &str, indian: bool) -> String {
    let count = digits.len();
    let mut out = String::with_capacity(count + count / 2);
    for (at, digit) in digits.chars().enumerate() {
        let left = count - at;
        let breaks = if indian {
            left == 3 || (left > 3 && (left - 3).is_multiple_of(2))
        } else {
            left.is_multiple_of(3)
        };
        if at > 0 && breaks {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Text of plain digits, as `-1234.50`, with groups and a true minus.
fn dressed(plain: &str, indian: bool) -> String {
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (rest.bytes().any(|b| matches!(b, b'1'..=b'9')), rest),
        None => (false, plain),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::with_capacity(digits.len() + 8);
    if negative {
        out.push(MINUS);
    }
    out.push_str(&grouped(whole, indian));
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

fn is_indian(currency: Currency) -> bool {
    currency == Currency::INR
}

fn fixed(value: Decimal, decimals: u32) -> String {
    let mut value = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(decimals);
    value.to_string()
}

/// A price with the instrument's decimals.
#[must_use]
pub fn price(value: Price, instrument: &Instrument) -> String {
    // A price off the tick grid (an old fill, a replaced tick size) keeps all its digits.
    let decimals = instrument.price_decimals().max(value.get().scale());
    dressed(&fixed(value.get(), decimals), is_indian(instrument.currency))
}

/// A price of a candle, with the instrument's decimals.
#[must_use]
pub fn price_f64(value: f64, instrument: &Instrument) -> String {
    number(value, instrument.price_decimals() as usize, is_indian(instrument.currency))
}

/// An average of prices, with one decimal more than the prices have, unless that one is a zero.
#[must_use]
pub fn average(value: Decimal, instrument: &Instrument) -> String {
    let decimals = instrument.price_decimals();
    let finer = value.round_dp(decimals + 1).normalize();
    dressed(&fixed(finer, decimals.max(finer.scale())), is_indian(instrument.currency))
}

/// A quantity without trailing zeros.
#[must_use]
pub fn quantity(value: Quantity) -> String {
    dressed(&value.get().normalize().to_string(), false)
}

/// Decimals that amounts of a currency are shown with: cents for money, eight for coins such as BTC or ETH.
fn money_decimals(currency: Currency) -> u32 {
    match currency.as_str() {
        "BTC" | "ETH" | "SOL" => 6,
        "JPY" | "KRW" => 0,
        _ => 2,
    }
}

/// An amount without its currency.
#[must_use]
pub fn amount(value: Money, currency: Currency) -> String {
    dressed(&fixed(value.get(), money_decimals(currency)), is_indian(currency))
}

/// An amount with its currency: `1,234.50 USD`.
#[must_use]
pub fn money(value: Money, currency: Currency) -> String {
    let mut out = amount(value, currency);
    out.push(' ');
    out.push_str(currency.as_str());
    out
}

/// An amount with its sign, `+` included; nothing in front of zero.
#[must_use]
pub fn signed_amount(value: Money, currency: Currency) -> String {
    let text = amount(value, currency);
    let positive = !value.is_negative() && text.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if positive { format!("+{text}") } else { text }
}

/// A plain number with fixed decimals; a dash where there is none to show.
#[must_use]
pub fn number(value: f64, decimals: usize, indian: bool) -> String {
    if value.is_finite() { dressed(&format!("{value:.decimals$}"), indian) } else { "–".to_owned() }
}

/// A number with its sign, `+` included.
#[must_use]
pub fn signed(value: f64, decimals: usize, indian: bool) -> String {
    let text = number(value, decimals, indian);
    let positive = value > 0.0 && text.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if positive { format!("+{text}") } else { text }
}

/// A decimal without trailing zeros and with its sign, `+` included.
#[must_use]
pub fn signed_decimal(value: Decimal) -> String {
    let text = dressed(&value.normalize().to_string(), false);
    if value > Decimal::ZERO { format!("+{text}") } else { text }
}

/// A message of the engine, which begins small, with a capital.
#[must_use]
pub fn capitalized(message: &str) -> String {
    let mut text = message.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A message of the engine as a sentence.
#[must_use]
pub fn sentence(message: &str) -> String {
    let mut text = capitalized(message);
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// A fraction as a percentage with its sign: 0.0123 is `+1.23%`.
#[must_use]
pub fn percent(fraction: f64) -> String {
    let mut out = signed(fraction * 100.0, 2, false);
    out.push('%');
    out
}

/// A large number in a few characters: `1.23K`, `45.6M`, `789B`.
#[must_use]
pub fn compact(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    let (scaled, suffix) = if size >= 999_950_000_000.0 {
        (value / 1e12, "T")
    } else if size >= 999_950_000.0 {
        (value / 1e9, "B")
    } else if size >= 999_950.0 {
        (value / 1e6, "M")
    } else if size >= 999.95 {
        (value / 1e3, "K")
    } else {
        (value, "")
    };
    let size = scaled.abs();
    let decimals = if size >= 99.95 || value == 0.0 {
        0
    } else if size >= 9.995 {
        1
    } else if size >= 0.1 || !suffix.is_empty() {
        2
    } else {
        4
    };
    let mut out = number(scaled, decimals, false);
    out.push_str(suffix);
    out
}

/// `14:05:09` in the zone.
#[must_use]
pub fn time_of_day(at: Timestamp, zone: &Zone) -> String {
    let c = zone.local(at).civil();
    format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second)
}

/// `21 Nov 14:05:09` in the zone.
#[must_use]
pub fn date_time(at: Timestamp, zone: &Zone) -> String {
    let c = zone.local(at).civil();
    let month = MONTHS.get(usize::from(c.month.saturating_sub(1))).copied().unwrap_or_default();
    format!("{} {month} {:02}:{:02}:{:02}", c.day, c.hour, c.minute, c.second)
}

/// `Sat 21 Nov 2026, 14:05` in the zone.
#[must_use]
pub fn long_date_time(at: Timestamp, zone: &Zone) -> String {
    let c = zone.local(at).civil();
    let month = MONTHS.get(usize::from(c.month.saturating_sub(1))).copied().unwrap_or_default();
    let weekday = WEEKDAYS.get(usize::from(c.weekday)).copied().unwrap_or_default();
    format!("{weekday} {} {month} {}, {:02}:{:02}", c.day, c.year, c.hour, c.minute)
}

/// Minutes east of UTC as `UTC+5:30`.
#[must_use]
pub fn utc_offset(minutes: i32) -> String {
    if minutes == 0 {
        return "UTC".to_owned();
    }
    let sign = if minutes < 0 { MINUS } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    if rest == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{rest:02}") }
}

/// Time left: `00:42`, `1:05:09`, `2 d 3 h`.
#[must_use]
pub fn countdown(ms: i64) -> String {
    let seconds = (ms.max(0) + 999) / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    if days > 0 {
        format!("{days} d {hours} h")
    } else if hours > 0 {
        format!("{hours}:{minutes:02}:{:02}", seconds % 60)
    } else {
        format!("{minutes:02}:{:02}", seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        for (plain, western, indian) in [
            ("0", "0", "0"),
            ("123", "123", "123"),
            ("1234", "1,234", "1,234"),
            ("1234567.5", "1,234,567.5", "12,34,567.5"),
            ("-12345678.00", "−12,345,678.00", "−1,23,45,678.00"),
            ("-0.00", "0.00", "0.00"),
        ] {
            assert_eq!((dressed(plain, false).as_str(), dressed(plain, true).as_str()), (western, indian));
        }
    }

    #[test]
    fn amounts_follow_their_currency() {
        let amount: Money = "1234567.895".parse().unwrap();
        assert_eq!(money(amount, Currency::USD), "1,234,567.90 USD");
        assert_eq!(money(amount, Currency::INR), "12,34,567.90 INR");
        assert_eq!(signed_amount(amount, Currency::USD), "+1,234,567.90");
        assert_eq!(signed_amount(amount.negated(), Currency::USD), "−1,234,567.90");
        assert_eq!(signed_amount(Money::ZERO, Currency::USD), "0.00");
        assert_eq!(
            signed_amount("0.001".parse().unwrap(), Currency::USD),
            "0.00",
            "no sign on what shows as zero"
        );
    }

    #[test]
    fn changes_carry_a_sign() {
        for (fraction, want) in
            [(0.0123, "+1.23%"), (-0.0123, "−1.23%"), (0.0, "0.00%"), (0.000_01, "0.00%"), (f64::NAN, "–%")]
        {
            assert_eq!(percent(fraction), want);
        }
    }

    #[test]
    fn averages_are_finer_than_prices() {
        let share = crate::state::fixtures::share();
        for (value, want) in [("1234.5", "1,234.50"), ("1234.5678", "1,234.568"), ("1234.5699", "1,234.57")] {
            assert_eq!(average(Decimal::from_str_exact(value).unwrap(), &share), want);
        }
    }

    #[test]
    fn messages_become_sentences() {
        for (message, want) in [("no price yet", "No price yet."), ("Done!", "Done!"), ("", "."), ("é", "é.")]
        {
            assert_eq!(sentence(message), want);
        }
    }

    #[test]
    fn large_numbers_are_short() {
        for (value, want) in [
            (0.0, "0"),
            (0.012_34, "0.0123"),
            (1.5, "1.50"),
            (42.42, "42.4"),
            (999.96, "1.00K"),
            (1234.0, "1.23K"),
            (999_960.0, "1.00M"),
            (45_600_000.0, "45.6M"),
            (7.89e11, "789B"),
            (-1234.0, "−1.23K"),
            (f64::INFINITY, "–"),
        ] {
            assert_eq!(compact(value), want, "{value}");
        }
    }

    #[test]
    fn times_are_those_of_the_zone() {
        let kolkata = Zone::fixed("Asia/Kolkata", 330).unwrap();
        let at: Timestamp = "2026-11-21T20:00:05Z".parse().unwrap();
        assert_eq!(time_of_day(at, &kolkata), "01:30:05");
        assert_eq!(date_time(at, &kolkata), "22 Nov 01:30:05");
        assert_eq!(long_date_time(at, &Zone::utc()), "Sat 21 Nov 2026, 20:00");
        for (minutes, want) in [(0, "UTC"), (330, "UTC+5:30"), (-300, "UTC−5")] {
            assert_eq!(utc_offset(minutes), want);
        }
    }

    #[test]
    fn time_left() {
        for (ms, want) in [
            (-5, "00:00"),
            (1, "00:01"),
            (42_000, "00:42"),
            (60_000, "01:00"),
            (3_909_000, "1:05:09"),
            (183_600_000, "2 d 3 h"),
        ] {
            assert_eq!(countdown(ms), want, "{ms}");
        }
    }
}

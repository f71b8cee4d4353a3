use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;

/// Text that names no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time such as 2018-01-01T00:00:00Z")]
pub struct TimestampError(String);

/// A date and time of day, in whatever zone its maker chose (proleptic Gregorian calendar).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilTime {
    /// Year, such as 2026.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
    /// Millisecond, 0 to 999.
    pub millisecond: u16,
    /// Day of the week, Monday = 0.
    pub weekday: u8,
}

impl Timestamp {
    /// The latest instant that still formats with a four-digit year: 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);
    /// The earliest instant accepted: 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_167_219_200_000);

    /// Date and time of day in UTC.
    #[must_use]
    pub fn civil(self) -> CivilTime {
        let days = self.0.div_euclid(DAY_MS);
        let ms = self.0.rem_euclid(DAY_MS);
        let (year, month, day) = civil_from_days(days);
        // The remainders are within their ranges by construction, so no conversion can fail.
        let part = |value: i64| u8::try_from(value).unwrap_or_default();
        CivilTime {
            year,
            month,
            day,
            hour: part(ms / 3_600_000),
            minute: part(ms / 60_000 % 60),
            second: part(ms / 1000 % 60),
            millisecond: u16::try_from(ms % 1000).unwrap_or_default(),
            weekday: part((days + 3).rem_euclid(7)),
        }
    }

    /// The instant of a UTC date and time; fields are taken modulo nothing, so callers pass valid ones.
    #[must_use]
    pub fn from_civil(year: i32, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Self {
        let days = days_from_civil(year, month, day);
        Self(
            days * DAY_MS
                + i64::from(hour) * 3_600_000
                + i64::from(minute) * 60_000
                + i64::from(second) * 1000,
        )
    }

    /// `self + ms`, kept within [`Timestamp::MIN`] and [`Timestamp::MAX`].
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms).clamp(Self::MIN.0, Self::MAX.0))
    }
}

/// RFC 3339 in UTC; milliseconds only where there are any.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.civil();
        write!(f, "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute, c.second)?;
        if c.millisecond != 0 {
            write!(f, ".{:03}", c.millisecond)?;
        }
        f.write_str("Z")
    }
}

/// RFC 3339 with `Z` or an offset (`+05:30`, also `+0530`), `T` or a space; a date alone is midnight UTC.
impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        parse(text.as_bytes()).ok_or_else(|| TimestampError(text.chars().take(40).collect()))
    }
}

fn parse(bytes: &[u8]) -> Option<Timestamp> {
    let digits = |from: usize, len: usize| -> Option<i64> {
        let part = bytes.get(from..from + len)?;
        part.iter().try_fold(0_i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
    };
    let is = |at: usize, want: u8| bytes.get(at) == Some(&want);
    let (year, month, day) = (digits(0, 4)?, digits(5, 2)?, digits(8, 2)?);
    if !is(4, b'-') || !is(7, b'-') || !(1..=12).contains(&month) {
        return None;
    }
    let (year, month, day) = (i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    if !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let midnight = Timestamp::from_civil(year, month, day, 0, 0, 0);
    if bytes.len() == 10 {
        return Some(midnight);
    }
    if !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) || !is(13, b':') {
        return None;
    }
    let (hour, minute) = (digits(11, 2)?, digits(14, 2)?);
    let mut at = 16;
    let mut second = 0;
    let mut ms = 0;
    if is(at, b':') {
        second = digits(17, 2)?;
        at = 19;
        if is(at, b'.') {
            at += 1;
            let start = at;
            let mut scale = 100;
            while let Some(b) = bytes.get(at).filter(|b| b.is_ascii_digit()) {
                // Digits past the millisecond are cut off.
                ms += i64::from(b - b'0') * scale;
                scale /= 10;
                at += 1;
            }
            if at == start || at - start > 9 {
                return None;
            }
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset_minutes = match bytes.get(at) {
        None => 0,
        Some(b'Z' | b'z') if bytes.len() == at + 1 => 0,
        Some(sign @ (b'+' | b'-')) => {
            let colon = usize::from(is(at + 3, b':'));
            let (hours, minutes) = match bytes.len() - at {
                3 => (digits(at + 1, 2)?, 0),
                5 | 6 if bytes.len() == at + 5 + colon => (digits(at + 1, 2)?, digits(at + 3 + colon, 2)?),
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
        }
        Some(_) => return None,
    };
    let of_day = hour * 3_600_000 + minute * 60_000 + second * 1000 + ms;
    Some(Timestamp(midnight.0 + of_day - offset_minutes * 60_000))
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01, counted in eras of 400 years that begin on 1 March.
fn days_from_civil(year: i32, month: u8, day: u8) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let shifted_year = i64::from(year) - i64::from(month <= 2);
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i32, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (
        i32::try_from(year).unwrap_or_default(),
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_common_spellings() {
        // Instants from `date -u -d … +%s`.
        for (text, want) in [
            ("2018-01-01T00:00:00Z", Some(1_514_764_800_000)),
            ("2013-10-07T08:00:00.464Z", Some(1_381_132_800_464)),
            ("2026-01-05T09:15:00+0530", Some(1_767_584_700_000)),
            ("2026-01-05T09:15:00+05:30", Some(1_767_584_700_000)),
            ("2026-01-05T09:15:00+05", Some(1_767_586_500_000)),
            ("2026-01-05 03:45", Some(1_767_584_700_000)),
            ("1969-12-31T23:59:59Z", Some(-1000)),
            ("2000-02-29", Some(951_782_400_000)),
            ("2026-01-05T03:45:00.123456Z", Some(1_767_584_700_123)),
            ("1900-02-29", None),
            ("2026-13-01", None),
            ("2026-01-05T24:00:00Z", None),
            ("2026-01-05T03:45:00.Z", None),
            ("2026-01-05T03:45:00Zz", None),
            ("2026-01-05T03:45:00+5", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<Timestamp>().ok().map(|t| t.0), want, "{text}");
        }
    }

    #[test]
    fn weekdays_and_dates() {
        // 2026-11-21 is a Saturday.
        let civil = Timestamp::from_civil(2026, 11, 21, 1, 2, 3).civil();
        assert_eq!((civil.year, civil.month, civil.day, civil.weekday), (2026, 11, 21, 5));
    }

    proptest::proptest! {
        #[test]
        fn printing_and_parsing_are_inverse(ms in Timestamp::MIN.0..=Timestamp::MAX.0) {
            proptest::prop_assert_eq!(Timestamp(ms).to_string().parse(), Ok(Timestamp(ms)));
        }
    }
}

//! A time zone as data, and the civil calendar.
//!
//! The chart holds no time zone database: the owner passes the offsets that matter for its data.

use super::sort::sort_by_number;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// Offsets from UTC over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Sorted by the first field: from that UTC millisecond on, local time is UTC plus so many minutes.
    transitions: Vec<(i64, i32)>,
}

/// A stretch of time with one offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ZoneSpan {
    pub(crate) offset_ms: i64,
    /// First UTC millisecond that no longer belongs to the span.
    pub(crate) until: i64,
}

/// Local date and time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: u8,
    /// 1 to 31.
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    /// 0 is Monday.
    pub(crate) weekday: u8,
}

impl Zone {
    #[must_use]
    pub fn utc() -> Self {
        Self { transitions: Vec::new() }
    }

    /// One offset for all times, in minutes east of UTC.
    #[must_use]
    pub fn fixed(offset_minutes: i32) -> Self {
        Self::new(vec![(i64::MIN, offset_minutes)])
    }

    /// From `(first UTC millisecond, offset in minutes east of UTC)` pairs in any order. Before the first pair its
    /// offset holds as well. Offsets beyond a day are dropped.
    #[must_use]
    pub fn new(mut transitions: Vec<(i64, i32)>) -> Self {
        transitions.retain(|(_, minutes)| minutes.abs() <= 24 * 60);
        sort_by_number(&mut transitions, |(from, _)| *from);
        Self { transitions }
    }

    pub(crate) fn span(&self, utc_ms: i64) -> ZoneSpan {
        let next = self.transitions.partition_point(|(from, _)| *from <= utc_ms);
        let (_, minutes) = self.transitions.get(next.saturating_sub(1)).copied().unwrap_or((0, 0));
        // Before the first transition its own offset holds, so that instant changes nothing.
        let until = match self.transitions.get(next) {
            Some((from, _)) if next > 0 => *from,
            Some(_) => self.transitions.get(1).map_or(i64::MAX, |(from, _)| *from),
            None => i64::MAX,
        };
        ZoneSpan { offset_ms: i64::from(minutes) * MINUTE_MS, until }
    }

    /// Milliseconds of the local clock for a UTC instant.
    pub(crate) fn local(&self, utc_ms: i64) -> i64 {
        utc_ms.saturating_add(self.span(utc_ms).offset_ms)
    }

    pub(crate) fn civil(&self, utc_ms: i64) -> Civil {
        civil_from_ms(self.local(utc_ms))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

pub(crate) fn civil_from_ms(local_ms: i64) -> Civil {
    let days = local_ms.div_euclid(DAY_MS);
    let seconds = local_ms.rem_euclid(DAY_MS) / 1000;
    let (year, month, day) = date_from_days(days);
    let small = |value: i64| u8::try_from(value).unwrap_or(0);
    Civil {
        year,
        month,
        day,
        hour: small(seconds / 3600),
        minute: small(seconds / 60 % 60),
        second: small(seconds % 60),
        // 1970-01-01 was a Thursday.
        weekday: small((days + 3).rem_euclid(7)),
    }
}

/// Milliseconds of local midnight on the first day of a month; `month0` counts from 0 and may exceed a year.
pub(crate) fn ms_from_month(year: i64, month0: i64) -> i64 {
    let year = year + month0.div_euclid(12);
    days_from_date(year, month0.rem_euclid(12) + 1, 1) * DAY_MS
}

/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn date_from_days(days: i64) -> (i64, u8, u8) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}

/// Source: the same, `days_from_civil`.
fn days_from_date(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let yoe = year.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    /// New York around the change of 2026-11-01 06:00 UTC, and the one of 2026-03-08 07:00 UTC.
    fn new_york() -> Zone {
        Zone::new(vec![(1_793_512_800_000, -300), (1_772_953_200_000, -240), (1_762_063_200_000, -300)])
    }

    #[test]
    fn civil_dates_match_known_days() {
        let date = |ms| {
            let c = civil_from_ms(ms);
            (c.year, c.month, c.day, c.weekday)
        };
        assert_eq!(date(0), (1970, 1, 1, 3));
        assert_eq!(date(951_782_400_000), (2000, 2, 29, 1));
        assert_eq!(date(-1), (1969, 12, 31, 2));
        assert_eq!(date(1_795_219_200_000), (2026, 11, 21, 5));
        assert_eq!(ms_from_month(2026, 10), 1_793_491_200_000);
        assert_eq!(ms_from_month(2025, 22), ms_from_month(2026, 10));
    }

    #[test]
    fn month_starts_invert_civil_dates() {
        for month in -1200..6000 {
            let c = civil_from_ms(ms_from_month(1970, month));
            assert_eq!((c.day, c.hour, c.minute), (1, 0, 0));
            assert_eq!((c.year - 1970) * 12 + i64::from(c.month) - 1, month);
        }
    }

    #[test]
    fn offsets_change_at_the_transition() {
        let zone = new_york();
        let hour = |ms| zone.civil(ms).hour;
        assert_eq!(hour(1_793_512_800_000 - 1), 1, "daylight time until the last millisecond");
        assert_eq!(hour(1_793_512_800_000), 1, "and the same hour once more");
        assert_eq!(hour(1_772_953_200_000 - 1), 1);
        assert_eq!(hour(1_772_953_200_000), 3, "the hour from 2 to 3 does not exist");
        assert_eq!(zone.span(0).until, 1_772_953_200_000, "the first offset holds before its start too");
        assert_eq!(zone.span(1_800_000_000_000).until, i64::MAX);
        assert_eq!(Zone::utc().local(5), 5);
        assert_eq!(Zone::fixed(330).local(0), 330 * 60_000);
    }
}

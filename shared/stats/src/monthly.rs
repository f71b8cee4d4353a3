//! Returns by month and year.

use serde::Serialize;

use crate::returns::{MS_PER_DAY, total_return};

/// The returns of a calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct YearRow {
    /// The year, as in 2024.
    pub year: i64,
    /// January to December; `None` where no sample lies.
    pub months: [Option<f64>; 12],
    /// The whole year: from the last sample before it to its last.
    pub total: Option<f64>,
}

/// Returns by month and year of (UTC milliseconds, equity) samples in ascending time.
///
/// The first sample is the base of what follows. A month's return goes from the last sample before the month to
/// its last one, so a month without samples leaves its change to the next. `local_ms` turns UTC into the wall
/// clock of the zone wanted, in milliseconds as if that were UTC. A sample stamped at midnight belongs to the day
/// that begins: stamp a day's close within the day. Years without samples have no row; after equity of zero or
/// less months are `None`.
#[must_use]
pub fn monthly_returns(samples: &[(i64, f64)], local_ms: impl Fn(i64) -> i64) -> Vec<YearRow> {
    let mut rows: Vec<YearRow> = Vec::new();
    let Some(((_, first), rest)) = samples.split_first() else { return rows };
    let mut month_base = *first;
    let mut year_base = *first;
    let mut previous: Option<(i64, usize, f64)> = None;
    for (time_ms, equity) in rest {
        let (year, month) = year_and_month(local_ms(*time_ms));
        if let Some((last_year, last_month, last_equity)) = previous {
            if (last_year, last_month) != (year, month) {
                month_base = last_equity;
            }
            if last_year != year {
                year_base = last_equity;
            }
        }
        if rows.last().is_none_or(|row| row.year != year) {
            rows.push(YearRow { year, months: [None; 12], total: None });
        }
        if let Some(row) = rows.last_mut() {
            row.total = total_return(year_base, *equity);
            if let Some(cell) = row.months.get_mut(month) {
                *cell = total_return(month_base, *equity);
            }
        }
        previous = Some((year, month, *equity));
    }
    rows
}

/// Year and month (January is 0) of milliseconds since 1970.
///
/// Counts in years that begin in March, so that the leap day comes last; the algorithm of H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms".
fn year_and_month(local_ms: i64) -> (i64, usize) {
    const DAYS_TO_1970_FROM_MARCH_OF_YEAR_0: i64 = 719_468;
    const DAYS_PER_ERA: i64 = 146_097;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number")]
    const DAY: i64 = MS_PER_DAY as i64;
    let days = local_ms.div_euclid(DAY) + DAYS_TO_1970_FROM_MARCH_OF_YEAR_0;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = (month_from_march + 2) % 12;
    let year = era * 400 + year_of_era + i64::from(month < 2);
    (year, usize::try_from(month).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_close;

    const DAY: i64 = 86_400_000;

    /// `date -u -d @SECONDS` of GNU coreutils.
    #[test]
    fn calendar() {
        for (days, expected) in [
            (0, (1970, 0)),
            (-1, (1969, 11)),
            (59, (1970, 2)),
            (11_016, (2000, 1)),  // 29 February 2000
            (11_017, (2000, 2)),  // 1 March 2000
            (19_722, (2023, 11)), // 31 December 2023
            (19_723, (2024, 0)),
            (-25_509, (1900, 1)), // 28 February 1900, not a leap year
            (-25_508, (1900, 2)),
        ] {
            assert_eq!(year_and_month(days * DAY), expected, "day {days}");
        }
    }

    #[test]
    fn months_and_years_chain() {
        // 31 December 2023 (base), 15 and 31 January, 29 February, then 2 January 2025.
        let samples = [(19_722, 100.0), (19_737, 105.0), (19_753, 110.0), (19_782, 99.0), (20_090, 198.0)]
            .map(|(day, equity)| (day * DAY, equity));
        let rows = monthly_returns(&samples, |utc| utc);
        assert_eq!(rows.iter().map(|row| row.year).collect::<Vec<_>>(), [2024, 2025]);
        assert_close(rows[0].months[0].unwrap(), 0.1);
        assert_close(rows[0].months[1].unwrap(), -0.1);
        assert_eq!(rows[0].months[2..], [None; 10]);
        assert_close(rows[0].total.unwrap(), -0.01);
        assert_eq!((rows[1].months[0], rows[1].total), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn zone_moves_the_border() {
        // 31 January 2024, 20:00 UTC is 1 February, 01:30 in India.
        let samples = [(19_750 * DAY, 100.0), (19_753 * DAY + 20 * 3_600_000, 110.0)];
        let january = monthly_returns(&samples, |utc| utc);
        assert!(january[0].months[0].is_some() && january[0].months[1].is_none());
        let february = monthly_returns(&samples, |utc| utc + 19_800_000);
        assert!(february[0].months[0].is_none() && february[0].months[1].is_some());
    }

    #[test]
    fn ruin_and_nothing() {
        assert_eq!(monthly_returns(&[], |utc| utc), []);
        assert_eq!(monthly_returns(&[(0, 1.0)], |utc| utc), []);
        let rows = monthly_returns(&[(0, 10.0), (DAY, 0.0), (40 * DAY, 0.0)], |utc| utc);
        assert_eq!((rows[0].months[0], rows[0].months[1], rows[0].total), (Some(-1.0), None, Some(-1.0)));
    }
}

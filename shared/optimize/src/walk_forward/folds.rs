use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wickflow_shared::time::Timestamp;

/// The most folds of a test.
pub const MAX_FOLDS: usize = 1_000;
/// The fewest rows of a window: daily figures of less say nothing.
const MIN_ROWS: usize = 2;
const DAY_MS: i64 = 86_400_000;

/// How long a window is. Written `500` (bars), `30d`, `8w`, `6mo` or `1y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Span {
    /// Bars of the series.
    Bars(u32),
    /// Days of 24 hours.
    Days(u32),
    /// Calendar months, in UTC; a day that a month does not have is its last.
    Months(u32),
}

/// Text that is no span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a length; use a number of bars (500), days (30d), weeks (8w), months (6mo) or years (1y), at most {MAX_COUNT}"
)]
pub struct SpanError(String);

/// The largest number in a span.
const MAX_COUNT: u32 = 100_000_000;

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let error = || SpanError(text.chars().take(20).collect());
        let end = text.find(|next: char| !next.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = text.split_at_checked(end).ok_or_else(error)?;
        let count: u32 = count.parse().map_err(|_| error())?;
        let times = |factor| count.checked_mul(factor).filter(|count| *count <= MAX_COUNT).ok_or_else(error);
        let span = match unit {
            "" => Self::Bars(times(1)?),
            "d" => Self::Days(times(1)?),
            "w" => Self::Days(times(7)?),
            "mo" => Self::Months(times(1)?),
            "y" => Self::Months(times(12)?),
            _ => return Err(error()),
        };
        if count == 0 { Err(error()) } else { Ok(span) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bars(count) => count.fmt(f),
            Self::Days(count) => write!(f, "{count}d"),
            Self::Months(count) => write!(f, "{count}mo"),
        }
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

/// Where the windows in which is searched begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// All at the first row: each search knows all of the past.
    Anchored,
    /// A fixed length before the window that is tested: each search knows the recent past only.
    Rolling,
}

/// How history is cut into folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// Where searches begin.
    pub mode: Mode,
    /// How long the (first) window is in which is searched.
    pub in_sample: Span,
    /// How long a window is that is tested with what was found; they follow each other without gaps.
    pub out_of_sample: Span,
    /// Bars that are taken off the end of every window in which is searched, so that no trade of it reaches into the
    /// window that is tested.
    #[serde(default)]
    pub purge_bars: u32,
    /// Bars at the beginning of every window that is tested in which nothing is traded, so that what the end of the
    /// search window was like has faded. Our reading for windows that only go forward: where training data also
    /// follows a test, as in cross-validation, an embargo stands after the test.
    #[serde(default)]
    pub embargo_bars: u32,
}

/// A window in which is searched, and the one after it in which the finding is tested. Rows of the traded series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fold {
    /// The rows in which is searched.
    pub in_sample: Range<usize>,
    /// The rows that the finding is traded in.
    pub out_of_sample: Range<usize>,
}

/// Why history cannot be cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// Not even one fold fits.
    #[error(
        "the {rows} rows are too few for one fold of {in_sample} in-sample and {out_of_sample} out-of-sample"
    )]
    TooShort {
        /// Rows there are.
        rows: usize,
        /// The window asked for.
        in_sample: Span,
        /// The window asked for.
        out_of_sample: Span,
    },
    /// Too many folds.
    #[error("more than {MAX_FOLDS} folds; take longer out-of-sample windows")]
    TooMany,
    /// Nothing is left of a window.
    #[error("a window has {found} rows after purge and embargo; at least {MIN_ROWS} are needed")]
    TooNarrow {
        /// What is left.
        found: usize,
    },
}

/// Cuts some rows of a series, given the open times of all of its rows, into folds.
///
/// Windows that are tested do not overlap and follow each other to the end; what is left over there is a fold of its
/// own when it is at least half as long as asked for. What is searched in always ends where, or before, its test
/// begins. Windows by days or months have as many bars as there are in that time; where there are hardly any, the fold
/// is left out.
///
/// # Errors
/// [`FoldError`] when none fits, when there are too many, or when nothing is left of one.
pub fn folds(times: &[Timestamp], rows: Range<usize>, windows: &Windows) -> Result<Vec<Fold>, FoldError> {
    let clock = Clock { times, rows: rows.start..rows.end.min(times.len()) };
    let too_short = || FoldError::TooShort {
        rows: clock.rows.len(),
        in_sample: windows.in_sample,
        out_of_sample: windows.out_of_sample,
    };
    let (mut folds, mut narrow) = (Vec::new(), None);
    let first = clock.first().ok_or_else(too_short)?;
    let mut begin = clock.after(first, windows.in_sample).ok_or_else(too_short)?;
    while let Some(end) = clock.test_end(begin, windows.out_of_sample) {
        let from = match windows.mode {
            Mode::Anchored => first.row,
            Mode::Rolling => clock.before(begin, windows.in_sample),
        };
        let fold = Fold {
            in_sample: from..begin.row.saturating_sub(windows.purge_bars as usize),
            out_of_sample: (begin.row + windows.embargo_bars as usize)..end.row,
        };
        let found = fold.in_sample.len().min(fold.out_of_sample.len());
        if folds.len() >= MAX_FOLDS {
            return Err(FoldError::TooMany);
        }
        if found >= MIN_ROWS {
            folds.push(fold);
        } else {
            narrow = narrow.or(Some(found));
        }
        begin = end;
    }
    match narrow {
        _ if !folds.is_empty() => Ok(folds),
        Some(found) => Err(FoldError::TooNarrow { found }),
        None => Err(too_short()),
    }
}

/// A boundary between windows: a time, and the first row at or after it.
#[derive(Clone, Copy)]
struct Mark {
    row: usize,
    time: Timestamp,
}

/// Steps through rows by bars or by time.
struct Clock<'a> {
    times: &'a [Timestamp],
    rows: Range<usize>,
}

impl Clock<'_> {
    fn first(&self) -> Option<Mark> {
        self.mark(self.rows.start)
    }

    fn mark(&self, row: usize) -> Option<Mark> {
        Some(Mark { row, time: *self.times.get(row)? })
    }

    /// The first row at or after a time, within the rows.
    fn row_at(&self, time: Timestamp) -> usize {
        self.times.partition_point(|open| *open < time).clamp(self.rows.start, self.rows.end)
    }

    /// The boundary a span after another; `None` when the rows end before.
    fn after(&self, mark: Mark, span: Span) -> Option<Mark> {
        let next = match span {
            Span::Bars(count) => self.mark(mark.row + count as usize)?,
            span => {
                let time = shifted(mark.time, span, 1);
                Mark { row: self.row_at(time), time }
            }
        };
        (next.row < self.rows.end).then_some(next)
    }

    /// The row a span before a boundary, or the first.
    fn before(&self, mark: Mark, span: Span) -> usize {
        match span {
            Span::Bars(count) => mark.row.saturating_sub(count as usize).max(self.rows.start),
            span => self.row_at(shifted(mark.time, span, -1)),
        }
    }

    /// Where a window that is tested ends; the end of the rows when at least half of the span is left.
    fn test_end(&self, mark: Mark, span: Span) -> Option<Mark> {
        if let Some(end) = self.after(mark, span) {
            return Some(end);
        }
        let left = self.rows.end.checked_sub(mark.row).filter(|left| *left > 0)?;
        let last = *self.times.get(self.rows.end - 1)?;
        let is_enough = match span {
            Span::Bars(count) => left * 2 >= count as usize,
            span => (last.0 - mark.time.0) * 2 >= shifted(mark.time, span, 1).0 - mark.time.0,
        };
        is_enough.then_some(Mark { row: self.rows.end, time: last })
    }
}

/// A time a span of days or months later, or earlier.
fn shifted(time: Timestamp, span: Span, sign: i64) -> Timestamp {
    match span {
        Span::Bars(_) => time,
        Span::Days(days) => time.plus_ms(sign * i64::from(days) * DAY_MS),
        Span::Months(months) => {
            let civil = time.civil();
            let month = i64::from(civil.year) * 12 + i64::from(civil.month) - 1 + sign * i64::from(months);
            let start_of = |month: i64| {
                let year = i32::try_from(month.div_euclid(12)).unwrap_or(i32::MAX).clamp(0, 9_999);
                let month = u8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
                Timestamp::from_civil(year, month, 1, 0, 0, 0)
            };
            let (start, next) = (start_of(month), start_of(month + 1));
            let days = (next.0 - start.0) / DAY_MS;
            let day = i64::from(civil.day).min(days.max(1));
            start.plus_ms((day - 1) * DAY_MS + time.0.rem_euclid(DAY_MS))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn windows(mode: Mode, in_sample: &str, out_of_sample: &str) -> Windows {
        let span = |text: &str| text.parse().expect("a span");
        Windows {
            mode,
            in_sample: span(in_sample),
            out_of_sample: span(out_of_sample),
            purge_bars: 0,
            embargo_bars: 0,
        }
    }

    fn hours(rows: i64) -> Vec<Timestamp> {
        (0..rows).map(|row| Timestamp(row * 3_600_000)).collect()
    }

    fn text(folds: &[Fold]) -> Vec<String> {
        folds.iter().map(|fold| format!("{:?} {:?}", fold.in_sample, fold.out_of_sample)).collect()
    }

    #[test]
    fn spans_are_read_and_written() {
        for (text, written) in [("500", "500"), ("30d", "30d"), ("8w", "56d"), ("6mo", "6mo"), ("1y", "12mo")]
        {
            assert_eq!(text.parse::<Span>().expect("a span").to_string(), written);
        }
        for text in ["", "d", "0", "0d", "-5", "5m", "5 d", "99999999999", "99999999y"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn windows_by_bars() {
        let times = hours(100);
        let cut = |windows: &Windows| text(&folds(&times, 0..100, windows).expect("folds"));
        let rolling = windows(Mode::Rolling, "40", "20");
        assert_eq!(cut(&rolling), ["0..40 40..60", "20..60 60..80", "40..80 80..100"]);
        let anchored = Windows { purge_bars: 3, embargo_bars: 2, ..windows(Mode::Anchored, "40", "25") };
        assert_eq!(cut(&anchored), ["0..37 42..65", "0..62 67..90"], "10 rows are less than half of 25");
        let short = windows(Mode::Rolling, "40", "24");
        assert_eq!(
            cut(&short),
            ["0..40 40..64", "24..64 64..88", "48..88 88..100"],
            "12 rows are half of 24"
        );
        let part = folds(&times, 10..60, &rolling).expect("folds");
        assert_eq!(text(&part), ["10..50 50..60"]);
    }

    #[test]
    fn windows_by_calendar() {
        // Daily candles from 2020-01-01; February has 29 days.
        let times: Vec<Timestamp> =
            (0..121).map(|day| Timestamp::from_civil(2020, 1, 1, 0, 0, 0).plus_ms(day * DAY_MS)).collect();
        let months = folds(&times, 0..121, &windows(Mode::Rolling, "1mo", "1mo")).expect("folds");
        assert_eq!(text(&months), ["0..31 31..60", "31..60 60..91", "60..91 91..121"]);
        let gap: Vec<Timestamp> = times.iter().copied().filter(|time| time.civil().month != 2).collect();
        let days = folds(&gap, 0..92, &windows(Mode::Rolling, "31d", "30d")).expect("folds");
        assert_eq!(text(&days), ["30..32 32..62", "31..62 62..92"], "nothing to test in February");
        let end_of_month = shifted(Timestamp::from_civil(2021, 1, 31, 5, 0, 0), Span::Months(1), 1);
        assert_eq!(end_of_month, Timestamp::from_civil(2021, 2, 28, 5, 0, 0));
        let back = shifted(Timestamp::from_civil(2021, 1, 31, 5, 0, 0), Span::Months(2), -1);
        assert_eq!(back, Timestamp::from_civil(2020, 11, 30, 5, 0, 0));
    }

    #[test]
    fn what_cannot_be_cut_is_refused() {
        let times = hours(100);
        let error = |windows: &Windows| folds(&times, 0..100, windows).expect_err("refused");
        assert!(matches!(error(&windows(Mode::Rolling, "90", "30")), FoldError::TooShort { rows: 100, .. }));
        assert!(matches!(error(&windows(Mode::Rolling, "1y", "30")), FoldError::TooShort { .. }));
        let purged = Windows { purge_bars: 39, ..windows(Mode::Rolling, "40", "20") };
        assert_eq!(error(&purged), FoldError::TooNarrow { found: 1 });
        let embargoed = Windows { embargo_bars: 50, ..windows(Mode::Rolling, "40", "20") };
        assert_eq!(error(&embargoed), FoldError::TooNarrow { found: 0 });
        assert!(folds(&[], 0..100, &windows(Mode::Rolling, "40", "20")).is_err());
        let many = hours(3_000);
        assert_eq!(folds(&many, 0..3_000, &windows(Mode::Rolling, "40", "2")), Err(FoldError::TooMany));
    }

    proptest! {
        #[test]
        fn folds_never_look_ahead_and_tests_never_overlap(
            gaps in prop::collection::vec(1_i64..2_000, 2..400),
            anchored in any::<bool>(),
            in_sample in 1_u32..150,
            out_of_sample in 1_u32..80,
            unit in 0_u8..3,
            purge_bars in 0_u32..6,
            embargo_bars in 0_u32..6,
            skipped in 0_usize..20,
        ) {
            let mut time = Timestamp::from_civil(2021, 5, 31, 7, 30, 0);
            let times: Vec<Timestamp> = gaps.iter().map(|hours| { time = time.plus_ms(hours * 3_600_000 / 20); time }).collect();
            let span = |count| match unit {
                0 => Span::Bars(count),
                1 => Span::Days(count),
                _ => Span::Months(count.div_ceil(20)),
            };
            let windows = Windows {
                mode: if anchored { Mode::Anchored } else { Mode::Rolling },
                in_sample: span(in_sample),
                out_of_sample: span(out_of_sample),
                purge_bars,
                embargo_bars,
            };
            let rows = skipped.min(times.len())..times.len();
            let Ok(folds) = folds(&times, rows.clone(), &windows) else { return Ok(()) };
            let (purge, embargo) = (purge_bars as usize, embargo_bars as usize);
            for fold in &folds {
                prop_assert!(fold.in_sample.start >= rows.start && fold.out_of_sample.end <= rows.end);
                prop_assert!(fold.in_sample.len() >= MIN_ROWS && fold.out_of_sample.len() >= MIN_ROWS);
                prop_assert_eq!(fold.in_sample.end + purge + embargo, fold.out_of_sample.start);
                prop_assert!(!anchored || fold.in_sample.start == rows.start);
            }
            for pair in folds.windows(2) {
                prop_assert!(pair[0].out_of_sample.end + embargo <= pair[1].out_of_sample.start);
                prop_assert!(pair[0].in_sample.start <= pair[1].in_sample.start);
                prop_assert!(pair[0].in_sample.end < pair[1].in_sample.end);
            }
        }
    }
}

//! Which bars get a label on the time axis.
//!
//! A bar is worth a label when something on the local clock turned over since the bar before it. Rarer turns weigh
//! more: years are placed first, then quarters, months, and so on down to seconds, each as far as there is room.
//! Whether a unit is tried at all depends on the bar spacing and not on the bars in view, so that labels do not come
//! and go while panning. The work grows with the number of labels and not with the number of bars.

use super::Series;
use super::time_scale::Extent;
use super::zone::{Civil, Zone, civil_from_ms, ms_from_month};
use crate::geometry::float;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Turns looked at per unit and frame; reached only by data whose density varies wildly.
const MAX_TURNS: usize = 2000;

/// What turned over at a bar; decides how its label is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    Second,
    Minute,
    Day,
    Month,
    Year,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeTick {
    /// Logical index of the bar.
    pub(crate) index: i64,
    pub(crate) turn: Turn,
    pub(crate) civil: Civil,
}

/// Stretches of the local clock. Each begins where one of the stretches before it in `UNITS` begins, or inside one.
#[derive(Clone, Copy, Debug)]
enum Unit {
    Months(i64),
    /// Days of the month from the 1st in groups of so many; the last group takes the rest of the month.
    Days(i64),
    Ms(i64),
}

const UNITS: [Unit; 21] = [
    Unit::Months(120),
    Unit::Months(60),
    Unit::Months(12),
    Unit::Months(6),
    Unit::Months(3),
    Unit::Months(1),
    Unit::Days(15),
    Unit::Days(5),
    Unit::Days(1),
    Unit::Ms(12 * HOUR),
    Unit::Ms(6 * HOUR),
    Unit::Ms(3 * HOUR),
    Unit::Ms(HOUR),
    Unit::Ms(30 * MINUTE),
    Unit::Ms(15 * MINUTE),
    Unit::Ms(5 * MINUTE),
    Unit::Ms(MINUTE),
    Unit::Ms(30 * SECOND),
    Unit::Ms(15 * SECOND),
    Unit::Ms(5 * SECOND),
    Unit::Ms(SECOND),
];

impl Unit {
    /// Typical length in milliseconds.
    fn length(self) -> f64 {
        match self {
            Self::Months(n) => float(n * DAY) * 30.44,
            Self::Days(n) => float(n * DAY),
            Self::Ms(n) => float(n),
        }
    }

    /// The same for two local times exactly if they lie in the same stretch.
    fn key(self, local: i64) -> i64 {
        match self {
            Self::Ms(n) => local.div_euclid(n),
            Self::Days(1) => local.div_euclid(DAY),
            Self::Months(n) => month_of(&civil_from_ms(local)).div_euclid(n),
            Self::Days(n) => {
                let civil = civil_from_ms(local);
                month_of(&civil) * 32 + Self::group(civil.day, n)
            }
        }
    }

    /// First local time of the stretch after the one that holds `local`.
    fn next(self, local: i64) -> i64 {
        match self {
            Self::Ms(n) => (local.div_euclid(n) + 1) * n,
            Self::Days(1) => (local.div_euclid(DAY) + 1) * DAY,
            Self::Months(n) => ms_from_month(0, (month_of(&civil_from_ms(local)).div_euclid(n) + 1) * n),
            Self::Days(n) => {
                let civil = civil_from_ms(local);
                let month = month_of(&civil);
                let group = Self::group(civil.day, n);
                if group == Self::last_group(n) {
                    ms_from_month(0, month + 1)
                } else {
                    ms_from_month(0, month) + (group + 1) * n * DAY
                }
            }
        }
    }

    fn group(day: u8, n: i64) -> i64 {
        ((i64::from(day) - 1) / n).min(Self::last_group(n))
    }

    /// The 26th is the last start in groups of 5, the 16th in groups of 15: no label crowds the next month's.
    fn last_group(n: i64) -> i64 {
        30 / n - 1
    }
}

fn month_of(civil: &Civil) -> i64 {
    civil.year * 12 + i64::from(civil.month) - 1
}

/// What the labels depend on, besides bars and zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TickSpacing {
    /// CSS pixels from bar to bar.
    pub(crate) bar: f64,
    /// Least distance between labels, CSS pixels.
    pub(crate) min_gap: f64,
    /// Duration of a bar, milliseconds.
    pub(crate) step_ms: i64,
}

/// Bars to label within `view`, in order of time.
pub(crate) fn time_ticks(
    series: &Series,
    zone: &Zone,
    view: Extent,
    spacing: TickSpacing,
    out: &mut Vec<TimeTick>,
) {
    out.clear();
    let (Some(first), Some(last)) = (series.first(), series.last()) else { return };
    if view.is_empty() || series.len() < 2 || spacing.bar.is_nan() || spacing.bar <= 0.0 {
        return;
    }
    let min_bars = spacing.min_gap / spacing.bar;
    // Nights and weekends have no bars: units of a day and more go by the average.
    let bars_per_ms =
        float(series.end_index() - series.first_index() - 1) / float(last.time - first.time).max(1.0);
    // Begins at a bar that does not move with every pixel, for labels that crowd each other are thinned from there.
    let room = (view.end - view.first).max(1).unsigned_abs().next_power_of_two().cast_signed();
    let from = view.first.div_euclid(room) * room;
    for unit in UNITS {
        let length = unit.length();
        let bars =
            if length >= float(DAY) { length * bars_per_ms } else { length / float(spacing.step_ms.max(1)) };
        if bars.max(1.0) < min_bars {
            break;
        }
        place(series, zone, unit, Extent { first: from, end: view.end }, min_bars, out);
        if bars <= 1.0 {
            break;
        }
    }
    out.retain(|tick| tick.index >= view.first);
}

/// Adds the bars at which `unit` turns over, where there is room.
fn place(series: &Series, zone: &Zone, unit: Unit, range: Extent, min_bars: f64, out: &mut Vec<TimeTick>) {
    let mut at = (range.first - 1).max(series.first_index());
    for _ in 0..MAX_TURNS {
        let Some(bar) = series.get(at) else { return };
        let span = zone.span(bar.time);
        let next = unit.next(bar.time + span.offset_ms) - span.offset_ms;
        at = series.lower_bound(next.min(span.until)).max(at + 1);
        if at >= range.end {
            return;
        }
        let (Some(before), Some(bar)) = (series.get(at - 1), series.get(at)) else { return };
        let (earlier, local) = (zone.local(before.time), zone.local(bar.time));
        if unit.key(earlier) == unit.key(local) {
            continue;
        }
        let position = out.partition_point(|tick| tick.index < at);
        let clear =
            |tick: Option<&TimeTick>| tick.is_none_or(|tick| float((tick.index - at).abs()) >= min_bars);
        if clear(out.get(position)) && clear(position.checked_sub(1).and_then(|left| out.get(left))) {
            out.insert(
                position,
                TimeTick { index: at, turn: turn(earlier, local), civil: civil_from_ms(local) },
            );
        }
    }
}

fn turn(earlier: i64, local: i64) -> Turn {
    let (a, b) = (civil_from_ms(earlier), civil_from_ms(local));
    if a.year != b.year {
        Turn::Year
    } else if a.month != b.month {
        Turn::Month
    } else if a.day != b.day {
        Turn::Day
    } else if b.second == 0 {
        Turn::Minute
    } else {
        Turn::Second
    }
}

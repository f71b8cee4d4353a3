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

#[cfg(test)]
mod tests {
    use super::super::{Bar, push_tick};
    use super::*;

    fn series(times: impl IntoIterator<Item = i64>) -> Series {
        let mut series = Series::default();
        series.set(times.into_iter().map(|time| Bar::new(time, 1.0, 1.0, 1.0, 1.0, 1.0)).collect());
        series
    }

    fn labels(series: &Series, zone: &Zone, bar: f64, step_ms: i64) -> String {
        let view = Extent { first: series.first_index(), end: series.end_index() };
        labels_in(series, zone, view, bar, step_ms)
    }

    fn labels_in(series: &Series, zone: &Zone, view: Extent, bar: f64, step_ms: i64) -> String {
        let mut ticks = Vec::new();
        time_ticks(series, zone, view, TickSpacing { bar, min_gap: 72.0, step_ms }, &mut ticks);
        for pair in ticks.windows(2) {
            assert!(float(pair[1].index - pair[0].index) * bar >= 72.0, "labels cover each other: {pair:?}");
        }
        let mut out = String::new();
        for tick in &ticks {
            if !out.is_empty() {
                out.push(' ');
            }
            push_tick(&mut out, tick);
        }
        out
    }

    /// 2026-10-31T00:00Z, the day before daylight time ends in New York at 2026-11-01T06:00Z.
    const OCTOBER_31: i64 = 1_793_404_800_000;

    fn new_york() -> Zone {
        Zone::new(vec![(1_772_953_200_000, -240), (1_793_512_800_000, -300)])
    }

    #[test]
    fn labels_thin_out_by_weight() {
        let minutes = |count: i64| series((0..count).map(|i| OCTOBER_31 + i * MINUTE));
        let utc = Zone::utc();
        assert_eq!(labels(&minutes(20), &utc, 20.0, MINUTE), "00:05 00:10 00:15");
        assert_eq!(
            labels(&minutes(121), &utc, 6.0, MINUTE),
            "00:15 00:30 00:45 01:00 01:15 01:30 01:45 02:00"
        );
        assert_eq!(
            labels(&minutes(1441), &utc, 0.5, MINUTE),
            "03:00 06:00 09:00 12:00 15:00 18:00 21:00 Nov"
        );
        assert_eq!(labels(&minutes(1440 * 12), &utc, 0.05, MINUTE), "Nov 2 3 4 5 6 7 8 9 10 11");
        let days = series((0..800).map(|i| OCTOBER_31 + i * DAY));
        assert_eq!(
            labels(&days, &utc, 3.0, DAY).split(' ').take(7).collect::<Vec<_>>(),
            ["Nov", "Dec", "2027", "Feb", "Mar", "Apr", "May"]
        );
        assert_eq!(labels(&days, &utc, 0.45, DAY), "2027 Jul 2028 Jul 2029");
    }

    #[test]
    fn seconds_have_labels_too() {
        let seconds = series((0..90).map(|i| OCTOBER_31 + i * SECOND));
        assert_eq!(labels(&seconds, &Zone::utc(), 6.0, SECOND), "00:00:15 00:00:30 00:00:45 00:01 00:01:15");
    }

    #[test]
    fn days_begin_at_local_midnight() {
        let hours = series((0..72).map(|i| OCTOBER_31 + i * HOUR));
        assert_eq!(
            labels(&hours, &Zone::fixed(330), 4.0, HOUR),
            "Nov 2 3",
            "18:30 UTC is midnight in Kolkata"
        );
        let mut ticks = Vec::new();
        let view = Extent { first: 0, end: 72 };
        time_ticks(
            &hours,
            &Zone::fixed(330),
            view,
            TickSpacing { bar: 4.0, min_gap: 72.0, step_ms: HOUR },
            &mut ticks,
        );
        assert_eq!(
            ticks.iter().map(|tick| tick.index).collect::<Vec<_>>(),
            [19, 43, 67],
            "the first bar after midnight"
        );
    }

    #[test]
    fn the_hour_that_comes_twice_keeps_the_labels_in_order() {
        // From 00:00 to 04:00 local, five hours of bars.
        let start = OCTOBER_31 + 28 * HOUR;
        let half_hours = series((0..11).map(|i| start + i * 30 * MINUTE));
        assert_eq!(
            labels(&half_hours, &new_york(), 80.0, 30 * MINUTE),
            "00:30 01:00 01:30 01:00 01:30 02:00 02:30 03:00 03:30 04:00"
        );
        let hours = series((0..48).map(|i| OCTOBER_31 + 4 * HOUR + i * HOUR));
        assert_eq!(labels(&hours, &new_york(), 12.0, HOUR), "06:00 12:00 18:00 Nov 06:00 12:00 18:00");
    }

    #[test]
    fn the_hour_that_is_missing_has_no_label() {
        // 2026-03-08T07:00Z: from 2:00 the clock goes to 3:00.
        let start = 1_772_953_200_000 - 2 * HOUR;
        let half_hours = series((0..8).map(|i| start + i * 30 * MINUTE));
        let zone = Zone::new(vec![(0, -300), (1_772_953_200_000, -240)]);
        assert_eq!(
            labels(&half_hours, &zone, 80.0, 30 * MINUTE),
            "00:30 01:00 01:30 03:00 03:30 04:00 04:30"
        );
    }

    #[test]
    fn nights_without_bars_take_no_room() {
        // Ten sessions from 09:15 to 15:30 in Kolkata, weekdays and weekends alike.
        let session = |day: i64| (0..375).map(move |i| OCTOBER_31 + day * DAY + 225 * MINUTE + i * MINUTE);
        let sessions = series((0..10).flat_map(session));
        assert_eq!(labels(&sessions, &Zone::fixed(330), 0.25, MINUTE), "Nov 2 3 4 5 6 7 8 9");
        let labels = labels(&sessions, &Zone::fixed(330), 1.0, MINUTE);
        assert!(
            labels.starts_with("12:00 Nov 12:00 2 12:00 3"),
            "15:00 is too close to the next day: {labels}"
        );
    }

    #[test]
    fn labels_stay_while_panning() {
        let minutes = series((0..5000).map(|i| OCTOBER_31 + i * MINUTE));
        let at = |first: i64| {
            let mut ticks = Vec::new();
            let view = Extent { first, end: first + 300 };
            time_ticks(
                &minutes,
                &Zone::utc(),
                view,
                TickSpacing { bar: 5.0, min_gap: 72.0, step_ms: MINUTE },
                &mut ticks,
            );
            ticks
        };
        for first in 0..2000 {
            let (here, next) = (at(first), at(first + 1));
            let kept: Vec<_> = here.iter().filter(|tick| tick.index > first).collect();
            let same: Vec<_> = next.iter().filter(|tick| tick.index < first + 300).collect();
            assert_eq!(kept, same, "at {first}");
        }
    }

    #[test]
    fn a_million_bars_need_few_turns() {
        let million = series((0..1_000_000).map(|i| OCTOBER_31 + i * MINUTE));
        let text = labels(&million, &Zone::utc(), 0.001, MINUTE);
        assert_eq!(text, "2027 Apr Jul Oct 2028 Apr Jul");
    }

    #[test]
    fn nothing_to_label() {
        assert_eq!(labels(&series([]), &Zone::utc(), 6.0, MINUTE), "");
        assert_eq!(labels(&series([5]), &Zone::utc(), 6.0, MINUTE), "");
        assert_eq!(labels(&series([1, 2]), &Zone::utc(), 0.0, MINUTE), "");
    }
}

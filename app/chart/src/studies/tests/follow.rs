//! Alignment with the bars, and charts that show the same time.

use proptest::prelude::*;

use super::super::*;
use crate::{Bar, Chart, Damage, Options};

const MINUTE: i64 = 60_000;

fn bars(from: i64, to: i64) -> Vec<Bar> {
    (from..to).map(|at| Bar::new(at * MINUTE, 10.0, 12.0, 9.0, 11.0, 1.0)).collect()
}

fn chart(width: f64, from: i64, to: i64) -> Chart {
    let mut chart = Chart::new(Options::default());
    chart.resize(width, 300.0, 1.0);
    chart.set_candles(bars(from, to));
    let values = (from..to).map(|at| 10.0 + (at % 7) as f64 * 0.1);
    chart.update_studies(|studies| {
        studies.set_studies(vec![Study::new("a", "A", from * MINUTE, values.collect())]);
    });
    chart
}

/// Everything that waits to be heard.
fn told(chart: &mut Chart) -> Vec<StudyOutcome> {
    std::iter::from_fn(|| chart.next_study_outcome()).collect()
}

fn value(chart: &Chart, minute: i64) -> Option<f64> {
    chart.study_readout_at(minute * MINUTE).first().and_then(|read| read.value)
}

#[test]
fn values_stay_with_their_bars_when_history_arrives() {
    let mut chart = chart(600.0, 0, 500);
    assert_eq!(value(&chart, 3), Some(10.3));
    chart.prepend(bars(-100, 0));
    assert_eq!(value(&chart, 3), Some(10.3));
    assert_eq!(value(&chart, -1), None);
    chart.upsert(Bar::new(500 * MINUTE, 10.0, 12.0, 9.0, 11.0, 1.0)).unwrap();
    assert_eq!(value(&chart, 500), None, "a bar without a value is a gap");
    assert!(chart.update_studies(|studies| studies.set_values("a", -100 * MINUTE, vec![1.0, 2.0])));
    assert_eq!((value(&chart, -99), value(&chart, 3)), (Some(2.0), None));
    assert!(!chart.update_studies(|studies| studies.set_values("b", 0, vec![1.0])));
    assert!(chart.update_studies(|studies| studies.remove_study("a")));
    assert!(chart.study_readout().is_empty());
}

#[test]
fn a_study_whose_first_bar_is_missing_is_not_shown_at_wrong_bars() {
    let mut chart = chart(600.0, 0, 500);
    chart.update_studies(|studies| studies.set_values("a", MINUTE + 1, vec![1.0; 9]));
    assert!(
        chart.study_readout_at(2 * MINUTE).iter().all(|read| read.value.is_none() && read.text.is_empty())
    );
}

#[test]
fn prices_make_room_for_studies_in_view() {
    let mut chart = chart(600.0, 0, 500);
    let height = chart.layout().plot.height;
    chart.update_studies(|studies| studies.set_values("a", 0, vec![100.0; 500]));
    assert!((0.0..height).contains(&chart.y_from_price(100.0).unwrap()));
    chart.update_studies(|studies| studies.set_values("a", 0, vec![100.0; 5]));
    assert!(chart.y_from_price(100.0).unwrap() < 0.0, "not for those out of view");
}

#[test]
fn a_moved_view_is_told_once_and_an_asked_one_not_at_all() {
    let mut chart = chart(600.0, 0, 500);
    let first = chart.time_range().unwrap();
    assert_eq!(told(&mut chart), [StudyOutcome::RangeChanged(first)]);
    chart.update_studies(|studies| studies.set_step(Some(0)));
    assert_eq!(told(&mut chart), []);
    chart.pan_by(30.0);
    chart.zoom_at(100.0, 1.3);
    let moved = chart.time_range().unwrap();
    assert!(moved != first && told(&mut chart) == [StudyOutcome::RangeChanged(moved)]);
    chart.set_visible_range(first);
    assert_eq!(told(&mut chart), []);
    chart.set_visible_range(TimeRange { from: f64::NAN, to: 0.0 });
    chart.set_visible_range(TimeRange { from: 0.0, to: f64::INFINITY });
    chart.set_visible_range(TimeRange { from: 5.0, to: 5.0 });
    chart.set_visible_range(TimeRange { from: 9.0e6, to: 5.0 });
    assert_eq!(told(&mut chart), []);
    assert!(Chart::new(Options::default()).time_range().is_none());
}

#[test]
fn the_same_times_again_change_nothing() {
    let times = |from: i64, to: i64| (from..to).map(|at| at * MINUTE).collect::<Vec<_>>();
    let mut chart = Chart::new(Options::default());
    chart.resize(600.0, 300.0, 1.0);
    chart.set_times(&times(0, 900));
    chart.pan_by(200.0);
    let before = chart.time_range();
    chart.take_damage();
    chart.set_times(&times(0, 900));
    assert_eq!((chart.time_range(), chart.pending_damage()), (before, Damage::None));
    let mut other = times(0, 900);
    other[7] += 1;
    chart.set_times(&other);
    assert_eq!((chart.time_range(), chart.pending_damage()), (before, Damage::Light), "the view stays");
    chart.set_times(&times(0, 500));
    assert_ne!(chart.time_range(), before);
    chart.set_times(&[]);
    assert!(chart.is_empty());
}

#[test]
fn revealing_moves_no_more_than_needed() {
    let mut chart = chart(600.0, 0, 5000);
    let before = chart.time_range();
    let seen = chart.visible().unwrap();
    chart.reveal_time((seen.from + seen.to) / 2);
    assert_eq!(chart.time_range(), before);
    chart.reveal_time(1000 * MINUTE);
    let x = chart.x_from_time(1000 * MINUTE).unwrap();
    assert!((x - chart.layout().plot.width * 0.1).abs() < 1.0, "{x}");
    chart.reveal_time(4000 * MINUTE);
    let x = chart.x_from_time(4000 * MINUTE).unwrap();
    assert!((x - chart.layout().plot.width * 0.9).abs() < 1.0, "{x}");
}

proptest! {
    /// Two charts with the same bars, one of candles and one of curves, show the same to the pixel, and neither answers
    /// the other.
    #[test]
    fn charts_follow_each_other(moves in prop::collection::vec((0.0f64..500.0, 0.3f64..3.0, -900.0f64..900.0), 1..9)) {
        let mut prices = chart(640.0, 0, 3000);
        let mut equity = Chart::new(Options { volume: false, ..Options::default() });
        equity.resize(640.0, 120.0, 1.0);
        equity.set_times(&(0..3000).map(|at| at * MINUTE).collect::<Vec<_>>());
        equity.update_studies(|studies| studies.set_bars_visible(false));
        told(&mut equity);
        for (at, (x, factor, dx)) in moves.into_iter().enumerate() {
            let (mover, other) = if at % 2 == 0 { (&mut prices, &mut equity) } else { (&mut equity, &mut prices) };
            mover.zoom_at(x, factor);
            mover.pan_by(dx);
            for outcome in told(mover) {
                if let StudyOutcome::RangeChanged(range) = outcome {
                    other.set_visible_range(range);
                }
            }
            prop_assert_eq!(told(other), []);
            for time in [0, 1500 * MINUTE, 2999 * MINUTE] {
                let (a, b) = (mover.x_from_time(time).unwrap(), other.x_from_time(time).unwrap());
                prop_assert!((a - b).abs() < 0.01, "{} and {}", a, b);
            }
        }
    }
}

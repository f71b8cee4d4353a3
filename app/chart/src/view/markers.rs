//! Fill markers: arrows whose tips are at the exact price, several close together as one with their number.

use std::fmt::Write as _;

use super::frame::Frame;
use super::{DrawList, Ink};
use crate::Chart;
use crate::geometry::{ceil_index, pixel};
use crate::model::{Marker, Side};

/// Half width and height of an arrow, CSS pixels.
const HALF_WIDTH: f64 = 5.0;
const HEIGHT: f64 = 9.0;
/// Arrows of one side closer than this merge.
const REACH: f64 = 14.0;
/// Texts are shown when bars are at least so far apart.
const TEXT_SPACING: f64 = 12.0;
/// Markers looked at one by one in one stretch of `REACH`; of more only their number and the newest are shown.
const MAX_SINGLE: usize = 64;

/// Markers of one side that are drawn as one.
#[derive(Clone, Copy)]
struct Cluster<'a> {
    newest: &'a Marker,
    index: i64,
    y: i32,
    count: usize,
}

pub(super) fn draw(list: &mut DrawList, chart: &Chart, frame: &Frame) {
    let view = chart.in_view();
    if view.is_empty() || chart.markers().is_empty() {
        return;
    }
    // Stretches are whole numbers of bars counted from bar 0: clusters do not change while panning.
    let stretch = ceil_index(REACH / chart.bar_spacing()).max(1);
    let time_of = |index: i64| chart.time_from_index(index).unwrap_or(i64::MAX);
    let markers = chart.markers();
    let mut at = markers.partition_point(|marker| marker.time < time_of(view.first));
    let end = markers.partition_point(|marker| marker.time < time_of(view.end));
    while at < end {
        let Some(first) = markers.get(at) else { return };
        let Some(index) = chart.series().index_at(first.time) else { return };
        let until = time_of((index.div_euclid(stretch) + 1) * stretch);
        let next =
            at + markers.get(at..end).unwrap_or_default().partition_point(|marker| marker.time < until);
        let next = next.max(at + 1);
        for side in [Side::Buy, Side::Sell] {
            let here = markers.get(at..next).unwrap_or_default();
            draw_stretch(list, chart, frame, here, side);
        }
        at = next;
    }
}

fn draw_stretch(list: &mut DrawList, chart: &Chart, frame: &Frame, markers: &[Marker], side: Side) {
    let reach = frame.px(REACH);
    let mut open: Option<Cluster<'_>> = None;
    let unseen = markers.len().saturating_sub(MAX_SINGLE);
    let seen = markers.get(unseen..).unwrap_or_default();
    // The newest first: a cluster stands at its newest fill.
    for marker in seen.iter().rev().filter(|marker| marker.side == side) {
        let Some(index) = chart.series().index_at(marker.time) else { continue };
        let y = frame.prices.y(marker.price);
        match &mut open {
            Some(cluster) if (cluster.y - y).abs() < reach || unseen > 0 => cluster.count += 1,
            _ => {
                if let Some(cluster) = open.replace(Cluster { newest: marker, index, y, count: 1 }) {
                    arrow(list, chart, frame, &cluster);
                }
            }
        }
    }
    if let Some(mut cluster) = open {
        // Those of either side share the stretch; counting them apart would cost by fills.
        cluster.count +=
            markers.iter().take(unseen.min(100_000)).filter(|marker| marker.side == side).count();
        arrow(list, chart, frame, &cluster);
    }
}

fn arrow(list: &mut DrawList, chart: &Chart, frame: &Frame, cluster: &Cluster<'_>) {
    let plot = frame.plot;
    let (x, y) = (plot.x + pixel(frame.bars.x(cluster.index)), cluster.y);
    if !(plot.x..plot.right()).contains(&x) || !(plot.y..plot.bottom()).contains(&y) {
        return;
    }
    let ink = Ink::of_side(cluster.newest.side);
    // Buys point up from below the price, sells down from above it.
    let down = if cluster.newest.side == Side::Buy { 1 } else { -1 };
    let (half, height, rim) = (frame.px(HALF_WIDTH), frame.px(HEIGHT) * down, frame.hair);
    list.polygon(
        Ink::MarkerOutline,
        [
            [x, y - 2 * rim * down],
            [x + half + 2 * rim, y + height + rim * down],
            [x - half - 2 * rim, y + height + rim * down],
        ],
    );
    list.polygon(ink, [[x, y], [x + half, y + height], [x - half, y + height]]);
    let text_y = y + height * 2 / 3 + frame.baseline;
    let left = x + half + frame.px(4.0);
    if cluster.count > 1 {
        list.text_with(Ink::MarkerText, text_y, |out| {
            let _ = write!(out, "{}", cluster.count);
        });
        list.place_last_text(left);
    } else if !cluster.newest.text.is_empty() && chart.bar_spacing() >= TEXT_SPACING {
        list.text_with(Ink::MarkerText, text_y, |out| out.push_str(&cluster.newest.text));
        list.place_last_text(left);
    }
}

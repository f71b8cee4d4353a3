//! What wires carry: labels at the bar that is looked at, the path that fired, values and small curves on cards.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::{document, set_timeout};
use wickflow_graph::{EdgeSlot, Editor, NodeSlot, Side};
use wickflow_lab::protocol::{Answer, Ask, NodeStat, OutputKind, SparklinesRequest};
use wickflow_scene::{Detail, Label, Point, Slot};

use super::cards::Cards;
use super::widget::Inner;
use crate::canvas::board::{Board, RowModel};
use crate::engine::Columns;
use crate::state::Studio;
use crate::words;

/// Below this zoom labels would hide the graph.
const LABEL_ZOOM: f64 = 0.3;
/// Room that a label needs on a level piece, CSS pixels.
const LABEL_ROOM: f64 = 64.0;
/// Bars and points of a small curve.
const SPARK_BARS: u32 = 240;
const SPARK_POINTS: u32 = 48;
/// Least time between two requests for small curves.
const SPARK_PAUSE: Duration = Duration::from_millis(400);
/// The size of a small curve.
const SPARK_WIDTH: f64 = 60.0;
const SPARK_HEIGHT: f64 = 16.0;

/// What is known of the open graph's outputs.
#[derive(Debug, Default)]
pub struct Live {
    /// Where an output is among the result's outputs, and whether it is a signal.
    places: BTreeMap<(NodeSlot, usize), (usize, bool)>,
    /// Of which run and graph.
    key: (u64, u64, String),
    /// Values at the bar that is looked at, else at the last bar.
    values: Arc<Vec<f64>>,
    /// Values at the last bar of a run.
    last: Arc<Vec<f64>>,
    /// Small curves by node, as paths.
    sparks: BTreeMap<String, String>,
    /// What nodes cost and did, by node.
    stats: BTreeMap<String, String>,
    is_looking: bool,
    /// Whether small curves are about to be asked for.
    waits: bool,
    /// The run whose last values were asked for.
    asked: Option<u64>,
}

impl Live {
    /// Reads the values of the bar that is looked at; labels wires with them.
    pub fn follow(&mut self, studio: Studio, board: &mut Board) {
        self.find_places(studio);
        let watched = studio.watched.get_untracked();
        self.is_looking = watched.is_some();
        self.values = watched.map_or_else(|| self.last.clone(), |watched| watched.values);
        board.overlay.labels.clear();
        board.overlay.fired.clear();
        if !self.is_looking {
            return;
        }
        let is_near = board.camera.zoom >= LABEL_ZOOM;
        // Cards show values at both ends of a wire.
        let has_cards = Detail::of(board.camera.zoom) == Detail::Near;
        studio.with_editor(|editor| {
            for wire in editor.edges() {
                let Some((value, is_signal)) = self.on_wire(editor, wire.slot) else { continue };
                if is_signal && value > 0.5 {
                    board.overlay.fired.push(wire.slot.0);
                }
                if is_near && (!has_cards || has_room(board, wire.slot.0)) {
                    board
                        .overlay
                        .labels
                        .push(Label { wire: wire.slot.0, text: value_words(value, is_signal) });
                }
            }
        });
    }

    /// Forgets what is known by the ids of nodes.
    pub(super) fn forget(&mut self) {
        self.sparks.clear();
        self.stats.clear();
    }

    /// What a row of a card shows: an output's value, or that of the wire at an input.
    fn on_row(&self, editor: &Editor, row: &RowModel) -> Option<(f64, bool)> {
        let port = row.port.as_ref()?.port;
        if port.side == Side::Output {
            return self.value(port.node, port.port);
        }
        self.on_wire(editor, editor.wires_at(port).next()?.slot)
    }

    fn on_wire(&self, editor: &Editor, wire: EdgeSlot) -> Option<(f64, bool)> {
        let source = editor.edge(wire)?.source?;
        self.value(source.node, source.port?)
    }

    fn value(&self, node: NodeSlot, port: usize) -> Option<(f64, bool)> {
        let (place, is_signal) = *self.places.get(&(node, port))?;
        Some((*self.values.get(place)?, is_signal))
    }

    fn find_places(&mut self, studio: Studio) {
        let Some(outcome) = studio.outcome.get_untracked() else {
            self.places.clear();
            return;
        };
        let prefix = prefix(studio);
        let key =
            (outcome.result.seq, studio.with_editor(Editor::revision).unwrap_or_default(), prefix.clone());
        if self.key == key {
            return;
        }
        self.key = key;
        self.places.clear();
        studio.with_editor(|editor| {
            for (place, output) in outcome.result.outputs.iter().enumerate() {
                let slot = output.node.strip_prefix(&prefix).and_then(|id| editor.node_slot(id));
                let port = slot.and_then(|slot| editor.node(slot)?.kind.output(Some(&output.port)));
                if let Some(found) = slot.zip(port) {
                    self.places.insert(found, (place, output.kind == OutputKind::Signal));
                }
            }
        });
    }
}

impl Inner {
    /// Writes values onto the cards that are shown.
    pub(super) fn show_live(&self, board: &Board, cards: &mut Cards) {
        let document = document();
        let mut live = self.live.borrow_mut();
        // Nodes may have come and gone since; while some are dragged they only move.
        if !board.is_busy() {
            live.find_places(self.studio);
        }
        for card in cards.shown() {
            let rows = card.model.rows.iter();
            let values = self.studio.with_editor(|editor| {
                let words =
                    |row| live.on_row(editor, row).map(|(value, is_signal)| value_words(value, is_signal));
                rows.map(|row| words(row).unwrap_or_default()).collect::<Vec<_>>()
            });
            for (row, words) in values.unwrap_or_default().into_iter().enumerate() {
                card.say_value(row, &words);
            }
            let id = card.model.id.clone();
            let begins_with_output = card
                .model
                .rows
                .first()
                .and_then(|row| row.port.as_ref())
                .is_some_and(|port| port.port.side == Side::Output);
            let line =
                live.sparks.get(&id).filter(|_| begins_with_output).map(String::as_str).unwrap_or_default();
            let _ = card.draw_spark(&document, 0, line);
            let stat = live.stats.get(&id).map(String::as_str).unwrap_or_default();
            card.say_stat(stat);
        }
    }

    /// The values of the last bar, for when nobody looks at another one.
    pub(super) fn show_values(&self) {
        let Some(outcome) = self.studio.outcome.get_untracked() else { return };
        let seq = Some(outcome.result.seq);
        let mut live = self.live.borrow_mut();
        if live.asked == seq || live.is_looking || outcome.result.end_bar == 0 {
            return;
        }
        live.asked = seq;
        drop(live);
        let Some(engine) = self.studio.engine() else { return };
        let ui = self.ui;
        engine.send(Ask::Values { bar: outcome.result.end_bar - 1 }, &[], move |answer, columns| {
            if let Answer::Values(values) = answer {
                let last = Arc::new(columns.get(values.values).to_vec());
                ui.with_widget(|widget| widget.inner().take_last(last.clone()));
            }
        });
    }

    /// Asks for the small curves of the cards that are shown, not too often.
    pub(super) fn ask_sparks(&self) {
        if std::mem::replace(&mut self.live.borrow_mut().waits, true) {
            return;
        }
        let ui = self.ui;
        set_timeout(move || ui.with_widget(|widget| widget.inner().send_sparks()), SPARK_PAUSE);
    }

    pub(super) fn send_sparks(&self) {
        self.live.borrow_mut().waits = false;
        let prefix = prefix(self.studio);
        let nodes: Vec<String> =
            self.cards.borrow_mut().shown().map(|card| format!("{prefix}{}", card.model.id)).collect();
        let seq = self.studio.outcome.with_untracked(|outcome| outcome.as_ref().map(|o| o.result.seq));
        let (Some(engine), Some(_), false) = (self.studio.engine(), seq, nodes.is_empty()) else { return };
        let request = SparklinesRequest { nodes, end: None, bars: SPARK_BARS, points: SPARK_POINTS };
        let ui = self.ui;
        engine.send(Ask::Sparklines(request), &[], move |answer, columns| {
            let Answer::Sparklines(sparks) = answer else { return };
            let values = columns.get(sparks.values);
            let mut found = BTreeMap::new();
            for line in &sparks.lines {
                let (from, count) = (as_place(line.offset), as_place(line.length));
                let points = values.get(from..from.saturating_add(count)).unwrap_or_default();
                let id = line.node.strip_prefix(&prefix).unwrap_or(&line.node).to_owned();
                found.insert(id, spark_path(points, line.low, line.high));
            }
            ui.with_widget(|widget| widget.inner().take_sparks(found.clone()));
        });
    }

    /// Asks what nodes cost and did, while that is shown.
    pub(super) fn ask_stats(&self) {
        if !self.ui.shows_stats.get_untracked() {
            let had_some = !std::mem::take(&mut self.live.borrow_mut().stats).is_empty();
            if had_some {
                self.schedule();
            }
            return;
        }
        let Some(engine) = self.studio.engine() else { return };
        let (ui, prefix) = (self.ui, prefix(self.studio));
        engine.send(Ask::NodeStats, &[], move |answer, _: &Columns| {
            let Answer::NodeStats(stats) = answer else { return };
            let words = stats
                .nodes
                .iter()
                .filter_map(|stat| Some((stat.node.strip_prefix(&prefix)?.to_owned(), stat_words(stat))));
            let words: BTreeMap<String, String> = words.collect();
            ui.with_widget(|widget| widget.inner().take_stats(words.clone()));
        });
    }

    pub(super) fn take_last(&self, last: Arc<Vec<f64>>) {
        let mut live = self.live.borrow_mut();
        live.last = last;
        if !live.is_looking {
            live.values = live.last.clone();
        }
        drop(live);
        self.schedule();
    }

    pub(super) fn take_sparks(&self, sparks: BTreeMap<String, String>) {
        self.live.borrow_mut().sparks = sparks;
        self.schedule();
    }

    pub(super) fn take_stats(&self, stats: BTreeMap<String, String>) {
        self.live.borrow_mut().stats = stats;
        self.schedule();
    }
}

/// The ids on the way to the open graph, each followed by a stroke.
pub(super) fn prefix(studio: Studio) -> String {
    let path = studio.with_editor(Editor::path).unwrap_or_default();
    path.iter().filter_map(|crumb| crumb.node.as_ref()).map(|id| format!("{id}/")).collect()
}

/// The node and the output that a wire begins at, as results name them.
pub(super) fn output_of(editor: &Editor, wire: EdgeSlot) -> Option<(String, String)> {
    let source = editor.edge(wire)?.source?;
    let view = editor.node(source.node)?;
    let port = view.outputs().get(source.port?)?.name.clone();
    let path = editor.path();
    let prefix: String =
        path.iter().filter_map(|crumb| crumb.node.as_ref()).map(|id| format!("{id}/")).collect();
    Some((format!("{prefix}{}", view.node.id), port))
}

/// Whether a label lies on a level piece of its wire without reaching over it.
fn has_room(board: &Board, wire: Slot) -> bool {
    let level = |(a, b): (Point, Point)| if (a.y - b.y).abs() < 1.0 { (a.x - b.x).abs() } else { 0.0 };
    let pieces = board.scene.path(wire).into_iter().flat_map(wickflow_scene::Path::pieces);
    pieces.map(level).fold(0.0, f64::max) * board.camera.zoom >= LABEL_ROOM
}

fn value_words(value: f64, is_signal: bool) -> String {
    match (is_signal, value) {
        (_, value) if !value.is_finite() => words::DASH.to_owned(),
        (true, value) => if value > 0.5 { "on" } else { "off" }.to_owned(),
        (false, value) => words::wire_value(value),
    }
}

fn stat_words(stat: &NodeStat) -> String {
    let cost = match stat.compute_us {
        cost if cost >= 1000.0 => format!("{:.1} ms", cost / 1000.0),
        cost => format!("{cost:.0} µs"),
    };
    match (stat.turns_on, stat.fills) {
        (Some(turns), Some(fills)) => format!("{cost} · {turns}× · {fills} fills"),
        (Some(turns), None) => format!("{cost} · {turns}×"),
        _ => cost,
    }
}

/// A line through values, broken where some are missing.
fn spark_path(values: &[f64], low: Option<f64>, high: Option<f64>) -> String {
    use std::fmt::Write;
    let (Some(low), Some(high)) = (low, high) else { return String::new() };
    let span = if high > low { high - low } else { 1.0 };
    let step = SPARK_WIDTH / f64::from(u32::try_from(values.len().saturating_sub(1)).unwrap_or(1).max(1));
    let mut path = String::new();
    let mut is_drawing = false;
    let mut x = 0.0;
    for value in values {
        if value.is_finite() {
            let y = SPARK_HEIGHT - 1.0 - (value - low) / span * (SPARK_HEIGHT - 2.0);
            let _ = write!(path, "{}{x:.1} {y:.1}", if is_drawing { 'L' } else { 'M' });
        }
        is_drawing = value.is_finite();
        x += step;
    }
    path
}

fn as_place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_curve_is_broken_where_values_are_missing() {
        let path = spark_path(&[0.0, 1.0, f64::NAN, 0.5], Some(0.0), Some(1.0));
        assert_eq!(path, "M0.0 15.0L20.0 1.0M60.0 8.0");
        assert_eq!(spark_path(&[f64::NAN], None, None), "");
    }

    #[test]
    fn signals_are_on_or_off() {
        assert_eq!(value_words(1.0, true), "on");
        assert_eq!(value_words(f64::NAN, true), "–");
        assert_eq!(value_words(1.5, false), "1.500");
    }
}

//! The graph's own series on the chart: prices over the candles, everything else in panes below.

use leptos::task::spawn_local;
use wickflow_chart::{Pane, Study, StudyInk, StudyStyle};
use wickflow_graph::Role;
use wickflow_lab::protocol::{Answer, Ask, ColumnReply, ColumnRequest, Output, OutputKind};

use crate::chart_host::{ChartHost, whole};
use crate::engine::Columns;
use crate::state::{SeriesState, Studio};

/// Lines over the candles at most.
const MAX_OVERLAYS: usize = 6;
/// Panes below them at most.
const MAX_PANES: usize = 2;
/// Bars beside those in view, as a share of them: short moves need no new values.
const MARGIN: usize = 1;

/// A range of bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Window {
    /// In view.
    view: (usize, usize),
    /// With what is around it.
    from: usize,
    to: usize,
}

impl Window {
    /// The bars in view with a margin to either side.
    pub(super) fn around(from: usize, to: usize, bars: usize) -> Self {
        let margin = to.saturating_sub(from).saturating_mul(MARGIN).max(50);
        let to = to.saturating_add(1).min(bars);
        Self { view: (from, to), from: from.saturating_sub(margin), to: to.saturating_add(margin).min(bars) }
    }

    /// Whether `next` shows bars that this one has no values of, or far fewer than it has.
    pub(super) fn is_left_for(&self, next: &Self) -> bool {
        let (from, to) = next.view;
        let is_outside = from < self.from || to > self.to;
        let is_much_smaller = (next.to - next.from).saturating_mul(4) < self.to.saturating_sub(self.from);
        is_outside || is_much_smaller
    }
}

/// A wire that the chart shows.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    node: String,
    port: String,
    name: String,
    /// The pane; `None` over the candles.
    pane: Option<String>,
    kind: OutputKind,
    ink: StudyInk,
}

/// Fetches the values of what is shown, and shows them.
pub(super) fn refresh(studio: Studio, chart: ChartHost, window: Window) {
    let Some(engine) = studio.engine() else { return };
    let shown = choose(studio);
    let (Ok(from), Ok(to)) = (u32::try_from(window.from), u32::try_from(window.to)) else { return };
    if to <= from {
        return;
    }
    spawn_local(async move {
        let mut studies = Vec::new();
        for wire in shown {
            let request = ColumnRequest {
                node: wire.node.clone(),
                port: Some(wire.port.clone()),
                from: Some(from),
                to: Some(to),
                points: (to - from).max(2),
            };
            if let (Answer::Column(reply), columns) = engine.ask(Ask::Column(request), &[]).await
                && let Some(study) = study(studio, &wire, &reply, &columns, window)
            {
                studies.push((wire, study));
            }
        }
        let mut panes: Vec<Pane> = Vec::new();
        for (wire, _) in &studies {
            if let Some(id) = &wire.pane
                && !panes.iter().any(|pane| pane.id == *id)
            {
                panes.push(Pane::new(id, &wire.name).share(0.18));
            }
        }
        chart.update(|chart| {
            chart.update_studies(|all| {
                all.set_panes(panes);
                all.set_studies(studies.into_iter().map(|(_, study)| study).collect());
            });
        });
    });
}

/// Which wires are shown: those of indicators, and the one that is traced.
fn choose(studio: Studio) -> Vec<Shown> {
    let outputs = studio.outcome.with_untracked(|outcome| {
        outcome.as_ref().map(|outcome| outcome.result.outputs.clone()).unwrap_or_default()
    });
    let traced = studio.traced.get_untracked();
    let mut shown: Vec<Shown> = Vec::new();
    let mut inks = 0;
    for output in &outputs {
        let is_traced =
            traced.as_ref().is_some_and(|(node, port)| *node == output.node && *port == output.port);
        let Some((name, is_indicator)) = about(studio, output) else { continue };
        let pane = (output.kind == OutputKind::Signal || output.unit != "price").then(|| output.node.clone());
        let lines = shown.iter().filter(|shown| shown.pane.is_none()).count();
        let mut panes: Vec<&String> = shown.iter().filter_map(|shown| shown.pane.as_ref()).collect();
        panes.dedup();
        let has_room = match &pane {
            None => lines < MAX_OVERLAYS,
            Some(pane) => panes.contains(&pane) || panes.len() < MAX_PANES,
        };
        if is_traced || (is_indicator && output.kind == OutputKind::Number && has_room) {
            shown.push(Shown {
                node: output.node.clone(),
                port: output.port.clone(),
                name,
                pane,
                kind: output.kind,
                ink: StudyInk::nth(inks),
            });
            inks += 1;
        }
    }
    shown
}

/// What an output is called, and whether its node is an indicator. Nodes inside of sub-graphs are left to tracing.
fn about(studio: Studio, output: &Output) -> Option<(String, bool)> {
    let found = studio.with_editor(|editor| {
        let view = editor.node(editor.node_slot(&output.node)?)?;
        let is_indicator = view.kind.role == Role::Compute && view.kind.name.starts_with("indicator.");
        let name = match view.outputs() {
            [_] => view.label().to_owned(),
            _ => format!("{} {}", view.label(), output.port),
        };
        Some((name, is_indicator))
    });
    found.flatten().or_else(|| Some((output.node.clone(), false)))
}

fn study(
    studio: Studio,
    wire: &Shown,
    reply: &ColumnReply,
    columns: &Columns,
    window: Window,
) -> Option<Study> {
    let first_time = studio.series.with_untracked(|series| match series {
        SeriesState::Ready(candles) => candles.time.get(window.from).map(|time| whole(*time)),
        _ => None,
    })?;
    // Values come for every bar of the window: as many points were asked for as it has.
    let values = columns.get(reply.value).to_vec();
    let id = format!("{}.{}", wire.node, wire.port);
    let mut study = Study::new(&id, &wire.name, first_time, values).ink(wire.ink);
    if let Some(pane) = &wire.pane {
        study = study.in_pane(pane);
    }
    if wire.kind == OutputKind::Signal {
        study = study.style(StudyStyle::Signal);
    }
    Some(study)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_moves_need_no_new_values() {
        let window = Window::around(1000, 1200, 5000);
        assert_eq!((window.from, window.to), (800, 1401));
        assert!(!window.is_left_for(&Window::around(1100, 1300, 5000)));
        assert!(window.is_left_for(&Window::around(1300, 1500, 5000)));
        assert!(window.is_left_for(&Window::around(600, 800, 5000)));
        assert!(window.is_left_for(&Window::around(1000, 1010, 5000)), "much closer");
        assert_eq!(Window::around(0, 10, 4), Window { view: (0, 4), from: 0, to: 4 });
    }
}

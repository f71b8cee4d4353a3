//! The values of all wires at the bar that is looked at.

use std::sync::Arc;

use leptos::prelude::UpdateValue;
use wickflow_app::state::reactive::effect;
use wickflow_lab::protocol::{Answer, Ask, OutputKind};

use super::Studio;

/// All values at a bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// The run that they are of.
    pub seq: u64,
    /// The bar.
    pub bar: u32,
    /// When it closed, UTC milliseconds.
    pub time: i64,
    /// One for each of the result's outputs: NaN when missing, signals 1 or 0.
    pub values: Arc<Vec<f64>>,
    /// Actions whose signal is on, by place.
    pub fired: Arc<Vec<u16>>,
    /// Units held at its close.
    pub position: f64,
    /// Equity at its close.
    pub equity: Option<f64>,
}

/// What was asked for.
#[derive(Debug, Default)]
pub(super) struct Watch {
    is_waiting: bool,
    /// The bar that was asked for last.
    wanted: Option<u32>,
}

impl Studio {
    /// The value of a node's output at the bar looked at, and whether it is a signal; tracks both.
    #[must_use]
    pub fn value_of(self, node: &str, port: &str) -> Option<(f64, bool)> {
        let path = self.path_of(node);
        let values = self.watched.with(|watched| watched.as_ref().map(|watched| watched.values.clone()))?;
        self.outcome.with_untracked(|outcome| {
            let outputs = &outcome.as_ref()?.result.outputs;
            let place = outputs.iter().position(|output| output.node == path && output.port == port)?;
            let is_signal = outputs.get(place)?.kind == OutputKind::Signal;
            Some((values.get(place).copied()?, is_signal))
        })
    }

    /// The engine's name of a node of the open graph: the path of ids to it.
    #[must_use]
    pub fn path_of(self, node: &str) -> String {
        let above = self.with_editor(|editor| {
            editor.path().into_iter().filter_map(|crumb| crumb.node).collect::<Vec<_>>()
        });
        let mut path = above.unwrap_or_default();
        path.push(node.to_owned());
        path.join("/")
    }

    /// Keeps [`State::watched`](super::State::watched) at the bar that is looked at, and of the latest result.
    pub(crate) fn follow_looks(self) {
        effect(move || {
            self.outcome.track();
            let bar = self.looked_at();
            match bar {
                Some(bar) => self.want_values(bar),
                None => {
                    self.watch.update_value(|watch| watch.wanted = None);
                    self.watched.update_if(|watched| (watched.take().is_some(), ()));
                }
            }
        });
    }

    fn want_values(self, bar: u32) {
        let may_send = self.watch.try_update_value(|watch| {
            watch.wanted = Some(bar);
            !std::mem::replace(&mut watch.is_waiting, true)
        });
        if may_send == Some(true) {
            self.ask_values(bar);
        }
    }

    fn ask_values(self, bar: u32) {
        let Some(engine) = self.engine() else { return };
        engine.send(Ask::Values { bar }, &[], move |answer, columns| {
            let wanted = self.watch.try_update_value(|watch| {
                watch.is_waiting = false;
                watch.wanted
            });
            let wanted = wanted.flatten();
            if let Answer::Values(values) = answer
                && wanted.is_some()
            {
                self.watched.set(Some(Watched {
                    seq: values.seq,
                    bar: values.bar,
                    time: values.time,
                    values: Arc::new(columns.get(values.values).to_vec()),
                    fired: Arc::new(values.fired),
                    position: values.position,
                    equity: values.equity,
                }));
            }
            // The pointer has gone on meanwhile.
            if let Some(next) = wanted.filter(|next| *next != bar) {
                self.want_values(next);
            }
        });
    }
}

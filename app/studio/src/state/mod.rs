//! What the studio knows: the open strategy, the candles it runs over, the last good result, and what is looked at.
//!
//! [`Studio`] is a handle to it that every closure of the page may hold. The graph itself is not a signal: it lives in
//! [`Editor`], and views follow its version numbers.

mod draft;
mod library;
mod run;
mod series;
mod settings;
mod start;
mod watch;

use std::collections::BTreeSet;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use wickflow_app::platform;
use wickflow_app::state::Store;
use wickflow_app::state::reactive::Var;
use wickflow_app::state::toasts::Tone;
use wickflow_graph::{Catalogue, EdgeSlot, Editor, NodeSlot};
use wickflow_lab::protocol::{CompareRun, Details, Hello, Problem, RunResult};
use wickflow_shared::market::Instrument;

pub(crate) use self::library::strategy_name;
pub use self::library::{Origin, SaveState};
pub use self::run::RunState;
pub use self::series::{Candles, SeriesState};
pub use self::settings::{RunChoices, Source};
pub use self::start::FRAGMENT;
pub use self::watch::Watched;
use crate::engine::{Columns, Engine};

/// How far the page has come with starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The engine is being loaded.
    Starting,
    /// A strategy is open.
    Ready,
    /// The engine cannot be started: why.
    Failed(String),
}

/// A result with its columns.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What it came to.
    pub result: Arc<RunResult>,
    /// What its buffers name.
    pub columns: Columns,
}

/// A full result with its columns.
#[derive(Debug, Clone)]
pub struct FullOutcome {
    /// Findings, every figure, all fill profiles.
    pub details: Arc<Details>,
    /// What its buffers name.
    pub columns: Columns,
}

/// The type of what is dragged from the palette to the canvas: the name of a kind.
pub const KIND_DRAG: &str = "application/x-wickflow-kind";

/// A kind of node to be added by the canvas, in the middle of what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddKind {
    /// Its name.
    pub kind: String,
}

/// What lies over the page. One at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// The library of strategies.
    Library,
    /// Strategies to begin with.
    Templates,
    /// Versions of the open strategy.
    Versions,
    /// Searches and walk-forward tests.
    Optimize,
    /// Runs side by side.
    Compare,
    /// Sessions on paper.
    Paper,
    /// A link that carries the strategy, files, pictures.
    Share,
    /// The keyboard shortcuts.
    Help,
}

/// A version of a graph. Those of two graphs never are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Version {
    /// Which graph, counted as they are opened.
    opened: u64,
    /// The graph's own number.
    number: u64,
}

/// Nodes and wires that are selected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection(pub BTreeSet<NodeSlot>, pub BTreeSet<EdgeSlot>);

/// What a narrow screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The graph.
    Graph,
    /// Its result.
    Result,
}

/// The studio's signals.
pub struct State {
    /// Colors, width and messages, as on every page.
    pub store: Store,
    /// How far the start has come.
    pub phase: Var<Phase>,
    /// What the engine offers.
    pub hello: Var<Option<Arc<Hello>>>,
    /// Another value with every change of the graph, layout included, and with every other graph.
    pub revision: Var<Version>,
    /// Another value with changes that can alter results, and with every other graph.
    pub meaning: Var<Version>,
    /// What is selected.
    pub selection: Var<Selection>,
    /// What is wrong or odd about the strategy.
    pub problems: Var<Arc<Vec<Problem>>>,
    /// The last good result; it stays while a newer one is computed.
    pub outcome: Var<Option<Outcome>>,
    /// The full form of a good result: the latest, or one before while a newer one is worked out.
    pub full: Var<Option<FullOutcome>>,
    /// What the engine is doing about the strategy as it is now.
    pub run_state: Var<RunState>,
    /// How it is run.
    pub choices: Var<RunChoices>,
    /// Where the open strategy lies in the library; `None` while it is in this browser alone.
    pub origin: Var<Option<Origin>>,
    /// Whether it is kept as it is.
    pub save_state: Var<SaveState>,
    /// What the server has candles of; empty while it is away.
    pub instruments: Var<Vec<Arc<Instrument>>>,
    /// Whether the server can be reached: saving and live data need it, nothing else does.
    pub is_online: Var<bool>,
    /// The candles of these choices.
    pub series: Var<SeriesState>,
    /// The bar under the pointer, on the chart.
    pub hover: Var<Option<u32>>,
    /// The bar that was stepped to.
    pub stepped: Var<Option<u32>>,
    /// The values of all wires at the bar looked at.
    pub watched: Var<Option<Watched>>,
    /// The wire whose series the chart shows besides: node and output.
    pub traced: Var<Option<(String, String)>>,
    /// Runs that were kept to be compared with.
    pub pins: Var<Vec<CompareRun>>,
    /// The trade that is selected, by its place.
    pub trade: Var<Option<u32>>,
    /// Asks the canvas to add a node; it takes the wish when it has done so.
    pub add_kind: Var<Option<AddKind>>,
    /// Asks the canvas to show and select a node, by its id or the path of ids; it takes the wish then.
    pub reveal: Var<Option<String>>,
    /// What lies over the page.
    pub dialog: Var<Option<Dialog>>,
    /// Whether the palette is open.
    pub palette_open: Var<bool>,
    /// Whether the inspector is open.
    pub inspector_open: Var<bool>,
    /// What a narrow screen shows.
    pub view: Var<View>,
    /// Whether a gesture is under way whose steps are run without details: a slider, a drag.
    pub is_dragging: Var<bool>,
    engine: StoredValue<Option<Engine>, LocalStorage>,
    editor: Var<Option<Editor>>,
    catalogue: StoredValue<Arc<Catalogue>, LocalStorage>,
    files: StoredValue<series::Files, LocalStorage>,
    desk: StoredValue<run::Desk>,
    watch: StoredValue<watch::Watch>,
    draft_waits: StoredValue<bool>,
    opened: StoredValue<u64>,
    /// The document as the library has it.
    saved_text: StoredValue<Option<String>>,
    save_number: StoredValue<u64>,
}

/// The state of this page: no larger than a pointer, since every closure of the page holds one.
#[derive(Clone, Copy)]
pub struct Studio(&'static State);

impl Deref for Studio {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

const CHOICES_KEY: &str = "wickflow.studio.choices";

impl Studio {
    /// A studio without a strategy; the engine is not started yet.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let choices = platform::load(CHOICES_KEY).and_then(|text| serde_json::from_str(&text).ok());
        let state = State {
            store,
            phase: Var::new(Phase::Starting),
            hello: Var::new(None),
            revision: Var::new(Version::default()),
            meaning: Var::new(Version::default()),
            selection: Var::new(Selection::default()),
            problems: Var::new(Arc::default()),
            outcome: Var::new(None),
            full: Var::new(None),
            run_state: Var::new(RunState::Idle),
            choices: Var::new(choices.unwrap_or_default()),
            origin: Var::new(None),
            save_state: Var::new(SaveState::Draft),
            instruments: Var::new(Vec::new()),
            is_online: Var::new(true),
            series: Var::new(SeriesState::None),
            hover: Var::new(None),
            stepped: Var::new(None),
            watched: Var::new(None),
            traced: Var::new(None),
            pins: Var::new(Vec::new()),
            trade: Var::new(None),
            add_kind: Var::new(None),
            reveal: Var::new(None),
            dialog: Var::new(None),
            palette_open: Var::new(true),
            inspector_open: Var::new(true),
            view: Var::new(View::Graph),
            is_dragging: Var::new(false),
            engine: StoredValue::new_local(None),
            editor: Var::new(None),
            catalogue: StoredValue::new_local(Arc::default()),
            files: StoredValue::new_local(Rc::default()),
            desk: StoredValue::default(),
            watch: StoredValue::default(),
            draft_waits: StoredValue::new(false),
            opened: StoredValue::new(0),
            saved_text: StoredValue::new(None),
            save_number: StoredValue::new(0),
        };
        // There is one, and it lives as long as the page.
        Self(Box::leak(Box::new(state)))
    }

    /// The studio of this page.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// The engine; `None` before it is started.
    #[must_use]
    pub fn engine(self) -> Option<Engine> {
        self.engine.try_get_value().flatten()
    }

    /// The node kinds.
    #[must_use]
    pub fn catalogue(self) -> Arc<Catalogue> {
        self.catalogue.get_value()
    }

    /// Reads the graph; `None` while no strategy is open. Tracks nothing: follow [`State::revision`],
    /// [`State::meaning`] or [`State::selection`].
    pub fn with_editor<R>(self, read: impl FnOnce(&Editor) -> R) -> Option<R> {
        self.editor.with_untracked(|editor| editor.as_ref().map(read))
    }

    /// Changes the graph, and tells those who follow its versions.
    pub fn edit<R>(self, change: impl FnOnce(&mut Editor) -> R) -> Option<R> {
        let result = self.editor.update_if(|editor| {
            let result = editor.as_mut().map(change);
            (false, result)
        });
        self.publish();
        result.flatten()
    }

    /// Another strategy, or none.
    pub(crate) fn set_editor(self, editor: Option<Editor>) {
        self.editor.set(editor);
        self.outcome.set(None);
        self.full.set(None);
        self.trade.set(None);
        self.stepped.set(None);
        self.watched.set(None);
        self.opened.update_value(|opened| *opened += 1);
        self.publish();
    }

    /// Takes over the graph's version numbers.
    fn publish(self) {
        let versions = self.with_editor(|editor| {
            let selection = Selection(editor.selected_nodes().clone(), editor.selected_edges().clone());
            (editor.revision(), editor.result_revision(), selection)
        });
        let Some((revision, meaning, selection)) = versions else { return };
        let opened = self.opened.get_value();
        let take = |var: Var<Version>, number: u64| {
            let version = Version { opened, number };
            var.update_if(|old| (std::mem::replace(old, version) != version, ()));
        };
        self.selection.update_if(|old| (std::mem::replace(old, selection.clone()) != selection, ()));
        take(self.revision, revision);
        take(self.meaning, meaning);
    }

    /// How many strategies have been opened so far: another number, another strategy.
    #[must_use]
    pub fn opened(self) -> u64 {
        self.opened.get_value()
    }

    /// Changes how strategies are run, and keeps the choice in this browser.
    pub fn choose(self, change: impl FnOnce(&mut RunChoices)) {
        self.choices.update_if(|choices| {
            let before = choices.clone();
            change(choices);
            (*choices != before, ())
        });
        if let Ok(text) = self.choices.with_untracked(serde_json::to_string) {
            platform::save(CHOICES_KEY, &text);
        }
    }

    /// Whether this browser has kept choices of an earlier visit.
    fn has_choices(self) -> bool {
        platform::load(CHOICES_KEY).is_some()
    }

    /// Shows that something went wrong.
    pub fn warn(self, title: &str, text: &str) {
        self.store.toast(Tone::Warn, title, text);
    }

    /// Shows something to know.
    pub fn tell(self, title: &str, text: &str) {
        self.store.toast(Tone::Info, title, text);
    }

    /// The bar that is looked at: under the pointer, or stepped to. Tracks both.
    #[must_use]
    pub fn looked_at(self) -> Option<u32> {
        self.hover.get().or_else(|| self.stepped.get())
    }
}

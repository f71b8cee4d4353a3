//! Starting: the engine, the server, and the strategy that is opened first.

use std::sync::Arc;

use leptos::prelude::SetValue;
use leptos::task::spawn_local;
use wickflow_app::api;
use wickflow_app::platform;
use wickflow_graph::{Catalogue, Editor};
use wickflow_lab::protocol::{Answer, Ask, Hello, VERSION};

use super::{Phase, Source, Studio};
use crate::engine::{Engine, EngineNews};

/// The template that a first visit opens.
const FIRST_TEMPLATE: &str = "average_cross";
/// What opens a shared strategy: the fragment of a link.
pub const FRAGMENT: &str = "#s=";

impl Studio {
    /// Starts the engine, asks the server what there is, and opens a strategy.
    pub(crate) fn start(self) {
        let engine = Engine::start(move |news| self.on_engine(news));
        self.engine.set_value(Some(engine));
        spawn_local(async move {
            self.meet_server().await;
            self.meet_engine().await;
        });
    }

    /// What the server has candles of. Without it made-up candles are there to try things out.
    async fn meet_server(self) {
        let found = match api::session().await {
            Ok(_) => api::server().await,
            Err(error) => Err(error),
        };
        let Ok(info) = found else {
            self.is_online.set(false);
            return;
        };
        let instruments: Vec<_> = info.instruments.into_iter().map(Arc::new).collect();
        let is_known = |symbol: &str| instruments.iter().any(|i| i.symbol.as_str() == symbol);
        let first = instruments.first().map(|instrument| instrument.symbol.to_string());
        // A first visit, or an instrument that is gone: the server's first one.
        let is_first_visit = !self.has_choices();
        let has_to_change = self.choices.with_untracked(|choices| match &choices.source {
            Source::Server { symbol } => !is_known(symbol),
            Source::Synthetic { .. } => is_first_visit,
            Source::File { .. } => true,
        });
        self.instruments.set(instruments.clone());
        self.is_online.set(true);
        if let (true, Some(symbol)) = (has_to_change, first) {
            self.choose(|choices| choices.source = Source::Server { symbol });
        }
    }

    async fn meet_engine(self) {
        let Some(engine) = self.engine() else { return };
        match engine.ask(Ask::Hello, &[]).await.0 {
            Answer::Hello(hello) if hello.protocol == VERSION => self.open_first(*hello),
            Answer::Hello(_) => {
                self.fail("The page and its engine are of different versions. Reload the page.".to_owned());
            }
            Answer::Failed(failure) => self.fail(failure.message),
            _ => self.fail("The engine gave an answer that this page does not understand.".to_owned()),
        }
    }

    fn open_first(self, hello: Hello) {
        match Catalogue::parse(&hello.catalogue) {
            Ok(catalogue) => self.catalogue.set_value(Arc::new(catalogue)),
            Err(error) => {
                self.fail(format!("The engine's list of nodes cannot be read: {error}"));
                return;
            }
        }
        let first = hello.templates.iter().find(|template| template.id == FIRST_TEMPLATE);
        let first = first.or(hello.templates.first()).map(|template| template.document.clone());
        self.hello.set(Some(Arc::new(hello)));
        let shared = platform::address_hash().strip_prefix(FRAGMENT).map(str::to_owned);
        let opened = shared.is_some_and(|fragment| self.open_fragment(&fragment)) || self.open_draft();
        if !opened && let Some(text) = first {
            self.open_text(&text);
        }
        self.phase.set(Phase::Ready);
        self.follow_candles();
        self.follow_meaning();
        self.follow_looks();
        self.follow_changes();
        self.follow_library();
    }

    fn fail(self, message: String) {
        self.phase.set(Phase::Failed(message));
    }

    /// Opens the strategy of a link; false when it holds none.
    fn open_fragment(self, fragment: &str) -> bool {
        match wickflow_graph::from_fragment(fragment) {
            Ok(document) => {
                self.set_editor(Some(Editor::new(self.catalogue(), document)));
                // From here on it is the reader's own: a reload opens the draft.
                platform::set_address_hash("#");
                true
            }
            Err(error) => {
                self.warn("The link holds no strategy", &error.to_string());
                false
            }
        }
    }

    /// Opens a strategy from text; tells what had to be changed in it, or why it cannot be read.
    pub fn open_text(self, text: &str) -> bool {
        match Editor::open(self.catalogue(), text) {
            Ok((editor, notes)) => {
                self.origin.set(None);
                self.set_editor(Some(editor));
                for note in notes {
                    self.warn("Changed on opening", &note);
                }
                true
            }
            Err(error) => {
                self.warn("This is no strategy", &error.to_string());
                false
            }
        }
    }

    fn on_engine(self, news: EngineNews) {
        match news {
            EngineNews::Restarted => {
                self.warn("The engine had stopped", "It was started again; your strategy is unharmed.");
                self.forget_runs();
                self.load_candles();
            }
            EngineNews::Dead(reason) => self.fail(format!("The engine cannot be started: {reason}")),
        }
    }
}

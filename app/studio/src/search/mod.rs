//! Searches and walk-forward tests in workers of their own: one draws candidates and keeps results, the others run them.
//! The engine of the open strategy is left alone, so the page stays as quick as it was.

mod pool;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::task::spawn_local;
use wickflow_app::platform;
use wickflow_app::state::reactive::Var;
use wickflow_lab::protocol::{
    Answer, Ask, AxisInfo, Evaluate, Prepare, SearchBegin, SearchState, SearchTable, Tasks,
    WalkForwardVerdict,
};

pub use self::pool::workers;
use self::pool::{Member, load};
use crate::engine::{Columns, Engine};
use crate::state::Candles;

/// Candidates that a worker is given at once: enough that messages cost little, few enough that it can be stopped.
const BATCH: u32 = 16;
/// Rows of the table of the best.
const TOP: u32 = 100;

/// How far a search is, as the page shows it.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// What the coordinator says; `None` before it has begun.
    pub state: Option<SearchState>,
    /// The parameters that vary.
    pub axes: Vec<AxisInfo>,
    /// Milliseconds left, by the pace so far.
    pub left_ms: Option<f64>,
    /// All results, when it has ended or was stopped.
    pub table: Option<(SearchTable, Columns)>,
    /// What a walk-forward test came to.
    pub verdict: Option<Box<WalkForwardVerdict>>,
    /// Why it could not go on.
    pub failure: Option<String>,
    /// Whether candidates are being run.
    pub is_running: bool,
}

/// A search under way. Dropping the last handle ends its workers.
#[derive(Clone)]
pub struct Search {
    inner: Rc<Inner>,
}

struct Inner {
    coordinator: Engine,
    members: RefCell<Vec<Member>>,
    begin: SearchBegin,
    progress: Var<Progress>,
    is_stopped: Cell<bool>,
    began_ms: f64,
    /// Members that still work.
    active: Cell<usize>,
    id: Cell<u32>,
}

impl Search {
    /// Begins a search over candles with so many workers; `progress` tells how far it is.
    pub fn begin(candles: &Candles, begin: SearchBegin, workers: usize, progress: Var<Progress>) -> Self {
        let coordinator = Engine::start(|_| {});
        let members = (0..workers.max(1)).map(|_| Member::start()).collect();
        let inner = Rc::new(Inner {
            coordinator,
            members: RefCell::new(members),
            begin,
            progress,
            is_stopped: Cell::new(false),
            began_ms: platform::now_ms(),
            active: Cell::new(0),
            id: Cell::new(0),
        });
        progress.set(Progress { is_running: true, ..Progress::default() });
        let search = Self { inner };
        let (running, candles) = (search.clone(), candles.clone());
        spawn_local(async move {
            if let Err(message) = running.run(&candles).await {
                running.fail(message);
            }
        });
        search
    }

    /// Stops handing out candidates; what was found so far is shown.
    pub fn stop(&self) {
        self.inner.is_stopped.set(true);
    }

    async fn run(&self, candles: &Candles) -> Result<(), String> {
        let inner = &self.inner;
        load(&inner.coordinator, candles).await?;
        let state = match inner.coordinator.ask(Ask::SearchBegin(inner.begin.clone()), &[]).await.0 {
            Answer::Search(state) => state,
            answer => return Err(words_of(answer)),
        };
        inner.id.set(state.search);
        self.show(state);
        let members: Vec<Engine> = inner.members.borrow().iter().map(Member::engine).collect();
        inner.active.set(members.len());
        for member in members {
            let (search, candles) = (self.clone(), candles.clone());
            spawn_local(async move {
                let result = search.work(&member, &candles).await;
                search.inner.active.set(search.inner.active.get().saturating_sub(1));
                if let Err(message) = result {
                    search.fail(message);
                } else if search.inner.active.get() == 0 {
                    search.finish().await;
                }
            });
        }
        Ok(())
    }

    /// One member runs candidates until there are no more.
    async fn work(&self, member: &Engine, candles: &Candles) -> Result<(), String> {
        let SearchBegin { document, settings, params, .. } = &self.inner.begin;
        let search = self.inner.id.get();
        load(member, candles).await?;
        let prepare = Prepare {
            search,
            document: document.clone(),
            settings: settings.clone(),
            params: params.clone(),
        };
        match member.ask(Ask::Prepare(prepare), &[]).await.0 {
            Answer::Prepared => {}
            answer => return Err(words_of(answer)),
        }
        while !self.inner.is_stopped.get() {
            let asked = self.inner.coordinator.ask(Ask::SearchAsk { search, count: BATCH }, &[]).await.0;
            let Tasks { tasks, more, .. } = match asked {
                Answer::Tasks(tasks) => tasks,
                answer => return Err(words_of(answer)),
            };
            if tasks.is_empty() {
                if !more {
                    break;
                }
                // Others have the rest; what they find decides what comes next.
                pool::pause().await;
                continue;
            }
            let answers = match member.ask(Ask::Evaluate(Evaluate { search, tasks }), &[]).await.0 {
                Answer::Evaluated(evaluated) => evaluated.answers,
                answer => return Err(words_of(answer)),
            };
            match self.inner.coordinator.ask(Ask::SearchTell { search, answers }, &[]).await.0 {
                Answer::Search(state) => self.show(state),
                answer => return Err(words_of(answer)),
            }
        }
        Ok(())
    }

    fn show(&self, state: SearchState) {
        #[expect(clippy::cast_precision_loss, reason = "counts of runs are far below 2^53")]
        let (done, total) = (state.done as f64, state.total as f64);
        let spent = platform::now_ms() - self.inner.began_ms;
        let left = (done > 0.0 && total >= done).then(|| spent / done * (total - done));
        self.inner.progress.update(|progress| {
            // The parameters are told once.
            if !state.axes.is_empty() {
                progress.axes.clone_from(&state.axes);
            }
            progress.state = Some(state);
            progress.left_ms = left;
        });
    }

    async fn finish(&self) {
        let search = self.inner.id.get();
        let (answer, columns) = self.inner.coordinator.ask(Ask::SearchTable { search, top: TOP }, &[]).await;
        let table = if let Answer::SearchTable(table) = answer { Some((table, columns)) } else { None };
        let mut verdict = None;
        if self.inner.begin.windows.is_some()
            && let (Answer::WalkForward(found), _) =
                self.inner.coordinator.ask(Ask::SearchVerdict { search }, &[]).await
        {
            verdict = Some(found);
        }
        self.inner.progress.update(|progress| {
            progress.table = table;
            progress.verdict = verdict;
            progress.is_running = false;
            progress.left_ms = None;
        });
        self.inner.members.borrow_mut().clear();
    }

    /// The search as a page of its own.
    pub async fn report(&self) -> Option<wickflow_lab::protocol::Text> {
        let search = self.inner.id.get();
        match self.inner.coordinator.ask(Ask::SearchHtml { search }, &[]).await.0 {
            Answer::Text(text) => Some(text),
            _ => None,
        }
    }

    fn fail(&self, message: String) {
        self.inner.is_stopped.set(true);
        self.inner.progress.update(|progress| {
            progress.is_running = false;
            progress.failure = Some(message);
        });
    }
}

fn words_of(answer: Answer) -> String {
    match answer {
        Answer::Failed(failure) => failure.message,
        _ => "the engine gave an answer that this page does not understand".to_owned(),
    }
}

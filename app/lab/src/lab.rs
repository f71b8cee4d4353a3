use std::collections::VecDeque;

use wickflow_strategy::document::Document;

use crate::compare::CompareJob;
use crate::error::LabError;
use crate::hello::hello;
use crate::inspect::SensitivityJob;
use crate::message::Message;
use crate::protocol::{Answer, Ask, Request};
use crate::run::{self, Compiled, DetailsJob, Evaluators, Full};
use crate::search::{EvaluateJob, Prepared, Searches};
use crate::series::Shelf;
use crate::{explain, export, inspect};

/// The machine: requests go in with [`receive`](Self::receive), replies come out of [`step`](Self::step), one bounded
/// piece of work at a time.
pub struct Lab {
    waiting: VecDeque<Waiting>,
    jobs: VecDeque<Job>,
    core: Core,
}

/// What requests work on.
pub(crate) struct Core {
    pub(crate) clock: fn() -> f64,
    pub(crate) shelf: Shelf,
    pub(crate) evaluators: Evaluators,
    pub(crate) full: Option<Full>,
    searches: Searches,
    prepared: Prepared,
    /// The document of the last request, whether it compiled or not.
    document: Option<Document>,
}

/// A request that was not looked at yet, or not to its end.
struct Waiting {
    id: u32,
    what: What,
}

enum What {
    Ask(Box<Ask>, Vec<Vec<u8>>),
    /// A run whose document compiled.
    Finish(Box<Compiled>),
}

/// Work that is done while nothing waits.
struct Job {
    id: u32,
    work: Work,
}

enum Work {
    Details(Box<DetailsJob>),
    /// Columns of all outputs, so that they are there when a value is asked for.
    Columns,
    Sensitivity(Box<SensitivityJob>),
    Check,
    Compare(Box<CompareJob>),
    Evaluate(Box<EvaluateJob>),
}

/// What a piece of work came to.
pub(crate) enum Piece {
    /// There is more to do.
    More(Vec<Message>),
    /// It was the last one.
    Last(Vec<Message>),
}

/// Requests that may wait.
const MAX_WAITING: usize = 10_000;
/// The longest request, in bytes: a checkpoint of a large search.
const MAX_REQUEST: usize = 64 << 20;

impl Lab {
    /// A lab that measures its work with this clock, in milliseconds from any beginning.
    #[must_use]
    pub fn new(clock: fn() -> f64) -> Self {
        let core = Core {
            clock,
            shelf: Shelf::default(),
            evaluators: Evaluators::default(),
            full: None,
            searches: Searches::default(),
            prepared: Prepared::default(),
            document: None,
        };
        Self { waiting: VecDeque::new(), jobs: VecDeque::new(), core }
    }

    /// Takes a request. Replies that need no work come at once: to what cannot be read, is canceled or overtaken.
    pub fn receive(&mut self, json: &str, buffers: Vec<Vec<u8>>) -> Vec<Message> {
        let Request { id, mut ask } = match read(json) {
            Ok(request) => request,
            Err((id, error)) => return vec![Message::last(id, error.into())],
        };
        if let Ask::Cancel { id: canceled } = ask {
            let mut replies = self.cancel(canceled);
            replies.push(Message::last(id, Answer::Canceled));
            return replies;
        }
        if self.waiting.len() + self.jobs.len() >= MAX_WAITING {
            let error = LabError::TooLarge(format!("{MAX_WAITING} requests are waiting already"));
            return vec![Message::last(id, error.into())];
        }
        let replies = self.overtake(&mut ask);
        self.waiting.push_back(Waiting { id, what: What::Ask(Box::new(ask), buffers) });
        replies
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.jobs.is_empty()
    }

    /// Does the next piece of work: of a request, or of what requests have begun. Nothing when there is none.
    pub fn step(&mut self) -> Vec<Message> {
        if let Some(Waiting { id, what }) = self.waiting.pop_front() {
            let done = match what {
                What::Ask(ask, buffers) => self.answer(id, *ask, &buffers),
                What::Finish(compiled) => self.finish(id, *compiled),
            };
            return done.unwrap_or_else(|error| vec![Message::last(id, error.into())]);
        }
        let Some(mut job) = self.jobs.pop_front() else { return Vec::new() };
        match self.core.work(job.id, &mut job.work) {
            Ok(Piece::More(replies)) => {
                self.jobs.push_back(job);
                replies
            }
            Ok(Piece::Last(replies)) => replies,
            Err(error) => vec![Message::last(job.id, error.into())],
        }
    }

    /// Takes a request and works until nothing is left to do.
    pub fn handle(&mut self, json: &str, buffers: Vec<Vec<u8>>) -> Vec<Message> {
        let mut replies = self.receive(json, buffers);
        while !self.is_idle() {
            replies.extend(self.step());
        }
        replies
    }

    /// Ends the work on a request, wherever it is.
    fn cancel(&mut self, id: u32) -> Vec<Message> {
        let before = self.waiting.len() + self.jobs.len();
        self.waiting.retain(|waiting| waiting.id != id);
        self.jobs.retain(|job| job.id != id || matches!(job.work, Work::Columns));
        if self.waiting.len() + self.jobs.len() < before {
            vec![Message::last(id, Answer::Canceled)]
        } else {
            Vec::new()
        }
    }

    /// Drops what a newer request makes pointless. A run that takes over the document of the request before takes over
    /// what dropped ones would have made of it.
    fn overtake(&mut self, newer: &mut Ask) -> Vec<Message> {
        let mut replies = Vec::new();
        let mut kept = VecDeque::with_capacity(self.waiting.len() + 1);
        // The newest first: each hands on to the newer one.
        for waiting in self.waiting.drain(..).rev() {
            let is_pointless = match (&mut *newer, &waiting.what) {
                (Ask::Run(_), What::Finish(_)) => true,
                (newer, What::Ask(older, _)) => match (newer, &**older) {
                    (Ask::Run(newer), Ask::Run(older)) => {
                        newer.take_over(older);
                        true
                    }
                    (Ask::Values { .. }, Ask::Values { .. }) => true,
                    _ => false,
                },
                _ => false,
            };
            if is_pointless {
                replies.push(Message::last(waiting.id, Answer::Overtaken));
            } else {
                kept.push_front(waiting);
            }
        }
        self.waiting = kept;
        replies
    }

    fn answer(&mut self, id: u32, ask: Ask, buffers: &[Vec<u8>]) -> Result<Vec<Message>, LabError> {
        let core = &mut self.core;
        let answer = match ask {
            Ask::Hello => Answer::Hello(Box::new(hello())),
            Ask::Cancel { .. } => Answer::Canceled,
            Ask::LoadSeries(request) => Answer::Series(core.shelf.load(&request, buffers)?),
            Ask::DropSeries { key } => {
                core.shelf.drop_series(&key);
                Answer::SeriesList(core.shelf.list())
            }
            Ask::ListSeries => Answer::SeriesList(core.shelf.list()),
            Ask::Candles(request) => {
                let (candles, columns) = core.shelf.candles(&request)?;
                return Ok(vec![Message::last(id, Answer::Candles(candles)).with(columns)]);
            }
            Ask::Run(request) => {
                let (reply, compiled) = run::begin(id, request, &mut core.document, core.clock)?;
                if let Some(compiled) = compiled {
                    // First in line: only a newer run may come before it.
                    self.waiting.push_front(Waiting { id, what: What::Finish(Box::new(compiled)) });
                }
                return Ok(vec![reply]);
            }
            Ask::Sensitivity(request) => {
                let job = SensitivityJob::new(request, core.full()?)?;
                return Ok(self.begin(id, Work::Sensitivity(Box::new(job))));
            }
            Ask::Check => {
                core.full()?;
                return Ok(self.begin(id, Work::Check));
            }
            Ask::Compare(request) => {
                let job = CompareJob::new(request)?;
                return Ok(self.begin(id, Work::Compare(Box::new(job))));
            }
            Ask::Prepare(request) => {
                core.prepared.prepare(&request, &mut core.shelf)?;
                Answer::Prepared
            }
            Ask::Evaluate(request) => {
                let job = EvaluateJob::new(request, &mut core.prepared)?;
                return Ok(self.begin(id, Work::Evaluate(Box::new(job))));
            }
            ask => return core.ask(id, ask).map(|reply| vec![reply]),
        };
        Ok(vec![Message::last(id, answer)])
    }

    fn begin(&mut self, id: u32, work: Work) -> Vec<Message> {
        self.jobs.push_back(Job { id, work });
        Vec::new()
    }

    /// Runs what compiled. What was still being worked out about the run before is dropped.
    fn finish(&mut self, id: u32, compiled: Compiled) -> Result<Vec<Message>, LabError> {
        let detail = compiled.detail;
        let core = &mut self.core;
        let (reply, full) = run::finish(id, compiled, &mut core.shelf, &mut core.evaluators)?;
        core.full = Some(full);
        let mut replies = vec![reply];
        self.jobs.retain(|job| {
            let stays = !job.work.is_about_run();
            if !stays && !matches!(job.work, Work::Columns) {
                replies.push(Message::last(job.id, Answer::Overtaken));
            }
            stays
        });
        self.jobs.push_back(Job { id, work: Work::Columns });
        if detail == crate::protocol::Detail::Full {
            self.jobs.push_back(Job { id, work: Work::Details(Box::new(DetailsJob::new(core.clock))) });
        }
        Ok(replies)
    }
}

impl Work {
    /// Whether it is of no use once there is a newer run.
    fn is_about_run(&self) -> bool {
        match self {
            Self::Details(_) | Self::Columns | Self::Sensitivity(_) | Self::Check => true,
            Self::Compare(_) | Self::Evaluate(_) => false,
        }
    }
}

impl Core {
    /// The run that everything is asked about.
    fn full(&self) -> Result<&Full, LabError> {
        self.full.as_ref().ok_or_else(no_run)
    }

    /// Answers what is about the current run, or a search.
    fn ask(&mut self, id: u32, ask: Ask) -> Result<Message, LabError> {
        if is_about_search(&ask) {
            return self.searches.answer(id, ask, &mut self.shelf);
        }
        let full = self.full.as_mut().ok_or_else(no_run)?;
        let (evaluators, clock) = (&mut self.evaluators, self.clock);
        let text = match ask {
            Ask::Values { bar } => return inspect::values(id, bar, full, evaluators),
            Ask::Column(request) => return inspect::column(id, &request, full, evaluators),
            Ask::Sparklines(request) => return inspect::sparklines(id, &request, full, evaluators),
            Ask::ExplainBar { bar } => return explain::explain_bar(id, bar, full, evaluators, clock),
            Ask::ExplainTrade { index } => return explain::explain_trade(id, index, full, evaluators),
            Ask::Find(request) => return inspect::find(id, &request, full, evaluators),
            Ask::NodeStats => return inspect::node_stats(id, full, evaluators, clock),
            Ask::ReportHtml => export::report_html(full, clock)?,
            Ask::ReportJson => export::report_json(full, clock)?,
            Ask::TradesCsv => export::trades_table(full, clock)?,
            _ => return Err(LabError::Request("this cannot be asked".to_owned())),
        };
        Ok(Message::last(id, Answer::Text(text)))
    }

    fn work(&mut self, id: u32, work: &mut Work) -> Result<Piece, LabError> {
        match work {
            Work::Details(job) => {
                let full = self.full.as_mut().ok_or_else(no_run)?;
                let reply = job.step(id, full)?;
                Ok(reply.map_or(Piece::More(Vec::new()), |reply| Piece::Last(vec![reply])))
            }
            Work::Columns => {
                if let Some(full) = &mut self.full {
                    // Whoever asks for a value hears what is wrong.
                    let _ = full.columns(&mut self.evaluators);
                }
                Ok(Piece::Last(Vec::new()))
            }
            Work::Sensitivity(job) => {
                let full = self.full.as_ref().ok_or_else(no_run)?;
                let (reply, is_last) = job.step(id, full, &mut self.evaluators)?;
                Ok(if is_last { Piece::Last(vec![reply]) } else { Piece::More(vec![reply]) })
            }
            Work::Check => Ok(Piece::Last(vec![inspect::proofs(id, self.full()?)?])),
            Work::Compare(job) => {
                let reply = job.step(id, &mut self.shelf, &mut self.evaluators, self.clock)?;
                Ok(reply.map_or(Piece::More(Vec::new()), |reply| Piece::Last(vec![reply])))
            }
            Work::Evaluate(job) => {
                let reply = job.step(id, &mut self.prepared, self.clock)?;
                Ok(reply.map_or(Piece::More(Vec::new()), |reply| Piece::Last(vec![reply])))
            }
        }
    }
}

fn is_about_search(ask: &Ask) -> bool {
    matches!(
        ask,
        Ask::SearchBegin(_)
            | Ask::SearchResume(_)
            | Ask::SearchAsk { .. }
            | Ask::SearchTell { .. }
            | Ask::SearchReturn { .. }
            | Ask::SearchTable { .. }
            | Ask::SearchVerdict { .. }
            | Ask::SearchCheckpoint { .. }
            | Ask::SearchHtml { .. }
            | Ask::SearchApply { .. }
            | Ask::SearchEnd { .. }
    )
}

pub(crate) fn no_run() -> LabError {
    LabError::not_found("there is no result yet: run a strategy first")
}

/// Reads a request; where it cannot be read, at least the id that its replies should name.
fn read(json: &str) -> Result<Request, (u32, LabError)> {
    #[derive(serde::Deserialize)]
    struct Id {
        id: u32,
    }
    if json.len() > MAX_REQUEST {
        let message = format!("a request of {} bytes; at most {MAX_REQUEST} are possible", json.len());
        return Err((0, LabError::TooLarge(message)));
    }
    serde_json::from_str(json).map_err(|error| {
        let id = serde_json::from_str::<Id>(json).map_or(0, |request| request.id);
        (id, LabError::Request(error.to_string()))
    })
}

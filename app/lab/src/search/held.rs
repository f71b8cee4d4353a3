use std::collections::BTreeMap;
use std::sync::Arc;

use wickflow_optimize::Space;
use wickflow_optimize::search::{Ask as Asked, Search, Trial};
use wickflow_optimize::space::{Axis, Setting};
use wickflow_optimize::walk_forward::{Next, WalkForward};
use wickflow_report::html::{search_html, walk_forward_html};
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;

use super::outcome::answer;
use super::{begin, table, verdict, walk_forward_id};
use crate::error::LabError;
use crate::export::named;
use crate::hello::MAX_SEARCHES;
use crate::message::{Message, count32};
use crate::protocol::{
    Answer, Ask, AxisInfo, BestCandidate, SearchState, Task, TaskAnswer, TaskId, Tasks, Text,
};
use crate::series::Shelf;
use crate::settings::set_param;

/// The searches that a worker coordinates.
#[derive(Default)]
pub(crate) struct Searches {
    list: Vec<Held>,
    last: u32,
}

/// A search, and what it is about.
pub(super) struct Held {
    pub(super) id: u32,
    document: Document,
    pub(super) series: Arc<Series>,
    pub(super) kind: Kind,
    /// What is handed out.
    out: BTreeMap<TaskId, Task>,
    /// What is to be handed out again.
    returned: Vec<Task>,
}

pub(super) enum Kind {
    Search(Box<Search>),
    WalkForward(Box<WalkForward>),
}

/// Most candidates in one message.
const MAX_TASKS: u32 = 1_000;
/// Values of an axis that are listed.
const MAX_VALUES: u32 = 1_000;

impl Searches {
    /// Answers what is about searches.
    pub(crate) fn answer(&mut self, id: u32, ask: Ask, shelf: &mut Shelf) -> Result<Message, LabError> {
        let answer = match ask {
            Ask::SearchBegin(request) => {
                self.check_room()?;
                let begun = begin::begin(&request, shelf)?;
                Answer::Search(self.hold(begun))
            }
            Ask::SearchResume(request) => {
                self.check_room()?;
                let begun = begin::resume(&request, shelf)?;
                Answer::Search(self.hold(begun))
            }
            Ask::SearchAsk { search, count } => {
                Answer::Tasks(self.find(search)?.ask(count.clamp(1, MAX_TASKS) as usize))
            }
            Ask::SearchTell { search, answers } => {
                let held = self.find(search)?;
                let ignored = answers.into_iter().filter(|answer| held.tell(answer).is_none()).count();
                Answer::Search(held.state(count32(ignored)))
            }
            Ask::SearchReturn { search, tasks } => {
                let held = self.find(search)?;
                let returned: Vec<Task> = tasks.iter().filter_map(|task| held.out.remove(task)).collect();
                let ignored = count32(tasks.len() - returned.len());
                held.returned.extend(returned);
                Answer::Search(held.state(ignored))
            }
            Ask::SearchTable { search, top } => {
                let (table, columns) = table::table(self.find(search)?, top)?;
                return Ok(Message::last(id, Answer::SearchTable(table)).with(columns));
            }
            Ask::SearchVerdict { search } => {
                let (verdict, columns) = verdict::verdict(self.find(search)?)?;
                return Ok(Message::last(id, Answer::WalkForward(Box::new(verdict))).with(columns));
            }
            Ask::SearchCheckpoint { search } => Answer::Text(self.find(search)?.checkpoint()?),
            Ask::SearchHtml { search } => Answer::Text(self.find(search)?.html()?),
            Ask::SearchApply { search, index } => Answer::Text(self.find(search)?.applied(index)?),
            Ask::SearchEnd { search } => {
                self.find(search)?;
                self.list.retain(|held| held.id != search);
                Answer::Canceled
            }
            _ => return Err(LabError::Request("this is not about a search".to_owned())),
        };
        Ok(Message::last(id, answer))
    }

    fn check_room(&self) -> Result<(), LabError> {
        if self.list.len() < MAX_SEARCHES {
            return Ok(());
        }
        Err(LabError::TooLarge(format!("{MAX_SEARCHES} searches are at work already: end one first")))
    }

    /// Keeps a search that was begun; tells how far it is.
    fn hold(&mut self, (document, series, kind): (Document, Arc<Series>, Kind)) -> SearchState {
        self.last = self.last.wrapping_add(1);
        let (out, returned) = (BTreeMap::new(), Vec::new());
        let held = Held { id: self.last, document, series, kind, out, returned };
        let state = held.state(0);
        self.list.push(held);
        state
    }

    fn find(&mut self, search: u32) -> Result<&mut Held, LabError> {
        let found = self.list.iter_mut().find(|held| held.id == search);
        found.ok_or_else(|| LabError::not_found(format!("there is no search {search}")))
    }
}

impl Kind {
    pub(super) fn space(&self) -> &Space {
        match self {
            Self::Search(search) => search.space(),
            Self::WalkForward(test) => test.space(),
        }
    }
}

impl Held {
    fn ask(&mut self, count: usize) -> Tasks {
        let (mut tasks, mut more) = (Vec::new(), true);
        while tasks.len() < count {
            if let Some(task) = self.returned.pop() {
                tasks.push(task);
                continue;
            }
            match self.draw() {
                Drawn::Task(task) => tasks.push(task),
                Drawn::Wait => break,
                Drawn::Done => {
                    more = false;
                    break;
                }
            }
        }
        self.out.extend(tasks.iter().map(|task| (task.id, task.clone())));
        Tasks { search: self.id, tasks, more }
    }

    fn draw(&mut self) -> Drawn {
        let json = |settings: &[Setting]| settings.iter().map(Setting::to_json).collect();
        match &mut self.kind {
            Kind::Search(search) => match search.ask() {
                Asked::Run(candidate) => Drawn::Task(Task {
                    id: TaskId::Candidate { number: candidate.number },
                    settings: json(&candidate.settings),
                    from: 0,
                    to: count32(self.series.rows()),
                }),
                Asked::Wait => Drawn::Wait,
                Asked::Done => Drawn::Done,
            },
            Kind::WalkForward(test) => match test.ask() {
                Next::Run(task) => Drawn::Task(Task {
                    id: task_id(task.id),
                    settings: json(&task.settings),
                    from: count32(task.rows.start),
                    to: count32(task.rows.end),
                }),
                Next::Wait => Drawn::Wait,
                Next::Done => Drawn::Done,
            },
        }
    }

    /// Takes what came of a candidate; `None` when nobody waits for it, or it cannot be read.
    fn tell(&mut self, told: &TaskAnswer) -> Option<()> {
        let answer = answer(told)?;
        match (&mut self.kind, walk_forward_id(told.id), answer) {
            (Kind::Search(search), None, wickflow_optimize::walk_forward::Answer::Metrics(metrics)) => {
                let TaskId::Candidate { number } = told.id else { return None };
                search.tell(number, metrics).ok()?;
            }
            (Kind::WalkForward(test), Some(id), answer) => test.tell(id, answer).ok()?,
            _ => return None,
        }
        self.out.remove(&told.id);
        Some(())
    }

    fn state(&self, ignored: u32) -> SearchState {
        let (done, total, is_finished, best) = match &self.kind {
            Kind::Search(search) => {
                let progress = search.progress();
                let best = progress.best.map(|best| self.candidate(&best));
                (u64::from(progress.done), u64::from(progress.total), search.is_finished(), best)
            }
            Kind::WalkForward(test) => {
                let (done, total) = test.progress();
                (done, total, test.is_finished(), None)
            }
        };
        SearchState {
            search: self.id,
            is_walk_forward: matches!(self.kind, Kind::WalkForward(_)),
            done,
            total,
            is_finished,
            axes: self.kind.space().axes().iter().map(axis_info).collect(),
            best,
            ignored,
        }
    }

    fn candidate(&self, trial: &Trial) -> BestCandidate {
        let settings = self.kind.space().candidate(trial.index).unwrap_or_default();
        BestCandidate {
            number: trial.number,
            index: trial.index,
            settings: settings.iter().map(Setting::to_json).collect(),
            metrics: serde_json::to_value(trial.metrics).unwrap_or_default(),
        }
    }

    /// As the command line keeps it, which can go on with it.
    fn checkpoint(&self) -> Result<Text, LabError> {
        let text = match &self.kind {
            Kind::Search(search) => serde_json::to_string(&search.checkpoint()),
            Kind::WalkForward(test) => serde_json::to_string(&test.checkpoint()),
        };
        let text = text.map_err(LabError::search)?;
        let file_name = named(&format!("{} checkpoint", self.document.wickflow.name), "json");
        Ok(Text { file_name, media_type: "application/json".to_owned(), text })
    }

    fn html(&self) -> Result<Text, LabError> {
        let name = &self.document.wickflow.name;
        let text = match &self.kind {
            Kind::Search(search) => search_html(name, search, &self.series),
            Kind::WalkForward(test) => {
                walk_forward_html(name, test.settings(), &verdict::report(test)?, &self.series)
            }
        };
        Ok(Text {
            file_name: named(&format!("{name} search"), "html"),
            media_type: "text/html".to_owned(),
            text,
        })
    }

    /// The document with the settings of a combination.
    fn applied(&self, index: Option<u64>) -> Result<Text, LabError> {
        let space = self.kind.space();
        let settings = match (index, &self.kind) {
            (Some(index), _) => space.candidate(index),
            (None, Kind::Search(search)) => search.best().and_then(|best| space.candidate(best.index)),
            (None, Kind::WalkForward(test)) => {
                let report = test.report();
                report.and_then(|report| report.folds.last()?.settings.clone())
            }
        };
        let settings = settings.ok_or_else(|| LabError::not_found("there is no such candidate"))?;
        let mut document = self.document.clone();
        for (axis, setting) in space.axes().iter().zip(settings) {
            use wickflow_optimize::space::Target;
            match axis.target() {
                Target::Param { node, param } => set_param(&mut document, node, param, setting.to_json())?,
                Target::Named(name) => set_param(&mut document, &format!("${name}"), "", setting.to_json())?,
            }
        }
        let file_name = named(&document.wickflow.name, "json");
        Ok(Text { file_name, media_type: "application/json".to_owned(), text: document.to_json() })
    }
}

enum Drawn {
    Task(Task),
    Wait,
    Done,
}

fn axis_info(axis: &Axis) -> AxisInfo {
    let values = (0..axis.count().min(MAX_VALUES)).filter_map(|position| axis.value(position));
    AxisInfo {
        name: axis.name(),
        count: axis.count(),
        is_numeric: axis.is_numeric(),
        values: values.map(|value| value.to_string()).collect(),
    }
}

fn task_id(id: wickflow_optimize::walk_forward::TaskId) -> TaskId {
    use wickflow_optimize::walk_forward::TaskId as Engine;
    match id {
        Engine::Search { fold, number } => TaskId::Search { fold: count32(fold), number },
        Engine::Test { fold } => TaskId::Test { fold: count32(fold) },
        Engine::Compare { place } => TaskId::Compare { place: count32(place) },
    }
}

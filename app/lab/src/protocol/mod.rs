//! Requests and replies between the page and the lab's worker.
//!
//! A message is one JSON text and some binary buffers. To the worker: a [`Request`] and the bytes that it mentions. From
//! the worker: a [`Reply`] and columns of numbers as `f64`, which a reply names by their place in the message
//! ([`Buffer`]). A missing number is NaN in a column and `null` in JSON.
//!
//! Every request has an `id` of the page's choice; each of its replies carries it, and the last one says `done`. Every
//! request is answered, if only with [`Answer::Failed`]: a sentence for people. Requests are looked at in order, but
//! a newer `run` makes older ones pointless, which are answered with [`Answer::Overtaken`]; the same goes for `values` of
//! which a newer one waits. What takes long (full results, sensitivity, comparisons, candidates) is done piece by piece
//! while nothing newer waits; it ends early on [`Ask::Cancel`], and what is about a run ends with the next run.
//!
//! Bars are counted from the first candle of the range that was run, from 0. Times are UTC milliseconds.
//!
//! Changes are additive: fields may be added, and readers ignore what they do not know.

mod candidate;
mod compare;
mod explain;
mod hello;
mod inspect;
mod result;
mod run;
mod search;
mod series;

use serde::{Deserialize, Serialize};

pub use candidate::*;
pub use compare::*;
pub use explain::*;
pub use hello::*;
pub use inspect::*;
pub use result::*;
pub use run::*;
pub use search::*;
pub use series::*;

/// Of the protocol.
pub const VERSION: u32 = 1;

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Named by every reply to it.
    pub id: u32,
    /// What is wanted.
    pub ask: Ask,
}

/// What is wanted. In JSON `"hello"`, or `{"run": {…}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// What the lab offers → [`Answer::Hello`].
    Hello,
    /// Ends the work on a request. It is answered with [`Answer::Canceled`], and so is this.
    Cancel {
        /// The request.
        id: u32,
    },

    /// Takes candles → [`Answer::Series`].
    LoadSeries(LoadSeries),
    /// Forgets candles → [`Answer::SeriesList`].
    DropSeries {
        /// Which.
        key: String,
    },
    /// What is loaded → [`Answer::SeriesList`].
    ListSeries,
    /// Candles back, for the chart → [`Answer::Candles`].
    Candles(CandlesRequest),

    /// Compiles and runs a strategy → [`Answer::Problems`], then [`Answer::Result`] if it compiles, then, where wanted,
    /// [`Answer::Details`]. Whatever follows is about the last run that had a result.
    Run(Run),
    /// All values at a bar → [`Answer::Values`].
    Values {
        /// The bar.
        bar: u32,
    },
    /// A wire over time → [`Answer::Column`].
    Column(ColumnRequest),
    /// Small curves for node cards → [`Answer::Sparklines`].
    Sparklines(SparklinesRequest),
    /// Why it traded at a bar, or why not → [`Answer::Bar`].
    ExplainBar {
        /// The bar.
        bar: u32,
    },
    /// Why a trade happened → [`Answer::Trade`].
    ExplainTrade {
        /// Its place in the list of trades.
        index: u32,
    },
    /// The next bar where something happens → [`Answer::Found`].
    Find(Find),
    /// What nodes cost, and how often they are on → [`Answer::NodeStats`].
    NodeStats,
    /// What the result would be with other values of a parameter → [`Answer::Sensitivity`], once after each value.
    Sensitivity(SensitivityRequest),
    /// Proofs that it does not look ahead, and how much it depends on history → [`Answer::Proofs`].
    Check,
    /// The report as a page of its own → [`Answer::Text`].
    ReportHtml,
    /// The report as the command line prints it with `--json` → [`Answer::Text`].
    ReportJson,
    /// The trades for a spreadsheet → [`Answer::Text`].
    TradesCsv,
    /// Two to four strategies or settings side by side → [`Answer::Comparison`].
    Compare(Compare),

    /// Begins a search or a walk-forward test → [`Answer::Search`]. The worker that is asked coordinates: it draws
    /// candidates and keeps results; any worker evaluates them.
    SearchBegin(SearchBegin),
    /// Goes on with a search from its checkpoint → [`Answer::Search`].
    SearchResume(SearchResume),
    /// More candidates → [`Answer::Tasks`].
    SearchAsk {
        /// The search.
        search: u32,
        /// How many at most, 1 to 1000.
        count: u32,
    },
    /// How candidates did → [`Answer::Search`].
    SearchTell {
        /// The search.
        search: u32,
        /// Each in any order.
        answers: Vec<TaskAnswer>,
    },
    /// Candidates that were handed out and will have no answer, because their worker ended → [`Answer::Search`]. They are
    /// handed out again.
    SearchReturn {
        /// The search.
        search: u32,
        /// Which.
        tasks: Vec<TaskId>,
    },
    /// All results so far, of a search that is no walk-forward test → [`Answer::SearchTable`].
    SearchTable {
        /// The search.
        search: u32,
        /// How many of the best are listed in order, at most 1000.
        top: u32,
    },
    /// What a finished walk-forward test came to → [`Answer::WalkForward`].
    SearchVerdict {
        /// The search.
        search: u32,
    },
    /// What has to be kept to go on later → [`Answer::Text`].
    SearchCheckpoint {
        /// The search.
        search: u32,
    },
    /// The search as a page of its own → [`Answer::Text`].
    SearchHtml {
        /// The search.
        search: u32,
    },
    /// The document with the settings of a candidate → [`Answer::Text`].
    SearchApply {
        /// The search.
        search: u32,
        /// The candidate's combination in the space, as [`SearchTable`] names it. Left out: the best, of a walk-forward
        /// test the finding of its last fold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        index: Option<u64>,
    },
    /// Forgets a search → [`Answer::Canceled`].
    SearchEnd {
        /// The search.
        search: u32,
    },
    /// Makes a worker ready to evaluate candidates of a search → [`Answer::Prepared`].
    Prepare(Prepare),
    /// Evaluates candidates → [`Answer::Evaluated`].
    Evaluate(Evaluate),
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The request that it answers; 0 where the request's could not be read.
    pub id: u32,
    /// Whether it is the last one to that request.
    pub done: bool,
    /// What it says.
    pub answer: Answer,
}

/// What a reply says. In JSON `{"result": {…}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// To [`Ask::Hello`].
    Hello(Box<Hello>),
    /// It could not be done; the state is as before.
    Failed(Failure),
    /// It was canceled, or ended on request.
    Canceled,
    /// A newer request of its kind was answered instead.
    Overtaken,

    /// Candles that were taken.
    Series(SeriesInfo),
    /// To [`Ask::ListSeries`].
    SeriesList(Vec<SeriesInfo>),
    /// To [`Ask::Candles`].
    Candles(Candles),

    /// The first to a run: what is wrong or odd about the document.
    Problems(Problems),
    /// The second to a run.
    Result(Box<RunResult>),
    /// The third to a run.
    Details(Box<Details>),
    /// To [`Ask::Values`].
    Values(Values),
    /// To [`Ask::Column`].
    Column(ColumnReply),
    /// To [`Ask::Sparklines`].
    Sparklines(Sparklines),
    /// To [`Ask::ExplainBar`].
    Bar(BarExplanation),
    /// To [`Ask::ExplainTrade`].
    Trade(TradeExplanation),
    /// To [`Ask::Find`].
    Found(Found),
    /// To [`Ask::NodeStats`].
    NodeStats(NodeStats),
    /// To [`Ask::Sensitivity`]: all values so far.
    Sensitivity(Sensitivity),
    /// To [`Ask::Check`].
    Proofs(Proofs),
    /// A text: a page, a table, a document, a checkpoint.
    Text(Text),
    /// To [`Ask::Compare`].
    Comparison(Box<Comparison>),

    /// How far a search is.
    Search(SearchState),
    /// To [`Ask::SearchAsk`].
    Tasks(Tasks),
    /// To [`Ask::SearchTable`].
    SearchTable(SearchTable),
    /// To [`Ask::SearchVerdict`].
    WalkForward(Box<WalkForwardVerdict>),
    /// To [`Ask::Prepare`].
    Prepared,
    /// To [`Ask::Evaluate`].
    Evaluated(Evaluated),
}

/// A column of numbers: its place among the buffers of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buffer(pub u32);

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A stable name.
    pub code: FailureCode,
    /// A sentence.
    pub message: String,
    /// Candles that have to be loaded first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingSeries>,
}

/// Kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The request cannot be read.
    BadRequest,
    /// The document cannot be read; the text is no JSON of its shape, too large, or of a later version.
    BadDocument,
    /// The document of a comparison or a search does not compile.
    DoesNotCompile,
    /// A setting is out of range.
    BadSettings,
    /// The candles cannot be read.
    BadCandles,
    /// Candles are not loaded; [`Failure::missing`] says which.
    MissingSeries,
    /// There is no run with a result, no such bar, node, trade or search.
    NotFound,
    /// It would take too much memory, or is beyond another bound.
    TooLarge,
    /// The search cannot begin or go on.
    BadSearch,
    /// Something that should not happen; it was reported instead of ending the worker.
    Internal,
}

/// Candles that a strategy reads and nobody loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingSeries {
    /// The symbol; `None` for the traded one.
    pub symbol: Option<String>,
    /// The timeframe; `None` for the traded one. Candles of a shorter one that divides it do as well.
    pub timeframe: Option<String>,
}

/// A text for a file or a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// A name for the file.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// The text.
    pub text: String,
}

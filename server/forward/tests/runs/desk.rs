use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::json;
use tempfile::TempDir;
use wickflow_forward::{ForwardHandle, ForwardLimits, Start};
use wickflow_market::testing::{MemoryCandles, RuntimeTime, Script, ScriptedFeed, coin};
use wickflow_market::{Control, Feed, FeedSink, Hub, HubConfig, HubHandle};
use wickflow_shared::id::AccountId;
use wickflow_shared::market::{Candle, CandleColumns, Instrument, Symbol};
use wickflow_shared::protocol::FeedKind;
use wickflow_shared::protocol::paper::{PaperEvent, PaperRun, PaperRunId};
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_store::Database;
use wickflow_store::paper_runs::{PaperRunLimits, PaperRunStore};
use wickflow_strategy::synthetic;
use wickflow_strategy::templates::TEMPLATES;

pub(crate) const OWNER: AccountId = AccountId(1);

/// A market of two coins, a database, and the paper runs on them.
pub(crate) struct Desk {
    pub(crate) runs: ForwardHandle,
    pub(crate) store: PaperRunStore,
    hub: HubHandle,
    script: Script,
    candles: Arc<MemoryCandles>,
    database: Database,
    limits: ForwardLimits,
    kind: FeedKind,
    /// What will happen, minute by minute.
    pub(crate) story: CandleColumns,
    folder: TempDir,
}

/// A coin of the market.
pub(crate) fn symbol(number: usize) -> Symbol {
    format!("TEST:COIN{number}").parse().unwrap()
}

/// A template of the strategy crate.
pub(crate) fn template(name: &str) -> String {
    TEMPLATES.iter().find(|template| template.name == name).unwrap().text.to_owned()
}

/// A run of a template on minutes of the first coin.
pub(crate) fn start(document: String) -> Start {
    Start {
        owner: OWNER,
        client_id: None,
        name: "test".parse().unwrap(),
        strategy: None,
        document,
        symbol: symbol(0),
        timeframe: Timeframe::M1,
        config: json!({
            "cash": 10_000.0, "fees": {"model": "percentage", "maker_bps": 2.0, "taker_bps": 10.0},
            "slippage": {"model": "bps", "bps": 1.5}, "profile": "next-open",
        }),
        warmup_bars: Some(100),
    }
}

impl Desk {
    /// A market in which the first `rows` minutes of its story have passed.
    pub(crate) async fn open(rows: usize) -> Self {
        Self::open_with(rows, ForwardLimits::default()).await
    }

    /// The same, with a feed whose candles are recorded some time after they have closed.
    pub(crate) async fn recorded(rows: usize) -> Self {
        Self::open_as(rows, ForwardLimits::default(), FeedKind::Coinbase).await
    }

    pub(crate) async fn open_with(rows: usize, limits: ForwardLimits) -> Self {
        Self::open_as(rows, limits, FeedKind::Sim).await
    }

    async fn open_as(rows: usize, limits: ForwardLimits, kind: FeedKind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}", folder.path().join("test.db").display());
        let database = Database::open(&address).await.unwrap();
        let zero = "00".repeat(32);
        let sql = format!("INSERT INTO accounts VALUES (x'{OWNER}', 'Guest', 0, 1, x'{zero}')");
        wickflow_store::testing::execute(&database, &sql).await.unwrap();
        let story = synthetic::candles_in_cents(7, 20_000);
        let candles =
            Arc::new(MemoryCandles::new(Timeframe::M1, vec![coin("TEST:COIN0"), coin("TEST:COIN1")]));
        let store = PaperRunStore::new(database.clone(), PaperRunLimits { running: 200, kept: 300 });
        let (hub, script) = open_hub(&candles, &story, rows, kind);
        let runs = ForwardHandle::start(hub.clone(), store.clone(), limits).await.unwrap();
        let desk = Self { runs, store, hub, script, candles, database, limits, kind, story, folder };
        if rows > 0 {
            desk.play(0, rows).await;
        }
        desk
    }

    /// Has minutes of the story happen, and the clock pass them.
    pub(crate) async fn play(&self, from: usize, to: usize) {
        self.record(from, to);
        self.script.clock(self.time_of(to)).await;
    }

    /// Has minutes of the story in the history, whatever the clock shows.
    pub(crate) fn record(&self, from: usize, to: usize) {
        for number in [0, 1] {
            self.record_of(number, from, to);
        }
    }

    /// The same of one coin only.
    pub(crate) fn record_of(&self, number: usize, from: usize, to: usize) {
        let candles: Vec<Candle> = self.story.slice(from..to).iter().collect();
        self.candles.put(&symbol(number), &candles);
    }

    /// Has the clock show the open of a minute.
    pub(crate) async fn clock(&self, row: usize) {
        self.script.clock(self.time_of(row)).await;
    }

    /// Puts another candle in the place of one.
    pub(crate) fn rewrite(&self, row: usize, change: impl FnOnce(&mut Candle)) {
        let mut candle = self.story.get(row).unwrap();
        change(&mut candle);
        self.candles.put(&symbol(0), &[candle]);
    }

    /// Has a replay jump to the open of a minute.
    pub(crate) async fn seek(&self, row: usize) {
        self.script.say(wickflow_market::FeedEvent::Seek { to: self.time_of(row) }).await;
    }

    /// When a minute of the story opens.
    pub(crate) fn time_of(&self, row: usize) -> Timestamp {
        Timestamp(self.story.open_times()[0].0 + 60_000 * i64::try_from(row).unwrap())
    }

    /// Starts a run.
    pub(crate) async fn start(&self, start: Start) -> PaperRun {
        self.runs.start_run(start).await.unwrap()
    }

    /// The run, once `done` says so.
    pub(crate) async fn until(&self, id: PaperRunId, done: impl Fn(&PaperRun) -> bool) -> PaperRun {
        let mut last = None;
        for _ in 0..2000 {
            let run = self.runs.run(OWNER, id).await.unwrap();
            if done(&run) {
                return run;
            }
            last = Some(run);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the run never gets there: {last:?}");
    }

    /// The run, once it has taken a minute of the story and what came before.
    pub(crate) async fn at(&self, id: PaperRunId, row: usize) -> PaperRun {
        let open = self.time_of(row);
        self.until(id, |run| run.last_bar == Some(open) && !run.is_catching_up).await
    }

    /// All events of a run.
    pub(crate) async fn events(&self, id: PaperRunId) -> Vec<PaperEvent> {
        self.runs.events(OWNER, id, 0, None, 100_000).await.unwrap().events
    }

    /// Stops the runs' task and the market, and starts both again when so many minutes have passed. What is in the
    /// history stays.
    pub(crate) async fn restart(self, rows: usize) -> Self {
        let Self { runs, store, hub, candles, database, limits, kind, story, folder, .. } = self;
        runs.shutdown().await;
        hub.shutdown().await;
        let (hub, script) = open_hub(&candles, &story, rows, kind);
        let runs = ForwardHandle::start(hub.clone(), store.clone(), limits).await.unwrap();
        let desk = Self { runs, store, hub, script, candles, database, limits, kind, story, folder };
        desk.script.clock(desk.time_of(rows)).await;
        desk
    }

    /// Changes the database behind the server's back.
    pub(crate) async fn tamper(&self, sql: &str) {
        wickflow_store::testing::execute(&self.database, sql).await.unwrap();
    }
}

fn open_hub(
    candles: &Arc<MemoryCandles>,
    story: &CandleColumns,
    rows: usize,
    kind: FeedKind,
) -> (HubHandle, Script) {
    let (feed, script) = ScriptedFeed::new(vec![coin("TEST:COIN0"), coin("TEST:COIN1")]);
    let start = story.open_times()[0].plus_ms(60_000 * i64::try_from(rows).unwrap());
    let config = HubConfig { wall: RuntimeTime::starting_at(start), ..HubConfig::new(1) };
    (Hub::start(Box::new(Venue { feed, kind }), config, candles.clone()), script)
}

/// A scripted feed that says that it is another.
struct Venue {
    feed: ScriptedFeed,
    kind: FeedKind,
}

impl Feed for Venue {
    fn kind(&self) -> FeedKind {
        self.kind
    }

    fn instruments(&self) -> Vec<Instrument> {
        self.feed.instruments()
    }

    fn run(self: Box<Self>, sink: FeedSink, control: Control) -> BoxFuture<'static, ()> {
        Box::new(self.feed).run(sink, control)
    }
}

//! A hundred paper runs on a fast replay, in a real server that is killed in the middle of it: they come back, catch up,
//! and in the end did what backtests of the same candles do.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use wickflow_server::bench::http::HttpClient;
use wickflow_shared::protocol::paper::{
    PaperReconciliation, PaperRun, PaperRunDetail, PaperRunId, PaperRunList, PaperRunState,
};
use wickflow_shared::protocol::{ReplayCommand, SessionInfo};
use wickflow_strategy::synthetic;
use wickflow_strategy::templates::TEMPLATES;

const RUNS: usize = 100;
const MINUTES: usize = 20_000;

/// A server process on the replay; killed when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = wickflow(folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--feed", "replay:TEST:WALK", "--log", "warn"])
            .args([
                "--orders-per-second",
                "100000",
                "--requests-per-second",
                "100000",
                "--replay-paused",
                "true",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let ready = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.rsplit_once("http://").map(|(_, address)| address.trim().parse().unwrap()));
        Self { address: ready.unwrap(), child }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn wickflow(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wickflow"));
    command.current_dir(folder);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WICKFLOW_")) {
        command.env_remove(name);
    }
    command
}

/// Imports a random walk of some days of minutes.
fn import(folder: &Path) {
    let mut file = std::fs::File::create(folder.join("walk.csv")).unwrap();
    writeln!(file, "time,open,high,low,close,volume").unwrap();
    for candle in synthetic::candles_in_cents(11, MINUTES).iter() {
        let (o, h, l, c) =
            (candle.open / 100.0, candle.high / 100.0, candle.low / 100.0, candle.close / 100.0);
        writeln!(file, "{},{o:.2},{h:.2},{l:.2},{c:.2},{}", candle.open_time.0, candle.volume).unwrap();
    }
    drop(file);
    let done = wickflow(folder)
        .args(["import", "walk.csv", "--symbol", "TEST:WALK", "--timeframe", "1m"])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success());
}

fn command(client: &mut HttpClient, command: ReplayCommand) {
    let answer = client.send("POST", "/api/v1/replay", Some(&command)).unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

fn runs(client: &mut HttpClient) -> Vec<PaperRun> {
    let answer = client.get("/api/v1/paper-runs?limit=500").unwrap();
    answer.json::<PaperRunList>().unwrap().runs
}

/// Waits until all runs say so.
fn until(client: &mut HttpClient, done: impl Fn(&PaperRun) -> bool) -> Vec<PaperRun> {
    let started = Instant::now();
    loop {
        let all = runs(client);
        if all.iter().all(&done) {
            return all;
        }
        let late = all.iter().find(|run| !done(run));
        assert!(started.elapsed() < Duration::from_secs(120), "a run never gets there: {late:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn start_all(client: &mut HttpClient) -> Vec<PaperRunId> {
    (0..RUNS)
        .map(|number| {
            let template = TEMPLATES.get(number % TEMPLATES.len()).unwrap();
            let timeframe = ["1m", "5m", "15m"].get(number % 3).unwrap();
            let body = json!({
                "name": format!("{} {number}", template.name), "document": template.text, "symbol": "TEST:WALK",
                "timeframe": timeframe, "client_run_id": format!("run-{number}"),
                "config": {
                    "cash": 10_000.0 + f64::from(u32::try_from(number).unwrap()),
                    "fees": {"model": "percentage", "maker_bps": 2.0, "taker_bps": 10.0},
                    "slippage": {"model": "bps", "bps": 1.0}, "profile": "next-open",
                },
            });
            let answer = client.send("POST", "/api/v1/paper-runs", Some(&body)).unwrap();
            assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
            answer.json::<PaperRun>().unwrap().id
        })
        .collect()
}

#[test]
fn a_hundred_runs_survive_being_killed_and_equal_their_backtests() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path());
    let mut server = Server::start(folder.path());
    let mut client = HttpClient::new(server.address);
    let session: SessionInfo = client.send::<()>("POST", "/api/v1/session", None).unwrap().json().unwrap();
    assert!(session.is_new);
    let ids = start_all(&mut client);
    command(&mut client, ReplayCommand::Speed { speed: 100_000.0 });
    let first = synthetic::candles_in_cents(11, 1).first().unwrap().open_time.0;
    let mut told = 0;
    for part in 1..=3 {
        command(&mut client, ReplayCommand::Play);
        // Somewhere in the middle, and farther every time: a replay begins at its beginning again.
        let before = told;
        let there = first + 60_000 * (500 + part * 4_500);
        until(&mut client, |run| run.last_bar.is_some_and(|bar| bar.0 + run.timeframe.nominal_ms() > there));
        told = runs(&mut client).iter().map(|run| run.last_seq).sum();
        assert!(told > before, "{told} after {before}");
        drop(server);
        server = Server::start(folder.path());
        client.turn_to(server.address);
        let back = runs(&mut client);
        assert!(back.iter().all(|run| run.state == PaperRunState::Running), "{back:?}");
        assert_eq!(back.len(), RUNS);
        command(&mut client, ReplayCommand::Speed { speed: 100_000.0 });
    }
    command(&mut client, ReplayCommand::Play);
    let last = synthetic::candles_in_cents(11, MINUTES).last().unwrap().open_time.0;
    let end = last + 60_000;
    let ended = until(&mut client, |run| {
        let nominal = run.timeframe.nominal_ms();
        run.last_bar.is_some_and(|bar| bar.0 == end - end % nominal - nominal) && !run.is_catching_up
    });
    assert!(ended.iter().all(|run| run.state == PaperRunState::Running), "none has diverged");
    let (mut fills, mut trades) = (0, 0);
    for id in ids {
        let answer = client.get(&format!("/api/v1/paper-runs/{id}/reconcile")).unwrap();
        let report: PaperReconciliation = answer.json().unwrap();
        assert!(report.equal, "{id}: {:?}", report.difference);
        fills += report.fills;
        trades += report.trades;
        let detail: PaperRunDetail = client.get(&format!("/api/v1/paper-runs/{id}")).unwrap().json().unwrap();
        assert_eq!((detail.run.account.fills, detail.run.account.trades), (report.fills, report.trades));
    }
    assert!(fills > 1000 && trades > 500, "{fills} fills, {trades} trades");
    drop(server);
    let audit = wickflow(folder.path()).args(["audit", "verify"]).stdout(Stdio::null()).status().unwrap();
    assert!(audit.success());
}

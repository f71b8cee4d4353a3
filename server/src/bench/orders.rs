//! How long it takes until an order is accepted and on disk, over HTTP, under a steady stream of orders.
//!
//! The stream does not wait for answers: each order has its moment, and a late answer counts from that moment,
//! so a server that stalls cannot hide it by being asked less.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use wickflow_shared::num::Quantity;
use wickflow_shared::order::{OrderRequest, OrderSide, OrderType, TimeInForce};
use wickflow_shared::protocol::{ServerInfo, SessionInfo, TickerRow};

use super::http::HttpClient;
use crate::cli::CliError;

/// What to measure.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct OrdersArgs {
    /// Orders per second, of all accounts together.
    #[arg(long, default_value_t = 500)]
    pub orders_per_s: u32,
    /// For how long, in seconds.
    #[arg(long, default_value_t = 20)]
    pub seconds: u32,
    /// Accounts that trade, each over its own connection.
    #[arg(long, default_value_t = 32)]
    pub accounts: u32,
}

/// What was measured. Times in milliseconds, from the moment an order was due to the end of its answer.
#[derive(Debug, Serialize)]
pub struct OrdersReport {
    /// Orders per second that were asked for.
    pub orders_per_s: u32,
    /// Orders sent.
    pub sent: usize,
    /// Orders acknowledged; the others were refused or got no answer.
    pub acknowledged: usize,
    /// Half of the acknowledged ones took at most so long.
    pub p50_ms: f64,
    /// Nine in ten.
    pub p90_ms: f64,
    /// 99 in 100.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// Half of the flushes of 8 KiB to another file of the same disk, meanwhile, took at most so long.
    pub disk_flush_p50_ms: f64,
    /// 99 in 100 of them.
    pub disk_flush_p99_ms: f64,
}

/// Starts a server of its own on a database of its own, and measures.
///
/// # Errors
/// [`CliError::Failed`] when the server cannot be started or stops answering.
pub fn run(args: OrdersArgs) -> Result<OrdersReport, CliError> {
    let directory = std::env::temp_dir().join(format!("wickflow-bench-orders-{}", std::process::id()));
    std::fs::create_dir_all(&directory).map_err(CliError::failed)?;
    let report = measure(args, &directory);
    // Only disk space is lost when it fails.
    let _ = std::fs::remove_dir_all(&directory);
    report
}

fn measure(args: OrdersArgs, directory: &Path) -> Result<OrdersReport, CliError> {
    let reference = FlushedFile::new(directory).map_err(CliError::failed)?;
    let server = ServerProcess::start(directory)?;
    let accounts = args.accounts.max(1);
    let mut traders = (0..accounts)
        .map(|number| Trader::new(server.address, number))
        .collect::<Result<Vec<_>, _>>()
        .map_err(CliError::failed)?;

    let period = Duration::from_secs(1) / args.orders_per_s.max(1);
    let count = args.orders_per_s.saturating_mul(args.seconds) / accounts;
    let start = Instant::now() + Duration::from_millis(200);
    let (mut sent, mut latencies) = (0, Vec::new());
    let is_over = AtomicBool::new(false);
    let flushes = std::thread::scope(|scope| {
        let flushes = scope.spawn(|| reference.flush_until(&is_over));
        let threads: Vec<_> = traders
            .iter_mut()
            .map(|trader| scope.spawn(move || trader.run(start, period, accounts, count)))
            .collect();
        for thread in threads {
            let outcome = thread.join().unwrap_or_default();
            sent += outcome.sent;
            latencies.extend(outcome.latencies_ms);
        }
        is_over.store(true, Ordering::Relaxed);
        flushes.join().unwrap_or_default()
    });
    latencies.sort_by(f64::total_cmp);
    Ok(OrdersReport {
        orders_per_s: args.orders_per_s,
        sent,
        acknowledged: latencies.len(),
        p50_ms: percentile(&latencies, 50),
        p90_ms: percentile(&latencies, 90),
        p99_ms: percentile(&latencies, 99),
        max_ms: percentile(&latencies, 100),
        disk_flush_p50_ms: percentile(&flushes, 50),
        disk_flush_p99_ms: percentile(&flushes, 99),
    })
}

/// The smallest value that so many percent of the sorted values do not exceed; zero when there is none.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// A file that does not grow, to learn how fast the disk flushes while it is measured: what no order can beat.
struct FlushedFile(File);

impl FlushedFile {
    const BLOCK: [u8; 8192] = [7; 8192];
    const BLOCKS: u32 = 200;
    /// Rarely enough not to keep the disk from the server: ten a second beside its hundreds.
    const PAUSE: Duration = Duration::from_millis(100);

    fn new(directory: &Path) -> std::io::Result<Self> {
        let mut file = File::create(directory.join("flush"))?;
        for _ in 0..Self::BLOCKS {
            file.write_all(&Self::BLOCK)?;
        }
        file.sync_all()?;
        Ok(Self(file))
    }

    /// Milliseconds that writing 8 KiB and flushing them took each time, sorted. Ends early when the disk fails,
    /// which the server will tell.
    fn flush_until(mut self, is_over: &AtomicBool) -> Vec<f64> {
        let mut times = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            let start = Instant::now();
            if self.flush_next(times.len()).is_err() {
                break;
            }
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            std::thread::sleep(Self::PAUSE);
        }
        times.sort_by(f64::total_cmp);
        times
    }

    fn flush_next(&mut self, turn: usize) -> std::io::Result<()> {
        if turn.is_multiple_of(Self::BLOCKS as usize) {
            self.0.rewind()?;
        }
        self.0.write_all(&Self::BLOCK)?;
        self.0.sync_data()
    }
}

/// A server in a process of its own, so that the load does not share its threads; ended when dropped.
struct ServerProcess {
    child: Child,
    address: SocketAddr,
}

impl ServerProcess {
    fn start(directory: &Path) -> Result<Self, CliError> {
        let mut child = Command::new(std::env::current_exe().map_err(CliError::failed)?)
            .current_dir(directory)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", "sqlite://bench.db", "--feed", "sim"])
            .args(["--log", "warn", "--orders-per-second", "100000", "--requests-per-second", "100000"])
            .args(["--sessions-per-minute", "100000"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(CliError::failed)?;
        let lines = child.stdout.take().map(|stdout| BufReader::new(stdout).lines());
        let address = lines.into_iter().flatten().map_while(Result::ok).find_map(|line| {
            line.rsplit_once("http://").and_then(|(_, address)| address.trim().parse().ok())
        });
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                // It has ended or is about to: it closed its standard output.
                let _ = child.kill();
                let _ = child.wait();
                Err(CliError::failed("the server did not start; its error stands above"))
            }
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One account that trades.
struct Trader {
    client: HttpClient,
    number: u32,
    request: OrderRequest,
}

#[derive(Default)]
struct Outcome {
    sent: usize,
    latencies_ms: Vec<f64>,
}

impl Trader {
    fn new(address: SocketAddr, number: u32) -> std::io::Result<Self> {
        let mut client = HttpClient::new(address);
        let _: SessionInfo = client.send::<()>("POST", "/api/v1/session", None)?.json()?;
        let server: ServerInfo = client.get("/api/v1/server")?.json()?;
        // The first prices are published a moment after the start.
        for _ in 0..100 {
            let tickers: Vec<TickerRow> = client.get("/api/v1/tickers")?.json()?;
            if let Some(request) = cheapest_lot(&server, &tickers) {
                return Ok(Self { client, number, request });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(std::io::Error::other("no instrument that trades round the clock has a price"))
    }

    /// Sends `count` orders, the n-th of all accounts' orders n periods after `start`: each account every
    /// `accounts`-th. Buys and sells take turns, so that the position stays small.
    fn run(&mut self, start: Instant, period: Duration, accounts: u32, count: u32) -> Outcome {
        let mut outcome = Outcome::default();
        for turn in 0..count {
            let due = start + period * (turn * accounts + self.number);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let side = if turn % 2 == 0 { OrderSide::Buy } else { OrderSide::Sell };
            let client_order_id = format!("bench-{turn}").try_into().ok();
            let request = OrderRequest { side, client_order_id, ..self.request.clone() };
            outcome.sent += 1;
            if let Ok(answer) = self.client.send("POST", "/api/v1/orders", Some(&request))
                && answer.status == 201
            {
                outcome.latencies_ms.push(due.elapsed().as_secs_f64() * 1000.0);
            }
        }
        outcome
    }
}

/// A small market order in an instrument that always trades.
fn cheapest_lot(server: &ServerInfo, tickers: &[TickerRow]) -> Option<OrderRequest> {
    let instrument = server.instruments.iter().find(|instrument| {
        let priced = |row: &&TickerRow| row.symbol == instrument.symbol && row.ticker.is_some();
        instrument.calendar.is_round_the_clock() && tickers.iter().any(|row| priced(&row))
    })?;
    let last = tickers.iter().find(|row| row.symbol == instrument.symbol)?.ticker.as_ref()?.last;
    // Twice the smallest order that is allowed, in whole lots.
    let least = instrument.min_notional.get().max(1.into()) * wickflow_shared::num::Decimal::TWO;
    let lots = least.checked_div(last.get())?.checked_div(instrument.lot_size.get())?.ceil();
    Some(OrderRequest {
        client_order_id: None,
        symbol: instrument.symbol.clone(),
        side: OrderSide::Buy,
        order_type: OrderType::Market,
        quantity: Quantity::try_new(lots.checked_mul(instrument.lot_size.get())?).ok()?,
        limit_price: None,
        stop_price: None,
        time_in_force: TimeInForce::Gtc,
        reduce_only: false,
        bracket: None,
    })
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let sorted: Vec<f64> = (1..=200).map(f64::from).collect();
        for (percent, want) in [(50, 100.0), (99, 198.0), (100, 200.0)] {
            assert!((percentile(&sorted, percent) - want).abs() < f64::EPSILON, "{percent}");
        }
        assert!(percentile(&[], 99).abs() < f64::EPSILON);
    }
}

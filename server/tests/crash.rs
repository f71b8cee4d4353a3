//! The server is killed (`SIGKILL`) again and again while several accounts trade over HTTP. After each restart
//! every acknowledged order is there, none is there twice, and the journal is whole.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use wickflow_server::bench::http::HttpClient;
use wickflow_shared::id::{ClientOrderId, OrderId};
use wickflow_shared::num::{Decimal, Price, Quantity, RoundingStrategy};
use wickflow_shared::order::{Order, OrderRequest, OrderSide, OrderType, TimeInForce};
use wickflow_shared::protocol::{OrderAck, ServerInfo, SessionInfo, TickerRow};

const KILLS: u64 = 50;
const ACCOUNTS: usize = 4;

/// A server process; killed when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(database: &Path) -> Self {
        let mut child = wickflow(database)
            .args(["serve", "--listen", "127.0.0.1:0", "--feed", "sim", "--log", "warn"])
            .args(["--orders-per-second", "100000", "--requests-per-second", "100000"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("it is piped");
        let ready = BufReader::new(stdout).lines().map_while(Result::ok).find_map(|line| {
            line.rsplit_once("http://").map(|(_, address)| address.trim().parse().expect("an address"))
        });
        Self { address: ready.expect("it says where it listens"), child }
    }

    fn kill(self) {}
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

fn wickflow(database: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wickflow"));
    command.env("WICKFLOW_DATABASE", format!("sqlite://{}", database.display()));
    command
}

/// What one account has asked for and been told.
struct Trader {
    client: HttpClient,
    number: usize,
    submitted: u64,
    /// Not acknowledged yet: to be asked again, under the same name.
    unanswered: Option<OrderRequest>,
    acknowledged: BTreeMap<ClientOrderId, OrderId>,
    refused: u64,
    repeated: u64,
}

impl Trader {
    fn new(number: usize, address: SocketAddr) -> Self {
        let mut client = HttpClient::new(address);
        let session: SessionInfo =
            client.send::<()>("POST", "/api/v1/session", None).unwrap().json().unwrap();
        assert!(session.is_new);
        Self {
            client,
            number,
            submitted: 0,
            unanswered: None,
            acknowledged: BTreeMap::new(),
            refused: 0,
            repeated: 0,
        }
    }

    /// Trades until the server dies in the middle of something.
    fn run(&mut self, address: SocketAddr, market: &[(OrderRequest, Price)]) {
        self.client.turn_to(address);
        while self.step(market).is_ok() {}
    }

    /// Submits an order and waits for the answer.
    fn step(&mut self, market: &[(OrderRequest, Price)]) -> std::io::Result<()> {
        let request = match self.unanswered.clone() {
            Some(request) => {
                self.repeated += 1;
                request
            }
            None => self.next_request(market),
        };
        self.unanswered = Some(request.clone());
        let answer = self.client.send("POST", "/api/v1/orders", Some(&request))?;
        match answer.status {
            201 => {
                let ack: OrderAck = answer.json()?;
                let name = request.client_order_id.expect("every order has one");
                assert_eq!(ack.order.client_order_id.as_ref(), Some(&name));
                assert_eq!(self.acknowledged.insert(name, ack.order.id), None, "acknowledged twice");
                if self.submitted.is_multiple_of(5) {
                    self.unanswered = None;
                    self.client.send::<()>("DELETE", &format!("/api/v1/orders/{}", ack.order.id), None)?;
                }
            }
            422 => self.refused += 1,
            status => panic!("HTTP {status}: {}", String::from_utf8_lossy(&answer.body)),
        }
        self.unanswered = None;
        Ok(())
    }

    /// Limit orders that rest below the market, and market orders that fill with the next tick.
    fn next_request(&mut self, market: &[(OrderRequest, Price)]) -> OrderRequest {
        self.submitted += 1;
        let turn = usize::try_from(self.submitted).unwrap() + self.number;
        let (template, below) = &market[turn % market.len()];
        let client_order_id = format!("{}-{}", self.number, self.submitted).try_into().ok();
        let request = OrderRequest { client_order_id, ..template.clone() };
        match self.submitted % 4 {
            0 => request,
            2 => OrderRequest { side: OrderSide::Sell, ..request },
            _ => OrderRequest { order_type: OrderType::Limit, limit_price: Some(*below), ..request },
        }
    }

    /// Every acknowledged order is there, and no name is there twice.
    fn check(&mut self, address: SocketAddr) {
        self.client.turn_to(address);
        let mut found = BTreeMap::new();
        let mut before = String::new();
        loop {
            let answer = self.client.get(&format!("/api/v1/orders?limit=500{before}")).unwrap();
            let page: Vec<Order> = answer.json().unwrap();
            let Some(last) = page.last() else { break };
            before = format!("&before={}", last.id);
            for order in page {
                let Some(name) = order.client_order_id else { continue };
                assert_eq!(found.insert(name.clone(), order.id), None, "{} is there twice", name.as_str());
            }
        }
        for (name, id) in &self.acknowledged {
            assert_eq!(found.remove(name), Some(*id), "{} was acknowledged", name.as_str());
        }
        // What is there beyond that was written, but its answer never came.
        let unanswered = self.unanswered.as_ref().and_then(|request| request.client_order_id.as_ref());
        assert!(found.keys().all(|name| Some(name) == unanswered), "never asked for: {found:?}");
    }
}

/// A small market order for each of some instruments that trade round the clock, and a price well below.
fn market(client: &mut HttpClient) -> Vec<(OrderRequest, Price)> {
    let server: ServerInfo = client.get("/api/v1/server").unwrap().json().unwrap();
    let mut tickers: Vec<TickerRow> = Vec::new();
    // The first prices are published a moment after the start.
    while !tickers.iter().any(|row| row.ticker.is_some()) {
        std::thread::sleep(Duration::from_millis(10));
        tickers = client.get("/api/v1/tickers").unwrap().json().unwrap();
    }
    let orders =
        server.instruments.iter().filter(|i| i.calendar.is_round_the_clock()).filter_map(|instrument| {
            let row = tickers.iter().find(|row| row.symbol == instrument.symbol)?;
            let last = row.ticker.as_ref()?.last;
            let below = Price::try_new(last.get() * Decimal::new(95, 2)).ok()?;
            let below = below.round_to_tick(instrument.tick_size, RoundingStrategy::ToZero).ok()?;
            // Worth some dollars, in whole lots.
            let lots = (Decimal::from(20) / last.get() / instrument.lot_size.get()).ceil();
            let quantity = Quantity::try_new(lots * instrument.lot_size.get()).ok()?;
            let request = OrderRequest {
                client_order_id: None,
                symbol: instrument.symbol.clone(),
                side: OrderSide::Buy,
                order_type: OrderType::Market,
                quantity,
                limit_price: None,
                stop_price: None,
                time_in_force: TimeInForce::Gtc,
                reduce_only: false,
                bracket: None,
            };
            Some((request, below))
        });
    orders.take(4).collect()
}

/// `wickflow audit verify` passes.
fn audit(database: &Path) -> serde_json::Value {
    let output = wickflow(database).args(["audit", "verify", "--json"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn killed_at_random_moments_nothing_acknowledged_is_lost_or_doubled() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("wickflow.db");
    let mut server = Server::start(&database);
    let mut traders: Vec<_> = (0..ACCOUNTS).map(|number| Trader::new(number, server.address)).collect();
    let market = market(&mut traders[0].client);
    assert!(!market.is_empty(), "the simulated market has instruments that always trade");

    for kill in 0..KILLS {
        let address = server.address;
        std::thread::scope(|scope| {
            for trader in &mut traders {
                scope.spawn(|| trader.run(address, &market));
            }
            std::thread::sleep(Duration::from_millis(random_below(250) + 50));
            server.kill();
        });
        server = Server::start(&database);
        traders.iter_mut().for_each(|trader| trader.check(server.address));
        if kill % 10 == 0 {
            audit(&database);
        }
    }

    // What was never answered is asked for once more, and is then there exactly once.
    for trader in &mut traders {
        if trader.unanswered.is_some() {
            trader.step(&market).unwrap();
        }
        trader.check(server.address);
        assert!(trader.repeated > 0, "no request was ever cut off: the test tests nothing");
        assert!(trader.acknowledged.len() > 50, "too few orders: {}", trader.acknowledged.len());
        assert!(
            trader.refused < trader.submitted / 2,
            "{} of {} were refused",
            trader.refused,
            trader.submitted
        );
    }
    server.kill();
    let report = audit(&database);
    assert_eq!(report["ok"], true);
    assert_eq!(report["accounts"], ACCOUNTS);
}

/// Random enough: different in every run.
fn random_below(bound: u64) -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0) % bound
}

use std::net::SocketAddr;

use serde::Deserialize;

use super::{FeedSource, Hidden, LogFormat, Origins, PaperCash, ReplayStart, Words};

/// Makes [`Settings`] (each value optional: a flag, a variable or a key) and [`Config`] (each value decided).
macro_rules! settings {
    ($($heading:literal { $($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:literal, $variable:literal;)+ })+) => {
        /// The settings as one source gives them.
        #[derive(Debug, Clone, Default, Deserialize, clap::Args)]
        #[serde(default, deny_unknown_fields)]
        pub struct Settings {
            $($(
                $(#[doc = $doc])+
                #[arg(long, env = $variable, help_heading = $heading, hide_env_values = true)]
                pub $name: Option<$type>,
            )+)+
        }

        /// The settings in force.
        #[derive(Debug, Clone)]
        pub struct Config {
            $($( $(#[doc = $doc])+ pub $name: $type, )+)+
        }

        impl Settings {
            /// The environment variables, in the order of the help.
            pub const VARIABLES: &[&str] = &[$($($variable,)+)+];

            /// Name and default of each setting, as text.
            const DEFAULTS: &[(&str, &str)] = &[$($((stringify!($name), $default),)+)+];

            /// These settings, and those of `other` where these say nothing.
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                Self { $($($name: self.$name.or(other.$name),)+)+ }
            }

            /// Fills in the defaults.
            ///
            /// # Errors
            /// A sentence naming the setting whose value is out of range.
            pub fn resolve(self) -> Result<Config, String> {
                let config = Config {
                    $($($name: match self.$name {
                        Some(value) => value,
                        None => $default.parse().map_err(|error| format!("{}: {error}", stringify!($name)))?,
                    },)+)+
                };
                config.check()?;
                Ok(config)
            }
        }
    };
}

settings! {
    "Server" {
        /// Address and port to listen on. Port 0 takes a free one; the line printed when ready names it.
        listen: SocketAddr = "127.0.0.1:8080", "WICKFLOW_LISTEN";
        /// Where everything is kept: `sqlite://FILE`. The file is made when it does not exist.
        database: String = "sqlite://wickflow.db", "WICKFLOW_DATABASE";
        /// Secret that signs the session cookies, 64 bytes or more of text. Empty: drawn at the first start and
        /// kept in the database. Several servers behind one address need the same.
        session_key: Hidden = "", "WICKFLOW_SESSION_KEY";
        /// Origins besides the server's own that browsers may call from, separated by commas, such as
        /// `http://127.0.0.1:8081` of a development server.
        allowed_origins: Origins = "", "WICKFLOW_ALLOWED_ORIGINS";
        /// Believe `X-Forwarded-For`: only behind a proxy that sets it.
        trust_forwarded_for: bool = "false", "WICKFLOW_TRUST_FORWARDED_FOR";
        /// Answer `/metrics` to everybody. Otherwise only to this machine, and to nobody who comes through a proxy,
        /// unless the proxy is trusted and the visitor is on this machine.
        metrics_public: bool = "false", "WICKFLOW_METRICS_PUBLIC";
        /// Longest that a request may take, in milliseconds.
        request_timeout_ms: u64 = "15000", "WICKFLOW_REQUEST_TIMEOUT_MS";
        /// Longest that a shutdown waits for requests, sockets and the journal, in milliseconds.
        shutdown_timeout_ms: u64 = "5000", "WICKFLOW_SHUTDOWN_TIMEOUT_MS";
        /// Log lines for people (`pretty`) or for programs (`json`).
        log_format: LogFormat = "pretty", "WICKFLOW_LOG_FORMAT";
        /// What to log: a level, or levels by target, such as `info,wickflow_server=debug`.
        log: String = "info", "WICKFLOW_LOG";
    }
    "Market" {
        /// Where market data come from: `sim` (a simulated market), `replay:SYMBOL` or `replay:SYMBOL@TIMEFRAME`
        /// (imported history, played as if live), `coinbase` (its public feed).
        feed: FeedSource = "sim", "WICKFLOW_FEED";
        /// Seed of the simulated market: the same seed gives the same prices.
        seed: u64 = "1", "WICKFLOW_SEED";
        /// WebSocket address of the feed, in place of the venue's own. Empty: the venue's own.
        feed_url: String = "", "WICKFLOW_FEED_URL";
        /// REST address of the feed, in place of the venue's own. Empty: the venue's own.
        feed_rest_url: String = "", "WICKFLOW_FEED_REST_URL";
        /// Products that a public feed follows, separated by commas, such as `BTC-USD,ETH-USD`. Empty: eight of the
        /// most traded.
        feed_products: Words = "", "WICKFLOW_FEED_PRODUCTS";
        /// File of certificates (PEM) to trust for the feed instead of the public authorities, behind a proxy that
        /// inspects traffic. Empty: the public authorities.
        feed_certificates: String = "", "WICKFLOW_FEED_CERTIFICATES";
        /// Whether the page may play, pause, step and seek a replay.
        replay_control: bool = "true", "WICKFLOW_REPLAY_CONTROL";
        /// Where a replay begins, such as `2020-01-01` or `2020-01-01T09:30:00Z`. Empty: after its first 500 candles,
        /// so that charts have something to show.
        replay_from: ReplayStart = "", "WICKFLOW_REPLAY_FROM";
        /// Market seconds per second of a replay, above 0 and at most 100000.
        replay_speed: f64 = "60", "WICKFLOW_REPLAY_SPEED";
        /// Whether a replay stands still until it is told to play.
        replay_paused: bool = "false", "WICKFLOW_REPLAY_PAUSED";
        /// How often changes are published to sockets, per second.
        flush_hz: u32 = "20", "WICKFLOW_FLUSH_HZ";
        /// Updates kept per topic, for sockets that come back or are slow.
        ring_size: usize = "512", "WICKFLOW_RING_SIZE";
    }
    "Paper trading" {
        /// What a new account starts with, by currency.
        paper_cash: PaperCash = "USD=100000,INR=10000000", "WICKFLOW_PAPER_CASH";
        /// Most accounts; further visitors are told to come back later.
        max_accounts: usize = "100000", "WICKFLOW_MAX_ACCOUNTS";
    }
    "Limits" {
        /// Largest request body, in bytes.
        max_body_bytes: usize = "65536", "WICKFLOW_MAX_BODY_BYTES";
        /// Largest message that a socket may receive, in bytes.
        max_message_bytes: usize = "16384", "WICKFLOW_MAX_MESSAGE_BYTES";
        /// Most topics per socket.
        max_subscriptions: usize = "256", "WICKFLOW_MAX_SUBSCRIPTIONS";
        /// Most open sockets and event streams per account.
        max_sockets_per_account: usize = "16", "WICKFLOW_MAX_SOCKETS_PER_ACCOUNT";
        /// Most open sockets and event streams per IP address.
        max_sockets_per_ip: usize = "256", "WICKFLOW_MAX_SOCKETS_PER_IP";
        /// Most open connections.
        max_connections: usize = "8192", "WICKFLOW_MAX_CONNECTIONS";
        /// Requests per second and session; four seconds' worth may come at once.
        requests_per_second: u32 = "50", "WICKFLOW_REQUESTS_PER_SECOND";
        /// Orders, changes and cancellations per second and account; four seconds' worth may come at once.
        orders_per_second: u32 = "20", "WICKFLOW_ORDERS_PER_SECOND";
        /// New sessions per minute and IP address; as many may come at once.
        sessions_per_minute: u32 = "32", "WICKFLOW_SESSIONS_PER_MINUTE";
        /// Strategies per account, deleted ones included; those deleted longest ago make room.
        max_strategies: u32 = "500", "WICKFLOW_MAX_STRATEGIES";
        /// Versions kept of a strategy; the oldest without a label make room.
        max_strategy_versions: u32 = "100", "WICKFLOW_MAX_STRATEGY_VERSIONS";
        /// Bytes of an account's strategies with all their versions.
        max_strategy_bytes: u64 = "67108864", "WICKFLOW_MAX_STRATEGY_BYTES";
        /// Paper runs per account that run at the same time.
        max_paper_runs: u32 = "100", "WICKFLOW_MAX_PAPER_RUNS";
        /// Paper runs per account in all, those that have ended included.
        max_paper_runs_kept: u32 = "300", "WICKFLOW_MAX_PAPER_RUNS_KEPT";
        /// Paper runs of all accounts together that run at the same time.
        max_paper_runs_of_all: usize = "1000", "WICKFLOW_MAX_PAPER_RUNS_OF_ALL";
        /// Longest that a socket may take to accept a message, in milliseconds; then it is closed.
        socket_write_timeout_ms: u64 = "5000", "WICKFLOW_SOCKET_WRITE_TIMEOUT_MS";
        /// How often sockets and event streams are given a sign of life, in milliseconds; a socket that is silent for
        /// more than twice as long is taken for gone.
        socket_keepalive_ms: u64 = "20000", "WICKFLOW_SOCKET_KEEPALIVE_MS";
    }
}

impl Settings {
    /// Adds the defaults to the help texts of a command that flattens these settings.
    #[must_use]
    pub fn describe_defaults(mut command: clap::Command) -> clap::Command {
        for (name, default) in Self::DEFAULTS.iter().filter(|(_, default)| !default.is_empty()) {
            command = command.mut_arg(name, |arg| {
                let text =
                    arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
                arg.help(format!("{text} [default: {default}]")).long_help(None)
            });
        }
        command
    }
}

impl Config {
    /// Checks what the types cannot.
    fn check(&self) -> Result<(), String> {
        let range = |name: &str, value: u64, low: u64, high: u64| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(format!("{name} must be {low} to {high}, not {value}"))
            }
        };
        let size = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        range("request_timeout_ms", self.request_timeout_ms, 100, 600_000)?;
        range("shutdown_timeout_ms", self.shutdown_timeout_ms, 100, 600_000)?;
        range("flush_hz", self.flush_hz.into(), 1, 1000)?;
        range("ring_size", size(self.ring_size), 16, 65_536)?;
        range("max_accounts", size(self.max_accounts), 1, 100_000_000)?;
        range("max_body_bytes", size(self.max_body_bytes), 1024, 16 << 20)?;
        range("max_message_bytes", size(self.max_message_bytes), 1024, 1 << 20)?;
        range("max_subscriptions", size(self.max_subscriptions), 1, 4096)?;
        range("max_sockets_per_account", size(self.max_sockets_per_account), 1, 100_000)?;
        range("max_sockets_per_ip", size(self.max_sockets_per_ip), 1, 100_000)?;
        range("max_connections", size(self.max_connections), 16, 1_000_000)?;
        range("requests_per_second", self.requests_per_second.into(), 1, 1_000_000)?;
        range("orders_per_second", self.orders_per_second.into(), 1, 1_000_000)?;
        range("sessions_per_minute", self.sessions_per_minute.into(), 1, 1_000_000)?;
        range("max_strategies", self.max_strategies.into(), 1, 100_000)?;
        range("max_strategy_versions", self.max_strategy_versions.into(), 2, 10_000)?;
        range("max_strategy_bytes", self.max_strategy_bytes, 1 << 20, 1 << 40)?;
        range("max_paper_runs", self.max_paper_runs.into(), 1, 10_000)?;
        range("max_paper_runs_kept", self.max_paper_runs_kept.into(), 1, 100_000)?;
        range("max_paper_runs_of_all", size(self.max_paper_runs_of_all), 1, 100_000)?;
        range("socket_write_timeout_ms", self.socket_write_timeout_ms, 50, 600_000)?;
        range("socket_keepalive_ms", self.socket_keepalive_ms, 50, 600_000)?;
        if !(self.replay_speed > 0.0 && self.replay_speed <= 100_000.0) {
            return Err(format!(
                "replay_speed must be above 0 and at most 100000, not {}",
                self.replay_speed
            ));
        }
        if !self.session_key.is_empty() && self.session_key.get().len() < 64 {
            return Err(
                "session_key must be 64 bytes or more of text, such as two lines of `openssl rand -hex 32`"
                    .into(),
            );
        }
        Ok(())
    }
}

use super::*;

fn from_toml(text: &str) -> Result<Config, String> {
    let settings: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
    settings.resolve()
}

#[test]
fn defaults_are_valid_and_in_the_help() {
    let config = Settings::default().resolve().expect("the defaults parse");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.max_body_bytes, 64 * 1024);
    assert_eq!(config.max_message_bytes, wickflow_shared::protocol::MAX_CLIENT_MESSAGE_BYTES);
    assert_eq!(config.max_subscriptions, wickflow_shared::protocol::MAX_SUBSCRIPTIONS);

    let mut command = crate::cli::command();
    let help = command.find_subcommand_mut("serve").expect("serve exists").render_long_help().to_string();
    for needle in ["--max-body-bytes", "WICKFLOW_MAX_BODY_BYTES", "[default: 65536]", "[default: sim]"] {
        assert!(help.contains(needle), "{needle} is missing from:\n{help}");
    }
}

#[test]
fn the_earlier_source_wins() {
    let flags = Settings { flush_hz: Some(50), ..Settings::default() };
    let file: Settings = toml::from_str("flush_hz = 10\nseed = 7").expect("valid");
    let config = flags.or(file).resolve().expect("valid");
    assert_eq!((config.flush_hz, config.seed, config.ring_size), (50, 7, 512));
}

#[test]
fn wrong_settings_are_refused_by_name() {
    for (text, want) in [
        ("listne = \"127.0.0.1:1\"", "unknown field `listne`"),
        ("flush_hz = 0", "flush_hz must be 1 to 1000, not 0"),
        ("flush_hz = \"often\"", "invalid type"),
        ("feed = \"replay:\"", "is no feed"),
        ("feed = \"replay:BITFINEX:BTCUSD@7x\"", "is no feed"),
        ("feed = \"nasdaq\"", "is no feed"),
        ("paper_cash = \"USD\"", "is not an amount such as"),
        ("paper_cash = \"USD=-1\"", "above zero"),
        ("paper_cash = \"USD=1,USD=2\"", "given twice"),
        ("paper_cash = \"\"", "at least one amount"),
        ("allowed_origins = \"example.com\"", "is no origin"),
        ("allowed_origins = \"http://example.com/path\"", "is no origin"),
        ("session_key = \"short\"", "session_key must be 64 bytes"),
        ("replay_speed = 0.0", "replay_speed must be above 0"),
        ("replay_from = \"yesterday\"", "is not a time"),
        ("log_format = \"xml\"", "is no log format"),
    ] {
        let error = from_toml(text).expect_err(text);
        assert!(error.contains(want), "{text}: {error}");
    }
}

#[test]
fn feeds_parse() {
    let symbol = || "BITFINEX:BTCUSD".parse().expect("valid");
    for (text, want) in [
        ("sim", FeedSource::Sim),
        ("coinbase", FeedSource::Coinbase),
        ("replay:BITFINEX:BTCUSD", FeedSource::Replay { symbol: symbol(), timeframe: None }),
        (
            "replay:BITFINEX:BTCUSD@5m",
            FeedSource::Replay { symbol: symbol(), timeframe: Some("5m".parse().expect("valid")) },
        ),
    ] {
        assert_eq!(text.parse::<FeedSource>().as_ref(), Ok(&want), "{text}");
    }
}

#[test]
fn the_session_key_is_never_shown() {
    let config = from_toml(&format!("session_key = \"{}\"", "k".repeat(64))).expect("valid");
    assert!(!format!("{config:?}").contains("kkk"));
}

#[test]
fn unknown_variables_are_named() {
    let names = ["WICKFLOW_LISTEN", "WICKFLOW_LISTNE", "WICKFLOW_CONFIG", "PATH"];
    assert_eq!(unknown_variables(names.into_iter().map(str::to_owned)), ["WICKFLOW_LISTNE"]);
}

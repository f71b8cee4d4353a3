-- Paper runs: strategies that trade the live feed without an account, and the journal of each.
--
-- A run can be worked out again from its document, its configuration and the candles since `history_start`; its
-- events are what happened at the time, numbered and hash-chained, and what that is compared with.

CREATE TABLE paper_runs (
    run_id        BLOB    NOT NULL PRIMARY KEY CHECK (length(run_id) = 16),
    owner         BLOB    NOT NULL REFERENCES accounts (account_id),
    client_run_id TEXT,
    name          TEXT    NOT NULL,
    -- A reference for people: the strategy may change or go, the run keeps its own document.
    strategy_id   BLOB,
    version       INTEGER,
    document_hash BLOB    NOT NULL CHECK (length(document_hash) = 32),
    symbol        TEXT    NOT NULL,
    timeframe     TEXT    NOT NULL,
    history_start INTEGER NOT NULL,
    trade_from    INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    message       TEXT,
    -- JSON: where it differed after a restart.
    difference    TEXT,
    started_at    INTEGER NOT NULL,
    ended_at      INTEGER,
    -- Open time of the last candle that it has taken.
    last_bar      INTEGER,
    -- JSON: cash, position, equity and counts after that candle.
    account       TEXT    NOT NULL,
    last_seq      INTEGER NOT NULL CHECK (last_seq >= 0),
    last_hash     BLOB    NOT NULL CHECK (length(last_hash) = 32),
    -- JSON.
    config        TEXT    NOT NULL,
    document      TEXT    NOT NULL,
    -- JSON: the samples of equity, once it has ended; until then they are in memory and can be worked out again.
    equity        TEXT
) STRICT;

CREATE INDEX paper_runs_by_owner ON paper_runs (owner, started_at);

CREATE INDEX paper_runs_by_state ON paper_runs (state);

CREATE UNIQUE INDEX paper_runs_by_client_id ON paper_runs (owner, client_run_id) WHERE client_run_id IS NOT NULL;

CREATE TABLE paper_events (
    run_id       BLOB    NOT NULL REFERENCES paper_runs ON DELETE CASCADE,
    seq          INTEGER NOT NULL CHECK (seq > 0),
    time         INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    -- Whether the strategy did it, or the server: only the former follows from the candles.
    is_simulated INTEGER NOT NULL CHECK (is_simulated IN (0, 1)),
    -- The exact bytes that the hash was taken over.
    body         TEXT    NOT NULL,
    hash         BLOB    NOT NULL CHECK (length(hash) = 32),
    caught_up    INTEGER NOT NULL CHECK (caught_up IN (0, 1)),
    recorded_at  INTEGER NOT NULL,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- The journal of every account, and what follows from it.
--
-- `journal` is the truth: numbered, hash-chained, append-only. Every other table here is derived from it, is
-- written in the same transaction, and can be rebuilt from it (`wickflow audit verify` compares the two).
--
-- Account ids are 16 bytes, times UTC milliseconds, decimals text (their exact value), hashes 32 bytes.
-- Words are those of the JSON documents.

CREATE TABLE accounts (
    account_id BLOB    NOT NULL PRIMARY KEY CHECK (length(account_id) = 16),
    name       TEXT    NOT NULL,
    opened_at  INTEGER NOT NULL,
    -- The journal's last entry: an entry cut off at the end is missed by these two.
    last_seq   INTEGER NOT NULL CHECK (last_seq > 0),
    last_hash  BLOB    NOT NULL CHECK (length(last_hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    account_id BLOB    NOT NULL REFERENCES accounts,
    seq        INTEGER NOT NULL CHECK (seq > 0),
    time       INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    -- The exact bytes that the hash was taken over.
    body       TEXT    NOT NULL,
    prev_hash  BLOB    NOT NULL CHECK (length(prev_hash) = 32),
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (account_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    account_id      BLOB    NOT NULL REFERENCES accounts,
    order_id        INTEGER NOT NULL CHECK (order_id > 0),
    client_order_id TEXT,
    symbol          TEXT    NOT NULL,
    currency        TEXT    NOT NULL,
    side            TEXT    NOT NULL,
    order_type      TEXT    NOT NULL,
    quantity        TEXT    NOT NULL,
    filled_quantity TEXT    NOT NULL,
    filled_notional TEXT    NOT NULL,
    fees            TEXT    NOT NULL,
    limit_price     TEXT,
    stop_price      TEXT,
    time_in_force   TEXT    NOT NULL,
    reduce_only     INTEGER NOT NULL CHECK (reduce_only IN (0, 1)),
    stop_loss       TEXT,
    take_profit     TEXT,
    parent_id       INTEGER,
    status          TEXT    NOT NULL,
    triggered       INTEGER NOT NULL CHECK (triggered IN (0, 1)),
    cancel_reason   TEXT,
    accepted_at     INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    PRIMARY KEY (account_id, order_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE fills (
    account_id          BLOB    NOT NULL REFERENCES accounts,
    fill_id             INTEGER NOT NULL CHECK (fill_id > 0),
    order_id            INTEGER NOT NULL,
    symbol              TEXT    NOT NULL,
    side                TEXT    NOT NULL,
    quantity            TEXT    NOT NULL,
    cumulative_quantity TEXT    NOT NULL,
    price               TEXT    NOT NULL,
    fee                 TEXT    NOT NULL,
    currency            TEXT    NOT NULL,
    liquidity           TEXT    NOT NULL,
    time                INTEGER NOT NULL,
    -- JSON: the rule, the market event and the terms that made it.
    receipt             TEXT    NOT NULL,
    PRIMARY KEY (account_id, fill_id)
) STRICT, WITHOUT ROWID;

-- Open positions only: a flat position has no row.
CREATE TABLE positions (
    account_id   BLOB    NOT NULL REFERENCES accounts,
    symbol       TEXT    NOT NULL,
    currency     TEXT    NOT NULL,
    side         TEXT    NOT NULL,
    quantity     TEXT    NOT NULL,
    cost_basis   TEXT    NOT NULL,
    realized_pnl TEXT    NOT NULL,
    fees         TEXT    NOT NULL,
    opened_at    INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (account_id, symbol)
) STRICT, WITHOUT ROWID;

CREATE TABLE balances (
    account_id   BLOB NOT NULL REFERENCES accounts,
    currency     TEXT NOT NULL,
    cash         TEXT NOT NULL,
    deposits     TEXT NOT NULL,
    realized_pnl TEXT NOT NULL,
    fees         TEXT NOT NULL,
    PRIMARY KEY (account_id, currency)
) STRICT, WITHOUT ROWID;

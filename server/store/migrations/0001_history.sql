-- Instruments and candle history. Times are UTC milliseconds.
--
-- Closed candles live in chunks: immutable, compressed, named by the SHA-256 of their bytes. `candles` holds only
-- what a live feed has closed since the last chunk was sealed.

CREATE TABLE instruments (
    symbol   TEXT    NOT NULL PRIMARY KEY,
    -- The instrument as JSON: tick, lot, calendar, fees.
    document TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- The series of candles that there are; a derived one is made from the shortest and rebuilt with it.
CREATE TABLE series (
    symbol     TEXT    NOT NULL REFERENCES instruments,
    timeframe  TEXT    NOT NULL,
    is_derived INTEGER NOT NULL CHECK (is_derived IN (0, 1)),
    PRIMARY KEY (symbol, timeframe)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunks (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    symbol     TEXT    NOT NULL,
    timeframe  TEXT    NOT NULL,
    period     INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    last_time  INTEGER NOT NULL,
    row_count  INTEGER NOT NULL CHECK (row_count > 0),
    bytes      BLOB    NOT NULL,
    FOREIGN KEY (symbol, timeframe) REFERENCES series
) STRICT;

CREATE UNIQUE INDEX chunks_by_period ON chunks (symbol, timeframe, period);

CREATE TABLE candles (
    symbol    TEXT    NOT NULL,
    timeframe TEXT    NOT NULL,
    open_time INTEGER NOT NULL,
    open      REAL    NOT NULL,
    high      REAL    NOT NULL,
    low       REAL    NOT NULL,
    close     REAL    NOT NULL,
    volume    REAL    NOT NULL,
    turnover  REAL    NOT NULL,
    trades    INTEGER NOT NULL,
    PRIMARY KEY (symbol, timeframe, open_time),
    FOREIGN KEY (symbol, timeframe) REFERENCES series
) STRICT, WITHOUT ROWID;

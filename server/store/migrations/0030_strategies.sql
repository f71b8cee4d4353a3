-- The strategy library: what an account keeps of its strategies, and the versions of each.
--
-- Ids are 16 bytes, times UTC milliseconds, hashes SHA-256. Documents are kept as the text that was saved.

CREATE TABLE strategies (
    strategy_id        BLOB    NOT NULL PRIMARY KEY CHECK (length(strategy_id) = 16),
    owner              BLOB    NOT NULL REFERENCES accounts (account_id),
    -- The client's own name for the request that made it: asked again, the answer is this row.
    client_strategy_id TEXT,
    name               TEXT    NOT NULL,
    folder             TEXT    NOT NULL,
    -- A JSON list of words.
    tags               TEXT    NOT NULL,
    -- Name, folder and tags in lower case, to search in.
    search_text        TEXT    NOT NULL,
    thumbnail          TEXT,
    -- Number of the latest version.
    version            INTEGER NOT NULL CHECK (version > 0),
    -- Length of all its versions together.
    total_bytes        INTEGER NOT NULL CHECK (total_bytes >= 0),
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    deleted_at         INTEGER
) STRICT;

CREATE INDEX strategies_by_owner ON strategies (owner, updated_at);

CREATE UNIQUE INDEX strategies_by_client_id ON strategies (owner, client_strategy_id)
    WHERE client_strategy_id IS NOT NULL;

-- A table with row ids: a page of it holds the short columns of many versions, the documents lie elsewhere.
CREATE TABLE strategy_versions (
    strategy_id    BLOB    NOT NULL REFERENCES strategies ON DELETE CASCADE,
    version        INTEGER NOT NULL CHECK (version > 0),
    -- When the document was last saved, and when the first of the saves came that took each other's place.
    saved_at       INTEGER NOT NULL,
    begun_at       INTEGER NOT NULL,
    is_autosave    INTEGER NOT NULL CHECK (is_autosave IN (0, 1)),
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),
    document_bytes INTEGER NOT NULL CHECK (document_bytes >= 0),
    label          TEXT,
    note           TEXT,
    document       TEXT    NOT NULL,
    PRIMARY KEY (strategy_id, version)
) STRICT;

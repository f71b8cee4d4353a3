-- Accounts as documents, as their journals had them at some entry: a start folds only what came after. Derived
-- like the other tables; `wickflow audit verify` compares them too.

CREATE TABLE account_snapshots (
    account_id BLOB    NOT NULL PRIMARY KEY CHECK (length(account_id) = 16) REFERENCES accounts,
    seq        INTEGER NOT NULL CHECK (seq > 0),
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    -- JSON.
    body       TEXT    NOT NULL
) STRICT;

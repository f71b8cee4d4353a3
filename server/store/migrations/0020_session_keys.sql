-- Secrets that sign session cookies. The newest signs, all verify; retiring a row ends the sessions it signed.
CREATE TABLE session_keys (
    version    INTEGER NOT NULL PRIMARY KEY CHECK (version > 0),
    secret     BLOB    NOT NULL CHECK (length(secret) >= 64),
    created_at INTEGER NOT NULL
) STRICT;

//! The server from outside: a real one on a free port with a database and a market of its own for each test.
//!
//! The market says what the test tells it to, so nothing here waits for prices or depends on the time of day.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod bad_input;
mod description;
mod http;
mod isolation;
mod paper_runs;
mod replay;
mod resume;
mod session;
mod shutdown;
mod slow;
mod socket;
mod strategies;
mod stream;
mod support;
mod trading;

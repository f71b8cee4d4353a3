//! Paper runs on a market that does what it is told, with a database of its own for each test.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod bounds;
mod coming_back;
mod desk;
mod recorded;
mod refused;
mod trading;

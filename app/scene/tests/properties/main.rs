//! What holds for every scene: answers equal those of the plain computation, and pictures do not depend on how they
//! came about.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics has failed"
)]

mod build;
mod guides;
mod hits;
mod layout;
mod paint;
mod routes;

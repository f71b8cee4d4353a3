//! What the tests share: the server, its market, and clients with and without a session.

mod app;
mod client;
mod random;
mod socket;

pub(crate) use app::{TestApp, market_of};
pub(crate) use client::{Anonymous, Answer, SignedIn};
pub(crate) use random::Random;
pub(crate) use socket::{Closed, TestSocket};

//! One module per route, mostly composition. There is one so far.

pub mod trade;

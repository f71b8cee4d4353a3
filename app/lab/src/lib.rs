//! The lab: everything that the studio computes, as a machine that takes requests and gives replies.
//!
//! [`protocol`] has the types of both, and nothing else: the page depends on them without the engine
//! (`default-features = false`). The engine side is pure, so what the page shows is tested natively: it reads no clock
//! but the one that it is given, and does one bounded piece of work at a time, so that whoever drives it can look for
//! newer requests in between.
#![warn(missing_docs)]

pub mod protocol;

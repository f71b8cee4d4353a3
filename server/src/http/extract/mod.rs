//! Extractors whose every failure is an [`ApiError`] with a sentence.

mod client_ip;
mod json;
mod query;

pub use client_ip::{ClientIp, IsLocal};
pub use json::{JsonBody, parse_json};
pub use query::{PathParam, QueryParams};

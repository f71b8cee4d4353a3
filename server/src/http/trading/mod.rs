//! The account of the session: orders, fills, positions and the journal.

pub mod account;
mod error;
pub mod fills;
pub mod journal;
pub mod orders;
pub mod positions;

use super::Routes;

/// Routes about the session's own account. They need a session; what changes the account is rate limited.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/account", account::read)
        .get("/api/v1/orders", orders::list)
        .post("/api/v1/orders", orders::submit)
        .delete("/api/v1/orders", orders::cancel_all)
        .post("/api/v1/orders/preview", orders::preview)
        .get("/api/v1/orders/{order_id}", orders::read)
        .patch("/api/v1/orders/{order_id}", orders::replace)
        .delete("/api/v1/orders/{order_id}", orders::cancel)
        .get("/api/v1/fills", fills::list)
        .get("/api/v1/positions", positions::list)
        .post("/api/v1/positions/{symbol}/close", positions::close)
        .get("/api/v1/journal", journal::list)
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    account::read,
    orders::list,
    orders::submit,
    orders::cancel_all,
    orders::preview,
    orders::read,
    orders::replace,
    orders::cancel,
    fills::list,
    positions::list,
    positions::close,
    journal::list,
))]
pub struct Documented;

/// A page's length: what was asked for, or `default`, but at most `most` and at least one.
fn page(asked: Option<u32>, default: u32, most: u32) -> u32 {
    asked.unwrap_or(default).clamp(1, most)
}

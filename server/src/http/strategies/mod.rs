//! The strategy library of the session's account.

pub mod document;
mod error;
pub mod list;
pub mod one;
pub mod versions;

use axum::extract::DefaultBodyLimit;
use wickflow_strategy::document::MAX_BYTES;

use super::Routes;

/// Largest body of these routes: a document as a JSON string, most of whose quotes and line breaks are escaped.
pub(super) const MAX_BODY_BYTES: usize = 2 * MAX_BYTES + (64 << 10);

/// Routes about the library. They need a session; what changes the library is rate limited.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/strategies", list::list)
        .post("/api/v1/strategies", one::create)
        .get("/api/v1/strategies/{strategy_id}", one::read)
        .put("/api/v1/strategies/{strategy_id}", one::save)
        .patch("/api/v1/strategies/{strategy_id}", one::update)
        .delete("/api/v1/strategies/{strategy_id}", one::delete)
        .post("/api/v1/strategies/{strategy_id}/restore", one::restore)
        .post("/api/v1/strategies/{strategy_id}/duplicate", one::duplicate)
        .get("/api/v1/strategies/{strategy_id}/versions", versions::list)
        .get("/api/v1/strategies/{strategy_id}/versions/{version}", versions::read)
        .patch("/api/v1/strategies/{strategy_id}/versions/{version}", versions::label)
        .map(|router| router.layer(DefaultBodyLimit::max(MAX_BODY_BYTES)))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    list::list,
    one::create,
    one::read,
    one::save,
    one::update,
    one::delete,
    one::restore,
    one::duplicate,
    versions::list,
    versions::read,
    versions::label,
))]
pub struct Documented;

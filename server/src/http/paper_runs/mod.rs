//! Paper runs of the session's account: strategies that trade the live feed without an account.

mod error;
pub mod one;
pub mod start;
pub mod told;

use axum::extract::DefaultBodyLimit;

use super::Routes;
use super::strategies::MAX_BODY_BYTES;

/// Routes about paper runs. They need a session; what starts or ends one is rate limited.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/paper-runs", one::list)
        .post("/api/v1/paper-runs", start::start)
        .get("/api/v1/paper-runs/{run_id}", one::read)
        .delete("/api/v1/paper-runs/{run_id}", one::delete)
        .post("/api/v1/paper-runs/{run_id}/stop", one::stop)
        .get("/api/v1/paper-runs/{run_id}/events", told::events)
        .get("/api/v1/paper-runs/{run_id}/equity", told::equity)
        .get("/api/v1/paper-runs/{run_id}/reconcile", told::reconcile)
        .map(|router| router.layer(DefaultBodyLimit::max(MAX_BODY_BYTES)))
}

/// The description of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    one::list,
    start::start,
    one::read,
    one::delete,
    one::stop,
    told::events,
    told::equity,
    told::reconcile,
))]
pub struct Documented;

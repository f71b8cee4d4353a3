//! REST: routes, what stands around every request, and the handlers.

pub mod docs;
pub mod extract;
pub mod history;
pub mod market;
pub mod middleware;
pub mod paper_runs;
pub mod request_id;
pub mod router;
pub mod session;
pub mod strategies;
pub mod system;
pub mod trading;

mod listen;
mod routes;

pub use listen::serve;
pub use routes::Routes;

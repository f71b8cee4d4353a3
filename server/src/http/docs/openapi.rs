use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};
use wickflow_shared::protocol::{ClientMessage, ErrorBody, Refusal, ServerMessage};

use crate::http::{docs, history, market, paper_runs, session, strategies, system, trading};
use crate::{sse, ws};

/// The handlers of this crate with what they take and give.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Wickflow",
        description = "Decimals travel as strings, times as UTC milliseconds. Requests refuse unknown fields; \
            answers may gain some. Every answer that is no success is an ErrorBody with a stable code; \
            where there is more to say, the fields of Refusal stand beside that code. Most \
            addresses need the session that POST /api/v1/session begins.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        session::begin,
        market::server, market::tickers, market::feed, market::replay, market::command_replay,
        ws::open, sse::open,
        docs::document, docs::page, docs::file,
        system::health, system::metrics,
    ),
    // Messages of the socket and details of errors, which no path names.
    components(schemas(ClientMessage, ServerMessage, ErrorBody, Refusal)),
)]
struct Documented;

/// The API's description.
#[must_use]
pub fn document() -> OpenApi {
    let mut api = Documented::openapi();
    api.merge(history::Documented::openapi());
    api.merge(trading::Documented::openapi());
    api.merge(strategies::Documented::openapi());
    api.merge(paper_runs::Documented::openapi());
    // Last, so that it sees all of them.
    Errors.modify(&mut api);
    api
}

/// Every operation may also answer with an error.
struct Errors;

impl Modify for Errors {
    fn modify(&self, api: &mut OpenApi) {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
        let error = ResponseBuilder::new()
            .description("What went wrong")
            .content("application/json", content)
            .build();
        let operations = api.paths.paths.values_mut().flat_map(|item| {
            [&mut item.get, &mut item.post, &mut item.patch, &mut item.put, &mut item.delete]
        });
        for operation in operations.flatten() {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(error.clone()));
        }
    }
}

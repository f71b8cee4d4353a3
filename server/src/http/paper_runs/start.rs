//! Starting a paper run.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wickflow_forward::{ForwardHandle, Start};
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::ErrorCode;
use wickflow_shared::protocol::paper::{PaperRun, StartPaperRun};
use wickflow_shared::protocol::strategy::{StoredStrategy, StoredVersion, StrategyId, StrategyName};
use wickflow_store::strategies::StrategyStore;

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::JsonBody;

/// Starts a strategy on the live feed: a version of the library, of which the run keeps a copy, or the document sent
/// along. It warms up on closed candles and trades those that close from now on. 422 with `diagnostics` when the strategy
/// cannot run. Asking again with the same `client_run_id` answers with the first run.
#[utoipa::path(
    post, path = "/api/v1/paper-runs", tag = "paper runs", request_body = StartPaperRun,
    responses((status = 201, body = PaperRun)),
)]
pub async fn start(
    State(runs): State<ForwardHandle>,
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    JsonBody(request): JsonBody<StartPaperRun>,
) -> Result<(StatusCode, Json<PaperRun>), ApiError> {
    let StartPaperRun { name, strategy_id, version, document, .. } = request;
    let chosen = match (strategy_id, document) {
        (Some(id), None) => of_library(&library, owner, id, version).await?,
        (None, Some(document)) if version.is_none() => Chosen { name: None, strategy: None, document },
        _ => {
            let message = "name a strategy of the library by strategy_id, or send a document; not both";
            return Err(ApiError::bad_request(message).with_field("strategy_id"));
        }
    };
    let unnamed = || "Paper run".parse().map_err(ApiError::internal);
    let start = Start {
        owner,
        client_id: request.client_run_id,
        name: name.or(chosen.name).map_or_else(unnamed, Ok)?,
        strategy: chosen.strategy,
        document: chosen.document,
        symbol: request.symbol,
        timeframe: request.timeframe,
        config: request.config,
        warmup_bars: request.warmup_bars,
    };
    Ok((StatusCode::CREATED, Json(runs.start_run(start).await?)))
}

/// What is to run.
struct Chosen {
    name: Option<StrategyName>,
    strategy: Option<(StrategyId, u64)>,
    document: String,
}

async fn of_library(
    library: &StrategyStore,
    owner: AccountId,
    id: StrategyId,
    version: Option<u64>,
) -> Result<Chosen, ApiError> {
    let unknown = |error: ApiError| match error.code() {
        ErrorCode::NotFound => error.with_field("strategy_id"),
        _ => error,
    };
    let StoredStrategy { strategy, document } =
        library.get(owner, id).await.map_err(|error| unknown(error.into()))?;
    let (version, document) = match version {
        Some(version) if version != strategy.version => {
            let found = library.version(owner, id, version).await;
            let StoredVersion { document, .. } = found.map_err(|error| unknown(error.into()))?;
            (version, document)
        }
        _ => (strategy.version, document),
    };
    Ok(Chosen { name: Some(strategy.name), strategy: Some((id, version)), document })
}

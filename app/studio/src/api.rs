//! Calls to the server that the studio alone makes: the library of strategies, and runs on paper.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wickflow_app::api::{ApiError, send};
use wickflow_shared::protocol::paper::{
    PaperEquity, PaperEventPage, PaperReconciliation, PaperRun, PaperRunId, PaperRunList, StartPaperRun,
};
use wickflow_shared::protocol::strategy::{
    CreateStrategy, SaveStrategy, StoredStrategy, StoredVersion, StrategyId, StrategyList, StrategySummary,
    UpdateStrategy, VersionSummary,
};

async fn call<T: DeserializeOwned>(method: &str, path: &str, body: Option<String>) -> Result<T, ApiError> {
    let text = send(method, path, body).await?;
    serde_json::from_str(&text).map_err(|_| ApiError::unreadable(200))
}

fn json<T: Serialize>(body: &T) -> Option<String> {
    // Our own types serialize; an empty body would be answered with a 400.
    Some(serde_json::to_string(body).unwrap_or_default())
}

/// Strategies, those changed last first.
pub async fn strategies() -> Result<StrategyList, ApiError> {
    call("GET", "/strategies?limit=200", None).await
}

/// Keeps a new strategy.
pub async fn create_strategy(request: &CreateStrategy) -> Result<StrategySummary, ApiError> {
    call("POST", "/strategies", json(request)).await
}

/// A strategy with its latest document.
pub async fn strategy(id: StrategyId) -> Result<StoredStrategy, ApiError> {
    call("GET", &format!("/strategies/{id}"), None).await
}

/// Keeps a changed document; refused when somebody else has saved since.
pub async fn save_strategy(id: StrategyId, request: &SaveStrategy) -> Result<StrategySummary, ApiError> {
    call("PUT", &format!("/strategies/{id}"), json(request)).await
}

/// Changes name, folder or tags.
pub async fn update_strategy(id: StrategyId, request: &UpdateStrategy) -> Result<StrategySummary, ApiError> {
    call("PATCH", &format!("/strategies/{id}"), json(request)).await
}

/// Deletes a strategy; it can be restored.
pub async fn delete_strategy(id: StrategyId) -> Result<(), ApiError> {
    send("DELETE", &format!("/strategies/{id}"), None).await.map(drop)
}

/// Takes a deletion back.
pub async fn restore_strategy(id: StrategyId) -> Result<(), ApiError> {
    send("POST", &format!("/strategies/{id}/restore"), None).await.map(drop)
}

/// Copies a strategy.
pub async fn duplicate_strategy(id: StrategyId) -> Result<StrategySummary, ApiError> {
    call("POST", &format!("/strategies/{id}/duplicate"), Some("{}".to_owned())).await
}

/// Versions of a strategy, newest first.
pub async fn versions(id: StrategyId) -> Result<Vec<VersionSummary>, ApiError> {
    call("GET", &format!("/strategies/{id}/versions"), None).await
}

/// A version with its document.
pub async fn version(id: StrategyId, version: u64) -> Result<StoredVersion, ApiError> {
    call("GET", &format!("/strategies/{id}/versions/{version}"), None).await
}

/// Starts a run on paper.
pub async fn start_paper_run(request: &StartPaperRun) -> Result<PaperRun, ApiError> {
    call("POST", "/paper-runs", json(request)).await
}

/// Runs on paper, those started last first.
pub async fn paper_runs() -> Result<PaperRunList, ApiError> {
    call("GET", "/paper-runs", None).await
}

/// Ends a run.
pub async fn stop_paper_run(id: PaperRunId) -> Result<(), ApiError> {
    send("POST", &format!("/paper-runs/{id}/stop"), None).await.map(drop)
}

/// Deletes a run that has ended.
pub async fn delete_paper_run(id: PaperRunId) -> Result<(), ApiError> {
    send("DELETE", &format!("/paper-runs/{id}"), None).await.map(drop)
}

/// What happened in a run after an event.
pub async fn paper_events(id: PaperRunId, after: u64) -> Result<PaperEventPage, ApiError> {
    call("GET", &format!("/paper-runs/{id}/events?after={after}"), None).await
}

/// Equity of a run.
pub async fn paper_equity(id: PaperRunId) -> Result<PaperEquity, ApiError> {
    call("GET", &format!("/paper-runs/{id}/equity"), None).await
}

/// A run laid over a backtest of the same candles.
pub async fn reconcile_paper_run(id: PaperRunId) -> Result<PaperReconciliation, ApiError> {
    call("GET", &format!("/paper-runs/{id}/reconcile"), None).await
}

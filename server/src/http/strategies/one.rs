//! One strategy: keep, read, save, change, copy, delete.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wickflow_market::{TimeSource as _, WallTime};
use wickflow_shared::id::{AccountId, ClientOrderId};
use wickflow_shared::protocol::strategy::{
    CreateStrategy, DuplicateStrategy, SaveStrategy, StoredStrategy, StrategyId, StrategyName,
    StrategySummary, UpdateStrategy,
};
use wickflow_store::strategies::{HashedDocument, NewStrategy, Save, StrategyStore};

use super::document::{check_thumbnail, checked, checked_tags};
use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::{JsonBody, PathParam};

/// Keeps a strategy, broken or not. Asking again with the same `client_strategy_id` answers with the first one.
#[utoipa::path(
    post, path = "/api/v1/strategies", tag = "strategies", request_body = CreateStrategy,
    responses((status = 201, body = StrategySummary)),
)]
pub async fn create(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    JsonBody(request): JsonBody<CreateStrategy>,
) -> Result<(StatusCode, Json<StrategySummary>), ApiError> {
    let CreateStrategy { name, folder, tags, document, thumbnail, client_strategy_id } = request;
    check_thumbnail(thumbnail.as_ref())?;
    let new = NewStrategy {
        id: draw_id()?,
        owner,
        name,
        folder,
        tags: checked_tags(tags)?,
        document: checked(document).await?,
        thumbnail,
        client_id: client_strategy_id,
    };
    Ok((StatusCode::CREATED, Json(library.create(new, WallTime.now()).await?)))
}

/// A strategy with its latest document, also when it was deleted.
#[utoipa::path(
    get, path = "/api/v1/strategies/{strategy_id}", tag = "strategies", params(("strategy_id" = String, Path)),
    responses((status = 200, body = StoredStrategy)),
)]
pub async fn read(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<StrategyId>,
) -> Result<Json<StoredStrategy>, ApiError> {
    Ok(Json(library.get(owner, id).await?))
}

/// Saves a changed document as a new version. 409 with `conflict` = `stale_version` and `current_version` when another
/// tab has saved since `base_version`; nothing is overwritten. The same document again makes no new version.
#[utoipa::path(
    put, path = "/api/v1/strategies/{strategy_id}", tag = "strategies", params(("strategy_id" = String, Path)),
    request_body = SaveStrategy, responses((status = 200, body = StrategySummary)),
)]
pub async fn save(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<StrategyId>,
    JsonBody(request): JsonBody<SaveStrategy>,
) -> Result<Json<StrategySummary>, ApiError> {
    let SaveStrategy { base_version, document, checkpoint, label, note, thumbnail } = request;
    check_thumbnail(thumbnail.as_ref())?;
    let document = checked(document).await?;
    let save = Save { base_version, document, is_checkpoint: checkpoint, label, note, thumbnail };
    Ok(Json(library.save(owner, id, save, WallTime.now()).await?))
}

/// Renames, moves or tags a strategy, or changes its picture; what is left out stays.
#[utoipa::path(
    patch, path = "/api/v1/strategies/{strategy_id}", tag = "strategies", params(("strategy_id" = String, Path)),
    request_body = UpdateStrategy, responses((status = 200, body = StrategySummary)),
)]
pub async fn update(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<StrategyId>,
    JsonBody(mut change): JsonBody<UpdateStrategy>,
) -> Result<Json<StrategySummary>, ApiError> {
    check_thumbnail(change.thumbnail.as_ref())?;
    change.tags = change.tags.map(checked_tags).transpose()?;
    Ok(Json(library.update(owner, id, change, WallTime.now()).await?))
}

/// Deletes a strategy so that it can be restored. When room is needed, what was deleted longest ago goes for good.
#[utoipa::path(
    delete, path = "/api/v1/strategies/{strategy_id}", tag = "strategies", params(("strategy_id" = String, Path)),
    responses((status = 200, body = StrategySummary)),
)]
pub async fn delete(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<StrategyId>,
) -> Result<Json<StrategySummary>, ApiError> {
    Ok(Json(library.set_deleted(owner, id, true, WallTime.now()).await?))
}

/// Restores a deleted strategy.
#[utoipa::path(
    post, path = "/api/v1/strategies/{strategy_id}/restore", tag = "strategies",
    params(("strategy_id" = String, Path)), responses((status = 200, body = StrategySummary)),
)]
pub async fn restore(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<StrategyId>,
) -> Result<Json<StrategySummary>, ApiError> {
    Ok(Json(library.set_deleted(owner, id, false, WallTime.now()).await?))
}

/// Copies a strategy's latest version into a strategy of its own.
#[utoipa::path(
    post, path = "/api/v1/strategies/{strategy_id}/duplicate", tag = "strategies",
    params(("strategy_id" = String, Path)), request_body = DuplicateStrategy,
    responses((status = 201, body = StrategySummary)),
)]
pub async fn duplicate(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<StrategyId>,
    JsonBody(request): JsonBody<DuplicateStrategy>,
) -> Result<(StatusCode, Json<StrategySummary>), ApiError> {
    let original = library.get(owner, id).await?;
    let new = copy_of(original, owner, request.name, request.client_strategy_id)?;
    Ok((StatusCode::CREATED, Json(library.create(new, WallTime.now()).await?)))
}

fn copy_of(
    original: StoredStrategy,
    owner: AccountId,
    name: Option<StrategyName>,
    client_id: Option<ClientOrderId>,
) -> Result<NewStrategy, ApiError> {
    let StoredStrategy { strategy, document } = original;
    let name = match name {
        Some(name) => name,
        None => {
            const SUFFIX: &str = " (copy)";
            let room = StrategyName::MAX_CHARS.saturating_sub(SUFFIX.len());
            let start: String = strategy.name.as_str().chars().take(room).collect();
            format!("{start}{SUFFIX}").parse().map_err(ApiError::internal)?
        }
    };
    Ok(NewStrategy {
        id: draw_id()?,
        owner,
        name,
        folder: strategy.folder,
        tags: strategy.tags,
        document: HashedDocument::new(document),
        thumbnail: strategy.thumbnail,
        client_id,
    })
}

fn draw_id() -> Result<StrategyId, ApiError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(StrategyId(u128::from_be_bytes(bytes)))
}

use wickflow_shared::protocol::{ConflictReason, ErrorCode, Refusal};
use wickflow_store::strategies::StrategyStoreError;

use crate::error::ApiError;

impl From<StrategyStoreError> for ApiError {
    fn from(error: StrategyStoreError) -> Self {
        let message = error.to_string();
        let conflict = |reason, current_version| {
            let refusal = Refusal { conflict: Some(reason), current_version, ..Refusal::default() };
            Self::conflict(message.clone()).with_refusal(refusal)
        };
        match error {
            StrategyStoreError::Unknown(_) | StrategyStoreError::UnknownVersion { .. } => {
                Self::new(ErrorCode::NotFound, message)
            }
            // The cookie is genuine, but the database is another one: a new session begins.
            StrategyStoreError::UnknownOwner(_) => Self::unauthenticated(),
            StrategyStoreError::Stale { current, .. } => {
                conflict(ConflictReason::StaleVersion, Some(current)).with_field("base_version")
            }
            StrategyStoreError::Deleted => conflict(ConflictReason::Deleted, None),
            StrategyStoreError::Full(_) => conflict(ConflictReason::LimitReached, None),
            StrategyStoreError::Storage(_) | StrategyStoreError::Unreadable(_) => Self::internal(error),
        }
    }
}

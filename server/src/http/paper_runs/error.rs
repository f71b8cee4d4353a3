use wickflow_forward::ForwardError;
use wickflow_shared::protocol::{ConflictReason, ErrorCode, Refusal};
use wickflow_store::paper_runs::PaperStoreError;

use crate::error::ApiError;

impl From<ForwardError> for ApiError {
    fn from(error: ForwardError) -> Self {
        let message = error.to_string();
        match error {
            ForwardError::Document(_) => Self::bad_request(message).with_field("document"),
            ForwardError::Strategy(diagnostics) => Self::new(ErrorCode::Rejected, message)
                .with_refusal(Refusal { diagnostics, ..Refusal::default() }),
            ForwardError::Config(_) => Self::bad_request(message).with_field("config"),
            ForwardError::UnknownSymbol(_) => {
                Self::new(ErrorCode::UnknownSymbol, message).with_field("symbol")
            }
            ForwardError::MissingSeries { .. } => Self::new(ErrorCode::Rejected, message),
            ForwardError::Timeframe(_) => Self::bad_request(message).with_field("timeframe"),
            ForwardError::TooMany(_) => conflict(ConflictReason::LimitReached, message),
            ForwardError::Store(error) => error.into(),
            ForwardError::Source(error) => error.into(),
            ForwardError::Internal(_) => Self::internal(error),
            ForwardError::ShutDown => {
                Self::unavailable("the server is shutting down; try again in a moment", error)
            }
        }
    }
}

impl From<PaperStoreError> for ApiError {
    fn from(error: PaperStoreError) -> Self {
        let message = error.to_string();
        match error {
            PaperStoreError::Unknown(_) => Self::new(ErrorCode::NotFound, message),
            // The cookie is genuine, but the database is another one: a new session begins.
            PaperStoreError::UnknownOwner(_) => Self::unauthenticated(),
            PaperStoreError::Full(_) => conflict(ConflictReason::LimitReached, message),
            PaperStoreError::Running => conflict(ConflictReason::Running, message),
            PaperStoreError::NotNext { .. }
            | PaperStoreError::Storage(_)
            | PaperStoreError::Unreadable(_) => Self::internal(error),
        }
    }
}

fn conflict(reason: ConflictReason, message: String) -> ApiError {
    let refusal = Refusal { conflict: Some(reason), ..Refusal::default() };
    ApiError::conflict(message).with_refusal(refusal)
}

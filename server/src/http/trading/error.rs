use wickflow_shared::account::RejectCode;
use wickflow_shared::protocol::ErrorCode;
use wickflow_trading::TradingError;

use crate::error::ApiError;

impl From<TradingError> for ApiError {
    fn from(error: TradingError) -> Self {
        let message = error.to_string();
        match error {
            TradingError::Rejected(reject) => match reject.code {
                RejectCode::UnknownOrder => Self::new(ErrorCode::UnknownOrder, reject.message),
                RejectCode::UnknownSymbol => {
                    Self::new(ErrorCode::UnknownSymbol, reject.message).with_field("symbol")
                }
                _ => Self::rejected(reject),
            },
            // The cookie is genuine, but the database is another one: a new session begins.
            TradingError::UnknownAccount(_) => Self::unauthenticated(),
            TradingError::TooManyAccounts(_) => {
                Self::unavailable("this server has no room for more accounts", error)
            }
            TradingError::Overloaded => {
                Self::unavailable("too much is going on; try again in a moment", error)
            }
            TradingError::ShutDown => {
                Self::unavailable("the server is shutting down; try again in a moment", error)
            }
            TradingError::Damaged { .. } => Self::internal(error),
            error if error.is_retryable() => Self::unavailable(
                "the order books are being brought up to date; try again with the same client_order_id",
                error,
            ),
            _ => Self::internal(message),
        }
    }
}

use serde::{Deserialize, Serialize};

use crate::num::NumberError;
use crate::order::RequestError;

/// Why a command was refused: a stable code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[error("{message}")]
#[serde(deny_unknown_fields)]
pub struct Reject {
    /// What kind of reason.
    pub code: RejectCode,
    /// The field of the request that is wrong, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What was wrong, the value seen, what would be accepted.
    pub message: String,
}

/// Stable codes of refusal. A code is never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RejectCode {
    /// A field of the request is wrong in itself: tick, lot, a price missing, a bracket on the wrong side.
    InvalidOrder,
    /// Price × quantity is below what the instrument allows.
    BelowMinNotional,
    /// There is no such account here.
    UnknownAccount,
    /// There is no such instrument here.
    UnknownSymbol,
    /// There is no such order in this account.
    UnknownOrder,
    /// The order has ended.
    OrderEnded,
    /// The account cannot pay for it (rule K3).
    InsufficientBuyingPower,
    /// There is no position to reduce or close.
    NoPosition,
    /// The market has not shown a price yet.
    NoMarketPrice,
    /// The price is too far from the market to be meant.
    PriceOutOfRange,
    /// The account has as many open orders as it may have.
    TooManyOrders,
    /// The client order id was used before for a different order.
    DuplicateClientOrderId,
    /// An amount is out of range.
    InvalidAmount,
    /// The account is being liquidated.
    Liquidating,
}

impl Reject {
    /// A refusal that concerns one field of the request.
    #[must_use]
    pub fn field(code: RejectCode, field: &str, message: impl Into<String>) -> Self {
        Self { code, field: Some(field.to_owned()), message: message.into() }
    }

    /// A refusal that concerns no single field.
    #[must_use]
    pub fn new(code: RejectCode, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into() }
    }
}

impl From<RequestError> for Reject {
    fn from(error: RequestError) -> Self {
        Self { code: RejectCode::InvalidOrder, field: Some(error.field.to_owned()), message: error.message }
    }
}

impl From<NumberError> for Reject {
    fn from(error: NumberError) -> Self {
        Self::new(RejectCode::InvalidAmount, error.to_string())
    }
}

//! Accounts and their journal.

use wickflow_shared::account::{AccountEvent, AccountSnapshot, ClientOrder, RejectCode};
use wickflow_shared::digest::Digest;
use wickflow_shared::id::AccountId;
use wickflow_shared::journal::JournalEntry;
use wickflow_shared::portfolio::{Balance, Position, PositionSide};

use super::{Json, Read, member, read_struct, read_text, read_words, word};

read_text!(AccountId, Digest);
read_words!(PositionSide { "long" => Long, "short" => Short });
read_words!(RejectCode {
    "invalid_order" => InvalidOrder,
    "below_min_notional" => BelowMinNotional,
    "unknown_account" => UnknownAccount,
    "unknown_symbol" => UnknownSymbol,
    "unknown_order" => UnknownOrder,
    "order_ended" => OrderEnded,
    "insufficient_buying_power" => InsufficientBuyingPower,
    "no_position" => NoPosition,
    "no_market_price" => NoMarketPrice,
    "price_out_of_range" => PriceOutOfRange,
    "too_many_orders" => TooManyOrders,
    "duplicate_client_order_id" => DuplicateClientOrderId,
    "invalid_amount" => InvalidAmount,
    "liquidating" => Liquidating,
});
read_struct!(Balance { currency, cash, deposits, realized_pnl, fees });
read_struct!(Position {
    symbol,
    currency,
    side,
    quantity,
    cost_basis,
    realized_pnl,
    fees,
    opened_at,
    updated_at
});
read_struct!(ClientOrder { client_order_id, order_id, request });
read_struct!(AccountSnapshot {
    id,
    name,
    opened_at,
    seq,
    head,
    balances,
    positions,
    open_orders,
    closed_orders,
    fills,
    next_order_id,
    next_fill_id,
    liquidating,
    client_orders,
});
read_struct!(JournalEntry { account_id, seq, time, event, prev_hash, hash });

impl Read for AccountEvent {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        /// Reads one variant by the names of its fields.
        macro_rules! variant {
            ($variant:ident { $($field:ident),* }) => {
                Some(Self::$variant { $($field: Read::read(member(object, stringify!($field)))?),* })
            };
        }
        match word(object, "type") {
            "account_opened" => variant!(AccountOpened { name }),
            "deposited" => variant!(Deposited { currency, amount }),
            "order_accepted" => variant!(OrderAccepted { order }),
            "order_replaced" => variant!(OrderReplaced { order_id, quantity, limit_price, stop_price }),
            "order_triggered" => variant!(OrderTriggered { order_id, tick }),
            "order_filled" => variant!(OrderFilled { fill }),
            "order_canceled" => variant!(OrderCanceled { order_id, reason }),
            "order_expired" => variant!(OrderExpired { order_id }),
            "liquidation_started" => variant!(LiquidationStarted { currency, equity }),
            _ => None,
        }
    }
}

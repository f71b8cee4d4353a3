//! Orders and fills.

use wickflow_shared::id::{ClientOrderId, FillId, OrderId};
use wickflow_shared::order::{
    Bracket, CancelReason, Fill, LiquiditySide, Order, OrderSide, OrderStatus, OrderType, Receipt, Rule,
    TimeInForce,
};

use super::{Json, Read, member, read_struct, read_words};

read_words!(OrderSide { "buy" => Buy, "sell" => Sell });
read_words!(OrderType {
    "market" => Market,
    "limit" => Limit,
    "stop_market" => StopMarket,
    "stop_limit" => StopLimit,
    "take_profit" => TakeProfit,
});
read_words!(TimeInForce { "gtc" => Gtc, "day" => Day, "ioc" => Ioc, "fok" => Fok });
read_words!(OrderStatus {
    "new" => New,
    "partially_filled" => PartiallyFilled,
    "filled" => Filled,
    "canceled" => Canceled,
    "expired" => Expired,
});
read_words!(CancelReason {
    "requested" => Requested,
    "other_leg_filled" => OtherLegFilled,
    "position_closed" => PositionClosed,
    "immediate_or_cancel" => ImmediateOrCancel,
    "fill_or_kill" => FillOrKill,
    "insufficient_buying_power" => InsufficientBuyingPower,
    "liquidation" => Liquidation,
    "replay_seek" => ReplaySeek,
});
read_words!(LiquiditySide { "maker" => Maker, "taker" => Taker });
read_words!(Rule {
    "M1-quote" => MarketAtQuote,
    "M1-last" => MarketAtLast,
    "M5" => BeyondVisibleSize,
    "L-1" => LimitTradedThrough,
    "L-2" => LimitGap,
    "L-6" => MarketableLimit,
    "S1-touch" => StopTouched,
    "S1-gap" => StopGap,
});
read_struct!(Bracket { stop_loss, take_profit });
read_struct!(Order {
    id,
    client_order_id,
    symbol,
    currency,
    side,
    order_type,
    quantity,
    filled_quantity,
    filled_notional,
    fees,
    limit_price,
    stop_price,
    time_in_force,
    reduce_only,
    bracket,
    parent_id,
    status,
    triggered,
    cancel_reason,
    accepted_at,
    updated_at,
    expires_at,
});
read_struct!(Receipt { rule, tick, reference_price, slippage, available, fee_terms });
read_struct!(Fill {
    id,
    order_id,
    symbol,
    side,
    quantity,
    cumulative_quantity,
    price,
    fee,
    currency,
    liquidity,
    time,
    receipt,
});

impl Read for OrderId {
    fn read(json: &Json) -> Option<Self> {
        json.as_u64().map(Self)
    }
}

impl Read for FillId {
    fn read(json: &Json) -> Option<Self> {
        json.as_u64().map(Self)
    }
}

impl Read for ClientOrderId {
    fn read(json: &Json) -> Option<Self> {
        json.as_str()?.to_owned().try_into().ok()
    }
}

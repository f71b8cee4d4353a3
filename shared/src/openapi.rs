//! What the API's description says of types that travel as text or plain numbers. Feature `openapi`: the
//! page does without.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::digest::Digest;
use crate::id::{AccountId, ClientOrderId, FillId, OrderId};
use crate::market::{Currency, Symbol};
use crate::num::{Bps, Money, Price, Quantity};
use crate::time::{Timeframe, Timestamp};

/// Implements [`ToSchema`]: type, JSON type, example, description.
macro_rules! schemas {
    ($($name:ident: $kind:ident, $example:expr, $says:literal;)+) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(SchemaType::Type(Type::$kind))
                    .description(Some($says))
                    .examples([serde_json::Value::from($example)])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

schemas! {
    AccountId: String, "00000000000000000000000000000001", "An account: 32 hexadecimal digits.";
    Bps: Integer, 10, "Hundredths of a percent.";
    ClientOrderId: String, "my-order-1", "The client's own name for an order: 1 to 64 visible ASCII characters.";
    Currency: String, "USD", "A currency or coin: 1 to 8 capitals or digits.";
    Digest: String, "0000000000000000000000000000000000000000000000000000000000000000", "SHA-256 as 64 hexadecimal digits.";
    FillId: Integer, 1, "A fill, numbered from 1 within its account.";
    Money: String, "-12.5", "An amount of a currency as decimal digits, at most 8 decimals.";
    OrderId: Integer, 1, "An order, numbered from 1 within its account.";
    Price: String, "100", "A price as decimal digits: above 0, at most 10000000000 and 8 decimals.";
    Quantity: String, "0.5", "A quantity as decimal digits: at most 10000000000 and 8 decimals.";
    Symbol: String, "SIM:BTCUSD", "An instrument: its venue, a colon, its name.";
    Timeframe: String, "1m", "The span of a candle.";
    Timestamp: Integer, 1_800_000_000_000_i64, "UTC milliseconds since 1970-01-01.";
}

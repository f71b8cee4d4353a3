use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::error::ApiError;
use crate::state::AppState;

/// The address that limits are counted by: the peer's, or what a trusted proxy says.
///
/// An IPv6 address stands for its /64, which is what one subscriber gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientIp(pub IpAddr);

impl<S> FromRequestParts<S> for ClientIp
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let ConnectInfo(peer) = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .ok_or_else(|| ApiError::internal("the connection has no peer address"))?;
        let trust = AppState::from_ref(state).config.trust_forwarded_for;
        Ok(Self::new(peer.ip(), trust.then_some(&parts.headers)))
    }
}

impl ClientIp {
    fn new(peer: IpAddr, trusted: Option<&HeaderMap>) -> Self {
        // The last entry is the one that our own proxy wrote; what stands before it can be forged.
        let forwarded = trusted
            .and_then(|headers| headers.get_all("x-forwarded-for").iter().next_back())
            .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        Self(match forwarded.unwrap_or(peer) {
            IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(
                || IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
                IpAddr::V4,
            ),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let headers = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", text.parse().unwrap());
            headers
        };
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let forged = headers("1.1.1.1, 2.2.2.2");
        for (got, want) in [
            (ClientIp::new(peer, None), "10.0.0.1"),
            (ClientIp::new(peer, Some(&forged)), "2.2.2.2"),
            (ClientIp::new(peer, Some(&headers("nonsense"))), "10.0.0.1"),
            (ClientIp::new("::ffff:10.0.0.2".parse().unwrap(), None), "10.0.0.2"),
            (ClientIp::new("2001:db8:1:2:3:4:5:6".parse().unwrap(), None), "2001:db8:1:2::"),
        ] {
            assert_eq!(got.0.to_string(), want);
        }
    }
}

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
        let trust = AppState::from_ref(state).config.trust_forwarded_for;
        Ok(Self::new(peer(parts)?, trust.then_some(&parts.headers)))
    }
}

/// Whether the client is on this machine: what a program beside the server may ask and a visitor may not.
///
/// A request that a proxy passed on comes from this machine only if the proxy is trusted and says so: a proxy beside
/// the server would otherwise make neighbors of the whole world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsLocal(pub bool);

impl<S> FromRequestParts<S> for IsLocal
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let trust = AppState::from_ref(state).config.trust_forwarded_for;
        Ok(Self::new(peer(parts)?, &parts.headers, trust))
    }
}

impl IsLocal {
    fn new(peer: IpAddr, headers: &HeaderMap, trust: bool) -> Self {
        let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
        let vouched_for = if trust { forwarded(headers) } else { None };
        let is_local = |ip: IpAddr| ip.to_canonical().is_loopback();
        Self(is_local(peer) && vouched_for.map_or(!is_forwarded, is_local))
    }
}

impl ClientIp {
    fn new(peer: IpAddr, trusted: Option<&HeaderMap>) -> Self {
        Self(match trusted.and_then(forwarded).unwrap_or(peer).to_canonical() {
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// Headers by which a proxy says that it passes a request on.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

fn peer(parts: &Parts) -> Result<IpAddr, ApiError> {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map(|peer| peer.0.ip()).ok_or_else(|| ApiError::internal("the connection has no peer address"))
}

/// For whom the last proxy passed the request on: the last entry is the one that our own wrote; what stands before
/// it can be forged.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let value = headers.get_all("x-forwarded-for").iter().next_back()?;
    value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
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

    #[test]
    fn who_is_on_this_machine() {
        for (peer, header, trust, want) in [
            ("127.0.0.1", None, false, true),
            ("127.8.9.1", None, true, true),
            ("::1", None, false, true),
            ("::ffff:127.0.0.1", None, false, true),
            ("10.0.0.1", None, false, false),
            ("2001:db8::1", None, false, false),
            // Through a proxy on this machine.
            ("127.0.0.1", Some(("x-forwarded-for", "9.9.9.9")), false, false),
            ("127.0.0.1", Some(("x-forwarded-for", "9.9.9.9")), true, false),
            ("127.0.0.1", Some(("x-forwarded-for", "127.0.0.1")), false, false),
            ("127.0.0.1", Some(("x-forwarded-for", "127.0.0.1")), true, true),
            ("127.0.0.1", Some(("forwarded", "for=9.9.9.9")), true, false),
            ("127.0.0.1", Some(("via", "1.1 proxy")), false, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some((name, value)) = header {
                headers.insert(name, value.parse().unwrap());
            }
            let local = IsLocal::new(peer.parse().unwrap(), &headers, trust);
            assert_eq!(local.0, want, "{peer} {header:?} {trust}");
        }
    }
}

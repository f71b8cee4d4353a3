use std::fmt;

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, CookieJar, Key, SameSite};
use wickflow_shared::id::AccountId;
use wickflow_shared::time::Timestamp;

/// The session's cookie.
const NAME: &str = "wickflow_session";

/// How long a session lasts.
const LIFETIME_MS: i64 = 365 * 24 * 3600 * 1000;

/// A session older than this gets a new cookie when the page comes back, so that visitors who keep coming
/// are never forgotten.
const RENEW_AFTER_MS: i64 = 30 * 24 * 3600 * 1000;

/// Bytes of a secret key, at least.
pub const KEY_BYTES: usize = 64;

/// The keys that sign sessions: the newest signs, all verify.
///
/// A session is a cookie `VERSION.ACCOUNT.ISSUED`, signed with HMAC-SHA256. The version is that of the key, so
/// that a key can be retired: sessions of versions that are not here are no sessions.
#[derive(Clone)]
pub struct SessionKeys {
    keys: Vec<(u32, Key)>,
}

/// What a valid cookie says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub account: AccountId,
    /// When its cookie was made.
    pub issued: Timestamp,
}

impl Session {
    /// Whether its cookie should be made anew.
    #[must_use]
    pub fn is_old(self, now: Timestamp) -> bool {
        now.0.saturating_sub(self.issued.0) > RENEW_AFTER_MS
    }
}

impl SessionKeys {
    /// Keys with their versions, the newest first; `None` without any, or with one that is too short.
    #[must_use]
    pub fn new(secrets: &[(u32, Vec<u8>)]) -> Option<Self> {
        let keys = secrets
            .iter()
            .map(|(version, secret)| (secret.len() >= KEY_BYTES).then(|| (*version, Key::from(secret))))
            .collect::<Option<Vec<_>>>()?;
        (!keys.is_empty()).then_some(Self { keys })
    }

    /// A secret drawn from the operating system; `None` when it has no randomness to give.
    #[must_use]
    pub fn draw_secret() -> Option<Vec<u8>> {
        Key::try_generate().map(|key| key.master().to_vec())
    }

    /// The `Set-Cookie` of a session that begins now.
    #[must_use]
    pub fn issue(&self, account: AccountId, now: Timestamp, over_tls: bool) -> Option<HeaderValue> {
        let (version, key) = self.keys.first()?;
        let plain = Cookie::build((NAME, format!("{version}.{account}.{}", now.0)))
            .path("/")
            .http_only(true)
            .secure(over_tls)
            .same_site(SameSite::Lax)
            .max_age(Duration::milliseconds(LIFETIME_MS));
        let mut jar = CookieJar::new();
        jar.signed_mut(key).add(plain);
        HeaderValue::from_str(&jar.get(NAME)?.to_string()).ok()
    }

    /// The session of a request, if it has a valid one.
    #[must_use]
    pub fn session(&self, headers: &HeaderMap, now: Timestamp) -> Option<Session> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name() == NAME)
            .find_map(|cookie| self.verify(&cookie, now))
    }

    fn verify(&self, cookie: &Cookie<'_>, now: Timestamp) -> Option<Session> {
        self.keys.iter().find_map(|(version, key)| {
            let plain = CookieJar::new().signed(key).verify(cookie.clone().into_owned())?;
            let mut parts = plain.value().split('.');
            let of_key = parts.next()?.parse() == Ok(*version);
            let account = parts.next()?.parse().ok()?;
            let issued = Timestamp(parts.next()?.parse().ok()?);
            let fresh = now.0.saturating_sub(issued.0) <= LIFETIME_MS;
            (of_key && fresh && parts.next().is_none()).then_some(Session { account, issued })
        })
    }
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions: Vec<u32> = self.keys.iter().map(|(version, _)| *version).collect();
        f.debug_struct("SessionKeys").field("versions", &versions).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const ACCOUNT: AccountId = AccountId(42);

    fn keys(secrets: &[(u32, u8)]) -> SessionKeys {
        let secrets: Vec<_> =
            secrets.iter().map(|(version, byte)| (*version, vec![*byte; KEY_BYTES])).collect();
        SessionKeys::new(&secrets).expect("long enough")
    }

    /// The `Cookie` header that a browser makes of a `Set-Cookie`.
    fn sent_back(set_cookie: &HeaderValue) -> HeaderMap {
        let text = set_cookie.to_str().unwrap();
        cookie_header(text.split(';').next().unwrap())
    }

    fn cookie_header(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(text).unwrap())])
    }

    #[test]
    fn a_session_comes_back() {
        let keys = keys(&[(1, 7)]);
        let set = keys.issue(ACCOUNT, NOW, false).unwrap();
        let text = set.to_str().unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
            assert!(text.contains(attribute), "{attribute} in {text}");
        }
        assert!(!text.contains("Secure"));
        assert!(keys.issue(ACCOUNT, NOW, true).unwrap().to_str().unwrap().contains("Secure"));
        assert_eq!(keys.session(&sent_back(&set), NOW), Some(Session { account: ACCOUNT, issued: NOW }));

        let crowded = format!("other=1; {}; more=2", text.split(';').next().unwrap());
        assert!(keys.session(&cookie_header(&crowded), NOW).is_some());
    }

    #[test]
    fn forged_and_stale_sessions_are_none() {
        let ours = keys(&[(1, 7)]);
        let set = ours.issue(ACCOUNT, NOW, false).unwrap();
        let year_later = NOW.plus_ms(LIFETIME_MS + 1);
        assert_eq!(ours.session(&sent_back(&set), year_later), None, "stale");
        assert_eq!(keys(&[(1, 8)]).session(&sent_back(&set), NOW), None, "another key");
        assert_eq!(keys(&[(2, 7)]).session(&sent_back(&set), NOW), None, "a version that is retired");

        let other = AccountId(43).to_string();
        let forged = set.to_str().unwrap().replace(&ACCOUNT.to_string(), &other);
        assert_eq!(ours.session(&cookie_header(forged.split(';').next().unwrap()), NOW), None, "changed");
        let plain = format!("{NAME}=1.{ACCOUNT}.{}", NOW.0);
        for text in [&plain, "wickflow_session=", "wickflow_session=\u{1}", "", "wickflow_session=%00"] {
            let headers =
                HeaderValue::from_str(text).map(|value| HeaderMap::from_iter([(header::COOKIE, value)]));
            let session = headers.ok().and_then(|headers| ours.session(&headers, NOW));
            assert_eq!(session, None, "{text:?}");
        }
    }

    #[test]
    fn an_older_key_still_verifies_and_the_newest_signs() {
        let before = keys(&[(1, 7)]).issue(ACCOUNT, NOW, false).unwrap();
        let rotated = keys(&[(2, 8), (1, 7)]);
        assert!(rotated.session(&sent_back(&before), NOW).is_some());
        let after = rotated.issue(ACCOUNT, NOW, false).unwrap();
        assert!(keys(&[(2, 8)]).session(&sent_back(&after), NOW).is_some());
        assert!(SessionKeys::new(&[(1, vec![0; KEY_BYTES - 1])]).is_none());
    }
}

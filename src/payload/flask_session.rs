//! Web sessions: Flask's signed cookie read without its key, and session dicts that applications print.
//!
//! Flask's cookie is itsdangerous' `payload.timestamp.signature` in unpadded base64url (itsdangerous 2.2.0); a leading `.` says that the payload
//! is compressed with zlib. Flask drops a cookie that is too old or wrongly signed without a word (Flask 3.1.3), so what the cookie held and
//! when it was signed is all that can tell the two apart.

use std::io::Read as _;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::read::ZlibDecoder;

use super::literal::{self, Value};
use crate::event::SessionContents;

/// Longest session that is unpacked, in bytes. Browsers keep no cookie above 4 KiB; zlib could blow one up a thousandfold.
pub(super) const MAX_UNPACKED: u64 = 64 * 1024;

/// itsdangerous before 1.0 counted its seconds from 2011.
const OLD_EPOCH: i64 = 1_293_840_000;

/// What a session cookie that holds its session says of itself. Nothing of it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedSession {
    /// What it holds.
    pub contents: SessionContents,
    /// When it was signed, in seconds since 1970; `None` when that part cannot be read.
    pub stamped: Option<i64>,
}

/// When a Flask session cookie was signed. Whether it can be read at all is not asked: unpacking one takes a hundred times as long.
pub fn stamped(cookie: &str) -> Option<i64> {
    let (_, rest) = cookie.strip_prefix('.').unwrap_or(cookie).split_once('.')?;
    timestamp(rest.split_once('.')?.0)
}

/// Reads the value of a Flask session cookie; `None` when it is no such cookie (server-side sessions have an opaque id there).
pub fn read(cookie: &str) -> Option<SignedSession> {
    let (json, stamped) = unsealed(cookie)?;
    let value = object(&json)?;
    Some(SignedSession { contents: contents(&value), stamped })
}

/// The names of what a Flask session holds; of a name that says who is logged in, also the value, when it is a plain id.
pub fn names(cookie: &str) -> Vec<(String, Option<String>)> {
    unsealed(cookie).map(|(json, _)| names_in(&json)).unwrap_or_default()
}

/// The same of a session's JSON.
pub(super) fn names_in(json: &[u8]) -> Vec<(String, Option<String>)> {
    let plain = |key: &str, value: &Value<'_>| {
        let text = match value {
            Value::Text(text) => text.to_string(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let is_plain = text.len() <= 36
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        (is_plain && names_a_user(key, value)).then_some(text)
    };
    let value = object(json);
    let entries = value.as_ref().map(Value::entries).unwrap_or_default();
    entries.into_iter().map(|(key, value)| (key.to_owned(), plain(key, value))).collect()
}

/// The JSON of a Flask session cookie, and when it was signed.
fn unsealed(cookie: &str) -> Option<(Vec<u8>, Option<i64>)> {
    let (packed, body) = match cookie.strip_prefix('.') {
        Some(body) => (true, body),
        None => (false, cookie),
    };
    let mut parts = body.splitn(4, '.');
    let (payload, stamp, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || signature.is_empty() || payload.len() as u64 > MAX_UNPACKED {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let json = if packed { unpack(&bytes)? } else { bytes };
    Some((json, timestamp(stamp)))
}

pub(super) fn object(json: &[u8]) -> Option<Value<'_>> {
    let (value, _) = literal::value(std::str::from_utf8(json).ok()?)?;
    matches!(value, Value::Map(_)).then_some(value)
}

fn timestamp(part: &str) -> Option<i64> {
    if part.len() > 11 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    if bytes.is_empty() || bytes.len() > 7 {
        return None;
    }
    let seconds = bytes.iter().fold(0i64, |n, b| n << 8 | i64::from(*b));
    Some(if seconds < OLD_EPOCH { seconds + OLD_EPOCH } else { seconds })
}

pub(super) fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    // A payload that is longer than the bound fails as JSON that was cut would: it says nothing.
    ZlibDecoder::new(bytes).take(MAX_UNPACKED + 1).read_to_end(&mut out).ok()?;
    (out.len() as u64 <= MAX_UNPACKED).then_some(out)
}

/// Keys under which sessions keep who is logged in: Flask-Login's `_user_id`, Django's `_auth_user_id`, Passport's `passport.user`, and what
/// applications call it by hand. Compared without case and underscores.
const USER_KEYS: [&str; 12] = [
    "userid",
    "user",
    "uid",
    "authuserid",
    "username",
    "login",
    "loggedinuser",
    "currentuser",
    "accountid",
    "memberid",
    "identity",
    "useremail",
];

/// What a session that the log shows holds.
pub fn contents(value: &Value<'_>) -> SessionContents {
    if let Value::Opaque(text) = value {
        // `<SecureCookieSession {'theme': 'dark'}>`
        let inner = text.find('{').and_then(|at| literal::value(text.get(at..)?));
        return match inner {
            Some((inner @ Value::Map(_), _)) => contents(&inner),
            _ => SessionContents::Anonymous,
        };
    }
    if value.is_empty() {
        return SessionContents::Empty;
    }
    let entries = value.entries();
    if entries.iter().any(|(key, value)| names_a_user(key, value)) {
        SessionContents::User
    } else {
        SessionContents::Anonymous
    }
}

fn names_a_user(key: &str, value: &Value<'_>) -> bool {
    let key: String = key.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect();
    if key == "passport" {
        return value.get("user").is_some_and(is_someone);
    }
    USER_KEYS.contains(&key.as_str()) && is_someone(value)
}

fn is_someone(value: &Value<'_>) -> bool {
    match value {
        Value::Bool(_) => false,
        Value::Text(text) => !matches!(text.trim(), "" | "None" | "null" | "undefined"),
        other => !other.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;

    fn packed(json: &str) -> String {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::default());
        out.write_all(json.as_bytes()).unwrap();
        format!(".{}", URL_SAFE_NO_PAD.encode(out.finish().unwrap()))
    }

    #[test]
    fn a_cookie_says_what_it_holds_and_when_it_was_signed() {
        let plain = URL_SAFE_NO_PAD.encode(r#"{"theme":"dark","_fresh":false}"#);
        for (payload, contents) in [
            (plain, SessionContents::Anonymous),
            (packed(r#"{"_user_id":"7","_fresh":true}"#), SessionContents::User),
            (packed(r#"{"_user_id":null}"#), SessionContents::Anonymous),
            ("e30".to_owned(), SessionContents::Empty),
        ] {
            let cookie = format!("{payload}.awMHiA.c2lnbmF0dXJl");
            assert_eq!(
                read(&cookie),
                Some(SignedSession { contents, stamped: Some(0x6b03_0788) }),
                "{cookie}"
            );
        }
    }

    #[test]
    fn other_cookies_are_no_flask_sessions() {
        for cookie in [
            "",
            "abc",
            "s%3Aid.sig",
            "a.b.c",
            "e30.awMHiA",
            "e30.awMHiA.",
            "e30.awMHiA.x.y",
            ".e30.awMHiA.sig",
            "W10.awMHiA.sig",
        ] {
            assert_eq!(read(cookie), None, "{cookie}");
        }
    }

    #[test]
    fn a_cookie_that_unpacks_beyond_the_bound_is_not_read() {
        let cookie =
            format!("{}.awMHiA.c2ln", packed(&format!(r#"{{"a":"{}"}}"#, "x".repeat(1 << 20))));
        assert_eq!(read(&cookie), None);
    }

    #[test]
    fn a_session_has_a_user_only_under_a_user_key_with_a_value() {
        for (text, want) in [
            ("{}", SessionContents::Empty),
            ("None", SessionContents::Empty),
            ("{'theme': 'dark', 'lang': 'en', '_fresh': False}", SessionContents::Anonymous),
            ("{'_id': 'ab', '_permanent': True}", SessionContents::Anonymous),
            ("{'_user_id': '7'}", SessionContents::User),
            ("{'user_id': 7}", SessionContents::User),
            ("{'_user_id': None}", SessionContents::Anonymous),
            ("{'_user_id': ''}", SessionContents::Anonymous),
            ("{'user': 'None'}", SessionContents::Anonymous),
            ("<SecureCookieSession {'_user_id': '7'}>", SessionContents::User),
            ("<SecureCookieSession {}>", SessionContents::Empty),
            ("{ cookie: { path: '/' } }", SessionContents::Anonymous),
            ("{ cookie: { path: '/' }, passport: { user: 3 } }", SessionContents::User),
            ("{ cookie: { path: '/' }, passport: {} }", SessionContents::Anonymous),
        ] {
            assert_eq!(contents(&literal::value(text).unwrap().0), want, "{text}");
        }
    }
}

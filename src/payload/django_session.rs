//! Django's session, where the cookie itself holds it: read without its key.
//!
//! The backend `signed_cookies` writes what `django.core.signing.dumps` makes (Django 5.2): `payload:timestamp:signature`, the payload JSON in unpadded
//! base64url, compressed with zlib where a `.` stands in front, the time in base 62. All other backends keep the session at the server, and their
//! cookie is an id.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::flask_session::{self, MAX_UNPACKED, SignedSession};

/// A stamp of six digits reaches to the year 3769, one of five to 1998.
const STAMP_LEN: usize = 6;

/// A signature in base64url: 43 with SHA-256, 27 with SHA-1 as before Django 3.1.
const SIGNATURE_LENS: [usize; 2] = [43, 27];

/// When a cookie was signed; `None` when it is no session of this kind. Its payload is not looked at.
pub fn stamped(cookie: &str) -> Option<i64> {
    let (_, stamp, _) = parts(cookie)?;
    stamp.bytes().try_fold(0_i64, |n, b| {
        let digit = match b {
            b'0'..=b'9' => b - b'0',
            b'A'..=b'Z' => b - b'A' + 10,
            b'a'..=b'z' => b - b'a' + 36,
            _ => return None,
        };
        Some(n * 62 + i64::from(digit))
    })
}

/// Reads the value of a session cookie; `None` when it is none of this kind.
pub fn read(cookie: &str) -> Option<SignedSession> {
    let stamped = stamped(cookie)?;
    let json = unsealed(cookie)?;
    let value = flask_session::object(&json)?;
    Some(SignedSession { contents: flask_session::contents(&value), stamped: Some(stamped) })
}

/// The names of what a session holds; of a name that says who is logged in, also the value, when it is a plain id.
pub fn names(cookie: &str) -> Vec<(String, Option<String>)> {
    unsealed(cookie).map(|json| flask_session::names_in(&json)).unwrap_or_default()
}

/// Payload, stamp and signature.
pub(crate) fn parts(cookie: &str) -> Option<(&str, &str, &str)> {
    let (rest, signature) = cookie.rsplit_once(':')?;
    let (payload, stamp) = rest.rsplit_once(':')?;
    let whole = stamp.len() == STAMP_LEN
        && SIGNATURE_LENS.contains(&signature.len())
        && !payload.is_empty()
        && !payload.contains(':');
    whole.then_some((payload, stamp, signature))
}

fn unsealed(cookie: &str) -> Option<Vec<u8>> {
    let (payload, ..) = parts(cookie)?;
    if payload.len() as u64 > MAX_UNPACKED {
        return None;
    }
    match payload.strip_prefix('.') {
        Some(packed) => flask_session::unpack(&URL_SAFE_NO_PAD.decode(packed).ok()?),
        None => URL_SAFE_NO_PAD.decode(payload).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::SessionContents;

    const SIGNATURE: &str = "EQbW8g5PTS0WhAYC_Hr_lir_IvHp8JBK2Voow-R_6aY";

    #[test]
    fn a_cookie_says_what_it_holds_and_when_it_was_signed() {
        for (json, contents) in [
            ("{}", SessionContents::Empty),
            (r#"{"_csrftoken":"x"}"#, SessionContents::Anonymous),
            (r#"{"_auth_user_id":"7"}"#, SessionContents::User),
        ] {
            let cookie = format!("{}:1xV86q:{SIGNATURE}", URL_SAFE_NO_PAD.encode(json));
            let want = SignedSession { contents, stamped: Some(1_795_356_000) };
            assert_eq!(read(&cookie), Some(want), "{json}");
        }
    }

    #[test]
    fn other_cookies_are_no_django_sessions() {
        for cookie in [
            String::new(),
            "k3v9q0x1m2n4b5c6z7l8j9h0g1f2d3s4".to_owned(),
            format!("e30:1xV86q:{}", &SIGNATURE[1..]),
            format!("e30:1xV8:{SIGNATURE}"),
            format!("e30:1xV8-q:{SIGNATURE}"),
            format!(":1xV86q:{SIGNATURE}"),
            format!("a:e30:1xV86q:{SIGNATURE}"),
            format!("W10:1xV86q:{SIGNATURE}"),
            format!(".e30:1xV86q:{SIGNATURE}"),
            format!("é30:1xV86q:{SIGNATURE}"),
            "e30.awMHiA.c2lnbmF0dXJl".to_owned(),
        ] {
            assert_eq!(read(&cookie), None, "{cookie}");
        }
    }
}

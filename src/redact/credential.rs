//! A credential's pseudonym: a JWT stays a JWT, a signed session a signed session, `Basic` stays what it is, and the rest keeps its shape.
//!
//! What is inside is found by its look and not by what it was called where it stood: a value may hold a scheme, a token and more.

use std::io::{Read as _, Write as _};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

use super::{
    claims,
    key::{GUESSABLE, Key},
    shape::{Choice, Shaper},
};
use crate::payload::{jwt::is_base64url, redact::Label};

/// Longest session that is unpacked, in bytes.
const MAX_UNPACKED: u64 = 256 * 1024;

/// A signature shorter than this does not keep what it signs from being guessed.
const SIGNATURE: usize = 16;

/// Makes pseudonyms.
#[derive(Debug)]
pub(super) struct Maker {
    key: Key,
    /// For names inside credentials.
    claims: Key,
    /// Whether the key is one that nobody can guess.
    salted: bool,
    shaper: Shaper,
}

impl Maker {
    pub(super) fn new(key: Key, salted: bool) -> Self {
        Self { claims: key.derived(b"claims"), key, salted, shaper: Shaper::default() }
    }

    /// Writes the pseudonym of `text` to `out`.
    pub(super) fn write(&mut self, text: &str, label: Label, out: &mut Vec<u8>) {
        if label == Label::Secret {
            self.opaque(text, true, out);
            return;
        }
        let mut done = 0;
        let mut at = 0;
        while let Some(found) = memchr::memmem::find(&text.as_bytes()[at..], b"eyJ")
            .map(|n| at + n)
            .or_else(|| packed(text, at))
        {
            let dot = found > done && text.as_bytes()[found - 1] == b'.';
            let start = found - usize::from(dot);
            at = found + 3;
            if !begins(text, start) {
                continue;
            }
            let end = found + run(text, found);
            self.plain(&text[done..start], out);
            self.structured(&text[start..end], out);
            (done, at) = (end, end);
        }
        self.plain(&text[done..], out);
    }

    /// What has no structure of its own: schemes stay, and what is behind them gets another look.
    fn plain(&mut self, mut text: &str, out: &mut Vec<u8>) {
        while let Some(end) = scheme(text) {
            out.extend_from_slice(&text.as_bytes()[..end]);
            text = &text[end..];
        }
        if !self.basic(text, out) {
            self.opaque(text, false, out);
        }
    }

    fn opaque(&mut self, text: &str, secret: bool, out: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        let guessable = secret || text.len() < GUESSABLE;
        let choice = match (self.salted, guessable) {
            (false, true) => Choice::ByForm(&self.key),
            (true, true) => Choice::Permuted(&self.key),
            (_, false) => Choice::ByText(&self.key),
        };
        self.shaper.write(text, secret, choice, out);
    }

    /// `user:password` in base64.
    fn basic(&mut self, text: &str, out: &mut Vec<u8>) -> bool {
        if text.len() < 8 || !text.len().is_multiple_of(4) {
            return false;
        }
        let Ok(plain) = STANDARD.decode(text) else { return false };
        let Ok(plain) = String::from_utf8(plain) else { return false };
        if !plain.contains(':') || plain.chars().any(char::is_control) {
            return false;
        }
        let mut shaped = Vec::with_capacity(plain.len());
        for (i, part) in plain.splitn(2, ':').enumerate() {
            if i > 0 {
                shaped.push(b':');
            }
            self.opaque(part, true, &mut shaped);
        }
        out.extend_from_slice(STANDARD.encode(shaped).as_bytes());
        true
    }

    /// Parts with dots between them, of which the first is a JSON object, packed or not.
    fn structured(&mut self, token: &str, out: &mut Vec<u8>) {
        let (packed, body) = match token.strip_prefix('.') {
            Some(body) => (true, body),
            None => (false, token),
        };
        let parts: Vec<&str> = body.split('.').collect();
        let signature = parts.last().map_or(0, |part| part.len());
        let own;
        let names = if self.salted {
            Choice::Permuted(&self.claims)
        } else if parts.len() >= 3 && signature >= SIGNATURE {
            own = self.claims.derived(token.as_bytes());
            Choice::Permuted(&own)
        } else {
            Choice::ByForm(&self.claims)
        };
        // A stamp is a few bytes: `payload.stamp.signature`.
        let stamped = parts.len() == 3 && (packed || parts[1].len() <= 8);
        if packed {
            out.push(b'.');
        }
        let jwt = !stamped && !packed && parts.len() >= 2;
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                out.push(b'.');
            }
            let kept = jwt && i == 0 && is_object(part) || stamped && i == 1;
            if kept || part.is_empty() {
                out.extend_from_slice(part.as_bytes());
            } else if i == usize::from(jwt) && json(part, packed, &mut self.shaper, names, out) {
            } else {
                // By these a token and a packed session are known.
                let kept = match part {
                    part if part.starts_with("eyJ") => 3,
                    part if packed && part.starts_with("eJ") => 2,
                    _ => 0,
                };
                out.extend_from_slice(&part.as_bytes()[..kept]);
                let choice = if self.salted || token.len() >= GUESSABLE {
                    Choice::ByText(&self.key)
                } else {
                    Choice::ByForm(&self.key)
                };
                self.shaper.write(&part[kept..], false, choice, out);
            }
        }
    }
}

/// Writes a part that is a JSON object with other values; whether it was one.
fn json(
    part: &str,
    packed: bool,
    shaper: &mut Shaper,
    names: Choice<'_>,
    out: &mut Vec<u8>,
) -> bool {
    let Some(bytes) = decode(part) else { return false };
    let bytes = if packed {
        let mut plain = Vec::new();
        let read = ZlibDecoder::new(bytes.as_slice()).take(MAX_UNPACKED).read_to_end(&mut plain);
        if read.is_err() {
            return false;
        }
        plain
    } else {
        bytes
    };
    if serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_err() {
        return false;
    }
    let Ok(text) = std::str::from_utf8(&bytes) else { return false };
    let mut changed = Vec::with_capacity(text.len());
    claims::write(text, shaper, names, &mut changed);
    if packed {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        let Ok(small) = encoder.write_all(&changed).and_then(|()| encoder.finish()) else {
            return false;
        };
        changed = small;
    }
    let engine = if part.ends_with('=') { URL_SAFE } else { URL_SAFE_NO_PAD };
    out.extend_from_slice(engine.encode(changed).as_bytes());
    true
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()
}

fn is_object(part: &str) -> bool {
    decode(part)
        .is_some_and(|bytes| serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok())
}

/// The next `.eJ` from `at`: the place of its `e`.
fn packed(text: &str, at: usize) -> Option<usize> {
    memchr::memmem::find(&text.as_bytes()[at..], b".eJ").map(|n| at + n + 1)
}

/// Whether a token may begin at `start`: nothing of one is before it, but an escape may be.
fn begins(text: &str, start: usize) -> bool {
    let before = &text.as_bytes()[..start];
    match before {
        [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => true,
        [.., last] => !is_base64url(*last) && *last != b'.',
        [] => true,
    }
}

/// How many bytes from `at` on are parts with dots between them.
fn run(text: &str, at: usize) -> usize {
    let length = text.as_bytes()[at..]
        .iter()
        .take_while(|b| is_base64url(**b) || matches!(b, b'.' | b'='))
        .count();
    text[at..at + length].trim_end_matches('.').len().max(3)
}

/// The end of a scheme that `text` begins with, and of what separates it from its credential.
fn scheme(text: &str) -> Option<usize> {
    let word = ["bearer", "basic", "token", "jwt", "apikey"]
        .iter()
        .find(|s| text.get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s)))?
        .len();
    let rest = &text[word..];
    let gap = [" ", "%20", "+", ":", "%3A"].iter().find(|gap| rest.starts_with(**gap))?.len();
    Some(word + gap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{flask_session, jwt};

    const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwibmFtZSI6ImhpZGRlbiIsImlhdCI6MTc3MjAwMDAwMCwiZXhwIjoxNzcyMDAwOTAwfQ.r9y8cnltyglRM5x3kBnMoCiXy7ACOTG3UIDyXxolc2E";

    fn made(text: &str, label: Label) -> String {
        let mut out = Vec::new();
        Maker::new(Key::new(b""), false).write(text, label, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_jwt_stays_a_jwt_with_its_times_and_without_its_names() {
        let out = made(JWT, Label::Jwt);
        let (before, after) = (jwt::decode(JWT).unwrap(), jwt::decode(&out).unwrap());
        assert_eq!(after, jwt::Jwt { sub: after.sub.clone(), ..before.clone() });
        assert_ne!(after.sub, before.sub);
        assert_eq!(out.len(), JWT.len());
        let signature = |token: &str| token.rsplit('.').next().unwrap().to_owned();
        assert_ne!(signature(&out), signature(JWT));
        assert_eq!(out, made(JWT, Label::Token), "whatever it was called");
    }

    #[test]
    fn what_stands_around_a_token_stays() {
        let out = made(&format!("Bearer%20{JWT}"), Label::Token);
        assert_eq!(out, format!("Bearer%20{}", made(JWT, Label::Jwt)));
        assert_eq!(made("Bearer Bearer", Label::Token)[..7], *"Bearer ");
    }

    #[test]
    fn a_flask_session_stays_one_of_its_age() {
        for (json, pack) in
            [(r#"{"_user_id":"7","theme":"dark"}"#, true), (r#"{"theme":"dark"}"#, false)]
        {
            let body = if pack {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(json.as_bytes()).unwrap();
                format!(".{}", URL_SAFE_NO_PAD.encode(encoder.finish().unwrap()))
            } else {
                URL_SAFE_NO_PAD.encode(json)
            };
            let cookie = format!("{body}.aQ9XyA.c2lnbmF0dXJlLW9mLW5vYm9keTEyMzQ");
            let out = made(&cookie, Label::Cookie);
            assert_ne!(out, cookie);
            assert_eq!(flask_session::read(&out), flask_session::read(&cookie), "{out}");
            assert!(flask_session::read(&out).is_some());
        }
    }

    #[test]
    fn basic_stays_a_user_and_a_password() {
        let out = made("YWxpY2U6aHVudGVyMg==", Label::Token);
        let plain = String::from_utf8(STANDARD.decode(&out).unwrap()).unwrap();
        assert_eq!(plain.find(':'), Some(5));
        assert!(!plain.contains("alice") && !plain.contains("hunter2"), "{plain}");
    }

    #[test]
    fn broken_tokens_are_changed_as_well() {
        for text in [
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwibiI6Im",
            "eyJ!!",
            "eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24gYXQgYWxs.c2lnbmF0dXJlc2lnbmF0dXJl",
            ".eJxNotZlibAtAllButLongEnough.awMHQA.c2lnbmF0dXJlLW9mLW5vYm9keTEyMzQ",
            "eyJ",
            "a.eyJ",
            "%zzeyJ.eyJ",
        ] {
            for label in [Label::Jwt, Label::Cookie, Label::Token, Label::Secret] {
                let out = made(text, label);
                assert_eq!(out.len(), text.len(), "{out}");
                assert!(text.len() < 12 || out[12..] != text[12..], "{out}");
            }
        }
    }
}

//! Credentials that show by their own look: JWTs, signed cookies, `Bearer …`, PEM blocks, `user:password@` in URLs.

use super::{Label, Span};
use crate::payload::jwt::{self, is_base64url};

/// How a JWT's header begins, by its first key: `alg`, `typ`, `kid`, `enc`, `x5t`, `jku`, `cty`. Such a header alone gives nobody away,
/// and a log that cuts its tokens shows no more.
const HEADERS: [&str; 7] =
    ["eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJlbmMi", "eyJ4NXQ", "eyJqa3Ui", "eyJjdHki"];

/// A run of base64url that begins with a JSON object's `{"`, and is longer than this without a dot, is the payload of something.
const LONE_PAYLOAD: usize = 24;

/// Finds credentials by their look, at the places that the triggers name. Goes from left to right.
pub(super) struct Shapes<'a> {
    text: &'a str,
    /// What lies before is settled.
    done: usize,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, done: 0 }
    }

    /// Looks at the trigger in `start..end`.
    pub(super) fn at(&mut self, start: usize, end: usize, spans: &mut Vec<Span>) {
        if start < self.done {
            return;
        }
        let trigger = self.text.get(start..end).unwrap_or_default();
        let span = match trigger.as_bytes() {
            b"eyJ" => self.object(start),
            b".eJ" => self.packed(start),
            b"s%3A" | b"s%3a" => self.express(start, end),
            [b'-', ..] => self.pem(start, end),
            [b':', ..] => self.userinfo(end),
            [b' ', ..] => self.user_option(end),
            [b'e' | b'E' | b'.' | b's' | b'S', ..] => None,
            _ => self.scheme(start, end),
        };
        if let Some(span) = span {
            self.done = self.done.max(span.end);
            spans.push(span);
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn run(&self, at: usize, fits: impl Fn(u8) -> bool) -> usize {
        self.text.as_bytes().get(at..).unwrap_or_default().iter().take_while(|b| fits(**b)).count()
    }

    /// The end of `‹run›.‹run›…` from `at`, and the number of its parts.
    fn dotted(&self, at: usize) -> (usize, usize) {
        let mut end = at;
        let mut parts = 0;
        loop {
            let run = self.run(end, |b| is_base64url(b) || b == b'=');
            end += run;
            parts += usize::from(run > 0);
            if self.byte(end) != Some(b'.') || !self.byte(end + 1).is_some_and(is_base64url) {
                return (end, parts);
            }
            end += 1;
        }
    }

    /// `{"` in base64url: a JWT, a Flask session, or a part of one.
    fn object(&mut self, start: usize) -> Option<Span> {
        let (end, parts) = self.dotted(start);
        let head = self.run(start, is_base64url);
        // What begins inside this run ends where it ends.
        self.done = end;
        if parts == 1 {
            let known =
                HEADERS.iter().any(|h| self.text.get(start..end).is_some_and(|t| t.starts_with(h)));
            let inside = start > 0 && self.byte(start - 1).is_some_and(is_base64url);
            return (!known && !inside && head >= LONE_PAYLOAD).then_some(Span {
                start,
                end,
                label: Label::Token,
            });
        }
        if head < 8 {
            return None;
        }
        let second = start + head + 1;
        let object =
            self.text.get(second..second + 2).is_some_and(|s| matches!(s, "ey" | "e3" | "ew"));
        let stamp = !object && parts == 3 && self.run(second, is_base64url) <= 8;
        Some(Span { start, end, label: if stamp { Label::Cookie } else { Label::Jwt } })
    }

    /// `.eJ…`: zlib in base64url, as itsdangerous writes it.
    fn packed(&mut self, start: usize) -> Option<Span> {
        let (end, _) = self.dotted(start + 1);
        (end - start > 16).then_some(Span { start, end, label: Label::Cookie })
    }

    /// `s%3A‹id›.‹signature›`, as cookie-signature writes it.
    fn express(&mut self, start: usize, end: usize) -> Option<Span> {
        let run =
            self.run(end, |b| is_base64url(b) || matches!(b, b'.' | b'%' | b'+' | b'/' | b'='));
        (run >= 24).then_some(Span { start, end: end + run, label: Label::Cookie })
    }

    /// A PEM block, to its end or the text's.
    fn pem(&mut self, start: usize, from: usize) -> Option<Span> {
        let tail = self.text.get(from..)?;
        let end = tail.find("-----END").map(|at| from + at + "-----END".len()).map_or(
            self.text.len(),
            |at| {
                let close = self.text.get(at..).and_then(|t| t.find("-----").map(|n| at + n + 5));
                close.unwrap_or(self.text.len())
            },
        );
        Some(Span { start, end, label: Label::Secret })
    }

    /// `://user:password@host`
    fn userinfo(&mut self, from: usize) -> Option<Span> {
        let authority = self.run(from, |b| {
            !b.is_ascii_whitespace() && !matches!(b, b'/' | b'"' | b'\'' | b'<' | b'>')
        });
        let authority = self.text.get(from..from + authority)?;
        let at = authority.rfind('@')?;
        let colon = authority.get(..at)?.find(':')?;
        (colon + 1 < at).then_some(Span {
            start: from + colon + 1,
            end: from + at,
            label: Label::Secret,
        })
    }

    /// `curl -u user:password`
    fn user_option(&mut self, from: usize) -> Option<Span> {
        let from = from + self.run(from, |b| matches!(b, b'"' | b'\'' | b' '));
        let word = self.run(from, |b| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\''));
        let colon = self.text.get(from..from + word)?.find(':')?;
        (0 < colon && colon + 1 < word).then_some(Span {
            start: from + colon + 1,
            end: from + word,
            label: Label::Secret,
        })
    }

    /// `Bearer ‹token›`, `Basic ‹base64›`, `Token ‹token›`.
    fn scheme(&mut self, start: usize, end: usize) -> Option<Span> {
        if start > 0
            && self.byte(start - 1).is_some_and(|b| is_base64url(b) && !self.percent_before(start))
        {
            return None;
        }
        let gap = self.run(end, |b| matches!(b, b' ' | b'\t' | b':' | b'"' | b'\'' | b'+'));
        let gap = if gap == 0 && self.text.get(end..end + 3) == Some("%20") { 3 } else { gap };
        if gap == 0 {
            return None;
        }
        let from = end + gap;
        let word = self.text.get(start..end)?.to_ascii_lowercase();
        if word == "digest" {
            // Its parameters hold the proof of a password.
            let digest = self.text.get(from..)?.starts_with("username=");
            return digest.then_some(Span {
                start: from,
                end: self.text.len(),
                label: Label::Secret,
            });
        }
        let run = self
            .run(from, |b| is_base64url(b) || matches!(b, b'.' | b'~' | b'+' | b'/' | b'=' | b'|'));
        let value = self.text.get(from..from + run)?;
        let least = if word == "token" { 16 } else { 6 };
        let bare = value.trim_end_matches('.');
        looks_secret(bare, least).then(|| Span {
            start: from,
            end: from + bare.len(),
            label: label(bare),
        })
    }

    fn percent_before(&self, start: usize) -> bool {
        start >= 3 && self.byte(start - 3) == Some(b'%')
    }
}

/// What a token is to be called.
pub(super) fn label(value: &str) -> Label {
    if jwt::looks_like(value) { Label::Jwt } else { Label::Token }
}

/// Whether `value` is no word of a sentence: long enough, and with digits among its letters, capitals inside, or longer than words are.
pub(super) fn looks_secret(value: &str, least: usize) -> bool {
    if value.len() < least || is_header_only(value) {
        return false;
    }
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    let letters = value.bytes().any(|b| b.is_ascii_alphabetic());
    let mut lower = false;
    let camel = value.bytes().any(|b| {
        lower |= b.is_ascii_lowercase();
        lower && b.is_ascii_uppercase()
    });
    digits && (letters || value.len() >= 16) || camel || value.ends_with('=') || value.len() >= 24
}

/// Whether it is the beginning of a JWT that ends inside the header.
pub(super) fn is_header_only(value: &str) -> bool {
    let value = value.trim_end_matches(['.', '…']);
    HEADERS.iter().any(|h| value.starts_with(h)) && value.bytes().all(is_base64url)
}

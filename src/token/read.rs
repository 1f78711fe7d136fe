//! Finds the credentials in what a person hands in: a token, `Bearer …`, a cookie header, a JSON body, one a line or several.

use serde_json::Value;

use crate::{
    event::{Form, Offer, Place},
    payload::{cookie::CookieHeader, flask_session, jwt, offer, redact},
};

/// Longest text that is read.
const LONGEST: usize = 8 << 20;

/// Most credentials that are looked at.
const MOST: usize = 1000;

/// Objects nested deeper are not searched.
const DEPTH: usize = 32;

/// A credential with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The line that it stands in, from 1.
    pub line: usize,
    /// Where in the line: a cookie's name, a JSON key, a header.
    pub place: Option<String>,
    /// What it looks like, and itself.
    pub(super) offer: Offer,
    /// Over how many lines it was broken.
    pub(super) lines: usize,
}

/// Why nothing can be read. The text itself is never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing but blanks.
    #[error(
        "there is nothing to look at: write the token to standard input, or name a file that holds it"
    )]
    Empty,
    /// Not text.
    #[error("this is no text: tokens are ASCII, and these bytes are not even UTF-8")]
    NoText,
    /// Too long.
    #[error("this is longer than {LONGEST} bytes; what is looked at is a token, not a log")]
    TooLong,
    /// JSON without a credential.
    #[error("no token stands in this JSON: no key is called like one, and no value looks like one")]
    NoToken,
}

/// The credentials in `bytes`, in their order.
pub fn read(bytes: &[u8]) -> Result<Vec<Subject>, Unreadable> {
    if bytes.len() > LONGEST {
        return Err(Unreadable::TooLong);
    }
    // PowerShell writes UTF-16 into files.
    let (text, _, faulty) = encoding_rs::UTF_8.decode(bytes);
    if faulty {
        return Err(Unreadable::NoText);
    }
    let text = text.trim_end_matches('\0');
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let mut found = Vec::new();
    if text.trim_start().starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        json(&value, None, 0, &mut found);
        return if found.is_empty() { Err(Unreadable::NoToken) } else { Ok(found) };
    }
    if let Some(subject) = broken_over_lines(text) {
        return Ok(vec![subject]);
    }
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let before = found.len();
        of_line(line.trim(), &mut found);
        for subject in &mut found[before..] {
            subject.line = i + 1;
        }
        if found.len() >= MOST {
            found.truncate(MOST);
            break;
        }
    }
    Ok(found)
}

fn subject(place: Option<&str>, offer: Offer) -> Subject {
    // A key may be anything, a token too.
    let place = place.map(|place| redact::redact(place).chars().take(60).collect());
    Subject { line: 1, place, offer, lines: 1 }
}

/// One token that a terminal or a mail has broken over several lines.
fn broken_over_lines(text: &str) -> Option<Subject> {
    let lines = text.split_whitespace().count();
    if lines < 2 || !text.trim_start().starts_with("eyJ") {
        return None;
    }
    let whole: String = text.split_whitespace().collect();
    let whole_alone = text.split_whitespace().any(jwt::looks_like);
    (!whole_alone && jwt::looks_like(&whole))
        .then(|| Subject { lines, ..subject(None, offer::classify(Place::Auth, None, &whole)) })
}

fn of_line(line: &str, found: &mut Vec<Subject>) {
    if let Some((name, value)) = line.split_once(':') {
        let name = name.trim();
        if name.eq_ignore_ascii_case("cookie") || name.eq_ignore_ascii_case("set-cookie") {
            return cookies(value, found);
        }
        if name.eq_ignore_ascii_case("authorization") {
            return found.push(subject(Some(name), offer::from_authorization(value)));
        }
    }
    if let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(line) {
        return json(&value, None, 0, found);
    }
    let has_scheme = ["bearer ", "token ", "jwt "].iter().any(|scheme| {
        line.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    });
    if has_scheme {
        return found.push(subject(None, offer::from_authorization(line)));
    }
    if is_cookies(line) {
        return cookies(line, found);
    }
    // A token somewhere in a sentence, such as a log's line.
    let in_sentence = jwt::find(line).filter(|_| line.contains(char::is_whitespace));
    found.push(subject(None, offer::classify(Place::Auth, None, in_sentence.unwrap_or(line))));
}

/// Whether a line is `name=value; name=value`.
fn is_cookies(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| {
        let named = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        // Padding of a token is no value.
        named && !value.trim_matches('=').is_empty() && !jwt::looks_like(line)
    })
}

fn cookies(header: &str, found: &mut Vec<Subject>) {
    let header = CookieHeader::from_header(header);
    let session = header.session_cookie().map(|(name, _)| name.to_owned());
    for (name, value) in &header.pairs {
        let text = value.expose();
        let wanted = session.as_deref() == Some(name)
            || offer::is_token_key(name)
            || jwt::find(text).is_some()
            || text.starts_with("s:")
            || text.starts_with("s%3A")
            || flask_session::read(text).is_some();
        if wanted {
            let offer = offer::classify(Place::Cookie, Some(name), text);
            found.push(subject(Some(name), offer));
        }
    }
    // What else came is no credential; that it was looked at should show all the same.
    if found.is_empty() {
        for (name, value) in &header.pairs {
            let offer = offer::classify(Place::Cookie, Some(name), value.expose());
            found.push(subject(Some(name), offer));
        }
    }
}

fn json(value: &Value, key: Option<&str>, depth: usize, found: &mut Vec<Subject>) {
    if depth > DEPTH || found.len() >= MOST {
        return;
    }
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                json(value, Some(key), depth + 1, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                json(item, key, depth + 1, found);
            }
        }
        Value::String(text) => {
            let is = |name: &str| key.is_some_and(|key| key.eq_ignore_ascii_case(name));
            if is("cookie") || is("set-cookie") {
                return cookies(text, found);
            }
            let offer = if is("authorization") {
                offer::from_authorization(text)
            } else {
                offer::classify(Place::Auth, key, text)
            };
            let named = key.is_some_and(offer::is_token_key);
            // `token_type` is called like a token and says `Bearer`.
            if named || matches!(offer.form, Form::Jwt | Form::SchemeLeft) {
                found.push(subject(key, offer));
            }
        }
        Value::Null if key.is_some_and(offer::is_token_key) => {
            found.push(subject(key, offer::classify(Place::Auth, key, "null")));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

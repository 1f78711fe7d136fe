//! What credentials look like: in an auth payload, a header, a query, or cut short by the logger.
//!
//! Form only. Whether the server looks in that place, and whether it likes what it finds, the log's other lines tell.

use super::{
    cookie::{CookieHeader, is_of_session},
    jwt,
    literal::Value,
};
use crate::{
    event::{Form, Handshake, Offer, Place},
    secret::Secret,
};

/// Nested objects deeper than this are not searched for a token.
const DEPTH: usize = 3;

/// A string under an unknown key that is at least so long may be a credential.
const LONG: usize = 16;

/// What the auth payload of a CONNECT packet offers.
///
/// `None` and `{}` are the same to python-socketio, which hands an empty payload to the handler as `None` (5.18.1).
pub fn from_auth(value: &Value<'_>) -> Offer {
    match value {
        Value::Text(text) => {
            let offer = classify(Place::Auth, None, text);
            match offer.form {
                Form::Empty => offer,
                _ => Offer { form: Form::BareString, ..offer },
            }
        }
        Value::Null | Value::Undefined | Value::Bool(false) => Offer::absent(Place::Auth),
        value if value.is_empty() => Offer::absent(Place::Auth),
        Value::Bool(true) | Value::Number(_) | Value::Opaque(_) => unknown(None),
        value => {
            let mut best = None;
            search(value, 0, &mut best);
            best.unwrap_or_else(|| Offer::absent(Place::Auth))
        }
    }
}

/// Keeps the best credential of an object in `best`; of equals, the first.
fn search(value: &Value<'_>, depth: usize, best: &mut Option<Offer>) {
    for (key, value) in value.entries() {
        let found = match value {
            Value::Text(text) => named(key, text),
            Value::Null | Value::Undefined if is_token_key(key) => {
                Some(empty(Place::Auth, Some(key)))
            }
            Value::Null | Value::Undefined => None,
            Value::Map(_) | Value::List(_) | Value::Call { .. } => {
                if depth < DEPTH {
                    search(value, depth + 1, best);
                }
                None
            }
            Value::Number(_) | Value::Bool(_) | Value::Opaque(_) => {
                is_token_key(key).then(|| unknown(Some(key)))
            }
        };
        if let Some(found) = found
            && best.as_ref().is_none_or(|b| rank(found.form) > rank(b.form))
        {
            *best = Some(found);
        }
    }
}

/// The string under `key` of an auth payload.
fn named(key: &str, text: &str) -> Option<Offer> {
    // Socket.IO's own keys, for taking up a lost connection (4.6+): no credentials.
    if matches!(key, "pid" | "offset") {
        return None;
    }
    if key.eq_ignore_ascii_case("authorization") {
        return Some(Offer {
            place: Place::Auth,
            key: Some(key.into()),
            ..from_authorization(text)
        });
    }
    let offer = classify(Place::Auth, Some(key), text);
    match offer.form {
        _ if is_token_key(key) || is_login_key(key) => Some(offer),
        Form::Jwt | Form::SchemeLeft => Some(offer),
        Form::Opaque if text.len() >= LONG && !text.contains(char::is_whitespace) => {
            Some(Offer { form: Form::Unknown, ..offer })
        }
        _ => None,
    }
}

fn rank(form: Form) -> u8 {
    match form {
        Form::Jwt | Form::SchemeLeft | Form::SchemeMissing | Form::SchemeDoubled => 4,
        Form::Opaque | Form::BareString => 3,
        Form::Empty => 2,
        Form::Unknown => 1,
        Form::Absent => 0,
    }
}

/// Whether applications keep a token or an API key under `key`.
pub fn is_token_key(key: &str) -> bool {
    // Most headers and parameters end otherwise than each of those below.
    let last = key.bytes().rev().find(u8::is_ascii_alphanumeric);
    if !last.is_some_and(|b| b"ntyhrl".contains(&b.to_ascii_lowercase())) {
        return false;
    }
    let mut room = [0; LONGEST_KEY];
    let key = squeezed(key, &mut room);
    let has = |part: &[u8]| key.windows(part.len()).any(|window| window == part);
    let named: [&[u8]; 5] = [b"token", b"jwt", b"apikey", b"accesskey", b"authkey"];
    named.iter().any(|end| key.ends_with(end)) && !has(b"csrf") && !has(b"xsrf")
        || matches!(
            key,
            b"auth"
                | b"authorization"
                | b"bearer"
                | b"key"
                | b"ticket"
                | b"authentication"
                | b"credential"
        )
}

fn is_login_key(key: &str) -> bool {
    matches!(
        squeezed(key, &mut [0; LONGEST_KEY]),
        b"password" | b"passwd" | b"pwd" | b"secret" | b"passcode" | b"pin"
    )
}

/// Longest key that is looked at; of a longer one, its end.
const LONGEST_KEY: usize = 64;

/// `access_token`, `accessToken` and `Access-Token` are one key.
fn squeezed<'r>(key: &str, room: &'r mut [u8; LONGEST_KEY]) -> &'r [u8] {
    let mut start = LONGEST_KEY;
    for byte in key.bytes().rev().filter(u8::is_ascii_alphanumeric).take(LONGEST_KEY) {
        start -= 1;
        room[start] = byte.to_ascii_lowercase();
    }
    &room[start..]
}

/// A parameter of a query, when it is a credential.
pub fn in_query(name: &str, text: &str) -> Option<Offer> {
    let offer = classify(Place::Query, Some(name), text);
    let wanted = is_token_key(name) || matches!(offer.form, Form::Jwt | Form::SchemeLeft);
    wanted.then_some(offer)
}

/// What a credential outside an `Authorization` header looks like.
pub fn classify(place: Place, key: Option<&str>, text: &str) -> Offer {
    let text = text.trim();
    if is_cut(text) {
        let cut = cut(text);
        return Offer { place, key: key.map(Into::into), ..cut };
    }
    let bare = strip_scheme(text).unwrap_or(text);
    let unquoted = bare.trim_matches(['"', '\'']);
    if says_nothing(unquoted) {
        return empty(place, key);
    }
    let form = match (jwt_shaped(unquoted), unquoted.len() == text.len()) {
        (true, true) => Form::Jwt,
        // A token with `Bearer` or quotes left around it fails every library's first step alike.
        (true, false) => Form::SchemeLeft,
        (false, _) => Form::Opaque,
    };
    whole(place, key, form, unquoted)
}

/// What the value of an `Authorization` header offers.
pub fn from_authorization(header: &str) -> Offer {
    const KEY: Option<&str> = Some("Authorization");
    let header = header.trim();
    if is_cut(header) {
        let cut = cut(header);
        let form = match cut.form {
            Form::SchemeLeft => Form::Jwt,
            Form::Jwt => Form::SchemeMissing,
            form => form,
        };
        return Offer { place: Place::Header, key: KEY.map(Into::into), form, ..cut };
    }
    let Some(rest) = strip_scheme(header) else {
        return match header {
            header if says_nothing(header) => empty(Place::Header, KEY),
            header if jwt_shaped(header) => whole(Place::Header, KEY, Form::SchemeMissing, header),
            header => whole(Place::Header, KEY, Form::Opaque, header),
        };
    };
    let (doubled, rest) = match strip_scheme(rest) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let form = match rest {
        rest if says_nothing(rest) => return empty(Place::Header, KEY),
        _ if doubled => Form::SchemeDoubled,
        rest if jwt_shaped(rest) => Form::Jwt,
        _ => Form::Opaque,
    };
    whole(Place::Header, KEY, form, rest)
}

/// What a handler's first line shows of the request: the header dict as Flask, Node or a WSGI server print it.
pub fn from_headers(value: &Value<'_>) -> Handshake {
    let mut shown = Handshake::default();
    for (name, value) in value.entries() {
        let Some(text) = value.as_str() else { continue };
        // WSGI environments name headers `HTTP_COOKIE`.
        let bare = match name.split_at_checked(5) {
            Some((head, rest)) if is_header(head, "http-") => rest,
            _ => name,
        };
        if is_header(bare, "authorization") {
            shown.offers.push(from_authorization(text));
        } else if is_header(bare, "cookie") {
            shown.cookies = CookieHeader::from_header(text);
        } else if is_header(bare, "origin") {
            shown.origin = Some(text.into());
        } else if is_header(bare, "user-agent") {
            shown.user_agent = Some(text.into());
        } else {
            shown.offers.extend(in_header(name, bare, text));
        }
        shown.headers_shown = true;
    }
    // All headers were printed, so the `Cookie` header would be among them.
    shown.cookies_shown = shown.headers_shown;
    shown
}

/// What an application says that the `Authorization` header was; `undefined` and `none` stand for one that did not come.
pub fn of_header_shown(header: &str) -> Offer {
    match header.trim() {
        absent if says_nothing(absent) => Offer::absent(Place::Header),
        header => from_authorization(header),
    }
}

/// What an application says of the cookies that came, by their names. A token among them counts where no session's cookie is, for then that is what the client has.
pub fn of_cookie_named(names: &str) -> Offer {
    let names = names.trim();
    if matches!(names, "none" | "None" | "no" | "false" | "absent" | "") {
        return Offer::absent(Place::Cookie);
    }
    let each = || names.split([',', ';', ' ']).filter(|name| !name.is_empty());
    let token = each().find(|name| is_token_key(name));
    match token.filter(|_| !each().any(is_of_session)) {
        Some(name) => {
            Offer { key: Some(name.into()), form: Form::Opaque, ..Offer::unknown(Place::Cookie) }
        }
        None => Offer { key: Some(names.into()), ..Offer::unknown(Place::Cookie) },
    }
}

/// What the options of a socket.io-client say that it will offer outside the auth payload, which its CONNECT packet shows.
pub fn from_options(options: &Value<'_>) -> Option<Offer> {
    let shown = options.get("extraHeaders").map(from_headers).unwrap_or_default();
    let query = options.get("query").map(Value::entries).unwrap_or_default();
    let query = query.into_iter().filter_map(|(name, value)| in_query(name, value.as_str()?));
    let offered = shown.offers.into_iter().chain(query).max_by_key(|offer| rank(offer.form));
    let cookie = || of_cookies(&shown.cookies);
    // Options are printed whole: what is not among them is not sent, but for a browser's own cookies.
    let bare = options.get("withCredentials") == Some(&Value::Bool(false));
    offered.or_else(cookie).or_else(|| bare.then(|| Offer::absent(Place::Cookie)))
}

/// A session's cookie, or a token in one.
fn of_cookies(cookies: &CookieHeader) -> Option<Offer> {
    let token = cookies.pairs.iter().find_map(|(name, value)| {
        in_query(name, value.expose()).filter(|offer| offer.form == Form::Jwt)
    });
    let session = || {
        let (name, value) = cookies.session_cookie()?;
        Some(classify(Place::Cookie, Some(name), value.expose()))
    };
    token.map(|offer| Offer { place: Place::Cookie, ..offer }).or_else(session)
}

/// Whether `name` is the header `known`, in whatever spelling.
fn is_header(name: &str, known: &str) -> bool {
    name.len() == known.len()
        && name
            .bytes()
            .zip(known.bytes())
            .all(|(a, b)| a.eq_ignore_ascii_case(&b) || a == b'_' && b == b'-')
}

/// `X-Auth-Token` and the like, and a JWT in any other header (browsers can set only `Sec-WebSocket-Protocol`).
fn in_header(name: &str, bare: &str, text: &str) -> Option<Offer> {
    let of_browser = bare.get(..4).is_some_and(|head| is_header(head, "sec-"));
    if is_token_key(bare) && !of_browser {
        return Some(classify(Place::Header, Some(name), text));
    }
    jwt::find(text).map(|token| whole(Place::Header, Some(name), Form::Jwt, token))
}

/// What a credential looks like of which the line shows the beginning: `eyJhbGciOiJIUzI1NiIs...`.
pub fn cut(text: &str) -> Offer {
    let shown = text.trim().trim_end_matches(['.', '…']).trim();
    let bare = strip_scheme(shown).unwrap_or(shown);
    let unquoted = bare.trim_matches(['"', '\'']);
    let form = match unquoted {
        token if says_nothing(token) => Form::Empty,
        token if token.starts_with("eyJ") && token.len() == shown.len() => Form::Jwt,
        token if token.starts_with("eyJ") => Form::SchemeLeft,
        // A token of less than the usual twenty characters may stand there whole; nobody can tell.
        _ => Form::Opaque,
    };
    Offer { form, ..Offer::absent(Place::Auth) }
}

fn is_cut(text: &str) -> bool {
    text.ends_with("...") || text.ends_with('…')
}

/// Strips `Bearer`, `Token` or `JWT` in front of a credential, or standing alone.
fn strip_scheme(text: &str) -> Option<&str> {
    ["bearer", "token", "jwt"].iter().find_map(|scheme| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        let ends = rest.is_empty() || rest.starts_with([' ', '\t', ':']) || rest.starts_with("%20");
        let rest = rest.strip_prefix("%20").unwrap_or(rest);
        (ends && head.eq_ignore_ascii_case(scheme))
            .then(|| rest.trim_start_matches([' ', '\t', ':']))
    })
}

/// What programs write when there was nothing to write.
fn says_nothing(text: &str) -> bool {
    matches!(
        text.trim(),
        "" | "undefined"
            | "null"
            | "None"
            | "nil"
            | "NaN"
            | "none"
            | "NULL"
            | "Undefined"
            | "<nil>"
    )
}

/// Whether it is a JWT, or was one before something happened to it.
fn jwt_shaped(text: &str) -> bool {
    let fits = |b: &u8| jwt::is_base64url(*b) || matches!(b, b'.' | b'=' | b'+' | b'/');
    // In pieces, each without a way out of it, so that many bytes are looked at together.
    text.starts_with("eyJ")
        && text.as_bytes().chunks(32).all(|piece| piece.iter().fold(true, |all, b| all & fits(b)))
}

fn whole(place: Place, key: Option<&str>, form: Form, text: &str) -> Offer {
    let jwt = if text.starts_with("eyJ") { jwt::decode(text).ok().map(Box::new) } else { None };
    Offer {
        place,
        key: key.map(Into::into),
        form,
        secret: Some(Secret::new(text)),
        jwt,
        websocket: None,
    }
}

fn empty(place: Place, key: Option<&str>) -> Offer {
    Offer { key: key.map(Into::into), form: Form::Empty, ..Offer::absent(place) }
}

fn unknown(key: Option<&str>) -> Offer {
    Offer { key: key.map(Into::into), form: Form::Unknown, ..Offer::absent(Place::Auth) }
}

#[cfg(test)]
mod tests;

//! The names of credentials, and what beside them is none.
//!
//! Not the job of this file: finding keys and values in a text.

use super::Label;

/// What a key says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// `Authorization`: a scheme and a credential.
    Authorization,
    /// `Cookie`: pairs.
    Cookies,
    /// A password or a key.
    Secret,
    /// A token, and no word of sentences: `access_token`.
    Token,
    /// The id of a web session.
    Session,
    /// `token`, `auth`, `session`: what follows may be a sentence.
    Weak(Label),
}

/// The longest tail of a key that is looked at, in bytes.
pub(super) const MAX_KEY: usize = 64;

/// What `key` says of its value, if that may be a credential.
pub(super) fn class(key: &str) -> Option<Class> {
    let (mut room, mut length) = ([0; MAX_KEY], 0);
    for (to, byte) in room.iter_mut().zip(key.bytes().filter(u8::is_ascii_alphanumeric)) {
        *to = byte.to_ascii_lowercase();
        length += 1;
    }
    let key = &room[..length];
    let has = |names: &[&str]| {
        names.iter().any(|name| key.windows(name.len()).any(|part| part == name.as_bytes()))
    };
    let ends = |names: &[&str]| names.iter().any(|name| key.ends_with(name.as_bytes()));
    if ends(&["authorization"]) {
        Some(Class::Authorization)
    } else if ends(&["cookie", "cookies"]) {
        Some(Class::Cookies)
    } else if has(&[
        "password",
        "passwd",
        "passphrase",
        "passcode",
        "secret",
        "apikey",
        "privatekey",
        "accesskey",
        "signingkey",
    ]) || ends(&["pwd", "pass", "authkey"])
    {
        Some(Class::Secret)
    } else if has(&["csrftoken", "xsrftoken", "csrfmiddlewaretoken", "remembertoken"])
        || ends(&[
            "accesstoken",
            "refreshtoken",
            "idtoken",
            "authtoken",
            "sessiontoken",
            "apitoken",
        ])
    {
        Some(Class::Token)
    } else if ends(&["sessionid", "sessid", "connectsid", "sailssid", "koasid"]) {
        Some(Class::Session)
    } else if ends(&["session"]) {
        Some(Class::Weak(Label::Cookie))
    } else if ends(&["token", "jwt", "auth", "csrf", "xsrf"]) {
        Some(Class::Weak(Label::Token))
    } else {
        None
    }
}

/// Whether `word` is a scheme of `Authorization`.
pub(super) fn is_scheme(word: &str) -> bool {
    ["bearer", "basic", "token", "jwt", "negotiate", "apikey", "digest"]
        .iter()
        .any(|s| word.eq_ignore_ascii_case(s))
}

/// Attributes of `Set-Cookie`, whose values are no secrets.
pub(super) fn is_attribute(name: &str) -> bool {
    let name = name.trim();
    [
        "path",
        "expires",
        "max-age",
        "domain",
        "samesite",
        "httponly",
        "secure",
        "partitioned",
        "priority",
    ]
    .iter()
    .any(|a| name.eq_ignore_ascii_case(a))
}

/// Values that are no credentials, and that tell what went wrong.
pub(super) fn says_nothing(value: &str) -> bool {
    let value = value.trim().trim_end_matches(['.', '…']);
    matches!(
        value,
        "" | "None"
            | "null"
            | "undefined"
            | "nil"
            | "NaN"
            | "True"
            | "False"
            | "true"
            | "false"
            | "none"
            | "NULL"
            | "[object Object]"
    ) || value.starts_with(['<', '*', '‹'])
}

//! JSON Web Tokens, read without a key.
//!
//! Not the job of this file: whether a token is good. Its signature is never looked at, and its times are compared with the log's elsewhere.

mod find;
mod members;

use serde_json::Value;

pub(crate) use self::find::is_base64url;
pub use self::find::{find, looks_like};
use self::members::{member, object, seconds, text};

/// Longest token that is decoded, in bytes.
pub const MAX_LEN: usize = 64 * 1024;

/// What a token says of itself. Times are seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jwt {
    /// `alg` of the header.
    pub alg: Option<Box<str>>,
    /// `kid` of the header.
    pub kid: Option<Box<str>>,
    /// `typ` of the header.
    pub typ: Option<Box<str>>,
    /// `iss`.
    pub iss: Option<Box<str>>,
    /// `aud`, several joined by a comma.
    pub aud: Option<Box<str>>,
    /// `sub`, as text whatever its type.
    pub sub: Option<Box<str>>,
    /// Whether `sub` is text, as it must be.
    pub sub_is_text: bool,
    /// `jti`.
    pub jti: Option<Box<str>>,
    /// `type` or `token_type` of the claims: `access`, `refresh`.
    pub kind: Option<Box<str>>,
    /// `iat`.
    pub iat: Option<i64>,
    /// `nbf`.
    pub nbf: Option<i64>,
    /// `exp`.
    pub exp: Option<i64>,
    /// Whether the third part is there and not empty.
    pub signed: bool,
}

/// A part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Part {
    /// The first.
    Header,
    /// The second.
    Payload,
}

/// Why a text is no JWT. The text itself is never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Longer than [`MAX_LEN`].
    #[error("token is longer than {MAX_LEN} bytes")]
    TooLong,
    /// Not three parts.
    #[error("token has {0} parts instead of 3")]
    Segments(usize),
    /// A part is not base64url.
    #[error("token's {0} is not base64url")]
    Base64(Part),
    /// A part decodes, but not to a JSON object.
    #[error("token's {0} is not a JSON object")]
    Json(Part),
}

/// Reads what `token` says of itself.
pub fn decode(token: &str) -> Result<Jwt, Malformed> {
    if token.len() > MAX_LEN {
        return Err(Malformed::TooLong);
    }
    let segments = token.bytes().filter(|b| *b == b'.').count() + 1;
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Malformed::Segments(segments));
    };
    let header = object(header, Part::Header, &["alg", "kid", "typ"])?;
    let claims = object(
        payload,
        Part::Payload,
        &["iss", "aud", "sub", "jti", "type", "token_type", "iat", "nbf", "exp"],
    )?;
    let alg = text(&header, "alg");
    let unsigned = alg.as_deref().is_some_and(is_none);
    Ok(Jwt {
        kid: text(&header, "kid"),
        typ: text(&header, "typ"),
        iss: text(&claims, "iss"),
        aud: text(&claims, "aud"),
        sub: text(&claims, "sub"),
        sub_is_text: member(&claims, "sub").is_some_and(Value::is_string),
        jti: text(&claims, "jti"),
        kind: text(&claims, "type").or_else(|| text(&claims, "token_type")),
        iat: seconds(&claims, "iat"),
        nbf: seconds(&claims, "nbf"),
        exp: seconds(&claims, "exp"),
        signed: !signature.is_empty() && !unsigned,
        alg,
    })
}

/// What a token's header says, whatever stands behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `alg`.
    pub alg: Option<Box<str>>,
    /// `kid`.
    pub kid: Option<Box<str>>,
    /// `typ`.
    pub typ: Option<Box<str>>,
}

/// Reads the header of `token`. Of an encrypted token, which has five parts, nothing else can be read.
pub fn header(token: &str) -> Result<Header, Malformed> {
    if token.len() > MAX_LEN {
        return Err(Malformed::TooLong);
    }
    let (first, _) = token.split_once('.').ok_or(Malformed::Segments(1))?;
    let header = object(first, Part::Header, &["alg", "kid", "typ"])?;
    Ok(Header { alg: text(&header, "alg"), kid: text(&header, "kid"), typ: text(&header, "typ") })
}

/// Whether an algorithm's name says that nothing is signed.
pub fn is_none(alg: &str) -> bool {
    alg.eq_ignore_ascii_case("none")
}

#[cfg(test)]
mod tests;

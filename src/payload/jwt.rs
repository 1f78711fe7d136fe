//! JSON Web Tokens, read without a key.
//!
//! Not the job of this file: whether a token is good. Its signature is never looked at, and its times are compared with the log's elsewhere.

use std::fmt;

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use memchr::memmem;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

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

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    // Padding is wrong in a JWT, and some makers of tokens write it all the same. Stray bits at the end are not our business.
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

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

/// Those of an object's members that are asked for.
type Members = Vec<(&'static str, Value)>;

fn object(
    segment: &str,
    part: Part,
    wanted: &'static [&'static str],
) -> Result<Members, Malformed> {
    let bytes = BASE64.decode(segment).map_err(|_| Malformed::Base64(part))?;
    let mut reader = serde_json::Deserializer::from_slice(&bytes);
    let members = reader.deserialize_map(Wanted(wanted)).map_err(|_| Malformed::Json(part))?;
    reader.end().map_err(|_| Malformed::Json(part))?;
    Ok(members)
}

/// Reads an object, and of its members those with these names: a token's other claims may be many.
#[derive(Clone, Copy)]
struct Wanted(&'static [&'static str]);

impl<'de> Visitor<'de> for Wanted {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members, M::Error> {
        let mut members: Members = Vec::with_capacity(self.0.len());
        while let Some(name) = map.next_key_seed(Name(self.0))? {
            let Some(name) = name else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value()?;
            // Of two of one name the last counts.
            members.retain(|(known, _)| *known != name);
            members.push((name, value));
        }
        Ok(members)
    }
}

/// Reads a name, and says which of these it is.
struct Name(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|wanted| *wanted == name))
    }
}

fn member<'m>(object: &'m Members, key: &str) -> Option<&'m Value> {
    object.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn text(object: &Members, key: &str) -> Option<Box<str>> {
    fn plain(value: &Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            Value::Array(items) => {
                Some(items.iter().filter_map(plain).collect::<Vec<_>>().join(","))
            }
            other => Some(other.to_string()),
        }
    }
    member(object, key).and_then(plain).map(String::into_boxed_str)
}

fn seconds(object: &Members, key: &str) -> Option<i64> {
    let value = member(object, key)?;
    let number = match value {
        Value::String(text) => return text.parse().ok(),
        Value::Number(number) => number,
        _ => return None,
    };
    number.as_i64().or_else(|| {
        let float = number.as_f64()?;
        // Some libraries write fractions of seconds. `as` saturates, which is right for a nonsense time.
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted")]
        Some(float as i64)
    })
}

/// The first run in `text` that has a JWT's shape: two JSON objects in base64url and a signature, which may be empty.
///
/// A Flask session cookie may begin with `eyJ` as well; its second part is a time stamp and no object.
pub fn find(text: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(found) = text.as_bytes().get(from..).and_then(|b| memmem::find(b, b"eyJ")) {
        let start = from + found;
        let header = start + segment(text, start);
        // Other candidates inside this run end where it ends, so they fail as it does: go on behind it.
        from = header.max(start + 3);
        if header - start < 8 || text.as_bytes().get(header) != Some(&b'.') {
            continue;
        }
        let payload = header + 1 + segment(text, header + 1);
        let object = text.as_bytes().get(header + 1..header + 3);
        if !matches!(object, Some(b"ey" | b"e3" | b"ew"))
            || text.as_bytes().get(payload) != Some(&b'.')
        {
            continue;
        }
        let end = payload + 1 + segment(text, payload + 1);
        return text.get(start..end);
    }
    None
}

/// How many bytes of `text` from `at` on are one segment, its padding included.
fn segment(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes().get(at..).unwrap_or_default();
    let run = bytes.iter().take_while(|b| is_base64url(**b)).count();
    let padding =
        bytes.get(run..).unwrap_or_default().iter().take(2).take_while(|b| **b == b'=').count();
    run + if run == 0 { 0 } else { padding }
}

pub(crate) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Whether the whole of `text` has a JWT's shape.
pub fn looks_like(text: &str) -> bool {
    find(text).is_some_and(|found| found.len() == text.len())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

    use super::*;

    fn token(header: &str, claims: &str, signature: &str) -> String {
        format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_says_who_and_when() {
        let token = token(
            r#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#,
            r#"{"iss":"https://id.example.test","aud":["web","app"],"sub":7,"jti":"j","type":"access","iat":1795360625,"nbf":1795360625.5,"exp":"1795361530"}"#,
            "c2ln",
        );
        let want = Jwt {
            alg: Some("HS256".into()),
            kid: Some("k1".into()),
            typ: Some("JWT".into()),
            iss: Some("https://id.example.test".into()),
            aud: Some("web,app".into()),
            sub: Some("7".into()),
            sub_is_text: false,
            jti: Some("j".into()),
            kind: Some("access".into()),
            iat: Some(1_795_360_625),
            nbf: Some(1_795_360_625),
            exp: Some(1_795_361_530),
            signed: true,
        };
        assert_eq!(decode(&token), Ok(want));
    }

    #[test]
    fn a_token_without_algorithm_or_signature_is_not_signed() {
        for (header, signature, signed) in [
            (r#"{"alg":"none"}"#, "", false),
            (r#"{"alg":"None"}"#, "c2ln", false),
            (r#"{"alg":"HS256"}"#, "", false),
            ("{}", "c2ln", true),
        ] {
            assert_eq!(
                decode(&token(header, "{}", signature)).map(|jwt| jwt.signed),
                Ok(signed),
                "{header}"
            );
        }
    }

    #[test]
    fn padding_is_read() {
        let token = format!(
            "{}.{}.sig",
            URL_SAFE.encode(r#"{"alg":"HS256"}"#),
            URL_SAFE.encode(r#"{"sub":"alice"}"#)
        );
        assert_eq!(decode(&token).map(|jwt| jwt.sub), Ok(Some("alice".into())), "{token}");
        assert!(looks_like(&token));
    }

    #[test]
    fn malformed_tokens_say_in_which_way() {
        let long = "a".repeat(MAX_LEN + 1);
        for (token, want) in [
            ("", Malformed::Segments(1)),
            ("undefined", Malformed::Segments(1)),
            ("a.b", Malformed::Segments(2)),
            ("a.b.c.d.e", Malformed::Segments(5)),
            ("!!.e30.sig", Malformed::Base64(Part::Header)),
            ("Bearer e30.e30.sig", Malformed::Base64(Part::Header)),
            ("bm90anNvbg.e30.sig", Malformed::Json(Part::Header)),
            ("W10.e30.sig", Malformed::Json(Part::Header)),
            ("e30.%.sig", Malformed::Base64(Part::Payload)),
            ("e30.W10.sig", Malformed::Json(Part::Payload)),
            (long.as_str(), Malformed::TooLong),
        ] {
            assert_eq!(decode(token), Err(want), "{}", token.get(..20).unwrap_or(token));
        }
    }

    #[test]
    fn a_token_is_found_in_a_line() {
        let jwt = token(r#"{"alg":"HS256"}"#, r#"{"sub":"7"}"#, "c2lnbmF0dXJl");
        for line in [
            format!("0{{\"token\":\"{jwt}\"}}"),
            format!("Bearer {jwt}, x"),
            format!("?t=eyJ&token={jwt}&x=1"),
            format!("eyJabc eyJhbGciOi.x {jwt}"),
        ] {
            assert_eq!(find(&line), Some(jwt.as_str()), "{line}");
        }
    }

    #[test]
    fn look_alikes_are_no_tokens() {
        for text in [
            "",
            "eyJ",
            "eyJhbGciOiJIUzI1NiIs...",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi",
            // A Flask session: the second part is a time stamp.
            "eyJ0aGVtZSI6ImRhcmsifQ.awMHiA.qO175I-XfxJGDR_JDngghbcOE0s",
            "85rwddXf5qzlW0vzAAAA",
            "eyJhbGciOiJIUzI1NiJ9 . e30 . x",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_of_false_starts_is_read_in_linear_time() {
        for text in
            ["eyJ".repeat(300_000), "eyJabcdefgh.".repeat(80_000), "eyJabcdefgh.eyJ".repeat(60_000)]
        {
            let start = std::time::Instant::now();
            let _ = find(&text);
            assert!(start.elapsed().as_secs() < 2);
        }
    }
}

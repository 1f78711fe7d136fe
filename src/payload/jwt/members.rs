//! The members of a header or payload that are asked for: a token's other claims may be many.

use std::fmt;

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::{Malformed, Part};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    // Padding is wrong in a JWT, and some makers of tokens write it all the same. Stray bits at the end are not our business.
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Those of an object's members that are asked for.
pub(super) type Members = Vec<(&'static str, Value)>;

pub(super) fn object(
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

pub(super) fn member<'m>(object: &'m Members, key: &str) -> Option<&'m Value> {
    object.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}

pub(super) fn text(object: &Members, key: &str) -> Option<Box<str>> {
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

pub(super) fn seconds(object: &Members, key: &str) -> Option<i64> {
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

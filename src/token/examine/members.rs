//! The members of a token's parts: read in their order, and made fit to be shown.

use std::fmt;

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::Value;

use crate::payload::{jwt, redact};

/// Longest value of a claim that is shown, in characters.
pub(super) const LONGEST_VALUE: usize = 200;

/// Most members that are shown.
pub(super) const MOST_MEMBERS: usize = 100;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The members of a part, in their order, with those that stand twice.
pub(super) fn members(part: &str) -> Option<Vec<(String, Value)>> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, Value)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }
    if part.len() > jwt::MAX_LEN {
        return None;
    }
    let bytes = BASE64.decode(part).ok()?;
    serde_json::Deserializer::from_slice(&bytes).deserialize_map(Members).ok()
}

/// What is wrong with the JSON of a part, of what can be told without quoting it.
pub(super) fn broken_json(text: &str, part: jwt::Part) -> Option<&'static str> {
    let index = match part {
        jwt::Part::Header => 0,
        jwt::Part::Payload => 1,
    };
    let bytes = BASE64.decode(text.split('.').nth(index)?).ok()?;
    if std::str::from_utf8(&bytes).is_err() {
        return Some("it is not UTF-8");
    }
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(_) => Some("it is JSON of another kind"),
        Err(error) if error.to_string().starts_with("recursion limit") => {
            Some("it is nested deeper than parsers follow")
        }
        Err(error) if error.is_eof() => Some("it ends too early"),
        Err(_) => None,
    }
}

/// Members as they are shown: as JSON, masked, not too long.
pub(super) fn shown(members: Vec<(String, Value)>) -> Vec<(String, String)> {
    let cut = |text: &str| {
        let masked = redact::redact(text);
        let mut chars = masked.chars();
        let mut short: String = chars.by_ref().take(LONGEST_VALUE).collect();
        if chars.next().is_some() {
            short.push('…');
        }
        short
    };
    members
        .into_iter()
        .take(MOST_MEMBERS)
        .map(|(name, value)| {
            // Masking goes by names too, so it sees the member as it stood.
            let pair = serde_json::json!({ name.as_str(): value }).to_string();
            let masked = redact::redact(&pair).into_owned();
            let value = match serde_json::from_str::<Value>(&masked) {
                Ok(Value::Object(object)) => match object.into_iter().next() {
                    Some((_, Value::String(text))) => cut(&text),
                    Some((_, value)) => cut(&value.to_string()),
                    None => String::new(),
                },
                _ => "not shown".to_owned(),
            };
            (cut(&name), value)
        })
        .collect()
}

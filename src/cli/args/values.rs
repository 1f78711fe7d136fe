//! How the text of an argument becomes a value, and what is said where it cannot.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser, ValueParser};
use siotrace::{rules::cause::Cause, time::Stamp};
use strum::IntoEnumIterator;

/// One of the causes, by its name.
pub(super) fn cause() -> ValueParser {
    let names = Cause::iter().map(|cause| PossibleValue::new(cause.as_str()));
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Cause>()).into()
}

/// A moment, as finely as it was written.
pub(super) fn time(text: &str) -> Result<Stamp, String> {
    Stamp::from_user(text).ok_or_else(|| {
        "write it as 2026-11-22T14:05:00Z, \"2026-11-22 14:05\" or 2026-11-22".to_owned()
    })
}

/// Seconds east of UTC.
pub(super) fn offset(text: &str) -> Result<i64, String> {
    parse_offset(text).ok_or_else(|| "write it as +02:00, -0530 or Z".to_owned())
}

fn parse_offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z" | "UTC") {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() <= 2 => (digits, "00"),
        None => digits.split_at_checked(2)?,
    };
    let number = |text: &str, limit: i64| {
        let plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|n| plain && *n <= limit)
    };
    Some(sign * (number(hours, 15)? * 3600 + number(minutes, 59)? * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_read_as_people_write_them() {
        for (text, want) in [
            ("+02:00", Some(7200)),
            ("-0530", Some(-19_800)),
            ("+2", Some(7200)),
            ("Z", Some(0)),
            ("02:00", None),
            ("+", None),
            ("+99:00", None),
            ("+02:60", None),
            ("+é0", None),
            ("+-1:00", None),
        ] {
            assert_eq!(parse_offset(text), want, "{text}");
        }
    }
}

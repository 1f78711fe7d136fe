//! Prefixes that tools put before each line of several processes: `docker compose`, pm2, foreman.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
};
use crate::time::Stamp;

/// `web-1  | M`, `project_web_1 | M`, `0|api  | M`.
pub(super) fn read(text: &str) -> Option<Layer<'_>> {
    let (name, rest) = prefix(text)?;
    Some(Layer {
        kind: Kind::Prefix,
        writer: Writer::of(name),
        rest: Cow::Borrowed(rest),
        ..Layer::default()
    })
}

/// foreman and honcho: `12:00:01 web.1  | M`.
pub(super) fn after_time(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let (name, rest) = prefix(rest.strip_prefix(' ')?)?;
    Some(Layer {
        kind: Kind::Prefix,
        layout: 1,
        stamp: Some(stamp),
        writer: Writer::of(name),
        rest: Cow::Borrowed(rest),
        ..Layer::default()
    })
}

/// The name before the bar and the text behind it.
///
/// A table or a sentence may have a bar behind its first word, so the name must be padded, numbered, or pm2's.
fn prefix(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().take(80).position(|b| {
        !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'|' | b'@'))
    })?;
    let (name, rest) = text.split_at_checked(end)?;
    let padding = rest.bytes().take_while(|b| *b == b' ').count();
    let rest = rest.get(padding..)?.strip_prefix('|')?;
    if padding == 0 || name.is_empty() || !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    let pm2 = name.split_once('|');
    let plain = pm2.map_or(name, |(_, name)| name);
    if plain.is_empty() || plain.contains('|') || Level::named(plain).is_some() {
        return None;
    }
    let instance = plain
        .rsplit_once(['-', '_', '.'])
        .is_some_and(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let id = pm2.is_some_and(|(id, _)| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
    if pm2.is_some() != id || !(padding >= 2 || instance || id) {
        return None;
    }
    Some((name, rest.strip_prefix(' ').unwrap_or(rest)))
}

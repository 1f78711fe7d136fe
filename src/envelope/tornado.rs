//! Tornado's log formatter: `[W 260514 18:44:04 web:2271] M`, the letter being the level's.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer},
    stamp,
};

/// Reads a line of Tornado 3 to 6, whose `LogFormatter` prints `%y%m%d %H:%M:%S` and the place in the code.
pub(super) fn read(text: &str) -> Option<Layer<'_>> {
    let [b'[', letter, b' ', ..] = text.as_bytes() else { return None };
    let level = match letter {
        b'D' => Level::Debug,
        b'I' => Level::Info,
        b'W' => Level::Warning,
        b'E' => Level::Error,
        b'C' => Level::Critical,
        _ => return None,
    };
    let rest = text.get(3..)?;
    let (stamp, rest) = stamp::compact(rest)?;
    let (place, rest) = rest.strip_prefix(' ')?.split_once(']')?;
    let (module, line) = place.rsplit_once(':')?;
    if module.is_empty() || module.contains(' ') || !line.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Layer {
        kind: Kind::Timed,
        layout: 131,
        stamp: Some(stamp),
        level: Some(level),
        logger: Some(Cow::Borrowed(module)),
        rest: Cow::Borrowed(rest.strip_prefix(' ').unwrap_or(rest)),
        ..Layer::default()
    })
}

//! Logs of Apple's systems: what `NSLog` writes, and `log show` and `log stream`. Whoever writes there is a client.
//!
//! ```text
//! 2026-11-22 14:45:34.231456+0000 Chat[64576:1081389] M                                        NSLog
//! 2026-11-22 14:45:34.231 Df Chat[64576:1081389] [com.example.chat:net] M                       log, compact
//! 2026-11-22 14:45:34.231456+0000 0x1a2b  Default  0x0  64576  0  Chat: (Socket) [com.example.chat:net] M   log
//! ```

use std::borrow::Cow;

use super::{
    layer::{Kind, Layer, Writer},
    words::is_number,
};
use crate::time::Stamp;

/// Longest name of a program.
const LONGEST: usize = 64;

/// What stands behind the time.
pub(super) fn after_time(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let text = rest.strip_prefix(' ')?;
    let (process, rest) = match text.strip_prefix("0x") {
        Some(text) => columns(text)?,
        None => bracketed(text)?,
    };
    Some(Layer {
        kind: Kind::Apple,
        stamp: Some(stamp),
        writer: Writer::of(process),
        rest: Cow::Borrowed(rest),
        client: true,
        ..Layer::default()
    })
}

/// `Chat[64576:1081389] M`, perhaps with a type of two letters in front.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let open = text.bytes().take(LONGEST).position(|b| b == b'[')?;
    let (pid, rest) = text.get(open + 1..)?.split_once("] ")?;
    let (process, thread) = pid.split_once(':')?;
    let is_thread = !thread.is_empty() && thread.bytes().all(|b| b.is_ascii_hexdigit());
    // A name of a program has no time in it.
    let is_name = open > 0 && !text.as_bytes().iter().take(open).any(|b| *b == b':');
    (is_name && is_number(process) && is_thread).then(|| (process, unmarked(rest)))
}

/// Thread, type, activity, process, time to live; then `Chat: (Socket) [com.example.chat:net] M`.
fn columns(text: &str) -> Option<(&str, &str)> {
    let mut rest = text;
    let mut column = || {
        let (word, behind) = rest.split_once(' ')?;
        rest = behind.trim_start_matches(' ');
        Some(word)
    };
    let (_, _, activity, process, _) = (column()?, column()?, column()?, column()?, column()?);
    if !activity.starts_with("0x") || !is_number(process) {
        return None;
    }
    let (_, rest) = rest.split_once(": ")?;
    let rest = rest.strip_prefix('(').and_then(|r| r.split_once(") ")).map_or(rest, |(_, r)| r);
    Some((process, unmarked(rest)))
}

/// Without `[subsystem:category] `.
fn unmarked(text: &str) -> &str {
    let Some((mark, rest)) = text.strip_prefix('[').and_then(|t| t.split_once("] ")) else {
        return text;
    };
    if mark.contains(':') && mark.contains('.') && !mark.contains(' ') { rest } else { text }
}

//! Access lines: only the time is read; the whole line is the message, since it begins with the client's address.

use std::borrow::Cow;

use super::{
    layer::{Kind, Layer},
    stamp,
};
use crate::time::Stamp;

/// How far from the start the time may stand: addresses, a list of forwarders and a user come before it.
const REACH: usize = 300;

/// Reads common and combined logs, Werkzeug, eventlet, gevent, daphne, aiohttp, Traefik, `HAProxy`, and AWS's balancers.
pub(super) fn read(text: &str) -> Option<Layer<'_>> {
    balanced(text).or_else(|| common(text).map(|stamp| whole(stamp, text)))
}

/// Reads the lines of AWS's application load balancers, which begin with the scheme.
pub(super) fn balanced(text: &str) -> Option<Layer<'_>> {
    balancer(text).map(|stamp| whole(stamp, text))
}

fn whole(stamp: Stamp, text: &str) -> Layer<'_> {
    Layer {
        kind: Kind::Access,
        stamp: Some(stamp),
        rest: Cow::Borrowed(text),
        last: true,
        ..Layer::default()
    }
}

/// `127.0.0.1 - - [22/Nov/2026:14:45:00 +0000] "GET …`; gevent has `[2026-11-22 14:47:39]`.
fn common(text: &str) -> Option<Stamp> {
    let head = text.as_bytes().get(..REACH.min(text.len()))?;
    let open = memchr::memchr(b'[', head)?;
    let before = text.get(..open)?;
    // An address stands first, and nothing quoted before the time.
    if !before.ends_with(' ') || before.contains('"') {
        return None;
    }
    let inside = text.get(open + 1..)?;
    let (stamp, rest) = if before.ends_with(" - ") && inside.as_bytes().get(4) == Some(&b'-') {
        stamp::read(inside, 1970)?
    } else {
        stamp::clf(inside)?
    };
    rest.starts_with("] ").then_some(stamp)
}

/// `wss 2026-11-22T14:45:00.123456Z app/…`: the time of the answer.
fn balancer(text: &str) -> Option<Stamp> {
    let (scheme, rest) = text.get(..text.floor_char_boundary(6))?.split_once(' ')?;
    if !matches!(scheme, "http" | "https" | "h2" | "ws" | "wss" | "grpcs") || rest.contains(' ') {
        return None;
    }
    let (stamp, rest) = stamp::read(text.get(scheme.len() + 1..)?, 1970)?;
    rest.starts_with(" app/").then_some(stamp)
}

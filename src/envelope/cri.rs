//! The log files of containerd and CRI-O: `2026-11-22T14:45:00.123456789Z stdout F M`.

use std::borrow::Cow;

use super::layer::{Kind, Layer};
use crate::time::Stamp;

/// Reads what follows the time. The tag is `F` (full) or `P` (partial: goes on with the next line of the stream).
pub(super) fn after_time(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let rest = rest.strip_prefix(" std")?;
    let rest = rest.strip_prefix("out ").or_else(|| rest.strip_prefix("err "))?;
    let (tag, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    // Tags may be joined by colons; only the first one is defined.
    let partial = match tag.split(':').next()? {
        "F" => false,
        "P" => true,
        _ => return None,
    };
    Some(Layer {
        kind: Kind::Cri,
        stamp: Some(stamp),
        rest: Cow::Borrowed(rest),
        partial,
        ..Layer::default()
    })
}

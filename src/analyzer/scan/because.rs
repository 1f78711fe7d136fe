//! Why a client is refused, said in the line below the refusal: `authentication failed for ‹id›`, and under it `  reason: jwt expired`.
//!
//! Asked only of refusals without a reason. The line counts when it says by its first word that it gives one, or when it is the error that a logger prints below its message, with its stack;
//! it is looked at only, and read in its turn.

use super::{
    aside::is_of_same,
    cursor::{Cursor, decode},
};
use crate::{
    envelope::{Peeled, Peeler},
    event::{Event, Kind, Reason, Said},
    grammar::{Grammar, Understood},
    payload::stack,
};

/// How many lines below the refusal it may stand.
const LINES: usize = 2;

/// The reason that a line under the cursor gives for the refusal `event`, and that line.
pub(super) fn below(
    grammar: &Grammar,
    by: &Peeler,
    (event, peeled): (&Event, &Peeled<'_>),
    ahead: Cursor<'_>,
) -> Option<(Said, String)> {
    let (Kind::Refused(said) | Kind::Complained(said)) = &event.kind else { return None };
    if !said.reason.is_vague() {
        return None;
    }
    if let Some(found) = thrown(grammar, by, peeled, ahead) {
        return Some(found);
    }
    let mut ahead = ahead;
    for _ in 0..LINES {
        if ahead.is_at_end() {
            return None;
        }
        let line = decode(ahead.take());
        let next = by.peel(&line);
        // Another program's line may stand between two of one.
        let Some(reason) = says_why(grammar, peeled, &next) else { continue };
        // What is an event by itself needs no refusal above it.
        if matches!(grammar.read(&next), Understood::Event(..)) {
            return None;
        }
        let text = next.message.trim().into();
        return Some((Said { reason, text }, line.into_owned()));
    }
    None
}

/// The error under the cursor, whose stack stands below the refusal that it was thrown for, and what it means.
fn thrown(
    grammar: &Grammar,
    by: &Peeler,
    above: &Peeled<'_>,
    mut ahead: Cursor<'_>,
) -> Option<(Said, String)> {
    // Another program's line may stand between two of one.
    for _ in 0..LINES {
        if above.level.is_none() || ahead.is_at_end() {
            return None;
        }
        let line = decode(ahead.take());
        let error = by.peel(&line);
        // What a logger prints below its message has no head of its own; a container's may stand around both.
        let bare = error.level.is_none() && error.logger.is_none() && !ahead.is_at_end();
        let Some((class, _)) = stack::error(&error.message).filter(|_| bare) else { continue };
        let frame = decode(ahead.peek());
        let frame = by.peel(&frame).message;
        if class.is_empty() || !(frame.trim_start().starts_with("at ") && frame.contains(':')) {
            continue;
        }
        let crashed = ["TypeError", "ReferenceError", "RangeError", "SyntaxError"].contains(&class);
        let reason = grammar.thrown(&error.message).or(crashed.then_some(Reason::Crashed))?;
        // Whom the server could not reach is not its client.
        let reason = if reason == Reason::Unreachable { Reason::BackendDown } else { reason };
        return Some((Said { reason, text: error.message.trim().into() }, line.into_owned()));
    }
    None
}

/// The reason that `below` gives for what `above` told, if one program wrote both in one go.
fn says_why(grammar: &Grammar, above: &Peeled<'_>, below: &Peeled<'_>) -> Option<Reason> {
    let of_same =
        is_of_same(above, below) && (below.logger == above.logger || below.logger.is_none());
    grammar.because(spoken(&below.message, &above.message)).filter(|_| of_same)
}

/// `below` without the name that both lines begin with: `gate: reason: …` under `gate: refused …`.
fn spoken<'b>(below: &'b str, above: &str) -> &'b str {
    let name = above.split_once(": ").map(|(name, _)| name).filter(|name| !name.contains(' '));
    name.and_then(|name| below.strip_prefix(name)).unwrap_or(below)
}

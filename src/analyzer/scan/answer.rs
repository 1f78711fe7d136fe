//! What a service answered, printed over several lines between the line that names a connection and the one that says what became of it: the JSON of
//! an auth backend, behind `asking the auth service`.
//!
//! Asked of lines that name a connection; for nearly all of them the end of the next line is the answer.

use super::{
    cursor::{Cursor, decode},
    record,
};
use crate::{
    envelope::{Peeled, Peeler},
    event::{Event, Kind},
    grammar::{Grammar, Understood},
};

/// What the object below the line is a complaint of, if it is one, and what to quote of it. Its lines are looked at only, and read in their turn.
pub(super) fn below(
    grammar: &Grammar,
    by: &Peeler,
    first: &Peeled<'_>,
    understood: &Understood,
    ahead: Cursor<'_>,
) -> Option<(Event, String)> {
    if !may_open(ahead.peek()) {
        return None;
    }
    let mut ids = match understood {
        Understood::Event(event, _) if may_wait(&event.kind) => event.ids.clone(),
        Understood::Unknown | Understood::Foreign => grammar.ids(first),
        _ => return None,
    };
    if ids.engine.is_none() && ids.socket.is_none() && ids.either.is_none() {
        return None;
    }
    let mut behind = ahead;
    let opening = decode(behind.take());
    let opening = by.peel(&opening);
    let message = opening.message.clone().into_owned();
    let (object, _) = record::object(by, &message, behind)?;
    // A record of its own has a time or a level.
    let own = by.peel(&object);
    if own.stamp.is_some() || own.level.is_some() {
        return None;
    }
    let mut with_object = opening.into_owned();
    with_object.message = format!("{} {object}", first.message).into();
    let Understood::Event(event, _) = grammar.read(&with_object) else { return None };
    let (Kind::Refused(said) | Kind::Complained(said)) = event.kind else { return None };
    if said.reason.is_vague() {
        return None;
    }
    // Who asked is the line's to say, whatever the answer names.
    ids.user = None;
    let rest = object.get(message.trim_end().len()..).unwrap_or_default();
    let text = decode(ahead.peek()).into_owned() + rest;
    Some((Event { kind: Kind::Complained(said), ids, ..event }, text))
}

/// Whether a line ends by opening an object: bare, behind a prefix, or inside the JSON of what carries it.
fn may_open(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    // The end of a string that is one of the carrier's values.
    let ends_here = |behind: &[u8]| {
        [b"\"," as &[u8], b"\"}", b"\\n\""].iter().any(|end| behind.starts_with(end))
    };
    line.ends_with(b"{")
        || line.starts_with(b"{")
            && memchr::memchr_iter(b'{', line).any(|at| ends_here(&line[at + 1..]))
}

/// Whether somebody of whom this was said may still wait for what a service says of him.
fn may_wait(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Opened
            | Kind::Upgraded
            | Kind::ConnectAsked(_)
            | Kind::LoginAsked(_)
            | Kind::HandlerEntered(_)
            | Kind::Offered(_)
            | Kind::TokenTried(_)
            | Kind::Refused(_)
            | Kind::Complained(_)
            | Kind::Noticed(_)
    )
}

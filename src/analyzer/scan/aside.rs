//! Why a client is refused, said in a line of its own that names no connection: what `console.log(error.message)` in a middleware prints, right above the line by which
//! the client is refused without a word of why.
//!
//! Asked only of refusals without a reason; the lines above them are looked at, and read in their turn if they are anybody's.

use super::cursor::{Cursor, decode};
use crate::{
    envelope::{Peeled, Peeler},
    event::{ClosedBy, Event, Ids, Kind, Said, Speaker, Stack},
    grammar::{Grammar, Understood},
    payload::stack,
    time::SECOND,
};

/// How many lines above the refusal it may stand, frames of a stack not counted.
const LINES: usize = 2;

/// Most frames of a stack between the two.
const FRAMES: usize = 16;

/// Farthest apart in time: a program says both in one go.
const AT_ONCE: i64 = SECOND;

/// Farthest apart for two lines of one handler between which nothing is waited for.
const ONE_BREATH: i64 = SECOND / 50;

/// What a line tells above the refusal.
pub(super) struct Aside {
    pub(super) event: Event,
    /// Its own number, and what to quote.
    pub(super) line: u64,
    pub(super) text: String,
}

/// What is told of a refusal without a reason by the line above it.
pub(super) enum Why {
    /// A record of its own, which stands in front.
    Before(Aside),
    /// The same refusal, which now says why; `line` and `text` are of both lines.
    Whole(Aside),
}

/// Why the client of `event` is refused, if a line above the one at `start` says so that belongs to no record; `read` is the line of the last that does.
pub(super) fn above(
    grammar: &Grammar,
    by: &Peeler,
    (event, peeled): (&Event, &Peeled<'_>),
    start: Cursor<'_>,
    read: Option<u64>,
) -> Option<Why> {
    if event.speaker != Speaker::Server || !lacks_reason(&event.kind) {
        return None;
    }
    let named = names_one(&event.ids);
    let by_one_writer = is_said_at_once(event, peeled);
    if !named && !by_one_writer && !matches!(event.kind, Kind::Refused(_)) {
        return None;
    }
    let mut cursor = start.unbounded();
    let (mut lines, mut frames) = (0, 0);
    while lines < LINES && frames < FRAMES {
        let text = decode(cursor.back()?);
        if read.is_some_and(|read| cursor.number() <= read) {
            return None;
        }
        let above = by.peel(&text);
        if stack::is_frame(&above.message) || above.message.trim().is_empty() {
            frames += 1;
            continue;
        }
        lines += 1;
        // Another thread's line, or another program's, stands between two of one.
        if peeled.writer != 0 && above.writer != peeled.writer {
            continue;
        }
        if !is_of_same(&above, peeled) {
            return None;
        }
        // Of a server that does several things at a time the last line of the same logger may be the same client's.
        let by_chance = !named && !by_one_writer;
        if by_chance && above.logger != peeled.logger {
            continue;
        }
        if by_chance && !is_one_breath(&above, peeled) {
            return None;
        }
        // The library's own lines are of any session.
        if !named && !matches!(grammar.read(&above), Understood::Foreign) {
            return None;
        }
        let of_same = !named || above.logger == peeled.logger;
        let Some(reason) = grammar.aside(&above, of_same) else { continue };
        let said = Said { reason, text: above.message.as_ref().into() };
        let (line, text) = (cursor.number(), text.into_owned());
        let (whole, kind) = match &event.kind {
            Kind::Refused(_) if !named => (true, Kind::Refused(said)),
            // `dropping ‹id›` alone might be anything.
            Kind::Complained(_) | Kind::Request(_) => (false, Kind::Refused(said)),
            _ => (false, Kind::Complained(said)),
        };
        let aside = Aside { event: Event { kind, ..event.clone() }, line, text };
        return Some(if whole { Why::Whole(aside) } else { Why::Before(aside) });
    }
    None
}

/// Whether a refusal without an id is written in one go with what the application says of it: by Node's one thread, or by the very thread that asked the listener.
fn is_said_at_once(event: &Event, peeled: &Peeled<'_>) -> bool {
    match &event.kind {
        Kind::Refused(_) => event.stack == Some(Stack::SocketioJs),
        Kind::Request(_) => event.stack == Some(Stack::Netty) && peeled.writer != 0,
        _ => false,
    }
}

/// Whether both lines were written within a moment, as finely as they are stamped.
fn is_one_breath(above: &Peeled<'_>, below: &Peeled<'_>) -> bool {
    match (above.stamp, below.stamp) {
        (Some(a), Some(b)) => {
            let moment = if a.fraction && b.fraction { ONE_BREATH } else { 0 };
            (0..=moment).contains(&(b.micros - a.micros))
        }
        (None, None) => true,
        _ => false,
    }
}

/// Whether the refusal shows whose it is: a reason may not wander to somebody else.
fn names_one(ids: &Ids) -> bool {
    ids.engine.is_some() || ids.socket.is_some() || ids.either.is_some()
}

/// Whether a client is refused or sent away by this, and nobody says why.
fn lacks_reason(kind: &Kind) -> bool {
    match kind {
        Kind::Refused(said) | Kind::ConnectRefused(said) | Kind::Complained(said) => {
            said.reason.is_vague()
        }
        Kind::Closed(by) => *by == ClosedBy::Server,
        Kind::Request(request) => request.status == Some(401) && request.sid.is_none(),
        _ => false,
    }
}

/// Whether one program wrote both lines in one go.
pub(super) fn is_of_same(above: &Peeled<'_>, below: &Peeled<'_>) -> bool {
    above.writer == below.writer
        && above.actor == below.actor
        && match (above.stamp, below.stamp) {
            (Some(a), Some(b)) => (0..=AT_ONCE).contains(&(b.micros - a.micros)),
            _ => true,
        }
}

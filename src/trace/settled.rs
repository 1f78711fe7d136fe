//! What is said of a client that has been in for a while is about what it does, not about its connection.
//!
//! Applications that let everybody connect refuse at once, or when the client proves who it is, and then send it away. A complaint long after a client was let in, after which the
//! client stays, is a move that was not its turn, a message too long, a device's push token that expired: to call it a refused connection would be an alarm over a healthy log.

use crate::{
    event::{ClosedBy, Kind, Reason, Record, Speaker},
    time::{SECOND, Stamp},
};

/// Who is let in first and checked then, is checked within this.
const AT_FIRST: i64 = 5 * SECOND;

/// Who is refused is sent away within this; in whole seconds it may look like one more.
const SENT_AWAY: i64 = SECOND / 2;

/// `records` without what was said of a client when it had been let in, and that did not end its connection.
///
/// Only stamps tell what was late; lines without one are taken as they come.
pub(super) fn without_later_complaints(mut records: Vec<Record>) -> Vec<Record> {
    if !records.iter().any(is_complaint) {
        return records;
    }
    let times = |of: fn(&Kind) -> bool| {
        records.iter().filter(|r| of(&r.event.kind)).filter_map(|r| r.stamp).collect::<Vec<Stamp>>()
    };
    let Some(since) = times(admits).first().copied() else { return records };
    let (ends, asked) = (times(ends), times(|kind| matches!(kind, Kind::LoginAsked(_))));
    let at_first = |at: Stamp| {
        let checked = |from: &Stamp| (0..=AT_FIRST).contains(&(at.micros - from.micros));
        checked(&since) || asked.iter().any(checked)
    };
    records.retain(|r| {
        let Some(at) = r.stamp.filter(|at| is_complaint(r) && at.micros >= since.micros) else {
            return true;
        };
        let mut after = ends.iter().filter(|end| end.micros >= at.micros).peekable();
        let stayed = after.peek().is_some();
        let sent_away = after.any(|end| sent_away(at, *end));
        let clear = match &r.event.kind {
            Kind::Refused(said) => !(stayed && said.reason.is_vague()),
            _ => false,
        };
        sent_away || at_first(at) && clear
    });
    records
}

fn sent_away(refused: Stamp, end: Stamp) -> bool {
    let exact = refused.fraction && end.fraction;
    end.micros - refused.micros <= if exact { SENT_AWAY } else { SECOND }
}

/// Whether a server's line tells of a refusal. Passwords are typed when one is in.
fn is_complaint(record: &Record) -> bool {
    match &record.event.kind {
        Kind::Refused(said) | Kind::Complained(said) => {
            record.event.speaker == Speaker::Server && said.reason != Reason::LoginFailed
        }
        _ => false,
    }
}

fn admits(kind: &Kind) -> bool {
    matches!(kind, Kind::ConnectAccepted | Kind::Admitted { .. })
}

fn ends(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Disconnected(_)
            | Kind::Closed(ClosedBy::Server | ClosedBy::Unknown)
            | Kind::ErrorEmitted(_)
            | Kind::HandlerLeft { admitted: Some(false) }
            | Kind::ConnectRefused(_)
    )
}

//! How far a session has got, as its own lines tell: what it waits for, and what it can have said next.

use crate::{
    event::{Kind, Record},
    ids::Namespace,
    trace::{session::Session, turn::writes_in_turns},
};

/// When the client asked for its namespace.
pub(in crate::trace) fn asked_at(session: &Session) -> Option<i64> {
    session.records.iter().find_map(|r| has_asked(&r.event.kind).then_some(r.when))
}

pub(super) fn has_asked(kind: &Kind) -> bool {
    matches!(kind, Kind::ConnectAsked(_) | Kind::HandlerEntered(_))
}

/// Whether the client has asked for this namespace, and no answer has been told of it.
pub(super) fn awaits(session: &Session, namespace: &Namespace) -> bool {
    let of_it = |r: &&Record| r.event.namespace.as_ref() == Some(namespace);
    let asked = session
        .records
        .iter()
        .filter(of_it)
        .any(|r| matches!(r.event.kind, Kind::ConnectAsked(_) | Kind::HandlerEntered(_)));
    let answered = session.records.iter().any(|r| {
        matches!(r.event.kind, Kind::ConnectAccepted | Kind::ConnectRefused(_) | Kind::Refused(_))
            && r.event.namespace.as_ref().is_none_or(|n| n == namespace)
    });
    // What names no namespace may have answered another one.
    asked && (!answered || !session.progress.decided)
}

/// Whether the line is of a request that has come and has not been answered.
pub(super) fn is_served(record: &Record) -> bool {
    matches!(&record.event.kind, Kind::Request(request) if request.status.is_none())
}

/// Whether a POST has come whose body has not been read yet.
pub(super) fn is_sending(session: &Session) -> bool {
    session.records.last().is_some_and(is_post)
}

/// Whether the line before told in other words that its client has gone.
pub(super) fn is_closing(session: &Session, record: &Record) -> bool {
    session.records.last().is_some_and(|r| {
        matches!(r.event.kind, Kind::Closed(_)) && !r.line.begins_like(&record.line)
    })
}

pub(super) fn is_post(record: &Record) -> bool {
    matches!(&record.event.kind, Kind::Request(request)
        if request.status.is_none() && request.method.as_deref() == Some("POST"))
}

pub(super) fn just_asked(session: &Session) -> bool {
    session.records.last().is_some_and(|r| matches!(r.event.kind, Kind::ConnectAsked(_)))
}

pub(super) fn is_refused(session: &Session) -> bool {
    session.records.iter().any(|r| is_refusal(&r.event.kind))
}

pub(super) fn is_refusal(kind: &Kind) -> bool {
    matches!(kind, Kind::ConnectRefused(_) | Kind::Refused(_))
}

/// Whether the last line is the application's own of a refusal, which names the socket; what its library says of it follows.
pub(super) fn refused_by_application(session: &Session) -> bool {
    session.records.last().is_some_and(|r| {
        matches!(r.event.kind, Kind::Refused(_))
            && r.event.ids.socket.is_some()
            && !writes_in_turns(r)
    })
}

/// Whether a session of which the last line told can go on with one of this kind in the same breath: a refusal with its packet, a packet with its encoding.
pub(super) fn goes_on(session: &Session, kind: &Kind) -> bool {
    let Some(last) = session.records.last() else { return false };
    match (&last.event.kind, kind) {
        (Kind::ConnectRefused(a), Kind::ConnectRefused(b)) => {
            a.text == b.text || b.reason.is_vague()
        }
        (Kind::Refused(_) | Kind::ErrorEmitted(_), _)
        | (Kind::ConnectAccepted | Kind::Admitted { .. }, Kind::ConnectAccepted) => true,
        _ => false,
    }
}

/// Whether a session's middlewares have begun, and neither have they decided nor has it a socket.
pub(super) fn is_in_middlewares(session: &Session) -> bool {
    session.sockets.is_empty() && session.progress.entered && !session.progress.decided
}

//! What speaks against two views being of one attempt.

use super::{Look, SAME_SOURCE};
use crate::{
    event::{Fault, Reason},
    payload::packet,
    time::SECOND,
    trace::{astray::leads_to, fault::may_answer, session::Session},
};

impl Look {
    /// Whether the access line shows the answer that lets a client in, and the other view a refusal.
    fn was_let_in(&self, other: &Look) -> bool {
        self.answer == Some(packet::ACCEPTANCE) && other.admitted == Some(false)
    }

    /// Whether the other's refused request went where this client does not call.
    fn calls_elsewhere(&self, other: &Look) -> bool {
        match (&self.calls, &other.refused) {
            (Some(path), Some(request)) => !leads_to(path, &request.path),
            _ => false,
        }
    }

    /// Whether the engine refused the handshake: its version, its transport, or by the application's own check.
    fn refused_at_the_door(&self) -> bool {
        matches!(
            self.fault,
            Some(Fault::Origin | Fault::Application | Fault::Protocol | Fault::Transport)
        )
    }

    /// Whether its client was told that it is in.
    fn heard_yes(&self) -> bool {
        self.told.is_some() && self.admitted == Some(true)
    }

    /// Whether an engine had to do with it.
    fn met_engine(&self) -> bool {
        self.answered || self.handled || self.fault.is_some_and(|fault| fault != Fault::Path)
    }

    /// Whether the server never knew the session.
    fn is_unknown(&self) -> bool {
        self.sid_refused && !self.answered
    }

    /// Whether the transport was gone before the other view begins.
    fn closed_before(&self, other: &Look) -> bool {
        self.closed.is_some_and(|at| other.span.0 > at + SECOND)
    }

    /// Whether the two cannot be views of one attempt.
    pub(super) fn contradicts(&self, own: &Session, other: &Look, candidate: &Session) -> bool {
        differ(self.admitted, other.admitted)
            || differ(self.status, other.status)
            || differ(self.url, other.url)
            // Who was refused the namespace never got as far as its handler.
            || self.handled && other.reason == Some(Reason::NamespaceUnknown)
            || other.handled && self.reason == Some(Reason::NamespaceUnknown)
            || differ(self.payload, other.payload)
            || differ(self.credential, other.credential)
            || differ(self.namespace.as_ref(), other.namespace.as_ref())
            || differ(own.engine.as_ref(), candidate.engine.as_ref())
            || !own.sockets.is_empty() && !candidate.sockets.is_empty()
            || self.was_let_in(other)
            || other.was_let_in(self)
            || set_out_apart(self, other)
            || misfits(self, other)
            || misfits(other, self)
            || out_of_order(self, other)
            || out_of_order(other, self)
            || self.handled && other.handled
            || wrote_before(self, other)
            || wrote_before(other, self)
            || self.handled && (other.is_unknown() || other.closed_before(self))
            || other.handled && (self.is_unknown() || self.closed_before(other))
            // A handshake that was refused has given out no id; a handler that crashed has given no answer.
            || self.status.is_some() && candidate.engine.is_some()
            || other.status.is_some() && own.engine.is_some()
            || self.refused_at_the_door() && candidate.engine.is_some()
            || other.refused_at_the_door() && own.engine.is_some()
            || self.crashed && other.admitted.is_some()
            || self.status.is_some() && other.heard_yes()
            || other.status.is_some() && self.heard_yes()
            || self.taken_over.is_some() && other.read
            || other.taken_over.is_some() && self.read
            || self.astray && other.met_engine()
            || other.astray && self.met_engine()
            || self.calls_elsewhere(other)
            || other.calls_elsewhere(self)
            || self.was_answered() && other.failed_early
            || self.failed_early && other.was_answered()
    }
}

/// Whether both are known, and are not the same.
pub(super) fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

/// Whether one's complaint cannot be about the other's refused request.
fn misfits(a: &Look, b: &Look) -> bool {
    // Whoever heard that nothing is mounted there has not spoken with an engine.
    if b.nothing_there && a.fault.is_some_and(|fault| fault != Fault::Path) {
        return true;
    }
    match (a.fault, &b.refused, b.status) {
        (Some(fault), Some(request), Some(status)) => !may_answer(fault, request, status),
        _ => false,
    }
}

/// Whether two clients set out at different times: one log a client, as a rule, and what several write of one they write at once.
fn set_out_apart(a: &Look, b: &Look) -> bool {
    matches!((a.started, b.started), (Some(a), Some(b)) if (a - b).abs() > SAME_SOURCE)
}

/// Whether one's handler wrote above the line by which the other's transport was opened.
fn wrote_before(a: &Look, b: &Look) -> bool {
    matches!((a.wrote, b.began), (Some(wrote), Some(began)) if wrote.source == began.source && wrote.line < began.line)
}

/// Whether one's socket has a lower number than the other's session: then it was given out before.
fn out_of_order(a: &Look, b: &Look) -> bool {
    matches!((a.socket_number, b.engine_number), (Some(socket), Some(engine)) if socket <= engine)
}

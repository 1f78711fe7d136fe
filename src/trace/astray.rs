//! Where engines answer, and clients that call elsewhere.
//!
//! A client prints the path that it was given, and access lines those at which handshakes were answered. Whoever calls none of these has not spoken with an engine: what one
//! refused was somebody else's request, and why this client failed is its path.

use super::{http::request_of, session::Session, sessions::Slot, tracker::Tracker};
use crate::event::{Kind, Record, Speaker};

/// Most paths that are remembered at which engines answer.
const MOST_SERVED: usize = 8;

impl Tracker {
    /// Notes where a handshake was answered.
    pub(super) fn note_served(&mut self, record: &Record) {
        let answered = request_of(&record.event.kind)
            .filter(|request| matches!(request.status, Some(101 | 200)));
        if let Some(request) = answered {
            self.serves(&request.path);
        }
    }

    /// Notes where the client of `slot` has called, now that it has an answer.
    pub(super) fn note_called(&mut self, slot: Slot) {
        let path = self.session(slot).and_then(called).map(Box::<str>::from);
        if let Some(path) = path {
            self.serves(&path);
        }
    }

    fn serves(&mut self, path: &str) {
        if self.served.len() < MOST_SERVED && !self.served.iter().any(|s| s == path) {
            self.served.push(path.into());
        }
    }

    /// Whether no engine has answered where a client calls.
    pub(super) fn is_nowhere(&self, path: &str) -> bool {
        !self.served.is_empty() && !self.served.iter().any(|served| leads_to(path, served))
    }

    /// Whether the client of `session` called where no engine answers, and nobody but it tells of it.
    pub(super) fn is_astray(&self, session: &Session) -> bool {
        session.engine.is_none()
            && session.records.iter().all(|r| r.event.speaker == Speaker::Client)
            && called(session).is_some_and(|path| self.is_nowhere(path))
    }
}

/// The path that the session's client was given.
fn called(session: &Session) -> Option<&str> {
    session.records.iter().find_map(|r| match &r.event.kind {
        Kind::ClientStarted(_, path) => path.as_deref(),
        _ => None,
    })
}

/// Whether a client that calls `path` may come to an endpoint at `served`: proxies take off what stands in front.
pub(super) fn leads_to(path: &str, served: &str) -> bool {
    path.trim_end_matches('/').ends_with(served.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proxy_takes_off_makes_no_other_path() {
        assert!(leads_to("/chat/socket.io/", "/socket.io/"));
        assert!(leads_to("/socket.io", "/socket.io/"));
        assert!(!leads_to("/ws/", "/socket.io/"));
        assert!(!leads_to("/socket.io/", "/chat/socket.io/"));
    }
}

//! The session whose handler is due: it asked and was not answered, or has only been opened.

use super::{
    clock::{NEAR, near},
    session::Session,
    sessions::Slot,
    tracker::Tracker,
};
use crate::{event::Record, ids::SocketSid, time::SECOND};

/// Time between a session's upgrade and the first line of its handler.
const SOON: i64 = 2 * SECOND;

impl Tracker {
    /// The session whose handler begins to write with this line: one that asked and was not answered, the longest waiting first;
    /// else the newest that has only been opened. A client that left without asking never gets a handler, so the newest is the likelier.
    pub(super) fn waiting_for_handler(
        &self,
        record: &Record,
        socket: Option<&SocketSid>,
        at: i64,
    ) -> Option<Slot> {
        let state = self.sources.get(&record.stream)?;
        let is_due = |slot: &&Slot| {
            self.session(**slot)
                .is_some_and(|s| near(at, s.last, NEAR) && self.lacks_handler(s, socket))
        };
        let has = |slot: &Slot, asked: fn(&Session) -> bool| self.session(*slot).is_some_and(asked);
        let asked = state.waiting.iter().filter(is_due).find(|s| has(s, |s| s.progress.asked));
        let waiting = asked.or_else(|| state.waiting.iter().rev().find(is_due));
        if socket.is_some() {
            // A socket's lines find each other by its id; which requests were its own is told better at the end, when all are known.
            return waiting.copied();
        }
        let begun = || {
            let newest_first = state.unbound.iter().rev();
            newest_first.filter(is_due).find(|s| has(s, |s| !s.progress.passed_over))
        };
        // Sessions of which only requests were logged are bound by them and wait in neither list. The one that has waited longest comes first, but for those that have
        // waited so long that their client has probably left.
        let requested = || {
            let soon = |s: &&Slot| self.session(**s).is_some_and(|s| near(at, s.last, SOON));
            state.requested.iter().filter(soon).find(is_due)
        };
        waiting.or_else(begun).or_else(requested).copied()
    }

    /// Whether no handler has written for `session` yet, and one may, which names `socket` if it names any.
    fn lacks_handler(&self, session: &Session, socket: Option<&SocketSid>) -> bool {
        let number = socket.and_then(|s| self.counters.socket(s));
        let engines = || session.engine.as_ref().and_then(|e| self.counters.engine(e));
        !session.progress.entered
            && !session.progress.decided
            && !session.progress.refused
            && !session.progress.closed
            && session.sockets.is_empty()
            && number.zip(engines()).is_none_or(|(socket, engine)| engine < socket)
    }
}

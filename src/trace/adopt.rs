//! A session that a line without an id began, and the line that gives it one: a handshake shows none yet, the next request does.

use super::{
    clock::{NEAR, near},
    session::Session,
    sessions::Slot,
    tracker::Tracker,
};
use crate::{
    event::{Kind, Record, Speaker},
    ids::ClientAddr,
    time::SECOND,
};

/// Time between a handshake and the next request of the same client; one second for stamps of whole seconds.
const RIGHT_AWAY: i64 = SECOND;

/// Lines between a handshake and the refusal of the id that it gave out, in a busy log.
const RIGHT_BEHIND: u64 = 64;

impl Tracker {
    /// The session, begun by a line without an id, that `record` now gives its Engine.IO id.
    pub(super) fn adopt(&self, record: &Record, at: i64) -> Option<Slot> {
        if record.event.speaker == Speaker::Client {
            return self.client_session(record);
        }
        if matches!(record.event.kind, Kind::EngineRefused(_)) {
            // It shows no address; the refused request that follows does.
            return None;
        }
        let naming = Naming { record, at };
        let fits = |slot: &&Slot| self.session(**slot).is_some_and(|s| naming.may_be_of(s));
        let newest_first = || self.sources.get(&record.stream).map(|s| s.unbound.iter().rev());
        // The handler's lines have been written by the time the session's next request is logged.
        let entered = |s: &&Slot| self.session(**s).is_some_and(|s| s.progress.entered);
        let entered =
            naming.is_request().then(|| newest_first()?.filter(fits).find(entered)).flatten();
        entered.or_else(|| newest_first()?.find(fits)).copied()
    }
}

/// A line that shows an id for the first time.
struct Naming<'r> {
    record: &'r Record,
    at: i64,
}

impl Naming<'_> {
    /// Whether the id may be that of `session`, which has none.
    fn may_be_of(&self, session: &Session) -> bool {
        session.engine.is_none()
            && !session.progress.refused
            && !self.contradicts(session)
            && near(self.at, session.last, NEAR)
            && self.may_be_unknown_of(session)
            && self.is_of_its_host(session)
    }

    fn is_request(&self) -> bool {
        matches!(
            self.record.event.kind,
            Kind::Request(_) | Kind::Closed(_) | Kind::ProxyFailed { .. }
        )
    }

    /// Whether the line tells what cannot come behind what `session` has shown.
    fn contradicts(&self, session: &Session) -> bool {
        match &self.record.event.kind {
            // A handler writes when its session has been opened, never before.
            Kind::Opened => session.progress.entered,
            Kind::Admitted { .. } => session.was_refused(),
            // Who came with a WebSocket neither polls nor moves to one.
            Kind::Request(request) => {
                (request.transport.as_deref() == Some("polling")
                    || request.is_upgrade() && request.is_accepted_websocket())
                    && session.came_with_websocket()
            }
            _ => false,
        }
    }

    /// An id that nobody knows may be anybody's; it is this handshake's only when it comes right behind it.
    fn may_be_unknown_of(&self, session: &Session) -> bool {
        let refused = matches!(&self.record.event.kind, Kind::Request(request) if request.status == Some(400));
        !refused || near(self.at, session.last, RIGHT_AWAY) && self.is_right_behind(session)
    }

    fn is_of_its_host(&self, session: &Session) -> bool {
        let host = self.record.event.ids.client.as_ref().map(ClientAddr::host);
        match (host, &session.client) {
            (Some(a), Some(b)) => a == b.host(),
            // A format without addresses; the handshake stands a few lines above.
            (None, None) if self.is_request() => self.is_right_behind(session),
            _ => !self.is_request(),
        }
    }

    fn is_right_behind(&self, session: &Session) -> bool {
        let last = session.records.last();
        last.is_some_and(|r| self.record.at.line.saturating_sub(r.at.line) <= RIGHT_BEHIND)
    }
}

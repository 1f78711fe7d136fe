//! Lines without an id of a server that serves each session in a task of its own: socketioxide.
//!
//! What a task does it writes in one piece, but the id comes only with a later line of the piece. So such a line is held back until the next
//! line that has an id, for a few milliseconds; when none comes it goes to the session that has waited longest for such a line.

use super::{
    clock::{NEAR, near},
    session::Session,
    sessions::Slot,
    tracker::Tracker,
};
use crate::{
    event::{Kind, Record, SourceId, Speaker, Stack},
    time::SECOND,
};

/// A task's piece is written within this.
const PIECE: i64 = SECOND / 200;

/// Where lines show no time, only their number tells.
const APART: u64 = 8;

/// Most lines of one source that are held back.
const MOST_HELD: usize = 32;

/// Whether `record` is a line of a task, without an id, that says something of one session.
pub(super) fn writes_in_tasks(record: &Record) -> bool {
    record.event.speaker == Speaker::Server
        && record.event.stack == Some(Stack::Socketioxide)
        && !matches!(record.event.kind, Kind::EngineRefused(_))
}

impl Tracker {
    /// Holds `record` back until the next line of its task.
    pub(super) fn hold(&mut self, record: Record, at: i64) {
        let source = record.stream;
        self.release(source, at, &record);
        self.source(source).held.push((record, at));
        if self.sources.get(&source).is_some_and(|s| s.held.len() > MOST_HELD) {
            let (oldest, at) = self.source(source).held.remove(0);
            self.place(oldest, at);
        }
    }

    /// `record`, whose session is `slot`, is the next line with an id: what is held back and fits is that session's.
    pub(super) fn settle_held(&mut self, slot: Slot, record: &Record, at: i64) {
        let source = record.stream;
        if record.event.speaker != Speaker::Server
            || self.sources.get(&source).is_none_or(|s| s.held.is_empty())
        {
            return;
        }
        self.release(source, at, record);
        let held = std::mem::take(&mut self.source(source).held);
        let mut kept = Vec::new();
        for (line, at) in held {
            if self.session(slot).is_some_and(|s| fits(s, &line)) {
                self.attach(slot, line, at);
            } else {
                kept.push((line, at));
            }
        }
        self.source(source).held = kept;
    }

    /// Places what has been held back for too long when `next` comes.
    fn release(&mut self, source: SourceId, now: i64, next: &Record) {
        let Some(state) = self.sources.get_mut(&source) else { return };
        let late = |(line, at): &(Record, i64)| {
            now - at > PIECE || next.at.line.saturating_sub(line.at.line) > APART
        };
        if !state.held.iter().any(late) {
            return;
        }
        let (late, kept) = std::mem::take(&mut state.held).into_iter().partition(late);
        state.held = kept;
        for (line, at) in late {
            self.place(line, at);
        }
    }

    /// At the end of input nothing follows.
    pub(super) fn give_up_holding(&mut self) {
        let sources: Vec<SourceId> = self.sources.keys().copied().collect();
        for source in sources {
            for (line, at) in std::mem::take(&mut self.source(source).held) {
                self.place(line, at);
            }
        }
    }

    /// Puts a line to the session that has waited longest for such a one.
    fn place(&mut self, record: Record, at: i64) {
        let state = self.sources.get(&record.stream);
        let fit = |slot: &&Slot| {
            self.session(**slot)
                .is_some_and(|s| !s.progress.closed && near(at, s.last, NEAR) && fits(s, &record))
        };
        let slot = state.and_then(|s| s.waiting.iter().find(fit)).copied();
        // Where the library's own lines are left out of the log, its errors stand alone.
        let silent = state.is_none_or(|s| !s.engine_opens);
        match slot {
            Some(slot) => {
                if let Some(session) = self.sessions.get_mut(&slot) {
                    session.by_neighbourhood = true;
                }
                self.attach(slot, record, at);
            }
            None if silent && matches!(record.event.kind, Kind::Refused(_)) => {
                self.handler_line(record, at);
            }
            None => self.counts.unclaimed += 1,
        }
    }
}

/// Whether a session expects `record`.
fn fits(session: &Session, record: &Record) -> bool {
    let progress = session.progress;
    // A connected client may ask for more namespaces.
    let of_namespace = |wanted: fn(&Kind) -> bool| {
        let namespace = &record.event.namespace;
        namespace.is_some()
            && session
                .records
                .iter()
                .any(|r| wanted(&r.event.kind) && r.event.namespace == *namespace)
    };
    let asked = || of_namespace(|kind| matches!(kind, Kind::ConnectAsked(_)));
    match &record.event.kind {
        Kind::ConnectAsked(_) if progress.asked => progress.decided && !asked(),
        Kind::ConnectAsked(_) => !progress.decided,
        Kind::ConnectRefused(_) if progress.decided => {
            asked()
                && !of_namespace(|kind| {
                    matches!(kind, Kind::ConnectAccepted | Kind::ConnectRefused(_))
                })
        }
        Kind::Refused(_) | Kind::ConnectRefused(_) | Kind::ErrorEmitted(_) => {
            progress.asked && !progress.decided
        }
        Kind::Opened | Kind::Closed(_) => false,
        _ => progress.asked,
    }
}

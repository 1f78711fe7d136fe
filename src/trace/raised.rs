//! Exceptions, and the lines that announce them: they belong to what their writer, or failing that its source, was in the middle of.

use super::{clock::near, sessions::Slot, tracker::Tracker};
use crate::{
    event::{Kind, Record, Where},
    time::SECOND,
};

/// How long after its last line a run may still raise.
const STILL: i64 = 30 * SECOND;

impl Tracker {
    /// An exception, or the line that announces one.
    pub(super) fn raised_line(&mut self, record: Record, at: i64) {
        let slot = match &record.event.kind {
            Kind::HandlerRaised(Where::Event) => None,
            Kind::Raised(exception) => match exception.place {
                Where::Event => None,
                // A traceback without an announcement may be anybody's: it counts only inside a run.
                Where::Unknown => {
                    self.running(&record, at).or_else(|| self.last_touched(&record, at))
                }
                _ => self
                    .last_touched(&record, at)
                    .or_else(|| self.running(&record, at))
                    .or_else(|| self.asked_last(&record)),
            },
            _ => self
                .running(&record, at)
                .or_else(|| self.asked_last(&record))
                // A handler that names no socket is that of the client who has just come.
                .or_else(|| self.last_touched(&record, at).filter(|slot| self.is_unheard(*slot)))
                .or_else(|| self.waiting_for_handler(&record, None, at))
                .or_else(|| Some(self.open(at))),
        };
        let Some(slot) = slot else {
            self.counts.unclaimed += 1;
            return;
        };
        if let Some(session) = self.sessions.get_mut(&slot) {
            session.by_neighbourhood = true;
        }
        self.enter(slot, record, at);
    }

    /// The session whose handler the record's writer, or the last of its source, was in the middle of.
    fn running(&self, record: &Record, at: i64) -> Option<Slot> {
        let last = self.sources.get(&record.stream).and_then(|s| s.last_lane);
        let current = |lane| self.lanes.get(&lane)?.current;
        let mut lanes = [Some(record.lane), last].into_iter().flatten();
        let running =
            lanes.find_map(|lane| current(lane).filter(|slot| self.may_raise(*slot, at)))?;
        let answered = self
            .being_answered(record, at)
            .filter(|asked| self.last_line(*asked, record) > self.last_line(running, record));
        Some(answered.unwrap_or(running))
    }

    /// Who has asked in the last line of the source and has no answer yet: a run that its own crash left open takes none of what is said to others.
    fn being_answered(&self, record: &Record, at: i64) -> Option<Slot> {
        self.last_touched(record, at).filter(|slot| {
            self.session(*slot).is_some_and(|s| {
                let last = s.records.last();
                !s.progress.decided
                    && last.is_some_and(|r| matches!(r.event.kind, Kind::ConnectAsked(_)))
            })
        })
    }

    /// When, and in which line, the stream of `record` told of the session last.
    fn last_line(&self, slot: Slot, record: &Record) -> Option<(i64, u64)> {
        let last = self.session(slot)?.records.iter().rev().find(|r| r.stream == record.stream)?;
        Some((last.when, last.at.line))
    }

    /// The session of which the source's last line told.
    fn last_touched(&self, record: &Record, at: i64) -> Option<Slot> {
        let last = self.sources.get(&record.stream)?.last;
        last.filter(|slot| self.may_raise(*slot, at))
    }

    /// The session that asked last; failing that, the one that waits since last.
    fn asked_last(&self, record: &Record) -> Option<Slot> {
        let waiting = &self.sources.get(&record.stream)?.waiting;
        let asked = |slot: &&Slot| self.session(**slot).is_some_and(|s| s.progress.asked);
        waiting.iter().rev().find(asked).or_else(|| waiting.last()).copied()
    }

    /// Whether a session's handler is running, or was decided by what an exception may still follow: its announcement, or the refusal that quotes it.
    fn may_raise(&self, slot: Slot, at: i64) -> bool {
        self.session(slot).is_some_and(|s| {
            let follows = s
                .records
                .last()
                .is_some_and(|r| matches!(r.event.kind, Kind::HandlerRaised(_) | Kind::Refused(_)));
            near(at, s.last, STILL) && (!s.progress.decided || follows)
        })
    }

    /// Whether the handler of this session has not written yet.
    fn is_unheard(&self, slot: Slot) -> bool {
        self.session(slot).is_some_and(|s| !s.progress.entered && s.sockets.is_empty())
    }
}

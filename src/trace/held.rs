//! How many records all open sessions hold together.
//!
//! Each session's own bound leaves room for many long ones at once. The exact number is counted seldom: in between, no more records can have been kept
//! than were fed.
//!
//! Not the job of this room: which session closes.

/// Most records held. One takes a few hundred bytes; a server with as many sessions as may be open and two dozen lines in each stays below.
const MOST_HELD: usize = 1 << 19;

/// The records held, or more.
#[derive(Debug)]
pub(super) struct Held {
    records: usize,
    most: usize,
}

impl Default for Held {
    fn default() -> Self {
        Self { records: 0, most: MOST_HELD }
    }
}

impl Held {
    /// One more may have been kept.
    #[inline]
    pub(super) fn fed(&mut self) {
        self.records += 1;
    }

    /// Whether it is time to count.
    #[inline]
    pub(super) fn may_be_full(&self) -> bool {
        self.records > self.most
    }

    /// They were counted.
    pub(super) fn counted(&mut self, records: usize) {
        self.records = records;
    }

    /// A session with so many is closed.
    pub(super) fn let_go(&mut self, records: usize) {
        self.records = self.records.saturating_sub(records);
    }

    /// Whether sessions must close: an eighth is left free each time, so that counting stays seldom.
    pub(super) fn is_crowded(&self) -> bool {
        self.records > self.most - self.most / 8
    }

    #[cfg(test)]
    pub(super) fn at_most(most: usize) -> Self {
        Self { records: 0, most }
    }
}

#[cfg(test)]
mod tests {
    use super::Held;
    use crate::{
        event::{At, Event, Ids, Kind, Lane, RawLine, Record, SourceId, Speaker},
        ids::EngineSid,
        trace::Tracker,
    };

    const SESSIONS: u64 = 20;

    fn line(number: u64) -> Record {
        let engine = EngineSid::new(&format!("session-{}", number % SESSIONS));
        Record {
            event: Event {
                kind: Kind::Opened,
                speaker: Speaker::Server,
                stack: None,
                ids: Ids { engine: Some(engine), ..Ids::default() },
                namespace: None,
            },
            at: At { source: SourceId(0), line: number },
            stamp: None,
            stream: SourceId(0),
            when: 0,
            lane: Lane(0),
            verbatim: false,
            line: RawLine::default(),
        }
    }

    /// The most records that were held at once, and the tracker after all were fed and before the end.
    fn feed(held: Held) -> (usize, Tracker) {
        let mut tracker = Tracker { held, ..Tracker::default() };
        let mut peak = 0;
        for number in 0..SESSIONS * 10 {
            tracker.feed(line(number));
            peak = peak.max(tracker.sessions.iter().map(|(_, s)| s.records.len()).sum());
        }
        (peak, tracker)
    }

    #[test]
    fn the_oldest_sessions_close_early_when_all_together_hold_too_much() {
        let (peak, mut tracker) = feed(Held::at_most(64));
        assert!((57..=64).contains(&peak), "{peak}");
        assert!(tracker.counts().evicted > 0);
        let closed = tracker.take_closed();
        assert_eq!(closed.len() as u64, tracker.counts().evicted);
        assert_eq!(closed[0].engine, Some(EngineSid::new("session-0")));
    }

    #[test]
    fn none_closes_early_while_they_hold_less() {
        let (peak, mut tracker) = feed(Held::default());
        assert_eq!((peak, tracker.counts().evicted), (200, 0));
        assert!(tracker.take_closed().is_empty());
    }
}

//! A refusal without an id that stands between a client's coming and its going is that client's.
//!
//! Many applications let everybody connect, look at the token then, and show out whom they do not want. The line that says why is often a guard's, which does not know the socket:
//! only the lines around it name one. Where another client came or went in between, it may have been that one's, and stays by itself.

use super::{session::Session, sessions::Slot, tracker::Tracker};
use crate::{
    event::{ClosedBy, Kind, Reason, Record, Speaker},
    time::SECOND,
};

/// Between coming and going of a client that is shown out.
const AT_ONCE: i64 = SECOND;

/// The library says in this many lines that it sends somebody away. In whole seconds the application's line may look like the one before it.
const RIGHT_ABOVE: u64 = 8;
const IN_ONE_GO: i64 = SECOND;

/// The same where lines show no time.
const FEW_LINES: u64 = 8;

impl Tracker {
    /// `record` says that the client of `slot` is gone: what its writer said in between without an id is about it.
    pub(super) fn shown_out(&mut self, slot: Slot, record: &Record) {
        let goes = matches!(
            record.event.kind,
            Kind::Closed(ClosedBy::Server | ClosedBy::Unknown) | Kind::Disconnected(_)
        );
        if goes
            && record.event.speaker == Speaker::Server
            && let Some(why) = self.said_in_between(slot, record)
        {
            self.merge(slot, why);
            if let Some(session) = self.sessions.get_mut(&slot) {
                session.by_neighbourhood = true;
            }
        }
    }

    /// `record` tells that the server sends the client of `slot` away, without an id, in Node's debug output: what the application wrote right above it is about that client.
    pub(super) fn sent_away(&mut self, slot: Slot, record: &Record) {
        if matches!(record.event.kind, Kind::Disconnected(_))
            && let Some(why) = self.said_right_above(slot, record)
        {
            self.merge(slot, why);
            if let Some(session) = self.sessions.get_mut(&slot) {
                session.by_neighbourhood = true;
            }
        }
    }

    /// The refusal without an id that stands right above `going`, by whatever writer of the same log, with nothing of anybody else in between.
    fn said_right_above(&self, slot: Slot, going: &Record) -> Option<Slot> {
        self.session(slot).filter(|s| !s.was_refused())?;
        let above = |r: &Record| {
            // Between two files of a log that was rotated only time tells.
            let near = r.at.source != going.at.source
                || (1..=RIGHT_ABOVE).contains(&going.at.line.saturating_sub(r.at.line));
            r.stream == going.stream && near && (0..=IN_ONE_GO).contains(&(going.when - r.when))
        };
        let why =
            |s: &Session| s.is_anonymous() && s.records.iter().all(|r| above(r) && refuses(r));
        let mut found = self
            .lanes
            .values()
            .filter_map(|lane| lane.current)
            .filter(|other| *other != slot && self.session(*other).is_some_and(why));
        let found = found.next().filter(|why| found.all(|other| other == *why))?;
        let told = self.session(found)?.records.first()?.at;
        let since = |r: &Record| r.at.source == told.source && r.at.line > told.line;
        let lane = self.lanes.get(&going.lane)?;
        let others = lane.live.iter().filter(|other| **other != slot);
        let of_others =
            |other: &Slot| self.session(*other).is_some_and(|s| s.records.iter().any(since));
        (!others.into_iter().any(of_others)).then_some(found)
    }

    /// The refusal without an id that the writer of `going` told of since `slot` came, if it can be nobody else's.
    fn said_in_between(&self, slot: Slot, going: &Record) -> Option<Slot> {
        let session = self.session(slot).filter(|s| !s.was_refused())?;
        // The client's own log tells of its coming as well.
        let by_writer = |r: &&Record| r.lane == going.lane && came(&r.event.kind);
        let coming = session.records.iter().rev().find(by_writer)?;
        let at_once = match (coming.stamp, going.stamp) {
            (Some(a), Some(b)) => (b.micros - a.micros).abs() <= AT_ONCE,
            _ => going.at.line.abs_diff(coming.at.line) <= FEW_LINES,
        };
        let lane = self.lanes.get(&going.lane).filter(|_| at_once)?;
        // Between two files of a log that was rotated only time tells.
        let in_one_file = coming.at.source == going.at.source;
        let between = |r: &Record| {
            if in_one_file {
                r.at.source == going.at.source
                    && (coming.at.line + 1..going.at.line).contains(&r.at.line)
            } else {
                r.lane == going.lane && (coming.when..=going.when).contains(&r.when)
            }
        };
        let why = lane.current.filter(|&why| why != slot)?;
        let only_that = self.session(why).is_some_and(|s| {
            s.is_anonymous() && s.records.iter().all(|r| between(r) && refuses(r))
        });
        let of_others = |other: &Slot| {
            *other != slot
                && *other != why
                && self.session(*other).is_some_and(|s: &Session| s.records.iter().any(between))
        };
        (only_that && !lane.runs.iter().any(of_others)).then_some(why)
    }
}

/// Whether the line says that a client has come.
fn came(kind: &Kind) -> bool {
    matches!(kind, Kind::Admitted { .. } | Kind::ConnectAccepted)
}

/// Whether the line may be a guard's. Where a client comes from is looked at before it comes in.
fn refuses(record: &Record) -> bool {
    matches!(&record.event.kind, Kind::Refused(said) | Kind::Complained(said) if said.reason != Reason::Origin)
}

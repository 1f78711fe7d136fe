//! Handler lines without an id: they go by lane and state.
//!
//! A handler that runs without yielding writes its lines in one piece, so the session that the lane's last line went to comes first, as long as it
//! still expects such a line. Then the lane's other open runs, the one that has waited longest; then a session
//! that waits for its handler; and when there is none, the line begins an attempt of its own.

use super::{
    clock::near,
    session::{DECISION, Progress, Session, stage},
    sessions::Slot,
    tracker::{Tracker, remember},
};
use crate::{
    event::{Kind, Reason, Record},
    time::SECOND,
};

/// Two lines about one refusal are stamped within this.
const SAME_TIME: i64 = SECOND / 10;

/// Two lines that are written in one go are stamped within this.
const ONE_BREATH: i64 = SECOND / 1_000;

/// Lines between two that tell of one refusal.
const SAME_STORY: u64 = 4;

impl Tracker {
    pub(super) fn handler_line(&mut self, record: Record, at: i64) {
        // Where a client comes from is looked at before it gets a socket.
        let of_handshake =
            matches!(&record.event.kind, Kind::Refused(said) if said.reason == Reason::Origin);
        let fits = |tracker: &Self, slot: &Slot| {
            !of_handshake
                || tracker
                    .session(*slot)
                    .is_some_and(|s| s.sockets.is_empty() && !s.progress.entered)
        };
        let slot = if let Some(slot) = self.expecting(&record, at).filter(|s| fits(self, s)) {
            slot
        } else {
            let waiting =
                self.waiting_for_handler(&record, None, at).filter(|slot| fits(self, slot));
            if waiting.is_none() && self.is_told_by_others(&record) {
                self.counts.unclaimed += 1;
                return;
            }
            let slot = waiting.unwrap_or_else(|| self.open(at));
            if let Some(session) = self.sessions.get_mut(&slot) {
                session.by_neighbourhood = true;
            }
            slot
        };
        self.enter(slot, record, at);
    }

    /// Whether `record`, which lets somebody in and shows no id, tells of a session that other lines have told of: those of an engine or of a source that shows ids, or the one right above.
    fn is_told_by_others(&self, record: &Record) -> bool {
        if !matches!(record.event.kind, Kind::Admitted { .. }) {
            return false;
        }
        let Some(state) = self.sources.get(&record.stream) else { return false };
        let is_of_same = |slot: Slot| {
            self.session(slot).is_some_and(|s| {
                s.records.last().is_some_and(|last| {
                    matches!(last.event.kind, Kind::Admitted { .. } | Kind::ConnectAccepted)
                        && finely_apart(last, record).is_some_and(|apart| apart <= SAME_TIME)
                        && record.at.line.abs_diff(last.at.line) <= SAME_STORY
                        && !last.line.is_worded_like(&record.line)
                })
            })
        };
        state.shows_ids || state.engine_opens || state.last.is_some_and(is_of_same)
    }

    /// The lane's open run that expects `record`.
    fn expecting(&self, record: &Record, at: i64) -> Option<Slot> {
        let kind = &record.event.kind;
        if matches!(kind, Kind::HandlerEntered(_)) {
            return None;
        }
        let lane = self.lanes.get(&record.lane)?;
        let last = self.sources.get(&record.stream).and_then(|s| s.last);
        let expects = |slot: &Slot| {
            self.session(*slot).is_some_and(|s| {
                near(at, s.last, 30 * SECOND)
                    && !of_another_client(s, record)
                    && in_its_manner(s.records.last(), record, last == Some(*slot))
                    && expects(s.progress, kind, || {
                        same_breath(s.records.last(), record) || told_in_two(&s.records, record)
                    })
            })
        };
        lane.current
            .filter(|slot| expects(slot))
            .or_else(|| lane.runs.iter().find(|slot| expects(slot)).copied())
    }

    /// Notes that the handler of `slot` writes in the record's lane: lines without an id that follow are likely its own.
    pub(super) fn note_run(&mut self, slot: Slot, record: &Record) {
        let ended = matches!(record.event.kind, Kind::HandlerLeft { .. });
        let lane = self.lanes.entry(record.lane).or_default();
        lane.current = Some(slot);
        if ended {
            lane.runs.retain(|&s| s != slot);
        } else {
            remember(&mut lane.runs, slot);
        }
    }

    pub(super) fn enter(&mut self, slot: Slot, record: Record, at: i64) {
        let source = record.stream;
        self.note_run(slot, &record);
        self.pass_over(source, slot);
        self.attach(slot, record, at);
        // It has no id yet: the request that names it comes when the handler has ended.
        if self.session(slot).is_some_and(|s| s.engine.is_none()) {
            remember(&mut self.source(source).unbound, slot);
        }
    }

    /// Handshakes that came before that of `slot` and have no handler yet will hardly get one.
    fn pass_over(&mut self, source: crate::event::SourceId, slot: Slot) {
        let Some(state) = self.sources.get(&source) else { return };
        let Some(place) = state.unbound.iter().position(|&s| s == slot) else { return };
        for older in &state.unbound[..place] {
            if let Some(session) = self.sessions.get_mut(older) {
                session.progress.passed_over |= !session.progress.entered;
            }
        }
    }
}

/// Whether the line names a client by an address, and the session is another one's.
fn of_another_client(session: &Session, record: &Record) -> bool {
    match (&session.client, &record.event.ids.client) {
        (Some(known), Some(named)) => known.host() != named.host(),
        _ => false,
    }
}

/// Whether a line without an id can go on where lines with one have begun: a writer that shows ids leaves one out only right behind another, and not when it has written
/// of somebody else since.
fn in_its_manner(last: Option<&Record>, next: &Record, nobody_between: bool) -> bool {
    let Some(last) = last.filter(|last| last.stream == next.stream) else { return true };
    let ids = &last.event.ids;
    if ids.engine.is_none() && ids.socket.is_none() {
        return true;
    }
    let at_once = apart(last, next).is_some_and(|apart| apart <= SAME_TIME);
    at_once || nobody_between && next.at.line.abs_diff(last.at.line) <= SAME_STORY
}

/// Whether a run that has come so far expects a line of this kind.
fn expects(progress: Progress, kind: &Kind, same_breath: impl Fn() -> bool) -> bool {
    let Some(stage) = stage(kind) else {
        // Packets without an id.
        return !progress.decided;
    };
    if !progress.decided {
        return stage >= progress.stage || stage == DECISION;
    }
    match kind {
        Kind::ErrorEmitted(_) | Kind::HandlerLeft { .. } => progress.stage < stage,
        // The decision that a complaint led to, or the reason behind a general refusal.
        Kind::Refused(said) => {
            progress.stage <= DECISION
                && (progress.complained
                    && matches!(
                        said.reason,
                        Reason::Refused | Reason::NothingValid | Reason::TokenMissing
                    )
                    || same_breath())
        }
        _ => false,
    }
}

/// How far apart two lines are stamped.
fn apart(a: &Record, b: &Record) -> Option<i64> {
    Some((b.stamp?.micros - a.stamp?.micros).abs())
}

/// The same where both stamps are finer than a second.
fn finely_apart(a: &Record, b: &Record) -> Option<i64> {
    apart(a, b).filter(|_| [a, b].iter().all(|r| r.stamp.is_some_and(|stamp| stamp.fraction)))
}

/// Whether two refusals were written in one go: the same millisecond, and not the same words.
fn same_breath(last: Option<&Record>, next: &Record) -> bool {
    let Some(last) = last else { return false };
    let differ = match (&last.event.kind, &next.event.kind) {
        (Kind::Refused(a), Kind::Refused(b)) => a.reason != b.reason,
        _ => true,
    };
    differ
        && finely_apart(last, next).is_some_and(|apart| apart <= ONE_BREATH)
        && last.at.line + 1 == next.at.line
}

/// Whether `next` tells of the refusal that `records` ended with, in other words: one says that it was refused, the other why.
///
/// Two clients refused in turn are told of in sentences that begin alike.
fn told_in_two(records: &[Record], next: &Record) -> bool {
    let Some(last) = records.last() else { return false };
    let (Kind::Refused(a), Kind::Refused(b)) = (&last.event.kind, &next.event.kind) else {
        return false;
    };
    let one_is_vague = (a.reason == Reason::Refused) != (b.reason == Reason::Refused);
    let at_once = match apart(last, next) {
        Some(apart) => apart <= SAME_TIME,
        None => last.stamp.is_none() && next.stamp.is_none(),
    };
    let told = records.iter().filter(|r| matches!(r.event.kind, Kind::Refused(_))).count();
    one_is_vague
        && at_once
        && told == 1
        && last.stream == next.stream
        && next.at.line.abs_diff(last.at.line) <= SAME_STORY
        && !last.line.begins_like(&next.line)
}

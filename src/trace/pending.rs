//! Refusals of a server that leaves the ids out, as long as it is open whose they are.
//!
//! Where several clients wait, a refusal that suits more than one of them is kept back. What follows tells more: who of them is let in, whose poll fetches
//! the answer, whom another refusal suits better. What is left over after a while goes by turn if the turns are clear, and to nobody if not: a wrong answer is worse than none.

mod order;

pub(super) use order::Order;

use super::{
    fit::{Fit, fit},
    session::Session,
    sessions::Slot,
    tracker::Tracker,
};
use crate::{
    event::{Kind, Lane, Record},
    time::SECOND,
};

/// What is decided later than this after a refusal tells nothing of it any more.
const PATIENCE: i64 = 5 * SECOND;

/// Most refusals of one writer that are kept back.
const MOST: usize = 64;

/// The lines of one refusal stand right behind each other.
const RIGHT_BEHIND: u64 = 4;

/// A refusal, told in several lines, and nobody's yet.
#[derive(Debug)]
pub(super) struct Pending {
    lines: Vec<(Record, i64)>,
}

impl Pending {
    fn first(&self) -> Option<&Record> {
        self.lines.first().map(|(record, _)| record)
    }

    fn last(&self) -> Option<&Record> {
        self.lines.last().map(|(record, _)| record)
    }

    fn text(&self) -> Option<&str> {
        self.last().and_then(|record| refusal(&record.event.kind))
    }

    /// How well it answers what the client of `session` has shown.
    fn fit(&self, session: Option<&Session>) -> Fit {
        match (session, self.lines.last()) {
            (Some(session), Some((told, at))) => fit(session, &told.event.kind, *at),
            _ => Fit::Against,
        }
    }
}

/// What one is told with whom one is refused.
fn refusal(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::ConnectRefused(said) => Some(&said.text),
        _ => None,
    }
}

impl Tracker {
    /// Keeps back the refusal that `announcement` announced and `record` told of.
    pub(super) fn keep_back(&mut self, announcement: (Record, i64), record: Record, at: i64) {
        let lane = record.lane;
        let Some(state) = self.lanes.get_mut(&lane) else { return };
        let pending = Pending { lines: vec![announcement, (record, at)] };
        state.pending.push(pending);
        if state.pending.len() > MOST {
            let oldest = state.pending.remove(0);
            self.counts.unclaimed += oldest.lines.len() as u64;
        }
    }

    /// Whether `record` goes on with a refusal that was kept back right before; then it is kept with it.
    pub(super) fn goes_with_pending(&mut self, record: Record, at: i64) -> Option<Record> {
        let of_it = |pending: &&mut Pending| {
            pending.text().is_some()
                && pending.text() == refusal(&record.event.kind)
                && pending
                    .last()
                    .is_some_and(|last| record.at.line.saturating_sub(last.at.line) <= RIGHT_BEHIND)
        };
        let found =
            self.lanes.get_mut(&record.lane).and_then(|lane| lane.pending.last_mut()).filter(of_it);
        let Some(pending) = found else { return Some(record) };
        pending.lines.push((record, at));
        None
    }

    /// The answer that a poll has fetched: what was kept back of it is its session's.
    pub(super) fn fetched(&mut self, slot: Slot, record: &Record) {
        let Some(lane) = self.lanes.get_mut(&record.lane) else { return };
        let text = refusal(&record.event.kind);
        let Some(place) = lane.pending.iter().position(|p| p.text() == text) else {
            return;
        };
        let pending = lane.pending.remove(place);
        self.attach_late(slot, pending);
    }

    /// Gives what is pending to whom it can only be for; `now` is the log's time, `None` at its end.
    pub(super) fn settle_pending(&mut self, lane: Lane, now: Option<i64>) {
        while let Some((place, slot)) = self.only_one(lane) {
            self.settle(lane, place, slot);
        }
        while let Some(place) = self.overdue(lane, now) {
            if let Some(slot) = self.by_turn(lane, place) {
                self.settle(lane, place, slot);
            } else {
                let Some(state) = self.lanes.get_mut(&lane) else { return };
                self.counts.unclaimed += state.pending.remove(place).lines.len() as u64;
            }
        }
    }

    fn settle(&mut self, lane: Lane, place: usize, slot: Slot) {
        let Some(state) = self.lanes.get_mut(&lane) else { return };
        let pending = state.pending.remove(place);
        self.attach_late(slot, pending);
    }

    /// At the end of the input nothing more will tell.
    pub(super) fn settle_all_pending(&mut self) {
        let mut lanes: Vec<Lane> = self
            .lanes
            .iter()
            .filter(|(_, l)| !l.pending.is_empty())
            .map(|(lane, _)| *lane)
            .collect();
        lanes.sort_unstable();
        for lane in lanes {
            self.settle_pending(lane, None);
        }
    }

    /// The place of the first that nothing that follows can decide.
    fn overdue(&self, lane: Lane, now: Option<i64>) -> Option<usize> {
        let first = self.lanes.get(&lane)?.pending.first()?;
        let at = first.lines.first().map(|(_, at)| *at)?;
        now.is_none_or(|now| now - at > PATIENCE).then_some(0)
    }

    /// A pending refusal that suits one session better than all others, and which.
    fn only_one(&self, lane: Lane) -> Option<(usize, Slot)> {
        let pending = &self.lanes.get(&lane)?.pending;
        pending.iter().enumerate().find_map(|(place, pending)| {
            let (_, suited) = self.suited(lane, pending)?;
            match suited.as_slice() {
                [slot] => Some((place, *slot)),
                _ => None,
            }
        })
    }

    /// The sessions that the refusal suits best, oldest first.
    fn suited(&self, lane: Lane, pending: &Pending) -> Option<(Fit, Vec<Slot>)> {
        let (first, told) = (pending.first()?, pending.last()?);
        let waiting = self.waiting_for(lane, first, told, pending.lines.first()?.1);
        let best = waiting.iter().map(|(fit, _)| *fit).max()?;
        if best == Fit::Against && waiting.len() > 1 {
            return None;
        }
        Some((
            best,
            waiting.into_iter().filter(|(fit, _)| *fit == best).map(|(_, slot)| slot).collect(),
        ))
    }

    /// Of those whom the refusal suits equally well, the one that has waited longest; of such as asked together, any if the others are refused with the same words.
    fn by_turn(&self, lane: Lane, place: usize) -> Option<Slot> {
        let all = &self.lanes.get(&lane)?.pending;
        let pending = all.get(place)?;
        let (_, suited) = self.suited(lane, pending)?;
        if let Some(slot) = self.longest_waiting(&suited) {
            return Some(slot);
        }
        let alike: Vec<&Pending> = all.iter().filter(|p| p.text() == pending.text()).collect();
        let others_want = all.iter().filter(|p| p.text() != pending.text()).any(|p| {
            self.suited(lane, p)
                .is_some_and(|(_, theirs)| theirs.iter().any(|s| suited.contains(s)))
        });
        let answered = !others_want && alike.len() >= suited.len();
        suited.first().filter(|_| answered).copied()
    }

    /// Attaches lines of before, without which the writer's present turn would be another's.
    fn attach_late(&mut self, slot: Slot, pending: Pending) {
        if let Some(session) = self.sessions.get_mut(&slot).filter(|s| s.doubtful) {
            // It may as well be the other's; both stay open.
            session.progress.decided = true;
            self.counts.unclaimed += pending.lines.len() as u64;
            return;
        }
        let Some(lane) = pending.first().map(|record| record.lane) else { return };
        let turn = self.lanes.get(&lane).and_then(|l| l.turn);
        for (record, at) in pending.lines {
            self.attach(slot, record, at);
        }
        if let Some(session) = self.sessions.get_mut(&slot) {
            session.by_neighbourhood = true;
        }
        if let Some(state) = self.lanes.get_mut(&lane) {
            state.turn = turn;
        }
    }
}

/// Whether a poll of a session has come that has not been answered.
pub(super) fn is_poll(record: &Record) -> bool {
    matches!(&record.event.kind, Kind::Request(request)
        if request.status.is_none()
            && request.sid.is_some()
            && request.method.as_deref() == Some("GET")
            && request.transport.as_deref() == Some("polling"))
}

//! Refusals of a server that leaves the ids out, as long as it is open whose they are.
//!
//! Where several clients wait, a refusal that suits more than one of them is kept back. What follows tells more: who of them is let in, whose poll fetches
//! the answer, whom another refusal suits better. What is left over after a while goes by turn if the turns are clear, and to nobody if not: a wrong answer is worse than none.

use super::{
    fit::{Fit, fit},
    session::Session,
    sessions::Slot,
    tracker::Tracker,
    turn::standing::asked_at,
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

/// Whether clients are answered in the order in which they asked, as far as those tell that were let in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// The place of the last that was let in.
    last: i64,
    /// By how many more had been refused then than were waiting.
    ahead: usize,
    /// How often as many had been refused as were waiting when one was let in, and how often more.
    kept: u32,
    broken: u32,
}

impl Default for Order {
    fn default() -> Self {
        Self { last: -1, ahead: 0, kept: 0, broken: 0 }
    }
}

impl Order {
    fn holds(self) -> bool {
        self.kept > 0 && self.kept >= 2 * self.broken
    }
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

    /// The socket of `slot` is being let in: where clients are answered in the order in which they asked, those that were refused before had asked before.
    pub(super) fn settle_before(&mut self, lane: Lane, slot: Slot, at: i64) {
        // Who asked long before has left, or was overtaken.
        let Some(asked) = self.sessions.get(&slot).and_then(asked_at) else { return };
        let since = asked - (at - asked).max(0);
        let Some(state) = self.lanes.get_mut(&lane) else { return };
        let Some(here) = state.numbers.place(slot) else { return };
        if here < state.order.last {
            state.order.broken += 1;
            return;
        }
        let before = std::mem::replace(&mut state.order.last, here);
        let waits = |slot: &Slot| {
            self.sessions.get(slot).is_some_and(|s| {
                s.progress.asked && !s.progress.decided && asked_at(s).is_some_and(|at| at >= since)
            })
        };
        let waiting: Vec<Slot> = state.numbers.before(here).filter(waits).collect();
        let is_old = |p: &&Pending| p.lines.iter().all(|(_, at)| *at < asked);
        let old = state.pending.iter().take_while(is_old).count();
        let refused = state.pending.len() - old;
        let ahead = refused.saturating_sub(waiting.len());
        state.order.broken += u32::from(ahead > state.order.ahead);
        state.order.ahead = ahead;
        if ahead > 0 || refused == 0 {
            return;
        }
        state.order.kept += u32::from(refused == waiting.len());
        if !state.order.holds() {
            return;
        }
        let told = state.pending.iter().skip(old);
        let fits: Vec<Vec<Fit>> = told
            .map(|p| waiting.iter().map(|slot| p.fit(self.sessions.get(slot))).collect())
            .collect();
        // Who was passed over before may have left; then only what the credentials tell is to be trusted.
        let sure =
            waiting.iter().all(|slot| state.numbers.place(*slot).is_some_and(|at| at > before));
        if !sure && fits.iter().flatten().any(|fit| *fit == Fit::Neutral) {
            return;
        }
        let Some(places) = in_order(&fits) else { return };
        let settled = state.pending.split_off(old);
        for (pending, place) in settled.into_iter().zip(places) {
            self.attach_late(waiting[place], pending);
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
    matches!(&record.event.kind, Kind::Request(request) if request.status.is_none() && request.sid.is_some() && request.method.as_deref() == Some("GET") && request.transport.as_deref() == Some("polling"))
}

/// Which of those who wait each refusal is for, when the order of both is the same and each goes to one whom it may be for: `fits[refusal][waiting]`. `None` when that
/// can't be, or can be in several ways that suit equally well.
fn in_order(fits: &[Vec<Fit>]) -> Option<Vec<usize>> {
    let worth = |fit: Fit| match fit {
        Fit::Against => None,
        Fit::Neutral => Some(0u32),
        Fit::Likely => Some(1),
        Fit::Exact => Some(3),
    };
    let (refusals, waiting) = (fits.len(), fits.first().map_or(0, Vec::len));
    // For what is left from each refusal and each of those who wait on: the most that it can be worth, and in how many ways.
    let mut best: Vec<Vec<Option<(u32, u32)>>> = vec![vec![None; waiting + 1]; refusals + 1];
    best[refusals].fill(Some((0, 1)));
    for refusal in (0..refusals).rev() {
        for place in (0..waiting).rev() {
            let skipped = best[refusal][place + 1];
            let taken = worth(fits[refusal][place])
                .zip(best[refusal + 1][place + 1])
                .map(|(own, (rest, ways))| (own + rest, ways));
            best[refusal][place] = match (skipped, taken) {
                (Some((a, ways)), Some((b, more))) if a == b => {
                    Some((a, ways.saturating_add(more)))
                }
                (Some(a), Some(b)) if a.0 > b.0 => Some(a),
                (skipped, None) => skipped,
                (_, taken) => taken,
            };
        }
    }
    if best[0][0]?.1 != 1 {
        return None;
    }
    let mut places = Vec::with_capacity(refusals);
    let mut place = 0;
    for left in &best[..refusals] {
        // Where leaving one out is worth as much, it is not the one.
        while place + 1 < waiting && left[place + 1] == left[place] {
            place += 1;
        }
        places.push(place);
        place += 1;
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_go_to_those_who_wait_in_their_order() {
        use Fit::{Against, Exact, Likely, Neutral};
        assert_eq!(in_order(&[vec![Neutral, Neutral], vec![Likely, Neutral]]), Some(vec![0, 1]));
        assert_eq!(in_order(&[vec![Neutral, Against], vec![Likely, Against]]), None);
        assert_eq!(in_order(&[vec![Neutral, Neutral]]), None, "nothing tells which of two");
        assert_eq!(in_order(&[vec![Neutral, Exact, Neutral]]), Some(vec![1]));
        assert_eq!(
            in_order(&[vec![Likely, Neutral, Neutral], vec![Neutral, Against, Likely]]),
            Some(vec![0, 2])
        );
    }
}

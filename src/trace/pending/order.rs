//! Refusals in the order in which clients asked: when a client is let in, those that were refused before had mostly asked before.

use super::Pending;
use crate::{
    event::Lane,
    trace::{fit::Fit, sessions::Slot, tracker::Tracker, turn::standing::asked_at},
};

/// Whether clients are answered in the order in which they asked, as far as those tell that were let in.
#[derive(Clone, Copy, Debug)]
pub(in crate::trace) struct Order {
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

    /// Notes that one was let in when as many as `waiting` had asked before and `refused` were refused; says whether each refusal is for one of those.
    fn note(&mut self, refused: usize, waiting: usize) -> bool {
        let ahead = refused.saturating_sub(waiting);
        self.broken += u32::from(ahead > self.ahead);
        self.ahead = ahead;
        if ahead > 0 || refused == 0 {
            return false;
        }
        self.kept += u32::from(refused == waiting);
        self.holds()
    }
}

impl Tracker {
    /// The socket of `slot` is being let in: where clients are answered in the order in which they asked, those that were refused before had asked before.
    pub(in crate::trace) fn settle_before(&mut self, lane: Lane, slot: Slot, at: i64) {
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
        if !state.order.note(state.pending.len() - old, waiting.len()) {
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

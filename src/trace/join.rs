//! Joins, across sources, what one source alone cannot tie together: sessions without an Engine.IO id.
//!
//! A server's handler lines may carry no id, or only the socket's, while the client's log of the same attempt does; a refused handshake has none anywhere. Two such are
//! one attempt when they come from different sources, happen at the same time, agree in what they tell, and
//! nothing fits better. A client's own clock in the URL (`t=` of Python clients) beats everything else.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    look::{Look, Turn},
    session::Session,
    sessions::Slot,
    tracker::Tracker,
};
use crate::time::SECOND;

/// How far apart two views may begin at most: a client's view of a long poll begins that much before the server's.
const WIDEST: i64 = 30 * SECOND;

/// Up to this rank something other than time speaks for a pair.
pub(super) const SURE: u8 = 6;

/// Most views before and after one in time that it is compared with.
const MOST_NEAR: usize = 256;

/// Views right before one that it is compared with, however long before.
const JUST_BEFORE: usize = 8;

/// Two views that may be of one attempt. The order is that in which pairs are joined.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    /// The kind of evidence, and microseconds between the two.
    rank: u8,
    apart: i64,
    serial: u64,
    turn: Turn,
    slot: Slot,
    other: Slot,
}

impl Tracker {
    /// Joins all that is still open, the surest pairs first.
    pub(super) fn join_all(&mut self) {
        let all: Vec<Slot> = self.sessions.iter().map(|(slot, _)| slot).collect();
        self.join(&all);
    }

    /// Joins `slots` as far as they lack the Engine.IO id by which their lines would have found the others: first by what they tell, and then, knowing more of each, also those
    /// for which only time speaks.
    pub(super) fn join(&mut self, slots: &[Slot]) {
        let mut pairs = self.pairs(slots);
        let sure = pairs.partition_point(|pair| pair.rank <= SURE);
        if self.sources.len() < 2 {
            pairs.truncate(sure);
        } else if sure > 0 {
            pairs.truncate(sure);
            self.join_pairs(&pairs);
            pairs = self.pairs(slots);
        }
        self.join_pairs(&pairs);
    }

    /// Between which times the sessions begin that `views` are compared with; of all that are open, those are few.
    fn reach(&self, views: &[(Slot, Look)]) -> (i64, i64) {
        let mut reach = (i64::MAX, i64::MIN);
        for (slot, look) in views {
            let Some(own) = self.sessions.get(slot) else { continue };
            let timeless = own.first == 0;
            reach.0 = reach.0.min(if timeless { i64::MIN } else { own.first - WIDEST });
            let open_ended = timeless || look.unstamped;
            reach.1 = reach.1.max(if open_ended { i64::MAX } else { own.last + WIDEST });
        }
        reach
    }

    /// The pairs, each with one of `slots`, for which something speaks, the surest first.
    fn pairs(&self, slots: &[Slot]) -> Vec<Pair> {
        // Within one source only halves of one attempt complete each other; most sessions are no such half, and need not be compared.
        let one_source = self.sources.len() < 2;
        let views: Vec<(Slot, Look)> = slots
            .iter()
            .filter_map(|slot| {
                let own = self.sessions.get(slot).filter(|s| s.engine.is_none())?;
                let look = Look::of(own, self);
                (!one_source || look.is_half()).then_some((*slot, look))
            })
            .collect();
        if views.is_empty() {
            return Vec::new();
        }
        let (from, to) = self.reach(&views);
        // Of lines without a stamp the time is only the earliest that they can have.
        let unstamped = |s: &Session| s.records.first().is_some_and(|r| r.stamp.is_none());
        let mut by_time: Vec<(i64, u64, Slot)> = self
            .sessions
            .iter()
            .filter(|(_, s)| s.first == 0 || (from..=to).contains(&s.first) || unstamped(s))
            .map(|(slot, s)| (s.first, s.serial, slot))
            .collect();
        by_time.sort_unstable();
        // Those before the first stamp of their source may be near to any.
        let (timeless, by_time) =
            by_time.split_at(by_time.partition_point(|(first, ..)| *first == 0));
        let mut looks: FxHashMap<Slot, Look> = FxHashMap::default();
        let mut pairs: Vec<Pair> = Vec::new();
        for (slot, look) in views {
            let Some(own) = self.sessions.get(&slot) else { continue };
            // A view without a stamp may be of anything that came later; the others only of what is near.
            let (from, to) = if own.first == 0 {
                (0, by_time.len())
            } else {
                let from = by_time.partition_point(|(first, ..)| *first < own.first - WIDEST);
                let to = by_time.partition_point(|(first, ..)| *first <= own.last + WIDEST);
                (from, if look.unstamped { by_time.len() } else { to })
            };
            // Of very many at one moment the nearest are enough: among more nothing tells one from the other.
            let place = by_time
                .partition_point(|(first, serial, _)| (*first, *serial) < (own.first, own.serial));
            // Lines without a stamp count as written when the last line with one was, which may be long ago.
            let from = from.min(place.saturating_sub(JUST_BEFORE));
            let (from, to) = (from.max(place.saturating_sub(MOST_NEAR)), to.min(place + MOST_NEAR));
            let near =
                timeless.iter().take(MOST_NEAR).chain(by_time.get(from..to).unwrap_or_default());
            for (.., other) in near.filter(|(.., other)| *other != slot) {
                let Some(candidate) = self.sessions.get(other) else { continue };
                if look.is_too_far(own, candidate) {
                    continue;
                }
                let theirs = looks.entry(*other).or_insert_with(|| Look::of(candidate, self));
                if let Some((rank, apart)) = look.agrees(own, theirs, candidate) {
                    let (serial, turn) = (own.serial, theirs.turn(candidate));
                    pairs.push(Pair { rank, apart, serial, turn, slot, other: *other });
                }
            }
        }
        pairs.sort_unstable();
        pairs
    }

    /// Joins `pairs`, in their order.
    fn join_pairs(&mut self, pairs: &[Pair]) {
        let mut grown: FxHashSet<Slot> = FxHashSet::default();
        for &Pair { slot, other, .. } in pairs {
            let (Some(own), Some(candidate)) =
                (self.sessions.get(&slot), self.sessions.get(&other))
            else {
                continue;
            };
            // Either may have seen more since the pair was found.
            let changed = grown.contains(&slot) || grown.contains(&other);
            if own.engine.is_some()
                || changed
                    && Look::of(own, self)
                        .agrees(own, &Look::of(candidate, self), candidate)
                        .is_none()
            {
                continue;
            }
            grown.insert(other);
            self.merge(other, slot);
            if let Some(session) = self.sessions.get_mut(&other) {
                session.by_neighbourhood = true;
            }
        }
    }
}

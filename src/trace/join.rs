//! Joins, across sources, what one source alone cannot tie together: sessions without an Engine.IO id.
//!
//! A server's handler lines may carry no id, or only the socket's, while the client's log of the same attempt does; a refused handshake has none anywhere. Two such are
//! one attempt when they come from different sources, happen at the same time, agree in what they tell, and
//! nothing fits better. A client's own clock in the URL (`t=` of Python clients) beats everything else.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    look::{Look, Turn},
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

impl Tracker {
    /// Joins all that is still open, the surest pairs first.
    pub(super) fn join_all(&mut self) {
        let all: Vec<Slot> = self.sessions.iter().map(|(slot, _)| slot).collect();
        self.join(&all);
    }

    /// Joins `slots` as far as they lack the Engine.IO id by which their lines would have found the others: first by what they tell, and then, knowing more of each, also those
    /// for which only time speaks.
    pub(super) fn join(&mut self, slots: &[Slot]) {
        self.join_up_to(SURE, slots);
        if self.sources.len() > 1 {
            self.join_up_to(u8::MAX, slots);
        }
    }

    /// Joins pairs of at most this rank.
    fn join_up_to(&mut self, limit: u8, slots: &[Slot]) {
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
            return;
        }
        let mut by_time: Vec<(i64, u64, Slot)> =
            self.sessions.iter().map(|(slot, s)| (s.first, s.serial, slot)).collect();
        by_time.sort_unstable();
        // Those before the first stamp of their source may be near to any.
        let (timeless, by_time) =
            by_time.split_at(by_time.partition_point(|(first, ..)| *first == 0));
        let mut looks: FxHashMap<Slot, Look> = FxHashMap::default();
        let mut pairs: Vec<(u8, i64, u64, Turn, Slot, Slot)> = Vec::new();
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
                if let Some((rank, apart)) = look.agrees(own, theirs, candidate)
                    && rank <= limit
                {
                    pairs.push((rank, apart, own.serial, theirs.turn(candidate), slot, *other));
                }
            }
        }
        pairs.sort_unstable();
        let mut grown: FxHashSet<Slot> = FxHashSet::default();
        for (.., slot, other) in pairs {
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

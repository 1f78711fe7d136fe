//! Joins, across sources, what one source alone cannot tie together: sessions without an Engine.IO id.
//!
//! A server's handler lines may carry no id, or only the socket's, while the client's log of the same attempt does; a refused handshake has none anywhere. Two such are
//! one attempt when they come from different sources, happen at the same time, agree in what they tell, and
//! nothing fits better. A client's own clock in the URL (`t=` of Python clients) beats everything else.

use super::{
    look::Look,
    session::Slot,
    tracker::Tracker,
};
use crate::time::SECOND;

/// How far apart two views may begin at most: a client's view of a long poll begins that much before the server's.
const WIDEST: i64 = 30 * SECOND;

impl Tracker {
    /// Joins all that is still open, the surest pairs first.
    pub(super) fn join_all(&mut self) {
        let unnamed: Vec<Slot> = self.sessions.iter().filter(|(_, s)| s.engine.is_none()).map(|(k, _)| *k).collect();
        self.join(&unnamed);
    }

    /// Joins one session without an Engine.IO id to the best that fits; gives back the slot that is left to be closed, if it is this one.
    pub(super) fn join_one(&mut self, slot: Slot) -> Option<Slot> {
        if self.sessions.get(&slot)?.engine.is_none() {
            self.join(&[slot]);
        }
        self.sessions.contains_key(&slot).then_some(slot)
    }

    /// Joins `slots`, of which each lacks the Engine.IO id by which its lines would have found the others.
    fn join(&mut self, slots: &[Slot]) {
        let mut by_time: Vec<(i64, u64, Slot, Look)> =
            self.sessions.iter().map(|(slot, s)| (s.first, s.serial, *slot, Look::of(s))).collect();
        by_time.sort_by_key(|(first, serial, ..)| (*first, *serial));
        let mut pairs: Vec<(u8, i64, u64, u64, Slot, Slot)> = Vec::new();
        for &slot in slots {
            let Some(own) = self.sessions.get(&slot).filter(|s| s.engine.is_none()) else { continue };
            let look = Look::of(own);
            // A view without a stamp may be of anything that came later; the others only of what is near.
            let from = by_time.partition_point(|(first, ..)| *first < own.first - WIDEST && *first != 0);
            let near = by_time[from..].iter().take_while(|(first, ..)| look.unstamped || *first <= own.last + WIDEST);
            for (_, serial, other, theirs) in near.filter(|(_, _, other, _)| *other != slot) {
                let Some(candidate) = self.sessions.get(other) else { continue };
                if let Some((rank, apart)) = look.agrees(own, theirs, candidate) {
                    pairs.push((rank, apart, own.serial, *serial, slot, *other));
                }
            }
        }
        pairs.sort_unstable();
        for (.., slot, other) in pairs {
            // Either may have become part of something else, or have seen more, since the pair was found.
            let (Some(own), Some(candidate)) = (self.sessions.get(&slot), self.sessions.get(&other)) else { continue };
            if !own.engine.is_none() || Look::of(own).agrees(own, &Look::of(candidate), candidate).is_none() {
                continue;
            }
            self.merge(other, slot);
            if let Some(session) = self.sessions.get_mut(&other) {
                session.by_neighbourhood = true;
            }
        }
    }
}

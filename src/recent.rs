//! Digests of which the latest are remembered, in bounded memory.
//!
//! They stand in two sets. When the younger is full, the elder is forgotten and the younger takes its place: a queue of the order in which they came would take as much
//! room again as the sets.

use rustc_hash::FxHashSet;

/// The latest of many digests: at least `HALF` and at most twice as many.
#[derive(Debug)]
pub(crate) struct Recent<const HALF: usize> {
    young: FxHashSet<u64>,
    old: FxHashSet<u64>,
}

/// Entries that a hash table with room for 2^`power` slots holds before it takes twice the room: seven eighths.
pub(crate) const fn filling(power: u32) -> usize {
    (1 << power) / 8 * 7
}

impl<const HALF: usize> Default for Recent<HALF> {
    fn default() -> Self {
        Self { young: FxHashSet::default(), old: FxHashSet::default() }
    }
}

impl<const HALF: usize> Recent<HALF> {
    /// Remembers one; it counts as young, however old it was.
    pub(crate) fn insert(&mut self, digest: u64) {
        if self.young.len() >= HALF && !self.young.contains(&digest) {
            // The room of what is forgotten is used again.
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(digest);
    }

    /// Whether it is remembered.
    pub(crate) fn contains(&self, digest: u64) -> bool {
        self.young.contains(&digest) || self.old.contains(&digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered_and_the_oldest_are_not() {
        const HALF: usize = filling(4);
        let mut recent = Recent::<HALF>::default();
        for digest in 0..10 * HALF as u64 {
            // One that comes again and again stays.
            recent.insert(digest);
            recent.insert(u64::MAX);
            let youngest = (digest + 2).saturating_sub(HALF as u64)..=digest;
            assert!(youngest.clone().all(|digest| recent.contains(digest)), "{youngest:?}");
            assert!(recent.young.len() <= HALF && recent.old.len() <= HALF);
        }
        assert!(recent.contains(u64::MAX) && !recent.contains(0));
    }

    #[test]
    fn a_full_table_has_no_room_to_spare() {
        let mut set = FxHashSet::default();
        set.extend(0..filling(10) as u64);
        let room = set.capacity();
        assert!(!set.insert(0) && room == set.len(), "{room}");
        set.insert(u64::MAX);
        assert!(set.capacity() > room);
    }
}

//! The open sessions, each at its place in one list: most lines ask for their session several times, and a place is found without hashing.

use super::session::Session;

/// A session's place in the tracker. A place is used again, a serial number never, so that what is kept of a closed session finds nothing.
///
/// The serial number is the upper half, so that slots are in the order in which their sessions were opened. In one number, for long lists are searched for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Slot(u64);

impl Slot {
    fn new(serial: u32, place: u32) -> Self {
        Self(u64::from(serial) << 32 | u64::from(place))
    }

    fn serial(self) -> u64 {
        self.0 >> 32
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    fn place(self) -> usize {
        self.0 as u32 as usize
    }
}

/// All open sessions.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    places: Vec<Option<(Slot, Session)>>,
    free: Vec<u32>,
    next: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "slots are asked for as keys of a map are")]
impl Sessions {
    /// Opens one that begins at `at`.
    pub(super) fn open(&mut self, at: i64) -> Slot {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
        });
        let slot = Slot::new(self.next, place);
        self.next = self.next.wrapping_add(1);
        if let Some(free) = self.places.get_mut(slot.place()) {
            *free = Some((slot, Session::new(slot.serial(), at)));
        }
        slot
    }

    pub(super) fn get(&self, slot: &Slot) -> Option<&Session> {
        let (own, session) = self.places.get(slot.place())?.as_ref()?;
        (own == slot).then_some(session)
    }

    pub(super) fn get_mut(&mut self, slot: &Slot) -> Option<&mut Session> {
        let (own, session) = self.places.get_mut(slot.place())?.as_mut()?;
        (own == slot).then_some(session)
    }

    pub(super) fn contains_key(&self, slot: &Slot) -> bool {
        self.get(slot).is_some()
    }

    pub(super) fn remove(&mut self, slot: &Slot) -> Option<Session> {
        let place = self.places.get_mut(slot.place())?;
        let (_, session) = place.take_if(|(own, _)| own == slot)?;
        self.free.push(u32::try_from(slot.place()).unwrap_or(u32::MAX));
        Some(session)
    }

    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &Session)> {
        self.places.iter().flatten().map(|(slot, session)| (*slot, session))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_of_a_session_that_was_closed_finds_nothing() {
        let mut sessions = Sessions::default();
        let (one, other) = (sessions.open(1), sessions.open(2));
        assert!(sessions.remove(&one).is_some());
        assert!(sessions.remove(&one).is_none());
        let third = sessions.open(3);
        assert!(!sessions.contains_key(&one));
        assert!(one < other && other < third);
        let firsts: Vec<i64> = sessions.iter().map(|(_, session)| session.first).collect();
        assert_eq!((sessions.len(), firsts), (2, vec![3, 2]));
    }
}

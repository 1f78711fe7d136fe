//! Whose socket an id is, by the number at its end.
//!
//! Node's socket.io makes a socket, with its id, before the middlewares run, and numbers the ids in their order. The line that a socket is being made shows no id, that of its acceptance
//! does: the seventh that was made has the seventh number, however long its middlewares took. engine.io numbers its sessions in the same way; the two count apart or together, as their
//! modules were installed, which the sessions' own numbers tell.

use std::collections::VecDeque;

use super::sessions::Slot;

/// Most sockets of one process that are remembered; what is older has been decided, or its client has left.
const MOST: usize = 256;

/// The counters of one process, as far as its lines show them.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    made: VecDeque<Made>,
    /// How many sockets were made since the first line.
    count: i64,
    /// By how much a socket's own number is ahead of that count.
    ahead: Ahead,
    /// The number of the last session, and how many sockets were made since.
    session: Option<i64>,
    since: i64,
    together: Option<bool>,
    /// Whether the numbers contradict each other: several processes write here, or lines are missing.
    useless: bool,
}

#[derive(Debug)]
struct Made {
    /// `None` when nobody knows whose line it was.
    slot: Option<Slot>,
    /// Its number if sockets are counted by themselves, less what they are ahead.
    alone: i64,
    /// Its number if sessions and sockets are counted together.
    together: Option<i64>,
}

#[derive(Debug, Default)]
enum Ahead {
    #[default]
    Unknown,
    /// One of these.
    OneOf(Vec<i64>),
    Known(i64),
}

impl Numbers {
    /// The process has started: it counts from 0.
    pub(super) fn started(&mut self) {
        *self = Self { ahead: Ahead::Known(0), ..Self::default() };
    }

    /// A session has been given the number `number`.
    pub(super) fn session(&mut self, number: u32) {
        let number = i64::from(number);
        if let Some(before) = self.session {
            let alone = number == before + 1;
            let together = number == before + 1 + self.since;
            if number == 0 && before > 0 {
                self.started();
            } else if !alone && !together {
                self.useless = true;
            } else if self.since > 0 {
                self.useless |= self.together.is_some_and(|was| was != together);
                self.together = Some(together);
            }
        }
        self.session = Some(number);
        self.since = 0;
    }

    /// A socket has been made, of the session `slot` as far as that is known.
    pub(super) fn made(&mut self, slot: Option<Slot>) {
        self.since += 1;
        let together = self.session.map(|number| number + self.since);
        if self.made.len() == MOST {
            self.made.pop_front();
        }
        self.made.push_back(Made { slot, alone: self.count, together });
        self.count += 1;
    }

    /// The session whose socket has the number `number`; `waits` tells whether one can be meant.
    pub(super) fn owner(&mut self, number: u32, waits: impl Fn(Slot) -> bool) -> Option<Slot> {
        if self.useless {
            return None;
        }
        let number = i64::from(number);
        let found = match self.together {
            Some(true) => self.together(number),
            Some(false) => self.alone(number, &waits),
            None => match (self.together(number), self.alone(number, &waits)) {
                (Some(a), Some(b)) if a != b => None,
                (together, alone) => together.or(alone),
            },
        };
        let slot = found?;
        // Whoever is not waiting cannot have been answered: what was counted is not what happened.
        self.useless |= !waits(slot);
        (!self.useless).then_some(slot)
    }

    /// When the last socket of `slot` was made, as the count of those before it.
    pub(super) fn place(&self, slot: Slot) -> Option<i64> {
        self.made.iter().rev().find(|m| m.slot == Some(slot)).map(|m| m.alone)
    }

    /// The sessions whose sockets were made before the one at `place`, oldest first.
    pub(super) fn before(&self, place: i64) -> impl Iterator<Item = Slot> {
        self.made.iter().take_while(move |m| m.alone < place).filter_map(|m| m.slot)
    }

    /// `from` has become part of `into`.
    pub(super) fn merged(&mut self, into: Slot, from: Slot) {
        for made in &mut self.made {
            made.slot = made.slot.map(|s| if s == from { into } else { s });
        }
    }

    /// Whose socket has this number when sessions are counted with the sockets.
    fn together(&self, number: i64) -> Option<Slot> {
        self.made.iter().find(|m| m.together == Some(number))?.slot
    }

    /// Whose socket has this number when sockets are counted by themselves.
    fn alone(&mut self, number: i64, waits: impl Fn(Slot) -> bool) -> Option<Slot> {
        let possible = |m: &&Made| m.slot.is_none_or(&waits);
        let differences = self.made.iter().filter(possible).map(|m| number - m.alone);
        let known: Vec<i64> = match &self.ahead {
            Ahead::Known(ahead) => vec![*ahead],
            Ahead::Unknown => differences.filter(|d| *d >= 0).collect(),
            Ahead::OneOf(before) => differences.filter(|d| before.contains(d)).collect(),
        };
        match known.as_slice() {
            [] => {
                self.useless = true;
                None
            }
            [ahead] => {
                self.ahead = Ahead::Known(*ahead);
                self.made.iter().find(|m| m.alone + ahead == number)?.slot
            }
            _ => {
                self.ahead = Ahead::OneOf(known);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sessions::Sessions;

    fn slots() -> Vec<Slot> {
        let mut sessions = Sessions::default();
        (0..6).map(|at| sessions.open(at)).collect()
    }

    #[test]
    fn the_first_socket_of_a_process_has_the_first_number() {
        let (slots, mut numbers) = (slots(), Numbers::default());
        numbers.started();
        numbers.session(0);
        numbers.session(1);
        numbers.made(Some(slots[1]));
        numbers.made(Some(slots[0]));
        numbers.session(2);
        assert_eq!(numbers.owner(1, |_| true), Some(slots[0]));
        assert_eq!(numbers.owner(0, |_| true), Some(slots[1]));
    }

    #[test]
    fn sessions_and_sockets_may_be_counted_together() {
        let (slots, mut numbers) = (slots(), Numbers::default());
        numbers.session(7);
        numbers.session(8);
        numbers.made(Some(slots[0]));
        numbers.made(Some(slots[1]));
        numbers.session(11);
        assert_eq!(numbers.owner(10, |_| true), Some(slots[1]));
    }

    #[test]
    fn in_the_middle_of_a_log_several_answers_tell_what_one_does_not() {
        let (slots, mut numbers) = (slots(), Numbers::default());
        numbers.session(40);
        for slot in &slots[..3] {
            numbers.made(Some(*slot));
        }
        numbers.session(41);
        assert_eq!(numbers.owner(31, |_| true), None, "any of three");
        // The second in this log has the number 30, or the third has.
        assert_eq!(numbers.owner(30, |_| true), None);
        assert_eq!(numbers.owner(29, |_| true), Some(slots[0]));
        assert_eq!(numbers.owner(31, |_| true), Some(slots[2]));
    }

    #[test]
    fn of_two_processes_in_one_log_the_numbers_tell_nothing() {
        let (slots, mut numbers) = (slots(), Numbers::default());
        numbers.session(5);
        numbers.made(Some(slots[0]));
        numbers.session(2);
        assert_eq!(numbers.owner(3, |_| true), None);
    }
}

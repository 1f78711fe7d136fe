//! Who tries how often, and how often in vain: by address, and by user.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::{
    payload::redact,
    recent::filling,
    rules::cause::Cause,
    time::{SECOND, Stamp},
};

use super::{Culprit, Storm, Who};

/// Most that are counted by themselves. Beyond it those with the fewest failures are counted together.
const MOST: usize = filling(12);

const MINUTE: i64 = 60 * SECOND;

/// The libraries try again after 1, 2, 4, 5, 5 … s, each ±50 %: at most 27 times in a minute. Who tries more often has a loop of its own.
const FASTEST: u64 = 30;

/// So many failures of one are worth a name.
const LEAST_FAILED: u64 = 10;

/// With fewer others, or fewer attempts of theirs, there is nothing to compare with: a proxy's address stands for everybody.
const LEAST_OTHERS: u64 = 3;
const LEAST_OTHERS_ATTEMPTS: u64 = 10;

/// It fails so many times as often as the others: a busy address has its part of all failures and is no culprit.
const TIMES_OTHERS: u64 = 2;

/// None, one, or several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Some1<T> {
    #[default]
    None,
    One(T),
    Several,
}

impl<T: PartialEq + Clone> Some1<T> {
    fn add(&mut self, one: &T) {
        match self {
            Self::None => *self = Self::One(one.clone()),
            Self::One(known) if known != one => *self = Self::Several,
            Self::One(_) | Self::Several => {}
        }
    }
}

/// One attempt, as far as it matters here.
pub(super) struct Try<'v> {
    pub(super) at: Option<Stamp>,
    pub(super) failed: bool,
    pub(super) cause: Option<Cause>,
    /// Of a client its user, of a user its client.
    pub(super) other: Option<&'v str>,
    pub(super) token: Option<u64>,
}

/// What is kept of one client, or one user.
#[derive(Clone, Debug, Default)]
struct Entry {
    attempts: u64,
    failed: u64,
    causes: BTreeMap<Cause, u64>,
    others: Some1<CompactString>,
    tokens: Some1<u64>,
    first: Option<Stamp>,
    last: Option<Stamp>,
    /// The present minute, with attempts and failures in it.
    minute: (i64, u64, u64),
    /// The busiest minute in which half of the attempts failed at least.
    most: u64,
}

impl Entry {
    fn add(&mut self, one: &Try<'_>) {
        self.attempts += 1;
        self.failed += u64::from(one.failed);
        if let Some(cause) = one.cause {
            *self.causes.entry(cause).or_default() += 1;
        }
        if let Some(other) = one.other
            && !matches!(self.others, Some1::Several)
        {
            self.others.add(&CompactString::new(other));
        }
        if let Some(token) = &one.token {
            self.tokens.add(token);
        }
        let Some(at) = one.at else { return };
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        let minute = at.micros.div_euclid(MINUTE);
        if minute > self.minute.0 || self.minute.1 == 0 {
            self.minute = (minute, 0, 0);
        }
        // What closes late is of a minute that is over.
        if minute == self.minute.0 {
            self.minute.1 += 1;
            self.minute.2 += u64::from(one.failed);
            if self.minute.2 * 2 >= self.minute.1 {
                self.most = self.most.max(self.minute.1);
            }
        }
    }

    fn cause(&self) -> Option<Cause> {
        let most =
            self.causes.iter().max_by_key(|(cause, count)| (**count, std::cmp::Reverse(**cause)));
        most.map(|(cause, _)| *cause)
    }

    /// Whether the log shows that it is one: one user, or one token where it names no users.
    fn is_alone(&self) -> bool {
        match (&self.others, &self.tokens) {
            (Some1::One(_), _) | (Some1::None, Some1::One(_)) => true,
            (Some1::Several, _) | (Some1::None, Some1::None | Some1::Several) => false,
        }
    }

    /// Whether it is seen to be several behind one address.
    fn is_shared(&self) -> bool {
        matches!((&self.others, &self.tokens), (Some1::Several, _) | (Some1::None, Some1::Several))
    }
}

/// Clients by address, or users by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    entries: FxHashMap<CompactString, Entry>,
    attempts: u64,
    failed: u64,
    /// How many found no room.
    pub(super) forgotten: u64,
}

impl Table {
    pub(super) fn add(&mut self, name: &str, one: &Try<'_>) {
        self.attempts += 1;
        self.failed += u64::from(one.failed);
        if let Some(entry) = self.entries.get_mut(name) {
            entry.add(one);
            return;
        }
        if self.entries.len() >= MOST {
            self.make_room();
        }
        self.entries.entry(CompactString::new(name)).or_default().add(one);
    }

    /// Leaves the half with the most failures. What the others did stays in the sums.
    fn make_room(&mut self) {
        let mut all: Vec<(CompactString, Entry)> = self.entries.drain().collect();
        all.sort_unstable_by(|(a, x), (b, y)| {
            (y.failed, y.attempts, a).cmp(&(x.failed, x.attempts, b))
        });
        self.forgotten += (all.len() - MOST / 2) as u64;
        all.truncate(MOST / 2);
        self.entries.extend(all);
    }

    /// The one behind most failures, of `of_failed` all together; with the name of the other kind, if there is one.
    pub(super) fn culprit(&self, of_failed: u64, by_user: bool) -> Option<Culprit> {
        let (name, entry) =
            self.entries.iter().max_by(|(a, x), (b, y)| (x.failed, b).cmp(&(y.failed, a)))?;
        let (others_attempts, others_failed) =
            (self.attempts - entry.attempts, self.failed - entry.failed);
        let others = self.entries.len() as u64 - 1 + self.forgotten;
        let is_culprit = entry.failed >= LEAST_FAILED
            && entry.failed * 2 > of_failed
            && others >= LEAST_OTHERS
            && others_attempts >= LEAST_OTHERS_ATTEMPTS
            && entry.failed * others_attempts >= TIMES_OTHERS * others_failed * entry.attempts;
        is_culprit.then(|| Culprit {
            who: who(name, entry, by_user),
            failed: entry.failed,
            of_failed,
            attempts: entry.attempts,
            of_attempts: self.attempts,
            cause: entry.cause(),
        })
    }

    /// The client that tries most often in a minute, if any does faster than a library would.
    pub(super) fn storm(&self) -> Option<Storm> {
        let several = self.entries.len() > 1;
        // Many behind one address are as fast together; the only address of a log may be a proxy's.
        let storming = || {
            self.entries
                .iter()
                .filter(|(_, e)| e.most > FASTEST && !e.is_shared() && (several || e.is_alone()))
        };
        let (name, entry) = storming().max_by(|(a, x), (b, y)| (x.most, b).cmp(&(y.most, a)))?;
        Some(Storm {
            who: who(name, entry, false),
            attempts: entry.attempts,
            failed: entry.failed,
            most_per_minute: entry.most,
            clients: storming().count() as u64,
            first: entry.first,
            last: entry.last,
        })
    }
}

fn who(name: &str, entry: &Entry, by_user: bool) -> Who {
    let masked = |text: &str| redact::redact(text).into_owned();
    let other = match &entry.others {
        Some1::One(other) => Some(masked(other)),
        Some1::None | Some1::Several => None,
    };
    let name = Some(masked(name));
    if by_user {
        Who { client: other, user: name, alone: true }
    } else {
        Who { client: name, user: other, alone: entry.is_alone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(second: i64, failed: bool, user: Option<&str>) -> Try<'_> {
        Try {
            at: Some(Stamp::exact(second * SECOND, false)),
            failed,
            cause: failed.then_some(Cause::JwtExpired),
            other: user,
            token: None,
        }
    }

    /// `failed` of ten attempts of one client, and of each of three others none, but for `theirs` of one.
    fn table(failed: u64, theirs: u64) -> Table {
        let mut table = Table::default();
        for n in 0..20 {
            table.add("203.0.113.9", &one(0, n < failed, None));
            for other in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
                table.add(other, &one(0, other.ends_with('1') && n < theirs, None));
            }
        }
        table
    }

    #[test]
    fn who_is_behind_most_failures_is_named_from_ten_on() {
        assert!(table(9, 0).culprit(9, false).is_none());
        assert_eq!(table(10, 0).culprit(10, false).map(|c| c.failed), Some(10));
        // Half of all is not most.
        assert!(table(10, 0).culprit(20, false).is_none());
        assert!(table(11, 10).culprit(21, false).is_some());
    }

    #[test]
    fn a_busy_address_that_fails_as_often_as_others_is_no_culprit() {
        let mut table = Table::default();
        for n in 0..1000 {
            table.add("203.0.113.9", &one(0, n % 10 == 0, None));
        }
        for n in 0..300 {
            table.add(["a", "b", "c", "d"][n % 4], &one(0, n % 13 == 0, None));
        }
        assert!(table.culprit(124, false).is_none());
    }

    #[test]
    fn faster_than_a_library_is_a_storm_unless_many_are_behind_the_address() {
        let storm = |tries: i64, users: &[&'static str], failed: bool| {
            let mut table = Table::default();
            table.add("203.0.113.1", &one(0, false, None));
            for n in 0..tries {
                let user = users.get(usize::try_from(n).unwrap() % users.len().max(1)).copied();
                table.add("203.0.113.9", &one(n, failed, user));
            }
            table.storm().map(|s| s.most_per_minute)
        };
        assert_eq!(storm(30, &[], true), None);
        assert_eq!(storm(31, &[], true), Some(31));
        assert_eq!(storm(31, &["alice"], true), Some(31));
        assert_eq!(storm(59, &["alice", "bob"], true), None);
        assert_eq!(storm(59, &["alice"], false), None);
    }

    #[test]
    fn when_there_is_no_room_those_who_fail_stay() {
        let mut table = Table::default();
        for n in 0..3 * MOST {
            table.add(&format!("host-{n}"), &one(0, false, None));
            table.add("203.0.113.9", &one(0, true, None));
        }
        assert!(table.entries.len() <= MOST);
        assert_eq!(table.entries["203.0.113.9"].failed, 3 * MOST as u64);
        assert_eq!(table.forgotten + table.entries.len() as u64, 3 * MOST as u64 + 1);
    }
}

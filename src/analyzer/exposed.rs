//! How often each finding was made, where, and with which credentials.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{
    event::{At, SourceId},
    facts::{Credential, Life, Shown},
    recent::filling,
    report::{Credentials, FindingCount},
    rules::cause::Finding,
};

/// Most different credentials of a finding that are counted at a time. When there are more, the expired ones make room: whoever reads of them asks how many still
/// open a door.
const MOST: usize = filling(16);

/// All findings of a run.
#[derive(Debug, Default)]
pub(super) struct Exposed(BTreeMap<Finding, Tally>);

#[derive(Debug, Default)]
struct Tally {
    attempts: u64,
    first: Option<At>,
    sources: BTreeMap<SourceId, u64>,
    credentials: FxHashMap<u64, End>,
    /// The most that were known at once.
    most: usize,
    more: bool,
    /// Whether most of those that are known are still good, so that there is no room to be made.
    full: bool,
}

/// When a credential ends, in seconds since 1970. Half as large as a [`Life`], for there are many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End(i64);

impl End {
    const NEVER: Self = Self(i64::MAX);
    const UNKNOWN: Self = Self(i64::MIN);

    fn of(life: Life) -> Self {
        match life {
            Life::Until(end) => Self(end.clamp(i64::MIN + 1, i64::MAX - 1)),
            Life::Endless => Self::NEVER,
            Life::Unknown => Self::UNKNOWN,
        }
    }

    fn life(self) -> Life {
        match self {
            Self::NEVER => Life::Endless,
            Self::UNKNOWN => Life::Unknown,
            Self(end) => Life::Until(end),
        }
    }
}

impl Exposed {
    /// Takes in what was found in one attempt, in the order of the findings; `now` is the time of the attempt, in seconds since 1970.
    pub(super) fn attempt(&mut self, found: &[(Shown, At)], now: Option<i64>) {
        let mut last = None;
        for (found, at) in found {
            let tally = self.0.entry(found.finding).or_default();
            if last.map(|(finding, _)| finding) != Some(found.finding) {
                tally.attempts += 1;
                tally.first.get_or_insert(*at);
            }
            // Two credentials in one line are one line.
            if last != Some((found.finding, *at)) {
                *tally.sources.entry(at.source).or_default() += 1;
            }
            last = Some((found.finding, *at));
            if let Some(credential) = found.credential {
                tally.note(credential, now);
            }
        }
    }

    /// The sums; `now` is the time of the last line, in seconds since 1970.
    pub(super) fn finish(self, now: Option<i64>) -> Vec<FindingCount> {
        let count = |(finding, tally): (Finding, Tally)| FindingCount {
            finding,
            count: tally.sources.values().sum(),
            attempts: tally.attempts,
            first: tally.first,
            credentials: tally.credentials(now),
            sources: tally.sources.into_iter().collect(),
        };
        self.0.into_iter().map(count).collect()
    }
}

impl Tally {
    fn note(&mut self, credential: Credential, now: Option<i64>) {
        let end = End::of(credential.life);
        if let Some(known) = self.credentials.get_mut(&credential.digest) {
            *known = end;
            return;
        }
        if self.credentials.len() >= MOST {
            self.more = true;
            self.forget_expired(now);
        }
        if self.credentials.len() < MOST {
            self.credentials.insert(credential.digest, end);
            self.most = self.most.max(self.credentials.len());
        }
    }

    fn forget_expired(&mut self, now: Option<i64>) {
        let Some(now) = now.filter(|_| !self.full) else { return };
        self.credentials.retain(|_, end| !matches!(end.life(), Life::Until(end) if end <= now));
        // To look through all of them for each new one would take long.
        self.full = self.credentials.len() > MOST / 4 * 3;
    }

    fn credentials(&self, now: Option<i64>) -> Option<Credentials> {
        if self.credentials.is_empty() {
            return None;
        }
        let mut sums =
            Credentials { different: self.most, more: self.more, ..Credentials::default() };
        for end in self.credentials.values() {
            match (end.life(), now) {
                (Life::Endless, _) => sums.endless += 1,
                (Life::Until(end), Some(now)) if end > now => {
                    sums.live += 1;
                    sums.live_for = sums.live_for.max(Some(end.saturating_sub(now)));
                }
                (Life::Until(_), Some(_)) => sums.dead += 1,
                (Life::Until(_), None) | (Life::Unknown, _) => {}
            }
        }
        // Of those that were known at once, the ones that were forgotten since had expired.
        sums.dead += self.most.saturating_sub(self.credentials.len()) as u64;
        Some(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(digest: u64, ends: Life, line: u64) -> (Shown, At) {
        let credential = Some(Credential { digest, life: ends });
        let found = Shown { finding: Finding::TokenLogged, record: 0, credential };
        (found, At { source: SourceId(u16::from(line > 100)), line })
    }

    #[test]
    fn a_credential_counts_once_and_lives_until_its_end() {
        let mut exposed = Exposed::default();
        let mut attempt = |found: &[_]| exposed.attempt(found, Some(900));
        attempt(&[found(1, Life::Until(1_000), 3), found(1, Life::Until(1_000), 4)]);
        attempt(&[found(2, Life::Until(3_000), 7), found(3, Life::Endless, 7)]);
        attempt(&[found(4, Life::Unknown, 101), found(1, Life::Until(1_000), 102)]);
        let counts = exposed.finish(Some(2_000));
        let [token] = counts.as_slice() else { panic!("{counts:?}") };
        assert_eq!((token.count, token.attempts), (5, 3));
        assert_eq!(token.sources, [(SourceId(0), 3), (SourceId(1), 2)]);
        let want = Credentials {
            different: 4,
            more: false,
            endless: 1,
            live: 1,
            dead: 1,
            live_for: Some(1_000),
        };
        assert_eq!(token.credentials, Some(want));
    }

    #[test]
    fn without_a_time_nothing_is_called_dead() {
        let mut exposed = Exposed::default();
        exposed.attempt(&[found(1, Life::Until(1_000), 3)], None);
        let sums = exposed.finish(None)[0].credentials.unwrap();
        assert_eq!((sums.different, sums.live, sums.dead), (1, 0, 0));
    }

    /// The sums after many more credentials than are counted, one a second, each of which lives for so many seconds.
    fn many(life: Option<i64>) -> Credentials {
        let mut exposed = Exposed::default();
        let last = 3 * i64::try_from(MOST).unwrap();
        for now in 0..=last {
            let ends = life.map_or(Life::Endless, |life| Life::Until(now + life));
            exposed.attempt(&[found(now.cast_unsigned(), ends, 1)], Some(now));
        }
        exposed.finish(Some(last))[0].credentials.unwrap()
    }

    #[test]
    fn of_very_many_those_that_still_open_a_door_are_counted() {
        let sums = many(Some(100));
        assert_eq!((sums.live, sums.live_for, sums.more), (100, Some(100), true));
        assert_eq!((sums.different, sums.dead), (MOST, MOST as u64 - 100));
    }

    #[test]
    fn when_all_of_very_many_are_good_the_first_are_counted() {
        let sums = many(None);
        assert_eq!((sums.different, sums.endless, sums.more), (MOST, MOST as u64, true));
    }
}

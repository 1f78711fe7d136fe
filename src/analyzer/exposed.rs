//! How often each finding was made, where, and with which credentials.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{
    event::{At, SourceId},
    facts::{Life, Shown},
    report::{Credentials, FindingCount},
    rules::cause::Finding,
};

/// Most different credentials of a finding that are counted.
const MOST: usize = 1 << 18;

/// All findings of a run.
#[derive(Debug, Default)]
pub(super) struct Exposed(BTreeMap<Finding, Tally>);

#[derive(Debug, Default)]
struct Tally {
    attempts: u64,
    first: Option<At>,
    sources: BTreeMap<SourceId, u64>,
    credentials: FxHashMap<u64, Life>,
    more: bool,
}

impl Exposed {
    /// Takes in what was found in one attempt, in the order of the findings.
    pub(super) fn attempt(&mut self, found: &[(Shown, At)]) {
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
                let room = tally.credentials.len() < MOST;
                if room || tally.credentials.contains_key(&credential.digest) {
                    tally.credentials.insert(credential.digest, credential.life);
                } else {
                    tally.more = true;
                }
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
    fn credentials(&self, now: Option<i64>) -> Option<Credentials> {
        if self.credentials.is_empty() {
            return None;
        }
        let mut sums = Credentials {
            different: self.credentials.len(),
            more: self.more,
            ..Credentials::default()
        };
        for life in self.credentials.values() {
            match (life, now) {
                (Life::Endless, _) => sums.endless += 1,
                (Life::Until(end), Some(now)) if *end > now => {
                    sums.live += 1;
                    sums.live_for = sums.live_for.max(Some(end.saturating_sub(now)));
                }
                (Life::Until(_), Some(_)) => sums.dead += 1,
                (Life::Until(_), None) | (Life::Unknown, _) => {}
            }
        }
        Some(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Credential;

    fn found(digest: u64, ends: Life, line: u64) -> (Shown, At) {
        let credential = Some(Credential { digest, life: ends });
        let found = Shown { finding: Finding::TokenLogged, record: 0, credential };
        (found, At { source: SourceId(u16::from(line > 100)), line })
    }

    #[test]
    fn a_credential_counts_once_and_lives_until_its_end() {
        let mut exposed = Exposed::default();
        exposed.attempt(&[found(1, Life::Until(1_000), 3), found(1, Life::Until(1_000), 4)]);
        exposed.attempt(&[found(2, Life::Until(3_000), 7), found(3, Life::Endless, 7)]);
        exposed.attempt(&[found(4, Life::Unknown, 101), found(1, Life::Until(1_000), 102)]);
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
        exposed.attempt(&[found(1, Life::Until(1_000), 3)]);
        let sums = exposed.finish(None)[0].credentials.unwrap();
        assert_eq!((sums.different, sums.live, sums.dead), (1, 0, 0));
    }
}

//! The most frequent of many names, in bounded memory.

use rustc_hash::FxHashMap;

use crate::recent::filling;

/// Different names that are counted. What comes when there is no room is counted together.
const ROOM: usize = filling(15);

/// Names, with how many attempts and failed attempts each had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Top {
    counts: FxHashMap<Box<str>, Count>,
    unlisted: Count,
}

/// Attempts, and those of them that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// Failed ones.
    pub failed: u64,
    /// All.
    pub attempts: u64,
}

impl Count {
    fn add(&mut self, failed: bool) {
        self.attempts += 1;
        self.failed += u64::from(failed);
    }
}

impl Top {
    /// Counts one attempt of `name`.
    pub fn add(&mut self, name: &str, failed: bool) {
        if let Some(count) = self.counts.get_mut(name) {
            count.add(failed);
        } else if self.counts.len() < ROOM {
            self.counts.entry(name.into()).or_default().add(failed);
        } else {
            self.unlisted.add(failed);
        }
    }

    /// The `most` names with the most failed attempts, and of those with as many the ones with more attempts, then in the order of the alphabet.
    pub fn most(&self, most: usize) -> Vec<(&str, Count)> {
        let mut all: Vec<(&str, Count)> =
            self.counts.iter().map(|(name, count)| (name.as_ref(), *count)).collect();
        all.sort_unstable_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
        all.truncate(most);
        all
    }

    /// Attempts of names that found no room.
    pub fn unlisted(&self) -> Count {
        self.unlisted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_failed_most_comes_first() {
        let mut top = Top::default();
        for (name, failed) in [("a", false), ("a", false), ("b", true), ("c", true), ("c", false)] {
            top.add(name, failed);
        }
        let names: Vec<&str> = top.most(2).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["c", "b"]);
    }

    #[test]
    fn names_without_room_are_counted_together() {
        let mut top = Top::default();
        for n in 0..=ROOM {
            top.add(&n.to_string(), true);
        }
        assert_eq!(top.unlisted(), Count { attempts: 1, failed: 1 });
    }
}

//! Counts different things in bounded memory.

use std::{
    collections::HashSet,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
};

/// How many different things are told apart; past that the count says "at least".
const MOST: usize = 1000;

/// A set that only counts.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    /// Digests instead of the texts: a client's name may be as long as a line. The hasher has no random state, so a run
    /// can be repeated.
    seen: HashSet<u64, BuildHasherDefault<DefaultHasher>>,
    more: bool,
}

/// How many different things there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The number, or the bound.
    pub count: usize,
    /// Whether there may be more than that.
    pub more: bool,
}

impl Distinct {
    /// Notes one.
    pub(crate) fn add(&mut self, text: &str) {
        let digest = self.seen.hasher().hash_one(text);
        if self.seen.len() < MOST {
            self.seen.insert(digest);
        } else if !self.seen.contains(&digest) {
            self.more = true;
        }
    }

    /// The number; `None` when nothing was ever added: nothing is known then, which is not zero.
    pub(crate) fn tally(&self) -> Option<Tally> {
        (!self.seen.is_empty()).then_some(Tally { count: self.seen.len(), more: self.more })
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.count, if self.more { "+" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_counts_once_and_many_things_count_up_to_the_bound() {
        for (different, times, want) in
            [(0, 1, None), (1, 5, Some("1")), (1000, 2, Some("1000")), (1001, 1, Some("1000+"))]
        {
            let mut set = Distinct::default();
            for n in (0..different).cycle().take(different * times) {
                set.add(&format!("10.0.0.{n}"));
            }
            assert_eq!(set.tally().map(|t| t.to_string()).as_deref(), want, "{different}");
        }
    }
}

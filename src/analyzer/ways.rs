//! In what a refused client's credential differs from those of the clients that were let in.
//!
//! A refusal without a reason is not without evidence where the log shows the credentials: when everybody who got in brought a token in one place, and
//! this one brought as good a token in another, then it is the place. Only what is the sole difference counts, against several that were let in; where
//! the log shows that the server takes both, it is none.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    facts::{Known, Outcome, Reading, Spot, TokenTime, Unlike},
    verdict::Confidence,
};

/// So many that were let in with a token in a place show that the server looks there.
const ENOUGH: u32 = 2;

/// Most places, and most makers of tokens, that are remembered; a server has a few of each.
const MOST: usize = 256;

/// What those who were let in had in their hands.
#[derive(Debug, Default)]
pub(super) struct Ways {
    spots: FxHashMap<Spot, Seen>,
    /// Digests of algorithm, issuer and audience.
    makers: FxHashSet<u64>,
    /// Whether somebody got in with an unsigned token.
    unsigned: bool,
    /// Whether somebody got in with empty hands.
    open: bool,
    /// Whether somebody got in of whom the log shows no credential, whatever it does not show.
    bare: bool,
    /// Versions of the protocol.
    versions: FxHashSet<u8>,
}

/// Of how many that were let in a place held a token, and of how many something else.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    tokens: u32,
    others: u32,
    /// The length of the longest token.
    longest: usize,
}

impl Ways {
    /// Remembers what one had in his hands, if he was let in.
    pub(super) fn note(&mut self, known: &Known) {
        self.versions.extend(known.eio_served);
        if known.key.outcome != Outcome::Accepted {
            return;
        }
        self.open |= known.empty_hands;
        self.bare |= known.ways.is_empty();
        // A version that is not served is often seen to go on: what it was answered no access log shows.
        if known.confidence != Confidence::Inferred {
            self.versions.extend(known.eio);
        }
        for way in &known.ways {
            if self.spots.len() < MOST || self.spots.contains_key(&way.spot) {
                let seen = self.spots.entry(way.spot).or_default();
                match way.reading {
                    Reading::Token { len, .. } => {
                        seen.tokens += 1;
                        seen.longest = seen.longest.max(len);
                    }
                    Reading::Opaque | Reading::Cut { .. } | Reading::Unclear => seen.others += 1,
                }
            }
            if let Reading::Token { maker, signed, .. } = way.reading {
                self.unsigned |= !signed;
                if self.makers.len() < MOST {
                    self.makers.insert(maker);
                }
            }
        }
    }

    /// The one respect in which what a refused client brought differs from what was let in.
    pub(super) fn unlike(&self, known: &Known) -> Unlike {
        let key = &known.key;
        let [way] = known.ways.as_slice() else { return Unlike::Unknown };
        if !known.is_unexplained() {
            return Unlike::Unknown;
        }
        match (self.let_in(way.spot), way.reading) {
            // No library takes one, unless told not to look.
            (seen, Reading::Token { signed: false, .. })
                if !self.unsigned && (seen.is_some() || !self.is_place_known()) =>
            {
                Unlike::Signing
            }
            (None, Reading::Token { maker, .. }) => {
                let as_good = key.token_time == TokenTime::Valid && self.makers.contains(&maker);
                if as_good && self.is_place_known() && !self.open {
                    Unlike::Place
                } else {
                    Unlike::Unknown
                }
            }
            (Some(seen), Reading::Opaque) if self.is_read(seen) && seen.others == 0 => Unlike::Form,
            // Who writes long tokens in full has not cut a short one; and half a token is good for nobody.
            (Some(seen), Reading::Cut { len })
                if (self.is_read(seen) || !self.bare) && seen.others == 0 && len < seen.longest =>
            {
                Unlike::Form
            }
            _ => Unlike::Unknown,
        }
    }

    /// Whether somebody got in with the version of the protocol that this one asked for.
    pub(super) fn is_spoken(&self, known: &Known) -> bool {
        known.eio.is_some_and(|version| self.versions.contains(&version))
    }

    /// Whether what it brought stands where tokens were let in from.
    pub(super) fn is_in_place(&self, known: &Known) -> bool {
        let [way] = known.ways.as_slice() else { return false };
        self.let_in(way.spot).is_some_and(|seen| self.is_read(seen))
    }

    /// Whether the log shows where the server looks for a token.
    fn is_place_known(&self) -> bool {
        self.spots.values().any(|seen| seen.tokens >= ENOUGH)
    }

    /// Whether the server reads what stands in this place: several were let in with a token there, or one where nobody is seen to get in without, and
    /// several did with one.
    fn is_read(&self, seen: Seen) -> bool {
        let all: u32 = self.spots.values().map(|seen| seen.tokens).sum();
        seen.tokens >= ENOUGH || seen.tokens > 0 && !self.bare && all >= ENOUGH
    }

    /// What was let in from `spot`. A line that doesn't name the key may mean any.
    fn let_in(&self, spot: Spot) -> Option<Seen> {
        let fits = |other: &Spot| {
            other.place == spot.place
                && (other.key.is_none() || spot.key.is_none() || other.key == spot.key)
        };
        let fitting = self.spots.iter().filter(|(other, _)| fits(other)).map(|(_, seen)| *seen);
        fitting.reduce(|a, b| Seen {
            tokens: a.tokens + b.tokens,
            others: a.others + b.others,
            longest: a.longest.max(b.longest),
        })
    }
}

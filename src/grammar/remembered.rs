//! What was concluded from a text before, for texts that come again and again.
//!
//! The first to come stay: nothing is ever replaced, so that readers need no lock and what is kept is bounded. A log's own sentences are among the first.
//! Only for what follows from the text alone; whoever asks gets the same answer whether it was remembered or not.

use std::{hash::BuildHasher, sync::OnceLock};

/// Places for texts, as a power of two.
const PLACES: u32 = 10;

/// Places next to each other where one text may stand.
const NEIGHBOURS: usize = 4;

/// Longest text that is worth a place: longer ones hold something of their own.
const LONGEST: usize = 200;

/// Conclusions by text.
#[derive(Debug)]
pub(super) struct Remembered<C>(Box<[Place<C>]>);

/// Where one text may stand, and what was concluded from it.
type Place<C> = OnceLock<(Box<str>, C)>;

impl<C> Default for Remembered<C> {
    fn default() -> Self {
        Self((0..(1 << PLACES) + NEIGHBOURS).map(|_| OnceLock::new()).collect())
    }
}

impl<C: Clone> Remembered<C> {
    /// What follows from `text`, by `conclude` unless it is remembered.
    pub(super) fn of(&self, text: &str, conclude: impl FnOnce(&str) -> C) -> C {
        if text.len() > LONGEST {
            return conclude(text);
        }
        let hash = rustc_hash::FxBuildHasher.hash_one(text);
        let at = usize::try_from(hash >> (u64::BITS - PLACES)).unwrap_or_default();
        for place in self.0.get(at..at + NEIGHBOURS).unwrap_or_default() {
            match place.get() {
                Some((kept, conclusion)) if **kept == *text => return conclusion.clone(),
                Some(_) => {}
                None => {
                    let conclusion = conclude(text);
                    // Another thread may have been faster, perhaps with another text.
                    let _ = place.set((text.into(), conclusion.clone()));
                    return conclusion;
                }
            }
        }
        conclude(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_concluded_from_once_and_a_full_table_still_answers() {
        let remembered = Remembered::default();
        let asked = std::cell::Cell::new(0);
        let length = |text: &str| {
            remembered.of(text, |text| {
                asked.set(asked.get() + 1);
                text.len()
            })
        };
        assert_eq!((length("jwt expired"), length("jwt expired"), asked.get()), (11, 11, 1));
        for i in 0..10_000 {
            let text = format!("no user {i}");
            assert_eq!(length(&text), text.len());
        }
        asked.set(0);
        assert_eq!((length("jwt expired"), asked.get()), (11, 0));
    }
}

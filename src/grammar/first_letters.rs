//! How words begin, and how long they are: of nearly all words of a log these two tell that they are none of a list.

/// The lengths of words by their first letter, whatever its case, a bit each.
#[derive(Debug, Default)]
pub(super) struct FirstLetters([u16; 32]);

impl FirstLetters {
    pub(super) fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut letters = Self::default();
        for word in words.map(str::as_bytes) {
            if let [first, ..] = word {
                letters.0[place(*first)] |= bit(word.len());
            }
        }
        letters
    }

    /// Whether a word of this length that begins so may be one of them.
    pub(super) fn may_begin(&self, first: u8, length: usize) -> bool {
        self.0[place(first)] & bit(length) != 0
    }
}

/// Small and capital letters differ in a bit that is left out, and what is no letter stands with one.
fn place(first: u8) -> usize {
    usize::from(first & 31)
}

/// All long words share one.
fn bit(length: usize) -> u16 {
    1 << length.min(15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_by_their_first_letter_and_length() {
        let letters = FirstLetters::of(["ws", "client", "a word that is long"].into_iter());
        for word in ["ws", "WS", "we", "Client", "cinema", "as long as the other"] {
            assert!(letters.may_begin(word.as_bytes()[0], word.len()), "{word}");
        }
        for word in ["wss", "client's", "socket", "a", "9s"] {
            assert!(!letters.may_begin(word.as_bytes()[0], word.len()), "{word}");
        }
    }
}

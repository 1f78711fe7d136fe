//! Which patterns a message may match, in the order in which they are tried.

/// A set of small numbers, a bit each, that is emptied from below.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    words: Vec<u64>,
    /// The first word that may hold a number.
    first: usize,
}

impl Candidates {
    pub(super) fn clear(&mut self) {
        self.words.fill(0);
        self.first = self.words.len();
    }

    pub(super) fn add(&mut self, number: u16) {
        let word = usize::from(number >> 6);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (number & 63);
        self.first = self.first.min(word);
    }

    /// Adds all that are in `others`.
    pub(super) fn add_all(&mut self, others: &Self) {
        if others.words.len() > self.words.len() {
            self.words.resize(others.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&others.words) {
            *word |= other;
        }
        self.first = 0;
    }

    /// The smallest number, which is not in the set any more.
    pub(super) fn take_first(&mut self) -> Option<u16> {
        while let Some(word) = self.words.get_mut(self.first) {
            if *word != 0 {
                let bit = word.trailing_zeros() as usize;
                *word &= *word - 1;
                return u16::try_from(self.first * 64 + bit).ok();
            }
            self.first += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_once_and_in_their_order() {
        let mut set = Candidates::default();
        for round in [vec![130, 3, 64, 3, 0], vec![], vec![63, 62]] {
            set.clear();
            for &number in &round {
                set.add(number);
            }
            let taken: Vec<u16> = std::iter::from_fn(|| set.take_first()).collect();
            let mut want = round.clone();
            want.sort_unstable();
            want.dedup();
            assert_eq!(taken, want);
        }
    }
}

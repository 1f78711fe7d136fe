//! What pseudonyms are made from.
//!
//! The same log gives the same bytes in every run, so that logs which are redacted one by one still fit together. That works for what nobody can
//! guess: a token's pseudonym comes from the token. What can be guessed (a password, a name in a token) must not be found by trying, so without
//! a salt its pseudonym comes from its form alone, or from the signature of the token that it stands in.

use sha2::{Digest, Sha256};

/// A credential shorter than this can be guessed from its pseudonym. As for fingerprints.
pub(super) const GUESSABLE: usize = 20;

/// Where pseudonyms come from.
#[derive(Clone)]
pub(super) struct Key(Sha256);

/// What a key gives for one text: as many numbers as are asked for.
pub(super) struct Stream<'k> {
    key: &'k Key,
    block: [u8; 32],
    used: usize,
    round: u8,
}

impl Key {
    /// The key that `seed` is.
    pub(super) fn new(seed: &[u8]) -> Self {
        Self(Sha256::new_with_prefix(Sha256::digest(seed)))
    }

    /// A key of its own for each `text`.
    pub(super) fn derived(&self, text: &[u8]) -> Self {
        Self::new(&self.0.clone().chain_update(b"key").chain_update(text).finalize())
    }

    pub(super) fn stream(&self, text: &[u8]) -> Stream<'_> {
        let block = self.0.clone().chain_update(text).finalize().into();
        Stream { key: self, block, used: 0, round: 0 }
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Stream<'_> {
    /// The next number, which is smaller than `size`.
    pub(super) fn below(&mut self, size: u32) -> u32 {
        if self.used + 2 > self.block.len() {
            self.round = self.round.wrapping_add(1);
            self.block = self
                .key
                .0
                .clone()
                .chain_update(self.block)
                .chain_update([self.round])
                .finalize()
                .into();
            self.used = 0;
        }
        let pair = u32::from(self.block[self.used]) << 8 | u32::from(self.block[self.used + 1]);
        self.used += 2;
        // How little this favours small numbers matters to nobody.
        pair % size.max(1)
    }
}

//! About how many different clients there were, in 64 bytes.

/// Bits, as words.
const WORDS: usize = 8;

/// A set of clients that only counts, and that can be added to another: a bit for each, found by digest (linear counting). Up to a few hundred the count
/// is right to some per cent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Crowd([u64; WORDS]);

impl Crowd {
    /// Notes one.
    pub(super) fn add(&mut self, digest: u64) {
        // The digests' low bits are their worst.
        let bit = (digest.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize % (WORDS * 64);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Notes all of another.
    pub(super) fn merge(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    /// About how many.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a few thousand at most"
    )]
    pub(super) fn count(&self) -> u64 {
        const BITS: f64 = (WORDS * 64) as f64;
        let free: u32 = self.0.iter().map(|word| word.count_zeros()).sum();
        // With no bit free there were very many; half a bit stands for that.
        let free = f64::from(free).max(0.5);
        (BITS * (BITS / free).ln()).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustc_hash::FxBuildHasher;
    use std::hash::BuildHasher;

    #[test]
    fn a_crowd_is_counted_to_some_per_cent() {
        for many in [0_u64, 1, 3, 10, 50, 200] {
            let mut crowd = Crowd::default();
            for n in (0..many).chain(0..many) {
                crowd.add(FxBuildHasher.hash_one(format!("203.0.113.{n}")));
            }
            let count = crowd.count();
            assert!(count.abs_diff(many) <= many / 8 + 1, "{count}, not {many}");
        }
    }
}

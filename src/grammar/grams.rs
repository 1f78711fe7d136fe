//! Finds which of many literals a text holds, all that overlap included.
//!
//! Every literal is found by two rare runs of three bytes that follow each other in it, so that one of them begins at an even place of the text wherever
//! the literal stands. A bitmap says for each even place whether such a run may stand there, and only there a literal is compared. An automaton over the
//! same literals took many times as long a line and most of the time of starting up: its states fill the cache, a bitmap of 8 KiB does not.

use std::sync::LazyLock;

use super::anchors;

/// Bytes of a run.
const RUN: usize = 3;

/// Bytes from one place that is looked at to the next, and runs by which a literal is known; 1 where a literal has but one run.
const STEP: usize = 2;

/// Runs that begin in eight bytes and end in them.
const RUNS_IN_EIGHT: usize = 6;

/// Bits of the bitmap, as a power of two: about one place in a hundred is looked at for nothing with a thousand literals.
const BITS: u32 = 16;

/// Bytes of a usual message.
const LINE: f64 = 200.0;

/// How likely one literal's run stands in a message because another literal with the same run does.
const SHARED: f64 = 0.02;

/// How often a byte stands in ordinary logs, somewhat less than that for common ones: the letters of words are not independent. To take the powers for each
/// run of each literal was a fifth of the time of starting up.
static SHARES: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| anchors::share(u8::try_from(byte).unwrap_or_default()).powf(0.8))
});

/// Counters of the runs that literals share, as a power of two. Two runs may have one: a count too high makes a literal be found by its next best runs. A table with an entry for
/// each run took a tenth of the time of starting up.
const COUNTERS: u32 = 13;

/// Words of the bitmap.
const WORDS: usize = 1 << (BITS - 6);

/// A set of literals, ready to be found.
#[derive(Debug)]
pub(super) struct Grams {
    literals: Vec<Box<[u8]>>,
    /// Set on every byte before it is hashed, which takes the case away from letters; 0 where the case counts.
    fold: u8,
    step: usize,
    filter: Box<[u64; WORDS]>,
    /// For each word of the bitmap, how many bits are set before it.
    ranks: Box<[u16; WORDS]>,
    /// For each bit that is set, where its owners begin; those of the next follow.
    begins: Vec<u32>,
    /// The literals that a run stands in, and where, in the order of the bits.
    owners: Vec<Owner>,
    /// Literals too short to hold a run.
    short: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Owner {
    /// The run; two may have one bit.
    key: u32,
    literal: u32,
    offset: u32,
}

/// Where a literal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) end: usize,
    pub(super) start: usize,
    /// Its place among the literals.
    pub(super) literal: usize,
}

impl Grams {
    /// Makes ready to find `literals`; with `any_case`, without regard to the case of ASCII letters.
    pub(super) fn new<'l>(literals: impl Iterator<Item = &'l str>, any_case: bool) -> Self {
        let fold = if any_case { 0x20 } else { 0 };
        let literals: Vec<Box<[u8]>> = literals.map(|l| l.as_bytes().into()).collect();
        // In the lines that get here, a run that many literals share is common, however rare it is elsewhere.
        let mut shared = vec![0_u16; 1 << COUNTERS];
        for run in literals.iter().flat_map(|l| l.windows(RUN)) {
            let counter = &mut shared[counter(key(run, fold))];
            *counter = counter.saturating_add(1);
        }
        let step = if literals.iter().any(|l| l.len() == RUN) { 1 } else { STEP };
        let mut grams = Self {
            literals,
            fold,
            step,
            filter: Box::new([0; WORDS]),
            ranks: Box::new([0; WORDS]),
            begins: Vec::new(),
            owners: Vec::new(),
            short: Vec::new(),
        };
        let mut costs: Vec<f64> = Vec::new();
        for (literal, number) in grams.literals.iter().zip(0..) {
            let cost = |run: &[u8]| {
                let count = f64::from(shared[counter(key(run, fold))]);
                let common: f64 = run.iter().map(|&byte| SHARES[usize::from(byte)]).product();
                common * LINE + count * SHARED
            };
            costs.clear();
            costs.extend(literal.windows(RUN).map(cost));
            let best = literal.windows(RUN + step - 1).zip(costs.windows(step)).zip(0..).min_by(
                |((_, a), _), ((_, b), _)| a.iter().sum::<f64>().total_cmp(&b.iter().sum()),
            );
            let Some(((runs, _), offset)) = best else {
                grams.short.push(number);
                continue;
            };
            for (run, offset) in runs.windows(RUN).zip(offset..) {
                let key = key(run, fold);
                let (word, bit) = place(key);
                grams.filter[word] |= 1 << bit;
                grams.owners.push(Owner { key, literal: number, offset });
            }
        }
        grams.index();
        grams
    }

    /// Puts the owners in the order of their bits.
    fn index(&mut self) {
        self.owners.sort_by_key(|owner| place(owner.key));
        let mut rank = 0;
        for (word, rank_here) in self.filter.iter().zip(self.ranks.iter_mut()) {
            *rank_here = rank;
            rank += u16::try_from(word.count_ones()).unwrap_or(0);
        }
        let mut last = None;
        for (owner, at) in self.owners.iter().zip(0..) {
            if last.replace(place(owner.key)) != Some(place(owner.key)) {
                self.begins.push(at);
            }
        }
        self.begins.push(u32::try_from(self.owners.len()).unwrap_or(u32::MAX));
    }

    /// The owners of the bit of `key`, which is set.
    fn owners(&self, key: u32) -> &[Owner] {
        let (word, bit) = place(key);
        let before = (self.filter[word] & ((1 << bit) - 1)).count_ones();
        let rank = usize::from(self.ranks[word]) + before as usize;
        let Some(&[from, to]) = self.begins.get(rank..rank + 2) else { return &[] };
        self.owners.get(from as usize..to as usize).unwrap_or_default()
    }

    /// Calls `found` with every place where a literal stands, in no particular order.
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(Hit)) {
        let bytes = text.as_bytes();
        let next = if self.step == 1 { Self::next::<1> } else { Self::next::<STEP> };
        let mut from = 0;
        while let Some((at, key)) = next(self, bytes, from) {
            self.look(bytes, at, key, &mut found);
            from = at + self.step;
        }
        for &number in &self.short {
            let literal = &self.literals[number as usize];
            for start in 0..=bytes.len().saturating_sub(literal.len()) {
                let end = start + literal.len();
                if bytes.get(start..end).is_some_and(|here| self.same(here, literal)) {
                    found(Hit { end, start, literal: number as usize });
                }
            }
        }
    }

    /// The first place at or after `from` where a run may stand, and the run.
    // A function of its own, so that the loop over all bytes of a line has the registers for itself.
    #[inline(never)]
    fn next<const STEP: usize>(&self, bytes: &[u8], from: usize) -> Option<(usize, u32)> {
        let fold = u32::from(self.fold) * 0x01_0101;
        let mut rest = bytes.get(from..)?;
        let at = |rest: &[u8]| bytes.len() - rest.len();
        // Eight bytes at once hold the runs at their first six places.
        while let Some((eight, _)) = rest.split_first_chunk::<8>() {
            let eight = u64::from_le_bytes(*eight);
            for place in (0..RUNS_IN_EIGHT).step_by(STEP) {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "the run's three bytes are wanted"
                )]
                let key = (eight >> (8 * place)) as u32 & 0xff_ffff | fold;
                if self.may_hold(key) {
                    return Some((at(rest) + place, key));
                }
            }
            rest = &rest[RUNS_IN_EIGHT..];
        }
        while let [a, b, c, ..] = *rest {
            let key = u32::from_le_bytes([a, b, c, 0]) | fold;
            if self.may_hold(key) {
                return Some((at(rest), key));
            }
            rest = &rest[STEP..];
        }
        None
    }

    #[inline]
    fn may_hold(&self, key: u32) -> bool {
        let (word, bit) = place(key);
        self.filter[word] >> bit & 1 == 1
    }

    /// Compares the literals that hold the run `key`, which stands at `at`.
    fn look(&self, bytes: &[u8], at: usize, key: u32, found: &mut impl FnMut(Hit)) {
        for owner in self.owners(key).iter().filter(|owner| owner.key == key) {
            let literal = &self.literals[owner.literal as usize];
            let Some(start) = at.checked_sub(owner.offset as usize) else { continue };
            let end = start + literal.len();
            if bytes.get(start..end).is_some_and(|here| self.same(here, literal)) {
                found(Hit { end, start, literal: owner.literal as usize });
            }
        }
    }

    fn same(&self, here: &[u8], literal: &[u8]) -> bool {
        if self.fold == 0 { here == literal } else { here.eq_ignore_ascii_case(literal) }
    }
}

fn key(run: &[u8], fold: u8) -> u32 {
    run.iter().fold(0, |key, &byte| key >> 8 | u32::from(byte | fold) << 16)
}

/// The place of a run in the bitmap.
#[inline]
fn place(key: u32) -> (usize, u32) {
    let hash = hash(key, BITS);
    ((hash >> 6) as usize, hash & 63)
}

/// The counter of a run.
fn counter(key: u32) -> usize {
    hash(key, COUNTERS) as usize
}

#[inline]
fn hash(key: u32, bits: u32) -> u32 {
    key.wrapping_mul(0x9e37_79b1) >> (u32::BITS - bits)
}

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasick;
    use proptest::prelude::*;

    use super::*;

    fn hits(literals: &[String], any_case: bool, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        Grams::new(literals.iter().map(String::as_str), any_case).each(text, |hit| hits.push(hit));
        hits.sort_unstable();
        hits
    }

    /// The plain way.
    fn by_automaton(literals: &[String], any_case: bool, text: &str) -> Vec<Hit> {
        let automaton =
            AhoCorasick::builder().ascii_case_insensitive(any_case).build(literals).unwrap();
        let mut hits: Vec<Hit> = automaton
            .find_overlapping_iter(text)
            .map(|m| Hit { end: m.end(), start: m.start(), literal: m.pattern().as_usize() })
            .collect();
        hits.sort_unstable();
        hits
    }

    proptest! {
        #[test]
        fn the_bitmap_finds_what_an_automaton_finds(
            literals in proptest::collection::vec("[abAB@é]{1,6}", 1..12),
            any_case: bool,
            text in "[abAB@`é ]{0,60}",
        ) {
            prop_assert_eq!(hits(&literals, any_case, &text), by_automaton(&literals, any_case, &text));
        }
    }

    #[test]
    fn literals_that_overlap_or_hold_each_other_are_all_found() {
        let literals = ["socket.io", "socket", "ket.io", "io/?EIO"].map(str::to_owned);
        assert_eq!(hits(&literals, false, "GET /socket.io/?EIO=4").len(), 4);
        assert_eq!(hits(&literals, false, "GET /SOCKET.io/?eio=4").len(), 0);
        assert_eq!(hits(&literals, true, "GET /SOCKET.io/?eio=4").len(), 4);
    }
}

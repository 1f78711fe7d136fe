//! Attempts over time, in bounded memory: spans of equal length that grow as the log does.

use std::collections::BTreeMap;

use crate::{rules::cause::Cause, time::SECOND};

/// Most spans; with more, each two become one. So a span is at most 1/256 of the log, and a log of four minutes has spans of a second.
const MOST: usize = 512;

/// What happened within one span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// All attempts.
    pub(super) attempts: u64,
    /// Those let in with a token that says when it was issued.
    pub(super) let_in: Issued,
    /// Those refused for the token's key, with such a token.
    pub(super) refused: Issued,
    /// Failures by cause.
    pub(super) failed: Vec<(Cause, u64)>,
}

/// Tokens by their issue time, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Issued {
    pub(super) count: u64,
    pub(super) oldest: i64,
    pub(super) youngest: i64,
}

impl Default for Issued {
    fn default() -> Self {
        Self { count: 0, oldest: i64::MAX, youngest: i64::MIN }
    }
}

impl Issued {
    pub(super) fn add(&mut self, at: i64) {
        self.merge(Self { count: 1, oldest: at, youngest: at });
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.oldest = self.oldest.min(other.oldest);
        self.youngest = self.youngest.max(other.youngest);
    }
}

impl Span {
    pub(super) fn fail(&mut self, cause: Cause, times: u64) {
        match self.failed.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, count)) => *count += times,
            None => self.failed.push((cause, times)),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.attempts += other.attempts;
        self.let_in.merge(other.let_in);
        self.refused.merge(other.refused);
        for (cause, count) in &other.failed {
            self.fail(*cause, *count);
        }
    }
}

/// Spans in their order. Their borders are multiples of their length since 1970, so that those of two logs can be laid upon each other.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    /// Length of a span, in microseconds.
    length: i64,
    spans: BTreeMap<i64, Span>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self { length: SECOND, spans: BTreeMap::new() }
    }
}

impl Timeline {
    /// The span of a moment, to be added to.
    pub(super) fn at(&mut self, micros: i64) -> &mut Span {
        let place = self.place(micros);
        if self.spans.len() >= MOST && !self.spans.contains_key(&place) {
            self.fold();
        }
        let place = self.place(micros);
        self.spans.entry(place).or_default()
    }

    fn place(&self, micros: i64) -> i64 {
        micros.div_euclid(self.length)
    }

    fn fold(&mut self) {
        // Spans that are far apart do not meet at once.
        while self.spans.len() > MOST / 2 {
            self.length = self.length.saturating_mul(2);
            let mut folded: BTreeMap<i64, Span> = BTreeMap::new();
            for (place, span) in &self.spans {
                folded.entry(place.div_euclid(2)).or_default().merge(span);
            }
            self.spans = folded;
        }
    }

    /// All spans that end before the one of this moment.
    pub(super) fn before(&self, micros: i64) -> impl Iterator<Item = &Span> {
        self.spans.range(..self.place(micros)).map(|(_, span)| span)
    }

    /// All spans from that of the one moment to that of the other.
    pub(super) fn between(&self, first: i64, last: i64) -> impl Iterator<Item = &Span> {
        let (first, last) = (self.place(first), self.place(last));
        self.spans.range(first.min(last)..=last).map(|(_, span)| span)
    }

    /// All spans that begin behind the one of this moment.
    pub(super) fn behind(&self, micros: i64) -> impl Iterator<Item = &Span> {
        self.spans.range(self.place(micros) + 1..).map(|(_, span)| span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted<'s>(spans: impl Iterator<Item = &'s Span>) -> u64 {
        spans.map(|span| span.attempts).sum()
    }

    #[test]
    fn spans_grow_and_nothing_is_lost() {
        let mut line = Timeline::default();
        for second in 0..100_000 {
            line.at(second * SECOND).attempts += 1;
        }
        assert!(line.spans.len() <= MOST && line.spans.len() > MOST / 8, "{}", line.spans.len());
        let middle = 50_000 * SECOND;
        let (before, at, behind) = (
            counted(line.before(middle)),
            counted(line.between(middle, middle)),
            counted(line.behind(middle)),
        );
        assert_eq!(before + at + behind, 100_000);
        assert!(at < 1000 && before.abs_diff(50_000) < 1000);
    }

    #[test]
    fn a_stamp_from_another_century_does_no_harm() {
        let mut line = Timeline::default();
        for n in 0..2000 {
            line.at(n * SECOND).attempts += 1;
        }
        for far in [i64::MIN, i64::MAX, 0] {
            line.at(far).attempts += 1;
        }
        for n in 0..2000 {
            line.at(-n * SECOND).attempts += 1;
        }
        assert_eq!(counted(line.between(i64::MIN, i64::MAX)), 4003);
    }
}

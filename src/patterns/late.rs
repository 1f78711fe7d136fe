//! An issuer whose clock is behind: tokens that were all of one age, and dead, when they first came.
//!
//! A token that is old may have been kept for long; that none is younger than some age, and that several from several clients, made at different moments,
//! came at just that age and were refused for it, has hardly another reason. Nothing is concluded where they were let in.

use std::collections::{BTreeMap, BTreeSet};

use super::{Clock, Clocks};
use crate::{
    facts::Outcome,
    rules::cause::Cause,
    secret::Fingerprint,
    time::{SECOND, Zone},
    verdict::Verdict,
};

/// Tokens that are fetched to be presented come within so many seconds of each other's age.
const SPREAD: i64 = 5;

/// A login and a slow network take less.
const LEAST: i64 = 30;

/// So many tokens must show it.
const LEAST_TOKENS: usize = 3;

/// Made at moments so far apart: tokens that are made all at once, and kept, are of one age too.
const APART: i64 = 60;

/// Tokens and clients that are kept of each age.
const MOST: usize = 64;

/// The youngest tokens that came.
#[derive(Clone, Debug, Default)]
pub(super) struct Late {
    /// By their age in seconds, from the least up to [`SPREAD`] more.
    youngest: BTreeMap<i64, Aged>,
}

/// What came at one age, and was out of date.
#[derive(Clone, Debug, Default)]
struct Aged {
    expired: u64,
    /// Whether somebody was let in.
    let_in: bool,
    tokens: BTreeSet<Fingerprint>,
    whose: BTreeSet<u64>,
    /// When the first and the last of them were issued.
    made: Option<(i64, i64)>,
}

impl Late {
    /// Takes an attempt in; `whose` tells clients apart.
    pub(super) fn add(&mut self, verdict: &Verdict, whose: Option<u64>) {
        let Some(token) = &verdict.detail.token else { return };
        let (Some(issued), Some(shown)) = (token.issued_at, token.shown) else { return };
        if shown.zone != Zone::Known {
            return;
        }
        let age = shown.micros.div_euclid(SECOND).saturating_sub(issued);
        let least = self.youngest.first_key_value().map_or(age, |(least, _)| (*least).min(age));
        let end = least.saturating_add(SPREAD);
        self.youngest.retain(|age, _| *age <= end);
        if age > end {
            return;
        }
        let aged = self.youngest.entry(age).or_default();
        aged.let_in |= verdict.outcome == Outcome::Accepted;
        if verdict.cause != Some(Cause::JwtExpired) {
            return;
        }
        aged.expired += 1;
        if aged.tokens.len() < MOST {
            aged.tokens.extend(token.fingerprint);
        }
        if aged.whose.len() < MOST {
            aged.whose.extend(whose);
        }
        let (from, to) = aged.made.unwrap_or((issued, issued));
        aged.made = Some((from.min(issued), to.max(issued)));
    }

    pub(super) fn finish(self) -> Option<Clock> {
        let least = *self.youngest.first_key_value()?.0;
        let mut all = Aged::default();
        for aged in self.youngest.into_values() {
            all.expired += aged.expired;
            all.let_in |= aged.let_in;
            all.tokens.extend(aged.tokens);
            all.whose.extend(aged.whose);
            all.made = match (all.made, aged.made) {
                (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
                (a, b) => a.or(b),
            };
        }
        let apart = all.made.is_some_and(|(from, to)| to.saturating_sub(from) >= APART);
        let is_told = least >= LEAST
            && !all.let_in
            && all.tokens.len() >= LEAST_TOKENS
            && all.whose.len() >= 2
            && apart;
        is_told.then_some(Clock {
            pair: Clocks::ServerIssuer,
            seconds: least,
            least,
            samples: all.tokens.len() as u64,
            explains: all.expired,
        })
    }
}

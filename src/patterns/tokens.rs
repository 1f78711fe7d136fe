//! Tokens that come again: after their first refusal, and after they ran out in the middle of a connection.

use rustc_hash::FxHashMap;

use crate::{
    recent::filling,
    rules::cause::Cause,
    secret::Fingerprint,
    time::{SECOND, Stamp},
};

use super::{Deaths, Distinct, Retries};

/// Tokens remembered in each of two halves; when one half is full, the older is forgotten.
const HALF: usize = filling(15);

/// So often one token must come again: one repeat is a page that is loaded anew, two are an impatient person.
const LEAST_RETRIES: u64 = 3;

/// So many connections must have outlived their token: one is a laptop that slept.
const LEAST_DEATHS: u64 = 3;

#[derive(Clone, Copy, Debug, Default)]
struct Token {
    let_in: bool,
    expired: bool,
    retries: u64,
    first: Option<Stamp>,
    last: Option<Stamp>,
}

/// What is kept of tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    young: FxHashMap<Fingerprint, Token>,
    old: FxHashMap<Fingerprint, Token>,
    /// How many were forgotten.
    pub(super) forgotten: u64,
    retries: u64,
    retried: u64,
    clients: Distinct,
    first: Option<Stamp>,
    last: Option<Stamp>,
    most: Option<(Fingerprint, Token)>,
    came_back: u64,
    ended: u64,
    expired: u64,
}

impl Tokens {
    /// Notes that the server ended a connection because its token had run out.
    pub(super) fn ended(&mut self) {
        self.ended += 1;
    }

    /// Notes an attempt with a token: let in, or failed, as `has` says of each cause.
    pub(super) fn add(
        &mut self,
        print: Fingerprint,
        at: Option<Stamp>,
        let_in: bool,
        has: impl Fn(Cause) -> bool,
        host: Option<&str>,
    ) {
        let expired = has(Cause::JwtExpired);
        let retried = has(Cause::StaleTokenRetry);
        if !(let_in || expired || retried) {
            return;
        }
        let token = self.token(print);
        // Attempts close out of order; but a token that has run out is not let in again, so the one was before the other.
        let was_both = token.let_in && token.expired;
        let newly_expired = expired && !token.expired;
        token.let_in |= let_in;
        token.expired |= expired;
        let came_back = !was_both && token.let_in && token.expired;
        if retried {
            token.retries += 1;
            token.first = token.first.or(at);
            token.last = at.or(token.last);
        }
        let token = *token;
        self.expired += u64::from(newly_expired);
        self.came_back += u64::from(came_back);
        if retried {
            self.retries += 1;
            self.retried += u64::from(token.retries == 1);
            self.first = [self.first, at].into_iter().flatten().min();
            self.last = [self.last, at].into_iter().flatten().max();
            if let Some(host) = host {
                self.clients.add(host);
            }
            if self.most.is_none_or(|(known, most)| known == print || token.retries > most.retries)
            {
                self.most = Some((print, token));
            }
        }
    }

    fn token(&mut self, print: Fingerprint) -> &mut Token {
        if self.young.len() >= HALF && !self.young.contains_key(&print) {
            let forgotten = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            self.forgotten += forgotten.len() as u64;
        }
        let old = &mut self.old;
        self.young.entry(print).or_insert_with(|| old.remove(&print).unwrap_or_default())
    }

    /// Dead tokens that come again.
    pub(super) fn retries(&self) -> Option<Retries> {
        let (print, most) = self.most.filter(|(_, most)| most.retries >= LEAST_RETRIES)?;
        let gaps = i64::try_from(most.retries).ok()? - 1;
        let every = most
            .first
            .zip(most.last)
            .map(|(first, last)| last.micros.saturating_sub(first.micros) / SECOND / gaps.max(1));
        Some(Retries {
            retries: self.retries,
            tokens: self.retried,
            clients: self.clients.tally(),
            most: most.retries,
            token: print,
            every_s: every,
            first: self.first,
            last: self.last,
        })
    }

    /// Tokens that ran out while their clients were connected.
    pub(super) fn deaths(&self) -> Option<Deaths> {
        let Self { came_back, ended, expired, .. } = *self;
        // A server that ends connections with their tokens, and whose clients come back with new ones, is well.
        let is_told = came_back >= LEAST_DEATHS || ended >= LEAST_DEATHS && expired > 0;
        is_told.then_some(Deaths { came_back, ended, expired })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(n: usize) -> Fingerprint {
        Fingerprint::of(&format!("a token that is long enough {n}")).unwrap()
    }

    fn at(second: i64) -> Stamp {
        Stamp::exact(second * SECOND, false)
    }

    #[test]
    fn three_repeats_are_a_loop_and_two_are_not() {
        let mut tokens = Tokens::default();
        let again = [Cause::StaleTokenRetry, Cause::JwtExpired];
        tokens.add(print(0), Some(at(0)), false, |cause| cause == Cause::JwtExpired, None);
        for second in [10, 12] {
            tokens.add(
                print(0),
                Some(at(second)),
                false,
                |cause| again.contains(&cause),
                Some("203.0.113.9"),
            );
        }
        assert_eq!(tokens.retries(), None);
        tokens.add(
            print(0),
            Some(at(14)),
            false,
            |cause| again.contains(&cause),
            Some("203.0.113.9"),
        );
        tokens.add(
            print(1),
            Some(at(99)),
            false,
            |cause| again.contains(&cause),
            Some("203.0.113.8"),
        );
        let found = tokens.retries().unwrap();
        assert_eq!((found.retries, found.tokens, found.most, found.every_s), (4, 2, 3, Some(2)));
        assert_eq!(found.clients.map(|t| t.count), Some(2));
    }

    #[test]
    fn a_token_that_was_good_when_it_came_first_died_on_the_way() {
        let mut tokens = Tokens::default();
        for n in 0..3 {
            assert_eq!(tokens.deaths(), None);
            tokens.add(print(n), Some(at(0)), true, |_| false, None);
            for _ in 0..2 {
                tokens.add(
                    print(n),
                    Some(at(900)),
                    false,
                    |cause| cause == Cause::JwtExpired,
                    None,
                );
            }
        }
        // The long connection may close after the reconnect was refused.
        tokens.add(print(8), None, false, |cause| cause == Cause::JwtExpired, None);
        tokens.add(print(8), None, true, |_| false, None);
        tokens.add(print(9), Some(at(0)), false, |cause| cause == Cause::JwtExpired, None);
        assert_eq!(tokens.deaths(), Some(Deaths { came_back: 4, ended: 0, expired: 5 }));
    }

    #[test]
    fn connections_that_end_with_their_token_are_told_of_when_a_dead_one_came_again() {
        let mut tokens = Tokens::default();
        for _ in 0..3 {
            assert_eq!(tokens.deaths(), None);
            tokens.ended();
        }
        assert_eq!(tokens.deaths(), None);
        tokens.add(print(0), None, false, |cause| cause == Cause::JwtExpired, None);
        assert_eq!(tokens.deaths(), Some(Deaths { came_back: 0, ended: 3, expired: 1 }));
    }

    #[test]
    fn what_is_forgotten_is_counted() {
        let mut tokens = Tokens::default();
        for n in 0..3 * HALF {
            tokens.add(print(n), None, true, |_| false, None);
        }
        assert!(tokens.young.len() + tokens.old.len() <= 2 * HALF);
        let counted =
            usize::try_from(tokens.forgotten).unwrap() + tokens.young.len() + tokens.old.len();
        // Of so many tokens some share their fingerprint.
        assert!((3 * HALF - 20..=3 * HALF).contains(&counted), "{counted}");
    }
}

//! In what a refused token differs from those that were let in.
//!
//! A server that answers every fault with the same word has told its rule all the same where the log shows the tokens: when everybody who got in had one
//! audience, and this one has another, the server asks for an audience. Only what is the sole difference counts, against several that the same
//! log shows let in to the same namespace; what was let in with the same value, or where values vary from one to the next, is none.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::outline::Outline;
use crate::{
    event::SourceId,
    facts::{Claims, Known, Outcome, Reading, TokenTime, Unlike},
    verdict::{Contrast, TokenDetail},
};

/// So many with a value that were let in show that the server takes it.
const ENOUGH: u32 = 2;

/// So many different values that were let in show that the server does not ask for one.
const FEW: usize = 3;

/// Most makes of token that are remembered of a place; a server takes a few. Where there are more, nothing is concluded.
const MOST_MAKES: usize = 32;

/// Most places that are remembered: sources, by namespace.
const MOST_PLACES: usize = 1024;

/// Where tokens were let in: the source that shows it, and the digest of the namespace.
type Where = (SourceId, u64);

/// The tokens of those who were let in.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    by_place: FxHashMap<Where, Vec<Make>>,
}

/// Tokens that are alike in all that a server may ask for.
#[derive(Clone, Debug)]
struct Make {
    values: [Option<Box<str>>; VALUES.len()],
    claims: Claims,
    /// How many of them were let in.
    count: u32,
}

/// What a token says that a server may want to be as it expects, with the name it has in the token.
const VALUES: [(&str, Unlike); 6] = [
    ("alg", Unlike::Algorithm),
    ("kid", Unlike::Key),
    ("typ", Unlike::Kind),
    ("type", Unlike::Kind),
    ("iss", Unlike::Issuer),
    ("aud", Unlike::Audience),
];

/// What a server may want to be there, whatever it says.
const PRESENT: [(&str, Claims); 4] =
    [("sub", Claims::SUB), ("jti", Claims::JTI), ("iat", Claims::IAT), ("exp", Claims::EXP)];

impl Tokens {
    /// Remembers the token of one who was let in.
    pub(super) fn note(&mut self, attempt: &Outline, known: &Known) {
        if known.key.outcome != Outcome::Accepted {
            return;
        }
        let Some((token, claims)) = sole(known) else { return };
        for place in places(attempt) {
            if self.by_place.len() >= MOST_PLACES && !self.by_place.contains_key(&place) {
                continue;
            }
            let makes = self.by_place.entry(place).or_default();
            let same = |make: &&mut Make| make.claims == claims && make.is_of(token);
            if let Some(make) = makes.iter_mut().find(same) {
                make.count = make.count.saturating_add(1);
            } else if makes.len() <= MOST_MAKES {
                let values = said(token).map(|value| value.map(Into::into));
                makes.push(Make { values, claims, count: 1 });
            }
        }
    }

    /// The one respect in which a refused token differs from those let in, and the values of both.
    pub(super) fn unlike(&self, attempt: &Outline, known: &Known) -> Option<(Unlike, Contrast)> {
        let key = &known.key;
        if !known.is_unexplained() {
            return None;
        }
        let (token, claims) = sole(known)?;
        // One that may have been too old, or too young, needs no other reason.
        let timeless = !claims.has(Claims::EXP) && !claims.has(Claims::NBF);
        if key.token_time != TokenTime::Valid && !timeless {
            return None;
        }
        // The log that shows most of those who were let in.
        let makes = places(attempt)
            .filter_map(|place| self.by_place.get(&place))
            .filter(|makes| makes.len() <= MOST_MAKES)
            .max_by_key(|makes| makes.iter().map(|make| make.count).sum::<u32>())?;
        contrast(token, claims, makes)
    }
}

/// The one respect in which a token differs from all of `makes`, when there is one and all the rest is as with several of them.
fn contrast(token: &TokenDetail, claims: Claims, makes: &[Make]) -> Option<(Unlike, Contrast)> {
    let let_in = makes.iter().map(|make| make.count).sum::<u32>();
    let values = said(token);
    let odd_values = (0..VALUES.len()).filter(|i| !makes.iter().any(|make| make.suits(*i, values)));
    let odd_claims = (0..PRESENT.len()).filter(|i| !makes.iter().any(|make| make.lets(*i, claims)));
    let wrong_subject = claims.has(Claims::SUB_NO_TEXT)
        && makes
            .iter()
            .all(|make| make.claims.has(Claims::SUB) && !make.claims.has(Claims::SUB_NO_TEXT));
    let mut odd = odd_values
        .map(Odd::Value)
        .chain(odd_claims.map(Odd::Claim))
        .chain(wrong_subject.then_some(Odd::Subject));
    let (Some(odd), None) = (odd.next(), odd.next()) else { return None };
    // All the rest is as with several that were let in.
    let alike = makes.iter().filter(|make| make.is_like(values, claims, odd));
    if alike.map(|make| make.count).sum::<u32>() < ENOUGH {
        return None;
    }
    match odd {
        Odd::Value(i) => {
            let mut theirs: Vec<&str> =
                makes.iter().map(|make| make.values[i].as_deref().unwrap_or_default()).collect();
            theirs.sort_unstable();
            theirs.dedup();
            // Some without it, or each with another: then it is not what is asked for.
            let steady = theirs.len() <= FEW
                && !theirs.contains(&"")
                && let_in as usize >= ENOUGH as usize * theirs.len();
            let (name, unlike) = VALUES[i];
            let unlike = match values[i] {
                Some(_) => unlike,
                // Nobody insists on what only helps to read a token.
                None if matches!(name, "alg" | "kid" | "typ") => return None,
                None => Unlike::Claim,
            };
            let here = values[i].map(Into::into);
            let theirs = Some(theirs.join(", ").into());
            steady.then_some((unlike, Contrast { name: name.into(), here, theirs, let_in }))
        }
        Odd::Claim(i) => {
            let (name, _) = PRESENT[i];
            Some((Unlike::Claim, Contrast { name: name.into(), here: None, theirs: None, let_in }))
        }
        Odd::Subject => {
            let (here, theirs) = (Some("not a string".into()), Some("a string".into()));
            Some((Unlike::Subject, Contrast { name: "sub".into(), here, theirs, let_in }))
        }
    }
}

/// In what a token may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Odd {
    /// In one of [`VALUES`].
    Value(usize),
    /// One of [`PRESENT`] is not there.
    Claim(usize),
    /// Its subject is a number.
    Subject,
}

impl Make {
    fn is_of(&self, token: &TokenDetail) -> bool {
        said(token).iter().zip(&self.values).all(|(value, mine)| *value == mine.as_deref())
    }

    /// Whether the value is as theirs.
    fn suits(&self, i: usize, values: [Option<&str>; VALUES.len()]) -> bool {
        match (values[i], self.values[i].as_deref()) {
            // Of several audiences one is enough.
            (Some(value), Some(mine)) if VALUES[i].1 == Unlike::Audience => {
                value.split(',').any(|one| mine.split(',').any(|my| my == one))
            }
            (Some(value), Some(mine)) => value.eq_ignore_ascii_case(mine),
            (value, mine) => value == mine,
        }
    }

    /// Whether those of this make were let in without the claim, or the other token has it too.
    fn lets(&self, i: usize, claims: Claims) -> bool {
        claims.has(PRESENT[i].1) || !self.claims.has(PRESENT[i].1)
    }

    fn is_like(&self, values: [Option<&str>; VALUES.len()], claims: Claims, but: Odd) -> bool {
        (0..VALUES.len()).all(|i| but == Odd::Value(i) || self.suits(i, values))
            && (0..PRESENT.len()).all(|i| but == Odd::Claim(i) || self.lets(i, claims))
    }
}

/// The token of an attempt that showed one credential and no other.
fn sole(known: &Known) -> Option<(&TokenDetail, Claims)> {
    let [way] = known.ways.as_slice() else { return None };
    let Reading::Token { claims, .. } = way.reading else { return None };
    Some((known.token.as_ref()?, claims))
}

/// In the order of [`VALUES`].
fn said(token: &TokenDetail) -> [Option<&str>; VALUES.len()] {
    [&token.alg, &token.kid, &token.typ, &token.kind, &token.issuer, &token.audience]
        .map(Option::as_deref)
}

/// Where the attempt is told of.
fn places(attempt: &Outline) -> impl Iterator<Item = Where> {
    let namespace = FxBuildHasher.hash_one(&attempt.namespace);
    attempt.streams.iter().map(move |source| (*source, namespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Claims = Claims::SUB.and(Claims::IAT).and(Claims::EXP);

    fn token(values: [Option<&str>; VALUES.len()]) -> TokenDetail {
        let mut values = values.map(|value| value.map(Into::into)).into_iter();
        let mut next = || values.next().flatten();
        TokenDetail {
            alg: next(),
            kid: next(),
            typ: next(),
            kind: next(),
            issuer: next(),
            audience: next(),
            ..TokenDetail::default()
        }
    }

    const GOOD: [Option<&str>; VALUES.len()] =
        [Some("HS256"), Some("k1"), Some("JWT"), Some("access"), Some("https://id"), Some("chat")];

    fn but(i: usize, value: Option<&'static str>) -> [Option<&'static str>; VALUES.len()] {
        let mut values = GOOD;
        values[i] = value;
        values
    }

    fn make(values: [Option<&'static str>; VALUES.len()], claims: Claims, count: u32) -> Make {
        Make { values: values.map(|value| value.map(Into::into)), claims, count }
    }

    fn told(
        values: [Option<&'static str>; VALUES.len()],
        claims: Claims,
        makes: &[Make],
    ) -> Option<(Unlike, Box<str>)> {
        contrast(&token(values), claims, makes).map(|(unlike, contrast)| (unlike, contrast.name))
    }

    #[test]
    fn the_only_difference_to_those_let_in_is_why() {
        let makes = [make(GOOD, ALL, 2)];
        for (values, claims, want) in [
            (but(0, Some("HS512")), ALL, (Unlike::Algorithm, "alg")),
            (but(1, Some("k2")), ALL, (Unlike::Key, "kid")),
            (but(2, Some("at+jwt")), ALL, (Unlike::Kind, "typ")),
            (but(3, Some("refresh")), ALL, (Unlike::Kind, "type")),
            (but(3, None), ALL, (Unlike::Claim, "type")),
            (but(4, Some("https://id/")), ALL, (Unlike::Issuer, "iss")),
            (but(4, None), ALL, (Unlike::Claim, "iss")),
            (but(5, Some("billing")), ALL, (Unlike::Audience, "aud")),
            (but(5, None), ALL, (Unlike::Claim, "aud")),
            (GOOD, Claims::IAT.and(Claims::EXP), (Unlike::Claim, "sub")),
            (GOOD, ALL.and(Claims::SUB_NO_TEXT), (Unlike::Subject, "sub")),
        ] {
            assert_eq!(told(values, claims, &makes), Some((want.0, want.1.into())), "{values:?}");
        }
    }

    #[test]
    fn what_differs_in_nothing_or_in_two_things_is_left_open() {
        let makes = [make(GOOD, ALL, 9)];
        let mut both = but(4, Some("https://other"));
        both[5] = Some("billing");
        let no_subject = Claims::IAT.and(Claims::EXP);
        for (values, claims) in [
            (GOOD, ALL),
            (both, ALL),
            (but(5, Some("billing")), no_subject),
            // Claims that nobody asks for, and what only helps to read a token.
            (GOOD, ALL.and(Claims::JTI)),
            (but(1, None), ALL),
            (but(2, None), ALL),
            (but(2, Some("jwt")), ALL),
            // One audience of several is enough.
            (but(5, Some("billing,chat")), ALL),
        ] {
            assert_eq!(told(values, claims, &makes), None, "{values:?}");
        }
    }

    #[test]
    fn nothing_is_concluded_where_too_little_or_the_same_was_let_in() {
        let odd = but(5, Some("billing"));
        assert_eq!(told(odd, ALL, &[]), None);
        assert_eq!(told(odd, ALL, &[make(GOOD, ALL, 1)]), None);
        assert_eq!(told(odd, ALL, &[make(GOOD, ALL, 9), make(odd, ALL, 1)]), None);
        // Let in with it, and with something else that is different.
        let other = but(0, Some("RS256"));
        let mut with_other = odd;
        with_other[0] = Some("RS256");
        assert_eq!(told(odd, ALL, &[make(GOOD, ALL, 9), make(with_other, ALL, 1)]), None);
        // Alike but for it are too few.
        assert_eq!(told(odd, ALL, &[make(other, ALL, 9), make(GOOD, ALL, 1)]), None);
        // Some were let in without.
        assert_eq!(told(odd, ALL, &[make(GOOD, ALL, 9), make(but(5, None), ALL, 1)]), None);
    }

    #[test]
    fn values_that_vary_are_not_asked_for() {
        let several =
            |count| ["a", "b", "c", "d"].map(|value| make(but(5, Some(value)), ALL, count));
        let odd = but(5, Some("e"));
        assert_eq!(told(odd, ALL, &several(9)), None);
        assert_eq!(told(odd, ALL, &several(2)[..3]), Some((Unlike::Audience, "aud".into())));
        assert_eq!(told(odd, ALL, &several(1)[..3]), None);
    }
}

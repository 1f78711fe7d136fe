//! What a client had in its hands, told so shortly that it can be remembered and compared with what others had.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::{
    event::{Form, Offer, Place},
    payload::jwt::{Jwt, is_base64url},
};

/// One credential of an attempt: where it stood and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where it stood.
    pub spot: Spot,
    /// What it is.
    pub reading: Reading,
}

/// A place where a credential may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    /// The part of the request.
    pub place: Place,
    /// Digest of the key or header; `None` when the line doesn't name it.
    pub key: Option<u64>,
}

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A JWT that can be read.
    Token {
        /// Digest of algorithm, issuer and audience.
        maker: u64,
        /// Whether it is signed.
        signed: bool,
        /// What it tells of, whatever it says.
        claims: Claims,
        /// How many bytes it has.
        len: usize,
    },
    /// The beginning of a JWT, of so many bytes: cut off before it was sent, or by who wrote the line.
    Cut {
        /// How many bytes it has.
        len: usize,
    },
    /// A string that is no JWT.
    Opaque,
    /// Something else, or the line doesn't show all of it.
    Unclear,
}

/// Which claims a token has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims(u8);

impl Claims {
    /// `sub`.
    pub const SUB: Self = Self(1);
    /// `jti`.
    pub const JTI: Self = Self(1 << 1);
    /// `iat`.
    pub const IAT: Self = Self(1 << 2);
    /// `nbf`.
    pub const NBF: Self = Self(1 << 3);
    /// `exp`.
    pub const EXP: Self = Self(1 << 4);
    /// `sub` is a number, or something else that is no text.
    pub const SUB_NO_TEXT: Self = Self(1 << 5);

    fn of(jwt: &Jwt) -> Self {
        let all = [
            (jwt.sub.is_some(), Self::SUB),
            (jwt.jti.is_some(), Self::JTI),
            (jwt.iat.is_some(), Self::IAT),
            (jwt.nbf.is_some(), Self::NBF),
            (jwt.exp.is_some(), Self::EXP),
            (jwt.sub.is_some() && !jwt.sub_is_text, Self::SUB_NO_TEXT),
        ];
        Self(all.into_iter().filter(|(has, _)| *has).fold(0, |bits, (_, claim)| bits | claim.0))
    }

    /// Those of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `claim` is one of them.
    pub fn has(self, claim: Self) -> bool {
        self.0 & claim.0 != 0
    }
}

impl Way {
    /// What `offer` amounts to; nothing, when nothing was offered.
    pub(super) fn of(offer: &Offer) -> Option<Self> {
        let reading = match (offer.form, &offer.jwt) {
            (Form::Absent | Form::Empty, _) => return None,
            // A session's cookie is no token.
            (_, None) if offer.place == Place::Cookie => return None,
            (Form::Jwt, Some(jwt)) => Reading::Token {
                maker: FxBuildHasher.hash_one((&jwt.alg, &jwt.iss, &jwt.aud)),
                signed: jwt.signed,
                claims: Claims::of(jwt),
                len: len(offer),
            },
            (Form::Jwt, None) if is_cut(offer) => Reading::Cut { len: len(offer) },
            (Form::Opaque, _) => Reading::Opaque,
            _ => Reading::Unclear,
        };
        let key = offer.key.as_ref().map(|key| FxBuildHasher.hash_one(key.to_ascii_lowercase()));
        Some(Self { spot: Spot { place: offer.place, key }, reading })
    }

    /// Adds `self` to `ways`, unless it is there already. A line that shows less of the same place than another adds nothing.
    pub(super) fn join(self, ways: &mut Vec<Self>) {
        let vague = |way: &Self| way.reading == Reading::Unclear && way.spot.key.is_none();
        let beside = |way: &Self| way.spot.place == self.spot.place;
        if ways.contains(&self) || vague(&self) && ways.iter().any(beside) {
            return;
        }
        ways.retain(|way| !(vague(way) && beside(way)));
        ways.push(self);
    }
}

fn len(offer: &Offer) -> usize {
    offer.secret.as_ref().map_or(0, |secret| secret.expose().len())
}

/// Whether it ends before its third part begins, and shows no sign of who left out the rest.
fn is_cut(offer: &Offer) -> bool {
    offer.secret.as_ref().is_some_and(|secret| {
        let text = secret.expose();
        text.starts_with("eyJ")
            && text.bytes().filter(|b| *b == b'.').count() < 2
            && text.bytes().all(|b| is_base64url(b) || b == b'.')
    })
}

//! What a client had in its hands, told so shortly that it can be remembered and compared with what others had.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::event::{Form, Offer, Place};

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
    },
    /// A string that is no JWT.
    Opaque,
    /// Something else, or the line doesn't show all of it.
    Unclear,
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
            },
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

//! What a decision tells of the credential that it is about.
//!
//! Where several sessions wait for a decision and its line names none, the credential that each showed tells some of them apart: `jwt expired` is no answer to a client that sent no
//! token, and the likeliest one to a client whose token has expired.

use super::session::Session;
use crate::{
    event::{Form, Kind, Offer, Reason},
    time::SECOND,
};

/// How well a decision suits a session's credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is no answer to it.
    Against,
    /// Nothing speaks for it or against it.
    Neutral,
    /// It may well be the answer.
    Likely,
    /// The credential has the very fault.
    Exact,
}

/// How well `kind` answers what the client of `session` has shown.
pub(super) fn fit(session: &Session, kind: &Kind, at: i64) -> Fit {
    let Some(offer) = offer(session) else { return Fit::Neutral };
    match kind {
        Kind::ConnectRefused(said) | Kind::Refused(said) => refusal(offer, said.reason, at),
        Kind::ConnectAccepted => acceptance(offer, at),
        _ => Fit::Neutral,
    }
}

/// What the client sent with its CONNECT.
fn offer(session: &Session) -> Option<&Offer> {
    session
        .records
        .iter()
        .filter_map(|r| match &r.event.kind {
            Kind::ConnectAsked(offer) if offer.form != Form::Unknown => Some(offer.as_ref()),
            _ => None,
        })
        .max_by_key(|offer| offer.form != Form::Absent)
}

fn acceptance(offer: &Offer, at: i64) -> Fit {
    match offer.form {
        Form::Jwt if has_expired(offer, at) || is_early(offer, at) => Fit::Against,
        Form::Jwt => Fit::Likely,
        Form::SchemeLeft | Form::SchemeDoubled | Form::BareString => Fit::Against,
        _ => Fit::Neutral,
    }
}

fn refusal(offer: &Offer, reason: Reason, at: i64) -> Fit {
    // What came in a header these lines do not show.
    if offer.form == Form::Absent && (reason.is_of_token() || reason == Reason::UserUnknown) {
        return Fit::Neutral;
    }
    let exact_if = |fault: bool| if fault { Fit::Exact } else { Fit::Against };
    let claims = offer.jwt.as_deref();
    let plain = offer.form == Form::Jwt && !has_expired(offer, at) && !is_early(offer, at);
    let likely_if = |likely: bool| if likely { Fit::Likely } else { Fit::Against };
    match reason {
        Reason::TokenExpired => exact_if(has_expired(offer, at)),
        Reason::TokenImmature => exact_if(is_early(offer, at)),
        Reason::TokenMalformed => likely_if(offer.form != Form::Jwt),
        Reason::TokenClaim => match claims {
            Some(jwt) if jwt.sub.is_none() || jwt.exp.is_none() => Fit::Exact,
            _ => Fit::Against,
        },
        Reason::TokenSignature | Reason::TokenAlgorithm => match claims {
            Some(jwt) if !jwt.signed => Fit::Exact,
            _ => likely_if(plain),
        },
        Reason::TokenAudience
        | Reason::TokenIssuer
        | Reason::TokenSubject
        | Reason::TokenRevoked
        | Reason::TokenKind
        | Reason::UserUnknown => likely_if(plain),
        Reason::TokenMissing
        | Reason::SessionEmpty
        | Reason::SessionExpired
        | Reason::SessionAnonymous
        | Reason::SessionUserUnknown
        | Reason::SessionCookieBad
        | Reason::SessionCookieMissing
        | Reason::NothingValid => match offer.form {
            Form::Absent | Form::Empty => Fit::Likely,
            Form::Jwt if offer.key.as_deref() == Some("token") => Fit::Against,
            _ => Fit::Neutral,
        },
        _ => Fit::Neutral,
    }
}

fn has_expired(offer: &Offer, at: i64) -> bool {
    let exp = offer.jwt.as_ref().and_then(|jwt| jwt.exp);
    at != 0 && exp.is_some_and(|exp| exp <= at / SECOND)
}

fn is_early(offer: &Offer, at: i64) -> bool {
    let nbf = offer.jwt.as_ref().and_then(|jwt| jwt.nbf.or(jwt.iat));
    at != 0 && nbf.is_some_and(|nbf| nbf > at / SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::jwt::Jwt;

    /// 2026-11-22T14:45:00Z.
    const NOW: i64 = 1_795_358_700 * SECOND;

    fn token(exp: i64) -> Offer {
        let jwt = Jwt { exp: Some(exp), sub: Some("alice".into()), signed: true, ..Jwt::default() };
        Offer {
            form: Form::Jwt,
            key: Some("token".into()),
            jwt: Some(Box::new(jwt)),
            ..Offer::absent(crate::event::Place::Auth)
        }
    }

    #[test]
    fn an_expired_token_is_what_is_told_to_have_expired() {
        let (dead, live) = (token(1_795_358_600), token(1_795_362_200));
        let none = Offer::absent(crate::event::Place::Auth);
        assert_eq!(refusal(&dead, Reason::TokenExpired, NOW), Fit::Exact);
        assert_eq!(refusal(&live, Reason::TokenExpired, NOW), Fit::Against);
        assert_eq!(refusal(&none, Reason::TokenExpired, NOW), Fit::Neutral);
        assert_eq!(refusal(&live, Reason::TokenSignature, NOW), Fit::Likely);
        assert_eq!(refusal(&none, Reason::TokenMissing, NOW), Fit::Likely);
        assert_eq!(refusal(&live, Reason::TokenMissing, NOW), Fit::Against);
        assert_eq!(acceptance(&dead, NOW), Fit::Against);
    }
}

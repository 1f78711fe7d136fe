//! What is wrong with an attempt besides its outcome: credentials in the log or in a URL, tokens let in that should not be.

use super::{Known, Offered, Outcome, Session, TokenTime};
use crate::{
    event::{Form, Kind, Offer, Place, Record},
    rules::cause::Finding,
};

/// A finding, and a record that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// Which.
    pub finding: Finding,
    /// The place of the record among those of the attempt.
    pub record: usize,
    /// The credential that it is about.
    pub credential: Option<Credential>,
}

/// A credential that a log shows, as far as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credential {
    /// By which it is known when it comes again, inside one run.
    pub digest: u64,
    /// How long it lives.
    pub life: Life,
}

/// How long a credential lives, as far as it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Life {
    /// Until then, in seconds since 1970.
    Until(i64),
    /// It says no end.
    Endless,
    /// It cannot be read.
    Unknown,
}

/// What is wrong with an attempt, and each record that shows it; in the order of the closed list, and in it of the records.
pub fn findings(records: &[Record], known: &Known) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut note = |finding, record, credential| {
        found.push(Shown { finding, record, credential });
    };
    let accepted = known.key.outcome == Outcome::Accepted;
    let mut upgrade_failed = None;
    let mut upgraded = false;
    for (i, record) in records.iter().enumerate() {
        match &record.event.kind {
            Kind::ConnectAsked(offer) | Kind::Offered(offer) | Kind::TokenTried(offer) => {
                of_offer(offer, |finding| note(finding, i, credential(offer)));
            }
            Kind::LoginAsked(Some(offer)) | Kind::ClientStarted(Some(offer), _) => {
                of_offer(offer, |finding| note(finding, i, credential(offer)));
            }
            Kind::HandlerEntered(handshake) => {
                for offer in &handshake.offers {
                    of_offer(offer, |finding| note(finding, i, credential(offer)));
                }
                if !handshake.cookies.is_empty() {
                    let session = handshake.cookies.session_cookie();
                    let session = session.map(|(_, value)| Credential {
                        digest: value.digest(),
                        life: Life::Unknown,
                    });
                    note(Finding::CookieLogged, i, session);
                }
            }
            Kind::Request(request) => {
                upgraded |= request.websocket;
                if request.is_upgrade() && request.status.is_some_and(|s| s >= 400) {
                    upgrade_failed = Some(i);
                }
                if let Some(offer) = request.offer.as_ref().filter(|o| o.secret.is_some()) {
                    let in_url =
                        if is_token(offer) { Finding::TokenInUrl } else { Finding::SecretInUrl };
                    if offer.place == Place::Query {
                        note(in_url, i, credential(offer));
                    }
                    of_offer(offer, |finding| note(finding, i, credential(offer)));
                }
            }
            Kind::UpgradeFailed => upgrade_failed = Some(i),
            Kind::Upgraded => upgraded = true,
            _ => {}
        }
    }
    if accepted {
        let last = records.len().saturating_sub(1);
        let place = known.decisive.unwrap_or(last);
        if known.key.token_time == TokenTime::Expired {
            note(Finding::ExpiredTokenAccepted, place, None);
        }
        let nobody = matches!(known.key.session, Session::Anonymous | Session::Empty)
            && known.key.offered == Offered::None;
        let said =
            records.iter().any(|r| matches!(r.event.kind, Kind::Admitted { anonymous: true }));
        if nobody || said {
            note(Finding::AnonymousAccepted, place, None);
        }
        if let Some(i) = upgrade_failed.filter(|_| !upgraded) {
            note(Finding::UpgradeDegraded, i, None);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn credential(offer: &Offer) -> Option<Credential> {
    let life = match &offer.jwt {
        Some(jwt) => jwt.exp.map_or(Life::Endless, Life::Until),
        None => Life::Unknown,
    };
    offer.secret.as_ref().map(|secret| Credential { digest: secret.digest(), life })
}

fn is_token(offer: &Offer) -> bool {
    matches!(
        offer.form,
        Form::Jwt | Form::SchemeLeft | Form::SchemeMissing | Form::SchemeDoubled | Form::BareString
    )
}

fn of_offer(offer: &Offer, mut note: impl FnMut(Finding)) {
    if offer.secret.is_some() {
        note(if is_token(offer) { Finding::TokenLogged } else { Finding::SecretLogged });
    }
    if let Some(jwt) = &offer.jwt {
        if jwt.alg.as_deref().is_some_and(|alg| alg.eq_ignore_ascii_case("none")) {
            note(Finding::UnsignedToken);
        }
        if jwt.exp.is_none() {
            note(Finding::TokenWithoutExpiry);
        }
    }
}

//! What is wrong with an attempt besides its outcome: credentials in the log or in a URL, tokens let in that should not be.

use super::{Known, Offered, Outcome, Session, TokenTime};
use crate::{
    event::{Form, Kind, Offer, Place, Record},
    rules::cause::Finding,
};

/// Each finding of an attempt, once, with the place of the first record that shows it; in the order of the closed list.
pub fn findings(records: &[Record], known: &Known) -> Vec<(Finding, usize)> {
    let mut found: Vec<(Finding, usize)> = Vec::new();
    let mut note = |finding, i| {
        if !found.iter().any(|(f, _)| *f == finding) {
            found.push((finding, i));
        }
    };
    let accepted = known.key.outcome == Outcome::Accepted;
    let mut upgrade_failed = None;
    let mut upgraded = false;
    for (i, record) in records.iter().enumerate() {
        match &record.event.kind {
            Kind::ConnectAsked(offer) | Kind::Offered(offer) | Kind::TokenTried(offer) => {
                of_offer(offer, |finding| note(finding, i));
            }
            Kind::LoginAsked(Some(offer)) | Kind::ClientStarted(Some(offer)) => {
                of_offer(offer, |finding| note(finding, i));
            }
            Kind::HandlerEntered(handshake) => {
                for offer in &handshake.offers {
                    of_offer(offer, |finding| note(finding, i));
                }
                if !handshake.cookies.is_empty() {
                    note(Finding::CookieLogged, i);
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
                        note(in_url, i);
                    }
                    of_offer(offer, |finding| note(finding, i));
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
            note(Finding::ExpiredTokenAccepted, place);
        }
        let nobody = matches!(known.key.session, Session::Anonymous | Session::Empty)
            && known.key.offered == Offered::None;
        let said =
            records.iter().any(|r| matches!(r.event.kind, Kind::Admitted { anonymous: true }));
        if nobody || said {
            note(Finding::AnonymousAccepted, place);
        }
        if let Some(i) = upgrade_failed.filter(|_| !upgraded) {
            note(Finding::UpgradeDegraded, i);
        }
    }
    found.sort();
    found
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

//! What the client brought: the payload of its CONNECT, headers, cookies, a session.

use super::super::capture::Capture;
use super::Reading;
use crate::{
    event::{Form, Handshake, Offer, Place, SessionContents},
    payload::{
        flask_session,
        literal::{self, Value},
        offer,
    },
};

impl Reading<'_, '_> {
    pub(super) fn auth(&self) -> Option<Offer> {
        if let Some(header) = self.get(Capture::Authorization) {
            let offered = offer::of_header_shown(header);
            return Some(match self.get(Capture::Cookieflag) {
                Some(cookie) if offered.form == Form::Absent => offer::of_cookie_named(cookie),
                _ => offered,
            });
        }
        let text = self.get(Capture::Auth)?;
        let value = match literal::value(text) {
            Some((value, _)) => value,
            // `%s` of a string prints it without quotes; it ends where the handler's next words begin.
            None => Value::Text(
                text.split([' ', ',']).next().unwrap_or(text).trim_end_matches('.').into(),
            ),
        };
        Some(offer::from_auth(&value))
    }

    /// A client's own options, which say what it will offer, and where.
    pub(super) fn options(&self) -> Option<Value<'_>> {
        Some(literal::value(self.get(Capture::Options)?)?.0)
    }

    pub(super) fn token(&self) -> Offer {
        match self.get(Capture::Token) {
            Some(whole) if crate::payload::jwt::looks_like(whole) => {
                offer::classify(Place::Auth, None, whole)
            }
            Some(cut) => offer::cut(cut),
            None => Offer::unknown(Place::Auth),
        }
    }

    pub(super) fn session(&self) -> Option<SessionContents> {
        let (value, _) = literal::value(self.get(Capture::Session)?)?;
        Some(flask_session::contents(&value))
    }

    pub(super) fn handshake(&self) -> Handshake {
        let mut handshake = self
            .get(Capture::Headers)
            .and_then(literal::value)
            .map(|(headers, _)| offer::from_headers(&headers))
            .unwrap_or_default();
        if let Some(shown) = self.get(Capture::Cookies) {
            handshake.cookies_shown = true;
            match literal::value(shown) {
                // Not a dict of cookies but the value of the session's own.
                None => handshake.cookies.pairs.push((
                    "session".into(),
                    crate::secret::Secret::new(shown.trim_end_matches('.')),
                )),
                // The `Cookie` header has shown the same.
                Some(_) if !handshake.cookies.is_empty() => {}
                Some((cookies, _)) => {
                    handshake.cookies = crate::payload::cookie::CookieHeader::from_value(&cookies);
                }
            }
        }
        if let Some("no" | "none" | "None" | "false" | "False" | "absent") =
            self.get(Capture::Cookieflag)
        {
            handshake.cookies_shown = true;
        }
        if let Some(keys) = self.get(Capture::Authkeys) {
            handshake.offers.push(offer_of_keys(keys));
        }
        handshake
    }
}

/// A handler's own list of the keys of the payload, such as `['token']` or `none`.
fn offer_of_keys(keys: &str) -> Offer {
    let listed = match literal::value(keys) {
        Some((Value::List(items), _)) => items.iter().find_map(Value::as_str).map(str::to_owned),
        _ => None,
    };
    match listed {
        None if matches!(keys, "str" | "<class 'str'>" | "string") => {
            Offer { form: Form::BareString, ..Offer::unknown(Place::Auth) }
        }
        Some(key) => Offer { key: Some(key.into()), ..Offer::unknown(Place::Auth) },
        None => Offer::absent(Place::Auth),
    }
}

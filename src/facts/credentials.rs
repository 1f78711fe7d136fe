//! What the client had in its hands, from every line that shows some of it.

use super::{Checked, Cookie, Found, Offered, Session, Shape, TokenTime, Way};
use crate::{
    event::{Form, Kind, Offer, Place, Record, SessionContents, Speaker},
    keys::{Form as KeyForm, Keys, Odd, Signature},
    payload::{
        django_session, flask_session,
        jwt::{self, Jwt},
    },
    time::{SECOND, Stamp, Zone},
    verdict::TokenDetail,
};

/// A stamp without a zone is off by up to this many seconds; a token's time is compared with one only beyond that.
const WIDEST_ZONE: i64 = 14 * 3600;

/// All that one attempt's lines show of credentials.
#[derive(Debug)]
pub(super) struct Credentials<'r> {
    keys: &'r Keys,
    /// The offer that says most, and when it was logged.
    best: Option<(&'r Offer, Option<Stamp>)>,
    /// The token that could be read, and when; by the server's clock rather than by the client's.
    token: Option<(&'r Offer, &'r Jwt, Option<Stamp>)>,
    /// Whether that is the client's clock.
    by_client: bool,
    tried: bool,
    missed: bool,
    cookie: Cookie,
    /// What the session cookie holds, by itself.
    held: Option<SessionContents>,
    /// What the keys say of the token, when there are any.
    signature: Option<Signature>,
    ways: Vec<Way>,
}

impl<'r> Credentials<'r> {
    pub(super) fn of(records: &'r [Record], keys: &'r Keys) -> Self {
        let mut all = Self {
            keys,
            best: None,
            token: None,
            by_client: false,
            tried: false,
            missed: false,
            cookie: Cookie::Unknown,
            held: None,
            signature: None,
            ways: Vec::new(),
        };
        for record in records {
            match &record.event.kind {
                Kind::ConnectAsked(offer)
                | Kind::Offered(offer)
                | Kind::ClientStarted(Some(offer), _)
                | Kind::LoginAsked(Some(offer)) => all.take(offer, record),
                Kind::TokenTried(offer) => {
                    all.tried = true;
                    all.take(offer, record);
                }
                Kind::TokenAccepted => all.tried = true,
                Kind::TokenNotFound => all.missed = true,
                Kind::HandlerEntered(handshake) => {
                    for offer in &handshake.offers {
                        all.take(offer, record);
                    }
                    if handshake.cookies_shown {
                        match handshake.cookies.session_cookie() {
                            None => all.cookie = Cookie::Absent,
                            Some((_, value)) => all.take_cookie(value.expose(), record.stamp),
                        }
                    }
                }
                Kind::Request(request) => {
                    if let Some(offer) = &request.offer {
                        all.take(offer, record);
                    }
                }
                _ => {}
            }
        }
        if let (true, Some((offer, ..))) = (keys.has_jwt(), all.token) {
            all.signature = offer.secret.as_ref().map(|secret| keys.of_jwt(secret.expose()));
        }
        all
    }

    /// What a session's cookie says of itself, and the user's keys of it.
    fn take_cookie(&mut self, value: &str, stamp: Option<Stamp>) {
        let flask = flask_session::stamped(value).and_then(|_| flask_session::read(value));
        let django = if flask.is_none() { django_session::read(value) } else { None };
        let session = flask.or(django);
        let lifetime = match django {
            Some(_) => self.keys.django_lifetime(),
            None => self.keys.session_lifetime(),
        };
        let signed = match session {
            Some(_) if django.is_some() => self.keys.of_django(value),
            Some(_) => self.keys.of_flask(value),
            None if value.starts_with("s:") || value.starts_with("s%3A") => {
                self.keys.of_express(value)
            }
            None => None,
        };
        // The age that it has at least, whatever the zone of the log's clock.
        let age = session.and_then(|session| session.stamped).zip(stamp).map(|(written, stamp)| {
            let slack = if stamp.zone == Zone::Known { 0 } else { WIDEST_ZONE };
            stamp.micros / SECOND - written - slack
        });
        self.cookie = match session {
            _ if matches!(signed, Some(Err(_))) => Cookie::Unsigned,
            _ if age.is_some_and(|age| age > lifetime) => Cookie::Stale,
            Some(session) if session.contents == SessionContents::Empty => Cookie::Hollow,
            _ => Cookie::Sent,
        };
        self.held = session.map(|session| session.contents);
    }

    /// What the session holds, as far as its cookie tells. That somebody is logged in with it is no fact, for the server may think otherwise.
    pub(super) fn session(&self) -> Session {
        match (self.cookie, self.held) {
            (Cookie::Hollow, _) => Session::Empty,
            (Cookie::Sent, Some(SessionContents::Anonymous)) => Session::Anonymous,
            _ => Session::Unknown,
        }
    }

    /// What the user's keys and expectations say of the token.
    pub(super) fn checked(&self) -> Checked {
        let Some((_, jwt, _)) = self.token else { return Checked::Unknown };
        let of_signature = match &self.signature {
            Some(Signature::Good(fit)) => match fit.form {
                KeyForm::Plain => Checked::Good,
                KeyForm::PublicKeyAsSecret => Checked::Algorithm,
                KeyForm::Decoded | KeyForm::Encoded | KeyForm::LineEnd | KeyForm::Quoted => {
                    Checked::Signature
                }
            },
            Some(Signature::Wrong) => Checked::Signature,
            Some(Signature::UnknownKid) => Checked::Key,
            Some(Signature::Unsigned | Signature::NoSuchKey | Signature::UnknownAlgorithm) => {
                Checked::Algorithm
            }
            // What does not look like a whole signature may be what a logger has left of one.
            Some(Signature::Cut(_) | Signature::Unreadable | Signature::Unchecked) | None => {
                Checked::Unknown
            }
        };
        if !matches!(of_signature, Checked::Unknown | Checked::Good) {
            return of_signature;
        }
        match self.keys.expected.differs(jwt) {
            Some(Odd::Algorithm) => Checked::Algorithm,
            Some(Odd::Audience) => Checked::Audience,
            Some(Odd::Issuer) => Checked::Issuer,
            None => of_signature,
        }
    }

    fn take(&mut self, offer: &'r Offer, record: &'r Record) {
        let stamp = record.stamp;
        let by_client = record.event.speaker == Speaker::Client;
        if let Some(way) = Way::of(offer) {
            way.join(&mut self.ways);
        }
        let only_named = offer.form == Form::Opaque && offer.secret.is_none();
        if offer.place == Place::Cookie && only_named && self.cookie == Cookie::Unknown {
            // A token's cookie, and no session's beside it.
            self.cookie = Cookie::Absent;
        // A session's cookie is no token.
        } else if offer.place == Place::Cookie && offer.form != Form::Jwt {
            if self.cookie == Cookie::Unknown {
                match (&offer.secret, offer.form) {
                    (_, Form::Absent) => self.cookie = Cookie::Absent,
                    (Some(secret), _) => self.take_cookie(secret.expose(), stamp),
                    (None, _) => self.cookie = Cookie::Sent,
                }
            }
            return;
        }
        if self.best.is_none_or(|(best, _)| weight(offer.form) > weight(best.form)) {
            self.best = Some((offer, stamp));
        }
        if let Some(jwt) = &offer.jwt {
            let same = self.token.is_some_and(|(_, known, _)| *known == **jwt);
            if self.token.is_none() || self.by_client && !by_client && stamp.is_some() && same {
                self.token = Some((offer, jwt, stamp));
                self.by_client = by_client;
            }
        }
    }

    pub(super) fn offered(&self) -> Offered {
        match self.best {
            None => Offered::Unknown,
            Some((offer, _)) => match (offer.form, offer.place) {
                (Form::Absent, _) => Offered::None,
                (_, Place::Auth) => Offered::Auth,
                (_, Place::Header) => Offered::Header,
                (_, Place::Query) => Offered::Query,
                (_, Place::Cookie) => Offered::Cookie,
                (_, Place::Event) => Offered::Event,
            },
        }
    }

    pub(super) fn shape(&self) -> Shape {
        if self.best.is_some_and(|(offer, _)| {
            offer.place == Place::Auth
                && offer.form == Form::Jwt
                && offer.key.as_deref().is_some_and(|k| k != "token")
        }) {
            return Shape::OtherKey;
        }
        if self.best.is_some_and(|(offer, _)| is_broken(offer)) {
            return Shape::BrokenJwt;
        }
        match self.best.map(|(offer, _)| offer.form) {
            None | Some(Form::Unknown) => Shape::Unknown,
            Some(Form::Absent) => Shape::Absent,
            Some(Form::Empty) => Shape::Empty,
            Some(Form::Jwt) => Shape::Jwt,
            Some(Form::SchemeLeft) => Shape::SchemeLeft,
            Some(Form::SchemeMissing) => Shape::SchemeMissing,
            Some(Form::SchemeDoubled) => Shape::SchemeDoubled,
            Some(Form::Opaque) => Shape::Opaque,
            Some(Form::BareString) => Shape::BareString,
        }
    }

    pub(super) fn found(&self) -> Found {
        if self.tried {
            Found::Yes
        } else if self.missed {
            Found::No
        } else {
            Found::Unknown
        }
    }

    pub(super) fn cookie(&self) -> Cookie {
        self.cookie
    }

    /// What the token's own times say against the time of the line that shows it.
    pub(super) fn token_time(&self) -> TokenTime {
        let Some((_, jwt, Some(stamp))) = self.token else { return TokenTime::Unknown };
        let now = stamp.micros / SECOND;
        let slack = if stamp.zone == Zone::Known { 0 } else { WIDEST_ZONE };
        if jwt.exp.is_some_and(|exp| now.saturating_sub(exp) > slack) {
            TokenTime::Expired
        } else if jwt
            .nbf
            .into_iter()
            .chain(jwt.iat)
            .any(|begin| begin.saturating_sub(now) > slack.max(1))
        {
            TokenTime::NotYet
        } else if slack == 0 && (jwt.exp.is_some() || jwt.nbf.is_some()) {
            TokenTime::Valid
        } else {
            TokenTime::Unknown
        }
    }

    /// The token's numbers, for the text.
    pub(super) fn detail(&self) -> Option<TokenDetail> {
        let (offer, _) = self.best?;
        let fingerprint = offer.secret.as_ref().and_then(crate::secret::Secret::fingerprint);
        let Some((_, jwt, stamp)) = self.token else {
            return fingerprint
                .map(|f| TokenDetail { fingerprint: Some(f), ..TokenDetail::default() });
        };
        let now = stamp.filter(|s| s.zone == Zone::Known).map(|s| s.micros / SECOND);
        let begins = jwt.nbf.into_iter().chain(jwt.iat).max();
        Some(TokenDetail {
            fingerprint,
            alg: jwt.alg.clone(),
            kid: jwt.kid.clone(),
            typ: jwt.typ.clone(),
            kind: jwt.kind.clone(),
            issuer: jwt.iss.clone(),
            audience: jwt.aud.clone(),
            subject: jwt.sub.clone().filter(|id| is_plain(id)),
            id: jwt.jti.clone().filter(|id| is_plain(id)),
            issued_at: jwt.iat,
            not_before: jwt.nbf,
            expires_at: jwt.exp,
            age: now.zip(jwt.iat).map(|(now, iat)| now.saturating_sub(iat)),
            expired_for: now.zip(jwt.exp).map(|(now, exp)| now.saturating_sub(exp)),
            early_by: now
                .zip(begins)
                .map(|(now, begins)| begins.saturating_sub(now))
                .filter(|s| *s > 0),
            shown: stamp.filter(|_| !self.by_client),
            signature: self.signature.clone(),
        })
    }

    /// Everything that it had in its hands.
    pub(super) fn ways(&mut self) -> Vec<Way> {
        std::mem::take(&mut self.ways)
    }

    /// A digest by which the same token is recognised when it comes again.
    pub(super) fn digest(&self) -> Option<u64> {
        let (offer, ..) = self.token?;
        offer.secret.as_ref().map(crate::secret::Secret::digest)
    }
}

/// Whether it names somebody or something without telling of him: a number, a short name, a UUID; no address, and nothing that could be a secret.
fn is_plain(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let uuid = id.len() == 36
        && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && id.bytes().filter(|b| *b == b'-').count() == 4;
    uuid || id.len() <= 16 && id.bytes().all(plain)
}

/// Whether something looks like a JWT from afar and cannot be read as one.
fn is_broken(offer: &Offer) -> bool {
    let parts = |secret: &crate::secret::Secret| secret.expose().split('.').count();
    // What is too long for us to read may be a good token all the same.
    if offer.secret.as_ref().is_some_and(|secret| secret.expose().len() > jwt::MAX_LEN) {
        return false;
    }
    match offer.form {
        Form::Jwt => offer.jwt.is_none() && offer.secret.as_ref().is_some_and(|s| parts(s) == 3),
        Form::Opaque => offer.secret.as_ref().is_some_and(|secret| {
            parts(secret) == 3 || secret.expose().starts_with("eyJ") && parts(secret) <= 3
        }),
        _ => false,
    }
}

/// Which of several offers says most about a refusal.
fn weight(form: Form) -> u8 {
    match form {
        Form::Unknown => 1,
        Form::Absent => 0,
        Form::Empty => 2,
        Form::Opaque => 3,
        Form::Jwt => 4,
        Form::BareString => 5,
        Form::SchemeMissing => 6,
        Form::SchemeDoubled => 7,
        Form::SchemeLeft => 8,
    }
}

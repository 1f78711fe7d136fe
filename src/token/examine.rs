//! What one credential says of itself, and what is wrong with it.

use std::fmt;

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::Value;

use super::{Examined, Fault, LeadsTo, Moment, Signed, Subject, What};
use crate::{
    event::{Form, Place, SessionContents},
    keys::{Form as KeyForm, Keys, Odd, Signature},
    payload::{
        flask_session,
        jwt::{self, Jwt, Malformed},
        redact,
    },
    rules::cause::{Cause, Finding},
    time::duration,
};

/// Longest value of a claim that is shown, in characters.
const LONGEST_VALUE: usize = 200;

/// Most members that are shown.
const MOST_MEMBERS: usize = 100;

/// Seconds since 1970 that lie so far ahead (the year 5138) are milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// Proxies and servers refuse headers and request lines of more than this, by default (nginx 1.28, Node 22).
const LONG_FOR_A_HEADER: usize = 8 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Looks at `subject` as of `now`, in seconds since 1970.
pub fn examine(subject: &Subject, keys: &Keys, now: i64) -> Examined {
    let secret = subject.offer.secret.as_ref();
    let text = secret.map_or("", |secret| secret.expose());
    let mut examined = Examined {
        line: subject.line,
        place: subject.place.clone(),
        what: What::Opaque,
        fingerprint: secret.and_then(crate::secret::Secret::fingerprint),
        bytes: text.len(),
        header: Vec::new(),
        claims: Vec::new(),
        moments: Vec::new(),
        lifetime: None,
        holds: None,
        signature: None,
        faults: Vec::new(),
        remarks: Vec::new(),
    };
    examined.of_form(subject);
    if text.is_empty() {
        examined.what =
            if subject.offer.form == Form::Empty { What::Empty } else { What::Beginning };
        return examined;
    }
    let is_cookie = subject.offer.place == Place::Cookie;
    match kind(text, subject, is_cookie) {
        Kind::Jwt => examined.of_jwt(text, keys, now),
        Kind::Flask => examined.of_flask(text, keys, now),
        Kind::Express => {
            examined.what = What::ExpressSession;
            let signed = keys.of_express(text);
            examined.of_cookie_signature(signed, "cookie-signature");
            examined.remarks.push(
                "the session itself is in the server's store: whether it is still there, this cookie does not tell"
                    .into(),
            );
        }
        Kind::DjangoSigned => examined.what = What::DjangoSigned,
        Kind::Django => {
            examined.what = What::DjangoSession;
            examined.remarks.push(
                "an id: the session is in the server's store, and this cookie tells nothing of it".into(),
            );
        }
        Kind::Opaque => examined.remarks.push(
            "no JWT and no signed session: an id, an API key or a random token, of which only the server knows what it stands for"
                .into(),
        ),
    }
    examined
}

enum Kind {
    Jwt,
    Flask,
    Express,
    DjangoSigned,
    Django,
    Opaque,
}

fn kind(text: &str, subject: &Subject, is_cookie: bool) -> Kind {
    if text.starts_with("s:") || text.starts_with("s%3A") || text.starts_with("s%3a") {
        return Kind::Express;
    }
    // A payload that is broken may look like a time stamp; a header that names an algorithm is one.
    if subject.offer.jwt.is_some() || jwt::header(text).is_ok_and(|header| header.alg.is_some()) {
        return Kind::Jwt;
    }
    if flask_session::read(text).is_some_and(|session| session.stamped.is_some()) {
        return Kind::Flask;
    }
    let parts = text.split('.').count();
    if text.starts_with("eyJ") || (parts == 3 && !is_cookie) || parts == 5 {
        return Kind::Jwt;
    }
    // `payload:stamp:signature`, of django.core.signing.
    let mut colons = text.trim_start_matches('.').split(':');
    if let (Some(payload), Some(stamp), Some(signature), None) =
        (colons.next(), colons.next(), colons.next(), colons.next())
        && payload.len() > 1
        && (4..=8).contains(&stamp.len())
        && signature.len() >= 27
    {
        return Kind::DjangoSigned;
    }
    let name = subject.place.as_deref().unwrap_or_default();
    if name == "sessionid" && text.len() == 32 && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Kind::Django;
    }
    Kind::Opaque
}

impl Examined {
    fn fault(&mut self, cause: Cause, text: impl Into<String>) {
        self.faults.push(Fault { leads_to: LeadsTo::Cause(cause), text: text.into() });
    }

    fn risk(&mut self, finding: Finding, text: impl Into<String>) {
        self.faults.push(Fault { leads_to: LeadsTo::Finding(finding), text: text.into() });
    }

    /// What the way in which it was written down tells.
    fn of_form(&mut self, subject: &Subject) {
        if subject.lines > 1 {
            self.remarks
                .push(format!("it was broken over {} lines, and put together", subject.lines));
        }
        match subject.offer.form {
            Form::Empty => self.fault(
                Cause::CredentialsEmpty,
                "there is no token: a variable that held none was written out as text",
            ),
            Form::SchemeDoubled => {
                self.fault(Cause::CredentialsScheme, "`Bearer` stands in front of it twice");
            }
            Form::SchemeLeft => self.fault(
                Cause::CredentialsScheme,
                "`Bearer` or quotes are left around it; libraries want the bare token",
            ),
            Form::SchemeMissing => self.fault(
                Cause::CredentialsScheme,
                "the header has no scheme; most servers want `Authorization: Bearer TOKEN`",
            ),
            Form::Jwt | Form::Opaque | Form::Unknown if subject.offer.secret.is_none() => self
                .remarks
                .push("only its beginning is here: whoever wrote it down cut the rest".into()),
            Form::Jwt | Form::Opaque | Form::Unknown | Form::Absent | Form::BareString => {}
        }
    }

    fn of_jwt(&mut self, text: &str, keys: &Keys, now: i64) {
        self.what = What::Jwt;
        let mut parts = text.split('.');
        self.header = parts.next().and_then(members).map(shown).unwrap_or_default();
        if text.len() > LONG_FOR_A_HEADER {
            self.remarks.push(format!(
                "{} bytes are more than most proxies and servers take in a header or an address",
                text.len()
            ));
        }
        if text.split('.').count() == 5 && !self.header.is_empty() {
            self.what = What::EncryptedJwt;
            self.remarks.push(
                "it is encrypted (JWE): what it claims can be read with the private key only, and libraries for signed tokens refuse it"
                    .into(),
            );
            return;
        }
        let token = match jwt::decode(text) {
            Ok(token) => token,
            Err(why) => {
                self.what = What::BrokenJwt;
                let why = match why {
                    Malformed::Json(part) => match broken_json(text, part) {
                        Some(detail) => format!("{why}: {detail}"),
                        None => why.to_string(),
                    },
                    why => why.to_string(),
                };
                self.fault(Cause::JwtMalformed, why);
                return;
            }
        };
        // The claims that are asked for were found; that says nothing of the others.
        let Some(claims) = parts.next().and_then(members) else {
            self.what = What::BrokenJwt;
            let why = broken_json(text, jwt::Part::Payload).unwrap_or("not all of it can be read");
            self.fault(Cause::JwtMalformed, format!("token's payload: {why}"));
            return;
        };
        self.of_names(&claims);
        self.of_signature(text, &token, keys);
        self.of_times(&token, now);
        self.of_expected(&token, keys);
        self.of_claims(&token, &claims);
        self.claims = shown(claims);
    }

    /// A name that stands twice means one thing to this parser and another to that.
    fn of_names(&mut self, claims: &[(String, Value)]) {
        let mut seen: Vec<&str> = Vec::new();
        let mut twice: Vec<&str> = Vec::new();
        for (name, _) in claims {
            if seen.contains(&name.as_str()) && !twice.contains(&name.as_str()) {
                twice.push(name);
            }
            seen.push(name);
        }
        for name in twice {
            let name = redact::redact(name).into_owned();
            self.remarks.push(format!(
                "`{name}` stands in it more than once: most parsers take the last, some the first, and some refuse the token"
            ));
        }
    }

    fn of_signature(&mut self, text: &str, token: &Jwt, keys: &Keys) {
        let signature = keys.of_jwt(text);
        match &signature {
            Signature::Unsigned => {
                let none = token.alg.as_deref().is_some_and(jwt::is_none);
                let how = if none { "its `alg` is `none`" } else { "its third part is empty" };
                self.fault(
                    Cause::JwtAlgorithmRejected,
                    format!("it is not signed ({how}), and no server may take it"),
                );
                self.risk(Finding::UnsignedToken, "anybody can write such a token");
            }
            Signature::Cut(cut) => self.fault(
                Cause::JwtSignatureInvalid,
                format!(
                    "its signature has {} bytes where {} makes {}: the token was {} on its way",
                    cut.has,
                    token.alg.as_deref().unwrap_or("its algorithm"),
                    cut.wants,
                    if cut.has < cut.wants { "cut" } else { "added to" },
                ),
            ),
            Signature::Wrong => self.fault(
                Cause::JwtSignatureInvalid,
                "no key that was given has signed it: another key did (another environment, a rotation), or it was changed",
            ),
            Signature::UnknownKid => self.fault(
                Cause::JwtKeyUnavailable,
                "it names a key (`kid`) that is not among those that were given: a rotation, or another issuer",
            ),
            Signature::NoSuchKey => self.fault(
                Cause::JwtAlgorithmRejected,
                "its algorithm takes another kind of key than those that were given: a shared secret signs HS256, a key pair the others",
            ),
            Signature::UnknownAlgorithm => {
                self.fault(Cause::JwtAlgorithmRejected, "its algorithm is none that signs tokens");
            }
            Signature::Unreadable => {
                self.fault(Cause::JwtMalformed, "its signature is not base64url");
            }
            Signature::Good(fit) => {
                let otherwise = match fit.form {
                    KeyForm::Plain | KeyForm::PublicKeyAsSecret => None,
                    KeyForm::Decoded => Some("decoded from Base64, while the file holds the text"),
                    KeyForm::Encoded => Some("as Base64 text, while the file holds the bytes"),
                    KeyForm::LineEnd => Some("with the end of the line at the end of its file"),
                    KeyForm::Quoted => Some("with quotes around it, or without those that the file has"),
                };
                if let Some(otherwise) = otherwise {
                    self.fault(
                        Cause::JwtSignatureInvalid,
                        format!("whoever signed it used the key {otherwise}; a server that takes it as it stands refuses the token"),
                    );
                }
                if fit.form == KeyForm::PublicKeyAsSecret {
                    self.fault(
                        Cause::JwtAlgorithmRejected,
                        "it is signed with the text of the public key as a secret: an attempt to trick a server that does not pin the algorithm, or an issuer set up wrongly",
                    );
                }
                if fit.other_kid {
                    self.remarks.push("the key that fits is not the one that it names (`kid`)".into());
                }
            }
            Signature::Unchecked => {}
        }
        self.signature = Some(Signed::Jwt(signature));
    }

    fn of_times(&mut self, token: &Jwt, now: i64) {
        let times = [("iat", token.iat), ("nbf", token.nbf), ("exp", token.exp)];
        for (name, at) in times {
            let Some(at) = at else { continue };
            if at > MILLISECONDS {
                self.remarks.push(format!(
                    "`{name}` is in milliseconds; tokens count seconds{}",
                    if name == "exp" { ", so that this one never ends" } else { "" }
                ));
            }
            self.moments.push(Moment { name, at, from_now: at.saturating_sub(now) });
        }
        let begins = token.nbf.into_iter().chain(token.iat).max();
        self.lifetime = token.iat.or(token.nbf).zip(token.exp).map(|(a, b)| b.saturating_sub(a));
        if let Some(exp) = token.exp.filter(|exp| *exp <= now) {
            let ago = now.saturating_sub(exp);
            self.fault(Cause::JwtExpired, format!("it ended {} ago", duration(ago)));
        }
        if let Some(begins) = begins.filter(|begins| *begins > now) {
            let early = begins.saturating_sub(now);
            let skew = if early <= 300 {
                ": so little looks like two clocks that differ; a leeway on the checking side helps"
            } else {
                ""
            };
            self.fault(
                Cause::JwtNotYetValid,
                format!("it begins only in {}{skew}", duration(early)),
            );
        }
        if self.lifetime.is_some_and(|lifetime| lifetime <= 0) {
            self.remarks.push("it ends before it begins".into());
        }
        if token.exp.is_none() {
            self.risk(
                Finding::TokenWithoutExpiry,
                "it has no `exp`: who has it once has it for ever",
            );
        }
    }

    fn of_expected(&mut self, token: &Jwt, keys: &Keys) {
        match keys.expected.differs(token) {
            Some(Odd::Algorithm) => {
                self.fault(Cause::JwtAlgorithmRejected, "its `alg` is none of those expected");
            }
            Some(Odd::Audience) => self.fault(
                Cause::JwtAudienceMismatch,
                match token.aud {
                    Some(_) => "its `aud` is none of those expected",
                    None => "it has no `aud`, and one is expected",
                },
            ),
            Some(Odd::Issuer) => self.fault(
                Cause::JwtIssuerMismatch,
                match token.iss {
                    Some(_) => "its `iss` is none of those expected, to the letter",
                    None => "it has no `iss`, and one is expected",
                },
            ),
            None => {}
        }
    }

    fn of_claims(&mut self, token: &Jwt, claims: &[(String, Value)]) {
        let claim =
            |name: &str| claims.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value);
        match claim("sub") {
            Some(Value::String(_)) => {}
            Some(_) => self.fault(
                Cause::JwtSubjectInvalid,
                "`sub` is no string, which PyJWT 2.10 and later refuse",
            ),
            None => self.remarks.push(
                "it has no `sub`; Flask-JWT-Extended and others refuse a token without one".into(),
            ),
        }
        match token.kind.as_deref() {
            Some("refresh") => self.fault(
                Cause::JwtWrongType,
                "it is a refresh token: it is for fetching access tokens, not for connecting",
            ),
            _ if claim("nonce").is_some() || claim("at_hash").is_some() => self.remarks.push(
                "it looks like an id token (`nonce`, `at_hash`), which is for the client; servers want the access token"
                    .into(),
            ),
            _ => {}
        }
    }

    fn of_flask(&mut self, text: &str, keys: &Keys, now: i64) {
        self.what = What::FlaskSession;
        let Some(session) = flask_session::read(text) else { return };
        self.holds = Some(session.contents);
        self.claims = flask_session::names(text)
            .into_iter()
            .take(MOST_MEMBERS)
            .map(|(name, id)| {
                let name = redact::redact(&name).chars().take(LONGEST_VALUE).collect();
                (name, id.unwrap_or_else(|| "not shown".into()))
            })
            .collect();
        let signed = keys.of_flask(text);
        self.of_cookie_signature(signed, "itsdangerous");
        if let Some(at) = session.stamped {
            let age = now.saturating_sub(at);
            self.moments.push(Moment { name: "signed", at, from_now: -age });
            let lifetime = keys.session_lifetime();
            self.lifetime = Some(lifetime);
            if age > lifetime {
                self.fault(
                    Cause::SessionExpired,
                    format!(
                        "it is {} old, and sessions are good for {}; Flask then makes a new, empty one without a word",
                        duration(age),
                        duration(lifetime)
                    ),
                );
            } else if age < 0 {
                self.remarks.push("it was signed in the future: the clocks differ".into());
            }
        }
        match session.contents {
            SessionContents::Empty => self.fault(Cause::SessionEmpty, "there is nothing in it"),
            SessionContents::Anonymous => {
                self.fault(Cause::SessionAnonymous, "nobody is logged in with it");
            }
            SessionContents::User => {}
        }
    }

    fn of_cookie_signature(
        &mut self,
        signed: Option<Result<usize, crate::keys::Unsigned>>,
        library: &str,
    ) {
        match signed {
            Some(Err(_)) => self.fault(
                Cause::SessionCookieRejected,
                format!("no key that was given has signed it ({library}): another key did, or it was changed"),
            ),
            Some(Ok(key)) if key > 0 => self.remarks.push(format!(
                "the key that signed it is the {} of those given: a server without that older key drops the session",
                ordinal(key + 1)
            )),
            Some(Ok(_)) | None => {}
        }
        self.signature = Some(Signed::Cookie(signed));
    }
}

fn ordinal(n: usize) -> String {
    match n {
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        n => format!("{n}th"),
    }
}

/// The members of a part, in their order, with those that stand twice.
fn members(part: &str) -> Option<Vec<(String, Value)>> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, Value)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }
    if part.len() > jwt::MAX_LEN {
        return None;
    }
    let bytes = BASE64.decode(part).ok()?;
    serde_json::Deserializer::from_slice(&bytes).deserialize_map(Members).ok()
}

/// What is wrong with the JSON of a part, of what can be told without quoting it.
fn broken_json(text: &str, part: jwt::Part) -> Option<&'static str> {
    let index = match part {
        jwt::Part::Header => 0,
        jwt::Part::Payload => 1,
    };
    let bytes = BASE64.decode(text.split('.').nth(index)?).ok()?;
    if std::str::from_utf8(&bytes).is_err() {
        return Some("it is not UTF-8");
    }
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(_) => Some("it is JSON of another kind"),
        Err(error) if error.to_string().starts_with("recursion limit") => {
            Some("it is nested deeper than parsers follow")
        }
        Err(error) if error.is_eof() => Some("it ends too early"),
        Err(_) => None,
    }
}

/// Members as they are shown: as JSON, masked, not too long.
fn shown(members: Vec<(String, Value)>) -> Vec<(String, String)> {
    let cut = |text: &str| {
        let masked = redact::redact(text);
        let mut chars = masked.chars();
        let mut short: String = chars.by_ref().take(LONGEST_VALUE).collect();
        if chars.next().is_some() {
            short.push('…');
        }
        short
    };
    members
        .into_iter()
        .take(MOST_MEMBERS)
        .map(|(name, value)| {
            // Masking goes by names too, so it sees the member as it stood.
            let pair = serde_json::json!({ name.as_str(): value }).to_string();
            let masked = redact::redact(&pair).into_owned();
            let value = match serde_json::from_str::<Value>(&masked) {
                Ok(Value::Object(object)) => match object.into_iter().next() {
                    Some((_, Value::String(text))) => cut(&text),
                    Some((_, value)) => cut(&value.to_string()),
                    None => String::new(),
                },
                _ => "not shown".to_owned(),
            };
            (cut(&name), value)
        })
        .collect()
}

//! What a JWT says of itself: whether it can be read, who signed it, when it is good, and for whom.

use serde_json::Value;

use super::{
    super::{Examined, Moment, Signed, What},
    members::{broken_json, members, shown},
};
use crate::{
    keys::{Form as KeyForm, Keys, Odd, Signature},
    payload::{
        jwt::{self, Jwt, Malformed},
        redact,
    },
    rules::cause::{Cause, Finding},
    time::duration,
};

/// Seconds since 1970 that lie so far ahead (the year 5138) are milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// Proxies and servers refuse headers and request lines of more than this, by default (nginx 1.28, Node 22).
const LONG_FOR_A_HEADER: usize = 8 * 1024;

impl Examined {
    pub(super) fn of_jwt(&mut self, text: &str, keys: &Keys, now: i64) {
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
}

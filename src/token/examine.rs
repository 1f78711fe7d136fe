//! What one credential says of itself, and what is wrong with it.

mod jwt;
mod members;
mod session;

use super::{Examined, Fault, LeadsTo, Subject, What};
use crate::{
    event::{Form, Place},
    keys::Keys,
    payload::{django_session, flask_session, jwt as token},
    rules::cause::{Cause, Finding},
};

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
        Kind::Express => examined.of_express(text, keys),
        Kind::DjangoSigned => examined.of_django(text, keys, now),
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
    if subject.offer.jwt.is_some() || token::header(text).is_ok_and(|header| header.alg.is_some()) {
        return Kind::Jwt;
    }
    if flask_session::read(text).is_some_and(|session| session.stamped.is_some()) {
        return Kind::Flask;
    }
    if django_session::parts(text).is_some() {
        return Kind::DjangoSigned;
    }
    let parts = text.split('.').count();
    if text.starts_with("eyJ") || (parts == 3 && !is_cookie) || parts == 5 {
        return Kind::Jwt;
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
}

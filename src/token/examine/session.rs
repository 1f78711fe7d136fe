//! What a session cookie says of itself: what it holds, how old it is, who signed it.

use super::{
    super::{Examined, Moment, Signed, What},
    members::{LONGEST_VALUE, MOST_MEMBERS},
};
use crate::{
    event::SessionContents,
    keys::{Keys, Unsigned},
    payload::{
        django_session,
        flask_session::{self, SignedSession},
        redact,
    },
    rules::cause::Cause,
    time::duration,
};

impl Examined {
    pub(super) fn of_flask(&mut self, text: &str, keys: &Keys, now: i64) {
        self.what = What::FlaskSession;
        let Some(session) = flask_session::read(text) else { return };
        self.of_members(flask_session::names(text));
        self.of_cookie_signature(keys.of_flask(text), "itsdangerous");
        let then = "Flask then makes a new, empty one without a word";
        self.of_session(session, keys.session_lifetime(), then, now);
    }

    pub(super) fn of_django(&mut self, text: &str, keys: &Keys, now: i64) {
        self.what = What::DjangoSigned;
        self.of_cookie_signature(keys.of_django(text), "django.core.signing");
        // Something else that Django has signed, or a session that is pickled: there is no reading that.
        let Some(session) = django_session::read(text) else { return };
        self.of_members(django_session::names(text));
        let then = "Django then begins a new, empty one without a word";
        self.of_session(session, keys.django_lifetime(), then, now);
    }

    pub(super) fn of_express(&mut self, text: &str, keys: &Keys) {
        self.what = What::ExpressSession;
        self.of_cookie_signature(keys.of_express(text), "cookie-signature");
        self.remarks.push(
            "the session itself is in the server's store: whether it is still there, this cookie does not tell"
                .into(),
        );
    }

    fn of_members(&mut self, names: Vec<(String, Option<String>)>) {
        self.claims = names
            .into_iter()
            .take(MOST_MEMBERS)
            .map(|(name, id)| {
                let name = redact::redact(&name).chars().take(LONGEST_VALUE).collect();
                (name, id.unwrap_or_else(|| "not shown".into()))
            })
            .collect();
    }

    fn of_session(&mut self, session: SignedSession, lifetime: i64, then: &str, now: i64) {
        self.holds = Some(session.contents);
        if let Some(at) = session.stamped {
            let age = now.saturating_sub(at);
            self.moments.push(Moment { name: "signed", at, from_now: -age });
            self.lifetime = Some(lifetime);
            if age > lifetime {
                self.fault(
                    Cause::SessionExpired,
                    format!(
                        "it is {} old, and sessions are good for {}; {then}",
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

    fn of_cookie_signature(&mut self, signed: Option<Result<usize, Unsigned>>, library: &str) {
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

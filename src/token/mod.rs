//! One credential, looked at by itself: what `siotrace token` tells.
//!
//! ```text
//! text ──read──► subjects ──examine──► what each says of itself, and what is wrong with it
//! ```
//!
//! What comes out is data for a renderer. It holds claims, for that is what was asked for, with the secrets among them masked; it never holds
//! a signature or a whole token.
//!
//! Not the job of this room: logs, and telling what a server would do beyond what the token shows.

mod examine;
mod read;

#[cfg(test)]
mod tests;

use crate::{
    event::SessionContents,
    keys::Signature,
    rules::cause::{Cause, Finding},
    secret::Fingerprint,
};

pub use self::{
    examine::examine,
    read::{Subject, Unreadable, read},
};

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum What {
    /// A JSON Web Token.
    Jwt,
    /// An encrypted JWT: five parts.
    EncryptedJwt,
    /// Something that began as a JWT and cannot be read as one.
    BrokenJwt,
    /// Flask's session cookie.
    FlaskSession,
    /// Express's session cookie: a signed id.
    ExpressSession,
    /// Django's session cookie: an id.
    DjangoSession,
    /// A session signed by Django itself (`signed_cookies`).
    DjangoSigned,
    /// A string that says nothing of itself.
    Opaque,
    /// `null`, `undefined`, nothing.
    Empty,
    /// The beginning of a token, of which a logger cut the rest.
    Beginning,
}

/// All that one credential says.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// The line that it stands in, from 1.
    pub line: usize,
    /// Where in the line: a cookie's name, a JSON key, a header.
    pub place: Option<String>,
    /// What it is.
    pub what: What,
    /// Stands for it.
    pub fingerprint: Option<Fingerprint>,
    /// Its length.
    pub bytes: usize,
    /// The header's members, as JSON, masked.
    pub header: Vec<(String, String)>,
    /// The claims, or a session's members, likewise.
    pub claims: Vec<(String, String)>,
    /// Its times.
    pub moments: Vec<Moment>,
    /// Seconds from its beginning to its end.
    pub lifetime: Option<i64>,
    /// What a session holds.
    pub holds: Option<SessionContents>,
    /// What is known of its signature; `None` where there is none to speak of.
    pub signature: Option<Signed>,
    /// What is wrong with it, the gravest first.
    pub faults: Vec<Fault>,
    /// What is worth knowing besides.
    pub remarks: Vec<String>,
}

/// What is known of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// Of a JWT.
    Jwt(Signature),
    /// Of a cookie: which of the keys, counted from 1, made it; `None` when no key was given.
    Cookie(Option<Result<usize, crate::keys::Unsigned>>),
}

/// A time that a credential names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The claim.
    pub name: &'static str,
    /// Seconds since 1970.
    pub at: i64,
    /// Seconds from the time of asking; negative in the past.
    pub from_now: i64,
}

/// Something wrong, and what it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it leads to.
    pub leads_to: LeadsTo,
    /// In words.
    pub text: String,
}

/// What a fault leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeadsTo {
    /// Refusals for this cause.
    Cause(Cause),
    /// No refusal, but a risk.
    Finding(Finding),
}

impl LeadsTo {
    /// The name that `siotrace explain` knows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cause(cause) => cause.as_str(),
            Self::Finding(finding) => finding.as_str(),
        }
    }
}

impl Examined {
    /// Whether a server would refuse it for something that shows.
    pub fn is_bad(&self) -> bool {
        self.faults.iter().any(|fault| matches!(fault.leads_to, LeadsTo::Cause(_)))
    }
}

//! The keys that a user gives, and what they say of signatures: of JWTs, and of the session cookies of Flask, Express and Django.
//!
//! Everything is checked here, offline: a key never leaves the program, and none of these types can be printed. A key that fits in another
//! form than it was given in (decoded from Base64, with the newline of its file) is told apart from one that fits, for that is how issuers and
//! checkers with "the same" secret come to disagree.
//!
//! Not the job of this room: opening files (`cli/`), reading what a token says of itself (`payload/`), and what follows for an attempt (`facts/`).

mod cookie;
mod expect;
mod jwk;
mod material;
mod pem;
mod signature;

#[cfg(test)]
mod tests;

pub use self::{
    expect::{Expected, Odd},
    material::{BadKey, Form, JwtKey},
    signature::{Cut, Fit, Signature},
};

/// Flask's `PERMANENT_SESSION_LIFETIME` when nobody sets it: 31 days, in seconds.
pub const SESSION_LIFETIME: i64 = 31 * 24 * 3600;

/// Django's `SESSION_COOKIE_AGE` when nobody sets it: two weeks, in seconds.
pub const DJANGO_LIFETIME: i64 = 14 * 24 * 3600;

/// Everything that the user gave.
#[derive(Debug, Default)]
pub struct Keys {
    jwt: Vec<JwtKey>,
    flask: Vec<material::Bytes>,
    express: Vec<material::Bytes>,
    django: Vec<material::Bytes>,
    lifetime: Option<i64>,
    /// What tokens should say.
    pub expected: Expected,
}

impl Keys {
    /// Adds what a file of `name` holds: a secret, a public key or a certificate (PEM), a JWK, or a set of them.
    pub fn add_jwt(&mut self, name: &str, file: &[u8]) -> Result<(), BadKey> {
        self.jwt.extend(material::read(name, file)?);
        Ok(())
    }

    /// Adds a key of Flask's sessions (`SECRET_KEY`): the present one, or one that was rotated out.
    pub fn add_flask(&mut self, file: &[u8]) -> Result<(), BadKey> {
        self.flask.push(material::secret(file)?);
        Ok(())
    }

    /// Adds a key of Express's sessions (`secret`).
    pub fn add_express(&mut self, file: &[u8]) -> Result<(), BadKey> {
        self.express.push(material::secret(file)?);
        Ok(())
    }

    /// Adds a key of Django's sessions (`SECRET_KEY`): the present one, or one of `SECRET_KEY_FALLBACKS`.
    pub fn add_django(&mut self, file: &[u8]) -> Result<(), BadKey> {
        self.django.push(material::secret(file)?);
        Ok(())
    }

    /// For how many seconds a session is good.
    pub fn set_session_lifetime(&mut self, seconds: Option<i64>) {
        self.lifetime = seconds;
    }

    /// For how many seconds a session is good: as the user says, else Flask's default.
    pub fn session_lifetime(&self) -> i64 {
        self.lifetime.unwrap_or(SESSION_LIFETIME)
    }

    /// The same of Django's sessions.
    pub fn django_lifetime(&self) -> i64 {
        self.lifetime.unwrap_or(DJANGO_LIFETIME)
    }

    /// Whether there is a key for JWTs.
    pub fn has_jwt(&self) -> bool {
        !self.jwt.is_empty()
    }

    /// What the keys say of `token`'s signature.
    pub fn of_jwt(&self, token: &str) -> Signature {
        signature::check(token, &self.jwt)
    }

    /// Which of Flask's keys signed the cookie with this value: its place among them; `None` when there are none to check with.
    pub fn of_flask(&self, cookie: &str) -> Option<Result<usize, Unsigned>> {
        (!self.flask.is_empty()).then(|| cookie::flask(cookie, &self.flask).ok_or(Unsigned))
    }

    /// Which of Express's keys signed the cookie with this value, likewise.
    pub fn of_express(&self, cookie: &str) -> Option<Result<usize, Unsigned>> {
        (!self.express.is_empty()).then(|| cookie::express(cookie, &self.express).ok_or(Unsigned))
    }

    /// Which of Django's keys signed the cookie with this value, likewise.
    pub fn of_django(&self, cookie: &str) -> Option<Result<usize, Unsigned>> {
        (!self.django.is_empty()).then(|| cookie::django(cookie, &self.django).ok_or(Unsigned))
    }
}

/// No key that was given has signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsigned;

//! Logs that can be shown to others: credentials replaced by pseudonyms of the same shape.
//!
//! ```text
//! bytes ──pieces──► whole lines ──text──► lines with pseudonyms ──workers──► in order, out
//!                                  │
//!                                  ├ payload::redact   where credentials are: the same eyes as for quoted lines
//!                                  ├ credential        a JWT stays a JWT, a signed session a signed session …
//!                                  │    ├ claims       … with other names in it, and its times
//!                                  │    └ shape, key   other letters of the same kind
//!                                  └ personal, names   e-mail and IP addresses, when asked for: numbers
//! ```
//!
//! A redacted log gives the same verdicts: whoever is asked for help can run siotrace over it. Everything else stays as it is, byte for byte. The same
//! credential gets the same pseudonym, in this run and in others.
//!
//! Not the job of this room: finding credentials (`payload::redact`), unpacking (`input`), files.

mod claims;
mod credential;
mod key;
mod names;
mod personal;
mod pieces;
mod shape;
mod text;
mod workers;

#[cfg(test)]
mod tests;

use std::{
    io::{Read, Write},
    num::NonZeroUsize,
};

pub use self::workers::Fault;
use self::{key::Key, names::Names};

/// Replaces what must not leave the house.
#[derive(Debug)]
pub struct Redactor {
    key: Key,
    salted: bool,
    emails: bool,
    addresses: bool,
    jobs: usize,
    names: Names,
}

impl Default for Redactor {
    fn default() -> Self {
        Self {
            key: Key::new(b"siotrace"),
            salted: false,
            emails: false,
            addresses: false,
            jobs: 1,
            names: Names::default(),
        }
    }
}

impl Redactor {
    /// Credentials are replaced, with one thread and without a salt.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a salt that nobody else knows, short values get pseudonyms of their own, and a user's name is the same in all of the user's tokens.
    #[must_use]
    pub fn salt(mut self, salt: &[u8]) -> Self {
        self.key = Key::new(b"siotrace").derived(salt);
        self.salted = true;
        self
    }

    /// Whether e-mail addresses are replaced as well.
    #[must_use]
    pub fn emails(mut self, yes: bool) -> Self {
        self.emails = yes;
        self
    }

    /// Whether IP addresses are replaced as well. Those of private networks stay.
    #[must_use]
    pub fn addresses(mut self, yes: bool) -> Self {
        self.addresses = yes;
        self
    }

    /// How many threads; the output is the same for any number.
    #[must_use]
    pub fn jobs(mut self, jobs: NonZeroUsize) -> Self {
        self.jobs = jobs.get();
        self
    }

    /// Reads `input` to its end and writes it to `out` with pseudonyms. Numbers of addresses go on from one log to the next.
    pub fn run(&mut self, input: impl Read + Send, out: impl Write + Send) -> Result<(), Fault> {
        let mut names = std::mem::take(&mut self.names);
        let done = workers::run(self, &mut names, input, out);
        self.names = names;
        done
    }
}
